"""The cells of an HTML table by column, where some span several rows or columns."""

from collections import deque
from collections.abc import Sequence

from chatbot.content.readers.html_tree import Element

_MOST_COLUMNS = 50  # columns that one cell may span
_GROWTH = 4  # a larger grid, in times of the written cells, is not expanded


def by_column(rows: Sequence[Sequence[Element]]) -> list[list[Element | None]]:
    """The rows as they are shown: a cell that spans rows is in each of them, with None beside one that spans columns.

    A table that would grow too much stays as it is written.
    """
    most = _GROWTH * sum(map(len, rows)) + 100
    open_cells: dict[int, tuple[int, Element | None]] = {}  # column -> rows that it still spans, its cell
    grid: list[list[Element | None]] = []
    count = 0
    for row in rows:
        line = _line(row, open_cells)
        count += len(line)
        if count > most:
            return [list(row) for row in rows]
        grid.append(line)
    return grid


def _line(row: Sequence[Element], open_cells: dict[int, tuple[int, Element | None]]) -> list[Element | None]:
    line: list[Element | None] = []
    waiting = deque(row)
    last = max((column for column, (left, _) in open_cells.items() if left), default=-1)
    while waiting or len(line) <= last:
        at = len(line)
        left, above = open_cells.get(at, (0, None))
        if left:
            open_cells[at] = (left - 1, above)
            line.append(above)
        elif waiting:
            cell = waiting.popleft()
            below = _span(cell, "rowspan") - 1
            for beside in range(min(_span(cell, "colspan"), _MOST_COLUMNS)):
                line.append(None if beside else cell)
                open_cells[at + beside] = (below, line[-1])
        else:
            line.append(None)
    return line


def _span(cell: Element, name: str) -> int:
    value = cell.attributes.get(name, "").strip()
    return max(1, int(value)) if value.isdecimal() and value.isascii() and len(value) < 6 else 1
