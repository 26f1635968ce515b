"""What a page of HTML holds beside its questions and answers: nothing of it is lost in silence."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Problem


def problems_of(folder: Path, page: str) -> list[Problem]:
    (folder / "a.html").write_text(page, encoding="utf-8")
    return list(read_corpus(folder).problems)


ASKED = "<details><summary>Do you ship?</summary><p>Yes.</p></details>"


def test_a_question_that_is_marked_in_another_way_is_named(tmp_path: Path) -> None:
    """Red without: terms, paragraphs, divs or headings in `_may_ask`."""
    page = f"""{ASKED}
<dl><dt>Do you gift wrap?<dd>Sure</dl>
<p>Do you deliver on sunday?</p><p>No we dont</p>
<div>Do you <b>sell</b> cats?</div>
<h3>Do you repair?</h3>"""
    problems = problems_of(tmp_path, page)
    assert {(p.line, p.rule, p.severity) for p in problems} == {
        (line, "question-outside", "warning") for line in (2, 3, 4, 5)
    }
    assert '"Do you deliver on sunday?" looks like a question and is not read' in problems[1].message


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
    assert len(problems_of(tmp_path, f"{ASKED}<dl><dt><p>Do you gift wrap?</p><dd>Sure</dl>")) == 1


def test_a_link_that_is_not_shown_is_named_as_in_markdown(tmp_path: Path) -> None:
    """Red without: `warn_of_links`, or with the line of the question."""
    page = """<details><summary>Do you ship?</summary>
<p>See <a href="/x">this</a>, <a href="#y">that</a> or <a href="https://x.example/a_(b)">the
other</a>.</p><ul><li><b><a href="javascript:alert(1)">Here</a></b></ul></details>"""
    (tmp_path / "b.md").write_text("# Do we ship?\n[this](/x) and [here](javascript:alert)\n")
    html, markdown = [[p for p in problems_of(tmp_path, page) if p.file == file] for file in ("a.html", "b.md")]
    assert [(p.line, p.rule, p.severity) for p in html] == [(2, "bad-link", "warning"), (3, "bad-link", "warning")]
    assert html[0].message == markdown[0].message.replace("do-we-ship", "do-you-ship")
    assert '"javascript:alert(1)"' in html[1].message


def test_a_link_that_is_not_shown_is_named_in_data_of_schema_org_too(tmp_path: Path) -> None:
    """Red without: `warn_of_links` in `_add`."""
    page = """<script type="application/ld+json">
{"@type": "Question", "name": "A?",
 "acceptedAnswer": {"text": "<a href='/x'>Here</a>."}}
</script>"""
    [problem] = problems_of(tmp_path, page)
    assert (problem.line, problem.rule) == (2, "bad-link")


def test_an_address_with_parentheses_is_shown(tmp_path: Path) -> None:
    """Red without: "%28" and "%29"; such a link was said to begin wrongly."""
    (tmp_path / "a.html").write_text('<h2>A?</h2><a href="https://x.example/a_(b)">Here</a>.')
    content = read_corpus(tmp_path)
    assert not content.problems
    assert content.entries[0].answer == "[Here](https://x.example/a_%28b%29)."
    assert 'href="https://x.example/a_%28b%29"' in content.entries[0].html
