"""Removes what a page hides and nothing opens: notes of editors, text for other devices.

A panel of an accordion is hidden, too, until its question is clicked. So what answers a question stays, and so does
what a button beside it may open.
"""

import re

from chatbot.content.furniture import asks
from chatbot.content.readers.html_elements import NO_WORDS, is_block, without_signs, words_of
from chatbot.content.readers.html_text import Drop
from chatbot.content.readers.html_tree import Element, Text
from chatbot.content.sections import LONGEST
from chatbot.core.text import match_key

_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_LEADING = re.compile(r"aria-controls|aria-owns|for|data-[\w-]+")
_OPENERS = frozenset("button summary dt label h1 h2 h3 h4 h5 h6".split())
_OPENING = frozenset({"onclick", "aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target"})
_PANELS = frozenset({"tabpanel", "region"})
_MAY_HIDE = frozenset("p div section span li ul ol table blockquote pre article aside figure".split())


def remove_hidden(root: Element, drop: Drop) -> None:
    hidden = [e for e in root.walk() if is_hidden(e) and match_key(words_of(e))]
    page = _Page(root) if hidden else None
    opened = [e for e in hidden if page and page.opens(e)]
    kept, styles = {id(e) for e in opened}, {_style(e) for e in opened if _style(e)[1]}
    for element in hidden:
        if id(element) not in kept and _style(element) not in styles:
            for text in element.texts():
                if text.text.strip():
                    drop(text, "comment" if text.tag else "hidden")
            element.children = []


def is_hidden(element: Element) -> bool:
    attributes = element.attributes
    is_invisible = "hidden" in attributes or _UNSEEN.search(attributes.get("style", "")) is not None
    is_silent = attributes.get("aria-hidden", "").strip().lower() == "true" and element.tag != "span"
    return element.tag in _MAY_HIDE and (is_invisible or is_silent)


def _style(element: Element) -> tuple[str, str]:
    return element.tag, element.attributes.get("class", "").strip()


def _targets(element: Element) -> list[str]:
    attributes = element.attributes.items()
    names = [name for name, value in attributes if _LEADING.fullmatch(name) or (name == "href" and value[:1] == "#")]
    return [element.attributes[name].strip().lstrip("#") for name in names]


class _Page:
    """The parent of each element, and the elements that something leads to."""

    def __init__(self, root: Element) -> None:
        self._parents = {id(child): (e, at) for e in root.walk() for at, child in enumerate(e.children)}
        self._targets = {target for e in root.walk() for target in _targets(e)} - {""}
        self._with_openers = {id(self._parents[id(e)][0]) for e in root.walk() if e is not root and _opens(e)}

    def opens(self, element: Element) -> bool:
        """Whether something on the page may open it, or it holds questions of its own."""
        attributes = element.attributes
        is_panel = "aria-labelledby" in attributes or attributes.get("role", "") in _PANELS
        if is_panel or attributes.get("id", "") in self._targets:
            return True
        leaves = (inner for inner in element.walk() if not any(map(is_block, inner.children)))
        if any(inner.tag in _OPENERS or asks(without_signs(words_of(inner)), LONGEST) for inner in leaves):
            return True
        above = self._above(element)
        return id(self._parents[id(element)][0]) in self._with_openers or (above is not None and _leads(above))

    def _above(self, element: Element) -> Element | Text | None:
        """The visible node before it."""
        while position := self._parents.get(id(element)):
            parent, at = position
            for child in reversed(parent.children[:at]):
                if isinstance(child, Text):
                    if not child.tag and child.text.strip():
                        return child
                elif child.tag not in NO_WORDS and words_of(child) and not is_hidden(child):
                    return child
            element = parent
        return None


def _opens(element: Element) -> bool:
    """Whether it is made to be clicked and leads to no page."""
    address = element.attributes.get("href", "#" if element.tag == "a" else "-").strip().lower()
    is_link = element.tag == "a" and (address in ("", "#") or address.startswith("javascript:"))
    return is_link or element.tag == "button" or any(name in element.attributes for name in _OPENING)


def _leads(above: Element | Text) -> bool:
    """Whether `above` ends with a question or with something to click."""
    if isinstance(above, Text):
        return asks(above.text.strip(), LONGEST)
    texts = [text for text in above.texts(NO_WORDS) if not text.tag and text.text.strip()]
    ends = {id(text) for text in texts[-2:]}  # a sign such as "+" may follow
    openers = [e for e in above.walk() if e.tag in _OPENERS or _opens(e)]
    return asks(without_signs(words_of(above)), LONGEST) or any(id(text) in ends for e in openers for text in e.texts())
