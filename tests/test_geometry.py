"""What is known of passages beforehand: its order, its numbers, its file."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from chatbot.content.passages import passages_of
from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Entry, Passage
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.groups import answer_groups
from chatbot.search.geometry import Geometry
from chatbot.search.vectors import Vectors
from tests.unit_vectors import unit

ENTRIES = [
    Entry("cat", "How often should I feed my cat?", "Twice. Kittens more often.", alternates=("When do cats eat?",)),
    Entry("dog", "May dogs eat chocolate?", "No. It is poisonous."),
    Entry("gap", "How long do hamsters live?", ""),
    Entry("pup", "Is cocoa bad for a puppy?", "No. It is poisonous.", alternates=("cocoa",)),
]
GROUPS = answer_groups(ENTRIES)
NUMBERS = ["mean", "along_mean", "centred_length", "wordings_length", "answers_length"]


def parts() -> tuple[list[Passage], np.ndarray]:
    passages = passages_of(ENTRIES)
    return passages, HashingEncoder().encode_passages([passage.text for passage in passages])


def test_its_numbers_are_those_of_the_plainest_computation() -> None:
    """Red without: a group that has entries far from each other; the mean of a corpus without its own share."""
    passages, vectors = parts()
    geometry = Geometry.of(PassageTable(passages), Vectors(vectors), GROUPS)
    wordings = [row for row, p in enumerate(passages) if p.kind in ("question", "alternate")]
    mean = vectors[wordings].mean(axis=0) * (len(wordings) - 1) / len(wordings)
    np.testing.assert_allclose(geometry.mean, mean, atol=1e-6)
    for row in range(geometry.searched):
        is_wording = row in wordings
        assert geometry.along_mean[row] == pytest.approx(vectors[row] @ mean if is_wording else 0, abs=1e-6)
        length = np.linalg.norm(vectors[row] - mean) if is_wording else 0
        assert geometry.centred_length[row] == pytest.approx(length, abs=1e-6)
    for group in range(max(GROUPS) + 1):
        for kinds, lengths in (
            (("question", "alternate"), geometry.wordings_length),
            (("question_answer",), geometry.answers_length),
        ):
            own = [row for row, p in enumerate(passages) if p.kind in kinds and GROUPS[p.entry] == group]
            assert lengths[group] == pytest.approx(np.linalg.norm(vectors[own].sum(axis=0)) if own else 0, abs=1e-5)
    assert geometry.present is None


def test_a_group_may_be_larger_than_what_is_read_together() -> None:
    n = 40_000
    table = PassageTable([Passage(row, "question", "x") for row in range(n)])
    matrix = unit(n, 4)
    geometry = Geometry.of(table, Vectors(matrix), [0] * n)
    [length] = geometry.wordings_length
    assert length == pytest.approx(np.linalg.norm(matrix.sum(axis=0, dtype=np.float64)), rel=1e-3)


def test_rows_can_count_as_absent() -> None:
    passages, vectors = parts()
    [row] = [row for row, p in enumerate(passages) if p.text == "cocoa"]
    less = Geometry.of(PassageTable(passages), Vectors(vectors), GROUPS, absent=[row])
    assert less.present is not None
    assert np.flatnonzero(~less.present).tolist() == [row]
    kept = [at for at in range(len(passages)) if at != row]
    other = Geometry.of(PassageTable([passages[at] for at in kept]), Vectors(vectors[kept]), GROUPS)
    np.testing.assert_allclose(less.mean, other.mean, atol=1e-6)
    np.testing.assert_allclose(less.wordings_length, other.wordings_length, atol=1e-6)


def test_it_survives_a_round_trip() -> None:
    passages, vectors = parts()
    table = PassageTable(passages)
    geometry = Geometry.of(table, Vectors(vectors), GROUPS)
    again = Geometry.from_bytes(geometry.to_bytes(), table, GROUPS, vectors.shape[1])
    for name in (
        "entry",
        "role",
        "groups",
        "mean",
        "along_mean",
        "centred_length",
        "wordings_length",
        "answers_length",
    ):
        np.testing.assert_array_equal(getattr(again, name), getattr(geometry, name))
    assert again.searched == geometry.searched
    assert again.entries_of(np.array([1])).tolist() == [1, 3]
    assert again.sentences_of(2).tolist() == []


def moved(change: Callable[[list[Passage]], Sequence[Passage]]) -> list[Passage]:
    return list(change(passages_of(ENTRIES)))


ORDERS: dict[str, Callable[[list[Passage]], Sequence[Passage]]] = {
    "sentences among the others": lambda p: sorted(p, key=lambda one: one.entry),
    "entries in another order": lambda p: p[::-1],
    "an alternate before its question": lambda p: [p[1], p[0], *p[2:]],
    "an entry without passages": lambda p: [one for one in p if one.entry != 2],
    "an entry too many": lambda p: [*p, Passage(9, "sentence", "x")],
    "sentences in another order": lambda p: [*p[:-4], *p[-2:], *p[-4:-2]],
}


@pytest.mark.parametrize("order", ORDERS)
def test_passages_in_another_order_are_refused(order: str) -> None:
    """When a build is made and when it is opened. Red without: each line of the check."""
    passages = moved(ORDERS[order])
    vectors = HashingEncoder().encode_passages([passage.text for passage in passages])
    with pytest.raises(ValueError, match="must be of one build"):
        Geometry.of(PassageTable(passages), Vectors(vectors), GROUPS)
    own, of_own = parts()
    data = Geometry.of(PassageTable(own), Vectors(of_own), GROUPS).to_bytes()
    with pytest.raises(ValueError, match="must be of one build"):
        Geometry.from_bytes(data, PassageTable(passages), GROUPS, 512)


def test_passages_and_vectors_of_two_builds_are_refused() -> None:
    passages, vectors = parts()
    with pytest.raises(ValueError, match="must be of one build"):
        Geometry.of(PassageTable(passages[:-1]), Vectors(vectors), GROUPS)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("flaw", ["shorter", "endless", "of doubles"])
def test_numbers_that_do_not_fit_are_refused_by_name(name: str, flaw: str) -> None:
    passages, vectors = parts()
    table = PassageTable(passages)
    geometry = Geometry.of(table, Vectors(vectors), GROUPS)
    changed = {
        "shorter": lambda array: array[:-1],
        "endless": lambda array: np.where(np.arange(len(array)) == 0, np.float32(np.nan), array),
        "of doubles": lambda array: array.astype(float),
    }[flaw]
    object.__setattr__(geometry, name, changed(getattr(geometry, name)))
    with pytest.raises(ValueError, match=f"geometry: {name} is not"):
        Geometry.from_bytes(geometry.to_bytes(), table, GROUPS, vectors.shape[1])


@pytest.mark.parametrize("data", [b"", b"nonsense", b"PK\3\4" + bytes(60)])
def test_bytes_that_are_no_geometry_are_refused(data: bytes) -> None:
    passages, _ = parts()
    with pytest.raises(ValueError, match="not a file of geometry"):
        Geometry.from_bytes(data, PassageTable(passages), GROUPS, 512)
