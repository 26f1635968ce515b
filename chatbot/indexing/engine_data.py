"""What vector engines keep for builds outside their folders, such as a collection of a vector database."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.core.errors import IndexRefused
from chatbot.indexing.store import read_manifest
from chatbot.search.engines import ENGINES
from chatbot.search.protocols import EngineModule, Facts

Manifest = Mapping[str, Any]


def engine_of(manifest: Manifest) -> tuple[EngineModule, Facts]:
    """The engine that a manifest names, and what the manifest says of its search. ValueError where there is no such
    engine."""
    facts = dict(manifest.get("search", {}))
    name = facts.pop("engine", "faiss")  # builds of format 2 name none
    if name not in ENGINES:
        raise ValueError(f'its vectors are in the engine "{name}"; this program has {", ".join(ENGINES)}')
    return ENGINES[name], facts


def keeps_outside(manifest: Manifest) -> bool:
    """Whether the files of a build are not all that its engine needs. ValueError where there is no such engine."""
    return engine_of(manifest)[0] is not ENGINES["faiss"]


@dataclass(frozen=True, slots=True)
class Engine:
    """What is to search a build."""

    name: str = "faiss"
    before: Facts | None = None  # of the published build, if the same engine searches it


def facts_before(index: Path, name: str) -> Facts | None:
    """What the published build says of the engine `name`; None where another engine searches it, or none is whole."""
    with contextlib.suppress(IndexRefused, ValueError):
        manifest = read_manifest(index)
        if manifest and manifest["search"].get("engine") == name:
            return engine_of(manifest)[1]
    return None


class EngineData:
    """For the store, which knows files only: checks and deletes what the engines keep."""

    def verify(self, manifest: Manifest) -> None:
        """IndexRefused or ValueError where what a build keeps outside is not there, or is not whole."""
        engine, facts = engine_of(manifest)
        engine.verify(facts)

    def collect(self, kept: Sequence[Manifest]) -> None:
        """Deletes what belongs to no build of `kept`."""
        by_engine = [engine_of(manifest) for manifest in kept]
        for engine in ENGINES.values():
            if own := [facts for other, facts in by_engine if other is engine]:
                engine.collect(own)
