"""Questions that are written wrongly: read where their place says what they are, and named where it does not."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse


def read(name: str, text: str) -> Content:
    return joined(parse(name, text.encode()))


def told(content: Content) -> list[str]:
    return [problem.rule for problem in content.problems]


def test_contents_and_entries_in_one_list_of_markdown() -> None:
    """Two lists with a blank line between them are one."""
    contents = "- [Why?](#a)\n- [When is it?](#b)\n- [Who may come?](#c)\n"
    entries = "- **Why?** - So.\n- When is it? - Now.\n- **Who may come?** - You:\n\n  - one\n"
    content = read("f.md", f"# FAQ\n\n{contents}\n{entries}")
    assert [(e.question, e.answer) for e in content.entries] == [
        ("Why?", "So."),
        ("When is it?", "Now."),
        ("Who may come?", "You:\n\n- one"),
    ]
    assert {line.reason for line in content.dropped if "#" in line.text[2:]} == {"table of contents"}
    assert not content.errors


PAGE = "Why is it?\n\nSo it is.\n\n{}\n\nWho may come?\n\nYou may.\n"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("What does a ticket cost? 14 euros.", "question-in-answer"),
        ("What should I bring? - a torch", "question-in-answer"),
        ("Does the site set a cookie? Only if you agree and accept.", "question-in-answer"),
        ("How do I tell it? Say so when you book. Why be shy about it?", "answer-in-question"),
    ],
)
def test_a_question_in_the_line_of_its_answer_is_told(line: str, rule: str) -> None:
    content = read("f.txt", PAGE.format(line))
    assert told(content) == [rule]
    assert line[:20] in content.problems[0].message


def test_an_answer_that_holds_another_question_is_not_whole() -> None:
    """Wrapped lines of AsciiDoc are one paragraph, but a question on a line of its own is no sentence of an answer."""
    ask = "What is {0}?::\nIt is {0}.\n\n"
    lost = "Where is {0}?\nHere is {0}.\n\n"
    text = "[qanda]\n" + "".join(ask.format(name) + lost.format(name) for name in ("one", "two", "three"))
    content = read("f.adoc", text)
    assert "partial" in [problem.rule for problem in content.errors]
    assert all(f'"Where is {name}?"' in str(content.problems) for name in ("one", "two", "three"))


def test_a_title_with_a_number_is_not_wrapped() -> None:
    text = "1. Why is it?\nSo it is.\n\n2. Opening hours\nNine to five.\n\n3. Who may come?\nYou may.\n"
    assert [(e.question, e.answer) for e in read("f.txt", text).entries] == [
        ("Why is it?", "So it is."),
        ("Opening hours", "Nine to five."),
        ("Who may come?", "You may."),
    ]


def test_one_answer_of_many_that_holds_three_more_questions_fails_the_file() -> None:
    """Enough of the file is read, but what it holds of one answer is none."""
    text = "".join(f"## What is part {n}?\n\nIt is {n}.\n\n" for n in range(30))
    lost = "".join(f"Where is {name}?\n\nHere is {name}.\n\n" for name in ("one", "two", "six"))
    [problem] = read("f.md", text + lost).errors
    assert 'part 29?" holds what looks like 3 more questions' in problem.message


def test_a_heading_that_loses_its_answer_to_questions_in_bold_fails_the_file() -> None:
    """Red without: the look at what the other headings are. Where all are titles, it is none of the questions."""
    bold = "**Baker or home?** 25 kg.\n\n**Dark or light?** Dark.\n\n**Whole or not?** As you like."
    choose = f"## How do I choose?\n\n{bold}\n"
    content = read("f.md", f"{choose}\n## Where do I buy?\n\nIn the shop.\n")
    assert [(problem.rule, problem.line) for problem in content.errors] == [("partial", 1)]
    assert '"How do I choose?" is a heading as other questions are' in content.errors[0].message
    assert not read("f.md", choose).errors


QAS = [("Does it run?", "No."), ("Can I buy food?", "Soup."), ("Who repairs it?", "The town."), ("Do dogs pay?", "No.")]
SWALLOWED = {
    "items": "".join(f"- {q}\n- {a}\n" for q, a in QAS),
    "nested": "- Tickets\n" + "".join(f"    - {q}\n        - {a}\n" for q, a in QAS),
    "cells": "| | |\n|---|---|\n" + "".join(f"| **{q}**<br>{a} | |\n" for q, a in QAS),
    "one line": "".join(f"{q} {a}\n\n" for q, a in QAS),
    "code": "```\n" + "".join(f"{q}\n{a}\n" for q, a in QAS) + "```\n",
}


@pytest.mark.parametrize("made", SWALLOWED)
def test_a_title_that_takes_a_whole_faq_for_its_answer_fails(made: str) -> None:
    """Red without `_count_below_titles`."""
    content = read("f.md", f"# Ferry FAQ\n\n{SWALLOWED[made]}")
    assert [entry.question for entry in content.entries] == ["Ferry FAQ"]
    assert "Ferry FAQ" in content.errors[0].message
    assert "holds what looks like 4 more questions" in content.errors[0].message


def test_a_list_of_questions_may_be_an_answer() -> None:
    """To a title, too, and where others of the page are read; who asks for it may answer some."""
    text = "# Before you come\n\nAsk yourself:\n\n" + "".join(f"- {q}\n" for q, _ in QAS)
    assert not read("f.md", text).errors
    asked = "".join(f"- **{q}** {a}\n" for q, a in QAS)
    assert not read("f.md", f"# What if it does not run?\n\n{asked}\n# Who may come?\n\nYou.\n").errors


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("f.md", "## How do I travel?\n\n**Is it far?**\n\nNo.\n\n## What about food?\n\n**Is it hot?**\n\nYes.\n", 2),
        ("f.md", "## Tickets: what of them?\n\n**Is it dear?**\n\nNo.\n\n**Is it far?**\n\nNo.\n\n"
         "## Who rows?\n\nWe do.\n", 3),
        ("f.html", "<h2>Is it food?</h2><details><summary>Is it hot?</summary>Yes.</details>"
         "<h2>Your trip?</h2><details><summary>Is it far?</summary>No.</details>", 2),
        ("f.md", "## Why?\n\nSo.\n\n## It is dead. What now?\n\n**No light?** Look up.\n\n**No coin?** Use a card.\n\n"
         "**No paper?** Ring us.\n\n" + "".join(f"## Where is {n}?\n\nAt {n}.\n\n" for n in range(6)), 8),
        ("f.html", "<h3>Why?</h3><p>So.</p><h3>It is dead. What now?</h3><p><b>No light?</b> Look up.</p>"
         "<p><b>No coin?</b> Use a card.</p>" + "".join(f"<h3>Where is {n}?</h3><p>At {n}.</p>" for n in range(5)), 7),
        ("f.md", "## Where do I sit?\n\nAsk yourself:\n\nAre you ill?\n\nThen sit here.\n\nIs it hot?\n\nThen go.\n\n"
         "Is it wet?\n\nThen go.\n\n## Why?\n\nSo.\n", 2),
    ],
)  # fmt: skip
def test_questions_over_and_in_what_is_read_whole_fail_no_file(name: str, text: str, count: int) -> None:
    content = read(name, text)
    assert len(content.entries) == count
    assert told(content)
    assert not content.errors


def test_what_calls_below_answers_is_told_and_fails_no_file() -> None:
    """Red when such lines count as questions of the page: two of four would not be read."""
    calls = "Still not sure?\n\nCall 0123.", "Still stuck?\n\nAsk at the desk."
    content = read("f.md", f"## Is it open?\n\nYes.\n\n{calls[0]}\n\n## Is it dear?\n\nNo.\n\n{calls[1]}\n")
    assert told(content) == ["question-in-answer", "question-in-answer"]
    assert not content.errors
    assert "Call 0123." in content.entries[0].answer
