"""Evidence to an order of entries.

For each entry four cosines and one word score are weighed:

    question   the best wording, question or alternate, of centred vectors: what all wordings of the corpus have
               in common tells no two of them apart
    answer     the question with its answer, best window
    wordings   the mean of all wordings of the entries that share its answer
    answers    the same of the windows
    words      BM25 of question, alternates and answer, weighed by how far this corpus can be trusted with words

How far words can be trusted is measured at build: if the entries' own questions find their own answers by words
as well as by meaning, it is a corpus where words decide. The weights were learnt over six labelled sets, each
judged with weights from the other five; see docs/ranking-log.md.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chatbot.passage_table import KINDS, PassageTable
from chatbot.search.lexical import LexicalIndex
from chatbot.search.vectors import VectorIndex, in_parts
from chatbot.types import Passage, PassageKind

# Passages fetched for each query, and entries by words; they are the candidates, and are then scored in full.
DEPTH = 256
_LEXICAL_DEPTH = 50
_ALL = 10_000  # passages of allowed entries, all of which are scored in full
# Cosine from which a wording is the question itself, in other letters or punctuation: what its answer holds can
# then only mislead.
SAME = 0.98
_SAME_BONUS = 10.0
_EXACT = 0.9999  # but for rounding: a wording that was written for the entry

_TRUST_CENTRE, _TRUST_STEEPNESS = 0.8, 4.0

_PIECES: dict[PassageKind, int] = {"question": 0, "alternate": 0, "question_answer": 1, "sentence": 2}
_ABSENT = 3


class Weights(NamedTuple):
    """What each piece of evidence counts."""

    question: float = 5.03
    answer: float = 4.41
    wordings: float = 1.73
    answers: float = 3.43
    words: float = 0.226


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the query."""

    entry: int  # row of the entry
    group: int  # entries of one group show the same answer
    score: float  # what the order goes by; tells nothing of whether the query has an answer
    question: float  # cosine of the best wording
    answer: float  # cosine of question + answer; equal to `question` where the entry has no answer
    dense: float  # the four cosines, weighed and scaled to [-1, 1]
    coverage: float  # share of what the words of the query weigh that the entry holds, about [0, 1]
    passage: int  # row of the wording that matched best
    sentence: int  # row of the best sentence of the answer, -1 where there is none


class _Evidence(NamedTuple):
    """Of n entries, whose passages are side by side in `rows`."""

    rows: np.ndarray  # (r,) passages
    firsts: np.ndarray  # (n,) where the passages of each entry begin among them
    cosines: np.ndarray  # (r,)
    question: np.ndarray  # (n,) cosine of the best wording
    weighed: np.ndarray  # (n, 5) in the order of `Weights`


@dataclass(frozen=True, slots=True)
class _Words:
    """One query as words."""

    index: LexicalIndex
    terms: Sequence[int]
    possible: float  # BM25 of an entry with every word

    @classmethod
    def of(cls, index: LexicalIndex, text: str) -> "_Words":
        return cls(index, *index.terms(text))

    def best(self, k: int, allowed: np.ndarray | None) -> np.ndarray:
        """The `k` entries with the most of them, of those `allowed`."""
        return self.index.best(self.terms, k, allowed)

    def scores_of(self, entries: np.ndarray) -> np.ndarray:
        """(n,) BM25."""
        return self.index.scores_of(self.terms, entries)


