"""What is made as the questions of a page are and was not read is told, though it asks nothing."""

from collections.abc import Callable

import pytest

from chatbot.content.ledger import joined
from chatbot.content.parser import parse

LOST = "Opening hours"
QUESTIONS = ["How do I pay?", "Where are you?", LOST, "What is it?", "Who may come?", "Can I swim?"]
PAIRS = [(question, f"Answer {number} is here.") for number, question in enumerate(QUESTIONS)]
Write = Callable[[str, str], str]
PAGES: dict[str, tuple[str, Write]] = {
    "cards": ("f.html", lambda q, a: f"<div><div>{q}</div><div><p>{a}</p></div></div>"),
    "cards on one line": ("f.html", lambda q, a: f"<div><div>{q}</div><div><p>{a}</p></div></div>".replace("\n", "")),
    "sections": ("f.html", lambda q, a: f"<section><span>{q}</span><p>{a}</p></section>\n"),
    "paragraphs": ("f.html", lambda q, a: f"<p>{q}</p>\n<p>{a}</p>\n"),
    "own classes": ("f.html", lambda q, a: f'<div class="x{a[7]}">{q}</div>\n<div>{a}</div>\n'),
    "lines apart": ("f.txt", lambda q, a: f"{q}\n\n{a}\n\n"),
    "Markdown": ("f.md", lambda q, a: f"{q}\n\n{a}\n\n"),
}
LINES: tuple[str, Write] = ("f.txt", lambda q, a: f"{q}\n{a}\n\n")


@pytest.mark.parametrize("name", PAGES)
def test_a_lost_sibling_is_told(name: str) -> None:
    file, write = PAGES[name]
    text = "".join(write(*pair) for pair in PAIRS)
    content = joined(parse(file, text.encode()))
    assert [entry.question for entry in content.entries] == [q for q in QUESTIONS if q != LOST]
    told = [problem for problem in content.problems if problem.rule == "lost-sibling"]
    assert [(LOST in problem.message, problem.severity) for problem in told] == [(True, "warning")]
    assert LOST in text.split("\n")[told[0].line - 1]


def test_a_title_above_its_text_as_all_are_is_read() -> None:
    content = joined(parse(LINES[0], "".join(LINES[1](*pair) for pair in PAIRS).encode()))
    assert [(entry.question, entry.answer) for entry in content.entries] == PAIRS
    assert not content.problems


@pytest.mark.parametrize("name", [*PAGES, "lines"])
def test_nothing_is_told_where_nothing_is_lost(name: str) -> None:
    """Titles, notes and long answers are made otherwise."""
    file, write = PAGES.get(name, LINES)
    pairs = [(q, a) for q, a in PAIRS if q != LOST]
    pairs[1] = pairs[1][0], "It is in the street by the river, which begins at the bridge and ends at the old mill."
    content = joined(parse(file, "".join(write(*pair) for pair in pairs).encode()))
    assert len(content.entries) == len(pairs)
    assert not content.problems


def test_titles_of_parts_are_none() -> None:
    part = "<h2>{0}</h2>\n<h2>Why {0}?</h2><p>So.</p>\n<h2>When {0}?</h2><p>Now.</p>\n<h2>Who {0}?</h2><p>You.</p>\n"
    content = joined(parse("f.html", "".join(part.format(name) for name in ("money", "boats", "rooms")).encode()))
    assert len(content.entries) == 9
    assert not [problem for problem in content.problems if problem.rule == "lost-sibling"]
