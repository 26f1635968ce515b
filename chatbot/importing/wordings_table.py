"""Further alternates of an entry that is a row of a CSV or TSV file. No cell runs as a formula in a spreadsheet."""

from collections.abc import Sequence
from typing import NamedTuple

from chatbot.content.cells import cell_text, list_cell, safe_cell
from chatbot.content.readers.column_names import meanings
from chatbot.content.readers.table import separator_of

_TITLES = 10  # rows above the names of the columns, at most


class _Row(NamedTuple):
    line: int  # of its first cell, from 1
    cells: list[tuple[int, int]]  # start and end of each in the text, with its quotes


def in_table(file: str, text: str, line: int, question: str, until: int, wordings: Sequence[str]) -> str | None:
    separator, first = separator_of(file, text.replace("\r\n", "\n").split("\n"))
    rows = _rows(text, separator, first)
    head = next((at for at, row in enumerate(rows[:_TITLES]) if _names(text, row) >= {"question", "answer"}), None)
    if head is None:
        return None
    names = [_fields(_value(text, cell)) for cell in rows[head].cells]
    column = next((at for at, fields in enumerate(names) if "alternates" in fields and "question" not in fields), None)
    items = [list_cell("alternates", [wording]) for wording in wordings]
    changes: list[tuple[int, int, str]] = []
    if column is None:  # a new column, behind the last: every row must have as many cells
        for row in rows[head:]:
            cell = "alternates" if row is rows[head] else "|".join(items) if row.line == line else ""
            end = row.cells[-1][1]
            changes.append((end, end, f"{separator}{_written(cell, separator, False) if cell else ''}"))
    else:
        own = next((row for row in rows if row.line == line), None)
        if own is None or column >= len(own.cells):
            return None
        begin, end = own.cells[column]
        there = cell_text(_value(text, (begin, end)))
        joint = "\n" if "\n" in there else "|"
        cell = joint.join([*([there] if there.strip() else []), *items])
        changes.append((begin, end, _written(cell, separator, text[begin : begin + 1] == '"')))
    for begin, end, cell in reversed(changes):
        text = text[:begin] + cell + text[end:]
    return text


def _rows(text: str, separator: str, first: int) -> list[_Row]:
    """The rows from line index `first` on, but for blank lines."""
    rows: list[_Row] = []
    at, line = 0, 1
    while at < len(text):
        begin, row = at, _Row(line, [])
        while True:
            end = _cell_end(text, at, separator)
            row.cells.append((at, end))
            at = end + 1
            if end >= len(text) or text[end] != separator:
                break
        at += text[end : end + 2] == "\r\n"
        line += text.count("\n", begin, at)
        if row.line > first and text[begin:end].strip():
            rows.append(row)
    return rows


def _cell_end(text: str, at: int, separator: str) -> int:
    if text[at : at + 1] == '"':
        at += 1
        while (quote := text.find('"', at)) >= 0 and text[quote + 1 : quote + 2] == '"':
            at = quote + 2
        at = len(text) if quote < 0 else quote + 1
    while at < len(text) and text[at] not in (separator, "\r", "\n"):
        at += 1
    return at


def _value(text: str, cell: tuple[int, int]) -> str:
    raw = text[slice(*cell)]
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw


def _written(cell: str, separator: str, is_quoted: bool) -> str:
    cell = safe_cell(cell)
    if is_quoted or any(sign in cell for sign in (separator, '"', "\n", "\r")):
        quoted = cell.replace('"', '""')
        return f'"{quoted}"'
    return cell


def _names(text: str, row: _Row) -> set[str]:
    return {field for cell in row.cells for field in _fields(_value(text, cell))}


def _fields(name: str) -> set[str]:
    return {meaning.field for meaning in meanings(name.strip())}
