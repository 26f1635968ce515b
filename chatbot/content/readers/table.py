"""`.csv` and `.tsv`: a row with `question`, `answer` and, if wanted, the other fields.

The first row names the columns, in any order. Commas, semicolons or tabs part the cells, whichever the first row
uses. A cell may hold several `alternates`, one a line or with "|" between them, and `tags` with commas between; a
backslash before such a character makes it part of the text. An apostrophe at the beginning of a cell, directly before
what a spreadsheet takes for a formula ("'=", "' +"), is no part of the text: `export --csv` puts it there.

One quote that is not closed makes the csv module swallow all rows up to the next quote, in silence. So quotes are
strict here, every row has as many cells as the first, and after a mistake the next line is a new row.
"""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence

from chatbot.content.cells import cell_items, cell_text
from chatbot.content.ledger import Content
from chatbot.content.readers.fields import FIELDS, LISTS, FieldReading
from chatbot.text import clean, ends_as_question

_SEPARATORS = ",;\t"
_BATCH = 1000  # rows; so the reader of a long table needs little memory
_PATIENCE = 20  # broken rows, each of which may cost a look at the whole file
_CELL = 131_072  # characters, the csv module's own limit; an answer may hold far less


class _BrokenRow(Exception):
    """(message): the row cannot be read."""


def read_table(file: str, text: str) -> Iterator[Content]:
    """The rows in batches."""
    reading = FieldReading(file)
    lines = clean(text).split("\n")
    separator, at = _separator(reading, lines)
    columns: list[str] = []
    broken = 0
    for rows in itertools.count(1):
        at = next((n for n in range(at, len(lines)) if lines[n].strip(" ")), len(lines))
        if at == len(lines) or (rows > 1 and not columns):
            break
        try:
            cells, end = _row(lines, at, separator)
        except _BrokenRow as error:
            reading.problem(at + 1, "quote", str(error))
            end, role, reason = at + 1, "dropped", "not a row"
            broken += 1
        else:
            _warn_of_swallowed_rows(reading, cells, at + 1, separator, len(columns))
            role, reason = "entry" if columns else "metadata", add_row(reading, columns, cells, at + 1)
            columns = columns or ([] if reason else column_names(cells))
        _note(reading, lines, range(at, end), role, reason)
        at = end
        if broken == _PATIENCE:
            reading.problem(at + 1, "broken-rows", f"nothing is read from here on: {broken} rows above are broken")
            break
        if rows % _BATCH == 0:
            yield reading.taken()
    _note(reading, lines, range(at, len(lines)), "dropped", "below what cannot be read")
    if not reading.found_any:
        reading.problem(0, "no-question", "holds no entry; write a row with question and answer below the first")
    yield reading.taken()


def column_names(cells: Sequence[str]) -> list[str]:
    """The names of the columns as fields are spelt, such as "review_by"."""
    return [re.sub(r"[ -]+", "_", cell.strip().casefold()) for cell in cells]


def add_row(reading: FieldReading, columns: Sequence[str], cells: Sequence[str], line: int) -> str:
    """Why the row is dropped, or "". Without `columns` it is the row that names them."""
    if not columns:
        return _check_columns(reading, column_names(cells), line)
    if not any(cell.strip() for cell in cells):
        return "empty row"
    if any(cell.strip() for cell in cells[len(columns) :]) or len(cells) < len(columns):
        what = 'put a cell that holds a separator or a line break between two "'
        message = f"the row has {len(cells)} cells and the first row {len(columns)}; {what}"
        reading.problem(line, "row-length", message)
        return "another number of cells than columns"
    values: dict[str, object] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column not in FIELDS:
            if cell.strip():
                reading.unused(column, line)
        else:
            values[column] = cell_items(column, cell) if column in LISTS else cell
    return reading.add(values, line)


def _check_columns(reading: FieldReading, columns: Sequence[str], line: int) -> str:
    missing = [name for name in ("question", "answer") if name not in columns]
    twice = [name for name in FIELDS if columns.count(name) > 1]
    if missing:
        found = ", ".join(name for name in columns if name)[:100]
        message = f"the first row names no column {' nor '.join(missing)}; it must name them: question, answer"
        reading.problem(line, "no-columns", f"{message} (it holds: {found})")
        return "names no columns"
    if twice:
        reading.problem(line, "duplicate-key", f'two columns are named "{twice[0]}"; keep one')
        return "names a column twice"
    return ""


def _separator(reading: FieldReading, lines: Sequence[str]) -> tuple[str, int]:
    """The character that parts the cells, and the index of the line that names the columns."""
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    if first < len(lines) and (told := re.fullmatch(r"\s*sep=(.)\s*", lines[first])):  # so Excel writes at times
        reading.note(first + 1, "metadata", lines[first].strip())
        return told[1], first + 1
    header = lines[first] if first < len(lines) else ""
    return max(_SEPARATORS, key=header.count), first


def _row(lines: Sequence[str], at: int, separator: str) -> tuple[list[str], int]:
    """The cells of the row that begins at index `at`, and the index of the line below it."""
    row = csv.reader((lines[n] + "\n" for n in range(at, len(lines))), delimiter=separator, strict=True)
    try:
        return [cell_text(cell) for cell in next(row)], at + row.line_num
    except csv.Error as error:
        if "field larger" in str(error):
            what = f"a cell of over {_CELL} characters begins here, or a quote is not closed"
        elif "unexpected end" in str(error):
            what = 'a quote (") is opened in this row and never closed'
        else:
            what = 'a quote (") is not closed in this row, or stands inside a cell that is quoted'
        raise _BrokenRow(f'{what}; close it, and write a quote inside of a quoted cell twice ("")') from None


def _looks_like_a_row(line: str, separator: str, width: int) -> bool:
    """In prose a blank follows a comma, or the end of the line, unless it stands in a number."""
    if ends_as_question(line.split(separator)[0]):
        return line.count(separator) >= width - 1
    mark = re.escape(separator)
    return len(re.findall(rf"(?<!\d){mark}(?!\s|$)|{mark}(?![\s\d]|$)", line)) >= max(width - 1, 1)


def _warn_of_swallowed_rows(reading: FieldReading, cells: Sequence[str], line: int, separator: str, width: int) -> None:
    for cell in cells if width else ():
        for below in cell.split("\n")[1:]:
            if _looks_like_a_row(below, separator, width):
                message = f'a cell of this row holds what looks like a row of its own ("{below[:40]}"); close its quote'
                reading.problem(line, "swallowed-row", message, "warning")
                return


def _note(reading: FieldReading, lines: Sequence[str], numbers: range, role: str, reason: str) -> None:
    for at in numbers:
        if text := lines[at].strip():
            reading.note(at + 1, "dropped" if reason else role, text, reason)  # type: ignore[arg-type]
