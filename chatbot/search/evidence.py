"""What the passages of entries say for each of them: cosines, see `chatbot/search/ranking.py`."""

import copy
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from chatbot.core.passage_table import KINDS, PassageTable
from chatbot.core.types import PassageKind
from chatbot.search.protocols import VectorIndex, in_parts

_WORDING, _ANSWER, _SENTENCE, _ABSENT = 0, 1, 2, 3
_PIECES: dict[PassageKind, int] = {
    "question": _WORDING,
    "alternate": _WORDING,
    "question_answer": _ANSWER,
    "sentence": _SENTENCE,
}


class _Pieces(NamedTuple):
    """The passages of one kind of n entries."""

    at: np.ndarray  # (p,) where they are among all passages of these entries
    firsts: np.ndarray  # (h,) where those of an entry begin among them
    holders: np.ndarray  # (h,) which of the entries have any
    lengths: np.ndarray  # (n,) of the sum of all their vectors in the group of each entry, 0 where there are none

    def reduced(self, by: np.ufunc, values: np.ndarray, otherwise: float) -> np.ndarray:
        """(n,): `by` over the `values` of the pieces of each entry."""
        if not len(self.at):
            return np.full(len(self.lengths), otherwise, values.dtype)
        reduced: np.ndarray = by.reduceat(values, self.firsts)
        if len(reduced) == len(self.lengths):
            return reduced
        found = np.full(len(self.lengths), otherwise, values.dtype)
        found[self.holders] = reduced
        return found


class Held(NamedTuple):
    """n entries, those of one group side by side, and the r passages that they are found by."""

    entries: np.ndarray  # (n,)
    rows: np.ndarray  # (r,) the passages, those of one entry side by side
    kinds: np.ndarray  # (r,)
    firsts: np.ndarray  # (n + 1,) where those of each entry begin among them, and where all end
    member: np.ndarray  # (n,) which group, from 0, growing
    wordings: _Pieces
    answers: _Pieces
    along_mean: np.ndarray  # (wordings,) their products with the common mean
    centred_length: np.ndarray  # (wordings,) their lengths after it was taken away


class Cosines(NamedTuple):
    """Of one query and n entries, each (n,) in the order of `Held.entries`."""

    question: np.ndarray  # of the best wording
    centred: np.ndarray  # the same after what all wordings have in common was taken from both
    answer: np.ndarray  # of the best window of question and answer; of the best wording where there is none
    wordings: np.ndarray  # of the mean of all wordings of the group
    answers: np.ndarray  # of the mean of all windows; `wordings` where there are none


class Said(NamedTuple):
    """Of one query and n entries: what their answers say."""

    row: np.ndarray  # (n,) the passage of the nearest sentence, -1 where the entry has none
    sentence: np.ndarray  # (n,) its cosine, 0 where there is none
    pair: np.ndarray  # (n,) of the nearest two neighbouring sentences together, or of one alone if that is nearer


