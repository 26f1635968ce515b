"""What an encoder is, and what all of them share."""

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np

BATCH = 64

Progress = Callable[[int, int], None]  # (texts done, texts in all)

T = TypeVar("T")


class loaded_once(cached_property[T]):  # a decorator
    """A `cached_property` that threads wait for where another makes it already: a model would be in memory twice."""

    def __init__(self, load: Callable[[Any], T]) -> None:
        super().__init__(load)
        self._loading = threading.RLock()

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> T:  # type: ignore[override]
        with self._loading:
            value: T = super().__get__(instance, owner)
        return value


class Encoder(Protocol):
    """Text to vectors of length 1: the dot product of two is their cosine."""

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits; vectors of two encoders may be compared only where these are equal."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """(len(texts), dim) float32, for what visitors type."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """(len(texts), dim) float32, for what the FAQ says. No texts: (0, 0), and no model is loaded."""


def unit(vectors: np.ndarray) -> np.ndarray:
    """Models that normalise do so to float precision; others do not at all."""
    lengths: np.ndarray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
