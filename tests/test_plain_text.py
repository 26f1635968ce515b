"""The reader of copied pages, on small pages and on the real one."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content.ledger import Content
from chatbot.content.readers.plain_text import read_plain_text
from chatbot.content.rules import read_document


def read(text: str) -> Content:
    return read_document(read_plain_text("page.txt", text))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


def test_a_question_and_what_follows() -> None:
    assert pairs(read("Why?\nBecause.\n\nReally.\n\nHow?\nLike this.")) == [
        ("Why?", "Because.\n\nReally."),
        ("How?", "Like this."),
    ]


def test_a_question_without_answer_is_a_gap() -> None:
    content = read("Why?\n\nHow?\n\nLike this.\n\nWhen?\n")
    assert pairs(content) == [("Why?", ""), ("How?", "Like this."), ("When?", "")]
    assert [gap.line for gap in content.gaps] == [1, 7]


def test_a_repeated_title_is_one_question() -> None:
    content = read("Why?\n\nWhy?\n\nBecause.")
    assert pairs(content) == [("Why?", "Because.")]
    assert [(line.line, line.role, line.reason) for line in content.ledger if line.reason] == [
        (1, "question", "repeated title, merged with line 3")
    ]


def test_a_table_of_contents_makes_no_gaps() -> None:
    content = read("Why?\nHow?\n\nWhy?\nBecause.\n\nHow?\nSo.")
    assert pairs(content) == [("Why?", "Because."), ("How?", "So.")]


def test_two_answers_to_one_question_both_stay_for_the_check_of_ids() -> None:
    assert pairs(read("Why?\nOne.\nWhy?\nTwo.")) == [("Why?", "One."), ("Why?", "Two.")]


@pytest.mark.parametrize(
    "line",
    [
        "Back To Top",
        "back to top",
        "Begin typing your search term above and press enter to search. Press ESC to cancel.",
        "Press ESC to close",
        "Skip to main content",
        "Accept all cookies",
        "We use cookies to give you the best experience. By continuing you agree.",
        "\u00a9 2026 Running Ltd. All rights reserved.",
    ],
)
def test_navigation_is_dropped_and_listed(line: str) -> None:
    content = read(f"Why?\nBecause.\n\n{line}\n")
    assert pairs(content) == [("Why?", "Because.")]
    assert [dropped.text for dropped in content.dropped] == [line]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Do you use cookies?", "We use cookies.\nYou may accept or refuse cookies."),
        ("Is my visit tracked?", "We set cookies only if you accept them, and delete them after 30 days."),
        ("Who owns the pictures?", "Copyright 2024 Acme Ltd. You may reuse them with a link."),
        ("What is in it?", "(a) water\n(b) vitamin D\n(c) 1200 mg of calcium"),
    ],
)
def test_an_answer_that_looks_like_a_notice_stays(question: str, answer: str) -> None:
    assert pairs(read(f"{question}\n{answer}")) == [(question, answer)]


def test_questions_that_differ_in_a_sign_stay_apart() -> None:
    assert pairs(read("What is C?\n\nWhat is C++?\nA language.\n\nWhat is C#?\nAnother.")) == [
        ("What is C?", ""),
        ("What is C++?", "A language."),
        ("What is C#?", "Another."),
    ]
    assert len({entry.id for entry in read("What is C?\nx\nWhat is C++?\ny\nWhat is C#?\nz").entries}) == 3


def test_a_repeated_header_is_dropped() -> None:
    page = "\n".join(f"Question {n}?\nAnswer number {n}.\nRunning Club\n" for n in range(3))
    content = read(f"Running Club\n\n{page}")
    assert pairs(content) == [(f"Question {n}?", f"Answer number {n}.") for n in range(3)]
    assert [line.line for line in content.dropped] == [1, 5, 9, 13]
    assert {line.reason for line in content.dropped[1:]} == {"repeated header"}
    assert [(problem.line, problem.rule) for problem in content.problems] == [(5, "repeated-line")]


@pytest.mark.parametrize("more", ["", "\n\nFor a reason."])
def test_a_repeated_answer_stays(more: str) -> None:
    page = "\n".join(f"Question {n}?\nYes{more}\n" for n in range(4))
    assert pairs(read(page)) == [(f"Question {n}?", f"Yes{more}") for n in range(4)]


def test_questions_in_a_list_belong_to_the_answer() -> None:
    page = "When to stop?\nAsk yourself:\n1. Does it hurt?\n2. Is it worse today?\n\nWhy?\nBecause."
    assert [question for question, _ in pairs(read(page))] == ["When to stop?", "Why?"]


@pytest.mark.parametrize("remark", ["  # What is this?", "\t// Is it?"])
def test_a_remark_in_code_is_no_question(remark: str) -> None:
    """Red where any line that asks begins an entry: the answer is cut in two."""
    code = f"  curl x\n\n{remark}\n  exit 0\nThen wait."
    assert pairs(read(f"How do I run it?\nLike this:\n{code}\n\nWhy?\nSo.")) == [
        ("How do I run it?", f"Like this:\n{code}"),
        ("Why?", "So."),
    ]
    assert [question for question, _ in pairs(read("  # Is it?\n  Yes.\n\n  # Was it?\n  No."))] == [
        "# Is it?",
        "# Was it?",
    ]


def test_a_page_of_numbered_questions() -> None:
    assert pairs(read("1. Why?\nBecause.\n2. How?\n\n3. When?\nNow.")) == [
        ("Why?", "Because."),
        ("How?", ""),
        ("When?", "Now."),
    ]


def test_prefixes_of_question_and_answer() -> None:
    assert pairs(read("Q: Why?\nA: Because.\nAnd so on.")) == [("Why?", "Because.\nAnd so on.")]


def test_text_before_the_first_question_is_dropped() -> None:
    content = read("Welcome\n\nWhy?\nBecause.")
    assert [(line.line, line.reason) for line in content.dropped] == [(1, "stands before the first question")]


def test_a_page_without_a_question_says_what_to_do() -> None:
    [problem] = read("Just text.").problems
    assert str(problem).startswith("page.txt: no question with an answer found; write each as a heading or a line")


@given(st.lists(st.sampled_from(["Why?", "How so?", "It is so.", "Back To Top", "1. one", "- Is it?", "", "  "])))
def test_every_line_is_accounted_for_once(lines: list[str]) -> None:
    content = read("\n".join(lines))
    assert [line.line for line in content.ledger] == [n for n, line in enumerate(lines, 1) if line.strip()]
    answers = " ".join(entry.answer for entry in content.entries)
    kept = [line.text for line in content.ledger if line.role == "answer"]
    assert all(text in answers for text in kept)


def test_the_real_page(shared: Path) -> None:
    text = (shared / "seed" / "running-back-pain.txt").read_text(encoding="utf-8")
    content = read(text)
    # An independent way to the expected answers: cut the page at its question lines.
    blocks = re.split(r"^(.*\?)$", text, flags=re.M)[1:]
    expected: dict[str, str] = {}
    for question, body in zip(blocks[::2], blocks[1::2], strict=True):
        body = re.sub(r"^(Begin typing your search|Back To Top).*$", "", body, flags=re.M).strip()
        expected[question] = body or expected.get(question, "")
    assert {entry.question: entry.answer for entry in content.entries} == expected
    assert len(content.entries) == 15
    assert [gap.question for gap in content.gaps] == ["Is running good for lower back pain?"]
    assert [line.line for line in content.dropped] == [65, 67]
    steps = expected["How do I stop my back from hurting when I run?"].splitlines()[2:]
    assert [step.lstrip()[:2] for step in steps] == ["1.", "2.", "3."]


@pytest.mark.parametrize(
    "end",
    ["Best,\nAnn\n--\nAnn Smith\nFerry Lines Ltd", "-- \nAnn", "\nMit freundlichen Grüßen\nAnn\n\n--\nFähre AG"],
)
def test_a_mail_that_quotes_questions_is_read_without_its_signature(end: str) -> None:
    text = f"Hi Bob,\n\n> How long does it take?\nFifty minutes.\n\n> Are dogs allowed?\nOn a leash.\n\n{end}\n"
    content = read(text)
    assert [(e.question, e.answer) for e in content.entries] == [
        ("How long does it take?", "Fifty minutes."),
        ("Are dogs allowed?", "On a leash."),
    ]
    assert {line.reason for line in content.ledger[-2:]} == {"signature of a mail"}


def test_rules_and_owners_lines_are_no_signature() -> None:
    text = "How long?\nFifty minutes.\n--\nAre dogs allowed?\nOn a leash.\n--\nNo cats.\n"
    content = read(text)
    assert [entry.question for entry in content.entries] == ["How long?", "Are dogs allowed?"]
    assert not any(line.reason == "signature of a mail" for line in content.ledger)
    assert "No cats." in content.entries[1].answer
