"""Passage scores to an order of entries.

Two kinds of evidence are averaged, each as the best passage of its kind: the question as the owner (or an
alternate wording) puts it, and the question together with its answer. On labelled FAQ sets this mean is
the most dependable simple order; the figures are in the README. A question asked word for word needs no
other evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.search.vectors import VectorIndex
from chatbot.types import Passage, PassageKind

# Passages fetched for each query; their entries are the candidates, and are then scored in full.
DEPTH = 256

# Cosine from which a wording is the question itself, in other letters or punctuation: what its answer holds can
# then only mislead.
SAME = 0.98

_KINDS: dict[PassageKind, int] = {"question": 0, "alternate": 0, "question_answer": 1, "sentence": 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the query. All scores are cosines of the best passage of their kind."""

    entry: int  # row of the entry
    score: float  # what the order goes by
    question: float  # question or alternate
    answer: float  # question + answer; equal to `question` where the entry has no answer
    passage: int  # row of the wording that matched best
    sentence: int  # row of the best sentence of the answer, -1 where there is none


class Ranker:
    """Finds and orders entries for queries that are already vectors."""

    def __init__(self, passages: Sequence[Passage], index: VectorIndex) -> None:
        """`passages[i]` and row i of `index` belong together, the passages of one entry side by side."""
        if len(passages) != len(index):
            raise ValueError(f"{len(passages)} passages but {len(index)} vectors; they must be of one build")
        self._index = index
        self._entry = np.array([passage.entry for passage in passages], np.int64)  # (n,)
        self._kind = np.array([_KINDS[passage.kind] for passage in passages], np.int8)  # (n,)
        # Passages of entry e are rows _begin[e] up to _begin[e + 1].
        self._begin = np.searchsorted(self._entry, np.arange(self._entry[-1] + 2 if len(self._entry) else 1))

    def rank(self, queries: np.ndarray, top: int, allowed: np.ndarray | None = None) -> list[list[Candidate]]:
        """The `top` best entries for each query, best first.

        `queries`: (m, d) float32 of length 1. `allowed`: (entries,) bool, which entries may be shown.
        """
        depth = DEPTH if allowed is None else len(self._index)  # a filter may leave none of the nearest
        hits = self._index.search(queries, max(depth, 8 * top))
        return [
            self._order(query, np.unique(self._entry[rows[rows >= 0]]), top, allowed)
            for query, rows in zip(queries, hits.rows, strict=True)
        ]

    def question_vectors(self, entries: Sequence[int]) -> np.ndarray:
        """(len(entries), d) float32: the vectors of the entries' own questions."""
        return self._index.vectors(self._begin[np.asarray(entries)])

    def _order(self, query: np.ndarray, entries: np.ndarray, top: int, allowed: np.ndarray | None) -> list[Candidate]:
        if allowed is not None:
            entries = entries[allowed[entries]]
        if not len(entries):
            return []
        counts = self._begin[entries + 1] - self._begin[entries]
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))  # of each entry, among the rows below
        rows = np.arange(counts.sum()) - np.repeat(firsts - self._begin[entries], counts)
        cosines = self._index.vectors(rows) @ query
        best = [self._best(cosines, self._kind[rows] == kind, firsts) for kind in range(3)]  # 3 x (entries,)
        question = best[0]
        answer = np.where(np.isneginf(best[1]), question, best[1])
        score = np.where(question >= SAME, question, (question + answer) / 2)
        order = np.lexsort((entries, -score))[:top]
        return [
            Candidate(
                entry=int(entries[i]),
                score=float(score[i]),
                question=float(question[i]),
                answer=float(answer[i]),
                passage=self._row_of(rows, cosines, firsts[i], counts[i], 0),
                sentence=self._row_of(rows, cosines, firsts[i], counts[i], 2),
            )
            for i in order
        ]

    @staticmethod
    def _best(cosines: np.ndarray, of_kind: np.ndarray, firsts: np.ndarray) -> np.ndarray:
        return np.maximum.reduceat(np.where(of_kind, cosines, -np.inf), firsts)

    def _row_of(self, rows: np.ndarray, cosines: np.ndarray, first: int, count: int, kind: int) -> int:
        """The row of the best passage of one kind among the passages of one entry, -1 for none."""
        own = slice(first, first + count)
        masked = np.where(self._kind[rows[own]] == kind, cosines[own], -np.inf)
        at = int(masked.argmax())
        return int(rows[own][at]) if np.isfinite(masked[at]) else -1
