"""Which index is chosen, and that what is said of its recall is true."""

import json
from pathlib import Path

import numpy as np
import pytest

from chatbot.cli.main import main
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.store import FILES, read_build
from chatbot.search import faiss_engine as kinds
from chatbot.search import recall as module
from chatbot.search.faiss_engine import ClusteredIndex, ExactIndex
from chatbot.search.protocols import VectorIndex
from chatbot.search.recall import Search, chosen

pytestmark = pytest.mark.slow

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
    monkeypatch.setattr(module, "_EXACT_TO", 3000)


@pytest.mark.usefixtures("_soon")
def test_a_large_corpus_is_put_into_clusters_that_find_what_is_near() -> None:
    """Passages and questions that the choice never saw. Red with half of the probes; with the worse kind left out."""
    exact = families(20_000)
    strangers = unit(RNG.normal(size=(300, 32)) + exact.vectors(range(300)) * 3)
    index, search = chosen(exact, len(exact), strangers[:200])
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
    _, of_first = chosen(exact, 5000, strangers[:200])
    rows = index.search(strangers[200:], 10, first=5000).rows
    assert of_first.recall_at_10 != search.recall_at_10
    assert (rows < 5000).all()
    again, same = chosen(exact, len(exact), strangers[:200])
    assert same == search
    assert again.to_bytes() == index.to_bytes()


@pytest.mark.usefixtures("_soon")
def test_a_corpus_without_clusters_stays_exact_and_says_so() -> None:
    """Red without: the limit of the share of clusters."""
    exact = ExactIndex(unit(RNG.normal(size=(5000, 32))))
    index, search = chosen(exact, len(exact), np.empty((0, 32), np.float32))
    assert index is exact
    assert search.kind == "exact"
    assert "of 141 clusters would find" in search.reason


def test_a_corpus_that_is_scanned_in_time_stays_exact() -> None:
    exact = families(5000)
    assert chosen(exact, 1, exact.vectors([0])) == (exact, Search("exact", 32))


def test_the_nearest_that_recall_is_measured_by_are_those_of_brute_force() -> None:
    """Red without: each left out of its own result."""
    exact = families(40_000)
    asked = module._sample(exact, len(exact), unit(RNG.normal(size=(5, 32))))
    assert [set(rows.tolist()) for rows in module._nearest(exact, len(exact), asked)] == nearest(
        exact, asked.vectors, asked.own
    )


def large(folder: Path, entries: int) -> Path:
    """A corpus of questions with another wording each and answers of one sentence: four passages an entry."""
    folder.mkdir(exist_ok=True)
    lines = [
        {"question": f"How deep is lake {n * n}?", "alternates": [f"tell me lake {n * n}"], "answer": f"{n} metres."}
        for n in range(entries)
    ]
    (folder / "faq.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    return folder


def test_a_large_corpus_is_built_in_clusters_again_and_again_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever was built before; `info` says how it is searched, and what it answers is right. Red without: vectors
    taken over only into an index of their precision."""
    monkeypatch.setattr(kinds, "_HALF_FROM", 300)
    monkeypatch.setattr(module, "_EXACT_TO", 300)
    monkeypatch.setattr(module, "_SHARE", 1)
    monkeypatch.setattr(module, "_WANTED", 0.9)  # made-up vectors of few words are often equally near
    settings, encoder = BotSettings(encoder="hashing"), HashingEncoder()

    def files(index: str, entries: int) -> dict[str, bytes]:
        build(large(tmp_path / "corpus", entries), tmp_path / index, settings, encoder)
        return dict(read_build(tmp_path / index).files)

    files("again", 120)
    fewer, scratch = files("again", 110), files("scratch", 110)
    assert fewer == scratch
    assert files("again", 60) == files("small", 60)  # which is exact, and not in half precision
    assert files("again", 110) == scratch
    assert len(scratch[FILES.vectors]) > 440 * 384 * 2
    opened = open_build(tmp_path / "again")
    assert isinstance(opened.index, ClusteredIndex)
    assert opened.search.fits(opened.index)
    for n in (3, 40, 109):
        [reply] = Bot.open(tmp_path / "again", encoder).ask(f"how deep is lake {n * n}").replies
        assert reply.answer is not None
        assert reply.answer.text == f"{n} metres."
    capsys.readouterr()
    assert main(["info", "--index", str(tmp_path / "again"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["search"]
    assert said["kind"] == "clustered"
    assert 0.9 <= said["recall_at_10"] < 1
    assert (said["clusters"], said["probes"]) == (opened.search.clusters, opened.search.probes)
