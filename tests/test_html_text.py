"""HTML as Markdown: the words stay one for one, and what they are made of stays where Markdown can say it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.content.blocks import document_of
from chatbot.content.readers.html_text import markdown_lines
from chatbot.content.readers.html_tree import parse_html
from chatbot.content.readers.source import Unreadable


def markdown(html: str, dropped: list[str] | None = None) -> str:
    found: list[str] = [] if dropped is None else dropped
    return "\n".join(
        line.text for line in markdown_lines(parse_html(html).children, lambda text, why: found.append(text.text))
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a\n b</p><p>c<br>d", "a b\n\nc  \nd"),
        ("<ul><li>a<ul><li>b<li>c</ul><li>d</ul>", "- a\n  - b\n  - c\n- d"),
        ("<ol start=3><li><p>a</p><p>b</p></li></ol>", "3. a\n\n   b"),
        ("<table><tr><td>a|b<td>c</table>", "|  |  |\n| --- | --- |\n| a\\|b | c |"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("<pre>a\n  <b>b</b> `\n</pre>", "```\na\n  b `\n```"),
        ("<pre>a<br>  b<br><br>c</pre>", "```\na\n  b\n\nc\n```"),
        ("<pre><code><div>a</div><div><br></div>\n<div>  b</div>\n</code></pre>", "```\na\n\n  b\n```"),
        ("<pre><ol><li>a</li><li>  b</li></ol></pre>", "```\na\n  b\n```"),
        ("<pre><code>copy a</code><button>Copy</button></pre>", "```\ncopy a\n```"),
        ('<pre><a href="#">Copy code</a>copy a</pre>', "```\ncopy a\n```"),
        ("<p>x <code>a<br>b</code>", "x `a`  \n`b`"),
        ("<table><tr><td><pre>1\n2</pre><td><pre>a\n  b</pre></table>", "```\na\n  b\n```"),
        ("<table><tr><td>8<td><code>a</code><tr><td>9<td><code>  b</code></table>", "```\na\n  b\n```"),
        (
            "<table><tr><td>1<td><code>a</code> b<tr><td>2<td><code>c</code></table>",
            "|  |  |\n| --- | --- |\n| 1 | `a` b |\n| 2 | `c` |",
        ),
        ("<pre><i class=n>1</i>a\n<i class=n>2</i>  b\n</pre>", "```\na\n  b\n```"),
        ("<pre><i class=n>1</i> + <i class=n>4</i>\n<i class=n>2</i>\n</pre>", "```\n1 + 4\n2\n```"),
        ("x<b> y </b>z <i></i><code>a`b</code>", "x **y** z ``a`b``"),
        ("<a href='https://x.example'>x</a> <a href='/y'>y</a>", "[x](https://x.example) [y](/y)"),
        ("<h3>a</h3>b", "### a\n\nb"),
        (
            "<a href='javascript:alert(1)'>x</a>",
            "[x](javascript:alert%281%29)",
        ),  # what is shown of it is told elsewhere
        ("1. a", "1\\. a"),
        ("# a", "\\# a"),
        ("2 * 3 = 6, snake_case, a_b", "2 * 3 = 6, snake_case, a_b"),
        ("*a* [b](c) <i>&lt;b&gt;</i>", "\\*a\\* [b\\](c) *\\<b>*"),
    ],
)
def test_what_becomes_of_it(html: str, expected: str) -> None:
    """Red without: the tight list, the escapes, the empty names of a table without any, the lines of code."""
    assert markdown(html) == expected


def test_what_is_left_out_is_told() -> None:
    """Red without: the texts between cells and items, the address of a link, the picture."""
    dropped: list[str] = []
    text = markdown("<table>one<tr><td>a</table><ul>two<li>b</ul><a>c</a><img alt=four><nav>five</nav>", dropped)
    assert set(dropped) == {"one", "two", "four", "five"}
    assert {"a", "b", "c"} <= set(text.split())


@settings(max_examples=300)
@given(st.lists(st.text(st.sampled_from("ab 1.)(-+*_#>`~[]!|=\\:&;"), min_size=1, max_size=12), max_size=4))
def test_every_character_of_a_text_is_shown_as_it_stands(paragraphs: list[str]) -> None:
    """Red without: the escapes."""
    source = [" ".join(paragraph.split()) for paragraph in paragraphs]
    html = "".join(f"<p>{text.replace('&', '&amp;').replace('>', '&gt;')}</p>" for text in source)
    shown = re.findall(r"<p>(.*?)</p>", document_of(markdown(html)).html, re.DOTALL)
    plain = [text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&") for text in shown]
    assert plain == [text for text in source if text]


def test_deep_nesting_is_refused_with_its_line() -> None:
    """Red without: the depth of elements."""
    with pytest.raises(Unreadable) as refused:
        parse_html("\n\n" + "<div>" * 300)
    assert refused.value.args[:2] == (3, "html")
