"""`.xlsx`: the rows of a workbook, read like those of a table. The only door to openpyxl.

Formulas are refused, since a file need not contain their results. Cells are read as they are shown. Hidden content is
left out, since nobody has checked it.
"""

import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from chatbot.content.ledger import Content, Role
from chatbot.content.readers.column_names import FIELDS
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.number_format import iso, shown
from chatbot.content.readers.sheet_links import as_link, column_number, links_of
from chatbot.content.readers.source import Unreadable
from chatbot.content.readers.table_rows import HEAD, Table
from chatbot.content.readers.zipped import check_size
from chatbot.core.text import ends_as_question, one_line


def read_spreadsheet(file: str, data: bytes) -> Iterator[Content]:
    """The sheets one by one. The "line" of a row is its number. Unreadable for anything but a workbook."""
    check_size(data, "xlsx", "workbook", "split it, or save it as .csv")
    from openpyxl.reader.excel import ExcelReader  # half a second, for corpora that need it only

    with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as packed:
        warnings.simplefilter("ignore")  # of styles and extensions that we do not read
        try:
            reader = ExcelReader(io.BytesIO(data), read_only=True)
            # A chart sheet holds no rows, and one without a chart cannot be read.
            reader.read_chartsheet = lambda sheet, rel: None  # type: ignore[method-assign]
            reader.read()
            sheets = reader.wb.worksheets
        except Exception as error:  # whatever the library meets in a damaged file
            raise Unreadable(0, "xlsx", f"not a workbook that can be read ({type(error).__name__}); {_SAVE}") from None
        found_any = False
        unread: list[tuple[FieldReading, _Unread]] = []  # sheets whose columns are not understood
        for at, sheet in enumerate(sheets):
            reading = FieldReading(file if at == 0 else f"{file}#{sheet.title}")
            try:
                if unread_sheet := _read_sheet(reading, sheet, _shape(packed, sheet)):
                    unread.append((reading, unread_sheet))
            except Exception as error:
                message = f"the sheet cannot be read ({type(error).__name__}); {_SAVE}"
                reading.problem(0, "xlsx", message)
            found_any |= reading.found_any
            yield reading.taken()
        if not found_any:
            problem = unread[-1][1].problem if unread else (0, "no-question", f"holds no entry; {_NAME}")
            raise Unreadable(*problem)
        for reading, sheet_unread in unread:
            _tell_of_unread(reading, sheet_unread)
            yield reading.taken()


