"""Which entries are compared with a query.

Of a small corpus all are. Of a large one those are whose passages the vector engine finds, or whose words the query
has; with a filter that leaves few entries, all of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chatbot.search.evidence import Pool
from chatbot.search.geometry import Geometry
from chatbot.search.lexical import LexicalIndex
from chatbot.search.protocols import Condition, VectorEngine


class Depths(NamedTuple):
    """How many are compared with a query."""

    all_up_to: int = 10_000  # passages; the entries of a corpus that has no more are all compared
    passages: int = 256  # that the engine finds
    entries: int = 50  # that words find
    read: int = 50  # entries whose sentences are compared, too


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """One query as words."""

    index: LexicalIndex
    terms: Sequence[int]
    possible: float  # BM25 of an entry with every word

    @classmethod
    def of(cls, index: LexicalIndex, text: str) -> "LexicalQuery":
        return cls(index, *index.terms(text))

    @property
    def known(self) -> float:
        """The share of its words, by what they weigh, that some entry holds; 0 where it has none."""
        return self.index.weight(self.terms) / self.possible if self.possible else 0.0

    def best(self, k: int, allowed: np.ndarray | None) -> np.ndarray:
        """The `k` entries with the highest BM25, of those `allowed`."""
        return self.index.best(self.terms, k, allowed)

    def bm25(self, entries: np.ndarray) -> np.ndarray:
        """(n,) of these entries."""
        return self.index.scores_of(self.terms, entries)


@dataclass(frozen=True)
class Candidates:
    """Chooses the entries of one build that a query is compared with."""

    geometry: Geometry
    engine: VectorEngine
    depths: Depths

    @cached_property
    def everything(self) -> Pool | None:
        """All entries, where they have so few passages that all can be compared."""
        if self.geometry.searched > self.depths.all_up_to:
            return None
        return Pool.of(self.geometry, np.unique(self.geometry.groups))

    def pools(
        self,
        queries: np.ndarray,
        words: Sequence[LexicalQuery],
        allowed: np.ndarray | None = None,
        condition: Condition | None = None,
    ) -> list[Pool]:
        """For each of `queries`, (m, d) of length 1, the entries to compare it with. `allowed`: (entries,) bool, those
        that may be shown, and `condition` says the same in words; others may come along."""
        if one := self.everything or (None if allowed is None else self._few(allowed)):
            return [one] * len(queries)
        if self.geometry.present is not None:  # not all that it says are there
            condition = None
        nearest = self.engine.search(queries, self.depths.passages, self._searched(allowed), condition).rows
        return [self._pool(rows, own, allowed) for rows, own in zip(nearest, words, strict=True)]

    def _few(self, allowed: np.ndarray) -> Pool | None:
        """The groups with allowed entries, where they have so few passages that all can be compared."""
        geometry = self.geometry
        entries = np.flatnonzero(allowed)
        if geometry.count(entries) > self.depths.all_up_to:
            return None
        groups = np.unique(geometry.groups[entries])
        is_few = geometry.count(geometry.entries_of(groups)) <= self.depths.all_up_to
        return Pool.of(geometry, groups) if is_few else None

    def _searched(self, allowed: np.ndarray | None) -> np.ndarray | None:
        """(searched passages,) bool: which may be found; None where all may."""
        geometry = self.geometry
        if allowed is None:
            return geometry.present
        of_allowed: np.ndarray = allowed[geometry.entry[: geometry.searched]]
        return of_allowed if geometry.present is None else geometry.present & of_allowed

    def _pool(self, rows: np.ndarray, words: LexicalQuery, allowed: np.ndarray | None) -> Pool:
        """The groups of the passages `rows`, and of the entries that have most of the `words`."""
        groups = self.geometry.groups
        chosen = np.zeros(groups.max(initial=-1) + 1, bool)  # quicker than sorting
        chosen[groups[self.geometry.entry[rows[rows >= 0]]]] = True
        chosen[groups[words.best(self.depths.entries, allowed)]] = True
        return Pool.of(self.geometry, np.flatnonzero(chosen))
