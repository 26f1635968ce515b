"""The vectors of a build, in the order of its passages. No engine is needed to read them.

They stand in a NumPy file (`.npy`), so that any program can read them, and the system can map the file into memory
instead of copying it. Every row has length 1: the dot product of two rows is their cosine.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

# From so many vectors on, each number takes two bytes instead of four: half the memory, and the same order of passages
# except for those that are equally near.
HALF_FROM = 65_536
_PART = 16_384  # rows that are read together
_LINE = 64  # bytes
# As NumPy writes it for an array of that kind. NumPy itself would read any Python expression there.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(<f[24])', 'fortran_order': False, 'shape': \((\d{1,12}), (\d{1,6})\), \} *\n",
    re.DOTALL,
)


class Vectors:
    """(n, d) float32, or float16 where there are many. Row i belongs to passage i."""

    def __init__(self, vectors: np.ndarray, is_half: bool | None = None) -> None:
        """A copy of `vectors`: (n, d) float32, n > 0, every row of length 1; ValueError names the row that is not.

        `is_half`: whether each number takes two bytes; where it is None, the number of vectors decides.
        """
        self._fill([vectors], len(vectors), is_half)

    @classmethod
    def of(cls, parts: Iterable[np.ndarray], n: int, is_half: bool | None = None) -> "Vectors":
        """`n` vectors that come in parts, (some, d) float32 each, so that they are never all in memory twice."""
        new = cls.__new__(cls)
        new._fill(parts, n, is_half)
        return new

    @classmethod
    def read(cls, data: bytes | memoryview) -> "Vectors":
        """As `to_bytes` wrote them. No copy is made: `data` must not change. ValueError when it is anything else."""
        held = memoryview(data)
        header = _HEADER.match(bytes(held[:256]))
        if not header:
            raise ValueError("not a file of vectors: an array (n, d) of float32 or float16 in NumPy's format is needed")
        kind, shape, begin = np.dtype(header[1].decode()), (int(header[2]), int(header[3])), header.end()
        if 0 in shape or len(held) - begin != shape[0] * shape[1] * kind.itemsize:
            raise ValueError(f"holds {len(held) - begin} bytes of numbers, which are not {shape[0]} x {shape[1]}")
        new = cls.__new__(cls)
        new._adopt(held, begin, shape, kind)
        for rows, vectors in new.parts(np.arange(len(new))):
            require_unit_length(vectors, int(rows[0]))
        return new

    def _fill(self, parts: Iterable[np.ndarray], n: int, is_half: bool | None) -> None:
        filled = 0
        for vectors in parts:
            if vectors.ndim != 2 or not len(vectors):
                raise ValueError(f"vectors of shape {vectors.shape}: (n, d) with n > 0 is needed")
            require_unit_length(vectors, filled)
            if not filled:
                self._reserve(n, vectors.shape[1], n >= HALF_FROM if is_half is None else is_half)
            self._matrix[filled : filled + len(vectors)] = vectors[: n - filled]
            filled += len(vectors)
        if filled != n or not n:
            raise ValueError(f"{filled} vectors; {n} with n > 0 are needed")

    def _reserve(self, n: int, dim: int, is_half: bool) -> None:
        kind = np.dtype(np.float16 if is_half else np.float32)
        header = io.BytesIO()
        described = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": (n, dim)}
        np.lib.format.write_array_header_1_0(header, described)
        begin = header.tell()
        memory = aligned(begin + n * dim * kind.itemsize)
        memory[:begin] = header.getvalue()
        self._adopt(memory, begin, (n, dim), kind)

    def _adopt(self, held: memoryview, begin: int, shape: tuple[int, ...], kind: np.dtype) -> None:
        self._held = held  # the whole file
        self._matrix = np.frombuffer(held, kind, offset=begin).reshape(shape)

    def to_bytes(self) -> memoryview:
        """The whole file, without a copy."""
        return self._held

    def __len__(self) -> int:
        return len(self._matrix)

    @property
    def dim(self) -> int:
        return int(self._matrix.shape[1])

    @property
    def is_half(self) -> bool:
        """Whether each number takes two bytes."""
        return self._matrix.dtype == np.float16

    def first(self, n: int) -> np.ndarray:
        """(n, d) the first vectors as they are kept, without a copy."""
        return self._matrix[:n]

    def rows(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """(len(rows), d) float32, a copy."""
        return self._matrix[np.asarray(rows, np.int64)].astype(np.float32, copy=False)

    def parts(self, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(some of `rows`, their vectors as float32), until all were there."""
        for begin in range(0, len(rows), _PART):
            own = rows[begin : begin + _PART]
            yield own, self.rows(own)

    def cosines(self, query: np.ndarray, n: int) -> np.ndarray:
        """(n,) float32: of the first `n` vectors with `query`, (d,) float32 of length 1."""
        if not self.is_half:
            return np.asarray(self._matrix[:n] @ query)
        return np.concatenate([vectors @ query for _, vectors in self.parts(np.arange(n))])


def aligned(size: int) -> memoryview:
    """Memory of `size` bytes that begins on a line of the processor's cache, as a mapped file does: NumPy takes up to
    five times as long with numbers that lie across two lines. NumPy's own memory is in large pages, which are faster.
    """
    room = np.empty(size + _LINE, np.uint8)
    begin = -room.ctypes.data % _LINE
    return room[begin : begin + size].data


def require_unit_length(vectors: np.ndarray, first: int, what: str = "passage row") -> None:
    """ValueError where a row of `vectors` is not of length 1. `first`: the number of the first row, for the message."""
    with np.errstate(over="ignore", invalid="ignore"):  # numbers without end are refused like others
        off = np.abs(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)) - 1)
    if not off.max() <= 1e-3:  # also true for NaN
        row = first + int(off.argmax())
        raise ValueError(f"{what} {row} is off unit length by {off.max():.3f}; normalise first")
