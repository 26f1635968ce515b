"""The index on disk: written once, verified before use, published by one rename.

    index/LOCK             flock, held by the one builder, never deleted
    index/CURRENT          {"build": ..., "manifest_sha256": ..., "previous": [the same, newest first],
                            "rolled_back": true where `rollback` wrote it}
    index/ENGINES          where engines keep data outside the index, see `chatbot/indexing/engine_data.py`
    index/builds/<id>/     the files of a build, see `chatbot/indexing/format.py`, and MANIFEST.json

A crash costs a build, never the service: everything is staged beside, flushed to disk in order, with the
manifest last, and only then does CURRENT change. A reader checks size and SHA-256 of the very bytes that
it loads, because FAISS reads damaged files without complaint and answers wrongly. docs/RELIABILITY.md says how
each of these promises is tested.
"""

import contextlib
import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chatbot.core.errors import ChatbotError, EngineDown, IndexRefused
from chatbot.core.text import sha256
from chatbot.indexing.disk import (
    map_verified,
    read_verified,
    require_space,
    sync_folder,
    write_durably,
)
from chatbot.indexing.format import FILES, FORMAT, Content
from chatbot.indexing.lock import locked
from chatbot.indexing.manifest import manifest_bytes, parsed_manifest, verified_manifest
from chatbot.indexing.pointer import BUILD_ID, known_builds, published, read_pointer, write_pointer

KEEP = 3  # builds that stay on disk, the served one included

_log = logging.getLogger("chatbot.store")


@dataclass(frozen=True, slots=True)
class StoredBuild:
    """A build whose every byte was checked against its manifest."""

    id: str
    manifest: Mapping[str, Any]
    files: Mapping[str, Content]
    written: bytes  # the manifest as it stands on the disk


class Outside(Protocol):
    """What builds keep outside the index, such as collections of a vector database. Told by their manifests."""

    def verify(self, manifest: Mapping[str, Any]) -> None:
        """IndexRefused or ValueError where something of the build is missing, or is not whole; EngineDown where that
        cannot be found out."""

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """The build is the one that is served from now on."""

    def collect(self, index: Path, kept: Sequence[Mapping[str, Any]]) -> None:
        """Deletes what belongs to none of the builds that are kept."""


def current_build(index: Path) -> str | None:
    """The id of the published build, or None where nothing was ever published."""
    pointer = read_pointer(index)
    return str(pointer["build"]) if pointer else None


def read_manifest(index: Path) -> Mapping[str, Any] | None:
    """The manifest of the published build, verified; None where nothing was ever published."""
    return next(kept_manifests(index)) if read_pointer(index) else None


def kept_manifests(index: Path) -> Iterator[Mapping[str, Any]]:
    """The manifests of the kept builds, the published one first, each verified when it comes."""
    return (verified_manifest(index / "builds" / item["build"], item) for item in _kept(index))


def kept_builds(index: Path) -> list[str]:
    """The ids of the builds that CURRENT knows, the published one first. IndexRefused when there are none."""
    return [item["build"] for item in _kept(index)]


def older_builds(index: Path) -> list[str]:
    """The ids of the kept builds that are older than the published one, the newest first."""
    served, *others = kept_builds(index)
    return sorted((build for build in others if _number(build) < _number(served)), key=_number, reverse=True)


def is_rolled_back(index: Path) -> bool:
    """True where somebody chose the published build by hand, so that no program builds again by itself."""
    pointer = read_pointer(index)
    return bool(pointer and pointer.get("rolled_back"))


def read_build(index: Path, build: str | None = None) -> StoredBuild:
    """The published build, or `build` of those kept, verified. IndexRefused says what is wrong and what to do."""
    while True:
        before = published(index)
        try:
            return _read_build(index, build)
        except IndexRefused:
            if published(index) == before:  # or else a builder deleted it while it was read
                raise


def _read_build(index: Path, build: str | None) -> StoredBuild:
    kept = _kept(index)
    chosen = next((item for item in kept if build in (None, item["build"])), None)
    if chosen is None:
        names = ", ".join(item["build"] for item in kept)
        raise IndexRefused(f"{index}: there is no build {build}; those kept are {names}")
    return _stored(index / "builds" / chosen["build"], chosen)


def _stored(folder: Path, entry: Mapping[str, str]) -> StoredBuild:
    """The build of `entry`, read from `folder` and verified."""
    written = manifest_bytes(folder, entry)
    manifest = parsed_manifest(folder, written)
    files: dict[str, Content] = {}
    for name, facts in manifest["files"].items():
        read = map_verified if name == FILES.vectors else read_verified
        files[name] = read(folder / name, facts["size"], facts["sha256"])
    return StoredBuild(entry["build"], manifest, files, written)


