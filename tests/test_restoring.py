"""What looks like a site's own furniture and is an answer, or a part of one: it stays, or is named."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse


def read(name: str, text: str) -> Content:
    return joined(parse(name, text.encode()))


def answers(content: Content) -> dict[str, str]:
    return {entry.question: entry.answer for entry in content.entries}


def told(content: Content) -> list[tuple[int, str]]:
    return [(problem.line, problem.rule) for problem in content.problems if problem.rule != "site-link"]


MORE = "## Who may come?\n\nYou may.\n"


@pytest.mark.parametrize(
    "answer",
    [
        *("Got it", "Show more", "Yes / No", "Newsletter", "Home, Products, Contact", "Subscribe", "Copy link"),
        *(
            "Press\n\nGot it",
            "Press the first one.\n\nYes / No",
            "Press one of these:\nYes / No",
            "Press it.\nShow more",
        ),
        *(
            "Contents\n\n- pump\n- hose",
            "Contents\n\n| Part | Count |\n| --- | --- |\n| pump | 2 |",
            "Index\n\nIt is a word.",
        ),
        "We are on\n\n- [Facebook](https://a.example/1)\n- [YouTube](https://a.example/2)",
        "Ask these:\n\n- Who may come?\n- When is it?",
        "- Who may come?\n- When is it?",
        "- Home\n- Products\n- Contact",
        "Then:\n\n- [Home](https://a.example)\n- [Contact](https://a.example/c)\n\nDo not wait.",
    ],
)
def test_what_is_written_by_hand_stays(answer: str) -> None:
    content = read("f.md", f"## What is it?\n\n{answer}\n\n{MORE}\n## When is it?\n\nNow.\n")
    assert answers(content) == {"What is it?": answer, "Who may come?": "You may.", "When is it?": "Now."}
    assert not content.errors


@pytest.mark.parametrize(
    ("answer", "shown", "lines"),
    [
        ("<p>Show more</p>", "Show more", [2]),
        ("<p>Press</p>\n<p>Got it</p>", "Press\n\nGot it", []),
        ("<ul><li>Home</li><li>Products</li></ul>", "- Home\n- Products", [2]),
        ("<p>We are on</p><ul><li>Facebook</li><li>YouTube</li></ul>", "We are on\n\n- Facebook\n- YouTube", []),
        ("<ul><li>Who may come?</li><li>When is it?</li></ul>", "- Who may come?\n- When is it?", []),
        ("<p>Press it.</p>\n<p>Show more</p>", "Press it.", [3]),
        ("<p>Press it.</p>\n<ul><li>Home</li><li>Products</li></ul>", "Press it.", [3]),
        ("<p>Press it.</p>\n<p><a href='https://a.example'>Show more</a></p>", "Press it.", []),
        ("<p>Press it.</p>\n<p><a href='#x'>Back to top</a></p>", "Press it.", []),
        ("<p>Press it.</p>\n<p>© 2024 The Mill</p>", "Press it.", [3]),
    ],
)
def test_what_may_be_a_page_s_own_is_no_gap_and_is_named(answer: str, shown: str, lines: list[int]) -> None:
    page = f"<h2>What is it?</h2>\n{answer}\n<h2>Who may come?</h2><p>You may.</p><h2>When is it?</h2><p>Now.</p>"
    content = read("f.html", page)
    assert answers(content) == {"What is it?": shown, "Who may come?": "You may.", "When is it?": "Now."}
    assert told(content) == [(line, "left-out") for line in lines]


def test_what_stands_below_several_questions_answers_none() -> None:
    page = "".join(f"<h2>{asked}?</h2><p>{said}</p><p>Show more</p>" for asked, said in (("Who", "You."), ("Why", "")))
    content = read("f.html", page)
    assert answers(content) == {"Who?": "You.", "Why?": ""}


def test_contents_of_a_page_are_dropped_and_a_heading_of_that_name_is_not() -> None:
    text = f"# FAQ\n\n## Contents\n\n- [When is it?](#a)\n- [Who may come?](#b)\n\n## When is it?\n\nNow.\n\n{MORE}\n"
    content = read("f.md", f"{text}\n## Index funds\n\nThey track.\n\n## Index\n\nTwo masks.\n")
    wanted = {"When is it?": "Now.", "Who may come?": "You may.", "Index funds": "They track.", "Index": "Two masks."}
    assert answers(content) == wanted
    assert [line.line for line in content.dropped if line.reason == "table of contents"] == [3, 5, 6]


LINKS = (
    "<ul><li><a href='https://a.example/1'>Guide one</a></li><li><a href='https://a.example/2'>Guide two</a></li></ul>"
)


@pytest.mark.parametrize(
    ("above", "is_kept"), [("Read one of:", True), ("Read one of", True), ("Now.", False), ("Now (or then).", False)]
)
def test_links_below_the_last_answer_are_its_own_where_it_leads_on(above: str, is_kept: bool) -> None:
    content = read("f.html", f"<h2>Who may come?</h2><p>You.</p>\n<h2>Where next?</h2>\n<p>{above}</p>\n{LINKS}")
    assert ("Guide two" in answers(content)["Where next?"]) is is_kept
    assert told(content) == ([] if is_kept else [(4, "left-out")])


def test_an_answer_of_notices_only_is_no_gap() -> None:
    said = "We use cookies for the best experience.\n\nCopyright 2024 Hall and Sons"
    assert answers(read("f.md", f"## What is it?\n\n{said}\n\n{MORE}"))["What is it?"] == said


@pytest.mark.parametrize(
    "last",
    [
        "- Do you have a ticket?\n- Is it stamped?",
        "Do you have a key? Is it new?",
        "Have you paid?",
        "Got it?\n\n[Manual](https://f.example/m.pdf)",
    ],
)
def test_what_an_answer_asks_its_reader_at_the_end_is_no_call_of_the_site(last: str) -> None:
    """Red when any line that begins as a call does is one, with nothing below it or in a file written by hand."""
    text = f"## Do dogs pay?\n\nNo.\n\n## Why is my radio silent?\n\nCheck these first.\n\n{last}\n"
    [_, entry] = read("f.md", text).entries
    assert entry.answer.endswith(last)
