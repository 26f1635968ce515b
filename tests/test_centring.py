"""What all vectors of an encoder have in common is taken away, where they have much."""

from collections.abc import Sequence

import numpy as np

from chatbot.encoding.centring import NOTHING, Centres, _texts, without
from chatbot.encoding.protocols import unit


def vectors_around(centre: np.ndarray, spread: float) -> "dict[str, np.ndarray]":
    dice = np.random.default_rng(0)
    drawn = unit(centre + spread * unit(dice.normal(size=(len(_texts()), len(centre))).astype(np.float32)))
    return dict(zip(_texts(), drawn, strict=True))


def test_vectors_in_a_cone_are_spread() -> None:
    """Red without `without`; where the two kinds share one centre."""
    first, second = np.eye(64, dtype=np.float32)[:2]
    asked, said = vectors_around(first, 0.5), vectors_around(second, 0.5)

    def of(table: "dict[str, np.ndarray]", texts: Sequence[str]) -> np.ndarray:
        return np.array([table[text] for text in texts])

    centres = Centres.of(lambda texts: of(asked, texts), lambda texts: of(said, texts))
    for centre, table in ((centres.queries, asked), (centres.passages, said)):
        before = np.array(list(table.values()))
        after = without(centre, before)
        np.testing.assert_allclose(np.linalg.norm(after, axis=1), 1, atol=1e-6)
        assert (before @ before.T).mean() > 0.7
        assert abs((after @ after.T).mean()) < 0.1


def test_vectors_that_spread_stay_as_they_are() -> None:
    around = vectors_around(np.eye(64, dtype=np.float32)[0], 5)
    vectors = np.array(list(around.values()))

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.array([around[text] for text in texts])

    centres = Centres.of(encode, encode)
    assert centres is NOTHING
    assert without(centres.queries, vectors) is vectors


def test_the_texts_are_those_that_indexes_were_built_with() -> None:
    """Other texts give other vectors under the same fingerprint."""
    from hashlib import sha256

    assert len(set(_texts())) == 180
    assert sha256("\n".join(_texts()).encode()).hexdigest()[:16] == "7817f6cf55ed8ecd"
