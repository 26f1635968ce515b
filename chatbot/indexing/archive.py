"""The archive of one build, which `pack` writes and `pull` reads: an uncompressed tar in exactly one form.

    PACK.json             the id of the build, and name, size and SHA-256 of every file below
    PACK.json.minisig     its signature, where it was signed
    build/MANIFEST.json   then the other files of the build
    encoder/...           last, so that whoever has it already stops reading there

Any tar shows and unpacks it. The reader knows no tar: of each file it knows name and size beforehand, so it compares
the header with the one that it would write itself. Links, devices, other names and places, and files that come twice
or that nobody named cannot even be said. docs/decisions/ has the reasons.
"""

import hashlib
import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

from chatbot.core.errors import ArchiveRefused
from chatbot.indexing.format import FILES, Content
from chatbot.indexing.minisign import PublicKey, verify
from chatbot.indexing.pointer import BUILD_ID

FORMAT = 1
CONTENTS, SIGNATURE = "PACK.json", "PACK.json.minisig"
BUILD, ENCODER = "build/", "encoder/"
LIMIT = 16 << 30  # bytes of all files together

_CONTENTS_LIMIT = 1 << 20
_SIGNATURE_LIMIT = 4096
_BLOCK = 512
_END = bytes(2 * _BLOCK)
_PIECE = 1 << 20
_NAME = re.compile(r"(build|encoder)/[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_HASH = re.compile(r"[0-9a-f]{64}")
_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")
_TORN = "ends in the middle; fetch it again"
_FOREIGN = "is not an archive as `pack` writes it, or is damaged; fetch it again, or pack it again"


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What PACK.json says."""

    program: str  # version that packed it
    packed: int  # seconds since 1970; an archive that was packed earlier never replaces a later one
    build: str
    manifest_sha256: str
    encoder: str  # fingerprint; "" where there is none in it
    files: Sequence[Member]

    def to_json(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()

    def size(self, has_encoder: bool) -> int:
        """Bytes of its files; `has_encoder`: without those of the encoder."""
        return sum(file.size for file in self.files if not (has_encoder and file.name.startswith(ENCODER)))


class Stream:
    """The bytes of an archive, read once and in order. ArchiveRefused where they end too early."""

    def __init__(self, chunks: Iterator[bytes], name: str) -> None:
        """`name`: of the archive, for sentences."""
        self.name = name
        self._chunks = chunks
        self._rest = b""

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes."""
        while size:
            if not self._rest:
                self._rest = next(self._chunks, b"")
            if not self._rest:
                raise self.refused(_TORN)
            piece, self._rest = self._rest[:size], self._rest[size:]
            size -= len(piece)
            yield piece

    def exactly(self, size: int) -> bytes:
        return b"".join(self.pieces(size))

    def is_at_end(self) -> bool:
        return not self._rest and not any(self._chunks)

    def refused(self, what: str) -> ArchiveRefused:
        return ArchiveRefused(f"{self.name}: {what}")


def write_archive(file: IO[bytes], contents: bytes, signature: bytes, parts: Iterable[tuple[Member, Content]]) -> None:
    """`contents`: as `Contents.to_json`; `signature`: of it, or b"". `parts`: all its files in their order."""
    small = [(CONTENTS, contents), (SIGNATURE, signature)]
    for name, data in [*(pair for pair in small if pair[1]), *((member.name, data) for member, data in parts)]:
        file.write(_header(name, len(data)))
        file.write(data)
        file.write(bytes(-len(data) % _BLOCK))
    file.write(_END)


def read_contents(stream: Stream, key: PublicKey | None) -> Contents:
    """What the archive holds; nothing else of it is read. ArchiveRefused where it is damaged, of another format, or
    not signed with `key`, where one is given."""
    first = stream.exactly(_BLOCK)
    data = _small(stream, first, CONTENTS, _CONTENTS_LIMIT)
    if data is None:
        raise stream.refused(_FOREIGN)
    if key:
        signature = _small(stream, stream.exactly(_BLOCK), SIGNATURE, _SIGNATURE_LIMIT)
        if signature is None:
            raise stream.refused(f"is not signed, and only what is signed with {key} is taken; pack it with --key")
        verify(data, signature, key, stream.name)
        return _parsed(stream, data)
    contents = _parsed(stream, data)
    second = stream.exactly(_BLOCK)
    if _small(stream, second, SIGNATURE, _SIGNATURE_LIMIT) is None:
        stream._rest = second + stream._rest
    return contents


def read_members(stream: Stream, members: Sequence[Member], write: Callable[[bytes], object]) -> None:
    """Gives the bytes of `members`, the next ones of the archive, to `write`. ArchiveRefused where any byte is not as
    PACK.json says; what was written until then is of no use."""
    for member in members:
        if stream.exactly(_BLOCK) != _header(member.name, member.size):
            raise stream.refused(_FOREIGN)
        digest = hashlib.sha256()
        for piece in stream.pieces(member.size):
            digest.update(piece)
            write(piece)
        if digest.hexdigest() != member.sha256:
            raise stream.refused(
                f"{member.name} in it is damaged (its hash is wrong); fetch it again, or pack it again"
            )
        _skip_padding(stream, member.size)


def require_end(stream: Stream) -> None:
    """ArchiveRefused where anything follows what PACK.json names."""
    if stream.exactly(len(_END)) != _END or not stream.is_at_end():
        raise stream.refused(_FOREIGN)


def _small(stream: Stream, header: bytes, name: str, limit: int) -> bytes | None:
    """The file whose `header` was read, if it has that name; its size stands in the header alone."""
    size = int(header[124:135], 8) if re.fullmatch(rb"[0-7]{11}", header[124:135]) else -1
    if not 0 < size <= limit or header != _header(name, size):
        return None
    data = stream.exactly(size)
    _skip_padding(stream, size)
    return data


def _skip_padding(stream: Stream, size: int) -> None:
    if any(stream.exactly(-size % _BLOCK)):
        raise stream.refused(_FOREIGN)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _parsed(stream: Stream, data: bytes) -> Contents:
    try:
        values = json.loads(data)
        if values.get("format") != FORMAT:
            raise stream.refused(
                f"an archive of format {str(values.get('format'))[:20]}, and this program reads format {FORMAT}; "
                "install the version of the program that packed it"
            )
        members = [_member(each) for each in values["files"]]
        contents = Contents(
            **{name: values[name] for name in ("program", "packed", "build", "manifest_sha256", "encoder")},
            files=members,
        )
        _check(contents)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise stream.refused(f"its {CONTENTS} is not one of this program; fetch it again, or pack it again") from None
    return contents


def _member(values: Mapping[str, Any]) -> Member:
    member = Member(values["name"], values["size"], values["sha256"])
    if type(member.size) is not int or member.size < 0 or not _HASH.fullmatch(member.sha256):
        raise ValueError
    if not _NAME.fullmatch(member.name):
        raise ValueError
    return member


def _check(contents: Contents) -> None:
    """ValueError where it does not fit together."""
    names = [file.name for file in contents.files]
    of_build = [name for name in names if name.startswith(BUILD)]
    of_encoder = [name for name in names if name.startswith(ENCODER)]
    manifest = contents.files[0]
    if names != of_build + of_encoder or len({name.lower() for name in names}) < len(names):
        raise ValueError("order")
    if (manifest.name, manifest.sha256) != (BUILD + FILES.manifest, contents.manifest_sha256):
        raise ValueError("manifest")
    if not BUILD_ID.fullmatch(contents.build) or contents.build[-6:] != contents.manifest_sha256[:6]:
        raise ValueError("build")
    if bool(of_encoder) != bool(contents.encoder) or not _FINGERPRINT.fullmatch(contents.encoder or "0" * 16):
        raise ValueError("encoder")
    if type(contents.packed) is not int or not 0 <= contents.packed < 1 << 40 or type(contents.program) is not str:
        raise ValueError("packed")
    if contents.size(has_encoder=False) > LIMIT:
        raise ValueError("size")
