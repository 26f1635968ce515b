"""Questions that mean the same come together, in whatever order they stand and however many there are."""

import numpy as np
import pytest

from chatbot.encoding.protocols import Encoder
from chatbot.insight import clusters as module
from chatbot.insight.clusters import clusters
from tests.bench.clusters import adjusted_rand, grouped, labelled_questions
from tests.conftest import SHARED


def around(middles: np.ndarray, each: int, apart: float, seed: int = 1) -> np.ndarray:
    """(middles * each, d) unit vectors near each of `middles`, those of one side by side."""
    rng = np.random.default_rng(seed)
    vectors = np.repeat(middles, each, axis=0) + rng.normal(0, apart, (len(middles) * each, middles.shape[1]))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def as_sets(groups: list[list[int]]) -> set[frozenset[int]]:
    return set(map(frozenset, groups))


NOTHING = np.zeros(32, np.float32)


def test_groups_are_those_that_are_there() -> None:
    vectors = around(np.eye(32)[:5], 7, 0.05)
    assert clusters(vectors, NOTHING) == [[*range(at, at + 7)] for at in range(0, 35, 7)]


def test_what_all_have_in_common_tells_none_apart() -> None:
    """Red without `common`: on a narrow topic all is alike."""
    topic = np.eye(32)[31] * 3
    vectors = around(np.eye(32)[:5] + topic, 7, 0.05)
    common = topic / np.sqrt(10)
    assert len(clusters(vectors, common.astype(np.float32))) == 5
    assert len(clusters(vectors, NOTHING)) == 1


@pytest.mark.parametrize("at_once", [4000, 60])
def test_the_order_of_rows_changes_nothing(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a part is grouped at a time. Red where rows are taken as they come."""
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    vectors = around(np.random.default_rng(2).normal(size=(20, 32)), 10, 0.9)
    order = np.random.default_rng(3).permutation(len(vectors))
    shuffled = [[int(order[row]) for row in rows] for rows in clusters(vectors[order], NOTHING)]
    assert as_sets(shuffled) == as_sets(clusters(vectors, NOTHING))


def test_many_are_grouped_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where those that were not in the part join no group, or wait for no other round."""
    vectors = around(np.eye(32)[:12], 50, 0.05)
    monkeypatch.setattr(module, "_AT_ONCE", 40)
    assert as_sets(clusters(vectors, NOTHING)) == {frozenset(range(at, at + 50)) for at in range(0, 600, 50)}


def test_equal_questions_count_once_and_are_never_parted() -> None:
    one, other = np.eye(32, dtype=np.float32)[:2]
    vectors = np.stack([one, other, one, one, other])
    assert clusters(vectors, NOTHING) == [[0, 2, 3], [1, 4]]
    assert clusters(vectors[:1], NOTHING) == [[0]]
    assert clusters(vectors[:0], NOTHING) == []


@pytest.mark.long
@pytest.mark.model
@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets are not here")
@pytest.mark.parametrize("name", ["banking77_oos", "covidq", "rasa_sara"])
def test_groups_are_those_of_the_labels(name: str, real_encoder: Encoder) -> None:
    """The figure of docs/measured.md; `python -m tests.bench.clusters` prints all sets."""
    asked = labelled_questions(SHARED / "data")[name]
    assert adjusted_rand(asked, grouped(asked, real_encoder)) >= (0.6 if name == "banking77_oos" else 0.45)
