"""Hyphens at line ends of a PDF: those that break a word, and those that belong to it.

A soft hyphen always breaks a word. For a hard one, other uses of the word in the file decide. If there are none, it
depends on whether the program that made the file breaks words at all.
"""

import re
from collections.abc import Sequence

from chatbot.content.readers.pdf_lines import PageLine

_BROKEN = re.compile(r"([^\W\d_]+)-$")
_REST = re.compile(r"[^\W\d_]+")
_CHAIN = re.compile(r"\w-[^\W\d_]+-$")  # "state-of-the-"
_COMPOUND = re.compile(r"\w+-\w+")
_ALONE = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_SOME = 0.04  # share of lines that end in a broken word, if a program breaks words
_SHORT = 4  # letters; shorter words such as "in" and "to" often begin longer ones
# Words that nearly always have a hyphen after them.
_FIRST = frozenset("first second third half two three five six eight nine twenty self well".split())


class Hyphens:
    """What a file shows about its use of hyphens."""

    def __init__(self, lines: Sequence[PageLine]) -> None:
        broken: list[tuple[str, str]] = []
        inside = 0
        self._words: set[str] = set()
        self._compounds: set[str] = set()
        is_soft = False
        above: PageLine | None = None
        for line in lines:
            text = line.text.lower().lstrip()
            if above and line.text.lstrip()[:1].islower() and (parts := _parts(above.text.lower(), text)):
                text = text[len(parts[1]) :]
                if above.is_soft:
                    is_soft = True
                else:
                    broken.append(parts)
            above = line
            compounds = _COMPOUND.findall(text)
            inside += len(compounds)
            self._compounds.update(compounds)
            self._words.update(_ALONE.findall(text))
        is_sure = any(first + second in self._words for first, second in broken)
        is_often = len(broken) >= inside and len(broken) >= _SOME * len(lines)
        # A program that breaks words with soft hyphens does not break them with hard ones.
        self._breaks_words = not is_soft and (is_sure or is_often)

    def joined(self, text: str, words: str, is_soft: bool) -> str | None:
        """`text`, the end of a line, joined with `words`, the start of the next; None if no hyphen is between them."""
        parts = _parts(text, words)
        if not parts:
            return None
        return (text if not is_soft and self._is_of_word(text, *parts) else text[:-1]) + words

    def _is_of_word(self, text: str, first: str, second: str) -> bool:
        first, second = first.lower(), second.lower()
        if f"{first}-{second}" in self._compounds:
            return True
        if first + second in self._words:
            return False
        if not self._breaks_words or _CHAIN.search(text):
            return True
        are_words = {first, second} <= self._words and len(first) >= _SHORT
        return are_words or (first in _FIRST and len(second) >= _SHORT)


def _parts(text: str, below: str) -> tuple[str, str] | None:
    """The two parts of a word that a hyphen breaks at the end of `text`."""
    first, second = _BROKEN.search(text), _REST.match(below.lstrip())
    return (first[1], second[0]) if first and second and second[0][0].islower() else None