@contextlib.contextmanager
def builder_lock(index: Path, outside: Outside | None = None) -> Iterator[None]:
    """Only one builder at a time. What killed builders left behind is deleted first, also `outside`."""
    with locked(index):
        _sweep(index, outside)
        yield


def publish(
    index: Path,
    files: dict[str, bytes | memoryview],
    facts: Mapping[str, Any],
    check: Callable[[StoredBuild], object] = lambda stored: None,
    outside: Outside | None = None,
) -> str:
    """Writes a build and makes it the current one; returns its id. Call with the `builder_lock`.

    `files` is emptied as it is written: what is read back may be as large, and need not be in memory twice.
    `facts` go into the manifest beside the format and the size and hash of every file. The build is read
    back, verified and given to `check`, which raises where it is of no use, before CURRENT changes; whatever fails
    before that leaves the old build in service. What `outside` keeps for builds that go is deleted after that.
    """
    pointer = read_pointer(index, tolerant=True)
    known = known_builds(pointer) if pointer else []
    digests = {name: {"size": len(data), "sha256": sha256(data)} for name, data in files.items()}
    manifest = json.dumps({"format": FORMAT, **facts, "files": digests}, indent=1, ensure_ascii=False).encode()
    entry = {"build": "", "manifest_sha256": sha256(manifest)}
    with _nothing_left(index, entry):
        taken = [*(path.name for path in _builds(index)), *(item["build"] for item in known)]
        entry["build"] = f"b-{1 + max(map(_number, taken), default=0):06d}-{sha256(manifest)[:6]}"
        files[FILES.manifest] = manifest
        require_space(index, [len(data) for data in files.values()])
        _stage(index, entry, files, check)
        write_pointer(index, {**entry, "previous": known[: KEEP - 1]})
    if _proven(index, entry["build"]):
        _sweep(index, outside)
    return entry["build"]


def holds(index: Path, entry: Mapping[str, str]) -> bool:
    """Whether the index keeps that very build, whole: `entry` has its id and the hash of its manifest."""
    try:
        return entry in _kept(index) and bool(_stored(index / "builds" / entry["build"], entry))
    except IndexRefused:
        return False


def install(
    index: Path,
    entry: Mapping[str, str],
    files: dict[str, bytes | memoryview],
    check: Callable[[StoredBuild], object],
) -> None:
    """Makes a build current that was made in another index, under the id that it has there. Call with the
    `builder_lock`.

    `entry`: its id, and the hash of its manifest. `files`: as for `publish`, with the manifest; they are not looked at
    where the index `holds` the build. It is checked as in `publish`; whatever fails leaves the old build in service.
    What engines keep outside belongs to the other index, so it is never deleted here.
    """
    pointer = read_pointer(index, tolerant=True)
    known = known_builds(pointer) if pointer else []
    others = [item for item in known if item["build"] != entry["build"]]
    is_held = holds(index, entry)
    if is_held and known[0] == entry:
        return
    with _nothing_left(index, {"build": ""} if is_held else entry):
        if not is_held:
            require_space(index, [len(data) for data in files.values()], "pull again")
            folder = index / "builds" / entry["build"]
            if folder.exists():  # it is damaged, or of another index that used this folder
                folder.rename(folder.with_name(f"tmp-old-{entry['build']}"))
            _stage(index, entry, files, check)
        write_pointer(index, {**entry, "previous": others[: KEEP - 1]})
    if _proven(index, entry["build"]):
        _sweep(index, None)


