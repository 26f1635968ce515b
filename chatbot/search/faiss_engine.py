"""The engine that needs no server: FAISS, in the process that answers.

All passages are searched as long as that takes less than 10 ms of one core. Larger corpora are put into clusters, see
`chatbot/search/recall.py`; these stand in `clusters.faiss`. An exact index needs no file: it is made of the vectors.

FAISS is imported where it is needed, as that takes 0.1 s, and a small FAQ is answered without a search.
"""

import dataclasses
from collections.abc import Collection

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.search.candidates import Depths
from chatbot.search.exact import ExactIndex
from chatbot.search.faiss_facts import CLUSTERS, FaissSearch, Limits
from chatbot.search.protocols import Facts, Files, Labels, Place, Prepared, VectorEngine
from chatbot.search.vectors import Vectors


def wrong(settings: BotSettings) -> str:
    return ""


def place(settings: BotSettings) -> str:
    return ""


def prepare(
    vectors: Vectors,
    n: int,
    questions: np.ndarray,
    settings: BotSettings,
    labels: Labels,
    place: Place | None,
    limits: Limits | None = None,
) -> Prepared:
    from chatbot.search.faiss_index import ClusteredIndex
    from chatbot.search.recall import chosen

    index, search = chosen(vectors, n, questions, limits)
    files = {CLUSTERS: index.to_bytes()} if isinstance(index, ClusteredIndex) else {}
    return Prepared(index, dataclasses.asdict(search), files)


def reopen(facts: Facts, files: Files, vectors: Vectors, n: int, settings: BotSettings) -> VectorEngine:
    search = FaissSearch(**facts)
    if search.kind == "exact" and CLUSTERS not in files:
        exact = ExactIndex(vectors, n)
        if n > Depths().all_up_to:
            exact.load()
        return exact
    if search.kind != "clustered" or CLUSTERS not in files:
        raise ValueError(f"its vectors are not searched as the manifest says: {search}")
    from chatbot.search.faiss_index import ClusteredIndex

    index = ClusteredIndex.from_bytes(files[CLUSTERS])
    expected, actual = (
        (n, vectors.dim, search.clusters, search.probes),
        (len(index), index.dim, index.clusters, index.probes),
    )
    if actual != expected:
        raise ValueError(f"its vectors are not searched as the manifest says: {actual} instead of {expected}")
    return index


def verify(facts: Facts) -> None:
    """All that it keeps is in the folder of the build, whose files are checked anyway."""


def publish(facts: Facts) -> None:
    """Nothing outside has to know."""


def collect(place: Place, kept: Collection[Facts]) -> None:
    """All that it keeps goes with the folder of the build."""


def trouble(facts: Facts) -> str:
    """It is in this process."""
    return ""
