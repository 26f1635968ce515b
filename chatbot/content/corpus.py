"""All files of a corpus, as one `Content`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chatbot.config import SETTINGS_FILE, load_bot_settings
from chatbot.content.files import Listing, Refused, list_files, read_file, size_limit
from chatbot.content.formats import READERS
from chatbot.content.ledger import Content, Problem, joined
from chatbot.content.lint import check_entries
from chatbot.content.parsing import parse_files
from chatbot.content.twins import settled
from chatbot.errors import ContentError, SettingsError, UsageError

_FORMATS = ", ".join(READERS)
_SETTINGS_LIMIT = 1024 * 1024  # bytes


def read_corpus(corpus: Path) -> Content:
    """Every entry, line and problem of `corpus`, a folder or one file.

    A file that cannot be read is a problem, not an end.
    """
    folder, listing = _listed(corpus)
    refused: list[Problem] = []
    content = settled(joined(parse_files(_readable(folder, listing, refused), _options(corpus))))
    problems = [*content.problems, *refused, *listing.problems]
    return Content(content.entries, content.ledger, [*problems, *check_entries(content.entries)])


def source_bytes(corpus: Path) -> dict[str, bytes]:
    """The bytes of every file that decides what a build holds, by path below the corpus.

    ContentError names a file that cannot be read.
    """
    folder, listing = _listed(corpus)
    names = listing.names
    if corpus.is_dir() and (corpus / SETTINGS_FILE).is_file():
        names = [SETTINGS_FILE, *names]
    refused: list[Problem] = []
    found = {name: data for name in names if (data := _read(folder, name, refused)) is not None}
    if refused:
        raise ContentError("\n".join(map(str, refused)))
    return found


def _options(corpus: Path) -> dict[str, Any]:
    """What bot.toml says about reading; what is wrong in it is for those to name who need it all."""
    try:
        settings = load_bot_settings(corpus, env={})
    except SettingsError as error:
        settings = error.settings
    return {"columns": settings.columns}


def _listed(corpus: Path) -> tuple[Path, Listing]:
    """The folder of the corpus, and what it holds; UsageError or ContentError where there is nothing to read."""
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


def _readable(folder: Path, listing: Listing, refused: list[Problem]) -> Iterator[tuple[str, bytes]]:
    for name in listing.names:
        data = _read(folder, name, refused)
        if data is not None:
            yield name, data


def _read(folder: Path, name: str, refused: list[Problem]) -> bytes | None:
    suffix = Path(name).suffix.lower()
    try:
        return read_file(folder, name, size_limit(suffix) if suffix in READERS else _SETTINGS_LIMIT)
    except Refused as error:
        refused.append(Problem(name, 0, *error.args))
        return None