_SAVE = "save it again as .xlsx"
_CHUNK = 1024 * 1024
_NAME = "name columns question and answer in the first row"
_SHAPE = re.compile(rb"<(?:\w+:)?(row|col|mergeCell|hyperlink)\b([^<>]*)>")
_MERGED = re.compile(rb'\bref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_NUMBER = re.compile(rb'\b(r|min|max)="(\d{1,7})"')
_IS_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_SHOWN = 60  # letters of a cell
_FEWEST = 2  # rows of a table, its names among them
_MOST_COLUMNS = 16_384  # that a sheet may have


class _Unread(NamedTuple):
    """A sheet whose columns are not understood. `problem`: why. `asking`: (row, text) of the first cell that asks."""

    problem: tuple[int, str, str]
    title: str
    names: Sequence[str]
    rows: int
    asking: tuple[int, str]


class _Shape(NamedTuple):
    """Hidden rows and columns; merged cells (column, first row) -> last row; links (column, row) -> address."""

    rows: frozenset[int]
    columns: frozenset[int]
    merged: Mapping[tuple[int, int], int]
    links: Mapping[tuple[int, int], str]


def _shape(packed: zipfile.ZipFile, sheet: Any) -> _Shape:
    """Hidden and merged cells, read from the XML of the sheet: openpyxl does not give them while streaming."""
    rows: set[int] = set()
    columns: set[int] = set()
    merged: dict[tuple[int, int], int] = {}
    links: list[bytes] = []
    row = 0
    rest = b""
    with packed.open(sheet._worksheet_path.lstrip("/")) as part:
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<") if text.rfind(b"<") > text.rfind(b">") else len(text)
            rest = text[cut:] if len(text) - cut < _CHUNK else b""
            for name, attributes in _SHAPE.findall(text[:cut]):
                if name == b"mergeCell":
                    merge = _MERGED.search(attributes)
                    if merge and int(merge[3]) > int(merge[2]):
                        merged[column_number(merge[1]), int(merge[2])] = int(merge[3])
                    continue
                if name == b"hyperlink":
                    links.append(attributes)
                    continue
                numbers = {key: int(value) for key, value in _NUMBER.findall(attributes)}
                row = numbers.get(b"r", row + 1) if name == b"row" else row
                if not _IS_HIDDEN.search(attributes):
                    continue
                if name == b"row":
                    rows.add(row)
                else:
                    columns.update(range(numbers.get(b"min", 1), min(numbers.get(b"max", 0), _MOST_COLUMNS) + 1))
    return _Shape(frozenset(rows), frozenset(columns), merged, links_of(packed, sheet._worksheet_path, links))


def _read_sheet(reading: FieldReading, sheet: Any, shape: _Shape) -> _Unread | None:
    """What is known of a sheet without readable rows, unless a column name shows that there should be some."""
    sheet.reset_dimensions()  # the size stated in the file may be wrong
    if sheet.sheet_state != "visible":
        reading.problem(0, "hidden", "a hidden sheet is left out; show it if it is content", "warning")
        for number, cells in _rows(sheet, _Shape(frozenset(), frozenset(), {}, {})):
            reading.note(number, "dropped", _line(cells), "hidden sheet")
        return None
    rows = _rows(sheet, shape)
    head = list(itertools.islice(rows, HEAD))
    open_rows = [(number, [_text(cell) for cell in cells]) for number, cells in head if number not in shape.rows]
    table = Table(reading, open_rows)
    dated, answers = table.columns_of("reviewed", "review_by"), table.columns_of("answer")
    why_none = "" if table.layouts else "on a sheet without columns question and answer"
    left_out: list[int] = []
    merged = _Merged(shape, table)
    count, asking = 0, (0, "")  # on a sheet that cannot be read
    for number, cells in itertools.chain(head, rows):
        if number in shape.rows:
            left_out.append(number)
            reading.note(number, "dropped", _line(cells), "hidden row")
        elif why_none:
            reading.note(number, "dropped", _line(cells), why_none)
            filled = [text for cell in cells if (text := one_line(_text(cell)))]
            count += len(filled) > 1
            if number > table.first and len(filled) > 1 and not asking[0]:
                asking = next(((number, text) for text in filled if ends_as_question(text)), asking)
        else:
            texts = [iso(cell.value) if at in dated else _text(cell) for at, cell in enumerate(cells)]
            texts += [""] * (len(table.names) - len(texts))  # empty cells at the end of a row are not in the file
            merged.fill(number, texts)
            for at in answers & set(range(len(cells))) if shape.links else ():
                address = shape.links.get((getattr(cells[at], "column", 0), number), "")
                texts[at] = as_link(texts[at], address) if address else texts[at]
            reason = _formula(reading, table, cells, number) if number > table.first else ""
            role: Role = "dropped"
            if not reason:
                role, reason = table.add(number, texts)
            reading.note(number, role, _line(cells), reason)
    table.finish()
    _warn_of_hidden(reading, left_out, shape.columns)
    if table.problem and table.says_something:
        reading.problem(*table.problem)
        return None
    return _Unread(table.problem, sheet.title, table.names, count, asking) if table.problem else None


def _tell_of_unread(reading: FieldReading, unread: _Unread) -> None:
    """Warns of a sheet that is not read beside others that are; an error where it asks."""
    if unread.rows < _FEWEST:
        return
    names = ", ".join(f'"{one_line(name)[:_SHOWN]}"' for name in unread.names if name.strip())
    what = f'the sheet "{unread.title}" is not read, as its columns {names} are not understood'
    do = "name those of its questions and answers so, or hide the sheet if it is no content"
    line, asking = unread.asking
    if line:
        reading.problem(line, "no-columns", f'{what}, and it asks: "{asking[:_SHOWN]}"; {do}')
    else:
        reading.problem(unread.problem[0], "no-columns", f"{what}; {do}", "warning")


class _Merged:
    """Cells merged downwards: their text applies to each of the rows."""

    def __init__(self, shape: _Shape, table: Table) -> None:
        self._beside = table.columns_of(*(field for field in FIELDS if field not in ("question", "alternates", "id")))
        visible = (at for at in itertools.count(1) if at not in shape.columns)
        self._columns = dict(zip(range(len(table.names)), visible, strict=False))  # index of a name -> column
        self._last = shape.merged
        self._open: dict[int, tuple[int, str]] = {}  # index -> (last row, text)

    def fill(self, number: int, texts: list[str]) -> None:
        """Puts the text of a merged cell into each of its rows."""
        if not self._last:
            return
        for at in self._beside:
            if last := self._last.get((self._columns.get(at, 0), number)):
                self._open[at] = (last, texts[at])
            last, text = self._open.get(at, (0, ""))
            if number <= last and not texts[at]:
                texts[at] = text


def _rows(sheet: Any, shape: _Shape) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells outside hidden columns) of each row that is not empty."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell for at, cell in enumerate(row, 1) if at not in shape.columns] if shape.columns else list(row)
        if any(_text(cell).strip() for cell in cells):
            yield number, cells


def _warn_of_hidden(reading: FieldReading, rows: Sequence[int], columns: Collection[int]) -> None:
    for kind, numbers in (("row", rows), ("column", sorted(columns))):
        if numbers:
            names = [_letters(number) if kind == "column" else str(number) for number in numbers[:5]]
            listed = ", ".join(names) + (" and more" if len(numbers) > 5 else "")
            what = f"hidden {kind}s are" if len(numbers) > 1 else f"hidden {kind} is"
            message = f"{len(numbers)} {what} left out ({kind} {listed}); show what is content"
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
