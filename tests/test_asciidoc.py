"""AsciiDoc becomes blocks: what people write an FAQ with, and what is no content of one."""

import pytest

from chatbot.content.document import Document
from chatbot.content.readers.asciidoc import read_asciidoc
from chatbot.content.readers.source import Unreadable
from tests.blocks import lost, markdown, pairs, places


def read(text: str) -> Document:
    return read_asciidoc("faq.adoc", text.encode())


def test_headings_have_levels_lines_and_anchors() -> None:
    """Red without: the anchor above a heading, the automatic one, headings that are underlined."""
    document = read(
        "= Shop\n\n[[pay]]\n== May I pay late?\n\nYes.\n\nWhen?\n-----\n\nSoon.\n\n=== And [[own]]then?\n\nx"
    )
    found = [(block.level, block.words, block.anchors, block.line) for block in document.blocks if block.level]
    assert found == [
        (1, "Shop", ("_shop",), 1),
        (2, "May I pay late?", ("pay",), 4),
        (2, "When?", ("_when",), 8),
        (3, "And then?", ("_and_ownthen", "own"), 13),
    ]
    assert markdown(document)[1] == "## May I pay late?"
    assert document.any_heading


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a *bold* and _soft_ `co*de` +pl*ai*n+", "a **bold** and *soft* `co*de` pl\\*ai\\*n"),
        ("3 * 4 * 5, snake_case_word, C++", "3 * 4 * 5, snake_case_word, C++"),
        ("see https://x.org/a[the site^] now", "see [the site](https://x.org/a) now"),
        ("see https://x.org/a.", "see [https://x.org/a](https://x.org/a)."),
        ("link:help.html[Help,window=_blank]", "[Help](help.html)"),
        ("mailto:a@x.org[write]", "[write](mailto:a@x.org)"),
        ("xref:pay[how to pay] or <<pay>>", "[how to pay](#pay) or [May I?](#pay)"),
        ("<<nowhere>>", "nowhere"),
        ("one +\ntwo\nthree", "one  \ntwo three"),
        ("footnote:[see https://x.org[there]]", "(see [there](https://x.org))"),
        ("menu:File[Save > As] kbd:[F1]", "**File > Save > As** **F1**"),
        ("H~2~O, x^2^", "H<sub>2</sub>O, x<sup>2</sup>"),
        ("<b>no tag</b> {nobody}", "\\<b>no tag\\</b> {nobody}"),
        ("it is {name}", "it is a **box**"),
        ("\\*not bold*", "\\*not bold\\*"),
        ("image:a.png[A box]seen", "seen"),
    ],
)
def test_words_within_a_line(written: str, shown: str) -> None:
    document = read(f":name: a *box*\n\n[#pay]\n== May I?\n\n{written}\n")
    assert markdown(document)[1] == shown


def test_lists_keep_their_nesting_and_what_is_joined_to_an_item() -> None:
    """Red without: "+", items across blank lines, or a list in a list."""
    text = "* one\nwrapped\n** deep\n\n* two\n+\n[source,sh]\n----\nls\n  -l\n----\n+\nafter\n. first\n. second\n"
    document = read(text)
    assert markdown(document) == [
        "- one wrapped\n  - deep\n- two\n\n  ```sh\n  ls\n    -l\n  ```\n\n  after\n  1. first\n  2. second"
    ]
    assert [item[0].words for item in document.blocks[0].items] == ["one wrapped", "two"]


def test_a_list_below_a_colon_needs_no_blank_line() -> None:
    assert markdown(read("Do this:\n. a\n. b\n\nMore\n* no list")) == ["Do this:", "1. a\n2. b", "More * no list"]


@pytest.mark.parametrize("head", ["", "[qanda]\n", "[horizontal]\n"])
def test_terms_ask_and_their_meanings_answer(head: str) -> None:
    """Red without: a meaning on its own line, blocks joined by "+", two terms of one meaning."""
    text = f"{head}Is it open?:: Yes.\nWhere?::\n  Here,\n  there.\n+\n--\nMore.\n\n* a\n--\nHow?::\nHow so?::\n\nSo.\n"
    document = read(text + "\n== Next\n\nother")
    assert pairs(document) == [
        ("Is it open?", ["Yes."]),
        ("Where?", ["Here, there.", "More.", "a"]),
        ("How?", ["So."]),
        ("How so?", ["So."]),
    ]
    assert document.blocks[-1].part == ""


def test_what_opens_at_a_click_answers_its_title() -> None:
    document = read(".Can I?\n[%collapsible]\n====\nYes.\n\n- a\n====\n\nNot of it.\n\n.Only a title\n----\nx\n----")
    assert pairs(document) == [("Can I?", ["Yes.", "a"])]
    assert markdown(document)[-2:] == ["**Only a title**", "```\nx\n```"]


