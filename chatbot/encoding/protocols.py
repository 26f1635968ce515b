"""What an encoder is, and what all of them share."""

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from chatbot.core.settings import BotSettings

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


class Export(Protocol):
    """The copy of an encoder that an index keeps, so that serving it needs neither torch nor the model."""

    @property
    def index(self) -> Path:
        """The index that keeps it."""

    @property
    def is_kept(self) -> bool:
        """Whether the index seems to hold it: the model itself is not read."""

    @property
    def is_lacking(self) -> bool:
        """Whether the encoder runs the slow way because the copy is missing or damaged."""

    def suits(self, settings: BotSettings) -> bool:
        """Whether the encoder runs as `settings` say, and from the copy."""

    def keep(self, texts: Sequence[str]) -> None:
        """Makes the copy, tried on `texts`, unless it is there and whole."""


class Encoder(Protocol):
    """Text to vectors of length 1: the dot product of two is their cosine."""

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits; vectors of two encoders may be compared only where these are equal."""

    @property
    def tells_apart(self) -> bool:
        """Whether a text may have one vector as a question and another as a passage."""

    @property
    def export(self) -> Export | None:
        """What an index keeps of it; None where it needs no copy there."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """(len(texts), dim) float32, for what visitors type."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """(len(texts), dim) float32, for what the FAQ says. No texts: (0, 0), and no model is loaded."""


def unit(vectors: np.ndarray) -> np.ndarray:
    """Models that normalise do so to float precision; others do not at all."""
    lengths: np.ndarray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
