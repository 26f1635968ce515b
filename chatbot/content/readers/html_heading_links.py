"""Removes links in headings that are no part of their words, such as links to the heading itself."""

import re
from collections.abc import Sequence

from chatbot.content.furniture import asks
from chatbot.content.permalinks import is_edit, is_permalink, is_sign
from chatbot.content.readers.html_elements import NO_WORDS, is_block, words_of
from chatbot.content.readers.html_text import Drop
from chatbot.content.readers.html_tree import Element, Text
from chatbot.content.sections import LONGEST
from chatbot.core.text import one_line

_HEADS = re.compile("h[1-6]|dt|summary")
_LINES = frozenset({"p", "div", "li"})
_LINK = "a link to the heading itself"


def remove_heading_links(root: Element, drop: Drop) -> None:
    """Empties links in headings that are no part of their words, and the brackets around them."""
    for element in root.walk():
        if _HEADS.fullmatch(element.tag) or element.attributes.get("role", "").lower() == "heading":
            _clear(element, drop)
        elif element.tag in _LINES and not any(map(is_block, element.children)):
            _clear_line(element, drop)


def _clear(heading: Element, drop: Drop) -> None:
    """A link that is the whole heading is its words."""
    links_to_empty = [e for e in heading.walk() if e.tag in ("a", "button") and e is not heading]
    links = [link for link in links_to_empty if is_permalink(words_of(link))]
    links_to_empty = [link for link in links_to_empty if link in links or _edits(link, heading, links)]
    inside = {id(text) for link in links_to_empty for text in link.texts()}
    if not links_to_empty or is_sign("".join(t.text for t in heading.texts() if not t.tag and id(t) not in inside)):
        return
    for link in links_to_empty:
        _empty(link, drop)
    for inner in [e for e in heading.walk() if e is not heading]:
        if is_sign(words_of(inner)) and words_of(inner):
            _empty(inner, drop)  # brackets around them
    for before, middle, behind in zip(heading.children, heading.children[1:], heading.children[2:], strict=False):
        if middle in links_to_empty and isinstance(before, Text) and isinstance(behind, Text):
            opened, closed = re.fullmatch(r"(.*)[\[(]\s*", before.text, re.DOTALL), re.match(r"\s*[\])]", behind.text)
            if opened and closed:
                before.text, behind.text = opened[1], behind.text[closed.end() :]


def _edits(link: Element, heading: Element, links: Sequence[Element]) -> bool:
    """Whether it is an edit link after the words: "How do I edit a page?" may have a link, too. `links`: permalinks."""
    without = {id(text) for other in links for text in other.texts()}
    text = one_line("".join(text.text for text in heading.texts(NO_WORDS) if not text.tag and id(text) not in without))
    before, _, behind = text.rpartition(words_of(link))
    if not is_edit(words_of(link)) or not before.strip() or not (is_sign(behind) or is_edit(behind)):
        return False
    return before.rstrip()[-1:] in "[(|?" or asks(before.rstrip(" ["), LONGEST)


def _clear_line(line: Element, drop: Drop) -> None:
    """A paragraph that asks is treated like a heading."""
    links = [e for e in line.walk() if e.tag == "a" and e.attributes.get("href", "").startswith("#")]
    last = links[-1] if links else None
    if last and words_of(last) and is_sign(words_of(last)):
        before, _, behind = words_of(line).rpartition(words_of(last))
        if not behind and asks(before.strip(), LONGEST):
            _empty(last, drop)


def _empty(element: Element, drop: Drop) -> None:
    for text in element.texts():
        if not text.tag and text.text.strip():
            drop(text, _LINK)
    element.children = []
