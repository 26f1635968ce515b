"""`.yaml`: what site generators keep, and what nobody should send."""

import pytest

from chatbot.content.ledger import Content
from chatbot.content.readers.yaml_records import read_yaml

PAGE = """\
# tea and pots
- title: Tea
  items:
    - q: "Is it hot?"
      a: |
        Yes:

        - the pot
          - and its lid
        - the cup
    - q: When is it ready?
      a: 09:30
- title: Pots
  items:
  - {q: Is it free?, a: no}
  - question: Which size?
    answer: >-
      A pot
      for two.
    # of clay
    reviewed: 2026-01-31
"""


def test_texts_are_as_they_are_written_each_with_its_line() -> None:
    """Red where a loader builds times and booleans, or without the marks."""
    content = read_yaml("f.yml", PAGE)
    assert not content.problems
    assert [(entry.line, entry.answer, entry.tags) for entry in content.entries] == [
        (4, "Yes:\n\n- the pot\n  - and its lid\n- the cup", ("Tea",)),
        (11, "09:30", ("Tea",)),
        (15, "no", ("Pots",)),
        (16, "A pot for two.", ("Pots",)),
    ]
    assert content.entries[3].reviewed == "2026-01-31"
    assert [(line.line, line.reason) for line in content.dropped] == [(1, "comment"), (20, "comment")]


def test_an_alias_of_a_text_is_that_text() -> None:
    content = read_yaml("f.yml", "- q: Why?\n  a: &same So.\n- q: How come?\n  a: *same\n")
    assert [entry.answer for entry in content.entries] == ["So.", "So."]


def test_a_section_below_a_block_of_text_is_no_part_of_it() -> None:
    """Red where the mark behind a block is taken for its last line."""
    content = read_yaml("f.yml", "Tea:\n- q: Why?\n  a: |\n    So.\nPots:\n- q: Who?\n  a: We.\n")
    roles = ["markup", "entry", "entry", "entry", "markup", "entry", "entry"]
    assert [line.role for line in content.ledger] == roles


def broken(text: str) -> Content:
    return read_yaml("f.yml", text)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &a [x]\nb: &b [*a, *a]\nq: *b", 2, '"*a" repeats a list or an object'),
        ("- q: Why?\n- q: !!python/object/apply:os.system [x]", 2, 'the tag "!!python/object/apply:os.system" is not'),
        ("- q: Why?\n  a: !ruby/object:X {}", 2, 'the tag "!ruby/object:X" is not read'),
        ("- " * 5000, 1, "over 40 lists and objects in one another"),
        ("[" * 5000, 1, ""),
        ("- q: Why?\n  a: So.\n---\n- q: Who?\n", 4, "a second document begins here"),
        ("- q: Why?\n  a: So.\n  a: Thus.\n", 3, '"a" stands twice in one entry; keep one'),
        ("- q: Why?\n  a: this: that\n", 2, "put a text that holds a colon between quotes"),
        ("- q: 'Why?\n", 2, "not valid YAML"),
        ("? [a]\n: b\n", 1, "stands in the place of a key"),
        ("just words\n", 1, "must be a list of entries"),
        ("- q: Why?\n\ta: So.\n", 2, "not valid YAML"),
        ("[]", 0, "holds no entry"),
    ],
)
def test_each_mistake_is_one_sentence_with_its_line(text: str, line: int, message: str) -> None:
    [problem] = broken(text).errors
    assert problem.line == line
    assert message in problem.message
    assert "\n" not in problem.message
