"""All files of a corpus, as one `Content`."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chatbot.content.files import Listing, Refused, list_files, read_file, size_limit
from chatbot.content.formats import READERS
from chatbot.content.ledger import Content, Problem, joined
from chatbot.content.links import has_links_within, targets_of
from chatbot.content.lint import check_entries
from chatbot.content.parsing import parse_files
from chatbot.content.twins import settled
from chatbot.core.errors import ContentError, SettingsError, UsageError
from chatbot.core.settings import SETTINGS_FILE, BotSettings, load_bot_settings
from chatbot.core.settings_text import LIMIT as SETTINGS_LIMIT

_FORMATS = ", ".join(READERS)


def read_corpus(corpus: Path, settings: BotSettings | None = None) -> Content:
    """Every entry, line and problem of `corpus`, a folder or one file. `settings`: if not those of its bot.toml.

    A file that cannot be read is a problem, not an end.
    """
    folder, listing = _listed(corpus)
    settings = settings or _settings(corpus)
    options = {"columns": settings.columns, "site": settings.site, "images": settings.image_origins}
    refused: list[Problem] = []
    files = dict.fromkeys(listing.names, Content())
    files |= _parsed(_readable(folder, listing.names, refused), options)
    content = settled(joined(files.values()))
    if linked := [name for name in files if has_links_within(files[name])]:
        targets = targets_of(content, settings.site)
        for name in linked:
            again = _readable(folder, [name], [])
            files |= _parsed(again, {**options, "links": targets.get(name, {})})
        content = settled(joined(files.values()))
    problems = [*content.problems, *refused, *listing.problems, *check_entries(content.entries)]
    if settings.accept_partial:
        problems = [replace(p, severity="warning") if p.rule == "partial" else p for p in problems]
    return replace(content, problems=problems)


def _parsed(files: Iterator[tuple[str, bytes]], options: dict[str, Any]) -> Iterator[tuple[str, Content]]:
    names: list[str] = []

    def noted() -> Iterator[tuple[str, bytes]]:
        for name, data in files:
            names.append(name)
            yield name, data

    for at, content in enumerate(parse_files(noted(), options)):
        yield names[at], content


def source_bytes(corpus: Path) -> dict[str, bytes]:
    """The bytes of every file that decides what a build holds, by path below the corpus.

    ContentError names a file that cannot be read.
    """
    folder, listing = _listed(corpus)
    names = listing.names
    if corpus.is_dir() and os.path.isfile(corpus / SETTINGS_FILE):
        names = [SETTINGS_FILE, *names]
    refused: list[Problem] = []
    found = {name: data for name in names if (data := _read(folder, name, refused)) is not None}
    if refused:
        raise ContentError("\n".join(map(str, refused)))
    return found


def _settings(corpus: Path) -> BotSettings:
    """What bot.toml says about reading; what is wrong in it is for those to name who need it all."""
    try:
        return load_bot_settings(corpus, env={})
    except SettingsError as error:
        found: BotSettings = error.settings
        return found


def is_there(path: Path) -> bool:
    """Also where it must not be looked at: then whoever reads it says so."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _listed(corpus: Path) -> tuple[Path, Listing]:
    """The folder of the corpus, and what it holds; UsageError or ContentError where there is nothing to read."""
    try:
        corpus.stat()
    except PermissionError as error:
        raise ContentError(f"{corpus}: cannot be read ({error.strerror}); check its permissions") from None
    except OSError:
        pass  # it is missing, as is said below
    if corpus.is_file():
        if corpus.suffix.lower() not in READERS:
            raise UsageError(f"{corpus}: {corpus.suffix or 'no suffix'} is not a format; use {_FORMATS}")
        real = corpus.resolve()  # whoever names one file may name a link
        return real.parent, Listing([real.name])
    if not corpus.is_dir():
        kind = "file" if corpus.suffix else "folder"
        raise UsageError(f"{corpus}: there is no such {kind}; create it and put FAQ entries ({_FORMATS}) into it")
    listing = list_files(corpus, READERS)
    if not listing.names and not any(problem.severity == "error" for problem in listing.problems):
        raise ContentError(f"{corpus}: holds no FAQ file; add one that ends in {_FORMATS}")
    return corpus, listing


def _readable(folder: Path, names: Sequence[str], refused: list[Problem]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        data = _read(folder, name, refused)
        if data is not None:
            yield name, data


def _read(folder: Path, name: str, refused: list[Problem]) -> bytes | None:
    suffix = Path(name).suffix.lower()
    try:
        return read_file(folder, name, size_limit(suffix) if suffix in READERS else SETTINGS_LIMIT)
    except Refused as error:
        refused.append(Problem(name, 0, *error.args))
        return None
