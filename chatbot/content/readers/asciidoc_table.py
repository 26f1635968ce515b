"""AsciiDoc tables: "|" before each cell, or comma-separated values."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chatbot.content.document import Block, Box, Line
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.asciidoc_source import BlockReader, NumberedLine

_CELL = re.compile(r"(?:^|(?<=\s))(?:(\d{1,2})(?:\.\d{1,2})?([+*])|\.\d{1,2}\+)?[<^>.]{0,3}([adehlmsv])?\||(?<!\\)\|")
_COLUMN = re.compile(r"(?:(\d{1,2})\*)?")
_MOST_COLUMNS = 100
_SIGNS = {",": ",", ":": ":", "!": "!"}


@dataclass
class _Cell:
    style: str = ""
    wide: int = 1  # columns that it spans
    times: int = 1
    lines: list[NumberedLine] = field(default_factory=list)


def table_rows(
    reader: BlockReader, mark: str, lines: Sequence[NumberedLine], named: Mapping[str, str], options: set[str], box: Box
) -> tuple[list[list[Line]], bool]:
    """The cells of each row, and whether the first row holds column names."""
    separator = named.get("separator") or ("," if named.get("format") == "csv" else _SIGNS.get(mark, "|"))
    split = _values if separator in (",", ";", ":", "\t") else _cells
    cells, width = split(lines, separator[:1])
    width = _width(named.get("cols", ""), width)
    cell_lines: list[Line] = []
    for cell in cells:
        shown = _shown(reader, cell, box)
        cell_lines += [shown] * cell.times + [Line("")] * (cell.wide - 1)
    rows = [cell_lines[start : start + width] for start in range(0, len(cell_lines), width)]
    apart = len(lines) > 2 and lines[0][1].strip() != "" and not lines[1][1].strip()
    return rows, "header" in options or (apart and "noheader" not in options)


def _values(lines: Sequence[NumberedLine], separator: str) -> tuple[list[_Cell], int]:
    rows = [(number, next(csv.reader([line], delimiter=separator))) for number, line in lines if line.strip()]
    cells = [_Cell(lines=[(number, text.strip())]) for number, row in rows for text in row]
    return cells, len(rows[0][1]) if rows else 1


def _cells(lines: Sequence[NumberedLine], separator: str) -> tuple[list[_Cell], int]:
    """The cells, and the number of cells in the first line."""
    cells: list[_Cell] = []
    width = 0
    for number, line in lines:
        end = 0
        line = line if separator == "|" else line.replace(separator, "|")
        for match in _CELL.finditer(line):
            if cells:
                cells[-1].lines.append((number, line[end : match.start()]))
            count = min(int(match[1] or 1), _MOST_COLUMNS)
            is_wide = match[2] == "+"
            cells.append(_Cell(match[3] or "", count if is_wide else 1, 1 if is_wide else count))
            end = match.end()
        if cells:
            cells[-1].lines.append((number, line[end:]))
        width = width or sum(cell.wide * cell.times for cell in cells)
    return cells, width or 1


def _width(columns: str, otherwise: int) -> int:
    if re.fullmatch(r"\s*\d{1,2}\s*", columns):
        width = int(columns)
    elif columns.strip():
        width = sum(int(match[1] or 1) for part in re.split("[,;]", columns) if (match := _COLUMN.match(part.strip())))
    else:
        width = otherwise
    return max(min(width, _MOST_COLUMNS), 1)


def _shown(reader: BlockReader, cell: _Cell, box: Box) -> Line:
    lines = [(number, line.replace("\\|", "|").strip()) for number, line in cell.lines]
    inside: list[Block] = []
    part: list[NumberedLine] = []
    if cell.style == "a" or any(re.match(r"[*.-]+\s", line) for _, line in lines[1:]):
        reader.read(lines, Box(box, "cell"), inside)
        return md.cell(inside)
    for number, line in [*lines, (0, "")]:
        if line:
            part.append((number, line))
        elif part:
            inside.append(reader.paragraph(part, box))
            part = []
    return md.cell(inside)
