import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content.ledger import Content
from chatbot.content.readers.markdown import read_markdown
from chatbot.content.rules import read_document


def read(text: str) -> Content:
    return read_document(read_markdown("faq.md", text))


def test_headings_and_the_text_below() -> None:
    content = read("# FAQ\n\n## Why?\n\nBecause.\n\n- a\n- b\n\nOpening hours\n-------------\nNine to five.\n")
    assert [(entry.question, entry.answer, entry.line) for entry in content.entries] == [
        ("Why?", "Because.\n\n- a\n- b", 3),
        ("Opening hours", "Nine to five.", 10),
    ]


def test_front_matter_holds_for_the_file_and_an_entry_may_differ() -> None:
    content = read(
        "---\ntags: [run, 'back pain']\nlang: en\nsource: NHS <https://nhs.example/a>\nreviewed: 2026-01-02\n---\n"
        "# One?\nYes.\n\n# Two?\nNo.\n\nSource: [Spine Society](https://spine.example)\nReviewed: 2026-02-03\n"
        "Review by: 2027-02-03\nTags: disc\nId: second\n"
    )
    one, two = content.entries
    assert (one.id, one.tags, one.lang, one.source, one.url, one.reviewed) == (
        "one", ("run", "back pain"), "en", "NHS", "https://nhs.example/a", "2026-01-02",
    )  # fmt: skip
    assert (two.id, two.tags, two.source, two.url, two.reviewed, two.review_by) == (
        "second", ("disc",), "Spine Society", "https://spine.example", "2026-02-03", "2027-02-03",
    )  # fmt: skip
    assert two.answer == "No."


def test_front_matter_lists_may_run_over_lines() -> None:
    assert read("---\ntags:\n  - a\n  - b c\n---\n# Q?\nA.").entries[0].tags == ("a", "b c")


def test_also_asked() -> None:
    content = read("## Q?\n\nAlso asked:\n\n- One *way*?\n- Another\n  way?\n\nThe answer.\n\n- a list\n")
    [entry] = content.entries
    assert entry.alternates == ("One way?", "Another way?")
    assert entry.answer == "The answer.\n\n- a list"


def test_the_list_of_also_asked_ends_where_the_answer_or_the_metadata_begins() -> None:
    for between in ("\n", "\n\n"):
        [entry] = read(f"## Q?\nAlso asked:\n- One?\n- Two?{between}The answer.\n\nSource: S\n").entries
        assert (entry.alternates, entry.answer, entry.source) == (("One?", "Two?"), "The answer.", "S")
    [entry] = read("## Q?\nAlso asked:\n- One?\nSource: S\nReviewed: 2026-01-02\n\nThe answer.").entries
    assert (entry.alternates, entry.answer, entry.source) == (("One?",), "The answer.", "S")
    [entry] = read("## Q?\nAlso asked:\n  One?\n  - Two?\n\nThe answer.").entries
    assert entry.alternates == ("One?", "Two?")  # the mark forgotten
    [entry] = read("## Q?\n\nAlso asked:\n\n- One?\n\n- Two?\n\nThe answer.").entries
    assert (entry.alternates, entry.answer) == (("One?", "Two?"), "The answer.")


@pytest.mark.parametrize("heading", ["Refunds", "Can I get a refund?"])
@pytest.mark.parametrize(
    ("asked", "wordings"),
    [
        ("Also asked: How do I get it?", ("How do I get it?",)),
        ("**Also asked:** How do I get it? Where is it?", ("How do I get it?", "Where is it?")),
        ("Also asked: the money; my money | How so?", ("the money", "my money", "How so?")),
        ("Also asked: How do I get my\nmoney?\nAlso asked: Why?\nHow?", ("How do I get my money?", "Why?", "How?")),
    ],
)
def test_other_wordings_on_the_line_of_also_asked(heading: str, asked: str, wordings: tuple[str, ...]) -> None:
    """Red where the line is a question of the page: it then takes the place of a heading that asks nothing."""
    for below in ("\n\n", "\n"):
        content = read(f"## {heading}\n\n{asked}{below}Soon.\n\n- one\n- two\n\n## Exchange\n\nNone.\n")
        assert [entry.question for entry in content.entries] == [heading, "Exchange"]
        assert (content.entries[0].alternates, content.entries[0].answer) == (wordings, "Soon.\n\n- one\n- two")
        assert not content.problems


def test_other_wordings_within_an_answer_are_named() -> None:
    [problem] = read("## Q?\n\nA.\nAlso asked: B?\n").problems
    assert str(problem).endswith('"Also asked: B?" is shown as part of the answer; put an empty line above it')


