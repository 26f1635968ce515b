"""A question laid beside an entry, word by word: how much of it the entry covers, and whether it is a neighbour's.

Vectors tell what two texts are about. They tell little of the one word that makes the difference. An entry that answers
a question mostly has the words that the question asks with. The share of them that it has is evidence of its own; each
word is weighted by its rarity in the language.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from chatbot.core.machine import cached_method
from chatbot.core.passage_table import PassageTable
from chatbot.search.conflicts import Conflict, PreparedQuestion
from chatbot.search.names import names_of
from chatbot.search.ranking import Candidate
from chatbot.search.words import Lexicon

_NAMES_FROM = 2_000  # entries whose texts are read for names; a large FAQ has the same ones again and again
_LONGEST = 60  # sentences of an answer that are looked at


class Alignment(NamedTuple):
    """Shares in [0, 1] of what the words of the question tell."""

    entry: float  # in the whole entry
    wording: float  # in the wording that matched best
    sentence: float  # in the sentence that covers the most
    conflict: Conflict | None


class Aligner:
    """The texts of a corpus, to lay questions beside."""

    def __init__(self, passages: PassageTable, lexicon: Lexicon, absent: Collection[int] = ()) -> None:
        """`absent`: rows of passages that count as never written."""
        self._passages, self._lexicon = passages, lexicon
        self._absent = frozenset(absent)
        entries = np.arange(int(passages.entry.max(initial=-1)) + 2)
        self._finding = passages.finding
        self._begin = np.searchsorted(passages.entry[: self._finding], entries)
        self._said = self._finding + np.searchsorted(passages.entry[self._finding :], entries)
        names, own_name = names_of(self._some_texts())
        # Kept by the aligner itself, so that they go with it when another build is served.
        self._asked = lru_cache(256)(lambda text: PreparedQuestion(text, lexicon, names, own_name))
        self._sentences = cached_method(4096, self._stems_of_sentences)
        self._whole = cached_method(4096, self._text_of)

    def without(self, rows: Collection[int]) -> "Aligner":
        """As if the passages in `rows` had never been written."""
        return Aligner(self._passages, self._lexicon, rows)

    def align(self, text: str, candidate: Candidate) -> Alignment:
        """`text`: the question as it was ranked."""
        asked = self._asked(text)
        wording = self._passages[candidate.passage].text
        entry = self._whole(candidate.entry)
        sentences = self._sentences(candidate.entry)
        stems = self._lexicon.stems
        covered = [self._lexicon.covered(asked.content, sentence) for sentence in sentences]
        return Alignment(
            entry=self._lexicon.covered(asked.content, stems(entry)),
            wording=self._lexicon.covered(asked.content, stems(wording)),
            sentence=max(covered, default=0.0),
            conflict=asked.conflict(wording, entry),
        )

    def _text_of(self, entry: int) -> str:
        """Its questions and its answer."""
        rows = range(self._begin[entry], self._begin[entry + 1])
        return "\n".join(self._passages[row].text for row in rows if row not in self._absent)

    def _stems_of_sentences(self, entry: int) -> Sequence[frozenset[str]]:
        begin, end = self._said[entry], self._said[entry + 1]
        return [self._lexicon.stems(self._passages[row].text) for row in range(begin, min(end, begin + _LONGEST))]

    def _some_texts(self) -> list[str]:
        entries = np.unique(np.linspace(0, len(self._begin) - 2, _NAMES_FROM).astype(int)) if self._finding else ()
        return [self._text_of(int(entry)) for entry in entries]
