"""Tables drawn with characters: "+----+" around rows of "| cell |", box-drawing lines, or a rule below the names.

Pandoc, databases and people write such tables. A row may have several lines. Where rules separate the rows, all lines
between two rules are one row. Otherwise a line without a first cell continues the row above.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from chatbot.content.document import Line
from chatbot.content.furniture import asks
from chatbot.content.sections import LONGEST

# Light, heavy and double box-drawing characters as keyboard characters: horizontal, vertical, then corners.
_BOXES = str.maketrans(
    "\u2500\u2501\u2550" + "\u2502\u2503\u2551" + "".join(map(chr, [*range(0x250C, 0x254C), *range(0x2552, 0x256D)])),
    "---" + "|||" + "+" * (0x254C - 0x250C + 0x256D - 0x2552),
)
_RULE = re.compile(r"[+|]?[-=:]{2,}(?:[ ]?[+|][ ]?[-=:]{2,})+[+|]?")
_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_FEWEST = 2  # rows below the names, or with a question


class DrawnTable(NamedTuple):
    """`numbers`: of its lines. `named`: whether the first of `rows` holds column names."""

    numbers: list[int]
    rows: list[list[Line]]
    named: bool

    @property
    def holds_questions(self) -> bool:
        columns = zip(*self.rows[self.named :], strict=True)
        return any(sum(asks(cell.text, LONGEST) for cell in column) >= _FEWEST for column in columns)


def drawn_tables(lines: Mapping[int, str]) -> Iterator[DrawnTable]:
    """The tables in `lines` (number -> text). A blank or missing line ends a table."""
    drawn = {number: line.translate(_BOXES) for number, line in lines.items()}
    candidates = [number for number, text in drawn.items() if _BAR.search(text) or _RULE.fullmatch(text.strip())]
    for _, run in groupby(enumerate(candidates), key=lambda numbered: numbered[1] - numbered[0]):
        numbers = [number for _, number in run]
        if table := _table(numbers, [drawn[number] for number in numbers]):
            yield table


def _table(numbers: list[int], texts: Sequence[str]) -> DrawnTable | None:
    rules = [_RULE.fullmatch(text.strip()) is not None for text in texts]
    has_frame = any(text.strip()[0] in "+|" for text, rule in zip(texts, rules, strict=True) if rule)
    split = [[] if rule else _cells(text, has_frame) for text, rule in zip(texts, rules, strict=True)]
    widths = {len(cells) for cells, rule in zip(split, rules, strict=True) if not rule}
    if not any(rules) or len(widths) != 1 or max(widths) < 2:
        return None
    # Rules between two rows. Rules above the first or below the last row are the frame.
    first, last = rules.index(False), len(rules) - rules[::-1].index(False)
    inner = [at for at in range(first, last) if rules[at]]
    has_rules_between = len(inner) > 1
    rows: list[list[Line]] = []
    for at in range(first, last):
        if rules[at]:
            continue
        cells = [Line(text, {numbers[at]}) for text in split[at]]
        goes_on = bool(rows) and not rules[at - 1] and (has_rules_between or not cells[0].text)
        if goes_on:
            rows[-1] = [_joined(above, below) for above, below in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    named = bool(inner) and not any(asks(cell.text, LONGEST) for cell in rows[0])
    return DrawnTable(numbers, rows, named) if len(rows) >= _FEWEST + named else None


def _cells(text: str, has_frame: bool) -> list[str]:
    cells = [cell.strip() for cell in _BAR.split(text)]
    return cells[not cells[0] : len(cells) - (not cells[-1])] if has_frame else cells


def _joined(above: Line, below: Line) -> Line:
    return Line(f"{above.text} {below.text}".strip(), above.sources | below.sources)


def with_pipes(lines: Mapping[int, str]) -> dict[int, str]:
    """`lines` of Markdown with drawn tables as Markdown tables, each row on its first line. Code stays as it is."""
    result = dict(lines)
    code = _lines_of_code(lines)
    for table in drawn_tables(lines):
        firsts = [min(set().union(*(cell.sources for cell in row))) for row in table.rows]
        between = [number for number in table.numbers if firsts[0] < number < firsts[1] and _is_drawn(lines[number])]
        if not (table.named and between) or not code.isdisjoint(table.numbers):
            continue
        for number in table.numbers:
            del result[number]
        for number, row in zip(firsts, table.rows, strict=True):
            result[number] = f"| {' | '.join(cell.text for cell in row)} |"
        result[between[0]] = f"|{' --- |' * len(table.rows[0])}"
    return dict(sorted(result.items()))


def _is_drawn(line: str) -> bool:
    """Whether it is a rule that Markdown has no syntax for."""
    rule = line.strip().translate(_BOXES)
    return _RULE.fullmatch(rule) is not None and "+" in rule


def _lines_of_code(lines: Mapping[int, str]) -> set[int]:
    code: set[int] = set()
    fence = ""
    for number, line in lines.items():
        opened = _FENCE.match(line)
        if opened and not fence:
            fence = opened[1]
        elif opened and opened[1].startswith(fence):
            fence = ""
        if fence:
            code.add(number)
    return code
