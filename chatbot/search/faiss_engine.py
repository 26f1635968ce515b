"""Vector search: exact, or in the clusters nearest to a query. The only door to FAISS."""

import io
import math
from collections.abc import Iterable, Sequence

import faiss
import numpy as np

from chatbot.search.protocols import Hits, VectorIndex, in_parts

# Vectors from which on they are kept in half precision: half the memory and nearly half the time of a scan, and the
# same answers but for passages that are equally near.
_HALF_FROM = 65_536
_CLUSTERED_MARK = b"IwSq"  # how FAISS begins the file of a `ClusteredIndex`
_TAUGHT_BY = 48  # vectors for each middle of a cluster
_ROUNDS = 5  # of k-means; more move the recall by less than the sample can tell
_LINE = 64  # bytes
_LOOP_LIMIT = 1_000_000  # turns of a loop that a number in the file may ask for


def is_half(n: int) -> bool:
    """Whether an index of `n` vectors keeps them in half precision."""
    return n >= _HALF_FROM


def read_vectors(data: bytes | memoryview) -> VectorIndex:
    """An index as `to_bytes` wrote it. ValueError when `data` is anything else.

    Clusters are of `data` itself; an exact index is of a copy where its numbers do not lie in their places.
    """
    kind = ClusteredIndex if bytes(data[:4]) == _CLUSTERED_MARK else ExactIndex
    new = kind.from_bytes(data)
    for rows, vectors in in_parts(np.arange(len(new)), new):
        _require_unit_length(vectors, int(rows[0]))
    return new


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
        """As `read_vectors`, but vectors of another length than 1 are not noticed."""
        index, held = _read(data)
        wanted = _empty(index.d, is_half(index.ntotal))
        if not index.ntotal or _kind(index) != _kind(wanted):
            raise ValueError(
                f"holds {type(index).__name__} with {index.ntotal} vectors; {type(wanted).__name__} is needed"
            )
        new = cls.__new__(cls)
        new._adopt(index, held)
        address = new._matrix.ctypes.data
        if address % _LINE:  # numpy takes up to five times as long with numbers that lie across their places
            new._adopt(*_read(_moved(held, address - held.ctypes.data)))
        return new

    def to_bytes(self) -> memoryview:
        return _written(self._faiss)

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dim(self) -> int:
        return int(self._faiss.d)

    def search(self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, first: int | None = None) -> Hits:
        params = faiss.SearchParameters(sel=_selector(allowed, len(self) if first is None else first))  # type: ignore[call-arg]
        scores, rows = self._faiss.search(np.ascontiguousarray(queries, np.float32), min(k, len(self)), params=params)
        return Hits(rows, scores)

    def cosines(self, query: np.ndarray, first: int) -> np.ndarray:
        return self._matrix[:first] @ query if self._matrix.dtype == np.float32 else _cosines(self, query, first)

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


class ClusteredIndex:
    """Looks at the passages of the `probes` clusters whose middles are nearest to a query, and at no others.

    The vectors are those of the exact index bit for bit, in half precision, so a score is the same in both.
    """

    def __init__(self, exact: VectorIndex, clusters: int, probes: int) -> None:
        """The vectors of `exact`, anew, in so many clusters; the middles are those of an even sample of them."""
        n = len(exact)
        middles = faiss.IndexFlatIP(exact.dim)
        index = faiss.IndexIVFScalarQuantizer(
            middles, exact.dim, clusters, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
        )
        index.cp.niter, index.cp.spherical = _ROUNDS, True
        index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, _TAUGHT_BY
        index.train(exact.vectors(np.linspace(0, n - 1, min(n, _TAUGHT_BY * clusters)).astype(np.int64)))
        for _, vectors in in_parts(np.arange(n), exact):
            index.add(vectors)
        self._adopt(index)
        self.probes = probes

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "ClusteredIndex":
        """As `read_vectors`, but vectors of another length than 1 are not noticed."""
        index, held = _read(data)
        new = cls.__new__(cls)
        new._adopt(_sound(index), held)
        _require_unit_length(new.middles, 0, "the middle of cluster")
        return new

    def to_bytes(self) -> memoryview:
        return _written(self._faiss)

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dim(self) -> int:
        return int(self._faiss.d)

    @property
    def clusters(self) -> int:
        return int(self._faiss.nlist)

    @property
    def probes(self) -> int:
        """Clusters that are looked at for a query; kept with the vectors."""
        return int(self._faiss.nprobe)

    @probes.setter
    def probes(self, probes: int) -> None:
        self._faiss.nprobe = probes

    @property
    def middles(self) -> np.ndarray:
        """(clusters, d) float32 of length 1."""
        return np.asarray(faiss.downcast_index(self._faiss.quantizer).reconstruct_n(0, self.clusters))

    def cluster_of(self) -> np.ndarray:
        """(n,): the cluster of each passage."""
        found = np.empty(len(self), np.int64)
        for cluster, rows in enumerate(_lists(self._faiss)):
            found[rows] = cluster
        return found

    def search(self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, first: int | None = None) -> Hits:
        """With few allowed, so many more clusters are looked at."""
        probes, selector = self.probes, _selector(allowed, len(self) if first is None else first)
        if allowed is not None:
            probes = min(math.ceil(probes * len(self) / max(int(allowed.sum()), 1)), self.clusters)
        params = faiss.SearchParametersIVF(nprobe=probes, sel=selector)  # type: ignore[call-arg]
        scores, rows = self._faiss.search(np.ascontiguousarray(queries, np.float32), min(k, len(self)), params=params)
        return Hits(rows, scores)

    def cosines(self, query: np.ndarray, first: int) -> np.ndarray:
        return _cosines(self, query, first)

    def vectors(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        return np.asarray(self._faiss.reconstruct_batch(np.asarray(rows, np.int64)))

    def _adopt(self, index: "faiss.IndexIVF", held: np.ndarray | None = None) -> None:
        """`held`: the bytes that it was read from, which must live as long as it does."""
        self._faiss, self._held = index, held
        # Where each row is. What a file says of that is not believed.
        index.set_direct_map_type(faiss.DirectMap.NoMap)  # type: ignore[attr-defined]
        index.set_direct_map_type(faiss.DirectMap.Array)  # type: ignore[attr-defined]


def _cosines(index: VectorIndex, query: np.ndarray, first: int) -> np.ndarray:
    return np.concatenate([vectors @ query for _, vectors in in_parts(np.arange(first), index)])


def _empty(dim: int, half: bool) -> "faiss.IndexFlatCodes":
    if half:
        return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexFlatIP(dim)


def _kind(index: "faiss.Index") -> tuple[type, int, int]:
    """What two indexes have in common that store and compare vectors in the same way."""
    quantizer = index.sq.qtype if isinstance(index, faiss.IndexScalarQuantizer) else -1
    return type(index), index.metric_type, quantizer


def _read(data: bytes | memoryview) -> tuple["faiss.Index", np.ndarray]:
    """The index in `data`, and the array of it that must live as long."""
    # No array of a file is larger than the file; FAISS's own limits are a terabyte, and none.
    faiss.set_deserialization_vector_byte_limit(len(data))
    faiss.set_deserialization_loop_limit(_LOOP_LIMIT)
    held = np.frombuffer(data, np.uint8)
    try:
        return faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(held), len(held))), held  # type: ignore[attr-defined]
    except RuntimeError as error:
        raise ValueError(f"not a FAISS index: {str(error).splitlines()[0][:200]}") from None