def test_admonitions_say_what_they_are() -> None:
    document = read("NOTE: Mind\nthe gap.\n\n[WARNING]\n====\nHot.\n\nVery.\n====\n")
    assert markdown(document) == ["**Note:** Mind the gap.", "**Warning:** Hot.", "Very."]
    assert [block.box.name for block in document.blocks] == ["note", "warning", "warning"]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("|===\n|Q |A\n\n|one\n|two \\| 2\n|===", [["Q", "A"], ["one", "two \\| 2"]]),
        ('[%header,cols="1,1"]\n|===\n|Q\n|A\n|b|c\n|===', [["Q", "A"], ["b", "c"]]),
        ("|===\n|a |b\n|c |d\n|===", [["", ""], ["a", "b"], ["c", "d"]]),
        ("[cols=3*]\n|===\n2+|wide |c\n3*|x\n|===", [["", "", ""], ["wide", "", "c"], ["x", "x", "x"]]),
        (',===\na,"b, c"\n,===', [["", ""], ["a", "b, c"]]),
        ('[cols="1,1a"]\n|===\n|k |\n* x\n* y\n|===', [["", ""], ["k", "- x<br>- y"]]),
    ],
)
def test_tables_keep_their_rows(table: str, rows: list[list[str]]) -> None:
    document = read(table)
    assert [block.rows for block in document.blocks] == [rows]
    assert markdown(document)[0].split("\n")[1] == "|" + " --- |" * len(rows[0])


def test_code_keeps_its_lines() -> None:
    document = read("```python\nif a:\n\n    b\n```\n\n....\n  x\n....\n\n  set in\n    more\n")
    assert markdown(document) == ["```python\nif a:\n\n    b\n```", "```\n  x\n```", "```\nset in\n  more\n```"]
    assert places(document.blocks[0]) == [2, 3, 4]


def test_what_is_no_content_is_dropped_with_its_reason() -> None:
    """Red without: any of the reasons, or with a word of any of these lines shown."""
    text = """---
layout: page
lang: de
---
= Title
Jane Doe <j@x.org>
:toc:
:source: Board https://x.org/faq

// aside
////
hidden?
////
include::more.adoc[]
ifndef::print[]
Kept.
endif::[]
image::big.png[Big]
toc::[]
++++
<script>x</script>
++++
[.lead]
Lead.
"""
    document = read(text)
    assert markdown(document) == ["# Title", "Kept.", "Lead."]
    assert not lost(document)
    assert document.values == {"lang": "de", "source": "Board", "url": "https://x.org/faq"}
    assert document.metadata == {1, 3, 4, 8}
    assert {document.dropped[n] for n in (10, 12, 14, 15, 19)} == {
        *("comment", "another file is not read", "condition", "table of contents")
    }
    assert document.dropped[18].startswith("a picture is not shown")
    assert [(p.line, p.rule, p.severity) for p in document.problems] == [(14, "include", "warning")]


CONDITIONS = """:web:

ifdef::internal[]
Secret.

:inner:
endif::[]
Shown.
ifdef::internal[Secret]
ifndef::internal[Open.]
ifdef::web[]
Web.
ifdef::internal+web[]
Secret
endif::internal+web[]
ifdef::internal,web[Any.]
endif::[]
ifdef::inner[Secret]
ifdef::backend-html5[Html.]
ifeval::["{x}" == "y"]
So.
endif::[]

:!web:
ifdef::web[Secret]
End.
"""


def test_what_stands_under_a_condition_that_does_not_hold_is_not_read() -> None:
    """Red where what is meant for the staff is published."""
    document = read(CONDITIONS)
    assert " ".join(markdown(document)) == "Shown. Open. Web. Any. Html. So. End."
    assert not lost(document)
    assert [(p.line, p.rule, p.severity) for p in document.problems] == [
        (line, "condition", "warning") for line in (3, 18, 25)
    ]
    assert 'write ":internal:" above to' in document.problems[0].message


def test_a_block_that_is_not_closed_is_named() -> None:
    document = read("----\nx\ny")
    assert [(p.line, p.rule) for p in document.problems] == [(1, "open-block")]
    assert markdown(document) == ["```\nx\ny\n```"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b" \n", "empty-file"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "encoding"),
        (b":a: " + b"x" * 4000 + b"\n\n" + b"{a}" * 1000, "too-large"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_asciidoc("faq.adoc", data)
    assert refused.value.args[1] == rule


def test_attributes_that_name_each_other_do_not_grow_without_end() -> None:
    bomb = (
        ":a: "
        + "x" * 1000
        + "\n"
        + "".join(f":{n}: {{{p}}}{{{p}}}{{{p}}}\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True))
    )
    document = read(f"{bomb}\nText {{i}}.")
    assert len(markdown(document)[0]) < 5000
