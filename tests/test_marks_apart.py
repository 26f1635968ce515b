"""Marks in elements of their own, numbers with a sign, bullets of Word: none of them is part of what is said."""

from collections.abc import Callable

import pytest

from chatbot.content.ledger import joined
from chatbot.content.parser import parse

PAIRS = [("How do I pay?", "By card."), ("Opening hours", "Nine to five."), ("What is it?", "It is it.")]
Write = Callable[[str, str, str], str]
PAGES: dict[str, Write] = {
    "spans": lambda q, a, n: f"<div><p><span class=i>Q</span> {q}</p><p><span class=i>A</span> {a}</p></div>",
    "no blank": lambda q, a, n: f"<h3><span>Q</span>{q}</h3>\n<p><span>A</span>{a}</p>",
    "numbers": lambda q, a, n: f"<details><summary><i>Q{n}</i> {q}</summary><div><b>A{n}</b><p>{a}</p></div></details>",
    "terms": lambda q, a, n: f"<dl><dt><span>Q.</span>{q}</dt><dd><span>A.</span>{a}</dd></dl>",
    "strong": lambda q, a, n: f"<div><p><strong>Q</strong> {q}</p><p><strong>A</strong> {a}</p></div>",
    "deep": lambda q, a, n: f"<h3><span><b><i>F</i></b></span> {q}</h3>\n<p><span><b>A</b></span> {a}</p>",
    "boxes": lambda q, a, n: (
        f"<details><summary><div>Q</div><div>{q}</div></summary><div>A</div><div>{a}</div></details>"
    ),
    "microdata": lambda q, a, n: (
        f'<div itemscope itemtype="https://schema.org/Question"><h3 itemprop=name><span>Q</span> {q}</h3><div '
        f'itemprop=acceptedAnswer itemscope itemtype="https://schema.org/Answer"><p itemprop=text>{a}</p></div></div>'
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_mark_in_an_element_of_its_own(name: str) -> None:
    page = "\n".join(PAGES[name](q, a, str(n)) for n, (q, a) in enumerate(PAIRS, 1))
    content = joined(parse("f.html", page.encode()))
    assert [(entry.question, entry.answer) for entry in content.entries] == PAIRS
    assert not content.errors


def test_a_letter_that_opens_one_line_is_no_mark() -> None:
    page = (
        "<h3><b>Q</b> fever: what is it?</h3><p>An illness.</p><h3>What is plan <b>A</b>?</h3><p><b>A</b> is cheap.</p>"
    )
    content = joined(parse("f.html", page.encode()))
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("Q fever: what is it?", "An illness."),
        ("What is plan A?", "**A** is cheap."),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.md", "## #1 What is it?\n\nIt is it.\n"),
        ("f.txt", "#1 What is it?\n\nIt is it.\n"),
        ("f.html", "<h3>#1 What is it?</h3><p>It is it.</p>"),
        ("f.csv", "question,answer\n#1 What is it?,It is it.\n"),
        ("f.json", '[{"question": "№ 1: What is it?", "answer": "It is it."}]'),
    ],
)
def test_a_number_with_its_sign_is_no_part_of_one_question(name: str, text: str) -> None:
    content = joined(parse(name, text.encode()))
    assert [(entry.question, entry.answer) for entry in content.entries] == [("What is it?", "It is it.")]


def test_bullets_of_word_are_items_of_a_list() -> None:
    page = "<h3>Why?</h3><p class=MsoListParagraph>\u00b7&nbsp;&nbsp; one</p><p><span>\u25aa </span>two</p>"
    assert joined(parse("f.html", page.encode())).entries[0].html.count("<li>") == 2
    text = "Why?\n\u00b7 one\n\uf0b7\ttwo\no\tthree\n\nWho?\no sole mio\n"
    assert [e.html.count("<li>") for e in joined(parse("f.txt", text.encode())).entries] == [3, 0]
