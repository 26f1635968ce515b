"""What a page of HTML holds beside its questions and answers: nothing of it is lost in silence."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.core.problem import Problem


def problems_of(folder: Path, page: str) -> list[Problem]:
    (folder / "a.html").write_text(page, encoding="utf-8")
    return list(read_corpus(folder).problems)


ASKED = "<details><summary>Do you ship?</summary><p>Yes.</p></details>"


def test_questions_that_are_marked_in_several_ways_are_all_read(tmp_path: Path) -> None:
    """Red where only the best way to read a page counts."""
    page = f"""{ASKED}
<dl><dt>Do you gift wrap?<dd>Sure</dl>
<p>Do you deliver on sunday?</p><p>No we dont</p>
<h3>Do you repair?</h3><p>Toys only.</p>"""
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    content = read_corpus(tmp_path)
    assert not content.problems
    assert [(entry.question, entry.answer, entry.line) for entry in content.entries] == [
        ("Do you ship?", "Yes.", 1),
        ("Do you gift wrap?", "Sure", 2),
        ("Do you deliver on sunday?", "No we dont", 3),
        ("Do you repair?", "Toys only.", 4),
    ]


def test_a_question_without_an_answer_beside_the_others_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, f"{ASKED}\n<div>Do you <b>sell</b> cats?</div>\n<h3>Do you repair?</h3>")
    assert {(p.line, p.rule, p.severity) for p in problems} == {
        (2, "question-outside", "warning"),
        (3, "question-outside", "warning"),
        (0, "partial", "error"),
    }
    [coverage] = read_corpus(tmp_path).coverage
    assert (coverage.read, coverage.seen) == (1, 3)
    assert '"Do you sell cats?" looks like a question and is not read' in problems[0].message
    assert "only 1 of 3 questions are read; not read: lines 2, 3" in problems[2].message


@pytest.mark.parametrize(
    "page",
    [
        f"{ASKED}<nav><p>Lost your way?</p></nav><footer><div><p>Any questions?</p></div></footer>",
        f"{ASKED}<dl><dt>Colour<dd>Red</dl><p>We like to help.</p><div><p>No. <i>Really.</i></p></div>",
        f"{ASKED}<p>Do you ship?</p><h2>Do you ship?</h2>",
        f"{ASKED}<p>{'word ' * 30}?</p>",
        '<script type="application/ld+json">{"@type": "Question", "name": "A?", "acceptedAnswer": '
        '{"text": "<p>Yes.</p><p>Still in <b>doubt</b>?</p>"}}</script><h2>A?</h2><p>Yes.</p><p>Still in doubt?</p>',
    ],
)
def test_what_is_read_or_no_question_of_the_page_is_not_named(tmp_path: Path, page: str) -> None:
    """Red without: `skipped`, the wordings in `known`, the lines of answers in it, or the longest paragraph."""
    assert problems_of(tmp_path, page) == []


def test_a_question_outside_is_named_once(tmp_path: Path) -> None:
    """Red without: `known.add`."""
    assert len(problems_of(tmp_path, f"{ASKED}<h3>Do you gift wrap?</h3><p>Do you gift wrap?</p>")) == 1


def test_a_link_that_may_not_be_shown_is_named_as_in_markdown(tmp_path: Path) -> None:
    """Red where links are dropped in silence as the page becomes Markdown."""
    page = '<details><summary>Do you ship?</summary><p><b><a href="javascript:alert">Here</a></b></details>'
    (tmp_path / "b.md").write_text("# Do we ship?\n[here](javascript:alert)\n")
    html, markdown = problems_of(tmp_path, page)
    assert (html.line, html.rule, html.severity) == (1, "bad-link", "warning")
    assert html.message == markdown.message.replace("do-we-ship", "do-you-ship")


def test_a_link_that_may_not_be_shown_is_named_in_data_of_schema_org_too(tmp_path: Path) -> None:
    page = """<script type="application/ld+json">
{"@type": "Question", "name": "A?",
 "acceptedAnswer": {"text": "<a href='javascript:x'>Here</a>."}}