def _moved(data: np.ndarray, at: int) -> memoryview:
    """A copy of `data` whose byte `at` is the first of a line of the processor's cache."""
    room = np.empty(len(data) + _LINE, np.uint8)
    begin = -(room.ctypes.data + at) % _LINE
    room[begin : begin + len(data)] = data
    return room[begin : begin + len(data)].data


def _written(index: "faiss.Index") -> memoryview:
    data = io.BytesIO()
    faiss.write_index(index, faiss.PyCallbackIOWriter(data.write))  # type: ignore[attr-defined]
    return data.getbuffer()


def _sound(index: "faiss.Index") -> "faiss.IndexIVF":
    """`index` if a `ClusteredIndex` would have made it; ValueError says what it is instead."""
    if not isinstance(index, faiss.IndexIVFScalarQuantizer):
        raise ValueError(f"holds {type(index).__name__}; IndexIVFScalarQuantizer is needed")
    middles = faiss.downcast_index(index.quantizer)
    lists = faiss.downcast_InvertedLists(index.invlists)  # type: ignore[arg-type]
    code = 2 * index.d
    if not isinstance(middles, faiss.IndexFlat) or not isinstance(lists, faiss.ArrayInvertedLists):
        raise ValueError(f"holds {type(middles).__name__} and {type(lists).__name__} in an IndexIVFScalarQuantizer")
    found = [index.metric_type, index.sq.qtype, index.sq.d, index.by_residual, index.code_size, lists.code_size]
    found += [middles.metric_type, middles.d, middles.ntotal, lists.nlist, index.max_codes, index.parallel_mode]
    inner, half = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_fp16
    wanted = [inner, half, index.d, False, code, code, inner, index.d, index.nlist, index.nlist, 0, 0]
    if found != wanted or not index.ntotal or not 1 <= index.nprobe <= index.nlist:
        raise ValueError(f"holds clusters with the settings {found}; {wanted} are needed")
    rows = np.concatenate(_lists(index))
    if len(rows) != index.ntotal or not np.array_equal(np.sort(rows), np.arange(index.ntotal)):
        raise ValueError("holds clusters that do not have each row once")
    return index


def _lists(index: "faiss.IndexIVF") -> list[np.ndarray]:
    """The rows in each cluster, as FAISS's own memory."""
    lists = faiss.downcast_InvertedLists(index.invlists)  # type: ignore[arg-type]
    return [faiss.rev_swig_ptr(lists.get_ids(at), lists.list_size(at)) for at in range(lists.nlist)]


def _selector(allowed: np.ndarray | None, first: int) -> "faiss.IDSelector":
    if allowed is None:
        return faiss.IDSelectorRange(0, first)
    allowed = allowed[:first]
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg, arg-type]


def _require_unit_length(vectors: np.ndarray, first: int, what: str = "passage row") -> None:
    """`first`: the number of the first of them, for the message."""
    with np.errstate(over="ignore", invalid="ignore"):  # numbers without end are refused like others
        off = np.abs(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)) - 1)
    if not off.max() <= 1e-3:  # also true for NaN
        row = first + int(off.argmax())
        raise ValueError(f"{what} {row} is off unit length by {off.max():.3f}; normalise first")
