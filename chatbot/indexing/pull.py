"""Installs the build of an archive that another server packed: all of it, verified, or nothing.

    index/PULLED    {"source_sha256": of the address, "tag": of the version there, "packed", "build"}

The archive is written into a file without a name, which goes with the process. Only when every byte of it was compared
with the hashes of the signed list is it installed, with the promises that a build has: staged, on the disk, read back,
opened, CURRENT last. What was packed before that which was pulled last is refused: a copy that somebody kept, or one
that a cache has still, must not come back. A rollback where the archive is made is packed anew, so it does arrive.
"""

import contextlib
import json
import logging
import mmap
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from chatbot.core.errors import ArchiveRefused, EncoderError, IndexRefused
from chatbot.core.text import sha256
from chatbot.encoding.onnx import FACTS, verified_facts
from chatbot.indexing import encoders
from chatbot.indexing.archive import (
    BUILD,
    ENCODER,
    Contents,
    Member,
    Stream,
    read_contents,
    read_members,
    require_end,
)
from chatbot.indexing.archive_source import opened_source
from chatbot.indexing.build import opened
from chatbot.indexing.disk import make_folder, read_bytes, require_space, sync_folder, write_durably
from chatbot.indexing.encoders import wanted_encoder
from chatbot.indexing.format import FILES
from chatbot.indexing.manifest import parsed_manifest, verified_manifest
from chatbot.indexing.minisign import PublicKey
from chatbot.indexing.pointer import known_builds, read_pointer
from chatbot.indexing.store import StoredBuild, builder_lock, current_build, holds, install

_log = logging.getLogger("chatbot.pull")

_STATE = "PULLED"
_STATE_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Pulled:
    """`build_id`: of the archive; `before`: what was published here; `is_new`: it was not here; `bytes`: of
    the files that were read; `is_unchanged`: the archive is the one that was pulled last, and nothing was done."""

    build_id: str
    before: str | None
    is_new: bool = False
    is_unchanged: bool = False
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class _State:
    source_sha256: str = ""
    tag: str = ""
    packed: int = 0
    build: str = ""


def pull(source: str, index: Path, key: PublicKey | None) -> Pulled:
    """Publishes in `index` the build of the archive at `source`, an address, a file or a folder with one.

    `key`: whose signature it must have; None: any archive is taken. NotFetched, ArchiveRefused or IndexRefused leave
    everything as it was.
    """
    try:
        return _pulled(source, index, key)
    except OSError as error:
        raise _unwritable(index, error) from None


def _pulled(source: str, index: Path, key: PublicKey | None) -> Pulled:
    state = _state(index)
    with opened_source(source, tag_for(source, index)) as archive:
        if archive is None:
            return Pulled(state.build, current_build(index), is_unchanged=True)
        stream = Stream(archive.chunks, archive.name)
        contents = read_contents(stream, key)
        _require_newer(contents, state, archive.name)
        if (contents.packed, contents.build) == (state.packed, state.build) and _seems_whole(index, state.build):
            _remember(index, _State(sha256(source), archive.tag, state.packed, state.build))
            return Pulled(state.build, current_build(index), is_unchanged=True)
        spool = _spooled(stream, contents, index)
        tag = archive.tag
    with spool, builder_lock(index):
        _require_newer(contents, _state(index), archive.name)  # another one may have pulled meanwhile
        before = current_build(index) if read_pointer(index, tolerant=True) else None
        _publish(spool, contents, index, archive.name)
        _remember(index, _State(sha256(source), tag, contents.packed, contents.build))
        encoders.sweep(index)
        return Pulled(contents.build, before, spool.is_new, bytes=spool.size)


def tag_for(source: str, index: Path) -> str:
    """The version of the archive at `source` that was pulled last, "" where none was, or what it gave is not here."""
    state = _state(index)
    return state.tag if state.source_sha256 == sha256(source) and _seems_whole(index, state.build) else ""


@dataclass(slots=True)
class _Spool:
    """Files of an archive, one after the other in a file without a name."""

    file: IO[bytes]
    is_new: bool  # the index does not hold the build
    build: list[Member]
    encoder: list[Member]  # none where the index holds the encoder

    def __enter__(self) -> "_Spool":
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):  # what was installed is installed, whatever closing this says
            self.file.close()

    @property
    def size(self) -> int:
        return sum(member.size for member in (*self.build, *self.encoder))

    def contents(self) -> dict[str, memoryview]:
        """Name in the archive -> content, not in memory."""
        if not self.size:
            return {}
        whole = memoryview(mmap.mmap(self.file.fileno(), self.size, prot=mmap.PROT_READ))
        found, at = {}, 0
        for member in (*self.build, *self.encoder):
            found[member.name] = whole[at : at + member.size]
            at += member.size
        return found


def _spooled(stream: Stream, contents: Contents, index: Path) -> _Spool:
    """What of the archive is not here yet; its end is not read where it holds nothing new."""
    has_build = holds(index, _entry(contents))
    has_encoder = not contents.encoder or _has_encoder(index, contents.encoder)
    build = [file for file in contents.files if file.name.startswith(BUILD)]
    encoder = [file for file in contents.files if file.name.startswith(ENCODER)]
    if has_encoder:
        encoder = []
    if has_build and not encoder:
        return _Spool(tempfile.TemporaryFile(), False, [], [])
    make_folder(index)
    require_space(index, [2 * file.size for file in (*build, *encoder)], "pull again")
    file = tempfile.TemporaryFile(dir=index)  # noqa: SIM115
    try:
        read_members(stream, build, file.write)
        read_members(stream, encoder, file.write)
        if encoder or not contents.encoder:
            require_end(stream)
        file.flush()
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        raise
    return _Spool(file, not has_build, build, encoder)


