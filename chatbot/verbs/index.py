"""Verbs on an index: build it, see what a build would change, check it, go back."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.core.errors import ChatbotError, ContentError, EncoderError, EngineDown, IndexRefused
from chatbot.core.settings_sources import load_bot_settings

if TYPE_CHECKING:
    from chatbot.encoding.pool import EncoderPool
    from chatbot.encoding.protocols import Progress
    from chatbot.indexing.builder import BuildReport
    from chatbot.indexing.site_folders import SiteFolder
    from chatbot.insight.compare import Change


def build(
    corpus: str | Path, index: str | Path, progress: "Progress | None" = None, encode_with: str | None = None
) -> "BuildReport":
    """Reads `corpus`, encodes what is new, and publishes the build into `index`. Readers never see a half-written one.

    `progress`: called with (texts encoded, texts in all). `encode_with`: "ray", or "ray:ADDRESS" of a cluster, which
    encodes where there is much. ContentError lists every mistake of the corpus; after any error the index that worked
    is untouched.
    """
    from chatbot.indexing.builder import build_of, read_sources, sound_settings
    from chatbot.indexing.encoders import encoder_of

    index = Path(index)
    if encode_with:
        from chatbot.encoding.ray_encoder import RayEncoder, ray_address

        address = ray_address(encode_with)  # what is wrong with it is said before anything is read
    read = read_sources(Path(corpus), index, sound_settings(Path(corpus)))
    encoder = encoder_of(index, read.settings)
    if encode_with:
        encoder = RayEncoder(encoder, index / "encoders" / encoder.fingerprint, address)
    return build_of(read, index, encoder, progress)


@dataclass(frozen=True, slots=True)
class SiteBuilt:
    """What became of one of many sites: a `report`, or an `error`; neither where the build was up to date."""

    name: str
    report: "BuildReport | None" = None
    error: ChatbotError | None = None


def build_sites(sites: str | Path, data: str | Path | None = None) -> Iterator[SiteBuilt]:
    """Builds each site in the folder `sites` that is not up to date. What is wrong with one stops no other.

    `data`: the folder of their indexes, if not `.data` in `sites`. UsageError where `sites` is no folder of sites.
    """
    from chatbot.encoding.pool import EncoderPool
    from chatbot.indexing.site_folders import DATA, SiteFolders

    folders = SiteFolders(Path(sites), Path(data) if data else Path(sites) / DATA)
    pool = EncoderPool()
    return (_site_built(folder, pool) for folder in folders.look().sites.values())


def _site_built(folder: "SiteFolder", pool: "EncoderPool") -> SiteBuilt:
    from chatbot.indexing.builder import build_of, read_sources, sound_settings
    from chatbot.indexing.encoders import encoder_of
    from chatbot.indexing.shared_encoders import adopt

    try:
        if folder.trouble:
            raise ContentError(folder.trouble)
        settings = sound_settings(folder.corpus)
        if is_up_to_date(folder.corpus, folder.index):
            return SiteBuilt(folder.name)
        with contextlib.suppress(OSError):  # on a disk without links each has a copy
            adopt(folder.index, (home / "index" for home in folder.home.parent.iterdir()))
        read = read_sources(folder.corpus, folder.index, settings)
        return SiteBuilt(folder.name, build_of(read, folder.index, encoder_of(folder.index, read.settings, pool=pool)))
    except ChatbotError as error:
        return SiteBuilt(folder.name, error=error)


def is_up_to_date(corpus: str | Path, index: str | Path) -> bool:
    """Whether `build` would give the build that is published already. False where none is published, or the published
    one is damaged. SettingsError or EncoderError where the settings or the model are wrong."""
    from chatbot.indexing.builder import is_stale
    from chatbot.indexing.choosing import settle
    from chatbot.indexing.encoders import encoder_of

    settings = settle(Path(corpus), Path(index), load_bot_settings(Path(corpus)))
    return not is_stale(Path(corpus), Path(index), settings, encoder_of(Path(index), settings))


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a build would change."""

    served: str  # id of the published build
    report: "BuildReport"  # of the draft; it has no id
    questions: int  # that were asked of both
    changes: "Sequence[Change]"  # those that get another answer


