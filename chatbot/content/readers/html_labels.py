"""Labels in elements of their own: "Q" in a circle before a question, "A" before its answer.

A page shows them beside the words, but its text runs them together: "QHow do I pay?".
"""

import re

from chatbot.content.labels import label_in
from chatbot.content.readers.html_elements import NO_WORDS, words_of
from chatbot.content.readers.html_text import Drop, is_inline
from chatbot.content.readers.html_tree import Element, Text

_FEWEST = 2  # questions with such a label; fewer may be chance
_LONGEST = 16  # characters
_CELLS = frozenset({"td", "th", "li", "option", "button", "a"})
_REASON = "a mark before a question or an answer"


def spell_out_labels(root: Element, drop: Drop) -> None:
    """Writes "Q: " for a label before words, and removes one that stands alone."""
    parents = {id(child): element for element in root.walk() for child in element.children}
    labels: list[tuple[Element, str]] = []
    for element in root.walk():
        if words := _of_leaf(element):
            kind = label_in(words, is_below_question=bool(labels) and labels[-1][1] == "q")
            whole = _as_a_whole(element, parents, kind == "a") if kind else None
            if whole:
                labels.append((whole, kind))
    if sum(kind == "q" for _, kind in labels) < _FEWEST:
        return
    for element, _ in labels:
        parent = parents[id(element)]
        words = re.sub(r"[\W_]+$", "", words_of(element)).lstrip("([")
        line = next((text.line for text in element.texts() if text.text.strip()), element.line)
        if is_inline(element) and len(_first_children(parent)) > 1 and not _is_data(element, parents):
            element.tag, element.children = "span", [Text(f"{words}: ", line)]
        else:
            drop(Text(words, line), _REASON)
            element.children = []


def _of_leaf(element: Element) -> str:
    """The words of a short element without child elements, or ""."""
    if element.tag in _CELLS or any(isinstance(child, Element) for child in element.children):
        return ""
    words = "".join(child.text for child in element.children if isinstance(child, Text) and not child.tag).strip()
    return words if len(words) <= _LONGEST else ""


def _as_a_whole(element: Element, parents: dict[int, Element], answers: bool) -> Element | None:
    """The outermost element that holds only the label; None where it opens nothing, or fills a table cell."""
    while (parent := parents.get(id(element))) and parent.tag and len(_first_children(parent)) == 1:
        if parent.tag in _CELLS:
            return None
        element = parent
    is_apart = answers and not is_inline(element)  # below the question, in the box of both
    return element if parent and (is_apart or _first_children(parent)[0] is element) else None


def _is_data(element: Element, parents: dict[int, Element]) -> bool:
    above: Element | None = element
    while above and "itemscope" not in above.attributes:
        above = parents.get(id(above))
    return above is not None


def _first_children(parent: Element) -> list[Element | Text]:
    """The first two children with text."""
    children: list[Element | Text] = []
    for child in parent.children:
        texts = [child] if isinstance(child, Text) else child.texts(NO_WORDS)
        if any(not text.tag and text.text.strip() for text in texts):
            children.append(child)
        if len(children) == 2:
            break
    return children