def _publish(spool: _Spool, contents: Contents, index: Path, name: str) -> None:
    """What was spooled. The encoder comes when the build has proved to be usable, and before anybody is led to it."""
    files = spool.contents()
    entry = _entry(contents)
    of_build = {path.removeprefix(BUILD): data for path, data in files.items() if path.startswith(BUILD)}
    of_encoder = {path.removeprefix(ENCODER): data for path, data in files.items() if path.startswith(ENCODER)}
    if of_build:
        manifest = _fitting_manifest(spool.build, of_build, name)
    else:
        manifest = verified_manifest(index / "builds" / entry["build"], entry)
    wanted = _wanted(manifest, name)
    if contents.encoder and wanted != {contents.encoder}:
        raise ArchiveRefused(f"{name}: its encoder is not that of its build; pack it again")
    if not of_encoder and any(not _has_encoder(index, fingerprint) for fingerprint in wanted):
        raise ArchiveRefused(f"{name}: has no encoder, nor has {index}; pack it without --without-encoder")

    def check(stored: StoredBuild) -> None:
        opened(index, stored)
        keep_encoder()

    def keep_encoder() -> None:
        if of_encoder:
            try:
                encoders.install(index, contents.encoder, of_encoder)
            except EncoderError as error:
                raise ArchiveRefused(
                    f"{name}: its encoder cannot be kept ({error}); pack it again, or check the disk"
                ) from None

    if not spool.is_new:
        keep_encoder()
    install(index, entry, dict(of_build), check)


def _fitting_manifest(members: list[Member], files: dict[str, memoryview], name: str) -> Any:
    """The manifest, which names just the files that are there. ArchiveRefused where it does not; IndexRefused where it
    is of a format that this program does not read."""
    manifest = parsed_manifest(Path(name), bytes(files[FILES.manifest]))
    stated = {file.name.removeprefix(BUILD): {"size": file.size, "sha256": file.sha256} for file in members}
    del stated[FILES.manifest]
    if manifest["files"] != stated:
        raise ArchiveRefused(f"{name}: its files are not those of its build; pack it again")
    return manifest


def _wanted(manifest: Any, name: str) -> set[str]:
    try:
        return wanted_encoder(manifest)
    except (KeyError, TypeError, AttributeError):
        raise ArchiveRefused(f"{name}: its manifest does not tell the encoder; pack it again") from None


def _entry(contents: Contents) -> dict[str, str]:
    return {"build": contents.build, "manifest_sha256": contents.manifest_sha256}


def _require_newer(contents: Contents, state: _State, name: str) -> None:
    if contents.packed < state.packed:
        was, last = (time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at)) for at in (contents.packed, state.packed))
        raise ArchiveRefused(
            f"{name}: was packed at {was} UTC, before what was pulled last ({last}); "
            "if that build is meant, pack it again"
        )


def _has_encoder(index: Path, fingerprint: str) -> bool:
    with contextlib.suppress(EncoderError):
        return verified_facts(index / "encoders" / fingerprint).fingerprint == fingerprint
    return False


def _seems_whole(index: Path, build: str) -> bool:
    """Whether `build` is kept, with all files at their full size: none of them is read."""
    folder = index / "builds" / build
    with contextlib.suppress(OSError, IndexRefused):
        pointer = read_pointer(index)
        for entry in known_builds(pointer) if pointer else ():
            if entry["build"] == build:
                manifest = verified_manifest(folder, entry)
                has_encoder = all((index / "encoders" / each / FACTS).is_file() for each in wanted_encoder(manifest))
                sizes = {name: facts["size"] for name, facts in manifest["files"].items()}
                return has_encoder and all((folder / name).stat().st_size == size for name, size in sizes.items())
    return False


def _state(index: Path) -> _State:
    """A damaged one counts as none."""
    try:
        values = json.loads(read_bytes(index / _STATE, _STATE_LIMIT))
        state = _State(**values)
        if [type(value) for value in asdict(state).values()] != [str, str, int, str]:
            raise ValueError
        return state
    except (OSError, ValueError, TypeError, RecursionError):
        return _State()


def _remember(index: Path, state: _State) -> None:
    """Where it cannot be written the archive is read once more, and nothing else is lost: the build is published."""
    if state == _state(index):
        return
    new = index / f"{_STATE}.tmp"
    try:
        write_durably(new, json.dumps(asdict(state), indent=1).encode())
        new.replace(index / _STATE)
        sync_folder(index)
    except OSError as error:
        _log.warning(
            "warning: %s: cannot be written (%s); the archive is read once more", index / _STATE, error.strerror
        )


def _unwritable(index: Path, error: OSError) -> IndexRefused:
    what = f"{error.filename or index}: cannot be written ({error.strerror})"
    return IndexRefused(f"{what}; the index that worked is unchanged")
