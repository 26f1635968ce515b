"""HTML in a cell of a table or in a text of JSON, as help desks export it: made Markdown."""

import re

from chatbot.content.readers.html_text import markdown_lines
from chatbot.content.readers.html_tree import parse_html

_BLOCK = "p|div|ul|ol|h[1-6]|table|section|article|blockquote|pre|dl|html|body|figure|main"
_BEGINS_AS_BLOCK = re.compile(
    rf"\s*(?:<!--.*?-->\s*)?<(?:!doctype\b|(?:{_BLOCK})(?=[\s>/]))", re.IGNORECASE | re.DOTALL
)
_BEGINS_INLINE = re.compile(r"\s*<(?:span|strong|b|em|i|u|a|font|img|br)(?=[\s>/])", re.IGNORECASE)
_HOLDS_BLOCK = re.compile(rf"<(?:br|{_BLOCK})(?=[\s>/])|</(?:{_BLOCK})>", re.IGNORECASE)
_WRAPPED = re.compile(r"\s*<([a-z][a-z0-9]*)(?=[\s>])[^<]*>.*</\1\s*>\s*", re.IGNORECASE | re.DOTALL)


def is_html(text: str) -> bool:
    """Whether `text` begins with a tag and is blocks of HTML. A line break before it says: leave it as it is."""
    if not text.lstrip(" ").startswith("<"):
        return False
    return bool(_BEGINS_AS_BLOCK.match(text) or (_BEGINS_INLINE.match(text) and _HOLDS_BLOCK.search(text)))


def html_as_markdown(html: str) -> str:
    return "\n".join(line.text for line in markdown_lines(parse_html(html).children, lambda text, reason: None))


def without_tags(text: str) -> str:
    """`text` without the tags around it, such as "<p>How?</p>"."""
    if text.lstrip().startswith("<") and _WRAPPED.fullmatch(text):
        return "".join(found.text for found in parse_html(text).texts())
    return text