def dry_run(
    corpus: str | Path,
    index: str | Path,
    queries: str | Path | None = None,
    progress: "Progress | None" = None,
    only_queries: bool = False,
) -> DryRun:
    """Whose answer would change, asked of the published build and of a draft. Nothing is published.

    The questions are those of both builds, unless `only_queries`, and those of `queries` (see `evaluate`).
    ContentError lists the mistakes of the corpus; IndexRefused where nothing is published yet.
    """
    from chatbot.dialogue.served import Served
    from chatbot.encoding.sentence_transformers import load_reranker
    from chatbot.indexing.builder import draft, read_content, sound_settings
    from chatbot.indexing.choosing import settled
    from chatbot.indexing.encoders import encoder_of
    from chatbot.insight.compare import changes, questions_of
    from chatbot.insight.evaluate import read_queries

    corpus, index = Path(corpus), Path(index)
    settings = sound_settings(corpus)
    more = [query.text for query in read_queries(Path(queries))] if queries else []
    content = read_content(corpus, settings)
    settings = settled(settings, content.entries, index)
    encoder = encoder_of(index, settings)
    before = Served.open(index, encoder)
    drafted = draft(content, {}, index, settings, encoder, progress)
    after = Served(drafted.build, encoder, load_reranker(settings.reranker))
    questions = [*([] if only_queries else questions_of(before.build, after.build)), *more]
    return DryRun(before.build.id, drafted.report, len(questions), changes(before, after, questions))


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What is published, and what else is kept."""

    build_id: str
    created: str  # ISO 8601, UTC
    program: str  # version that made it
    entries: int
    passages: int
    dim: int
    encoder: Mapping[str, Any]  # name, fingerprint, and how it is run
    search: Mapping[str, Any]  # engine, and how it searches
    bytes: int
    rolled_back: bool  # somebody chose it by hand
    kept: Sequence[str]  # ids, the published one first


def info(index: str | Path) -> IndexInfo:
    """IndexRefused where nothing is published, or the published build is damaged."""
    from chatbot.indexing.encoders import how_run
    from chatbot.indexing.store import is_rolled_back, kept_builds, read_manifest

    index = Path(index)
    kept = kept_builds(index)
    try:
        manifest = read_manifest(index) or {}
    except IndexRefused as error:
        others = f"; or publish one of {', '.join(kept[1:])} again: rollback BUILD" if kept[1:] else ""
        raise IndexRefused(f"{error}{others}") from None
    return IndexInfo(
        kept[0],
        **{key: manifest[key] for key in ("created", "program", "entries", "passages", "dim")},
        encoder={**manifest["encoder"], **how_run(index, manifest)},
        search=manifest.get("search", {}),
        bytes=sum(facts["size"] for facts in manifest["files"].values()),
        rolled_back=is_rolled_back(index),
        kept=kept,
    )


@dataclass(frozen=True, slots=True)
class RolledBack:
    build_id: str  # that is published now
    before: str | None  # that was


def rollback(index: str | Path, build: str | None = None) -> RolledBack:
    """Publishes an earlier build again: `build`, or the newest whole one before the published. It stays until somebody
    builds. IndexRefused leaves everything as it was."""
    from chatbot.indexing.engine_data import EngineData
    from chatbot.indexing.store import builder_lock, current_build, rollback

    index = Path(index)
    with builder_lock(index, EngineData()):
        before = current_build(index)
        return RolledBack(rollback(index, build, EngineData()), before)


@dataclass(frozen=True, slots=True)
class Verified:
    """What an index holds, byte for byte."""

    builds: Mapping[str, Mapping[str, Any]]  # id -> file -> size and SHA-256, of those that are whole
    encoders: Mapping[str, Mapping[str, Any]]  # fingerprint -> the same
    problems: Sequence[str]  # one sentence for each build or encoder that is not whole


def verify(index: str | Path) -> Verified:
    """Reads and opens every kept build, since one may be rolled back to, or served where the published one is damaged;
    and reads the encoders beside them. IndexRefused where there is no index; what is wrong with a build is in
    `problems`."""
    from chatbot.encoding.onnx import verified_facts
    from chatbot.indexing.build import opened
    from chatbot.indexing.encoders import kept_encoders, wanted_encoder
    from chatbot.indexing.store import kept_builds, read_build

    index = Path(index)
    builds: dict[str, Mapping[str, Any]] = {}
    encoders: dict[str, Mapping[str, Any]] = {}
    problems: list[str] = []
    wanted: set[str] = set()
    for build in kept_builds(index):
        try:
            stored = read_build(index, build)
            opened(index, stored, is_engine_up=True)
        except IndexRefused as error:
            problems.append(str(error))
            continue
        except EngineDown as error:
            problems.append(f"{index}: what build {build} keeps outside cannot be looked at ({error})")
            continue
        builds[build] = stored.manifest["files"]
        wanted |= wanted_encoder(stored.manifest)
    for folder in sorted({*kept_encoders(index), *(index / "encoders" / name for name in wanted)}):
        try:
            encoders[folder.name] = verified_facts(folder).files
        except EncoderError as error:
            problems.append(str(error))
    return Verified(builds, encoders, problems)
