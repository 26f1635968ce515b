"""Pages that a browser printed as PDF come out whole: real Chromium prints them."""

import re
from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Page

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from tests.browser import chromium, in_chromium
from tests.printed import PAIRS, SITE, TABLE_WITHIN, Print, all_prints, printed, quick_prints

pytestmark = in_chromium


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def read(data: bytes) -> Content:
    return joined(parse("faq.pdf", data))


def words(text: str) -> str:
    """Without marks of Markdown, and without the room between words, which hyphens at the ends of lines may take."""
    return re.sub(r"<br>|[\s*\\-]", "", text)


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(words(entry.question), words(entry.answer)) for entry in content.entries]


WANTED = [(words(question), words("".join(answer))) for question, answer in PAIRS]


def lost(page: Page, prints: Iterable[Print]) -> tuple[list[Print], list[Print]]:
    """(the prints that do not come out whole, those of them of which no error tells)"""
    found = [(one, read(one.made(page))) for one in prints]
    torn = [(one, content) for one, content in found if pairs(content) != WANTED]
    return [one for one, _ in torn], [one for one, content in torn if not content.errors]


def test_each_style_comes_out_whole(page: Page) -> None:
    """Red where lines are joined by how full they are alone, and without the tables."""
    assert lost(page, quick_prints()) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_many_prints_come_out_whole(page: Page, seed: int) -> None:
    """All styles on all papers, and 300 at random. A table that a column of text parts may be torn."""
    prints = list(all_prints(seed, 300))
    torn, _ = lost(page, prints)
    assert len(torn) <= 0.02 * len(prints), torn
    assert all("table" in one.style for one in torn), torn


def test_the_foot_of_a_printed_site_is_no_entry_and_no_answer(page: Page) -> None:
    content = read(printed(page, SITE))
    assert [entry.question for entry in content.entries] == ["Is it warm?", "Is it deep?"]
    assert [entry.answer for entry in content.entries] == ["Yes.", "No, it is not."]
    assert [problem.rule for problem in content.problems] == ["left-out"]


def test_a_table_within_an_answer_keeps_its_rows(page: Page) -> None:
    """Red without the names of the columns, which are set in the middle."""
    content = read(printed(page, TABLE_WITHIN))
    assert [entry.question for entry in content.entries] == ["What does it cost?", "Is it warm?"]
    rows = ["| **Day** | **Price** |", "| --- | --- |", "| Mon | 12 euros |", "| Tue | 14 euros |"]
    assert content.entries[0].answer.split("\n") == ["See here:", "", *rows]


def test_entries_side_by_side_are_no_table(page: Page) -> None:
    """Red without the look at which columns ask."""
    card = "<div style='width:45%;display:inline-block;vertical-align:top'><h3>{}</h3><p>{}</p></div>"
    html = "".join(card.format(question, answer[0]) for question, answer in PAIRS[:6])
    assert pairs(read(printed(page, html))) == [(words(q), words(a[0])) for q, a in PAIRS[:6]]


def test_letters_of_arabic_are_those_that_people_type(page: Page) -> None:
    question, answer = "\u0645\u062a\u0649 \u062a\u0641\u062a\u062d\u0648\u0646\u061f", "\u0646\u0639\u0645."
    # In one font: of a blank in another, which a machine may have for Latin, the reader of PDFs does not see the place.
    html = f"<html dir=rtl lang=ar style='font-family: DejaVu Sans'><h2>{question}</h2><p>{answer}</p>"
    content = read(printed(page, html))
    assert [(entry.question, entry.answer) for entry in content.entries] == [(question, answer)]
