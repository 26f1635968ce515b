"""Words where a script puts no blanks between them: the pieces by which they are looked up.

A run of Han, kana, Thai, Lao, Burmese, Khmer or Hangul is read as its pairs of neighbouring characters; of Han each
character is a word, too. On the Chinese set, BM25 over these finds as much as over words that a dictionary of 38,000
tells apart (docs/languages.md), and no list of words has to hold what an FAQ writes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from chatbot.core.scripts import IN_GRAMS, marks_of

_RUN = re.compile(rf"[{IN_GRAMS}]")
_HAN = re.compile("[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def is_in_grams(word: str) -> bool:
    """True for a word of a script whose words are looked up by their pieces, or for such a piece."""
    return _RUN.match(word) is not None


def grams_of(run: str) -> Iterator[str]:
    """The pieces of a word without blanks, in its order; a character has its marks with it."""
    characters = re.findall(rf".[{marks_of(run)}]*", run) if marks_of(run) else list(run)
    if len(characters) == 1:
        yield run
        return
    for one, two in pairwise(characters):
        if _HAN.match(one):
            yield one
        yield one + two
    if _HAN.match(characters[-1]):
        yield characters[-1]


def put_together(words: Iterable[str]) -> list[str]:
    """Pieces that overlap as the words that they were cut from, for people to read; other words as they are."""
    joined: list[str] = []
    for word in words:
        before = joined[-1] if joined and is_in_grams(word) and is_in_grams(joined[-1]) else ""
        if before and before.endswith(word):
            continue
        if before and len(word) > 1 and before.endswith(word[0]):
            joined[-1] += word[1:]
        else:
            joined.append(word)
    return joined


class GramFrequencies:
    """How frequent a piece is in a language, from the frequencies of its words.

    A pair stands within a word, or at the border of two; for the second, words are taken to follow each other by
    chance.
    """

    def __init__(self, words: Mapping[str, float]) -> None:
        """`words`: share of each among all words of the language."""
        self._within: Counter[str] = Counter()
        self._begins: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()
        for word, frequency in words.items():
            if is_in_grams(word):
                for gram in grams_of(word):
                    self._within[gram] += frequency  # type: ignore[assignment]  # a Counter may count shares
                self._begins[word[0]] += frequency  # type: ignore[assignment]
                self._ends[word[-1]] += frequency  # type: ignore[assignment]

    def of(self, gram: str) -> float:
        """Share of the pieces that are this one, about; 0.0 where nothing is known of it."""
        return self._within[gram] + self._ends[gram[0]] * self._begins[gram[-1]] * (len(gram) == 2)