class Evidence:
    """The passages of a corpus, by entry and group."""

    def __init__(self, passages: PassageTable, index: VectorIndex, groups: Sequence[int]) -> None:
        """As `Ranker`."""
        self._index = index
        self.finding = passages.finding  # rows of passages that entries are found by: all but the sentences
        self.entry = passages.entry  # (passages,)
        self._kind = np.array([_PIECES[kind] for kind in KINDS], np.int8)[passages.kind]  # (passages,)
        self.present: np.ndarray | None = None  # (passages,) bool, where some count as absent
        entries = np.arange(len(groups) + 1)
        self._begin = np.searchsorted(self.entry[: self.finding], entries)  # entry -> its first passage
        self._sentences = passages.rows_of("sentence")
        self._begin_said = np.searchsorted(self.entry[self._sentences], entries)  # entry -> its first of those
        self.groups = np.asarray(groups, np.int64)  # (entries,)
        order = np.argsort(self.groups, kind="stable")
        self._members = order  # entries by group; group g is _members[_first[g]:_first[g + 1]]
        self._first = np.searchsorted(self.groups[order], np.arange(self.groups.max(initial=-1) + 2))
        self._measure()

    def without(self, rows: Sequence[int]) -> "Evidence":
        """As if the alternates in `rows` had never been written."""
        new = copy.copy(self)
        new._kind, new.present = self._kind.copy(), np.ones(len(self._kind), bool)
        new._kind[rows], new.present[rows] = _ABSENT, False
        new._measure()
        return new

    def questions(self, entries: Sequence[int]) -> np.ndarray:
        """(len(entries),) the passages that are the entries' own questions."""
        return np.asarray(self._begin[np.asarray(entries)])

    def count(self, entries: np.ndarray) -> int:
        """Passages that `entries` are found by."""
        return int((self._begin[entries + 1] - self._begin[entries]).sum())

    def entries_of(self, groups: np.ndarray) -> np.ndarray:
        """All entries of `groups`, those of one group side by side."""
        rows, _ = _ranges(self._first[groups], self._first[groups + 1])
        return np.asarray(self._members[rows])

    def held(self, groups: np.ndarray) -> Held:
        """All entries of `groups`."""
        entries = self.entries_of(groups)
        rows, firsts = _ranges(self._begin[entries], self._begin[entries + 1])
        kinds = self._kind[rows]
        member = np.cumsum(np.diff(self.groups[entries], prepend=-1) != 0) - 1
        wordings, answers = (self._pieces(kind, entries, kinds, firsts) for kind in (_WORDING, _ANSWER))
        own = rows[wordings.at]
        ends = np.append(firsts, len(rows))
        along, length = self._along_mean[own], self._centred_length[own]
        return Held(entries, rows, kinds, ends, member, wordings, answers, along, length)

    def _pieces(self, kind: int, entries: np.ndarray, kinds: np.ndarray, firsts: np.ndarray) -> _Pieces:
        """`kinds`: (r,) of all passages of `entries`; `firsts`: where those of each entry begin among them."""
        at = np.flatnonzero(kinds == kind)
        owners = np.searchsorted(firsts, at, side="right") - 1
        begins = _firsts(owners)
        return _Pieces(at, begins, owners[begins], self._sum_length[kind][self.groups[entries]])

    def cosines(self, query: np.ndarray, held: Held, found: np.ndarray) -> Cosines:
        """`query`: (d,) of length 1; `found`: its cosines with the passages `held.rows`."""
        of_wordings, of_answers = found[held.wordings.at], found[held.answers.at]
        question = held.wordings.reduced(np.maximum, of_wordings, -np.inf)
        centred = held.wordings.reduced(np.maximum, self._centred(query, held, of_wordings), -np.inf)
        answer = held.answers.reduced(np.maximum, of_answers, -np.inf)
        wordings = _group_cosine(held, held.wordings, of_wordings, question)
        answers = _group_cosine(held, held.answers, of_answers, wordings)
        return Cosines(question, centred, np.where(np.isfinite(answer), answer, question), wordings, answers)

    def best_wordings(self, held: Held, found: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """(len(chosen),) the best wording of each of `held.entries[chosen]`. `found`: as for `cosines`."""
        begins, ends = held.firsts[chosen], held.firsts[chosen + 1]
        at, _ = _ranges(begins, ends)
        cosines = np.where(held.kinds[at] == _WORDING, found[at], -np.inf)
        return _best_of_each(held.rows[at], cosines, ends - begins)

    def sentences_of(self, entry: int) -> np.ndarray:
        """The passages that are sentences of its answer, in their order."""
        return np.asarray(self._sentences[self._begin_said[entry] : self._begin_said[entry + 1]])

    def said(self, query: np.ndarray, entries: np.ndarray) -> Said:
        """`query`: (d,) of length 1; `entries`: (n,), few enough that all their sentences can be compared."""
        begins, ends = self._begin_said[entries], self._begin_said[entries + 1]
        at, firsts = _ranges(begins, ends)
        rows, counts = self._sentences[at], ends - begins
        vectors = self._index.vectors(rows)
        found = np.asarray(vectors @ query, np.float64)
        best = _best_of_each(rows, found, counts)
        holders = np.flatnonzero(counts)
        sentence, pair = np.zeros(len(entries)), np.zeros(len(entries))
        if len(holders):
            sentence[holders] = np.maximum.reduceat(found, firsts[holders])
            # Two unit vectors of cosine c have a sum of length sqrt(2 + 2 c).
            length = np.sqrt(np.maximum(2 + 2 * np.einsum("ij,ij->i", vectors[:-1], vectors[1:]), 1e-6))
            joined = np.full(len(found), -np.inf)
            joined[:-1] = (found[:-1] + found[1:]) / length
            joined[(firsts + counts - 1)[holders]] = -np.inf  # the next one is another entry's
            pair[holders] = np.maximum.reduceat(np.maximum(joined, found), firsts[holders])
        return Said(best, sentence, pair)

    def _measure(self) -> None:
        """What all wordings have in common, and the lengths that centring and summing need."""
        wordings = np.flatnonzero(self._kind == _WORDING)
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
        self._sum_length = [self._lengths_of_sums(kind) for kind in (_WORDING, _ANSWER)]

    def _lengths_of_sums(self, kind: int) -> np.ndarray:
        """(groups,): how long the sum of all vectors of that kind is in each group."""
        rows = np.flatnonzero(self._kind == kind)
        rows = rows[np.argsort(self.groups[self.entry[rows]], kind="stable")]
        lengths = np.zeros(len(self._first) - 1, np.float32)
        last, begun = -1, np.zeros_like(self._mean)  # a group may reach into the next part
        for own, vectors in in_parts(rows, self._index):
            groups = self.groups[self.entry[own]]
            firsts = _firsts(groups)
            sums = _sums(vectors, firsts)
            sums[0] += begun if groups[0] == last else 0
            lengths[groups[firsts]] = _lengths(sums)
            last, begun = groups[-1], sums[-1]
        return lengths

    def _centred(self, query: np.ndarray, held: Held, found: np.ndarray) -> np.ndarray:
        """(wordings,): the cosine of query and wording after the common mean is taken from both."""
        along, square = float(query @ self._mean), float(self._mean @ self._mean)
        length = math.sqrt(max(1 - 2 * along + square, 0.0))
        return np.asarray((found - held.along_mean - (along - square)) / np.maximum(length * held.centred_length, 1e-6))


def _group_cosine(held: Held, pieces: _Pieces, found: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """(n,): cosine of the query and the mean of all `pieces` in the entry's group; `found`: with each of them.

    The sum of cosines divided by the length of the sum of the vectors; `otherwise` where a group has none.
    """
    total = np.bincount(held.member, pieces.reduced(np.add, found, 0.0))[held.member]
    return np.where(pieces.lengths > 0, total / np.maximum(pieces.lengths, 1e-6), otherwise)


def _ranges(begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(all numbers of the ranges, one range after the other; where each range begins among them)."""
    counts = ends - begins
    firsts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(begins - firsts, counts), firsts


def _best_of_each(rows: np.ndarray, cosines: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(len(counts),) of so many `rows` after each other the one with the highest cosine, -1 of none."""
    owners = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((-cosines, owners))
    first = order[_firsts(owners[order])]
    best = np.full(len(counts), -1)
    best[owners[first]] = rows[first]
    return best


def _firsts(values: np.ndarray) -> np.ndarray:
    """Where each run of equal values begins, in a third of the time of `np.diff`."""
    is_first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


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
