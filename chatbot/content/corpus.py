"""Reads all files of a corpus into one `Content`."""

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chatbot.content.duplicates import without_duplicates
from chatbot.content.files import Listing, Refused, list_files, read_file, size_limit
from chatbot.content.formats import READERS
from chatbot.content.ledger import Content, joined
from chatbot.content.links import has_links_within, targets_of
from chatbot.content.lint import check_entries
from chatbot.content.parsing import parse_files
from chatbot.core.errors import ContentError, SettingsError, UsageError
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.settings_text import LIMIT as SETTINGS_LIMIT
from chatbot.core.settings_text import SETTINGS_FILE

_FORMATS = ", ".join(READERS)


def read_corpus(
    corpus: Path, settings: BotSettings | None = None, instead: Mapping[str, bytes] = MappingProxyType({})
) -> Content:
    """All entries, ledger lines and problems of `corpus`, a folder or one file. `settings`: by default its bot.toml.

    A file that cannot be read is a problem and does not stop the others. `instead`: path below the corpus -> bytes that
    are read as if they stood there.
    """
    folder, listing = _listed(corpus, instead)
    settings = settings or _settings(corpus)
    options = {"columns": settings.columns, "site": settings.site, "images": settings.image_origins}
    refused: list[Problem] = []
    files = dict.fromkeys(listing.names, Content())
    files |= _parsed(_readable(folder, listing.names, refused, instead), options)
    content = without_duplicates(joined(files.values()))
    if linked := [name for name in files if has_links_within(files[name])]:
        targets = targets_of(content, settings.site)
        written = {(one.file, one.line, one.question): one.answer for name in linked for one in files[name].entries}
        for name in linked:
            again = _readable(folder, [name], [], instead)
            files |= _parsed(again, {**options, "links": targets.get(name, {})})
        content = replace(without_duplicates(joined(files.values())), written=written)
    problems = [*content.problems, *refused, *listing.problems, *check_entries(content.entries)]
    if settings.accept_partial:
        problems = [replace(p, severity="warning") if p.rule == "partial" else p for p in problems]
    return replace(content, problems=problems)


def _parsed(files: Iterator[tuple[str, bytes]], options: dict[str, Any]) -> Iterator[tuple[str, Content]]:
    names: list[str] = []

    def with_names_kept() -> Iterator[tuple[str, bytes]]:
        for name, data in files:
            names.append(name)
            yield name, data

    for index, content in enumerate(parse_files(with_names_kept(), options)):
        yield names[index], content


def source_bytes(corpus: Path) -> dict[str, bytes]:
    """The bytes of every file that decides what a build holds, by path below the corpus.

    ContentError names a file that cannot be read.
    """
    folder, listing = _listed(corpus)
    names = listing.names
    if corpus.is_dir() and os.path.isfile(corpus / SETTINGS_FILE):
        names = [SETTINGS_FILE, *names]
    refused: list[Problem] = []
    contents = {name: data for name in names if (data := _read(folder, name, refused)) is not None}
    if refused:
        raise ContentError("\n".join(map(str, refused)))
    return contents


def folder_of(corpus: Path) -> Path:
    """The folder that the paths of its files begin in, also where `corpus` is one file, or a link to it."""
    return corpus.resolve().parent if corpus.is_file() else corpus


def state_of(corpus: Path) -> list[tuple[str, int, int]]:
    """Name, time and size of everything in it: other whenever something was saved."""
    state = []
    for path in sorted([corpus, *corpus.rglob("*")]):
        with contextlib.suppress(OSError):  # deleted meanwhile
            facts = path.lstat()
            state.append((str(path), facts.st_mtime_ns, facts.st_size))
    return state


def _settings(corpus: Path) -> BotSettings:
    """The settings for reading. Problems of bot.toml are left to those who need all of it."""
    try:
        return load_bot_settings(corpus, env={})
    except SettingsError as error:
        usable: BotSettings = error.settings
        return usable


def path_exists(path: Path) -> bool:
    """Whether `path` exists. Also true where that cannot be checked: whoever reads it then reports the reason."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _listed(corpus: Path, instead: Collection[str] = ()) -> tuple[Path, Listing]:
    """The folder of the corpus and its files, those of `instead` among them. UsageError or ContentError where there is
    nothing to read."""
    try:
        corpus.stat()
    except PermissionError as error:
        raise ContentError(f"{corpus}: cannot be read ({error.strerror}); check its permissions") from None
    except OSError:
        pass  # it is missing, which is reported below
    if corpus.is_file():
        if corpus.suffix.lower() not in READERS:
            raise UsageError(f"{corpus}: {corpus.suffix or 'no suffix'} is not a format; use {_FORMATS}")
        return folder_of(corpus), Listing([corpus.resolve().name])  # a single file may be named by a link
    if not corpus.is_dir():
        kind = "file" if corpus.suffix else "folder"
        raise UsageError(f"{corpus}: there is no such {kind}; create it and put FAQ entries ({_FORMATS}) into it")
    listing = list_files(corpus, READERS)
    listing.names = sorted({*listing.names, *instead}, key=lambda name: name.split("/"))
    if not listing.names and not any(problem.severity == "error" for problem in listing.problems):
        raise ContentError(f"{corpus}: holds no FAQ file; add one that ends in {_FORMATS}")
    return corpus, listing


def _readable(
    folder: Path, names: Sequence[str], refused: list[Problem], instead: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    for name in names:
        data = instead[name] if name in instead else _read(folder, name, refused)
        if data is not None:
            yield name, data


def _read(folder: Path, name: str, refused: list[Problem]) -> bytes | None:
    suffix = Path(name).suffix.lower()
    try:
        return read_file(folder, name, size_limit(suffix) if suffix in READERS else SETTINGS_LIMIT)
    except Refused as error:
        refused.append(Problem(name, 0, *error.args))
        return None
