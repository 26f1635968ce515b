"""HTML in a table cell or a JSON text, as help desks export it, to Markdown."""

import html
import re

from chatbot.content.readers.html_heading_links import remove_heading_links
from chatbot.content.readers.html_spelled_out import spell_out
from chatbot.content.readers.html_text import Drop, markdown_lines
from chatbot.content.readers.html_tree import parse_html

_BLOCK = "p|div|ul|ol|h[1-6]|table|section|article|blockquote|pre|dl|html|body|figure|main"
_BEGINS_AS_BLOCK = re.compile(
    rf"\s*(?:<!--.*?-->\s*)?<(?:!doctype\b|(?:{_BLOCK})(?=[\s>/]))", re.IGNORECASE | re.DOTALL
)
_BEGINS_INLINE = re.compile(r"\s*<(?:span|strong|b|em|i|u|a|font|img|br)(?=[\s>/])", re.IGNORECASE)
_HOLDS_BLOCK = re.compile(rf"<(?:br|{_BLOCK})(?=[\s>/])|</(?:{_BLOCK})>", re.IGNORECASE)
_WRAPPED = re.compile(r"\s*<([a-z][a-z0-9]*)(?=[\s>])[^<]*>.*</\1\s*>\s*", re.IGNORECASE | re.DOTALL)
_HOLDS_TAG = re.compile(
    rf"</(?:{_BLOCK}|li|a|b|strong|em|i|u|span|font)\s*>|<br\s*/?>|<(?:img|a)\s[^<>]*(?:src|href)=", re.IGNORECASE
)
_MARKDOWN = re.compile(
    r"\*\*|__|`|\]\(|(?<!\w)[*_](?=\w)|\\[!-/:-@\[-`{-~]|^\s{0,3}(?:[-*+]|\d{1,3}[.)]|#{1,6}|>|\|)\s", re.MULTILINE
)
_PARAGRAPH = re.compile(r"<(?:p|div|body|section|article)(?=[\s>/])", re.IGNORECASE)
_BREAK = re.compile(r"<br(?=[\s>/])", re.IGNORECASE)
_HOLDS_PART = re.compile(rf"</?(?:{_BLOCK}|li|tr|td|th|thead|tbody|dt|dd|hr)(?=[\s>/])|<!--", re.IGNORECASE)
_NUMBERED = re.compile(r"&#(?:\d{2,6}|x[0-9a-fA-F]{2,5});")
_ENTITY = re.compile(r"&[a-z]{2,8};")


_ESCAPED = re.compile(
    rf"\s*&lt;(?:{_BLOCK}|span|strong|b|em)(?=[\s/&])(?:[^<>])*&lt;(?:/[a-z0-9]+\s*|br\s*/?|hr\s*/?)&gt;\s*",
    re.IGNORECASE,
)


def unescaped(text: str) -> str:
    """HTML that an export has escaped as a whole ("&lt;p&gt;Yes.&lt;/p&gt;") as HTML; other texts unchanged."""
    return html.unescape(text) if "&lt;" in text[:40] and _ESCAPED.fullmatch(text) else text


def is_html(text: str) -> bool:
    """Whether `text` is HTML: it begins with a tag and has blocks, or has tags and no Markdown.

    A line break before the text means that it is not HTML.
    """
    if "<" not in text:
        return False
    if text.lstrip(" ").startswith("<") and (
        _BEGINS_AS_BLOCK.match(text) or (_BEGINS_INLINE.match(text) and _HOLDS_BLOCK.search(text))
    ):
        return True
    return text[:1] != "\n" and bool(_HOLDS_TAG.search(text)) and not _MARKDOWN.search(text)


def html_as_markdown(source: str, drop: Drop = lambda text, reason: None) -> str:
    root = parse_html(source)
    spell_out(root)
    remove_heading_links(root, drop)
    return "\n".join(line.text for line in markdown_lines(root.children, drop))


def with_paragraphs(source: str) -> str:
    """Adds paragraph tags to HTML with blank lines between paragraphs, as editors of sites allow it."""
    if _PARAGRAPH.search(source):
        return source
    parts = re.split(r"\n[ \t]*\n\s*", source.strip())
    breaks = "" if _BREAK.search(source) else "<br>"
    return "\n".join(
        part if _HOLDS_PART.search(part) else "<p>" + part.replace("\n", f"{breaks}\n") + "</p>" for part in parts
    )


def without_tags(text: str, in_html: bool = False) -> str:
    """`text` without tags around it, such as "<p>How?</p>". `in_html`: whether the text beside it is HTML."""
    is_wrapped = text.lstrip().startswith("<") and _WRAPPED.fullmatch(text)
    if is_wrapped or _NUMBERED.search(text) or (in_html and _ENTITY.search(text)):
        return "".join(node.text for node in parse_html(text).texts())
    return text
