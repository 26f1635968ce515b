"""What a page hides and nothing on it opens: notes of the editors, what only another device shows.

A panel of an accordion is hidden, too, until its question is clicked on, so whatever answers a question stays, and so
does what a button beside it may open.
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


def take_out_hidden(root: Element, drop: Drop) -> None:
    hidden = [e for e in root.walk() if is_hidden(e) and match_key(words_of(e))]
    page = _Page(root) if hidden else None
    opened = [e for e in hidden if page and page.opens(e)]
    kept, makes = {id(e) for e in opened}, {_make(e) for e in opened if _make(e)[1]}
    for element in hidden:
        if id(element) not in kept and _make(element) not in makes:
            for text in element.texts():
                if text.text.strip():
                    drop(text, "comment" if text.tag else "hidden")
            element.children = []


def is_hidden(element: Element) -> bool:
    own = element.attributes
    unseen = "hidden" in own or _UNSEEN.search(own.get("style", "")) is not None
    unheard = own.get("aria-hidden", "").strip().lower() == "true" and element.tag != "span"
    return element.tag in _MAY_HIDE and (unseen or unheard)


def _make(element: Element) -> tuple[str, str]:
    return element.tag, element.attributes.get("class", "").strip()


def _targets(element: Element) -> list[str]:
    own = element.attributes.items()
    names = [name for name, value in own if _LEADING.fullmatch(name) or (name == "href" and value[:1] == "#")]
    return [element.attributes[name].strip().lstrip("#") for name in names]


class _Page:
    """Where each element stands, and what leads to it."""

    def __init__(self, root: Element) -> None:
        self._places = {id(child): (e, at) for e in root.walk() for at, child in enumerate(e.children)}
        self._targets = {target for e in root.walk() for target in _targets(e)} - {""}
        self._with_openers = {id(self._places[id(e)][0]) for e in root.walk() if e is not root and _opens(e)}

    def opens(self, element: Element) -> bool:
        """Whether something of the page may open it, or it holds questions of its own."""
        own = element.attributes
        if own.get("id", "") in self._targets or "aria-labelledby" in own or own.get("role", "") in _PANELS:
            return True
        leaves = (inner for inner in element.walk() if not any(map(is_block, inner.children)))
        if any(inner.tag in _OPENERS or asks(without_signs(words_of(inner)), LONGEST) for inner in leaves):
            return True
        above = self._above(element)
        return id(self._places[id(element)][0]) in self._with_openers or (above is not None and _leads(above))

    def _above(self, element: Element) -> Element | Text | None:
        """What is shown before it."""
        while found := self._places.get(id(element)):
            parent, at = found
            for child in reversed(parent.children[:at]):
                if isinstance(child, Text):
                    if not child.tag and child.text.strip():
                        return child
                elif child.tag not in NO_WORDS and words_of(child) and not is_hidden(child):
                    return child
            element = parent
        return None


def _opens(element: Element) -> bool:
    """Whether it is there to be clicked on, and leads nowhere."""
    address = element.attributes.get("href", "#" if element.tag == "a" else "-").strip().lower()
    is_link = element.tag == "a" and (address in ("", "#") or address.startswith("javascript:"))
    return is_link or element.tag == "button" or any(name in element.attributes for name in _OPENING)


def _leads(above: Element | Text) -> bool:
    """Whether `above` ends with a question, or with what may be clicked on."""
    if isinstance(above, Text):
        return asks(above.text.strip(), LONGEST)
    texts = [text for text in above.texts(NO_WORDS) if not text.tag and text.text.strip()]
    ends = {id(text) for text in texts[-2:]}  # a sign such as "+" may stand behind
    openers = [e for e in above.walk() if e.tag in _OPENERS or _opens(e)]
    return asks(without_signs(words_of(above)), LONGEST) or any(id(text) in ends for e in openers for text in e.texts())
