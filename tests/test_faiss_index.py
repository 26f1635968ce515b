"""Exact search and clusters against brute force."""

from collections.abc import Callable

import faiss
import numpy as np
import pytest

from chatbot.search.exact import ExactIndex
from chatbot.search.faiss_index import ClusteredIndex, read_format_2
from chatbot.search.vectors import Vectors
from tests.unit_vectors import unit

RNG = np.random.default_rng(8)
KINDS = ["exact", "half", "clustered"]


@pytest.mark.parametrize("n", [1, 5, 3000])
def test_search_gives_the_rows_and_scores_of_brute_force(n: int) -> None:
    matrix, queries = unit(n), unit(40)
    hits = ExactIndex(Vectors(matrix), n).search(queries, 5)
    cosines = queries @ matrix.T
    rows = np.argsort(-cosines, axis=1)[:, :5]
    np.testing.assert_array_equal(hits.rows, rows)
    np.testing.assert_allclose(hits.scores, np.take_along_axis(cosines, rows, axis=1), atol=1e-6)


def test_half_precision_finds_the_same_order() -> None:
    """Red with QT_8bit, which is coarser."""
    matrix, queries = unit(3000), unit(40)
    hits, cosines = ExactIndex(Vectors(matrix, is_half=True), 3000).search(queries, 5), queries @ matrix.T
    best = np.sort(cosines, axis=1)[:, :-6:-1]
    np.testing.assert_allclose(np.take_along_axis(cosines, hits.rows, axis=1), best, atol=1e-3)
    np.testing.assert_allclose(hits.scores, best, atol=1e-3)


def clustered(n: int = 3000, searched: int | None = None) -> tuple[ClusteredIndex, Vectors, np.ndarray]:
    """As the vectors of an index in half precision come out of it."""
    matrix = unit(n).astype(np.float16).astype(np.float32)
    vectors = Vectors(matrix)
    return ClusteredIndex(vectors, searched or n, 40, 40), vectors, matrix


def test_clusters_that_are_all_looked_at_find_what_brute_force_finds() -> None:
    """Red without: `by_residual` off."""
    index, _, matrix = clustered()
    queries = unit(40)
    hits, cosines = index.search(queries, 5), queries @ matrix.T
    rows = np.argsort(-cosines, axis=1)[:, :5]
    np.testing.assert_array_equal(hits.rows, rows)
    np.testing.assert_allclose(hits.scores, np.take_along_axis(cosines, rows, axis=1), atol=1e-5)


def test_with_one_probe_only_the_nearest_cluster_is_looked_at() -> None:
    index, _, _ = clustered()
    index.probes = 1
    queries = unit(20)
    nearest = (queries @ index.centroids.T).argmax(axis=1)
    for cluster, rows in zip(nearest, index.search(queries, 3000).rows, strict=True):
        assert sorted(rows[rows >= 0]) == np.flatnonzero(index.assignments() == cluster).tolist()


def subject_of(kind: str, searched: int) -> tuple[ExactIndex | ClusteredIndex, np.ndarray]:
    index, _, matrix = clustered(searched=searched)
    index.probes = 10 if searched == 3000 else 40
    return (index if kind == "clustered" else ExactIndex(Vectors(matrix, kind == "half"), searched)), matrix


@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_leaves_the_nearest_of_what_is_allowed(kind: str) -> None:
    """Red without: the selector; more probes where less is allowed."""
    subject, matrix = subject_of(kind, 3000)
    allowed, queries = RNG.random(3000) < 0.2, unit(30)
    cosines = np.where(allowed, queries @ matrix.T, -9)
    np.testing.assert_array_equal(subject.search(queries, 5, allowed).rows, np.argsort(-cosines, axis=1)[:, :5])


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_first_passages_are_searched(kind: str) -> None:
    """Red when all vectors are."""
    subject, matrix = subject_of(kind, 1200)
    allowed, queries = RNG.random(1200) < 0.5, unit(30)
    cosines = queries @ matrix[:1200].T
    np.testing.assert_array_equal(subject.search(queries, 5).rows, np.argsort(-cosines, axis=1)[:, :5])
    of_allowed = np.argsort(-np.where(allowed, cosines, -9), axis=1)[:, :5]
    np.testing.assert_array_equal(subject.search(queries, 5, allowed).rows, of_allowed)


