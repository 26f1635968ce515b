"""Packs the published build and its encoder into one archive, from which other servers install it."""

import contextlib
import dataclasses
import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot import __version__
from chatbot.core.errors import ArchiveRefused, IndexRefused, NotFetched, UsageError
from chatbot.core.text import sha256
from chatbot.encoding.onnx import FACTS, verified_facts
from chatbot.indexing.archive import (
    BUILD,
    CONTENTS,
    ENCODER,
    LIMIT,
    Contents,
    Member,
    Stream,
    read_contents,
    read_members,
    require_end,
    write_archive,
)
from chatbot.indexing.archive_source import opened_source
from chatbot.indexing.disk import map_verified, sync_folder
from chatbot.indexing.encoders import wanted_encoder
from chatbot.indexing.engine_data import keeps_outside
from chatbot.indexing.format import FILES, Content
from chatbot.indexing.minisign import PublicKey, SecretKey, sign
from chatbot.indexing.store import StoredBuild, read_build


@dataclass(frozen=True, slots=True)
class Packed:
    """`is_new`: False where the file held just that already, and was left alone."""

    build_id: str
    encoder: str  # fingerprint; "" where none is in it
    files: int
    bytes: int
    packed: int  # seconds since 1970
    is_signed: bool
    is_new: bool


def pack(
    index: Path, out: Path, key: SecretKey | None, with_encoder: bool = True, clock: Callable[[], float] = time.time
) -> Packed:
    """Writes the published build of `index` into the file `out`, whole or not at all.

    It counts as packed a second after what `out` held before, at the earliest: by that time servers tell what is newer,
    and a web server that takes time and size for the version of a file sees that it is another. `clock`: seconds since
    1970. IndexRefused, EncoderError or UsageError where that cannot be; `out` is as it was then.
    """
    stored = read_build(index)
    if keeps_outside(stored.manifest):
        name = stored.manifest["search"]["engine"]
        raise IndexRefused(
            f'{index}: the engine "{name}" keeps vectors outside of the index, so it cannot be packed; '
            'build with engine = "faiss", or let the servers share the index folder'
        )
    parts, encoder = _parts_of(index, stored, with_encoder)
    members = [Member(name, len(data), _digest(data)) for name, data in parts.items()]
    contents = Contents(__version__, 0, stored.id, sha256(stored.written), encoder, members)
    if contents.size(has_encoder=False) > LIMIT:
        raise IndexRefused(f"{index}: is larger than {LIMIT >> 30} GB, which no archive may be; share the folder")
    before, is_whole = _content_of(out, key.public if key else None)
    is_same = before is not None and is_whole and dataclasses.replace(before, packed=0) == contents
    if before and is_same:
        contents = before
    else:
        contents = dataclasses.replace(contents, packed=max(int(clock()), before.packed + 1 if before else 0))
        written = contents.to_json()
        comment = f"timestamp:{contents.packed}\tfile:{CONTENTS}\thashed"
        _write(out, written, sign(written, key, comment) if key else b"", contents, parts)
    size = out.stat().st_size
    return Packed(stored.id, encoder, len(members), size, contents.packed, bool(key), not is_same)


def _parts_of(index: Path, stored: StoredBuild, with_encoder: bool) -> tuple[Mapping[str, Content], str]:
    """Name in the archive -> content, in the order of the archive; and the fingerprint of the encoder among them."""
    parts: dict[str, Content] = {BUILD + FILES.manifest: stored.written}
    parts |= {BUILD + name: stored.files[name] for name in sorted(stored.files)}
    wanted = wanted_encoder(stored.manifest) if with_encoder else set()
    for fingerprint in wanted:
        folder = index / "encoders" / fingerprint
        facts = verified_facts(folder)
        parts[ENCODER + FACTS] = (folder / FACTS).read_bytes()
        for name in sorted(facts.files):
            parts[ENCODER + name] = _read(folder / name, facts.files[name])
    return parts, next(iter(wanted), "")


def _read(path: Path, facts: Mapping[str, Any]) -> Content:
    return map_verified(path, facts["size"], facts["sha256"])


def _digest(data: Content) -> str:
    return hashlib.sha256(data).hexdigest()


def _content_of(out: Path, key: PublicKey | None) -> tuple[Contents | None, bool]:
    """What `out` holds, None where that cannot be read; and whether all of it is whole, and signed with `key`."""
    found = None
    with contextlib.suppress(NotFetched, ArchiveRefused):
        with opened_source(str(out)) as opened:
            assert opened
            found = read_contents(Stream(opened.chunks, opened.name), None)
        with opened_source(str(out)) as opened:
            assert opened
            stream = Stream(opened.chunks, opened.name)
            read_members(stream, read_contents(stream, key).files, lambda piece: None)
            require_end(stream)
            return found, True
    return found, False


def _write(out: Path, written: bytes, signature: bytes, contents: Contents, parts: Mapping[str, Content]) -> None:
    """Under its name only when it is on the disk, so that whoever fetches it gets one archive or the other."""
    part = out.with_name(f".{out.name[:200]}.{os.getpid()}.part")
    try:
        try:
            with part.open("xb") as file:
                write_archive(file, written, signature, zip(contents.files, parts.values(), strict=True))
                file.flush()
                os.fsync(file.fileno())
            os.utime(part, (contents.packed, contents.packed))
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(out.parent)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); name another file with --out") from None
