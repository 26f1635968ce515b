"""BM25 over the words of entries, tolerant of one misspelt letter in a word.

A query word that no entry has is replaced by the nearest word of the corpus, one letter away, if it is long enough.
Terms are words in English, and stems in the other languages, where that finds more.
"""

import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from chatbot.core.scripts import is_letters
from chatbot.core.text import shortened
from chatbot.search.words import Lexicon, lexicon_of

_K1, _B = 1.2, 0.75
_SLIP_FROM = 5  # letters; a shorter word is too easily another word
_ALL_AT_ONCE = 16_384  # entries; of fewer all are scored, which takes less time than passing over most of them
_SURELY = 1 - 1e-5  # sums of the same numbers in another order differ by less


class LexicalIndex:
    """Postings by term. Row e of the scores is entry e."""

    def __init__(
        self,
        terms: Sequence[str],
        begin: np.ndarray,
        entries: np.ndarray,
        weights: np.ndarray,
        n: int,
        lang: str = "en",
        words: Sequence[str] = (),
    ) -> None:
        """Term t is in `entries[begin[t]:begin[t + 1]]` with those `weights`; `n` entries. `begin`: (terms + 1,).

        `lang`: of the corpus. `words`: those that the terms are stems of; none where each term is a word.
        """
        fits = len(begin) == len(terms) + 1 and begin[-1] == len(entries) == len(weights)
        if not fits or (np.diff(begin) < 1).any():  # a term that no entry holds is none
            raise ValueError("the arrays of the lexical index do not fit each other")
        self._terms = {term: row for row, term in enumerate(terms)}
        self._lexicon = lexicon_of(lang)
        self._words = words
        self._begin, self._entries, self._weights, self._n = begin, entries, weights, n

    @classmethod
    def of(cls, texts: Sequence[str], lang: str = "en") -> "LexicalIndex":
        """`texts[e]`: all words of entry e. `lang`: theirs, as BCP 47."""
        return WordCounts.of(texts, lang).index()

    @property
    def words(self) -> list[str]:
        """Every word that an entry holds."""
        return list(self._words or self._terms)

    def share_holding(self, word: str) -> float:
        """The share of the entries that hold `word`, in any of its forms."""
        row = self._row(word)
        return self._holding(row) / self._n if row is not None else 0.0

    @property
    def entries(self) -> int:
        """How many."""
        return self._n

    def scores(self, query: str) -> tuple[np.ndarray, float]:
        """((entries,) float32 BM25 of each entry, the BM25 that an entry with every word of the query would have)."""
        terms, possible = self.terms(query)
        return self._sums(terms), possible

    def terms(self, query: str) -> tuple[list[int], float]:
        """(the terms of a query, for `best` and `scores_of`; the BM25 of an entry that had every word of it).

        The second counts words that no entry holds as the rarest there could be.
        """
        terms, possible = [], 0.0
        asked = {self._lexicon.term(word): word for word in sorted(set(self._lexicon.words(query)))}
        for word in asked.values():
            term = self._row(self.corrected(word))
            if term is not None:
                terms.append(term)
            possible += _idf(self._n, 0 if term is None else self._holding(term))
        return terms, possible

    def weight(self, terms: Sequence[int]) -> float:
        """What an entry with all of these would weigh by BM25."""
        return sum(_idf(self._n, self._holding(term)) for term in terms)

    def scores_of(self, terms: Sequence[int], entries: np.ndarray) -> np.ndarray:
        """(len(entries),) float32: as `scores` gives them, of these entries alone."""
        if self._n <= _ALL_AT_ONCE:
            return np.asarray(self._sums(terms)[entries])
        scores = np.zeros(len(entries), np.float32)
        entries = entries.astype(self._entries.dtype)  # or else all rows would be converted for the search
        for term in terms:
            holders, weights = self._postings(term)
            at = np.minimum(np.searchsorted(holders, entries), len(holders) - 1)
            scores += np.where(holders[at] == entries, weights[at], np.float32(0))
        return scores

    def best(self, terms: Sequence[int], k: int, allowed: np.ndarray | None = None) -> np.ndarray:
        """The `k` entries with the highest scores above 0, of equal ones the first; in no order.

        `allowed`: (entries,) bool, those that may be among them.

        Rare words come first, and an entry that holds none of them is not looked at where all the words that are left
        could not lift it among the best (MaxScore, Turtle and Flood 1995).
        """
        if self._n <= _ALL_AT_ONCE:
            scores = self._sums(terms)
            among = np.flatnonzero(scores if allowed is None else np.where(allowed, scores, 0))
            return _first(among, scores[among], k)
        rarest = sorted(terms, key=lambda term: (-self._most[term], term))
        left = np.append(np.cumsum([self._most[term] for term in rarest[::-1]], dtype=np.float64)[::-1], 0.0)
        scores = np.zeros(self._n, np.float32)
        candidates: list[np.ndarray] = []
        among = np.empty(0, np.int32)
        is_open = True  # whether an entry that was not met yet may be among the best
        for term, rest in zip(rarest, left[1:], strict=True):
            if is_open:
                entries, weights = self._postings(term)
                fresh = scores[entries] == 0
                candidates.append(entries[fresh if allowed is None else fresh & allowed[entries]])
                scores[entries] += weights
                among = np.concatenate(candidates)
            else:
                scores[among] += self.scores_of([term], among)
            least = _kth(scores[among], k) * _SURELY
            is_open = is_open and rest >= least
            if not is_open:
                among = among[scores[among] + rest >= least]
        return _first(among, self.scores_of(terms, among), k)

    def corrected(self, word: str) -> str:
        """`word`, or the word of the corpus that it is one slip away from; the commonest of several."""
        if self._row(word) is not None or len(word) < _SLIP_FROM or not is_letters(word):
            return word
        near = {other for form in shortened(word) for other in self._by_form.get(form, ())}
        near = {other for other in near if abs(len(other) - len(word)) < 2}
        return max(near, key=lambda other: (self._holding(self._terms[self._lexicon.term(other)]), other), default=word)

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        text = np.frombuffer("\n".join(self._terms).encode(), np.uint8)
        arrays = {"terms": text, "begin": self._begin, "entries": self._entries, "weights": self._weights}
        if self._lexicon.lang != "en":
            more = {"lang": self._lexicon.lang, "words": "\n".join(self._words)}
            arrays |= {name: np.frombuffer(value.encode(), np.uint8) for name, value in more.items()}
        np.savez(file, allow_pickle=False, **arrays, n=self._n)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LexicalIndex":
        """As `to_bytes` wrote it. ValueError when `data` is anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                begin, entries, weights, n = (arrays[name] for name in ("begin", "entries", "weights", "n"))
                terms, lang, words = (
                    arrays[name].tobytes().decode() if name in arrays else "" for name in ("terms", "lang", "words")
                )
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"not a lexical index: {error}") from None
        every, own = (text.split("\n") if text else [] for text in (terms, words))
        return cls(every, begin, entries, weights, int(n), lang, own)

    def _sums(self, terms: Sequence[int]) -> np.ndarray:
        """(entries,) float32: as `scores` gives them."""
        scores = np.zeros(self._n, np.float32)
        for term in terms:
            entries, weights = self._postings(term)
            scores[entries] += weights
        return scores

    def _postings(self, term: int) -> tuple[np.ndarray, np.ndarray]:
        """(rows of the entries that hold the term, growing; what it weighs in each)."""
        span = slice(self._begin[term], self._begin[term + 1])
        return self._entries[span], self._weights[span]

    def _row(self, word: str) -> int | None:
        """The term that `word` counts as, None where no entry holds it."""
        return self._terms.get(self._lexicon.term(word))

    def _holding(self, term: int) -> int:
        return int(self._begin[term + 1] - self._begin[term])

    @cached_property
    def _most(self) -> np.ndarray:
        """(terms,): the most that each weighs in any entry."""
        return np.maximum.reduceat(self._weights, self._begin[:-1]) if len(self._weights) else self._weights

    @cached_property
    def _by_form(self) -> dict[str, list[str]]:
        """Every word of the corpus under itself and under what is left of it without one of its letters."""
        forms: dict[str, list[str]] = {}
        for word in self._words or self._terms:
            if len(word) >= _SLIP_FROM - 1 and is_letters(word):
                for form in shortened(word):
                    forms.setdefault(form, []).append(word)
        return forms


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How often each term occurs in each entry. An index is made of it, also again when few entries change."""

    lexicon: Lexicon
    words: Sequence[str]  # as `LexicalIndex` wants them
    terms: Sequence[str]
    term: np.ndarray  # (pairs,) growing
    entry: np.ndarray  # (pairs,) int32, growing within a term
    times: np.ndarray  # (pairs,)
    length: np.ndarray  # (entries,) words of each

    @classmethod
    def of(cls, texts: Sequence[str], lang: str = "en") -> "WordCounts":
        """`texts[e]`: all words of entry e. `lang`: theirs, as BCP 47."""
        lexicon = lexicon_of(lang)
        words = [lexicon.words(text) for text in texts]
        own = sorted(set(chain.from_iterable(words)))
        term_of = {word: lexicon.term(word) for word in own}  # once for each: stemming takes its time
        terms = sorted(set(term_of.values()))
        row_of = {term: row for row, term in enumerate(terms)}
        rows = {word: row_of[term] for word, term in term_of.items()}
        return cls(lexicon, () if own == terms else own, terms, *_counted(words, rows.__getitem__))

    def changed(self, texts: Mapping[int, str]) -> "WordCounts":
        """With other texts for some entries, of the same words."""
        rows = sorted(texts)
        words = [self.lexicon.words(texts[row]) for row in rows]
        row_of = {term: row for row, term in enumerate(self.terms)}
        term, at, times, own = _counted(words, lambda word: row_of[self.lexicon.term(word)])
        length = self.length.copy()
        length[rows] = own
        kept = np.ones(len(length), bool)
        kept[rows] = False
        others = kept[self.entry]
        term = np.concatenate((self.term[others], term))
        entry = np.concatenate((self.entry[others], np.array(rows, np.int32)[at]))
        order = np.argsort(term * len(length) + entry, kind="stable")
        times = np.concatenate((self.times[others], times))
        return WordCounts(self.lexicon, self.words, self.terms, term[order], entry[order], times[order], length)

    def index(self) -> LexicalIndex:
        n = len(self.length)
        document_frequency = np.bincount(self.term, minlength=len(self.terms))
        mean = max(float(self.length.mean()), 1e-9) if n else 1.0
        tf = self.times * (_K1 + 1) / (self.times + _K1 * (1 - _B + _B * self.length[self.entry] / mean))
        idf = np.array([_idf(n, int(holding)) for holding in document_frequency])
        weights = (tf * idf[self.term]).astype(np.float32)
        terms = [term for term, holding in zip(self.terms, document_frequency, strict=True) if holding]
        begin = np.append(0, np.cumsum(document_frequency[document_frequency > 0]))
        held = set(terms)
        words = [word for word in self.words if self.lexicon.term(word) in held]
        return LexicalIndex(terms, begin, self.entry, weights, n, self.lexicon.lang, words)


