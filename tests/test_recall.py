"""Which index is chosen, and that what is said of its recall is true."""

import numpy as np
import pytest

from chatbot.search import recall as module
from chatbot.search.recall import Search, chosen
from chatbot.search.vectors import ClusteredIndex, ExactIndex, VectorIndex

RNG = np.random.default_rng(11)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def families(n: int, count: int = 300, spread: float = 0.5) -> ExactIndex:
    """Vectors that stand round `count` middles, as questions do round what they are about."""
    middles = unit(np.random.default_rng(1).normal(size=(count, 32)))
    return ExactIndex(unit(middles[RNG.integers(0, count, n)] + spread * unit(RNG.normal(size=(n, 32)))))


def nearest(index: VectorIndex, queries: np.ndarray, own: np.ndarray) -> list[set[int]]:
    """The ten nearest of each by brute force, without itself."""
    cosines = queries @ index.vectors(range(len(index))).T
    cosines[np.flatnonzero(own >= 0), own[own >= 0]] = -2
    return [set(row[:10].tolist()) for row in np.argsort(-cosines, axis=1)]


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EXACT_TO", 4000)


@pytest.mark.usefixtures("_soon")
def test_a_large_corpus_is_put_into_clusters_that_find_what_is_near() -> None:
    """Passages and questions that the choice never saw. Red with half of the probes; with the worse kind left out."""
    exact = families(20_000)
    strangers = unit(RNG.normal(size=(300, 32)) + exact.vectors(range(300)) * 3)
    index, search = chosen(exact, strangers[:200])
    assert isinstance(index, ClusteredIndex)
    assert (search.kind, search.clusters, search.probes) == ("clustered", index.clusters, index.probes)
    assert search.fits(index)
    assert not search.fits(exact)
    assert search.recall_at_10 >= 0.98
    rows = RNG.choice(20_000, 300, replace=False)
    for queries, own in ((exact.vectors(rows), rows), (strangers[200:], np.full(100, -1))):
        hits = index.search(queries, 11).rows
        found = [set([row for row in found if row != mine][:10]) for found, mine in zip(hits, own, strict=True)]
        truth = nearest(exact, queries, own)
        assert np.mean([len(a & b) / 10 for a, b in zip(found, truth, strict=True)]) >= 0.97
    np.testing.assert_array_equal(index.vectors(rows), exact.vectors(rows).astype(np.float16).astype(np.float32))
    again, same = chosen(exact, strangers[:200])
    assert same == search
    assert again.to_bytes() == index.to_bytes()


@pytest.mark.usefixtures("_soon")
def test_a_corpus_without_clusters_stays_exact_and_says_so() -> None:
    """Red without: the limit of the share of clusters."""
    exact = ExactIndex(unit(RNG.normal(size=(5000, 32))))
    index, search = chosen(exact, np.empty((0, 32), np.float32))
    assert index is exact
    assert search.kind == "exact"
    assert "of 141 clusters would find" in search.reason


def test_a_corpus_that_is_scanned_in_time_stays_exact() -> None:
    exact = families(5000)
    assert chosen(exact, exact.vectors([0])) == (exact, Search("exact", 32))


def test_the_nearest_that_recall_is_measured_by_are_those_of_brute_force() -> None:
    """Red without: each left out of its own result."""
    exact = families(40_000)
    asked = module._sample(exact, unit(RNG.normal(size=(5, 32))))
    assert [set(rows.tolist()) for rows in module._nearest(exact, asked)] == nearest(exact, asked.vectors, asked.own)
