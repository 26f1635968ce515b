"""What a vector engine is: it finds the vectors that are nearest to a query. It knows nothing of questions and answers.

An engine is a module that has the functions of `EngineModule`. `chatbot/search/engines.py` lists them.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.search.vectors import Vectors

Facts = Mapping[str, Any]  # what the manifest of a build says of its search, as JSON
Files = Mapping[str, bytes | memoryview]  # name -> content


class Hits(NamedTuple):
    """The passages nearest to each query. Row numbers of -1 mean: no more passages."""

    rows: np.ndarray  # (queries, k) int64
    scores: np.ndarray  # (queries, k) float32, cosine, higher is better, falling along a row


class VectorEngine(Protocol):
    """Searches the first passages of a build: all but the sentences of answers."""

    def search(self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None) -> Hits:
        """`queries`: (m, d) float32, every row of length 1. `allowed`: (searched passages,) bool, which of them may be
        hits."""


class Prepared(NamedTuple):
    """An engine that was made for a build, and what the build stores to open it again."""

    engine: VectorEngine
    facts: Facts
    files: Files  # in the folder of the build; an engine that keeps its vectors elsewhere needs none


class EngineModule(Protocol):
    """The functions of an engine's module. IndexRefused or ValueError say what is wrong, and what to do."""

    def prepare(
        self, vectors: Vectors, n: int, questions: np.ndarray, settings: BotSettings, before: Facts | None
    ) -> Prepared:
        """An engine for the first `n` of `vectors`. `questions`: (m, d) float32, every row of length 1, on which an
        approximate search can be tried. `settings`: may say where the engine is; secrets come from the environment, and
        the manifest has none. `before`: of the published build, if the same engine searches it. An engine that keeps
        data outside learns from it which of that belongs to this index."""

    def reopen(self, facts: Facts, files: Files, vectors: Vectors, n: int) -> VectorEngine:
        """The engine of a build, from what `prepare` gave. ValueError where it does not fit."""

    def verify(self, facts: Facts) -> None:
        """IndexRefused where what the engine keeps outside the folder of the build is not there, or is not whole."""

    def collect(self, kept: Collection[Facts]) -> None:
        """Deletes what the engine keeps outside for builds that are no longer kept. `kept`: of those that are, all of
        one index, at least one."""
