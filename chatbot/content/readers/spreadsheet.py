"""`.xlsx`: the rows of a workbook, read as those of a table. The only door to openpyxl.

Formulas are refused, since their results need not be in the file. Cells are read as they are shown, and what is
hidden is left out: nobody sees it, so it may be anything.
"""

import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from chatbot.content.ledger import Content, Role
from chatbot.content.readers.column_names import FIELDS
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.number_format import iso, shown
from chatbot.content.readers.source import Unreadable
from chatbot.content.readers.table_rows import HEAD, Table
from chatbot.content.readers.zipped import check_size
from chatbot.text import one_line


def read_spreadsheet(file: str, data: bytes) -> Iterator[Content]:
    """The sheets one after the other. The "line" of a row is its number; Unreadable for what is no workbook."""
    check_size(data, "xlsx", "workbook", "split it, or save it as .csv")
    from openpyxl.reader.excel import ExcelReader  # half a second, for corpora that need it only

    with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as packed:
        warnings.simplefilter("ignore")  # of styles and extensions that we do not read
        try:
            reader = ExcelReader(io.BytesIO(data), read_only=True)
            # It holds no rows, and one without a chart cannot be read.
            reader.read_chartsheet = lambda sheet, rel: None  # type: ignore[method-assign]
            reader.read()
            sheets = reader.wb.worksheets
        except Exception as error:  # whatever the library meets in a damaged file
            raise Unreadable(0, "xlsx", f"not a workbook that can be read ({type(error).__name__}); {_SAVE}") from None
        found_any = False
        unread: tuple[int, str, str] | None = None  # of the first sheet that nobody can make sense of
        for at, sheet in enumerate(sheets):
            reading = FieldReading(file if at == 0 else f"{file}#{sheet.title}")
            try:
                unread = _read_sheet(reading, sheet, _hidden(packed, sheet)) or unread
            except Exception as error:
                message = f"the sheet cannot be read ({type(error).__name__}); {_SAVE}"
                reading.problem(0, "xlsx", message)
            found_any |= reading.found_any
            yield reading.taken()
        if not found_any:
            raise Unreadable(*(unread or (0, "no-question", f"holds no entry; {_NAME}")))


_SAVE = "save it anew as .xlsx"
_CHUNK = 1024 * 1024
_NAME = "name columns question and answer in the first row"
_SHAPE = re.compile(rb"<(?:\w+:)?(row|col)\b([^<>]*)>")
_NUMBER = re.compile(rb'\b(r|min|max)="(\d{1,7})"')
_IS_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MOST_COLUMNS = 16_384  # that a sheet may have


class _Hidden(NamedTuple):
    rows: frozenset[int]
    columns: frozenset[int]


def _hidden(packed: zipfile.ZipFile, sheet: Any) -> _Hidden:
    """The rows and columns that the sheet hides, from its part of the workbook: openpyxl tells none while reading."""
    rows: set[int] = set()
    columns: set[int] = set()
    row = 0
    rest = b""
    with packed.open(sheet._worksheet_path.lstrip("/")) as part:
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<") if text.rfind(b"<") > text.rfind(b">") else len(text)
            rest = text[cut:] if len(text) - cut < _CHUNK else b""
            for name, attributes in _SHAPE.findall(text[:cut]):
                numbers = {key: int(value) for key, value in _NUMBER.findall(attributes)}
                row = numbers.get(b"r", row + 1) if name == b"row" else row
                if not _IS_HIDDEN.search(attributes):
                    continue
                if name == b"row":
                    rows.add(row)
                else:
                    columns.update(range(numbers.get(b"min", 1), min(numbers.get(b"max", 0), _MOST_COLUMNS) + 1))
    return _Hidden(frozenset(rows), frozenset(columns))


def _read_sheet(reading: FieldReading, sheet: Any, hidden: _Hidden) -> tuple[int, str, str] | None:
    """Why no row of the sheet could be read, where nothing says that any should be."""
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    if sheet.sheet_state != "visible":
        reading.problem(0, "hidden", "a hidden sheet is left out; show it if it is content", "warning")
        for number, cells in _rows(sheet, _Hidden(frozenset(), frozenset())):
            reading.note(number, "dropped", _line(cells), "hidden sheet")
        return None
    rows = _rows(sheet, hidden)
    head = list(itertools.islice(rows, HEAD))
    open_rows = [(number, [_text(cell) for cell in cells]) for number, cells in head if number not in hidden.rows]
    table = Table(reading, open_rows)
    dated = table.columns_of("reviewed", "review_by")
    why_none = "" if table.layouts else "on a sheet without columns question and answer"
    left_out: list[int] = []
    for number, cells in itertools.chain(head, rows):
        if number in hidden.rows:
            left_out.append(number)
            reading.note(number, "dropped", _line(cells), "hidden row")
        elif why_none:
            reading.note(number, "dropped", _line(cells), why_none)
        else:
            texts = [iso(cell.value) if at in dated else _text(cell) for at, cell in enumerate(cells)]
            texts += [""] * (len(table.names) - len(texts))  # empty cells at the end of a row are not in the file
            reason = _formula(reading, table, cells, number) if number > table.first else ""
            role: Role = "dropped"
            if not reason:
                role, reason = table.add(number, texts)
            reading.note(number, role, _line(cells), reason)
    table.finish()
    _warn_of_hidden(reading, left_out, hidden.columns)
    if table.problem and table.says_something:
        reading.problem(*table.problem)
        return None
    return table.problem


def _rows(sheet: Any, hidden: _Hidden) -> Iterator[tuple[int, list[Any]]]:
    """(its number, the cells that are not in hidden columns) of each row that is not empty."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell for at, cell in enumerate(row, 1) if at not in hidden.columns] if hidden.columns else list(row)
        if any(_text(cell).strip() for cell in cells):
            yield number, cells


def _warn_of_hidden(reading: FieldReading, rows: Sequence[int], columns: Collection[int]) -> None:
    for kind, numbers in (("row", rows), ("column", sorted(columns))):
        if numbers:
            names = [_letters(number) if kind == "column" else str(number) for number in numbers[:5]]
            places = ", ".join(names) + (" and more" if len(numbers) > 5 else "")
            what = f"hidden {kind}s are" if len(numbers) > 1 else f"hidden {kind} is"
            message = f"{len(numbers)} {what} left out ({kind} {places}); show what is content"
            reading.problem(0, "hidden", message, "warning")


def _letters(column: int) -> str:
    """The name of a column, such as "AB"."""
    letters = ""
    while column:
        column, last = divmod(column - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def _formula(reading: FieldReading, table: Table, cells: Sequence[Any], number: int) -> str:
    for at in sorted(table.columns_of(*FIELDS)):
        cell = cells[at] if at < len(cells) else None
        if cell is not None and cell.value is not None and cell.data_type in ("f", "e"):
            named = table.names[at] or f"column {at + 1}"
            message = f'the cell below "{named}" holds a formula or an error; put its text there, as a value'
            reading.problem(number, "formula", message)
            return "a formula instead of a text"
    return ""


def _line(cells: Sequence[Any]) -> str:
    return one_line(" | ".join(text for cell in cells if (text := _text(cell)).strip()))


def _text(cell: Any) -> str:
    return cell.value if isinstance(cell.value, str) else shown(cell.value, getattr(cell, "number_format", ""))
