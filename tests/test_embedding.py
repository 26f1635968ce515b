"""Passages to vectors: in parts, each text once, and taken over from an earlier build where that is right."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from chatbot.core.types import Passage
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.protocols import Progress
from chatbot.indexing.embedding import embed

TEXTS = ["cats eat mice", "dogs bark", "cats eat mice", "owls", "dogs bark", "bees hum", "cats eat mice", "fish"]


class CountingEncoder(HashingEncoder):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        self.texts += texts
        if progress:
            progress(len(texts), len(texts))
        return super().encode_passages(texts)


def passages(texts: Sequence[str]) -> list[Passage]:
    return [Passage(row, "question", text) for row, text in enumerate(texts)]


@pytest.mark.parametrize("part", [1, 2, 3, 100])
def test_each_text_is_encoded_once_whatever_the_parts(part: int) -> None:
    """Red without: `repeated`; `encoded` in the progress."""
    encoder, seen = CountingEncoder(), list[tuple[int, int]]()
    index, encoded = embed(passages(TEXTS), encoder, progress=lambda done, total: seen.append((done, total)), part=part)
    assert sorted(encoder.texts) == sorted(set(TEXTS))
    assert encoded == len(set(TEXTS))
    assert seen[-1] == (encoded, encoded)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    np.testing.assert_array_equal(index.rows(range(len(TEXTS))), HashingEncoder().encode_passages(TEXTS))


@pytest.mark.parametrize("part", [1, 3, 100])
def test_what_an_earlier_build_holds_is_taken_over(part: int) -> None:
    """Red without: `known` in `fresh`."""
    before = passages(["owls", "bees hum", "gone"])
    old, _ = embed(before, HashingEncoder())
    encoder = CountingEncoder()
    index, encoded = embed(passages(TEXTS), encoder, (before, old), part=part)
    assert sorted(encoder.texts) == ["cats eat mice", "dogs bark", "fish"]
    assert encoded == 3
    np.testing.assert_array_equal(index.rows(range(len(TEXTS))), HashingEncoder().encode_passages(TEXTS))


def test_rounded_vectors_are_not_taken_over_into_an_index_that_is_exact() -> None:
    """Or a build would hang on what was built before. Red without: the look at `is_half`."""
    into = partial(embed, half_from=len(TEXTS))
    large = passages(TEXTS)
    old, _ = into(large, HashingEncoder())
    small = large[:5]
    index, encoded = into(small, HashingEncoder(), (large, old))
    assert encoded == len(set(TEXTS[:5]))
    assert index.to_bytes() == into(small, HashingEncoder())[0].to_bytes()
    assert into(large, HashingEncoder(), (large, old))[0].to_bytes() == old.to_bytes()
