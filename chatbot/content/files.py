"""Which files of a folder are content, and their bytes.

Only regular files below the folder are opened, and no link is followed: a file of the server that is no content must
not become an answer, and a pipe must not block a build. Files that are left out are reported.
"""

import errno
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.core.logo import is_logo
from chatbot.core.problem import Problem
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import is_text

PAGE_LIMIT = 2 * 1024 * 1024  # bytes; Markdown and HTML are parsed as a whole, partly in quadratic time
TABLE_LIMIT = 32 * 1024 * 1024  # bytes; rows are read one by one
_PAGES = (".txt", ".md", ".markdown", ".mdx", ".html", ".htm", ".rst", ".adoc", ".yaml", ".yml")
_DEPTH = 16  # levels of folders


class Refused(Exception):
    """The file is not opened. `args`: (rule, message)."""


@dataclass(slots=True)
class Listing:
    """The content files of a folder, sorted by path below it, and the problems of the other files."""

    names: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def list_files(folder: Path, suffixes: Collection[str]) -> Listing:
    """The content files of `folder`. Hidden files, hidden folders and lock files of office programs are no content.

    A file named README counts only where there is no other file, as projects keep their FAQ there.
    """
    listing = Listing()
    readmes: list[str] = []
    for name, entry in sorted(_walk(folder, "", listing), key=lambda item: item[0].split("/")):
        shown = name.encode("utf-8", "backslashreplace").decode()
        suffix = os.path.splitext(name)[1].lower()
        problem = _problem(entry, shown, suffix, suffixes)
        if problem:
            listing.problems.append(problem)
        elif not (name == SETTINGS_FILE or is_logo(name) or _is_no_content(entry.name)):
            listing.names.append(name)
        elif suffix in suffixes and _is_readme(entry.name) and entry.is_file(follow_symlinks=False):
            readmes.append(name)
    listing.names = listing.names or readmes
    return listing


def size_limit(suffix: str) -> int:
    return PAGE_LIMIT if suffix in _PAGES else TABLE_LIMIT


def read_file(folder: Path, name: str, limit: int) -> bytes:
    """The bytes of the regular file `name` below `folder`. Refused for anything else; no link below it is followed."""
    *folders, last = name.split("/")
    if not {"", ".", ".."}.isdisjoint((*folders, last)):
        raise Refused("path", "not a file below the corpus; put the file into it")
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part, flags in [*((part, os.O_DIRECTORY) for part in folders), (last, os.O_NONBLOCK)]:
            below = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=handle)
            os.close(handle)
            handle = below
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused("special-file", "not a regular file; put a file in its place")
        with os.fdopen(os.dup(handle), "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Refused("link", "a link, which is not followed; put the file itself in its place") from None
        raise Refused("unreadable", f"cannot be read ({error.strerror}); check its permissions") from None
    finally:
        if handle >= 0:
            os.close(handle)
    if len(data) > limit:
        raise Refused("too-large", _too_large(limit))
    return data


def _walk(folder: Path, below: str, listing: Listing) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """(path below the top folder, entry) of everything that is no folder. Links to folders are not entered."""
    try:
        with os.scandir(folder / below) as iterator:
            entries = list(iterator)
    except OSError as error:
        shown = below.encode("utf-8", "backslashreplace").decode()
        message = f"the folder cannot be read ({error.strerror}); check its permissions"
        listing.problems.append(Problem(shown or str(folder), 0, "unreadable", message))
        return
    for entry in entries:
        name = f"{below}/{entry.name}".lstrip("/")
        if not entry.is_dir(follow_symlinks=False):
            yield name, entry
        elif entry.name.startswith("."):
            continue
        elif name.count("/") + 1 >= _DEPTH:
            shown = name.encode("utf-8", "backslashreplace").decode()
            message = f"over {_DEPTH} folders in one another; move the files up"
            listing.problems.append(Problem(shown, 0, "too-deep", message))
        else:
            yield from _walk(folder, name, listing)


def _problem(entry: "os.DirEntry[str]", shown: str, suffix: str, suffixes: Collection[str]) -> Problem | None:
    """Why the file is not read; None if it is read."""
    has_reader = suffix in suffixes
    if _is_no_content(entry.name):
        if entry.name.startswith(".") and has_reader:
            message = "not read, as its name begins with a dot; rename it if it is content"
            return Problem(shown, 0, "hidden-file", message, "warning")
        return None
    if not is_text(entry.name):
        message = "the file's name is not UTF-8; rename the file"
        return Problem(shown, 0, "file-name", message) if has_reader else None
    if entry.is_symlink():
        kind = "a link" if os.path.exists(entry.path) else "a link that leads nowhere"
        return Problem(shown, 0, "link", f"{kind}, and links are not followed; put the file itself in its place")
    if not entry.is_file(follow_symlinks=False):
        return Problem(shown, 0, "special-file", "not a regular file; take it out of the corpus")
    if shown == SETTINGS_FILE or is_logo(shown):
        return None
    if not has_reader:
        return Problem(shown, 0, "no-reader", f"not read; the formats are {', '.join(suffixes)}", "warning")
    try:
        is_large = entry.stat(follow_symlinks=False).st_size > size_limit(suffix)
    except OSError as error:  # the folder may be listed, but not entered
        return Problem(shown, 0, "unreadable", f"cannot be read ({error.strerror}); check its permissions")
    return Problem(shown, 0, "too-large", _too_large(size_limit(suffix))) if is_large else None


def _too_large(limit: int) -> str:
    size = f"{limit >> 20} MB" if limit >> 20 else f"{limit >> 10} KB"
    return f"over {size}, the most that is read of such a file; split it"


def _is_no_content(name: str) -> bool:
    return _is_readme(name) or name.startswith((".", "~$"))


def _is_readme(name: str) -> bool:
    return os.path.splitext(name)[0].upper() == "README"
