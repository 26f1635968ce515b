"""Line numbers of reStructuredText, which docutils gives only roughly, and lines that are no content."""

import re
from collections.abc import Sequence
from typing import Any

from chatbot.content.document import PICTURE, Document

_NEAR = 400  # lines that are searched
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


class LineNumbers:
    """Finds line numbers from top to bottom, since texts come in document order."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines
        self._next: int = 1

    def of(self, node: Any) -> set[int]:
        raw = (node.rawsource or node.astext()).rstrip()
        return {number for number in self.each(raw.split("\n"), node.line) if number}

    def each(self, lines: Sequence[str], hint: int | None) -> list[int]:
        """The number of each of `lines`, 0 for blank ones above the first. `hint`: the number given by docutils."""
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
        numbers = [*(number for number in near if number >= self._next - 1), *range(self._next, self._next + _NEAR)]
        matching = (number for number in numbers if here.search(self._lines.get(number, "").expandtabs(8)))
        return next(matching, hint if 0 < hint <= len(self._lines) else 0)


def drop_other_lines(document: Document) -> None:
    """Gives a reason for each line with words that no block shows. Lines indented below it get the same reason."""
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
