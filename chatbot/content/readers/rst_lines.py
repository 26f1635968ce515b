"""Where the words of a reStructuredText file stand, which docutils tells only roughly, and what of it is no content."""

import re
from collections.abc import Sequence
from typing import Any

from chatbot.content.document import PICTURE, Document

_NEAR = 400  # lines; farther down nobody looks
_SHORT = 8  # characters; a shorter text may be part of any word
_MARKS = (
    (re.compile(r"\s*(?:\.\. _|__ )"), "label, or address of a link"),
    (
        re.compile(r"\s*\.\. \|.*\|\s*image::|\s*\.\. (?:image|figure)::"),
        PICTURE,
    ),
    (re.compile(r"\s*\.\. \|"), "text to be put in elsewhere"),
    (re.compile(r"\s*\.\. [\w:.+-]+::"), "markup"),
    (re.compile(r"\s*\.\.(?:\s|$)"), "comment"),
    (re.compile(r"\s*:[^:\s][^:]*:(?:\s|$)"), "option"),
)


class Places:
    """Finds lines going down, as words come in the order in which they stand."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines
        self._next: int = 1

    def of(self, node: Any) -> set[int]:
        raw = (node.rawsource or node.astext()).rstrip()
        return {number for number in self.each(raw.split("\n"), node.line) if number}

    def each(self, lines: Sequence[str], hint: int | None) -> list[int]:
        """The number of each of `lines`, 0 of a blank one above the first. `hint`: where docutils takes them to be."""
        wanted = next((line.strip() for line in lines if line.strip()), "")
        first = self._first(wanted, hint or 0) if wanted else 0
        if not first:
            return [0] * len(lines)
        self._next = first
        blank = next(at for at, line in enumerate(lines) if line.strip())
        last = len(self._lines)
        return [0 if at < blank else min(first + at - blank, last) for at in range(len(lines))]

    def _first(self, wanted: str, hint: int) -> int:
        near = [hint, hint - 1, hint + 1, hint - 2] if hint else []
        here = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)" if len(wanted) < _SHORT else re.escape(wanted))
        places = [*(number for number in near if number >= self._next - 1), *range(self._next, self._next + _NEAR)]
        found = (number for number in places if here.search(self._lines.get(number, "").expandtabs(8)))
        return next(found, hint if 0 < hint <= len(self._lines) else 0)


def drop_what_is_left(document: Document) -> None:
    """Says of each line with words that no block shows why; lines set in below it go the same way."""
    shown = {number for block in document.blocks for line in block.lines for number in line.sources}
    reason, depth = "", -1
    for number, line in document.lines.items():
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        if indent <= depth:
            reason, depth = "", -1
        if number in shown or number in document.dropped or number in document.metadata:
            continue
        for mark, why in _MARKS:
            if not reason and mark.match(line):
                reason, depth = why, indent
        if re.search(r"\w", line):
            document.dropped[number] = reason or "markup"
