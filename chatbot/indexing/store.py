"""The index on disk: written once, verified before use, published by one rename.

    index/LOCK             flock, held by the one builder, never deleted
    index/CURRENT          {"build": ..., "manifest_sha256": ..., "previous": [the same, newest first],
                            "rolled_back": true where `rollback` wrote it}
    index/builds/<id>/     entries.jsonl  passages.jsonl  vectors.faiss  lexical.npz  calibration.json  rehearsal.npz
                           MANIFEST.json

A crash costs a build, never the service: everything is staged beside, flushed to disk in order, with the
manifest last, and only then does CURRENT change. A reader checks size and SHA-256 of the very bytes that
it loads, because FAISS reads damaged files without complaint and answers wrongly.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import IndexRefused
from chatbot.text import sha256

FORMAT = 1  # of the files of a build; a build of another format is refused by name
KEEP = 3  # builds that stay on disk, the served one included

_BUILD_ID = re.compile(r"b-\d{6,}-[0-9a-f]{6}")
_POINTER_LIMIT = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class BuildFiles:
    """The file names of a build; the only place that spells them."""

    entries: str = "entries.jsonl"
    passages: str = "passages.jsonl"
    vectors: str = "vectors.faiss"
    lexical: str = "lexical.npz"
    calibration: str = "calibration.json"
    rehearsal: str = "rehearsal.npz"
    manifest: str = "MANIFEST.json"


FILES = BuildFiles()


@dataclass(frozen=True, slots=True)
class StoredBuild:
    """A build whose every byte was checked against its manifest."""

    id: str
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]


def published(index: Path) -> bytes | None:
    """CURRENT as it stands, whole or damaged, to notice that it changed; None where there is none to read."""
    try:
        return (index / "CURRENT").read_bytes()
    except OSError:
        return None


def current_build(index: Path) -> str | None:
    """The id of the published build, or None where nothing was ever published."""
    pointer = _pointer(index)
    return str(pointer["build"]) if pointer else None


def read_manifest(index: Path) -> Mapping[str, Any] | None:
    """The manifest of the published build, verified; None where nothing was ever published."""
    pointer = _pointer(index)
    return _manifest(index, pointer) if pointer else None


def kept_builds(index: Path) -> list[str]:
    """The ids of the builds that CURRENT knows, the published one first. IndexRefused when there are none."""
    return [item["build"] for item in _kept(index)]


def is_rolled_back(index: Path) -> bool:
    """True where somebody chose the published build by hand, so that no program builds anew by itself."""
    pointer = _pointer(index)
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
    found = next((item for item in kept if build in (None, item["build"])), None)
    if found is None:
        names = ", ".join(item["build"] for item in kept)
        raise IndexRefused(f"{index}: there is no build {build}; those kept are {names}")
    manifest = _manifest(index, found)
    folder = index / "builds" / found["build"]
    files = {name: _verified(folder / name, facts) for name, facts in manifest["files"].items()}
    return StoredBuild(found["build"], manifest, files)


@contextlib.contextmanager
def builder_lock(index: Path) -> Iterator[None]:
    """Only one builder at a time. The kernel frees the lock when the process ends, however it ends."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = (index / "LOCK").open("a")
    except OSError as error:
        raise IndexRefused(f"{index}: cannot be written ({error.strerror}); name another with --index") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise IndexRefused(f"{index}: another build is running; wait until it has ended") from None
        _sweep(index)
        yield


