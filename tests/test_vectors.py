import faiss
import numpy as np
import pytest

from chatbot.search import vectors as module
from chatbot.search.vectors import ExactIndex

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
    again = ExactIndex.from_bytes(bytes(index.to_bytes()))
    assert again.to_bytes() == index.to_bytes()
    monkeypatch.setattr(module, "_HALF_FROM", 3001)
    with pytest.raises(ValueError, match="holds IndexScalarQuantizer with 3000 vectors; IndexFlatIP is needed"):
        ExactIndex.from_bytes(bytes(index.to_bytes()))


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
    again = ExactIndex.from_bytes(bytes(data))
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
        ExactIndex.from_bytes(data)


def test_an_index_of_another_kind_is_refused() -> None:
    other = faiss.IndexFlatL2(4)
    other.add(unit(3, 4))
    with pytest.raises(ValueError, match="holds IndexFlatL2"):
        ExactIndex.from_bytes(bytes(faiss.serialize_index(other)))


@pytest.mark.parametrize("scale", [2, np.nan, np.inf])
def test_vectors_off_unit_length_are_refused_when_they_are_read_too(scale: float) -> None:
    """Red without: the look at lengths in `from_bytes`."""
    flat = faiss.IndexFlatIP(4)
    flat.add(np.float32(scale) * unit(3, 4))
    with pytest.raises(ValueError, match="off unit length"):
        ExactIndex.from_bytes(bytes(faiss.serialize_index(flat)))
