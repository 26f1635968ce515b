"""How near the passages of entries are to a query: the evidence that `chatbot/search/ranking.py` weighs.

Everything here is a function of the geometry of a build, of vectors or cosines, and of nothing else.
"""

import math
from typing import NamedTuple

import numpy as np

from chatbot.search.geometry import ANSWER, WORDING, Geometry, ranges, runs
from chatbot.search.vectors import Vectors


class _Pieces(NamedTuple):
    """The passages of one role of n entries."""

    at: np.ndarray  # (p,) where they are among all passages of these entries
    firsts: np.ndarray  # (h,) where those of an entry begin among them
    holders: np.ndarray  # (h,) which of the entries have any
    lengths: np.ndarray  # (n,) of the sum of all their vectors in the group of each entry, 0 where there are none

    def reduced(self, by: np.ufunc, values: np.ndarray, default: float) -> np.ndarray:
        """(n,): `by` over the `values` of the pieces of each entry."""
        if not len(self.at):
            return np.full(len(self.lengths), default, values.dtype)
        reduced: np.ndarray = by.reduceat(values, self.firsts)
        if len(reduced) == len(self.lengths):
            return reduced
        filled = np.full(len(self.lengths), default, values.dtype)
        filled[self.holders] = reduced
        return filled


class Pool(NamedTuple):
    """n entries that are compared with a query, those of one group side by side, and their r searched passages."""

    entries: np.ndarray  # (n,)
    rows: np.ndarray  # (r,) the passages, those of one entry side by side
    roles: np.ndarray  # (r,)
    firsts: np.ndarray  # (n + 1,) where those of each entry begin among them, and where all end
    member: np.ndarray  # (n,) which group, from 0, growing
    wordings: _Pieces
    answers: _Pieces
    along_mean: np.ndarray  # (wordings,) their products with the common mean
    centred_length: np.ndarray  # (wordings,) their lengths after it was taken away

    @classmethod
    def of(cls, geometry: Geometry, groups: np.ndarray) -> "Pool":
        """All entries of `groups`."""
        entries = geometry.entries_of(groups)
        rows, firsts = ranges(geometry.begin[entries], geometry.begin[entries + 1])
        roles = geometry.role[rows]
        own_groups = geometry.groups[entries]
        member = np.cumsum(np.diff(own_groups, prepend=-1) != 0) - 1
        wordings = _pieces(roles, WORDING, firsts, geometry.wordings_length[own_groups])
        answers = _pieces(roles, ANSWER, firsts, geometry.answers_length[own_groups])
        own = rows[wordings.at]
        ends = np.append(firsts, len(rows))
        along, length = geometry.along_mean[own], geometry.centred_length[own]
        return cls(entries, rows, roles, ends, member, wordings, answers, along, length)


def _pieces(roles: np.ndarray, role: int, firsts: np.ndarray, lengths: np.ndarray) -> _Pieces:
    """`roles`: (r,) of all passages of the entries; `firsts`: where those of each entry begin among them."""
    at = np.flatnonzero(roles == role)
    owners = np.searchsorted(firsts, at, side="right") - 1
    begins = runs(owners)
    return _Pieces(at, begins, owners[begins], lengths)


class Cosines(NamedTuple):
    """Of one query and n entries, each (n,) in the order of `Pool.entries`."""

    question: np.ndarray  # of the best wording
    centred: np.ndarray  # the same after what all wordings have in common was taken from both
    answer: np.ndarray  # of the best window of question and answer; of the best wording where there is none
    wordings: np.ndarray  # of the mean of all wordings of the group
    answers: np.ndarray  # of the mean of all windows; `wordings` where there are none


