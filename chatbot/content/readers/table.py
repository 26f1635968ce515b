"""`.csv` and `.tsv`: a row with `question`, `answer` and optional other fields.

The first row names the columns, in any order; titles may stand above it. Cells of a `.tsv` are separated by tabs; else
by commas, semicolons, tabs or bars, whichever gives rows of equal length. A cell may hold several `alternates`, one a
line or separated by "|", and `tags` separated by commas. A backslash before a separator makes it part of the text. An
apostrophe before what a spreadsheet would read as a formula ("'=", "' +") is not part of the text: `export --csv`
adds it.

With one unclosed quote, the csv module silently joins all rows up to the next quote. So quotes are strict here, every
row must have as many cells as the first, and after an error the next line begins a new row.
"""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from chatbot.content.cells import cell_text
from chatbot.content.ledger import Content, Role
from chatbot.content.options import mapped_columns
from chatbot.content.readers.columns import layouts
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.table_rows import HEAD, Table
from chatbot.core.text import clean, ends_as_question

_SEPARATORS = ",;\t|"
_TITLES = 10  # rows that are searched for column names
_SAMPLED = 20_000  # characters of a line that are examined for the separator
_BATCH = 1000  # rows; so the reader of a long table needs little memory
_PATIENCE = 20  # broken rows before reading stops; each may cost a scan of the whole file
_CELL = 131_072  # characters, the csv module's own limit; an answer may hold far less


class _BrokenRow(Exception):
    """The row cannot be read. `args`: (message,)."""


def read_table(file: str, text: str) -> Iterator[Content]:
    """The rows in batches."""
    reading = FieldReading(file)
    lines = clean(text).split("\n")
    separator, at = _separator(reading, lines)
    rows = _rows(reading, lines, at, separator)
    head = list(itertools.islice(rows, HEAD))
    table = Table(reading, [(at + 1, cells) for at, _, cells in head if cells is not None])
    at = head[0][0] if head else len(lines)
    for count, (begin, end, cells) in enumerate(itertools.chain(head, rows), 1):
        if table.problem and begin + 1 > table.problem[0]:
            break
        role: Role = "dropped"
        reason = "not a row"
        if cells is not None:
            if table.first < begin + 1:
                _warn_of_swallowed_rows(reading, cells, begin + 1, separator, len(table.names))
            role, reason = table.add(begin + 1, cells)
        _note(reading, lines, range(begin, end), role, reason)
        at = end
        if count % _BATCH == 0 and not reading.joins_answers:
            yield reading.taken()
    table.finish()
    if table.problem:
        reading.problem(*table.problem)
    _note(reading, lines, range(at, len(lines)), "dropped", "below what cannot be read")
    if not reading.found_any:
        reading.problem(0, "no-question", "holds no entry; write a row with question and answer below the first")
    yield reading.taken()


def _rows(
    reading: FieldReading, lines: Sequence[str], at: int, separator: str
) -> Iterator[tuple[int, int, list[str] | None]]:
    """(index of its first line, index after it, cells) of each row that is not blank. Cells None: it is broken."""
    broken = 0
    while broken < _PATIENCE:
        at = next((n for n in range(at, len(lines)) if lines[n].strip(" ")), len(lines))
        if at == len(lines):
            return
        try:
            cells, end = _row(lines, at, separator)
            yield at, end, cells
        except _BrokenRow as error:
            reading.problem(at + 1, "quote", str(error))
            end = at + 1
            broken += 1
            yield at, end, None
        at = end
    reading.problem(at + 1, "broken-rows", f"nothing is read from here on: {broken} rows above are broken")


def separator_of(file: str, lines: Sequence[str]) -> tuple[str, int]:
    """The separator of the cells in these lines of a file, and the index of the first line with rows."""
    return _separator(FieldReading(file), lines)


def _separator(reading: FieldReading, lines: Sequence[str]) -> tuple[str, int]:
    """The separator of cells, and the index of the first line with rows."""
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    if first < len(lines) and (
        stated := re.fullmatch(r"\s*sep=(.)\s*", lines[first])
    ):  # Excel sometimes writes this line
        reading.note(first + 1, "metadata", lines[first].strip())
        return stated[1], first + 1
    sample = [line[:_SAMPLED] for line in lines[first : first + HEAD]]
    if reading.file.lower().endswith(".tsv") and any("\t" in line for line in sample):
        return "\t", first
    return max(_SEPARATORS, key=lambda separator: _fitness(sample, separator)), first


def _fitness(sample: Sequence[str], separator: str) -> tuple[bool, float, int]:
    """How well `separator` splits these lines: whether it gives column names, and rows of equal length."""
    try:
        rows = [row for row in csv.reader((line + "\n" for line in sample), delimiter=separator) if any(row)]
    except csv.Error:
        rows = []
    named = any(len(row) > 1 and layouts(row, (), mapped_columns()) for row in rows[:_TITLES])
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return named, count / max(len(rows), 1), width


def _row(lines: Sequence[str], at: int, separator: str) -> tuple[list[str], int]:
    """The cells of the row that begins at index `at`, and the index after it."""
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
    """Whether a line has separators like a row. In prose, a blank or the line end follows them, except in numbers."""
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


def _note(reading: FieldReading, lines: Sequence[str], numbers: range, role: Role, reason: str) -> None:
    for at in numbers:
        if text := lines[at].strip():
            reading.note(at + 1, role, text, reason)