</script>"""
    [problem] = problems_of(tmp_path, page)
    assert (problem.line, problem.rule) == (3, "bad-link")


def test_an_address_with_parentheses_is_shown(tmp_path: Path) -> None:
    """Red without: "%28" and "%29"; such a link was said to begin wrongly."""
    (tmp_path / "a.html").write_text('<h2>A?</h2><a href="https://x.example/a_(b)">Here</a>.')
    content = read_corpus(tmp_path)
    assert not content.problems
    assert content.entries[0].answer == "[Here](https://x.example/a_%28b%29)."
    assert 'href="https://x.example/a_%28b%29"' in content.entries[0].html


def test_what_a_page_hides_and_nothing_opens_is_not_read(tmp_path: Path) -> None:
    """Red where all that is hidden could be the panel of an accordion."""
    page = """<h2>How does it go?</h2><p>Call us.</p>
<p style="display: none">code 4711</p>
<p hidden>secret</p>
<p aria-hidden="true">icon</p>
<div style="color: red; visibility:hidden"><p>note</p></div>
<h2>Who?</h2><p>Two of us.</p>"""
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    content = read_corpus(tmp_path)
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("How does it go?", "Call us."),
        ("Who?", "Two of us."),
    ]
    assert [(line.line, line.reason) for line in content.dropped] == [(n, "hidden") for n in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    "page",
    [
        '<h3>Is it?</h3><div style="display:none"><p>Yes.</p></div><h3>Fees</h3><div hidden><p>None.</p></div>',
        "<div><h3>Is it?</h3> <i>+</i></div><p hidden>Yes.</p><div><h3>Fees</h3> <i>+</i></div><p hidden>None.</p>",
        "<div class=q>Is it?</div><div class=a hidden>Yes.</div><div class=q>Fees</div><div class=a hidden>None.</div>"
        "<div class=q>Why?</div><div class=a hidden>So.</div>",
        '<div style="display:none"><h3>Is it?</h3><p>Yes.</p><h3>Fees</h3><p>None.</p></div>',
        '<h3>Is it?</h3><div aria-hidden="true">Yes.</div><h3>Fees</h3><p class=m hidden>None.</p>',
        "<h3>Is it?</h3><p>Yes.</p><h3>Fees</h3><div><a href='#'>More</a><p hidden>None.</p></div>",
    ],
)
def test_a_panel_that_is_hidden_until_it_is_opened_is_read(tmp_path: Path, page: str) -> None:
    """Red where what is hidden is left out, whatever leads to it."""
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    found = {entry.question: entry.answer for entry in read_corpus(tmp_path).entries}
    assert (found["Is it?"], found["Fees"].removeprefix("More\n\n")) == ("Yes.", "None.")


SHOWN = "<h2>How?</h2><p>So: <img src=a.png alt=Rower> Pull.</p>\n<h2>Where?</h2><p>North.</p><video src=v.mp4></video>"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.html", SHOWN, ["a picture (line 1) and a film or a frame (line 2)"]),
        ("a.html", f"<p><img src=logo.png></p>{SHOWN}\n<iframe src=x></iframe><figure><img src=z></figure>",
         ["2 pictures (line 1, 3) and 2 films or frames (line 2, 3)"]),
        ("a.html", "<img src=logo.png><h2>How?</h2><p>So.</p><h2><img src=i.png>Why?</h2><p>So.</p>", []),
        ("a.json", '[{"question": "How?", "answer": "<p>So <img src=a.png></p>"}]',
         ["a picture or a film in an answer"]),
        ("a.adoc", "== How?\n\nSo.\n\nimage::a.png[]\n\nLike this.\n", ["a picture (line 5)"]),
        ("a.rst", "How?\n====\n\nSo.\n\n.. image:: a.png\n\nLike this.\n", ["a picture (line 6)"]),
    ],
)  # fmt: skip
def test_what_answers_do_not_show_is_named_once_a_file(tmp_path: Path, name: str, text: str, told: list[str]) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = [problem for problem in read_corpus(tmp_path).problems if problem.rule == "not-shown"]
    assert len(found) == len(told)
    assert all(words in problem.message for problem, words in zip(found, told, strict=True))


def test_a_question_with_nothing_but_a_picture_is_named_by_itself_alone(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, "<h2>How?</h2>\n<p><img src=a.png></p>\n<h2>Why?</h2>\n<p>So.</p>")
    assert [problem.rule for problem in problems] == ["picture"]
