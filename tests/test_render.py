import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.content.blocks import document_of
from chatbot.content.render import strip_markup


def markdown_to_html(text: str) -> str:
    return document_of(text).html


def copied_text_to_html(text: str) -> str:
    return document_of(text, is_copied=True).html


def test_markdown() -> None:
    assert markdown_to_html("**a** [b](https://c.example)\n\n1. x\n2. y") == (
        '<p><strong>a</strong> <a href="https://c.example" rel="noopener noreferrer nofollow">b</a></p>\n'
        "<ol>\n<li>x</li>\n<li>y</li>\n</ol>"
    )
    assert "<table>" in markdown_to_html("| a |\n|---|\n| 1 |")


@pytest.mark.parametrize(
    "unsafe",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/pixel.gif)",
        "[x](javascript:alert(1))",
        "[x](//evil.example)",
        "[x](/gradio_api/file=/etc/passwd)",
        '<p style="position:fixed" onclick="alert(1)" id="x" class="y">z</p>',
        "<form action=https://evil.example><input></form>",
        "<iframe src=https://evil.example></iframe>",
    ],
)
def test_nothing_unsafe_comes_out(unsafe: str) -> None:
    html = markdown_to_html(unsafe)
    for word in ("<script", "<img", "<form", "<input", "<iframe", "href=", "style=", "onclick", "onerror=a", "id="):
        assert word not in html


def test_copied_text_stands_for_itself_and_keeps_its_lists() -> None:
    assert copied_text_to_html("Head\n\n  1. a <b>\n  2. c\n\nTail **x**\nmore\n\n- d") == (
        "<p>Head</p>\n<ol>\n<li>a &lt;b&gt;</li>\n<li>c</li>\n</ol>\n<p>Tail **x**<br>more</p>\n<ul>\n<li>d</li>\n</ul>"
    )
    assert copied_text_to_html("intro:\n3. c\n\n4. d\nend") == (
        '<p>intro:</p>\n<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n<p>end</p>'
    )


@pytest.mark.parametrize(
    ("markup", "spoken"),
    [
        ("**Warm up**, then *run*.", "Warm up, then run."),
        ("See [the guide](https://x.example) or <https://y.example>.", "See the guide or https://y.example."),
        ("## Title\n> quoted `code`", "Title\nquoted code"),
        ("snake_case stays, 2 * 3 too", "snake_case stays, 2 * 3 too"),
        ("a<br>b &amp; c", "ab & c"),
    ],
)
def test_strip_markup(markup: str, spoken: str) -> None:
    assert strip_markup(markup) == spoken


PLAIN_TEXT = st.text(st.sampled_from("ab c1.,:;?!()\"'/-_*#&<>[]`~=+|\\\u00e9\n"), max_size=14)


@settings(max_examples=500)
@given(st.one_of(PLAIN_TEXT, st.text(st.sampled_from("ab *_-.1"), max_size=8)))
def test_the_short_way_for_plain_text_gives_what_the_long_way_gives(text: str) -> None:
    """Red without: "*" among the plain characters, or two blanks let in."""
    with pytest.MonkeyPatch.context() as patch:
        short = document_of(text)
        patch.setattr("chatbot.content.blocks.PLAIN", re.compile("(?!)"))
        assert document_of(text) == short


def test_plain_sentences_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.content.blocks.cleaned", None)
    assert markdown_to_html("Yes, it's open (till 10).") == "<p>Yes, it's open (till 10).</p>"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "ftp://x.example", "sms:1"]
)
def test_a_link_that_is_not_shown_is_its_words(address: str) -> None:
    """Whatever it would do. Red without `validateLink`."""
    text = f"Go [*here*]({address}), [there][1] or ![a picture]({address}).\n\n[1]: {address}"
    assert markdown_to_html(text) == "<p>Go <em>here</em>, there or a picture.</p>"
