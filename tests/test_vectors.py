from collections.abc import Callable

import faiss
import numpy as np
import pytest

from chatbot.search import faiss_engine as module
from chatbot.search.faiss_engine import ClusteredIndex, ExactIndex, read_vectors

RNG = np.random.default_rng(7)


def unit(n: int, d: int = 16) -> np.ndarray:
    vectors = RNG.normal(size=(n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("n", [1, 5, 3000])
def test_search_gives_the_rows_and_scores_of_brute_force(n: int) -> None:
    vectors, queries = unit(n), unit(40)
    hits = ExactIndex(vectors).search(queries, 5)
    cosines = queries @ vectors.T
    rows = np.argsort(-cosines, axis=1)[:, :5]
    np.testing.assert_array_equal(hits.rows, rows)
    np.testing.assert_allclose(hits.scores, np.take_along_axis(cosines, rows, axis=1), atol=1e-6)


def test_many_vectors_are_kept_in_half_precision_and_found_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red with QT_8bit, which is coarser."""
    monkeypatch.setattr(module, "_HALF_FROM", 3000)
    vectors, queries = unit(3000), unit(40)
    index, exact = ExactIndex(vectors), ExactIndex(vectors[:2999])
    assert len(index.to_bytes()) < 0.51 * len(exact.to_bytes())
    np.testing.assert_allclose(index.vectors(range(3000)), vectors, atol=2**-11)
    hits, cosines = index.search(queries, 5), queries @ vectors.T
    best = np.sort(cosines, axis=1)[:, :-6:-1]
    np.testing.assert_allclose(np.take_along_axis(cosines, hits.rows, axis=1), best, atol=1e-3)
    np.testing.assert_allclose(hits.scores, best, atol=1e-3)
    again = read_vectors(bytes(index.to_bytes()))
    assert again.to_bytes() == index.to_bytes()
    monkeypatch.setattr(module, "_HALF_FROM", 3001)
    with pytest.raises(ValueError, match="holds IndexScalarQuantizer with 3000 vectors; IndexFlatIP is needed"):
        read_vectors(bytes(index.to_bytes()))


def test_vectors_may_come_in_parts() -> None:
    vectors = unit(50)
    index = ExactIndex.of((vectors[at : at + 7] for at in range(0, 50, 7)), 50)
    assert index.to_bytes() == ExactIndex(vectors).to_bytes()
    with pytest.raises(ValueError, match="50 vectors; 51"):
        ExactIndex.of([vectors], 51)
    vectors[33] *= 2
    with pytest.raises(ValueError, match="passage row 33 is off"):
        ExactIndex.of((vectors[at : at + 7] for at in range(0, 50, 7)), 50)


def test_vectors_come_back_as_they_went_in() -> None:
    vectors = unit(50)
    index = ExactIndex(vectors)
    np.testing.assert_array_equal(index.vectors([3, 0, 3]), vectors[[3, 0, 3]])
    assert len(index) == 50
    assert index.dim == 16


def test_bytes_survive_a_round_trip() -> None:
    vectors = unit(20)
    data = ExactIndex(vectors).to_bytes()
    again = read_vectors(bytes(data))
    np.testing.assert_array_equal(again.vectors(range(20)), vectors)
    assert again.to_bytes() == data


def test_vectors_off_unit_length_are_refused_by_row() -> None:
    vectors = unit(4)
    vectors[2] *= 1.01
    with pytest.raises(ValueError, match=r"passage row 2 is off unit length by 0\.010"):
        ExactIndex(vectors)
    vectors[1] = np.nan
    with pytest.raises(ValueError, match="passage row"):
        ExactIndex(vectors)
    with pytest.raises(ValueError, match="n > 0"):
        ExactIndex(np.empty((0, 4), np.float32))


@pytest.mark.parametrize("data", [b"", b"nonsense", b"IxFI" + b"\xff" * 60])
def test_bytes_that_are_no_index_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a FAISS index"):
        read_vectors(data)


def test_an_index_of_another_kind_is_refused() -> None:
    other = faiss.IndexFlatL2(4)
    other.add(unit(3, 4))
    with pytest.raises(ValueError, match="holds IndexFlatL2"):
        read_vectors(bytes(faiss.serialize_index(other)))


@pytest.mark.parametrize("scale", [2, np.nan, np.inf])
def test_vectors_off_unit_length_are_refused_when_they_are_read_too(scale: float) -> None:
    """Red without: the look at lengths in `from_bytes`."""
    flat = faiss.IndexFlatIP(4)
    flat.add(np.float32(scale) * unit(3, 4))
    with pytest.raises(ValueError, match="off unit length"):
        read_vectors(bytes(faiss.serialize_index(flat)))


def clustered(n: int = 3000) -> tuple[ClusteredIndex, np.ndarray]:
    """As the vectors of an index in half precision come out of it."""
    vectors = unit(n).astype(np.float16).astype(np.float32)
    return ClusteredIndex(ExactIndex(vectors), 40, 40), vectors


def test_clusters_that_are_all_looked_at_find_what_brute_force_finds() -> None:
    """Red without: `by_residual` off."""
    index, vectors = clustered()
    queries = unit(40)
    hits, cosines = index.search(queries, 5), queries @ vectors.T
    rows = np.argsort(-cosines, axis=1)[:, :5]
    np.testing.assert_array_equal(hits.rows, rows)
    np.testing.assert_allclose(hits.scores, np.take_along_axis(cosines, rows, axis=1), atol=1e-5)
    np.testing.assert_array_equal(index.vectors([7, 0, 7, 2999]), vectors[[7, 0, 7, 2999]])


def test_with_one_probe_only_the_nearest_cluster_is_looked_at() -> None:
    index, _ = clustered()
    index.probes = 1
    queries = unit(20)
    nearest = (queries @ index.middles.T).argmax(axis=1)
    for cluster, rows in zip(nearest, index.search(queries, 3000).rows, strict=True):
        assert sorted(rows[rows >= 0]) == np.flatnonzero(index.cluster_of() == cluster).tolist()


@pytest.mark.parametrize("kind", ["exact", "half", "clustered"])
def test_a_filter_leaves_the_nearest_of_what_is_allowed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red without: the selector; more probes where less is allowed."""
    monkeypatch.setattr(module, "_HALF_FROM", 3000 if kind == "half" else 3001)
    index, vectors = clustered()
    index.probes = 10
    subject = index if kind == "clustered" else ExactIndex(vectors)
    allowed, queries = RNG.random(3000) < 0.2, unit(30)
    cosines = np.where(allowed, queries @ vectors.T, -9)
    np.testing.assert_array_equal(subject.search(queries, 5, allowed).rows, np.argsort(-cosines, axis=1)[:, :5])


@pytest.mark.parametrize("kind", ["exact", "half", "clustered"])
def test_only_the_first_passages_are_looked_at(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red without: the range; the end of the filter."""
    monkeypatch.setattr(module, "_HALF_FROM", 3000 if kind == "half" else 3001)
    index, vectors = clustered()
    subject = index if kind == "clustered" else ExactIndex(vectors)
    allowed, queries = RNG.random(3000) < 0.5, unit(30)
    cosines = queries @ vectors.T
    best = np.argsort(-cosines[:, :1200], axis=1)[:, :5]
    np.testing.assert_array_equal(subject.search(queries, 5, first=1200).rows, best)
    of_allowed = np.argsort(-np.where(allowed, cosines, -9)[:, :1200], axis=1)[:, :5]
    np.testing.assert_array_equal(subject.search(queries, 5, allowed, first=1200).rows, of_allowed)
    np.testing.assert_allclose(subject.cosines(queries[0], 1200), cosines[0, :1200], atol=1e-3)


def test_clusters_survive_a_round_trip_with_their_probes() -> None:
    index, vectors = clustered()
    index.probes = 7
    data = index.to_bytes()
    again = read_vectors(bytes(data))
    assert isinstance(again, ClusteredIndex)
    assert (again.probes, again.clusters, again.dim, len(again)) == (7, 40, 16, 3000)
    assert again.to_bytes() == data
    np.testing.assert_array_equal(again.vectors(range(3000)), vectors)
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
    "vectors of another length": lambda: flawed(lambda i: i.add(2 * unit(1, 4))),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_clusters_that_are_not_ours_are_refused(flaw: str) -> None:
    """Red without: the comparison of settings, of rows, of lengths, each."""
    with pytest.raises(ValueError, match=r"holds clusters|off unit length"):
        read_vectors(FLAWS[flaw]())


def test_what_a_file_says_of_where_rows_are_is_not_believed() -> None:
    """Red without: the map made anew; FAISS then reads past the end of a list."""

    def lie(index: faiss.IndexIVF) -> None:
        index.set_direct_map_type(faiss.DirectMap.Array)
        index.direct_map.array.resize(0)

    np.testing.assert_allclose(np.linalg.norm(read_vectors(flawed(lie)).vectors(range(50)), axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("shift", range(0, 64, 7))
def test_numbers_that_are_read_lie_in_their_places(shift: int) -> None:
    """Wherever they lay in the file. Red without the copy: numpy would take several times as long with them."""
    index = ExactIndex(unit(5))
    data = bytes(shift) + bytes(index.to_bytes())
    again = ExactIndex.from_bytes(memoryview(data)[shift:])
    assert again._matrix.ctypes.data % 64 == 0
    np.testing.assert_array_equal(again.vectors(range(5)), index.vectors(range(5)))
    np.testing.assert_array_equal(again.search(index.vectors([3]), 2).rows, index.search(index.vectors([3]), 2).rows)
