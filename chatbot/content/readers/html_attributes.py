"""Questions in attributes: `data-question` beside `data-answer`, `<faq-item question="...">`.

They become `details` elements, as a page without scripts would have them.
"""

import re
from collections.abc import Set

from chatbot.content.labels import question_key
from chatbot.content.readers.column_names import VAGUE, meanings
from chatbot.content.readers.html_cells import is_html
from chatbot.content.readers.html_elements import words_of
from chatbot.content.readers.html_tree import Element, Text, parse_html
from chatbot.core.text import ends_as_question, match_key

_COMPONENT = re.compile(r"[a-z][a-z0-9]*-[a-z0-9-]+")
_TITLES = frozenset("question summary heading header title label".split())


def spell_out_attributes(root: Element) -> None:
    asking = {e.tag for e in root.walk() for name, value in e.attributes.items() if _may_ask(e, name, value)}
    for element in root.walk():
        asked = _attribute(element, "question") or _title(element, asking)
        answer = _attribute(element, "answer")
        shown = question_key(words_of(element))
        if not match_key(asked) or question_key(asked) in shown:
            continue  # the page shows it
        inner: list[Element | Text]
        if match_key(answer):
            inner = parse_html(answer).children if is_html(answer) else [Text(answer, element.line)]
        elif _COMPONENT.fullmatch(element.tag) and shown:
            inner = element.children
        else:
            continue
        head = Element("summary", {}, element.line, element.lang, [Text(asked, element.line)])
        element.tag, element.children = "details", [head, Element("div", {}, element.line, element.lang, inner)]


def _attribute(element: Element, field: str) -> str:
    """The value of the attribute named like `field`, unless it is a number or an identifier for a script."""
    for name, value in element.attributes.items():
        may_say = name.startswith("data-") or _COMPONENT.fullmatch(element.tag)
        is_name = field == "question" and not re.search(r"[^\W\d_]\W", value)
        means = any(m.field == field and m.tier < VAGUE for m in meanings(name.removeprefix("data-")))
        if may_say and means and not is_name:
            return value
    return ""


def _title(element: Element, asking: Set[str]) -> str:
    """The title of a component, where another component of its kind has a title that asks."""
    return next((value for name, value in element.attributes.items() if element.tag in asking and name in _TITLES), "")


def _may_ask(element: Element, name: str, value: str) -> bool:
    return name in _TITLES and ends_as_question(value) and _COMPONENT.fullmatch(element.tag) is not None
