"""What a vector engine is: it searches, and knows nothing of questions and answers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

_PART = 16_384  # rows that are looked at together


class Hits(NamedTuple):
    """The passages nearest to each query. Row numbers of -1 mean: no more passages."""

    rows: np.ndarray  # (queries, k) int64
    scores: np.ndarray  # (queries, k) float32, cosine, higher is better, falling along a row


class VectorIndex(Protocol):
    def __len__(self) -> int: ...

    @property
    def dim(self) -> int: ...

    def search(self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, first: int | None = None) -> Hits:
        """`queries`: (m, d) float32, every row of length 1. `allowed`: (n,) bool, the passages that may be hits;
        `first`: only so many from the beginning may be; the others are not touched."""

    def cosines(self, query: np.ndarray, first: int) -> np.ndarray:
        """(first,) float32: of so many passages from the beginning. `query`: (d,) float32 of length 1."""

    def vectors(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """(len(rows), d) float32: the vectors of those passages."""

    def to_bytes(self) -> memoryview:
        """For `read_vectors`."""


def in_parts(rows: np.ndarray, index: VectorIndex) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(some of `rows`, their vectors) until all were there."""
    for begin in range(0, len(rows), _PART):
        own = rows[begin : begin + _PART]
        yield own, index.vectors(own)
