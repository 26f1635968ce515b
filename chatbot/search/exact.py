"""Exact search: every passage is compared. At FAQ sizes that is faster than any approximate index, and never wrong."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from chatbot.search.protocols import Condition, Hits
from chatbot.search.vectors import Vectors

if TYPE_CHECKING:
    from chatbot.search.faiss_index import FlatIndex


class ExactIndex:
    """FAISS is loaded when something is searched. That takes 0.1 s, and a small FAQ never needs it: all of its passages
    are compared anyway."""

    def __init__(self, vectors: Vectors, n: int) -> None:
        """Of the first `n` vectors."""
        self._vectors, self._n = vectors, n

    def search(
        self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None
    ) -> Hits:
        return self._flat.search(queries, k, allowed)

    def load(self) -> None:
        """Loads what a search needs, so that the first one does not have to."""
        self._flat  # noqa: B018

    @cached_property
    def _flat(self) -> "FlatIndex":
        from chatbot.search.faiss_index import FlatIndex

        return FlatIndex(self._vectors, self._n)