def entry_cosines(geometry: Geometry, pool: Pool, query: np.ndarray, passage_cosines: np.ndarray) -> Cosines:
    """`query`: (d,) of length 1; `passage_cosines`: (r,) its cosines with the passages `pool.rows`."""
    of_wordings, of_answers = passage_cosines[pool.wordings.at], passage_cosines[pool.answers.at]
    question = pool.wordings.reduced(np.maximum, of_wordings, -np.inf)
    centred = pool.wordings.reduced(np.maximum, _centred(geometry.mean, pool, query, of_wordings), -np.inf)
    answer = pool.answers.reduced(np.maximum, of_answers, -np.inf)
    wordings = _group_cosine(pool.member, pool.wordings, of_wordings, question)
    answers = _group_cosine(pool.member, pool.answers, of_answers, wordings)
    return Cosines(question, centred, np.where(np.isfinite(answer), answer, question), wordings, answers)


def best_wordings(pool: Pool, passage_cosines: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """(len(chosen),) the passage that is the best wording of each of `pool.entries[chosen]`. `passage_cosines`: as for
    `entry_cosines`."""
    begins, ends = pool.firsts[chosen], pool.firsts[chosen + 1]
    at, _ = ranges(begins, ends)
    cosines = np.where(pool.roles[at] == WORDING, passage_cosines[at], -np.inf)
    return _best_of_each(pool.rows[at], cosines, ends - begins)


class SentenceCosines(NamedTuple):
    """Of one query and the sentences of n answers."""

    row: np.ndarray  # (n,) the passage of the nearest sentence, -1 where the entry has none
    sentence: np.ndarray  # (n,) its cosine, 0 where there is none
    pair: np.ndarray  # (n,) of the nearest two neighbouring sentences together, or of one alone if that is nearer


def sentence_cosines(geometry: Geometry, vectors: Vectors, query: np.ndarray, entries: np.ndarray) -> SentenceCosines:
    """`query`: (d,) of length 1; `entries`: (n,), few enough that all their sentences can be compared."""
    begins, ends = geometry.begin_sentences[entries], geometry.begin_sentences[entries + 1]
    rows, firsts = ranges(begins, ends)
    counts = ends - begins
    own = vectors.rows(rows)
    cosines = np.asarray(own @ query, np.float64)
    best = _best_of_each(rows, cosines, counts)
    holders = np.flatnonzero(counts)
    sentence, pair = np.zeros(len(entries)), np.zeros(len(entries))
    if len(holders):
        sentence[holders] = np.maximum.reduceat(cosines, firsts[holders])
        # Two unit vectors of cosine c have a sum of length sqrt(2 + 2 c).
        length = np.sqrt(np.maximum(2 + 2 * np.einsum("ij,ij->i", own[:-1], own[1:]), 1e-6))
        joined = np.full(len(cosines), -np.inf)
        joined[:-1] = (cosines[:-1] + cosines[1:]) / length
        joined[(firsts + counts - 1)[holders]] = -np.inf  # the next one is another entry's
        pair[holders] = np.maximum.reduceat(np.maximum(joined, cosines), firsts[holders])
    return SentenceCosines(best, sentence, pair)


def _centred(mean: np.ndarray, pool: Pool, query: np.ndarray, of_wordings: np.ndarray) -> np.ndarray:
    """(wordings,): the cosine of query and wording after the common mean is taken from both."""
    along, square = float(query @ mean), float(mean @ mean)
    length = math.sqrt(max(1 - 2 * along + square, 0.0))
    products = of_wordings - pool.along_mean - (along - square)
    return np.asarray(products / np.maximum(length * pool.centred_length, 1e-6))


def _group_cosine(member: np.ndarray, pieces: _Pieces, cosines: np.ndarray, default: np.ndarray) -> np.ndarray:
    """(n,): cosine of the query and the mean of all `pieces` in the entry's group; `cosines`: with each of them.

    The sum of cosines divided by the length of the sum of the vectors; `default` where a group has none.
    """
    total = np.bincount(member, pieces.reduced(np.add, cosines, 0.0))[member]
    return np.where(pieces.lengths > 0, total / np.maximum(pieces.lengths, 1e-6), default)


def _best_of_each(rows: np.ndarray, cosines: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(len(counts),) of so many `rows` after each other the one with the highest cosine, -1 of none."""
    owners = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((-cosines, owners))
    first = order[runs(owners[order])]
    best = np.full(len(counts), -1)
    best[owners[first]] = rows[first]
    return best