def _counted(
    words: Sequence[Sequence[str]], term_of: Callable[[str], int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(terms, texts, times), terms first, and the length of each text. `term_of`: word -> row of its term."""
    n, length = len(words), np.array([len(own) for own in words], np.int64)
    # One number for each word says both term and text, so that equal ones can be counted.
    which = np.fromiter(map(term_of, chain.from_iterable(words)), np.int64, int(length.sum()))
    pairs, times = np.unique(which * n + np.repeat(np.arange(n), length), return_counts=True)
    term, text = np.divmod(pairs, max(n, 1))
    return term, text.astype(np.int32), times, length


def _first(entries: np.ndarray, scores: np.ndarray, k: int) -> np.ndarray:
    """The `k` of `entries` with the highest scores, of equal ones the first; in no order."""
    if len(entries) <= k:
        return entries
    floor = _kth(scores, k)
    above, equal = entries[scores > floor], entries[scores == floor]
    return np.concatenate((above, np.sort(equal)[: k - len(above)]))


def _kth(scores: np.ndarray, k: int) -> float:
    """The k-th highest, 0 where there are fewer."""
    return float(-np.partition(-scores, k - 1)[k - 1]) if len(scores) >= k else 0.0


def _idf(n: int, holding: int) -> float:
    return math.log(1 + (n - holding + 0.5) / (holding + 0.5))
