"""Plans and writes imported files: names, and differences from files that exist already.

Owners edit imported files. So a file that differs is shown as a diff and kept, unless the owner wants it replaced.
"""

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
from chatbot.importing.changes import replace_file
from chatbot.importing.reading import Source
from chatbot.importing.sample_corpus import is_of_the_sample

State = Literal["written", "unchanged", "differs", "replaced"]

_LONGEST = 80  # characters of a name


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """What is, or would be, done with one source. `diff`: from the existing file to the new one."""

    source: str
    name: str
    data: bytes
    state: State
    diff: str = ""


def file_name(source: Source) -> str:
    """The name of the Markdown file. The same source always gets the same name, so a second run finds its file."""
    if source.path is not None:
        return f"{_safe(source.path.resolve().stem)}.md"
    address = urlsplit(source.url)
    path = re.sub(r"\.\w{1,5}$", "", address.path)
    return f"{_safe(f'{address.hostname} {path} {address.query}')}.md"


def planned_files(folder: Path, sources: Sequence[tuple[Source, bytes]], overwrite: bool) -> list[PlannedFile]:
    """What to do with each source. Nothing is written yet. UsageError where a file must not be changed."""
    planned: list[PlannedFile] = []
    for source, data in sources:
        name = file_name(source)
        target = folder / name
        if other := next((earlier for earlier in planned if earlier.name == name), None):
            message = f"would be written to {target}, as {other.source} is; rename one, or use two folders (--into)"
            raise UsageError(f"{source.label}: {message}")
        if source.path is not None and os.path.exists(target) and source.path.resolve() == target.resolve():
            raise UsageError(f"{source.label}: is already where it would be written; edit it there")
        state, diff = _compared(folder, name, data, overwrite)
        planned.append(PlannedFile(source.label, name, data, state, diff))
    return planned


def _compared(folder: Path, name: str, data: bytes, overwrite: bool) -> tuple[State, str]:
    if not os.path.lexists(folder / name):
        return "written", ""
    try:
        existing = read_file(folder, name, size_limit(".md"))
    except Refused as error:
        raise UsageError(f"{folder / name}: {error.args[1]}") from None
    if existing == data:
        return "unchanged", ""
    if is_of_the_sample(name, existing):
        return "replaced", ""
    before, after = (text.decode("utf-8-sig", "replace").split("\n") for text in (existing, data))
    lines = difflib.unified_diff(before, after, f"{name} (as it stands)", f"{name} (as it would be)", lineterm="")
    diff = "".join(f"{line}\n" for line in lines)
    return ("replaced" if overwrite else "differs"), diff


def write_into(folder: Path, planned: Sequence[PlannedFile]) -> None:
    """Writes new and replaced files, each completely or not at all. No link below `folder` is followed."""
    if not any(file.state in ("written", "replaced") for file in planned):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"{folder}: no folder that can be written into ({error.strerror}); name another") from None
    try:
        for file in planned:
            if file.state in ("written", "replaced"):
                replace_file(handle, file.name, file.data)
    except OSError as error:
        raise UsageError(f"{folder / file.name}: cannot be written ({error.strerror}); check its permissions") from None
    finally:
        os.close(handle)


def _safe(text: str) -> str:
    """Letters and digits joined by "-": no path, no hidden file, no name that a build ignores."""
    plain = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode().lower()
    name = "-".join(re.findall(r"[^\W_]+", plain)) or "page"
    if name == "readme":  # a build ignores README files
        name = "readme-faq"
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[: _LONGEST - 9].decode('utf-8', 'ignore').rstrip('-')}-{sha256(name)[:8]}"
