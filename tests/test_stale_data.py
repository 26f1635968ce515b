"""What a page shows counts where its JSON-LD is cut, or says something else; what only the data says is kept."""

import json

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse

DEEP = "The training pool is 3.8 metres deep at the far end and 1.2 metres near the steps."


def read(shown: str, data: str, below: str = "<h3>Is it warm?</h3>\n<p>Yes, all year.</p>") -> Content:
    questions = [("How deep is it?", data), ("Is it warm?", "Yes, all year.")]
    said = [
        {"@type": "Question", "name": name, "keywords": "pool", "acceptedAnswer": {"@type": "Answer", "text": text}}
        for name, text in questions
    ]
    script = json.dumps({"@type": "FAQPage", "mainEntity": said})
    page = f'<script type="application/ld+json">{script}</script>\n<h3>How deep is it?</h3>\n<p>{shown}</p>\n{below}'
    return joined(parse("faq.html", page.encode()))


def answers(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


@pytest.mark.parametrize("data", ["The training pool is\u2026", "The training pool is ...", "The training pool is 3.8"])
def test_an_answer_that_is_cut_in_the_data_is_read_whole(data: str) -> None:
    """Red without: the look at what is shown; and without it the tags would be gone."""
    content = read(DEEP, data)
    assert answers(content) == [("How deep is it?", DEEP), ("Is it warm?", "Yes, all year.")]
    assert [entry.tags for entry in content.entries] == [("pool",), ("pool",)]
    assert not content.problems


def test_where_the_two_differ_what_is_shown_is_read_and_one_sentence_tells() -> None:
    content = read(DEEP.replace("3.8", "4.1"), DEEP)
    assert answers(content)[0] == ("How deep is it?", DEEP.replace("3.8", "4.1"))
    problem = content.problems[0]
    assert [(found.line, found.rule, found.severity) for found in content.problems] == [(2, "json-ld", "warning")]
    assert problem.message == (
        'the page shows another answer to "How deep is it?" than its JSON-LD in line 1; '
        "what it shows is read: correct the JSON-LD, or delete it"
    )


@pytest.mark.parametrize("shown", ["The training pool", "", DEEP])
def test_where_the_data_says_all_and_more_it_is_read(shown: str) -> None:
    content = read(shown, f"{DEEP} Ask us.")
    assert answers(content)[0] == ("How deep is it?", f"{DEEP} Ask us.")
    assert not content.errors


def test_a_page_that_shows_several_answers_as_one_does_not_count() -> None:
    """Red without the look for other questions in what is shown."""
    content = read(f"{DEEP} Is it warm? Yes, all year, and more so in July.", DEEP, "<h3>So?</h3><p>Yes.</p>")
    assert answers(content)[:2] == [("How deep is it?", DEEP), ("Is it warm?", "Yes, all year.")]


def test_what_stands_below_the_last_answer_of_a_page_is_not_taken_for_more_of_it() -> None:
    content = read(DEEP, DEEP, "<h3>Is it warm?</h3><p>Yes, all year.</p><p>Come and see us in town</p>")
    assert answers(content)[1] == ("Is it warm?", "Yes, all year.")


@pytest.mark.parametrize(
    "shown", ["The training po...", "The training po", "The training pool\u2026 <a href=/q>Read more</a>"]
)
def test_an_answer_that_the_page_cuts_is_read_whole_from_its_data(shown: str) -> None:
    content = read(shown, DEEP)
    assert answers(content)[0] == ("How deep is it?", DEEP)
    assert not content.problems


@pytest.mark.parametrize(
    "below",
    [
        "Share this answer",
        "By Ann Poe, 3 March 2024",
        "Views: 1,204",
        "<b>Related:</b> <a href=/a>Times</a>",
        "Advertisement",
    ],
)
def test_what_a_site_puts_behind_an_answer_is_none_of_it(below: str) -> None:
    content = read(f"{DEEP}</p><p>{below}", DEEP)
    assert answers(content) == [("How deep is it?", DEEP), ("Is it warm?", "Yes, all year.")]
    assert not content.problems


def test_sentences_behind_an_answer_are_of_the_site_where_they_repeat() -> None:
    tip = "</p><p>Tip: come early."
    warm = f"<h3>Is it warm?</h3><p>Yes, all year.{tip}</p><h3>So?</h3><p>Yes.</p>"
    assert answers(read(DEEP + tip, DEEP, warm))[:2] == [("How deep is it?", DEEP), ("Is it warm?", "Yes, all year.")]
    assert answers(read(DEEP + tip, DEEP))[0] == ("How deep is it?", f"{DEEP}\n\nTip: come early.")
