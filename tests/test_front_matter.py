"""One file a question: its title in front matter is the question, and all below it the answer."""

import pytest

from chatbot.content.ledger import Content
from chatbot.content.readers.markdown import read_markdown
from chatbot.content.rules import read_document


def read(text: str) -> Content:
    return read_document(read_markdown("f.md", text))


def asked(text: str) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in read(text).entries]


BODY = "By card.\n\n- Visa\n\n### Note\n\nNever by cheque."


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('title: "How do I pay?"\nsidebar_position: 3', BODY),
        ("layout: faq\nquestion: How do I pay?\ndescription: All on paying", BODY),
        ("title: Money\nquestion: How do I pay?", BODY),
        ("title: How do I pay?", f"# How do I pay?\n\n{BODY}"),
        ("title: How do I\n  pay?", BODY),
        (
            "question: How do I pay?\nanswer: |\n  By card.\n\n  - Visa\n\n  ### Note\n\n  Never by cheque.\nweight: 1",
            "",
        ),
    ],
)
def test_the_title_is_the_question_and_the_body_its_answer(head: str, body: str) -> None:
    text = f"---\n{head}\n---\n\n{body}\n"
    content = read(text)
    assert [(entry.question, entry.answer) for entry in content.entries] == [("How do I pay?", BODY)]
    assert not content.errors
    assert "pay?" in text.split("\n")[content.entries[0].line - 1] or "How do I" in text
    roles = {line.text: line.role for line in content.ledger}
    assert all(roles[line] == "answer" for line in ("By card.", "- Visa", "Never by cheque."))
    assert "question" in roles.values()


def test_toml_and_titles_that_ask_nothing() -> None:
    assert asked('+++\ntitle = "How do I pay?"\nweight = 10\n+++\n\nBy card.\n') == [("How do I pay?", "By card.")]
    assert asked("---\ntitle: Paying\nlayout: faq\n---\n\nBy card.\n") == [("Paying", "By card.")]


@pytest.mark.parametrize(
    ("title", "body", "questions"),
    [
        ("FAQ", "## Why?\n\nSo.\n\n## When?\n\nNow.\n", ["Why?", "When?"]),
        ("What do people ask?", "## Why?\n\nSo.\n\n**When?**\n\nNow.\n", ["Why?", "When?"]),
        ("Help", "## Paying\n\nBy card.\n\n## Parking\n\nHere.\n", ["Paying", "Parking"]),
        ("Frequently asked questions", "Below are some.\n", []),
    ],
)
def test_a_body_with_questions_of_its_own_is_read_for_them(title: str, body: str, questions: list[str]) -> None:
    assert [question for question, _ in asked(f"---\ntitle: {title}\n---\n\n{body}")] == questions


def test_a_title_is_no_key_that_means_nothing() -> None:
    content = read("---\ntitle: How do I pay?\nlayout: faq\n---\n\nBy card.\n")
    assert [str(problem) for problem in content.problems] == [
        "f.md:3: front matter that means nothing here is not used: layout"
    ]