class Ranker:
    """Finds and orders entries."""

    def __init__(
        self,
        passages: Sequence[Passage],
        index: VectorIndex,
        lexical: LexicalIndex,
        groups: Sequence[int],
        trust: float,
        weights: Weights = Weights(),  # noqa: B008 - immutable
    ) -> None:
        """`passages[i]` and row i of `index` belong together, the passages of one entry side by side.

        `groups[e]`: entries of one group show the same answer. `trust`: see `word_trust`.
        """
        if len(passages) != len(index):
            raise ValueError(f"{len(passages)} passages but {len(index)} vectors; they must be of one build")
        self._index = index
        self._lexical = lexical
        self._weights = np.array(weights)
        self._trusted = float(np.exp(_TRUST_STEEPNESS * (trust - _TRUST_CENTRE)))
        table = PassageTable.of(passages)
        self._entry = table.entry  # (n,)
        self._kind = np.array([_PIECES[kind] for kind in KINDS], np.int8)[table.kind]  # (n,)
        self._present: np.ndarray | None = None  # (n,) bool, where some count as absent
        self._begin = np.searchsorted(self._entry, np.arange(len(groups) + 1))  # entry -> its first passage
        self.groups = np.asarray(groups, np.int64)  # (entries,)
        order = np.argsort(self.groups, kind="stable")
        self._members = order  # entries by group; group g is _members[_first[g]:_first[g + 1]]
        self._first = np.searchsorted(self.groups[order], np.arange(self.groups.max(initial=-1) + 2))
        self._measure()

    def without(self, rows: Sequence[int], lexical: LexicalIndex) -> "Ranker":
        """As if the alternates in `rows` had never been written; `lexical`: the words without theirs."""
        new = copy.copy(self)
        new._lexical = lexical
        new._kind, new._present = self._kind.copy(), np.ones(len(self._kind), bool)
        new._kind[rows], new._present[rows] = _ABSENT, False
        new._measure()
        return new

    def _measure(self) -> None:
        """What all wordings have in common, and the lengths that centring and summing need."""
        wordings = np.flatnonzero(self._kind == 0)
        n = len(wordings)
        total = sum(vectors.sum(axis=0, dtype=np.float64) for _, vectors in in_parts(wordings, self._index))
        # A corpus of one question has nothing in common with itself.
        self._mean = np.asarray(total * (n - 1) / n**2, np.float32)
        self._centred_length = np.zeros(len(self._kind), np.float32)
        self._along_mean = np.zeros(len(self._kind), np.float32)
        for rows, vectors in in_parts(wordings, self._index):
            self._along_mean[rows] = vectors @ self._mean
            vectors -= self._mean
            self._centred_length[rows] = _lengths(vectors)
        self._sum_length = [self._lengths_of_sums(kind) for kind in (0, 1)]

    def _lengths_of_sums(self, kind: int) -> np.ndarray:
        """(groups,): how long the sum of all vectors of that kind is in each group."""
        rows = np.flatnonzero(self._kind == kind)
        rows = rows[np.argsort(self.groups[self._entry[rows]], kind="stable")]
        lengths = np.zeros(len(self._first) - 1, np.float32)
        last, begun = -1, np.zeros_like(self._mean)  # a group may reach into the next part
        for own, vectors in in_parts(rows, self._index):
            groups = self.groups[self._entry[own]]
            firsts = np.flatnonzero(np.diff(groups, prepend=-1))
            sums = _sums(vectors, firsts)
            sums[0] += begun if groups[0] == last else 0
            lengths[groups[firsts]] = _lengths(sums)
            last, begun = groups[-1], sums[-1]
        return lengths

    def rank(
        self,
        queries: np.ndarray,
        texts: Sequence[str],
        top: int,
        allowed: np.ndarray | None = None,
        without: Sequence[int] | None = None,
    ) -> list[list[Candidate]]:
        """The `top` best entries for each query, best first.

        `queries`: (m, d) float32 of length 1; `texts`: the same as words. `allowed`: (entries,) bool, which
        entries may be shown. `without`: for each query a group that counts as absent.
        """
        whole = None if allowed is None else self._groups_of(allowed)
        nearest = self._nearest(queries, allowed) if whole is None else np.empty((len(queries), 0), np.int64)
        ranked = []
        for at, (query, text) in enumerate(zip(queries, texts, strict=True)):
            words = _Words.of(self._lexical, text)
            groups = self._found(nearest[at], words, allowed) if whole is None else whole
            entries = self._entries_of(groups if without is None else groups[groups != without[at]])
            ranked.append(self._order(query, entries, words, top, allowed) if len(entries) else [])
        return ranked

    def evidence(self, query: np.ndarray, text: str) -> tuple[np.ndarray, np.ndarray]:
        """((n,) entries found for one query, in no order; (n, 5) what speaks for each, in the order of `Weights`)."""
        words = _Words.of(self._lexical, text)
        entries = self._entries_of(self._found(self._nearest(query[None], None)[0], words, None))
        return entries, self._evidence(query, entries, words.scores_of(entries)).weighed

    def _groups_of(self, allowed: np.ndarray) -> np.ndarray | None:
        """The groups with allowed entries where these are so few that all can be scored in full; or None."""
        if np.diff(self._begin)[allowed].sum() > _ALL:
            return None
        groups = np.unique(self.groups[allowed])
        entries = self._entries_of(groups)
        return groups if (self._begin[entries + 1] - self._begin[entries]).sum() <= _ALL else None

    def _nearest(self, queries: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
        """(m, DEPTH) the nearest passages, of allowed entries; -1 where there are no more."""
        own = self._present
        if allowed is not None:
            own = allowed[self._entry] if own is None else own & allowed[self._entry]
        return self._index.search(queries, DEPTH, own).rows

    def _found(self, rows: np.ndarray, words: "_Words", allowed: np.ndarray | None) -> np.ndarray:
        """The groups that the nearest passages `rows` or `words` point to."""
        found = np.zeros(len(self._first) - 1, bool)  # quicker than sorting what was found
        found[self.groups[self._entry[rows[rows >= 0]]]] = True
        found[self.groups[words.best(_LEXICAL_DEPTH, allowed)]] = True
        return np.flatnonzero(found)

    def question_vectors(self, entries: Sequence[int]) -> np.ndarray:
        """(len(entries), d) float32: the vectors of the entries' own questions."""
        return self._index.vectors(self._begin[np.asarray(entries)])

    def _entries_of(self, groups: np.ndarray) -> np.ndarray:
        """All entries of `groups`, those of one group side by side."""
        rows, _ = _ranges(self._first[groups], self._first[groups + 1])
        return np.asarray(self._members[rows])

    def _order(
        self,
        query: np.ndarray,
        entries: np.ndarray,
        words: "_Words",
        top: int,
        allowed: np.ndarray | None,
    ) -> list[Candidate]:
        said = words.scores_of(entries)
        found = self._evidence(query, entries, said)
        dense = found.weighed[:, :4] @ self._weights[:4]
        same = np.where(found.question >= SAME, _SAME_BONUS * found.question, 0)
        score = dense + found.weighed[:, 4] * self._weights[4] + same
        # No number of words may outweigh a wording that is the question itself.
        word_for_word = (found.question >= SAME).astype(np.int8) + (found.question >= _EXACT)
        order = np.lexsort((entries, -score, -word_for_word))
        order = order[:top] if allowed is None else order[allowed[entries[order]]][:top]
        columns = (  # in the order of `Candidate`
            entries[order],
            self.groups[entries[order]],
            score[order],
            found.question[order],
            found.weighed[order, 1],
            dense[order] / self._weights[:4].sum(),
            said[order] / words.possible if words.possible else np.zeros(len(order)),
            self._best_rows_of(found, 0, order),
            self._best_rows_of(found, 2, order),
        )
        return [Candidate(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]

    def _evidence(self, query: np.ndarray, entries: np.ndarray, words: np.ndarray) -> _Evidence:
        """`words`: (n,) BM25 of each of `entries`."""
        rows, firsts = _ranges(self._begin[entries], self._begin[entries + 1])
        cosines = self._index.vectors(rows) @ query  # (rows,)
        kinds = self._kind[rows]
        question = _best(cosines, kinds == 0, firsts)
        answer = _best(cosines, kinds == 1, firsts)
        centred = _best(self._centred(query, rows, cosines), kinds == 0, firsts)
        wordings = self._group_cosine(cosines, kinds == 0, firsts, entries, 0, question)
        answers = self._group_cosine(cosines, kinds == 1, firsts, entries, 1, wordings)
        answer = np.where(np.isfinite(answer), answer, question)
        weighed = np.column_stack((centred, answer, wordings, answers, self._trusted * words))
        return _Evidence(rows, firsts, cosines, question, weighed)

    def _best_rows_of(self, found: _Evidence, kind: int, order: np.ndarray) -> np.ndarray:
        """(len(order),) the row of the best passage of one kind of each of those entries, -1 for none."""
        cosines = np.where(self._kind[found.rows] == kind, found.cosines, -np.inf)
        spans = zip(found.firsts[order], np.append(found.firsts, len(found.rows))[order + 1], strict=True)
        at = np.array([first + cosines[first:end].argmax() for first, end in spans], np.int64)
        return np.where(np.isfinite(cosines[at]), found.rows[at], -1)

    def _centred(self, query: np.ndarray, rows: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """(rows,): the cosine of query and passage after the common mean is taken from both."""
        mean = self._mean
        dots = cosines - self._along_mean[rows] - query @ mean + mean @ mean
        lengths = np.linalg.norm(query - mean) * self._centred_length[rows]
        return np.asarray(dots / np.maximum(lengths, 1e-6))

    def _group_cosine(
        self,
        cosines: np.ndarray,
        of_kind: np.ndarray,
        firsts: np.ndarray,
        entries: np.ndarray,
        kind: int,
        otherwise: np.ndarray,
    ) -> np.ndarray:
        """(entries,): cosine of the query and the mean of all passages of a kind in the entry's group.

        The sum of cosines divided by the length of the sum of the vectors; `otherwise` where a group has none.
        """
        groups = self.groups[entries]
        per_entry = np.add.reduceat(np.where(of_kind, cosines, 0.0), firsts)
        member = np.cumsum(np.diff(groups, prepend=groups[:1]) != 0)  # those of one group are side by side
        total = np.bincount(member, per_entry)[member]
        lengths = self._sum_length[kind][groups]
        return np.where(lengths > 0, total / np.maximum(lengths, 1e-6), otherwise)


def word_trust(by_words: float, by_meaning: float, n: int) -> float:
    """How far words can be trusted in a corpus: 1 where they find as well as meaning does.

    Both are the mean reciprocal rank at which `n` questions find their own answers; with few of them the ratio
    is drawn towards what FAQs have on the average.
    """
    prior = 5
    return (n * by_words / max(by_meaning, 1e-6) + prior * 0.75) / (n + prior)


def _ranges(begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(all numbers of the ranges, one range after the other; where each range begins among them)."""
    counts = ends - begins
    firsts = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
    return np.arange(counts.sum()) - np.repeat(firsts - begins, counts), firsts


def _lengths(vectors: np.ndarray) -> np.ndarray:
    """(n,), in a third of the time of `np.linalg.norm`."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def _sums(vectors: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """(len(firsts), d): as `np.add.reduceat` gives them, which takes ten times as long."""
    counts = np.diff(np.append(firsts, len(vectors)))
    sums: np.ndarray = vectors[firsts]
    for at in range(1, counts.max()):
        longer = np.flatnonzero(counts > at)
        sums[longer] += vectors[firsts[longer] + at]
    return sums


def _best(values: np.ndarray, of_kind: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum.reduceat(np.where(of_kind, values, -np.inf), firsts))
