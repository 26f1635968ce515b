"""Which index is chosen, and that what is said of its recall is true."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from chatbot.cli.main import main
from chatbot.core.errors import IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing import builder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.embedding import embed
from chatbot.indexing.format import FILES
from chatbot.indexing.store import read_build
from chatbot.search import engines, faiss_engine, recall
from chatbot.search.exact import ExactIndex
from chatbot.search.faiss_facts import FaissSearch, Limits
from chatbot.search.faiss_index import ClusteredIndex
from chatbot.search.recall import chosen
from chatbot.search.vectors import Vectors
from tests.test_damage import remade

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(11)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


SOON = Limits(exact_to=3000)


def families(n: int, count: int = 300, spread: float = 0.5) -> Vectors:
    """Vectors that stand round `count` middles, as questions do round what they are about."""
    middles = unit(np.random.default_rng(1).normal(size=(count, 32)))
    return Vectors(unit(middles[RNG.integers(0, count, n)] + spread * unit(RNG.normal(size=(n, 32)))))


def nearest(vectors: Vectors, queries: np.ndarray, own: np.ndarray) -> list[set[int]]:
    """The ten nearest of each by brute force, without itself."""
    cosines = queries @ vectors.rows(range(len(vectors))).T
    cosines[np.flatnonzero(own >= 0), own[own >= 0]] = -2
    return [set(row[:10].tolist()) for row in np.argsort(-cosines, axis=1)]


def test_a_large_corpus_is_put_into_clusters_that_find_what_is_near() -> None:
    """Passages and questions that the choice never saw. Red with half of the probes; with the worse kind left out."""
    vectors = families(20_000)
    strangers = unit(RNG.normal(size=(300, 32)) + vectors.rows(range(300)) * 3)
    index, search = chosen(vectors, 20_000, strangers[:200], SOON)
    assert isinstance(index, ClusteredIndex)
    assert (search.kind, search.clusters, search.probes) == ("clustered", index.clusters, index.probes)
    assert search.recall_at_10 >= 0.98
    rows = RNG.choice(20_000, 300, replace=False)
    for queries, own in ((vectors.rows(rows), rows), (strangers[200:], np.full(100, -1))):
        hits = index.search(queries, 11).rows
        found = [set([row for row in found if row != mine][:10]) for found, mine in zip(hits, own, strict=True)]
        truth = nearest(vectors, queries, own)
        assert np.mean([len(a & b) / 10 for a, b in zip(found, truth, strict=True)]) >= 0.97
    fewer, of_first = chosen(vectors, 5000, strangers[:200], SOON)
    assert of_first.recall_at_10 != search.recall_at_10
    assert (fewer.search(strangers[200:], 10).rows < 5000).all()
    again, same = chosen(vectors, 20_000, strangers[:200], SOON)
    assert same == search
    assert isinstance(again, ClusteredIndex)
    assert again.to_bytes() == index.to_bytes()


def test_a_corpus_without_clusters_stays_exact_and_says_so() -> None:
    """Red without: the limit of the share of clusters."""
    vectors = Vectors(unit(RNG.normal(size=(5000, 32))))
    index, search = chosen(vectors, 5000, np.empty((0, 32), np.float32), SOON)
    assert isinstance(index, ExactIndex)
    assert search.kind == "exact"
    assert "of 141 clusters would find" in search.reason


def test_a_corpus_that_is_scanned_in_time_stays_exact() -> None:
    vectors = families(5000)
    index, search = chosen(vectors, 1, vectors.rows([0]))
    assert (type(index), search) == (ExactIndex, FaissSearch("exact", 32))


def test_the_nearest_that_recall_is_measured_by_are_those_of_brute_force() -> None:
    """Red without: each left out of its own result."""
    vectors = families(40_000)
    sample = recall._sample(vectors, len(vectors), unit(RNG.normal(size=(5, 32))))
    by_parts = recall._nearest(vectors, len(vectors), sample)
    assert [set(rows.tolist()) for rows in by_parts] == nearest(vectors, sample.vectors, sample.own)


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
    monkeypatch.setattr(builder, "embed", partial(embed, half_from=300))
    limits = Limits(exact_to=150, most_probes=1, recall=0.9)  # made-up vectors of few words are often equally near
    soon = SimpleNamespace(**vars(faiss_engine) | {"prepare": partial(faiss_engine.prepare, limits=limits)})
    monkeypatch.setitem(engines.ENGINES, "faiss", soon)  # type: ignore[arg-type]
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
    assert isinstance(opened.engine, ClusteredIndex)
    for n in (3, 40, 109):
        [reply] = Bot.open(tmp_path / "again", encoder).ask(f"how deep is lake {n * n}").replies
        assert reply.answer is not None
        assert reply.answer.text == f"{n} metres."
    capsys.readouterr()
    assert main(["info", "--index", str(tmp_path / "again"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["search"]
    assert said["kind"] == "clustered"
    assert 0.9 <= said["recall_at_10"] < 1
    assert (said["clusters"], said["probes"]) == (opened.search["clusters"], opened.search["probes"])
    for lie in ({"probes": 1}, {"clusters": 3}):
        remade(tmp_path / "again", lambda manifest, lie=lie: manifest["search"].update(lie))  # type: ignore[misc]
        with pytest.raises(IndexRefused, match="not searched as the manifest says"):
            open_build(tmp_path / "again")
