"""Removes overlays and boxes of the site: dialogs, cookie notices, newsletter forms.

They are recognised by structure and words together, since a card of an FAQ may have a button or be about cookies.
Uncertain boxes stay: losing an answer is worse than reading a notice.
"""

import re
from collections.abc import Callable, Iterator

from chatbot.content.furniture import (
    asks,
    asks_for_consent,
    is_button,
    is_call,
    is_of_newsletter,
    is_title_of_all,
    speaks_of_cookies,
)
from chatbot.content.readers.html_elements import is_block, without_signs, words_of
from chatbot.content.readers.html_text import Drop, drop_all
from chatbot.content.readers.html_tree import Element
from chatbot.content.sections import LONGEST

_DIALOGS = frozenset({"dialog", "alertdialog"})
_BOXES = frozenset("div section aside article dialog form".split())
_LARGEST = 600  # characters of a notice
_HEADS = frozenset("h1 h2 h3 h4 h5 h6 summary dt".split())
_LEADING = ("aria-controls", "aria-owns", "data-target", "data-bs-target", "href")
_NO_FIELDS = frozenset("hidden checkbox radio submit button image reset".split())
_MOST_TRIED = 50  # elements of each kind that are checked
_MOST_DIALOGS = 10  # a page with more has one for each answer
_MOST_FIELDS = 2  # a name and an address
_LURE = 4  # words of a question that only leads to a field, such as "Want 10 % off?"
_ITSELF = re.compile("newsletter|subscri|abonn|mailing")  # words of questions about the newsletter itself
_TITLE = 2  # words of a question that is the title of a notice: "Why cookies?"


def remove_overlays(root: Element, drop: Drop) -> None:
    dialogs = [element for element in root.walk() if _is_dialog(element)]
    openers = _openers(root) if dialogs else {}
    for element in dialogs if len(dialogs) <= _MOST_DIALOGS else ():
        if not _is_of_the_page(element, openers):
            _remove(element, drop, "a dialog of the site")
    tried = [e for e in root.walk() if e.tag in ("button", "a", "input", "form")]
    consenting = [e for e in tried if e.tag != "form" and asks_for_consent(_label(e))]
    taking = [e for e in tried if e.tag in ("form", "input") and _takes_address(e)]
    parents = {id(c): e for e in root.walk() for c in e.children if isinstance(c, Element)} if tried else {}
    for element in consenting[:_MOST_TRIED]:
        box = _widest(element, parents, _is_notice_of_cookies)
        if box and speaks_of_cookies(words_of(box)):
            _remove(box, drop, "cookie banner")
    for element in taking[:_MOST_TRIED]:
        box = _widest(element, parents, _is_of_the_field)
        if box and is_of_newsletter(words_of(box)):
            _remove(box, drop, "a box that asks for an address")


def _is_dialog(element: Element) -> bool:
    attributes = element.attributes
    is_modal = attributes.get("aria-modal", "").strip().lower() == "true"
    return element.tag == "dialog" or is_modal or attributes.get("role", "").strip().lower() in _DIALOGS


def _openers(root: Element) -> dict[str, list[Element]]:
    """The elements that lead to each id of the page."""
    openers: dict[str, list[Element]] = {}
    for element in root.walk():
        for name in {element.attributes.get(key, "").lstrip("#") for key in _LEADING} - {""}:
            openers.setdefault(name, []).append(element)
    return openers


def _is_of_the_page(dialog: Element, openers: dict[str, list[Element]]) -> bool:
    """Whether a dialog holds an answer or a question of the page."""
    asked = [words for words in _asking(dialog) if not speaks_of_cookies(words)]
    leading = openers.get(dialog.attributes.get("id", ""), ())
    return (
        len(asked) > 1
        or any(asks(words, LONGEST) and not is_call(words, ()) for words in asked)
        or is_title_of_all(dialog.attributes.get("aria-label", ""))
        or any(asks(without_signs(words_of(opener)), LONGEST) for opener in leading)
    )


