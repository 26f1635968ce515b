"""Questions and answers that a page keeps as data: in its front matter, in attributes; and templates that show them."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content

RECORDS = """faqs:
  - question: "Is it: open?"
    answer: Yes.
  - question: Why?
    answer: |
      So.

      - one
"""
LOOP = "{% for f in page.faqs %}\n<h3>{{ f.question }}</h3>\n{{ f.answer | markdownify }}\n{% endfor %}\n"
PAIRS = [("Is it: open?", "Yes."), ("Why?", "So.\n\n- one")]


def read(folder: Path, text: str, name: str) -> Content:
    (folder / name).write_text(text, encoding="utf-8")
    return read_corpus(folder)


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


@pytest.mark.parametrize("name", ["a.md", "a.html"])
@pytest.mark.parametrize("front", [f"title: Help\n{RECORDS}", f"{RECORDS}tags: [x]\n"])
def test_records_of_front_matter_are_entries_and_their_template_is_none(tmp_path: Path, name: str, front: str) -> None:
    """Red where the list is the generator's: the only entry is then "{{ f.question }}"."""
    content = read(tmp_path, f"---\n{front}---\n{LOOP}", name)
    assert pairs(content) == PAIRS
    assert not content.problems
    first = content.entries[0].line
    assert (tmp_path / name).read_text().split("\n")[first - 1].strip() == '- question: "Is it: open?"'
    text = (tmp_path / name).read_text().split("\n")
    assert [line.line for line in content.ledger] == [n for n, line in enumerate(text, 1) if line.strip()]


def test_records_stand_beside_the_entries_of_the_text(tmp_path: Path) -> None:
    """Red where either of them is all that is read, or what both say is read twice."""
    front = "---\nfaq:\n- q: Is it?\n  a: Yes.\n- q: Was it?\n  a: No.\n---\n"
    content = read(tmp_path, f"{front}\n## Refunds\n\nSoon.\n\n## Is it?\n\nYes.\n\n## Gap?\n", "a.md")
    assert pairs(content) == [("Is it?", "Yes."), ("Was it?", "No."), ("Refunds", "Soon."), ("Gap?", "")]
    assert not content.problems


@pytest.mark.parametrize(
    ("front", "asked"),
    [
        (
            "questions:\n  h: X\n  items:\n    - title: Was it?\n      text: N.\n    - title: Why?\n      text: S.\n",
            2,
        ),
        ("resources:\n- src: a.png\n  title: Pic\nmenu:\n  - title: Home\n    text: Welcome\n", 0),
    ],
)
def test_only_records_that_ask_are_taken(tmp_path: Path, front: str, asked: int) -> None:
    content = read(tmp_path, f"---\n{front}---\n\n## Is it?\n\nYes.\n", "a.md")
    assert len(content.entries) == asked + 1
    assert not content.errors


def test_records_that_are_broken_are_named_with_their_line(tmp_path: Path) -> None:
    content = read(tmp_path, "---\ntitle: x\nfaqs:\n  - question: Is it: open?\n    answer: Yes.\n---\n", "a.md")
    assert str(content.errors[0]).startswith("a.md:4: not valid YAML: mapping values are not allowed")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", LOOP),
        ("a.html", LOOP),
        ("a.html", '<details v-for="q in qs"><summary>{{ q.title }}</summary><p>{{ q.text }}</p></details>'),
        ("a.html", "<h2>How much?</h2><p>${price}</p>"),
        ("a.md", "## {{ f.question }}\n\nSome words.\n"),
    ],
)
def test_a_template_is_no_entry_and_is_told(tmp_path: Path, name: str, text: str) -> None:
    """Red without the rule: what the generator fills in is published as it stands."""
    content = read(tmp_path, text, name)
    assert not content.entries
    assert any("here is a template" in str(problem) for problem in content.problems)


def test_words_with_a_template_in_them_stay(tmp_path: Path) -> None:
    text = "## Why?\n\nUse `{{ x }}` so.\n\n## What is `{{ y }}`?\n\nThat.\n\n{% include x %}\n"
    content = read(tmp_path, text, "a.md")
    assert pairs(content) == [("Why?", "Use `{{ x }}` so."), ("What is {{ y }}?", "That.")]
    assert not content.problems


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            '<div data-question="How so?" data-answer="&lt;p&gt;By &lt;b&gt;mail&lt;/b&gt;.&lt;/p&gt;"></div>'
            '<button data-q="Is it?" data-a="Yes.">Show</button>',
            [("How so?", "By **mail**."), ("Is it?", "Yes.")],
        ),
        (
            '<sl-details summary="Is it?">Yes.</sl-details><sl-details summary="Refunds"><p>Soon.</p></sl-details>'
            '<faq-item question="Which fees?"><p>None.</p></faq-item>',
            [("Is it?", "Yes."), ("Refunds", "Soon."), ("Which fees?", "None.")],
        ),
        (
            '<div data-question="Why?" data-answer="So."><h3>Why?</h3><p>So.</p></div>'
            '<h3>Was it?</h3><p data-question="1" data-answer="2">No.</p>',
            [("Why?", "So."), ("Was it?", "No.")],
        ),
    ],
)
def test_attributes_that_ask_and_answer(tmp_path: Path, page: str, expected: list[tuple[str, str]]) -> None:
    """Red without: each is lost, and the page beside it is read as if that were all."""
    content = read(tmp_path, page + "<h3>Who bakes?</h3><p>Ann.</p>", "a.html")
    assert pairs(content) == [*expected, ("Who bakes?", "Ann.")]
    assert not content.problems
