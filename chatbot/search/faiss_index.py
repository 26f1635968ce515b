"""Vector search with FAISS: exact, or in the clusters nearest to a query. The only door to FAISS."""

import io
import math

import faiss
import numpy as np

from chatbot.search.protocols import Condition, Hits
from chatbot.search.vectors import Vectors, require_unit_length

_CLUSTERED_MARK = b"IwSq"  # the first bytes of the file of a `ClusteredIndex`
_TRAINING_POINTS = 48  # vectors for each centroid
_PART = 16_384  # vectors that are read together
_ROUNDS = 5  # of k-means; more move the recall by less than the sample can tell
_LOOP_LIMIT = 1_000_000  # turns of a loop that a number in the file may ask for


class FlatIndex:
    """Scans every vector. It has a copy of the vectors."""

    def __init__(self, vectors: Vectors, n: int) -> None:
        """Of the first `n` vectors."""
        index: faiss.IndexFlatCodes
        if vectors.is_half:
            index = faiss.IndexScalarQuantizer(vectors.dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        else:
            index = faiss.IndexFlatIP(vectors.dim)
        index.add_sa_codes(vectors.first(n).view(np.uint8))
        # Read back from an array of NumPy, whose memory is in large pages: a scan takes two thirds of the time there.
        self._faiss, self._held = _read(faiss.serialize_index(index).data)

    def search(
        self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None
    ) -> Hits:
        params = None if allowed is None else faiss.SearchParameters(sel=_selector(allowed))  # type: ignore[call-arg]
        k = min(k, int(self._faiss.ntotal))
        scores, rows = self._faiss.search(np.ascontiguousarray(queries, np.float32), k, params=params)
        return Hits(rows, scores)


class ClusteredIndex:
    """Looks at the passages of the `probes` clusters whose centroids are nearest to a query, and at no others.

    It has a copy of the vectors in half precision, one cluster after the other. A score is the same as in an exact
    index of such vectors.
    """

    def __init__(self, vectors: Vectors, n: int, clusters: int, probes: int) -> None:
        """The first `n` of `vectors` in so many clusters. The centroids are those of an even sample of them."""
        centroids = faiss.IndexFlatIP(vectors.dim)
        index = faiss.IndexIVFScalarQuantizer(
            centroids, vectors.dim, clusters, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
        )
        index.cp.niter, index.cp.spherical = _ROUNDS, True
        index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, _TRAINING_POINTS
        index.train(vectors.rows(np.linspace(0, n - 1, min(n, _TRAINING_POINTS * clusters)).astype(np.int64)))
        for _, part in vectors.parts(np.arange(n)):
            index.add(part)
        self._adopt(index)
        self.probes = probes

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "ClusteredIndex":
        """As `to_bytes` wrote it. No copy is made: `data` must not change. ValueError when it is anything else."""
        new = cls.__new__(cls)
        index, held = _read(data)
        new._adopt(_sound(index), held)
        require_unit_length(new.centroids, 0, "the centroid of cluster")
        return new

    def _adopt(self, index: "faiss.IndexIVF", held: np.ndarray | None = None) -> None:
        """`held`: the bytes that it was read from, which must live as long as it does."""
        self._faiss, self._held = index, held

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
        """Clusters that are looked at for a query; stored with the index."""
        return int(self._faiss.nprobe)

    @probes.setter
    def probes(self, probes: int) -> None:
        self._faiss.nprobe = probes

    @property
    def centroids(self) -> np.ndarray:
        """(clusters, d) float32 of length 1."""
        return np.asarray(faiss.downcast_index(self._faiss.quantizer).reconstruct_n(0, self.clusters))

    def assignments(self) -> np.ndarray:
        """(n,): the cluster of each passage."""
        cluster_of = np.empty(len(self), np.int64)
        for cluster, rows in enumerate(_lists(self._faiss)):
            cluster_of[rows] = cluster
        return cluster_of

    def search(
        self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None
    ) -> Hits:
        """The fewer passages are allowed, the more clusters are looked at."""
        probes, selector = self.probes, None
        if allowed is not None:
            selector = _selector(allowed)
            probes = min(math.ceil(probes * len(self) / max(int(allowed.sum()), 1)), self.clusters)
        params = faiss.SearchParametersIVF(nprobe=probes, sel=selector)  # type: ignore[call-arg]
        scores, rows = self._faiss.search(np.ascontiguousarray(queries, np.float32), min(k, len(self)), params=params)
        return Hits(rows, scores)


def read_format_2(data: bytes | memoryview) -> Vectors:
    """The vectors of `vectors.faiss`, the file that held them up to format 2. ValueError when `data` is anything
    else."""
    index, held = _read(data)
    if isinstance(index, faiss.IndexIVF):
        _sound(index).set_direct_map_type(faiss.DirectMap.Array)  # type: ignore[attr-defined]
        rows = (np.arange(begin, min(begin + _PART, index.ntotal)) for begin in range(0, index.ntotal, _PART))
        return Vectors.of((index.reconstruct_batch(part) for part in rows), index.ntotal, is_half=True)
    is_half = isinstance(index, faiss.IndexScalarQuantizer) and index.sq.qtype == faiss.ScalarQuantizer.QT_fp16
    is_flat = is_half or isinstance(index, faiss.IndexFlat)
    if not is_flat or not index.ntotal or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise ValueError(f"holds {type(index).__name__} with {index.ntotal} vectors; IndexFlatIP is needed")
    assert isinstance(index, faiss.IndexFlatCodes)
    codes = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
    matrix = codes.view(np.float16 if is_half else np.float32).reshape(int(index.ntotal), index.d)
    parts = (matrix[begin : begin + _PART].astype(np.float32) for begin in range(0, len(matrix), _PART))
    vectors = Vectors.of(parts, len(matrix), is_half)
    del held  # the matrix was a view of it
    return vectors


def clusters_of_format_2(data: bytes | memoryview, n: int) -> memoryview:
    """The clusters of `vectors.faiss` with the first `n` passages alone, as `ClusteredIndex.from_bytes` reads them."""
    index, held = _read(data)
    _sound(index)
    own = faiss.deserialize_index(held)  # what is read in place cannot be made smaller
    own.set_direct_map_type(faiss.DirectMap.NoMap)  # type: ignore[attr-defined]
    own.remove_ids(faiss.IDSelectorRange(n, own.ntotal))
    return _written(own)


def is_clustered(data: bytes | memoryview) -> bool:
    """Whether `data` begins as the file of a `ClusteredIndex` does."""
    return bytes(data[:4]) == _CLUSTERED_MARK


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


def _written(index: "faiss.Index") -> memoryview:
    data = io.BytesIO()
    faiss.write_index(index, faiss.PyCallbackIOWriter(data.write))  # type: ignore[attr-defined]
    return data.getbuffer()


def _sound(index: "faiss.Index") -> "faiss.IndexIVF":
    """`index` if a `ClusteredIndex` would have made it; ValueError says what it is instead."""
    if not isinstance(index, faiss.IndexIVFScalarQuantizer):
        raise ValueError(f"holds {type(index).__name__}; IndexIVFScalarQuantizer is needed")
    centroids = faiss.downcast_index(index.quantizer)
    lists = faiss.downcast_InvertedLists(index.invlists)  # type: ignore[arg-type]
    code = 2 * index.d
    if not isinstance(centroids, faiss.IndexFlat) or not isinstance(lists, faiss.ArrayInvertedLists):
        raise ValueError(f"holds {type(centroids).__name__} and {type(lists).__name__} in an IndexIVFScalarQuantizer")
    actual = [index.metric_type, index.sq.qtype, index.sq.d, index.by_residual, index.code_size, lists.code_size]
    actual += [centroids.metric_type, centroids.d, centroids.ntotal, lists.nlist, index.max_codes, index.parallel_mode]
    inner, half = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_fp16
    expected = [inner, half, index.d, False, code, code, inner, index.d, index.nlist, index.nlist, 0, 0]
    if actual != expected or not index.ntotal or not 1 <= index.nprobe <= index.nlist:
        raise ValueError(f"holds clusters with the settings {actual}; {expected} are needed")
    rows = np.concatenate(_lists(index))
    if len(rows) != index.ntotal or not np.array_equal(np.sort(rows), np.arange(index.ntotal)):
        raise ValueError("holds clusters that do not have each row once")
    index.set_direct_map_type(faiss.DirectMap.NoMap)  # type: ignore[attr-defined]  # what a file says of it may be wrong
    return index


def _lists(index: "faiss.IndexIVF") -> list[np.ndarray]:
    """The rows in each cluster, as FAISS's own memory."""
    lists = faiss.downcast_InvertedLists(index.invlists)  # type: ignore[arg-type]
    return [faiss.rev_swig_ptr(lists.get_ids(at), lists.list_size(at)) for at in range(lists.nlist)]


def _selector(allowed: np.ndarray) -> "faiss.IDSelector":
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg, arg-type]