def _asking(element: Element) -> list[str]:
    """The questions in it. A heading counts, whether it asks or not."""
    return [words for words, inner in _texts(element).items() if inner.tag in _HEADS or asks(words, LONGEST)]


def _texts(element: Element) -> dict[str, Element]:
    """The text of each heading and innermost block in it -> the element."""
    leaves = (inner for inner in element.walk() if inner.tag in _HEADS or not any(map(is_block, inner.children)))
    return {words: inner for inner in leaves if (words := without_signs(words_of(inner)))}


def _label(element: Element) -> str:
    return words_of(element) or element.attributes.get("value", "")


def _takes_address(element: Element) -> bool:
    """Whether it is a form for only an e-mail address, or such a field outside a form."""
    if element.tag == "form":
        fields = [e for e in element.walk() if e.tag in ("input", "textarea", "select")]
        fields = [e for e in fields if e.attributes.get("type", "text").strip().lower() not in _NO_FIELDS]
        is_search = element.attributes.get("role", "") == "search" or any(map(_is_search, fields))
        return 0 < len(fields) <= _MOST_FIELDS and not is_search and all(e.tag == "input" for e in fields)
    return element.tag == "input" and element.attributes.get("type", "").strip().lower() == "email"


def _is_search(field: Element) -> bool:
    return field.attributes.get("type", "").strip().lower() == "search" or field.attributes.get("name", "") in (
        "q",
        "s",
    )


def _widest(
    element: Element, parents: dict[int, Element], is_notice: Callable[[Element, Element], bool]
) -> Element | None:
    """The largest box around it that is a notice by size and text, and is not one of several cards."""
    largest: Element | None = None
    for box in _around(element, parents):
        if len(words_of(box)) > _LARGEST or box.tag not in _BOXES | {"p", "span", "label", "fieldset", "ul", "li"}:
            break
        if not is_notice(box, element):
            break
        if box.tag in _BOXES:
            largest = box
    return largest if largest and not _is_one_of_several(largest, parents) else None


def _is_notice_of_cookies(box: Element, _: Element) -> bool:
    """Whether its headings are about cookies, and none is a question as an FAQ asks it."""
    return all(
        speaks_of_cookies(words) and (not asks(words, LONGEST) or len(words.split()) <= _TITLE)
        for words in _asking(box)
    )


def _is_of_the_field(box: Element, field: Element) -> bool:
    """Whether it asks only for the field's input, and has no other text."""
    asked = _asking(box)
    if not asked:
        return True
    if len(asked) > 1 or (asks(asked[0], LONGEST) and not _is_lure(asked[0])):
        return False
    inside = {id(inner) for inner in field.walk()}
    beside = [words for words, inner in _texts(box).items() if words != asked[0] and id(inner) not in inside]
    return all(is_of_newsletter(words) or is_button(words) for words in beside)


def _is_lure(question: str) -> bool:
    return len(question.split()) <= _LURE and not _ITSELF.search(question.casefold())


def _around(element: Element, parents: dict[int, Element]) -> Iterator[Element]:
    box: Element | None = element if element.tag == "form" else parents.get(id(element))
    while box is not None:
        yield box
        box = parents.get(id(box))


def _is_one_of_several(box: Element, parents: dict[int, Element]) -> bool:
    """Whether boxes of its style beside it ask, too, as the cards of an FAQ do."""
    parent = parents.get(id(box))
    alike = (
        other
        for other in (parent.children if parent else ())
        if isinstance(other, Element) and other is not box and other.tag == box.tag and _style(other) == _style(box)
    )
    return bool(_asking(box)) and any(map(_asking, alike))


def _style(element: Element) -> tuple[str, str]:
    return element.attributes.get("class", "").strip(), element.attributes.get("role", "").strip()


def _remove(element: Element, drop: Drop, reason: str) -> None:
    drop_all(element, drop, reason)
    element.children = []
