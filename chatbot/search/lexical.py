"""Words: BM25 over entries, forgiving of one slip in a word.

A query word that no entry holds is taken for the nearest word of the corpus, one letter apart, if it is long
enough for that to be a slip and not another word.
"""

import io
import math
import zipfile
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

import numpy as np

from chatbot.text import match_key, shortened

_K1, _B = 1.2, 0.75
_SLIP_FROM = 5  # letters; a shorter word is too easily another word


class LexicalIndex:
    """Postings by term. Row e of the scores is entry e."""

    def __init__(
        self, terms: Sequence[str], begin: np.ndarray, entries: np.ndarray, weights: np.ndarray, n: int
    ) -> None:
        """`begin`: (terms + 1,); term t is in `entries[begin[t]:begin[t + 1]]` with those `weights`; `n` entries."""
        if len(begin) != len(terms) + 1 or begin[-1] != len(entries) or len(entries) != len(weights):
            raise ValueError("the arrays of the lexical index do not fit each other")
        self._terms = {term: row for row, term in enumerate(terms)}
        self._begin, self._entries, self._weights, self._n = begin, entries, weights, n

    @classmethod
    def of(cls, texts: Sequence[str]) -> "LexicalIndex":
        """`texts[e]`: all words of entry e."""
        n = len(texts)
        words = [match_key(text).split() for text in texts]
        terms = sorted(set(chain.from_iterable(words)))
        rank = {term: at for at, term in enumerate(terms)}
        length = np.array([len(own) for own in words], np.int64)
        # One number for each word says both term and entry, so that equal ones can be counted, terms first.
        which = np.fromiter((rank[word] for own in words for word in own), np.int64, int(length.sum()))
        found, times = np.unique(which * n + np.repeat(np.arange(n), length), return_counts=True)
        term, entry = np.divmod(found, max(n, 1))
        held = np.bincount(term, minlength=len(terms))
        mean = max(float(length.mean()), 1e-9) if n else 1.0
        tf = times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * length[entry] / mean))
        idf = np.array([_idf(n, int(holding)) for holding in held])
        weights = (tf * idf[term]).astype(np.float32)
        return cls(terms, np.append(0, np.cumsum(held)), entry.astype(np.int32), weights, n)

    def scores(self, query: str) -> tuple[np.ndarray, float]:
        """((entries,) float32 BM25 of each entry, the BM25 that an entry with every word of the query would have).

        The second counts words that no entry holds as the rarest there could be.
        """
        scores = np.zeros(self._n, np.float32)
        possible = 0.0
        for word in sorted(set(match_key(query).split())):
            term = self._terms.get(self.corrected(word))
            if term is None:
                possible += _idf(self._n, 0)
                continue
            span = slice(self._begin[term], self._begin[term + 1])
            scores[self._entries[span]] += self._weights[span]
            possible += _idf(self._n, span.stop - span.start)
        return scores, possible

    def corrected(self, word: str) -> str:
        """`word`, or the word of the corpus that it is one slip away from; the commonest of several."""
        if word in self._terms or len(word) < _SLIP_FROM or not word.isalpha():
            return word
        near = {
            term for form in shortened(word) for term in self._by_form.get(form, ()) if abs(len(term) - len(word)) < 2
        }
        return max(near, key=lambda term: (self._frequency(term), term), default=word)

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        text = np.frombuffer("\n".join(self._terms).encode(), np.uint8)
        np.savez(file, terms=text, begin=self._begin, entries=self._entries, weights=self._weights, n=self._n)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LexicalIndex":
        """As `to_bytes` wrote it. ValueError when `data` is anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                terms, begin, entries, weights, n = (
                    arrays[name] for name in ("terms", "begin", "entries", "weights", "n")
                )
            text = terms.tobytes().decode()
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"not a lexical index: {error}") from None
        return cls(text.split("\n") if text else [], begin, entries, weights, int(n))

    def _frequency(self, term: str) -> int:
        row = self._terms[term]
        return int(self._begin[row + 1] - self._begin[row])

    @cached_property
    def _by_form(self) -> dict[str, list[str]]:
        """Every word of the corpus under itself and under what is left of it without one of its letters."""
        forms: dict[str, list[str]] = {}
        for term in self._terms:
            if len(term) >= _SLIP_FROM - 1 and term.isalpha():
                for form in shortened(term):
                    forms.setdefault(form, []).append(term)
        return forms


def _idf(n: int, holding: int) -> float:
    return math.log(1 + (n - holding + 0.5) / (holding + 0.5))
