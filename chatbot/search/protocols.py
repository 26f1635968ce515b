"""What a vector engine is: it finds the vectors that are nearest to a query. It knows nothing of questions and answers.

An engine is a module that has the functions of `EngineModule`. `chatbot/search/engines.py` lists them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.search.vectors import Vectors

Facts = Mapping[str, Any]  # what the manifest of a build says of its search, as JSON
Files = Mapping[str, bytes | memoryview]  # name -> content


class Hits(NamedTuple):
    """The passages nearest to each query. Row numbers of -1 mean: no more passages."""

    rows: np.ndarray  # (queries, k) int64
    scores: np.ndarray  # (queries, k) float32, cosine, higher is better, falling along a row


class Condition(NamedTuple):
    """A filter in words, for engines that know languages and tags: entries in one of `languages`, as `spoken` gives
    them, that have all `tags`. Empty: any."""

    languages: Sequence[str]
    tags: Sequence[str]


class VectorEngine(Protocol):
    """Searches the first passages of a build: all but the sentences of answers."""

    def search(
        self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None, condition: Condition | None = None
    ) -> Hits:
        """`queries`: (m, d) float32, every row of length 1. `allowed`: (searched passages,) bool, which of them may be
        hits. `condition`: the same in words, where it can be said in words; an engine may go by either. EngineDown
        where the engine cannot be asked, or does not answer in time."""


class Labels(NamedTuple):
    """What an engine may keep beside the vectors, to search by `Condition`."""

    entries: Sequence[Entry]
    entry: np.ndarray  # (searched passages,) int64: the row of the entry of each


class Prepared(NamedTuple):
    """An engine that was made for a build, and what the build stores to open it again."""

    engine: VectorEngine
    facts: Facts
    files: Files  # in the folder of the build; an engine that keeps its vectors elsewhere needs none


class Place(NamedTuple):
    """Where an engine keeps data of one index outside the folders of its builds."""

    uri: str  # without secrets
    owner: str  # stands in the name of all that is kept there for this index, and of nothing else


class EngineModule(Protocol):
    """The functions of an engine's module. IndexRefused or ValueError say what is wrong, and what to do; EngineDown,
    that the engine cannot be asked now."""

    def wrong(self, settings: BotSettings) -> str:
        """What of this machine or the settings keeps a build from using the engine; "" for nothing."""

    def place(self, settings: BotSettings) -> str:
        """The `uri` of the `Place` that a build with these settings would use; "" for an engine that keeps nothing
        outside. Secrets come from the environment, and neither this nor the manifest has any."""

    def prepare(
        self,
        vectors: Vectors,
        n: int,
        questions: np.ndarray,
        settings: BotSettings,
        labels: Labels,
        place: Place | None,
    ) -> Prepared:
        """An engine for the first `n` of `vectors`. `questions`: (m, d) float32, every row of length 1, on which an
        approximate search can be tried. `place`: None for an engine that keeps nothing outside."""

    def reopen(self, facts: Facts, files: Files, vectors: Vectors, n: int, settings: BotSettings) -> VectorEngine:
        """The engine of a build, from what `prepare` gave. ValueError where it does not fit."""

    def verify(self, facts: Facts) -> None:
        """IndexRefused where what the engine keeps outside the folder of the build is not there, or is not whole."""

    def publish(self, facts: Facts) -> None:
        """The build of these facts is the one that is served from now on."""

    def collect(self, place: Place, kept: Collection[Facts]) -> None:
        """Deletes what is kept in `place` for builds that are no longer kept. `kept`: of those of the index that
        are, and that this engine searches."""

    def trouble(self, facts: Facts) -> str:
        """Why the build cannot be searched now, as the code of an error; "" where nothing is known to stand in the
        way. Called each second; at most now and then it asks the engine, and never for more than a second."""