def test_a_title_that_asks_does_not_swallow_the_page() -> None:
    content = read("# Got questions?\n\n## Opening hours\nNine to five.\n\n## Prices\nLow.")
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("Opening hours", "Nine to five."),
        ("Prices", "Low."),
    ]


def test_a_hard_line_break_survives() -> None:
    assert read("# Q?\nLine one  \nline two  \n\n").entries[0].answer == "Line one  \nline two"


def test_a_misspelt_key_is_named() -> None:
    [problem] = read("# Q?\nYes.\n\nReviewd: 2026-01-01").problems
    assert (problem.severity, problem.line) == ("warning", 4)
    assert 'if it is meant as "reviewed", spell it so' in problem.message


def test_a_source_of_an_entry_replaces_that_of_the_file_with_its_address() -> None:
    [entry] = read("---\nsource: A <https://a.example>\n---\n# Q?\nYes.\n\nSource: B").entries
    assert (entry.source, entry.url) == ("B", "")


def test_a_question_without_text_is_a_gap_and_a_title_is_not() -> None:
    content = read("# All about it\n\n## Why?\n\n## Hours\n\n## How?\nSo.")
    assert [(entry.question, entry.is_gap) for entry in content.entries] == [("Why?", True), ("How?", False)]
    assert [(line.text, line.reason) for line in content.dropped] == [
        ("# All about it", "section title"),
        ("## Hours", "heading without text"),
    ]


def test_deeper_headings_that_ask_nothing_belong_to_the_answer() -> None:
    content = read(
        "## Why?\nBecause.\n\n### Details\nMore.\n\n### Really?\nYes.\n\n## Prices\nLow.\n\n### Discounts\nNone."
    )
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("Why?", "Because.\n\n### Details\nMore."),
        ("Really?", "Yes."),
        ("Prices", "Low."),
        ("Discounts", "None."),
    ]


def test_code_is_left_alone_and_comments_are_dropped() -> None:
    code = "```\n# no heading\n\n\nSource: no metadata\n```"
    content = read(f"## Q?\nRun:\n\n{code}\n\nDone.\n<!-- todo:\n\nmore -->\nEnd.")
    assert content.entries[0].answer == f"Run:\n\n{code}\n\nDone.\nEnd."
    assert [line.reason for line in content.dropped] == ["comment", "comment"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("just text", 0, "no question with an answer found"),
        ("---\ntags: a\n# Q?\nA.", 1, 'front matter opens with "---" and is not closed'),
        ("---\ntag: a\n---\n# Q?\nA.", 2, '"tag" is not used; if it is meant as "tags", spell it so'),
        ("---\nlang: en\nlang: de\n---\n# Q?\nA.", 3, '"lang" is given twice'),
        ("---\nnonsense\n---\n# Q?\nA.", 2, 'not a "key: value" line'),
        ("# Q?\n\nAlso asked:\n\nA.", 3, 'no list below "Also asked:"'),
        ("# Q?\n\nA.\nAlso asked:\n- B?", 4, '"Also asked:" is shown as part of the answer, with the list below it'),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, message: str) -> None:
    [problem] = [problem for problem in read(text).problems if message in problem.message]
    assert problem.line == line


PIECES = [
    "# Title", "## Why?", "### Why not?", "Text.", "- item", "", "", "Also asked:", "Source: x", "```", "<!-- c -->",
    "---", "Id: x", "| a |",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_every_line_is_accounted_for_once(lines: list[str]) -> None:
    content = read("\n".join(lines))
    assert [line.line for line in content.ledger] == [n for n, line in enumerate(lines, 1) if line.strip()]
    kept = [line.text for line in content.ledger if line.role == "answer"]
    answers = "\n".join(entry.answer for entry in content.entries)
    assert sorted(kept) == sorted(line for line in answers.split("\n") if line.strip())


def test_callouts_that_ask_are_entries_and_others_quotations() -> None:
    """Red without: the kind stays in the question, and the signs of a quotation in the answer."""
    text = """> [!faq]- Is it?
> Yes.
>
> - one

> [!QUESTION]+ Refunds
> Soon.
> ```
>   code
> ```
> [!faq] Why?
> So.
> > quoted

## How?

> [!NOTE] Mind this
> Well.
"""
    content = read(text)
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("Is it?", "Yes.\n\n- one"),
        ("Refunds", "Soon.\n```\n  code\n```"),
        ("Why?", "So.\n> quoted"),
        ("How?", "> [!NOTE] Mind this\n> Well."),
    ]
    assert not content.problems