@contextlib.contextmanager
def _nothing_left(index: Path, entry: Mapping[str, str]) -> Iterator[None]:
    """Whatever fails within leaves nothing of the build `entry`; IndexRefused says what it was."""
    try:
        yield
    except (OSError, ChatbotError) as error:
        for name in (f"tmp-{entry['build']}", entry["build"]):
            if entry["build"]:
                shutil.rmtree(index / "builds" / name, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        raise IndexRefused(
            f"{error.filename or index}: cannot be written ({error.strerror}); the index that worked is unchanged"
        ) from None


def rollback(index: Path, build: str | None = None, outside: Outside | None = None) -> str:
    """Publishes an earlier build again: `build`, or the newest that is whole and older than the published one; returns
    its id.

    Call with the `builder_lock`. It is verified first; IndexRefused leaves everything as it was. No build is deleted,
    so this can be taken back.
    """
    kept = _kept(index)
    served = kept[0]["build"]
    target = _newest_whole(index, [build] if build else older_builds(index), outside)
    if target is None:
        raise IndexRefused(f"{index}: keeps no build older than {served}")
    [chosen] = [item for item in kept if item["build"] == target]
    try:
        write_pointer(index, {**chosen, "previous": [item for item in kept if item is not chosen], "rolled_back": True})
    except OSError as error:
        raise IndexRefused(f"{index}: cannot be written ({error.strerror}); {served} is served as before") from None
    _proven(index, target)
    if outside:
        _collect(index, outside)
    return target


def _verified(index: Path, build: str, outside: Outside | None = None) -> StoredBuild:
    """A build whose every byte was checked, also what it keeps `outside`. IndexRefused where it is not whole, and
    EngineDown where that cannot be told."""
    stored = read_build(index, build)
    if outside:
        try:
            outside.verify(stored.manifest)
        except ValueError as error:
            raise IndexRefused(f"{index}: build {build} is not usable ({error}); build the index again") from None
    return stored


def _newest_whole(index: Path, builds: Sequence[str], outside: Outside | None) -> str | None:
    """The first of `builds` that is whole; None of none. IndexRefused where all are damaged, or one that may be whole
    cannot be looked at."""
    for build in builds:
        try:
            return _verified(index, build, outside).id
        except EngineDown as error:
            raise IndexRefused(
                f"{index}: build {build} cannot be looked at ({error}); start it, or name another build"
            ) from None
        except IndexRefused as error:
            if build == builds[-1]:
                raise
            _log.warning("warning: %s: build %s is passed over (%s)", index, build, error)
    return None


def _kept(index: Path) -> list[dict[str, str]]:
    pointer = read_pointer(index)
    if pointer is None:
        raise IndexRefused(f"{index}: holds no index yet; run: python -m chatbot build --index {index}")
    return known_builds(pointer)


def _stage(
    index: Path,
    entry: Mapping[str, str],
    files: dict[str, bytes | memoryview],
    check: Callable[[StoredBuild], object],
) -> None:
    """Puts the build on disk, the manifest last, and under its name only when a reader would take it."""
    stage = index / "builds" / f"tmp-{entry['build']}"
    stage.mkdir(parents=True)
    for name in list(files):
        write_durably(stage / name, files.pop(name))
    sync_folder(stage)
    check(_stored(stage, entry))
    stage.rename(stage.with_name(entry["build"]))
    sync_folder(index / "builds")
    sync_folder(index)


def _proven(index: Path, build: str) -> bool:
    """Whether CURRENT is known to be on the disk. It is served in any case, so this is no error."""
    try:
        sync_folder(index)
    except OSError as error:
        _log.warning(
            "warning: %s: build %s is published, but might not survive a power cut now (%s)",
            index, build, error.strerror,
        )  # fmt: skip
        return False
    return True


def _builds(index: Path) -> list[Path]:
    folder = index / "builds"
    return sorted(path for path in folder.iterdir() if BUILD_ID.fullmatch(path.name)) if folder.is_dir() else []


def _number(build: str) -> int:
    return int(build.split("-")[1])


def _sweep(index: Path, outside: Outside | None) -> None:
    """Deletes what killed builders left behind, and builds that CURRENT does not name, or no longer."""
    with contextlib.suppress(OSError, IndexRefused):
        (index / "CURRENT.tmp").unlink(missing_ok=True)
        pointer = read_pointer(index)
        kept = {item["build"] for item in known_builds(pointer)} if pointer else None
        for path in sorted((index / "builds").iterdir()):
            unnamed = kept is not None and BUILD_ID.fullmatch(path.name) and path.name not in kept
            if path.name.startswith("tmp-") or unnamed:
                shutil.rmtree(path, ignore_errors=True)
    if outside:
        _collect(index, outside)


def _collect(index: Path, outside: Outside) -> None:
    """What cannot be deleted now, because a service is down, is deleted after the next build. Nothing is where builds
    are there and nobody knows which are kept."""
    try:
        kept = list(kept_manifests(index)) if read_pointer(index) else []
        if kept:
            outside.publish(kept[0])
        if kept or not _builds(index):
            outside.collect(index, kept)
    except (OSError, ValueError, IndexRefused, EngineDown) as error:
        _log.warning("warning: %s: what old builds keep outside was not deleted (%s)", index, error)