def test_clusters_survive_a_round_trip_with_their_probes() -> None:
    index, _, _ = clustered()
    index.probes = 7
    data = index.to_bytes()
    again = ClusteredIndex.from_bytes(bytes(data))
    assert (again.probes, again.clusters, again.dim, len(again)) == (7, 40, 16, 3000)
    assert again.to_bytes() == data
    queries = unit(20)
    np.testing.assert_array_equal(again.search(queries, 5).rows, index.search(queries, 5).rows)


def flawed(change: Callable[[faiss.IndexIVF], object], **kind: object) -> bytes:
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(4), 4, 3, kind.get("code", faiss.ScalarQuantizer.QT_fp16), faiss.METRIC_INNER_PRODUCT, False
    )
    index.cp.spherical = kind.get("spherical", True)
    index.train(unit(200, 4))
    index.add(unit(50, 4))
    change(index)
    return bytes(faiss.serialize_index(index))


FLAWS: dict[str, Callable[[], bytes]] = {
    "a row twice": lambda: flawed(lambda i: i.invlists.update_entry(0, 0, 7, faiss.swig_ptr(np.zeros(8, np.uint8)))),
    "a row too many": lambda: flawed(lambda i: i.invlists.add_entry(0, 50, faiss.swig_ptr(np.zeros(8, np.uint8)))),
    "no probes": lambda: flawed(lambda i: setattr(i, "nprobe", 0)),
    "too many probes": lambda: flawed(lambda i: setattr(i, "nprobe", 4)),
    "residuals": lambda: flawed(lambda i: setattr(i, "by_residual", True)),
    "another code": lambda: flawed(lambda i: None, code=faiss.ScalarQuantizer.QT_8bit),
    "a middle less": lambda: flawed(lambda i: i.quantizer.reset()),
    "middles of another length": lambda: flawed(lambda i: None, spherical=False),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_clusters_that_are_not_ours_are_refused(flaw: str) -> None:
    """Red without: the comparison of settings, of rows, of lengths, each."""
    with pytest.raises(ValueError, match=r"holds clusters|off unit length"):
        ClusteredIndex.from_bytes(FLAWS[flaw]())


def flat(kind: type[faiss.Index], vectors: np.ndarray) -> bytes:
    index = kind(vectors.shape[1])
    index.add(vectors)
    return bytes(faiss.serialize_index(index))


@pytest.mark.parametrize("data", [b"", b"nonsense", b"IxFI" + b"\xff" * 60])
@pytest.mark.parametrize("read", [ClusteredIndex.from_bytes, read_format_2])
def test_bytes_that_are_no_index_are_refused(data: bytes, read: Callable[[bytes], object]) -> None:
    with pytest.raises(ValueError, match="not a FAISS index"):
        read(data)


@pytest.mark.parametrize("read", [ClusteredIndex.from_bytes, read_format_2])
def test_an_index_of_another_kind_is_refused(read: Callable[[bytes], object]) -> None:
    with pytest.raises(ValueError, match="holds IndexFlatL2"):
        read(flat(faiss.IndexFlatL2, unit(3, 4)))


@pytest.mark.parametrize("scale", [2, np.nan, np.inf])
def test_vectors_off_unit_length_are_refused_in_files_of_format_2(scale: float) -> None:
    with pytest.raises(ValueError, match="off unit length"):
        read_format_2(flat(faiss.IndexFlatIP, np.float32(scale) * unit(3, 4)))


def test_what_a_file_says_of_where_rows_are_is_not_believed() -> None:
    """Red without: the map made again; FAISS then reads past the end of a list."""

    def lie(index: faiss.IndexIVF) -> None:
        index.set_direct_map_type(faiss.DirectMap.Array)
        index.direct_map.array.resize(0)

    np.testing.assert_allclose(np.linalg.norm(read_format_2(flawed(lie)).rows(range(50)), axis=1), 1, atol=1e-3)
