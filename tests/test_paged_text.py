"""What pages, columns and programs put into a text: running heads, parted words, topics, escapes, redirects."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from chatbot.content.readers.redirects import direct


def read(name: str, text: str) -> Content:
    return joined(parse(name, text.encode()))


def asked(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


PAGE = "What is {name}?\n{name} is seen on every day but\n\n{head}\n\nsunday.\n\nWho may see {name}?\nYou.\n\n"
HEADS = ["{n}", "- {n} -", "Page {n} of 4", "The Mill \u2013 FAQ\nPage {n}", "Seite {n}\n\nDie M\u00fchle", "{n} / 4"]


@pytest.mark.parametrize("head", HEADS)
def test_running_heads_are_no_part_of_answers_and_told(head: str) -> None:
    names = ("Ada", "Bob", "Cat", "Dan")
    text = "".join(PAGE.format(name=name, head=head.format(n=n)) for n, name in enumerate(names, 1))
    content = read("f.txt", text)
    assert asked(content)[::2] == [(f"What is {name}?", f"{name} is seen on every day but\nsunday.") for name in names]
    dropped = {line.reason for line in content.dropped}
    assert dropped == {"running head or number of a page"}
    assert len(content.dropped) == 4 * len(head.replace("\n\n", "\n").split("\n"))


def test_lines_that_count_other_things_stay() -> None:
    steps = "\n".join(f"Step {n}\nDo {n}.\n\nand so\n\non, for {n}.\n" for n in range(1, 5))
    parts = "".join(f"What is room {n}?\nA room.\n\nIt is\n\nlarge.\n\n" for n in range(1, 5))
    content = read("f.txt", f"How do I do it?\n{steps}\n{parts}")
    assert len(content.entries) == 5
    assert all(f"Step {n}" in content.entries[0].answer for n in range(1, 5))


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ("You find the infor-\nmation in the shop.", "You find the information\nin the shop."),
        (
            "The shop has all infor-\nmation. Information is free.",
            "The shop has all information.\nInformation is free.",
        ),
        ("Use the self-\nservice desk.", "Use the self-\nservice desk."),
        ("The front-\ndoor is shut. Use the front or the other door.", None),
        ("See the check-\nin desk, where you check-in.", None),
    ],
)
def test_a_word_that_the_end_of_a_line_parts_is_whole(lines: str, answer: str | None) -> None:
    assert asked(read("f.txt", f"Where is it?\n{lines}\n")) == [("Where is it?", answer or lines)]


@pytest.mark.parametrize("name", ["f.txt", "f.md"])
def test_lines_with_topics_are_tags(name: str) -> None:
    ask = "{}\n{}\n\n" if name == "f.txt" else "## {}\n\n{}\n\n"
    above = "Category: Money\n\n" + ask.format("Why?", "So.") + ask.format("When?", "Now.") + "Category: Boats\n\n"
    entries = read(name, above + ask.format("Who?", "You.")).entries
    assert [(e.answer, e.tags) for e in entries] == [("So.", ("Money",)), ("Now.", ("Money",)), ("You.", ("Boats",))]
    below = [ask.format(f"{word}?", "So.") + f"Kategorie: {word}s\n\n" for word in ("Boat", "Room")]
    assert [entry.tags for entry in read(name, "".join(below)).entries] == [("Boats",), ("Rooms",)]
    one = ask.format("Which card?", "This one:\nCategory: B1\nIt is blue.") + ask.format("Why?", "So.")
    assert [entry.tags for entry in read(name, one).entries] == [(), ()]


def test_line_breaks_that_a_table_cannot_hold() -> None:
    names = "Question\tAnswer\tSource\tMetadata\tSuggestedQuestions\tIsContextOnly\tPrompts\tQnaId\n"
    row = "How?\tdo this:\\n\\n* one\\nand two\tx\t\t[]\tFalse\t[]\t1\n"
    assert asked(read("f.tsv", names + row)) == [("How?", "do this:\n\n* one\nand two")]
    plain = "question\tanswer\nHow?\tOne.\\nTwo.\nWhy?\tSee C:\\new\\notes\n"
    assert asked(read("f.tsv", plain)) == [("How?", "One.\nTwo."), ("Why?", "See C:\\new\\notes")]


def test_redirects_lead_where_they_say() -> None:
    page = '<h3>Where?</h3><p><a href="https://www.google.com/url?q=https://x.example/a%3Fb%3D1&amp;sa=D">Here</a>.</p>'
    assert asked(read("f.html", page)) == [("Where?", "[Here](https://x.example/a?b=1).")]
    assert direct("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fy.example%2F&data=1") == (
        "https://y.example/"
    )
    for address in (
        "https://www.google.com/search?q=https://x.example/",
        "https://google.com.evil.example/url?q=https://x.example/",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://[www.google.com/url?q=https://x.example/",
        "/url?q=https://x.example/",
    ):
        assert direct(address) == address
