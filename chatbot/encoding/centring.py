"""Vectors without what all of them have in common.

Many encoders put all texts into a narrow cone: with multilingual-e5-small two texts that have nothing to do with each
other have a cosine of .75, so that no threshold that holds for others holds for them. The mean of texts on anything, in
many languages, is taken away (Mu and Viswanath 2018). Then they are near 0, as with the encoders that ship. It also
takes away some of what tells one language from another: more questions find their answer in another language.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.encoding.protocols import unit

_TEXTS = Path(__file__).with_name("centring.txt")  # never changed: other texts would give other vectors
_NARROW = 0.5  # length of a mean of unit vectors from which on it is taken away; it is .2 and less where they spread

Encode = Callable[[Sequence[str]], np.ndarray]


class Centres(NamedTuple):
    """What is taken away: (d,) each, or empty where nothing is."""

    queries: np.ndarray
    passages: np.ndarray

    @classmethod
    def of(cls, encode_queries: Encode, encode_passages: Encode) -> "Centres":
        """Measured on an encoder, whose vectors have length 1."""
        means = [np.asarray(encode(_texts()).mean(axis=0), np.float32) for encode in (encode_queries, encode_passages)]
        return cls(*means) if min(map(np.linalg.norm, means)) >= _NARROW else NOTHING


NOTHING = Centres(np.empty(0, np.float32), np.empty(0, np.float32))


def without(centre: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """(n, d) of length 1, of (n, d) `vectors` of length 1."""
    return unit(vectors - centre) if len(centre) and len(vectors) else vectors


@cache
def _texts() -> tuple[str, ...]:
    return tuple(_TEXTS.read_text(encoding="utf-8").splitlines())
