"""Exact vector search. The only door to FAISS."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import faiss
import numpy as np

# Vectors from which on they are kept in half precision: half the memory and nearly half the time of a scan, and the
# same answers but for passages that are equally near.
_HALF_FROM = 65_536
_PART = 16_384  # rows that are looked at together
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


def is_half(n: int) -> bool:
    """Whether an index of `n` vectors keeps them in half precision."""
    return n >= _HALF_FROM


class ExactIndex:
    """Scans every passage. At FAQ sizes that is quicker than any approximate index, and never wrong."""

    def __init__(self, vectors: np.ndarray) -> None:
        """`vectors`: (n, d) float32, n > 0, every row of length 1; ValueError names the row that is not."""
        self._fill([vectors], len(vectors))

    @classmethod
    def of(cls, parts: Iterable[np.ndarray], n: int) -> "ExactIndex":
        """Of `n` vectors that come in parts, (some, d) each, so that they are never in memory all at once."""
        new = cls.__new__(cls)
        new._fill(parts, n)
        return new

    def _fill(self, parts: Iterable[np.ndarray], n: int) -> None:
        index: faiss.IndexFlatCodes | None = None
        for vectors in parts:
            if vectors.ndim != 2 or not len(vectors):
                raise ValueError(f"vectors of shape {vectors.shape}: (n, d) with n > 0 is needed")
            _require_unit_length(vectors, int(index.ntotal) if index else 0)
            index = index or _empty(vectors.shape[1], is_half(n))
            index.add(np.ascontiguousarray(vectors, np.float32))
        if index is None or index.ntotal != n:
            raise ValueError(f"{index.ntotal if index else 0} vectors; {n} with n > 0 are needed")
        self._adopt(index)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "ExactIndex":
        """An index as `to_bytes` wrote it, of `data` itself, not of a copy. ValueError when `data` is anything else."""
        # No array of a file is larger than the file; FAISS's own limits are a terabyte, and none.
        faiss.set_deserialization_vector_byte_limit(len(data))
        faiss.set_deserialization_loop_limit(_LOOP_LIMIT)
        held = np.frombuffer(data, np.uint8)
        try:
            index = faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(held), len(held)))  # type: ignore[attr-defined]
        except RuntimeError as error:
            raise ValueError(f"not a FAISS index: {str(error).splitlines()[0][:200]}") from None
        wanted = _empty(index.d, is_half(index.ntotal))
        if not index.ntotal or _kind(index) != _kind(wanted):
            raise ValueError(
                f"holds {type(index).__name__} with {index.ntotal} vectors; {type(wanted).__name__} is needed"
            )
        new = cls.__new__(cls)
        new._adopt(index, held)
        for rows, vectors in in_parts(np.arange(len(new)), new):
            _require_unit_length(vectors, int(rows[0]))
        return new

    def to_bytes(self) -> memoryview:
        data = io.BytesIO()
        faiss.write_index(self._faiss, faiss.PyCallbackIOWriter(data.write))  # type: ignore[attr-defined]
        return data.getbuffer()

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dim(self) -> int:
        return int(self._faiss.d)

    def search(self, queries: np.ndarray, k: int) -> Hits:
        scores, rows = self._faiss.search(np.ascontiguousarray(queries, np.float32), min(k, len(self)))
        return Hits(rows, scores)

    def vectors(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        return self._matrix[np.asarray(rows, np.int64)].astype(np.float32, copy=False)

    def _adopt(self, index: "faiss.Index", held: np.ndarray | None = None) -> None:
        """`held`: the bytes that it was read from, which must live as long as it does."""
        self._faiss, self._held = index, held
        # A view of FAISS's own memory, (n, d), no copy; it lives as long as the index beside it.
        assert isinstance(index, faiss.IndexFlatCodes)
        codes = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
        kind = np.float32 if isinstance(index, faiss.IndexFlat) else np.float16
        self._matrix = codes.view(kind).reshape(int(index.ntotal), index.d)


def in_parts(rows: np.ndarray, index: VectorIndex) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(some of `rows`, their vectors) until all were there."""
    for begin in range(0, len(rows), _PART):
        own = rows[begin : begin + _PART]
        yield own, index.vectors(own)


def _empty(dim: int, half: bool) -> "faiss.IndexFlatCodes":
    if half:
        return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexFlatIP(dim)


def _kind(index: "faiss.Index") -> tuple[type, int, int]:
    """What two indexes have in common that store and compare vectors in the same way."""
    quantizer = index.sq.qtype if isinstance(index, faiss.IndexScalarQuantizer) else -1
    return type(index), index.metric_type, quantizer


def _require_unit_length(vectors: np.ndarray, first: int) -> None:
    """`first`: the row of the first of them, for the message."""
    with np.errstate(over="ignore", invalid="ignore"):  # numbers without end are refused like others
        off = np.abs(np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)) - 1)
    if not off.max() <= 1e-3:  # also true for NaN
        row = first + int(off.argmax())
        raise ValueError(f"passage row {row} is off unit length by {off.max():.3f}; normalise first")
