"""Tables on PDF pages: lines that continue to the right, again and again at the same position.

Programs write a table cell by cell. After the last line of a cell, the next line begins farther right and no lower.
Text in two columns does this once a page, a table in each row.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from chatbot.content.readers.pdf_lines import PageLine, mark_of
from chatbot.core.sentence_marks import LINE_END
from chatbot.core.text import ends_as_question, match_key

_NEAR = 2.0  # points; closer positions are the same
_ROOM = 1.2  # font sizes between two cells on one line
_BLANK = 0.15
_LOWER = 0.6  # font sizes; from here on another line
_CLOSE = 1.3  # times the line spacing; lines of a cell are closer
_NEXT = 1.05  # times the line spacing; after a question, the next cell begins
_FEWEST = 2  # rows
_LONGEST_MARK = 5  # characters of a list mark

Cell = list[PageLine]


@dataclass(slots=True)
class Table:
    """`columns`: x of their left edges. `named`: the first row holds column names."""

    columns: list[float]
    rows: list[list[Cell]]
    named: bool = False


def with_tables(lines: Sequence[PageLine]) -> list[PageLine | Table]:
    """Lines and tables in order. A table that continues on the next page is one table."""
    parts: list[PageLine | Table] = []
    for column in _columns_of_text(lines):
        last = parts[-1] if parts else None
        for part in _of_column(column, last if isinstance(last, Table) else None):
            last = parts[-1] if parts else None
            if isinstance(part, Table) and isinstance(last, Table) and _is_alike(last.columns, part.columns):
                _join(last, part)
            else:
                parts.append(part)
    for part in parts:
        if isinstance(part, Table):
            heads = [line for cell in part.rows[0] for line in cell]
            below = [line for row in part.rows[1:] for cell in row[1:] for line in cell]
            part.named = all(line.bold for line in heads) and not all(line.bold for line in below)
    return parts


def _columns_of_text(lines: Sequence[PageLine]) -> Iterator[list[PageLine]]:
    """The text columns of each page: a new one begins where the text jumps up beyond the row above."""
    column: list[PageLine] = []
    lowest = floor = math.inf  # of the lines so far, and of those above the last row
    for line in lines:
        last = column[-1] if column else line
        is_new = last.page != line.page or (_is_beside(last, line) and line.y > floor)
        if is_new:
            yield column
            column, lowest, floor = [], math.inf, math.inf
        elif line.x < last.x - 2 * line.size and line.y < last.y:
            floor = lowest
        column.append(line)
        lowest = min(lowest, line.y)
    if column:
        yield column


def _of_column(lines: Sequence[PageLine], above: Table | None) -> Iterator[PageLine | Table]:
    """Lines and tables of a column. `above`: the table at the end of the column before."""
    segments, owners = [], []
    positions = _often(line.x for line in lines) | _often(part.x for line in lines for part in line.parts[1:])
    for line in lines:
        parts = _segments(line, positions)
        segments += parts
        owners += [line] * len(parts)
    grid = _Grid(segments, above.columns if above else [])
    at = 0
    while grid.columns and (range_found := grid.extent(at, is_more := at == 0 and above is not None)):
        begin, end = range_found
        table = Table(grid.columns, grid.rows(begin, end))
        if _is_of_cards(table) or not (is_more or sum(sum(map(bool, row)) > 1 for row in table.rows) >= _FEWEST):
            break
        if begin > at and (names := grid.names(begin - 1, owners[begin - 1])):
            table.rows.insert(0, names)
            begin -= 1
        yield from _each_once(owners[at:begin])
        yield table
        at = end
    yield from _each_once(owners[at:])


def _each_once(lines: Sequence[PageLine]) -> Iterator[PageLine]:
    for at, line in enumerate(lines):
        if not at or lines[at - 1] is not line:
            yield line


def _often(positions: Iterable[float]) -> set[int]:
    return {position for position, count in Counter(map(round, positions)).items() if count >= _FEWEST}


def _segments(line: PageLine, positions: set[int]) -> list[PageLine]:
    """The parts of a line that may be cells: with space between, or at positions where others begin."""
    parts: list[PageLine] = [*line.parts[:1]] or [line]
    for part in line.parts[1:]:
        last = parts[-1]
        is_mark = len(last.text) < _LONGEST_MARK and mark_of(replace(last, text=f"{last.text.strip()} x"))
        room = (part.x - last.right) / part.size
        is_in_place = not {round(part.x) + step for step in (-1, 0, 1)}.isdisjoint(positions)
        is_cell = room > _ROOM or (is_in_place and room > _BLANK and last.ends_bold == part.starts_bold)
        if is_cell and not is_mark and not part.code:
            parts.append(part)
        else:
            text = f"{last.text.rstrip()} {part.text.lstrip()}"
            parts[-1] = replace(
                last,
                text=text,
                right=part.right,
                bold=last.bold and part.bold,
                ends_bold=part.ends_bold,
                is_soft=part.is_soft,
            )
    return parts if len(parts) > 1 else [line]


class _Grid:
    """The table columns of a page, and the cells in them."""

    def __init__(self, segments: Sequence[PageLine], above: list[float]) -> None:
        self._segments = segments
        self.columns = self._columns() or self._as_above(above)
        gaps = [a.y - b.y for a, b in pairwise(segments) if abs(a.x - b.x) < _NEAR and a.size == b.size and a.y > b.y]
        self._line = min(gaps, default=0.0)

    def _columns(self) -> list[float]:
        jumps = [(a, b) for a, b in pairwise(self._segments) if _is_beside(a, b)]
        often = [(a, b) for a, b in jumps if sum(abs(b.x - other.x) <= _NEAR for _, other in jumps) >= _FEWEST]
        if not often:
            return []
        columns: list[float] = []
        for x in sorted(b.x for _, b in often):
            if not columns or x > columns[-1] + _NEAR:
                columns.append(x)
        starts = Counter(round(a.x) for a, b in often if b.x <= columns[0] + _NEAR)
        first = min(starts, key=lambda x: (-starts[x], x))
        return [float(first), *columns]

    def _as_above(self, columns: list[float]) -> list[float]:
        """The columns of the table above; shifted where the lines begin with the rest of an answer."""
        start = self._segments[0].x
        if not columns or any(abs(start - x) <= _NEAR for x in columns):
            return columns
        return [x + start - columns[1] for x in columns]

    def _column(self, at: int) -> int | None:
        """The column of a segment; None where it is outside all columns, or across two."""
        return self._of(self._segments[at])

    def _of(self, segment: PageLine) -> int | None:
        reached = [n for n, x in enumerate(self.columns) if segment.x >= x - _NEAR]
        if not reached or (
            reached[-1] + 1 < len(self.columns) and segment.right > self.columns[reached[-1] + 1] + _NEAR
        ):
            return None
        return reached[-1]

    def extent(self, at: int, goes_on: bool) -> tuple[int, int] | None:
        """(start, end) of the next table. `goes_on`: it may continue the table of the page before."""
        inside = [self._column(n) for n in range(len(self._segments))]
        if goes_on:
            end = at
            while end < len(inside) and inside[end]:
                end += 1
            if end > at:
                return at, max(end, self._last(at, inside))
        for n in range(at, len(inside) - 1):
            if inside[n] is not None and inside[n + 1] and _is_beside(self._segments[n], self._segments[n + 1]):
                begin = n
                while begin > at and inside[begin - 1] == inside[n] and self._is_of_cell(begin):
                    begin -= 1
                is_rest = goes_on and not any(inside[at:begin]) and self._segments[at].text[:1].islower()
                return at if is_rest else begin, self._last(n, inside)
        return None

    def _is_of_cell(self, at: int) -> bool:
        above, below = self._segments[at - 1], self._segments[at]
        return above.size == below.size and above.bold == below.bold and 0 < above.y - below.y <= _CLOSE * self._line

    def _last(self, at: int, inside: Sequence[int | None]) -> int:
        """The index after the last cell that is not in the first column."""
        end = at
        while at < len(inside) and inside[at] is not None:
            at += 1
            if inside[at - 1]:
                end = at
        return end

    def names(self, at: int, line: PageLine) -> list[Cell]:
        """The column names, if the line holds them: centred, and so close that they look like one text."""
        places = [self._of(part) for part in line.parts]
        is_close = line.y - self._segments[at + 1].y <= 2 * _CLOSE * self._line
        is_head = line.bold and is_close and places == list(range(len(self.columns)))
        return [[part] for part in line.parts] if is_head else []

    def rows(self, begin: int, end: int) -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        current = 0
        for at in range(begin, end):
            segment, column = self._segments[at], self._column(at) or 0
            if not rows or column < current or (column == current and self._is_next(at, rows[-1], column)):
                rows.append([[] for _ in self.columns])
            rows[-1][column].append(segment)
            current = column
        return rows

    def _is_next(self, at: int, row: Sequence[Cell], column: int) -> bool:
        """Whether a segment below another one in its column belongs to the next row."""
        above, below = self._segments[at - 1], self._segments[at]
        filled = [line for cell in row for line in cell]
        is_below_names = sum(map(bool, row)) > 1 and all(line.bold for line in filled) and not below.bold
        gap = above.y - below.y
        ends = ends_as_question(above.text) and gap > _NEXT * self._line
        is_apart = column == 0 and (gap > _CLOSE * self._line or ends or above.bold != below.bold)
        return is_below_names or is_apart


def _is_beside(above: PageLine, below: PageLine) -> bool:
    """Whether `below`, the next line in the file, is to the right of `above` and no lower."""
    is_right = below.x > above.x + 2 * above.size and below.x > above.right - _NEAR
    return above.page == below.page and is_right and below.y > above.y - _LOWER * above.size


def _is_of_cards(table: Table) -> bool:
    """Whether each column has questions: then these are cards side by side, not a table."""
    counts = [sum(any(ends_as_question(line.text) for line in cell) for cell in column) for column in _across(table)]
    most, second, *_ = [*sorted(counts, reverse=True), 0, 0]
    if second >= _FEWEST and 2 * second >= most:
        return True
    # With few cards, the first question may be followed by no row: then it does not belong to the table.
    return max(counts[1:]) >= _FEWEST and second > 0 and all(map(_asks_in_titles, _across(table)))


def _across(table: Table) -> list[tuple[Cell, ...]]:
    return list(zip(*table.rows, strict=True))


def _asks_in_titles(column: Sequence[Cell]) -> bool:
    """Whether every question in a column has another style than the text below it."""
    lines = [line for cell in column for line in cell]
    asking = [line for line in lines if ends_as_question(line.text)]
    return all(line.bold or line.size > min(other.size for other in lines) for line in asking) and (
        not asking or not all(line.bold for line in lines)
    )


def _is_alike(columns: Sequence[float], others: Sequence[float]) -> bool:
    """Whether two tables have columns of the same widths."""
    steps = [a - b for a, b in zip(columns, others, strict=False)]
    return len(columns) == len(others) and max(steps) - min(steps) <= _NEAR


def _join(table: Table, more: Table) -> None:
    rows = more.rows
    if _keys(rows[0]) == _keys(table.rows[0]):
        rows = rows[1:]
    if rows and _is_rest(table.rows[-1], rows[0]):
        for cell, rest in zip(table.rows[-1], rows[0], strict=True):
            cell += rest
        rows = rows[1:]
    table.rows += rows


def _is_rest(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a page ended in the middle of this row."""
    if not below[0]:
        return True
    return bool(row[0]) and not LINE_END.search(row[0][-1].text) and below[0][0].text[:1].islower()


def _keys(row: Sequence[Cell]) -> list[str]:
    return [match_key(" ".join(line.text for line in cell)) for cell in row]
