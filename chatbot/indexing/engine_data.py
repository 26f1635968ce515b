"""What vector engines keep for builds outside their folders, such as a collection of a vector database."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.core.errors import EngineDown, IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.indexing.disk import sync_folder, write_durably
from chatbot.search.engines import ENGINES
from chatbot.search.protocols import EngineModule, Facts, Place

Manifest = Mapping[str, Any]

_PLACES = "ENGINES"  # a file of the index


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
    place: Place | None = None  # where it keeps data for the index, if it does


def wrong_engine(settings: BotSettings, corpus: Path) -> str:
    """What keeps a build of `corpus` from using the engine that the settings name; "" for nothing."""
    if settings.engine not in ENGINES:
        return f"there is no such engine; the engines are {', '.join(ENGINES)}"
    engine = ENGINES[settings.engine]
    if wrong := engine.wrong(settings):
        return wrong
    uri = engine.place(settings)
    if uri and "://" not in uri and Path(uri).resolve().is_relative_to(corpus.resolve()):
        return f"{uri} lies in the corpus and would be read as content; name another path as engine_uri"
    return ""


def engine_for(index: Path, settings: BotSettings) -> Engine:
    """That of a build into `index`. Call with the builder's lock: what is kept outside is written down before anything
    is, so that a builder which is killed leaves nothing that nobody knows of."""
    uri = ENGINES[settings.engine].place(settings)
    if not uri:
        return Engine(settings.engine)
    places = _places(index)
    place = next((place for name, place in places if (name, place.uri) == (settings.engine, uri)), None)
    if place is None:
        place = Place(uri, secrets.token_hex(8))
        _write_places(index, [*places, (settings.engine, place)])
    return Engine(settings.engine, place)


class EngineData:
    """For the store, which knows files only: checks, announces and deletes what the engines keep."""

    def verify(self, manifest: Manifest) -> None:
        """IndexRefused, EngineDown or ValueError where what a build keeps outside is not there, is not whole, or cannot
        be looked at."""
        engine, facts = engine_of(manifest)
        engine.verify(facts)

    def publish(self, manifest: Manifest) -> None:
        """Tells the engine that this build is served from now on."""
        engine, facts = engine_of(manifest)
        engine.publish(facts)

    def collect(self, index: Path, kept: Sequence[Manifest]) -> None:
        """Deletes what belongs to no build of `kept`, also in places that no build uses any more."""
        by_engine = [engine_of(manifest) for manifest in kept]
        places = _places(index)
        used, failures = [], []
        for name, place in places:
            own = [facts for engine, facts in by_engine if engine is ENGINES[name] and facts["owner"] == place.owner]
            try:
                ENGINES[name].collect(place, own)
            except (EngineDown, IndexRefused) as error:  # and the other places are looked at all the same
                failures.append(error)
                used.append((name, place))
                continue
            if own:
                used.append((name, place))
        if used != places:
            _write_places(index, used)
        if failures:
            raise failures[0]


def trouble_of(manifest_search: Facts) -> str:
    """Why a build cannot be searched now; "" for no reason. `manifest_search`: what its manifest says of its search."""
    engine, facts = engine_of({"search": manifest_search})
    return engine.trouble(facts)


def _places(index: Path) -> list[tuple[str, Place]]:
    """Where engines keep data for `index`. None of a copy of another index: what that has is not to be deleted."""
    try:
        data = json.loads((index / _PLACES).read_bytes())
        if data["index"] != str(index.resolve()):
            return []
        return [(name, Place(uri, owner)) for name, uri, owner in data["places"] if name in ENGINES]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexRefused(f"{index / _PLACES}: cannot be read ({error}); delete it, and build again") from None


def _write_places(index: Path, places: Sequence[tuple[str, Place]]) -> None:
    data = {"index": str(index.resolve()), "places": [[name, *place] for name, place in places]}
    new = index / f"{_PLACES}.tmp"
    try:
        new.unlink(missing_ok=True)
        write_durably(new, json.dumps(data, indent=1).encode())
        new.replace(index / _PLACES)
        sync_folder(index)
    except OSError as error:
        raise IndexRefused(f"{index / _PLACES}: cannot be written ({error.strerror})") from None
