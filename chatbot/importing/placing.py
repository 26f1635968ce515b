"""Where what was written goes: a name in the folder, and beside a file that stands there what would change in it.

An owner edits what was imported, so a file that differs is shown as a diff and stays, unless he wants it replaced.
"""

import contextlib
import difflib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from chatbot.content.files import Refused, read_file, size_limit
from chatbot.core.errors import UsageError
from chatbot.core.text import sha256
from chatbot.importing.reading import Read
from chatbot.importing.starting import is_of_the_sample

State = Literal["written", "unchanged", "differs", "replaced"]

_LONGEST = 80  # characters of a name


@dataclass(frozen=True, slots=True)
class Placed:
    """What is, or would be, done with one source. `diff`: of what stands there and what was written."""

    source: str
    name: str
    data: bytes
    state: State
    diff: str = ""


def file_name(read: Read) -> str:
    """Of the Markdown: the same for the same source each time, so that a second run finds the first one's file."""
    if read.path is not None:
        return f"{_safe(read.path.resolve().stem)}.md"
    address = urlsplit(read.url)
    path = re.sub(r"\.\w{1,5}$", "", address.path)
    return f"{_safe(f'{address.hostname} {path} {address.query}')}.md"


def placed(folder: Path, sources: Sequence[tuple[Read, bytes]], overwrite: bool) -> list[Placed]:
    """What to do with each; nothing is written yet. UsageError where a file must not be touched."""
    found: list[Placed] = []
    for read, data in sources:
        name = file_name(read)
        target = folder / name
        if other := next((done for done in found if done.name == name), None):
            message = f"would be written to {target}, as {other.source} is; rename one, or use two folders (--into)"
            raise UsageError(f"{read.label}: {message}")
        if read.path is not None and os.path.exists(target) and read.path.resolve() == target.resolve():
            raise UsageError(f"{read.label}: is already where it would be written; edit it there")
        state, diff = _compared(folder, name, data, overwrite)
        found.append(Placed(read.label, name, data, state, diff))
    return found


def _compared(folder: Path, name: str, data: bytes, overwrite: bool) -> tuple[State, str]:
    if not os.path.lexists(folder / name):
        return "written", ""
    try:
        stands = read_file(folder, name, size_limit(".md"))
    except Refused as error:
        raise UsageError(f"{folder / name}: {error.args[1]}") from None
    if stands == data:
        return "unchanged", ""
    if is_of_the_sample(name, stands):
        return "replaced", ""
    before, after = (text.decode("utf-8-sig", "replace").split("\n") for text in (stands, data))
    lines = difflib.unified_diff(before, after, f"{name} (as it stands)", f"{name} (as it would be)", lineterm="")
    diff = "".join(f"{line}\n" for line in lines)
    return ("replaced" if overwrite else "differs"), diff


def write_into(folder: Path, found: Sequence[Placed]) -> None:
    """Writes what is new or to be replaced, each file whole or not at all. No link below `folder` is followed."""
    if not any(one.state in ("written", "replaced") for one in found):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"{folder}: no folder that can be written into ({error.strerror}); name another") from None
    try:
        for one in found:
            if one.state in ("written", "replaced"):
                _write(handle, one.name, one.data)
    except OSError as error:
        raise UsageError(f"{folder / one.name}: cannot be written ({error.strerror}); check its permissions") from None
    finally:
        os.close(handle)


def _write(folder: int, name: str, data: bytes) -> None:
    part = f".{name}.{os.getpid()}.part"
    mode = 0o666
    with contextlib.suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode & 0o777
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(part, flags, mode, dir_fd=folder), "wb") as file:
            file.write(data)
        os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)


def _safe(text: str) -> str:
    """Letters and digits joined by "-": no path, no hidden file, nothing that a build passes over."""
    plain = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode().lower()
    name = "-".join(re.findall(r"[^\W_]+", plain)) or "page"
    if name == "readme":  # a build takes it for notes on the folder
        name = "readme-faq"
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[: _LONGEST - 9].decode('utf-8', 'ignore').rstrip('-')}-{sha256(name)[:8]}"
