"""A change of one file of a corpus: as a patch, or written, with the bytes before kept aside.

A file is replaced as a whole or not at all, and only where it is still the one that the change was made of.
"""

import contextlib
import datetime
import difflib
import os
import stat
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.content.corpus import folder_of
from chatbot.content.files import Refused, read_file, size_limit
from chatbot.core.errors import ContentError

BACKUPS = ".backups"  # a folder of the corpus whose name begins with a dot is no content
_KEPT = 20  # backups of one file

_writing = threading.Lock()  # editors of one server, between the look at a file and its replacement


@dataclass(frozen=True, slots=True)
class Change:
    """What a file holds, and what it would hold. `before`: None for a new file."""

    file: str  # path below the corpus, with "/"
    before: bytes | None
    after: bytes

    @property
    def patch(self) -> bytes:
        """A unified diff for `git apply` and `patch -p1` in the folder of the corpus; empty where nothing changes.

        Of a file that is not UTF-8 there is none: UnicodeDecodeError.
        """
        return unified_diff(self.file, self.before, self.after)


def unified_diff(name: str, before: bytes | None, after: bytes) -> bytes:
    """`before`: None for a new file. UnicodeDecodeError where one of the two is not UTF-8."""
    if before == after:
        return b""
    old, new = ((data or b"").decode().split("\n") for data in (before, after))
    tab = "\t" if " " in name else ""  # where `patch` would take the name to end at the blank
    source = "/dev/null" if before is None else f"a/{name}{tab}"
    lines = difflib.unified_diff(_ended(old), _ended(new), source, f"b/{name}{tab}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    ).encode()


def _ended(lines: Sequence[str]) -> list[str]:
    """Each with its line feed; only the last may have none."""
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def write_change(corpus: Path, change: Change) -> Path | None:
    """Writes `change` into `corpus`, and what the file held before below `BACKUPS`: its path; None for a new file.

    ContentError, and nothing is changed, where the file is not what it was, is a link or read-only, or cannot be
    written.
    """
    folder = folder_of(corpus)
    target = folder / change.file
    with _writing:
        _require_unchanged(folder, change)
        try:
            backup = _kept_aside(folder, change) if change.before is not None else None
            handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                replace_file(handle, target.name, change.after)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            message = f"cannot be written ({error.strerror}); check the permissions of the file and of its folder"
            raise ContentError(f"{change.file}: {message}") from None
    return backup


def _require_unchanged(folder: Path, change: Change) -> None:
    name, path = change.file, folder / change.file
    if change.before is None:
        if os.path.lexists(path):
            raise ContentError(f"{name}: there is such a file by now; open it, and add the entry to it")
        return
    try:
        now = read_file(folder, name, size_limit(Path(name).suffix.lower()))
    except Refused as error:
        raise ContentError(f"{name}: {error.args[1]}") from None
    if now != change.before:
        raise ContentError(f"{name}: was changed by somebody else meanwhile; open the entry again and repeat the edit")
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise ContentError(f"{name}: is read-only; make it writable, or take the patch")


def _kept_aside(folder: Path, change: Change) -> Path:
    """Where a copy of the file as it was is now. The oldest copies of it go."""
    place = (folder / BACKUPS / change.file).parent
    for part in (folder / BACKUPS, place):
        if part.is_symlink():
            raise ContentError(f"{part.relative_to(folder)}: is a link; put a folder in its place, for backups")
    place.mkdir(parents=True, exist_ok=True)
    name = Path(change.file).name
    now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    backup = place / f"{name}.{now}"
    with backup.open("xb") as file:
        file.write(change.before or b"")
        os.fsync(file.fileno())
    for old in sorted(place.glob(f"{_literal(name)}.*Z"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return backup


def _literal(name: str) -> str:
    """For `glob`."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def replace_file(folder: int, name: str, data: bytes) -> None:
    """Writes the file `name` of an opened folder, completely or not at all; its mode stays. OSError."""
    part = f".{name}.{os.getpid()}.part"
    mode = None
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(part, flags, 0o666, dir_fd=folder), "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)  # as it is, whatever the mask of the process takes from new files
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
