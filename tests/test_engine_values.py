"""Each engine finds what a comparison with all passages finds: FAISS, Milvus in a file, and Milvus over gRPC, with all
passages compared and in a graph."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest

from chatbot.core.locales import base_of
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.search import faiss_engine, milvus_engine
from chatbot.search.milvus_client import milvus_at
from chatbot.search.milvus_filter import filters_of
from chatbot.search.protocols import Condition, EngineModule, Labels, Place, Prepared, VectorEngine
from chatbot.search.vectors import Vectors
from tests.unit_vectors import unit

PASSAGES, DIM = 600, 24
KINDS = ["faiss", "milvus_file", "milvus_server", "graph"]
TAGS = ["plain", 'a "quoted" one', "back\\slash", "{braces}", "größe", "line\nbreak", "it's", ") or row >= 0"]
QUESTIONS = unit(40, DIM)


class Subject(NamedTuple):
    engine: VectorEngine
    reopened: Callable[[], VectorEngine]
    entries: list[Entry]
    entry: np.ndarray
    cosines: np.ndarray  # (questions, passages), by brute force


def entry_of(row: int) -> Entry:
    tags = [tag for at, tag in enumerate(TAGS) if (row >> at % 4) & 1]
    return Entry(f"e{row}", f"Question {row}?", "Answer.", tags=tags, lang=["", "en", "de-CH", "fr"][row % 4])


@pytest.fixture(scope="module", params=KINDS)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    uri = "" if request.param == "faiss" else request.getfixturevalue(request.param.replace("graph", "milvus_server"))
    module: EngineModule = milvus_engine if uri else faiss_engine
    settings = BotSettings(engine_uri=uri) if uri else BotSettings()
    matrix = unit(PASSAGES + 50, DIM)  # the last are sentences, which are not searched
    vectors, entries = Vectors(matrix), [entry_of(row) for row in range(PASSAGES // 3)]
    labels = Labels(entries, np.arange(PASSAGES) // 3)
    place = Place(module.place(settings), "values") if uri else None
    prepare: Callable[..., Prepared] = module.prepare
    if request.param == "graph":
        prepare = partial(milvus_engine.prepare, exact_to=PASSAGES - 1)
    made = prepare(vectors, PASSAGES, QUESTIONS[:10], settings, labels, place)
    if uri:
        assert made.facts["kind"] == ("HNSW" if request.param == "graph" else "FLAT")

    def reopened() -> VectorEngine:
        module.verify(made.facts)
        return module.reopen(made.facts, made.files, vectors, PASSAGES, settings)

    yield Subject(made.engine, reopened, entries, labels.entry, QUESTIONS @ matrix[:PASSAGES].T)
    if place:
        module.collect(place, [])
        assert not [name for name in milvus_at(uri).collections() if "values" in name]


def best(cosines: np.ndarray, k: int, allowed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Rows and cosines by brute force."""
    if allowed is not None:
        cosines = np.where(allowed, cosines, -np.inf)
    rows = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    scores = np.take_along_axis(cosines, rows, axis=1)
    return np.where(np.isfinite(scores), rows, -1), scores


def same(subject: Subject, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None) -> None:
    """Hits whose cosines are those of the best, and their own; passages that are equally near but for rounding may
    change places."""
    hits = subject.engine.search(QUESTIONS, k, allowed, condition)
    rows, scores = best(subject.cosines, k, allowed)
    found = rows >= 0
    np.testing.assert_array_equal(hits.rows >= 0, found)
    np.testing.assert_allclose(hits.scores[found], scores[found], atol=2e-6)
    own = np.take_along_axis(subject.cosines, np.maximum(hits.rows, 0), axis=1)
    np.testing.assert_allclose(hits.scores[found], own[found], atol=2e-6)
    for each, there in zip(hits.rows, found, strict=True):
        assert len(set(each[there])) == there.sum()
        assert allowed is None or allowed[each[there]].all()


def test_the_nearest_of_all(subject: Subject) -> None:
    """More questions than are searched together. Red when one of their groups is left out."""
    same(subject, 10)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99, 1.0])
def test_the_nearest_of_those_that_are_allowed(subject: Subject, share: float) -> None:
    """By number: those in where they are few, those out where these are few. Red when no passage allowed means all."""
    same(subject, 10, np.random.default_rng(3).random(PASSAGES) < share)


@pytest.mark.parametrize("languages", [(), ("", "en"), ("", "de"), ("xx",)])
@pytest.mark.parametrize("tags", [(), *((tag,) for tag in TAGS), ("plain", "größe"), ("plain", "{braces}")])
def test_a_filter_in_words_lets_through_what_the_mask_does(
    subject: Subject, languages: tuple[str, ...], tags: tuple[str, ...]
) -> None:
    """Also with tags that hold quotes, brackets and line breaks. Red when languages are compared as written."""
    fits = [
        set(tags) <= set(entry.tags) and (not languages or base_of(entry.lang) in languages)
        for entry in subject.entries
    ]
    allowed = np.array(fits)[subject.entry]
    same(subject, 5, allowed, Condition(languages, tags))


def test_few_of_a_graph_are_found_all_the_same(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph leads past those that a filter lets through. Red when the hits that it does not find are just missing."""
    monkeypatch.setattr(milvus_engine, "_MOST_BREADTH", 8)
    same(subject, 10, np.arange(PASSAGES) % 97 == 0)


def test_what_an_expression_might_read_otherwise_is_told_by_row() -> None:
    allowed = np.arange(6) < 2
    assert filters_of(allowed, Condition(("en",), ("größe", "a b"))) == [
        'lang in ["en"] and array_contains_all(tags, ["größe", "a b"])'
    ]
    for tag in ('"', "\\", "{x}", "it's", "a\nb"):
        assert filters_of(allowed, Condition(("en",), (tag,))) == ["row in [0, 1]"]
    assert filters_of(~allowed, None) == ["row not in [0, 1]"]
    assert filters_of(allowed & False, None) == []
    assert filters_of(allowed | True, None) == [""]


def test_more_hits_than_there_are_passages(subject: Subject) -> None:
    same(subject, PASSAGES + 5)
    same(subject, 20, np.arange(PASSAGES) < 7)


def test_no_question(subject: Subject) -> None:
    assert subject.engine.search(np.empty((0, DIM), np.float32), 3).rows.shape == (0, 3)


def test_what_is_reopened_finds_the_same(subject: Subject) -> None:
    one, other = (engine.search(QUESTIONS, 10) for engine in (subject.engine, subject.reopened()))
    np.testing.assert_array_equal(one.rows, other.rows)
    np.testing.assert_array_equal(one.scores, other.scores)