def publish(index: Path, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> str:
    """Writes a build and makes it the current one; returns its id. Call with `builder_lock` held.

    `facts` go into the manifest beside the format and the size and hash of every file. The build is read
    back and verified before CURRENT changes; whatever fails before that leaves the old build in service.
    """
    pointer = _pointer(index, tolerant=True)
    digests = {name: {"size": len(data), "sha256": sha256(data)} for name, data in files.items()}
    manifest = json.dumps({"format": FORMAT, **facts, "files": digests}, indent=1, ensure_ascii=False).encode()
    number = 1 + max((_number(path.name) for path in _builds(index)), default=0)
    build = f"b-{number:06d}-{sha256(manifest)[:6]}"
    stage = index / "builds" / f"tmp-{build}"
    try:
        stage.mkdir(parents=True)
        for name, data in [*files.items(), (FILES.manifest, manifest)]:
            _write(stage / name, data)
        _sync_folder(stage)
        for name, facts_of_file in digests.items():
            _verified(stage / name, facts_of_file)
        stage.rename(stage.with_name(build))
        _sync_folder(index / "builds")
        _sync_folder(index)
        entry = {"build": build, "manifest_sha256": sha256(manifest)}
        previous = (_known(pointer) if pointer else [])[: KEEP - 1]
        _point(index, {**entry, "previous": previous})
    except OSError as error:
        shutil.rmtree(stage, ignore_errors=True)
        raise IndexRefused(
            f"{error.filename or index}: cannot be written ({error.strerror}); the index that worked is unchanged"
        ) from None
    # From here on the new build is served, so nothing below may report that it is not.
    with contextlib.suppress(OSError):
        _sync_folder(index)
    kept = {build, *(item["build"] for item in previous)}
    for path in _builds(index):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
    return build


def rollback(index: Path, build: str | None = None) -> str:
    """Publishes an earlier build again: `build`, or the newest that is older than the published one; returns its id.

    Call with `builder_lock` held. It is verified first; IndexRefused leaves everything as it was. No build is deleted,
    so this can be taken back.
    """
    kept = _kept(index)
    served = kept[0]["build"]
    older = [item["build"] for item in kept if _number(item["build"]) < _number(served)]
    if build is None and not older:
        raise IndexRefused(f"{index}: keeps no build older than {served}")
    target = build or max(older, key=_number)
    read_build(index, target)
    [chosen] = [item for item in kept if item["build"] == target]
    try:
        _point(index, {**chosen, "previous": [item for item in kept if item is not chosen], "rolled_back": True})
    except OSError as error:
        raise IndexRefused(f"{index}: cannot be written ({error.strerror}); {served} is served as before") from None
    with contextlib.suppress(OSError):
        _sync_folder(index)
    return target


def _kept(index: Path) -> list[dict[str, str]]:
    pointer = _pointer(index)
    if pointer is None:
        raise IndexRefused(f"{index}: holds no index yet; run: python -m chatbot build --index {index}")
    return _known(pointer)


def _known(pointer: Mapping[str, Any]) -> list[dict[str, str]]:
    """The builds that CURRENT knows, the published one first, each with the hash of its manifest."""
    return [{key: item[key] for key in ("build", "manifest_sha256")} for item in (pointer, *pointer["previous"])]


def _point(index: Path, pointer: Mapping[str, Any]) -> None:
    """Makes CURRENT say so, whole or not at all."""
    _write(index / "CURRENT.tmp", json.dumps(pointer, indent=1).encode())
    (index / "CURRENT.tmp").replace(index / "CURRENT")


def _pointer(index: Path, tolerant: bool = False) -> dict[str, Any] | None:
    """What CURRENT says. `tolerant`: a damaged one counts as absent, for a builder that will replace it."""
    path = index / "CURRENT"
    try:
        with path.open("rb") as file:
            pointer = json.loads(file.read(_POINTER_LIMIT))
        for item in (pointer, *pointer.setdefault("previous", [])):
            if not _BUILD_ID.fullmatch(item["build"]) or not re.fullmatch(r"[0-9a-f]{64}", item["manifest_sha256"]):
                raise ValueError
        return dict(pointer)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        if tolerant:
            return None
        raise IndexRefused(f"{path}: damaged; run: python -m chatbot build --index {index}") from None


def _manifest(index: Path, pointer: Mapping[str, Any]) -> Mapping[str, Any]:
    folder = index / "builds" / pointer["build"]
    data = _read(folder / FILES.manifest)
    if sha256(data) != pointer["manifest_sha256"]:
        raise IndexRefused(f"{folder / FILES.manifest}: damaged (its hash is wrong); build the index again")
    manifest: dict[str, Any] = json.loads(data)
    if manifest.get("format") != FORMAT:
        raise IndexRefused(
            f"{folder}: an index of format {manifest.get('format')}, and this program reads format {FORMAT}; "
            "build the index again"
        )
    return manifest


def _verified(path: Path, facts: Mapping[str, Any]) -> bytes:
    data = _read(path)
    if len(data) != facts["size"] or sha256(data) != facts["sha256"]:
        raise IndexRefused(f"{path}: damaged (its size or hash is wrong); build the index again")
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise IndexRefused(f"{path}: cannot be read ({error.strerror}); build the index again") from None


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _builds(index: Path) -> list[Path]:
    folder = index / "builds"
    return sorted(path for path in folder.iterdir() if _BUILD_ID.fullmatch(path.name)) if folder.is_dir() else []


def _number(build: str) -> int:
    return int(build.split("-")[1])


def _sweep(index: Path) -> None:
    """What builders that were killed left behind."""
    for path in (index / "builds").glob("tmp-*"):
        shutil.rmtree(path, ignore_errors=True)
