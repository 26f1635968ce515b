"""Links that a site puts into its headings, to link to them or to edit them, are none of their words."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus

LINKS = [
    '<a class="headerlink" href="#a" title="Link to this heading">\u00b6</a>',
    ' <a class="anchor" href="#a">#</a>',
    ' <a href="/faq#a" aria-hidden="true">\U0001f517\ufe0e</a>',
    '<a href="#a"><span>Permalink to \u201cHow deep?\u201d</span> <span>#</span></a>',
    ' <button>Copy link</button>',
    ' [<a href="/e">edit</a>]',
    '<span><i>[</i><a href="/e">Bearbeiten</a><i> | </i><a href="/s">Quelltext bearbeiten</a><i>]</i></span>',
]  # fmt: skip


def read(folder: Path, text: str, name: str = "a.html") -> list[tuple[str, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    content = read_corpus(folder)
    assert not content.problems
    return [(entry.question, entry.answer) for entry in content.entries]


@pytest.mark.parametrize("link", LINKS)
def test_a_heading_is_read_without_its_link(tmp_path: Path, link: str) -> None:
    """Red where headings keep it: none of them asks then, and two questions of five are missed in silence."""
    page = f"""<details><summary>Is it open?</summary><p>Yes.</p></details>
<details><summary>Which day?</summary><p>Monday.</p></details>
<h2 id="a">How deep is it?{link}</h2><p>Three metres.</p>
<h2 id="b">Refunds{link}</h2><p>Within a week.</p>
<h2 id="c">Who <b>comes</b>?{link}</h2><p>All of <a href="#b">us</a>.</p>"""
    assert read(tmp_path, page) == [
        ("Is it open?", "Yes."),
        ("Which day?", "Monday."),
        ("How deep is it?", "Three metres."),
        ("Refunds", "Within a week."),
        ("Who comes?", "All of [us](faq#refunds)."),
    ]


def test_words_of_a_heading_stay_though_they_are_a_link(tmp_path: Path) -> None:
    """Red where any link is taken out that says "edit", or brackets that are the heading's."""
    page = """<h2>How do I <a href="/edit">edit</a>?</h2><p>Press it.</p>
<h2>Which sizes (small, <b>big</b>)?<a href="#x">#</a></h2><p>Two.</p>
<h2>What is <a href="/c">C#</a>?</h2><p>A language.</p>"""
    assert [asked for asked, _ in read(tmp_path, page)] == [
        "How do I edit?",
        "Which sizes (small, big)?",
        "What is C#?",
    ]


LINKED = '<h2 id="a">Is it?<a href="#a">#</a></h2>\n\nYes.\n\n<h2 id="b">Was it?<a href="#b">#</a></h2>\n\nNo.\n'
BOLD = '<p><b>Is it?</b> <a href="#a">#</a></p><p>Yes.</p><p><b>Was it?</b> <a href="#b">#</a></p><p>No.</p>'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", '## Is it? [\u00b6](#is-it "Permanent link")\n\nYes.\n\n## Was it? <a href="#w">#</a>\n\nNo.\n'),
        ("a.md", LINKED),
        ("a.txt", "Is it?\u00b6\nYes.\n\nWas it? \U0001f517\nNo.\n"),
        ("a.html", BOLD),
    ],
)
def test_so_are_questions_in_other_formats(tmp_path: Path, name: str, text: str) -> None:
    """Red where each format is cared for alone."""
    assert read(tmp_path, text, name) == [("Is it?", "Yes."), ("Was it?", "No.")]


@pytest.mark.parametrize(
    "links",
    [
        '<a href="javascript:print();" title="Print this Article"><span>Print</span></a>',
        ' <button>Copy link</button><a href="/e">Edit</a>',
    ],
)
def test_links_to_print_and_to_copy_are_none_of_the_question(tmp_path: Path, links: str) -> None:
    """Red without: the words for printing, or the look past a link to the heading itself."""
    page = f"<section><h2>Does the ferry run in fog?{links}</h2><article><p>No.</p></article></section>"
    assert read(tmp_path, page) == [("Does the ferry run in fog?", "No.")]
    assert [asked for asked, _ in read(tmp_path, '<h2>How do I <a href="/p">print</a>?</h2><p>So.</p>')] == [
        "How do I print?"
    ]
