"""Exact vector search. The only door to FAISS."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import faiss
import numpy as np

_LOOP_LIMIT = 1_000_000  # turns of a loop that a number in the file may ask for


class Hits(NamedTuple):
    """The passages nearest to each query. Row numbers of -1 mean: no more passages."""

    rows: np.ndarray  # (queries, k) int64
    scores: np.ndarray  # (queries, k) float32, cosine, higher is better, falling along a row


class VectorIndex(Protocol):
    def __len__(self) -> int: ...

    def search(self, queries: np.ndarray, k: int) -> Hits:
        """`queries`: (m, d) float32, every row of length 1."""

    def vectors(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """(len(rows), d) float32: the vectors of those passages."""


class ExactIndex:
    """Scans every passage. At FAQ sizes that is quicker than any approximate index, and never wrong."""

    def __init__(self, vectors: np.ndarray) -> None:
        """`vectors`: (n, d) float32, n > 0, every row of length 1; ValueError names the row that is not."""
        if vectors.ndim != 2 or not len(vectors):
            raise ValueError(f"vectors of shape {vectors.shape}: (n, d) with n > 0 is needed")
        _require_unit_length(vectors)
        self._adopt(faiss.IndexFlatIP(vectors.shape[1]))
        self._faiss.add(np.ascontiguousarray(vectors, np.float32))
        self._adopt(self._faiss)

    @classmethod
    def from_bytes(cls, data: bytes) -> "ExactIndex":
        """An index as `to_bytes` wrote it. ValueError when `data` is anything else."""
        # No array of a file is larger than the file; FAISS's own limits are a terabyte, and none.
        faiss.set_deserialization_vector_byte_limit(len(data))
        faiss.set_deserialization_loop_limit(_LOOP_LIMIT)
        try:
            index = faiss.deserialize_index(np.frombuffer(data, np.uint8))
        except RuntimeError as error:
            raise ValueError(f"not a FAISS index: {str(error).splitlines()[0][:200]}") from None
        if type(index) is not faiss.IndexFlatIP or not index.ntotal:
            raise ValueError(f"holds {type(index).__name__} with {index.ntotal} vectors; IndexFlatIP is needed")
        new = cls.__new__(cls)
        new._adopt(index)
        _require_unit_length(new._matrix)
        return new

    def to_bytes(self) -> bytes:
        return bytes(faiss.serialize_index(self._faiss))

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dim(self) -> int:
        return int(self._faiss.d)

    def search(self, queries: np.ndarray, k: int) -> Hits:
        scores, rows = self._faiss.search(np.ascontiguousarray(queries, np.float32), min(k, len(self)))
        return Hits(rows, scores)

    def vectors(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        return self._matrix[np.asarray(rows, np.int64)]

    def _adopt(self, index: "faiss.IndexFlatIP") -> None:
        self._faiss = index
        # A view of FAISS's own memory, (n, d), no copy; it lives as long as the index beside it.
        n = int(index.ntotal)
        view = faiss.rev_swig_ptr(index.get_xb(), n * index.d) if n else np.empty(0, np.float32)
        self._matrix = view.reshape(n, index.d)


def _require_unit_length(vectors: np.ndarray) -> None:
    with np.errstate(over="ignore", invalid="ignore"):  # numbers without end are refused like others
        off = np.abs(np.linalg.norm(vectors, axis=1) - 1)
    if not off.max() <= 1e-3:  # also true for NaN
        raise ValueError(f"passage row {off.argmax()} is off unit length by {off.max():.3f}; normalise first")
