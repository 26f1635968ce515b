"""All files of a corpus, as one `Content`."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from chatbot.config import SETTINGS_FILE
from chatbot.content.ledger import Content, Problem, joined
from chatbot.content.lint import ANSWER_LIMIT, check_entries
from chatbot.content.readers.copied_page import read_copied_page
from chatbot.content.readers.markdown import read_markdown
from chatbot.content.readers.records import read_json, read_jsonl
from chatbot.content.render import copied_text_to_html, markdown_to_html
from chatbot.errors import ContentError, UsageError
from chatbot.text import is_text
from chatbot.types import Entry

# (file name for messages, text) -> content
READERS: dict[str, Callable[[str, str], Content]] = {
    ".txt": read_copied_page,
    ".md": read_markdown,
    ".json": read_json,
    ".jsonl": read_jsonl,
}


def corpus_files(corpus: Path) -> list[Path]:
    """The content files below `corpus` in the order of their names, or `corpus` itself where it is a file."""
    if corpus.is_file():
        if corpus.suffix.lower() not in READERS:
            raise UsageError(f"{corpus}: {corpus.suffix or 'no suffix'} is not a format; use {_formats()}")
        return [corpus]
    if not corpus.is_dir():
        kind = "file" if corpus.suffix else "folder"
        raise UsageError(f"{corpus}: there is no such {kind}; create it and put FAQ entries ({_formats()}) into it")
    files = sorted(
        path
        for path in corpus.rglob("*")
        if path.suffix.lower() in READERS and path.is_file() and not _is_no_content(path.relative_to(corpus))
    )
    if not files:
        raise ContentError(f"{corpus}: holds no FAQ file; add one that ends in {_formats()}")
    return files


def read_corpus(corpus: Path) -> Content:
    """Every entry, line and problem of `corpus`; a file that cannot be read is a problem, not an end."""
    files = corpus_files(corpus)
    root = corpus.parent if corpus.is_file() else corpus
    content = joined([*(_read(path, root) for path in files), _strangers(corpus, files)])
    entries = [_rendered(entry) for entry in content.entries]
    return Content(entries, content.ledger, [*content.problems, *check_entries(entries)])


def source_bytes(corpus: Path) -> dict[str, bytes]:
    """The bytes of every file that decides what a build holds, by path below the corpus.

    ContentError names a file that cannot be read.
    """
    files = corpus_files(corpus)
    root = corpus.parent if corpus.is_file() else corpus
    settings = root / SETTINGS_FILE
    if corpus.is_dir() and settings.is_file():
        files = [settings, *files]
    try:
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    except OSError as error:
        raise ContentError(f"{error.filename}: cannot be read ({error.strerror}); check its permissions") from None


def _read(path: Path, root: Path) -> Content:
    name = path.relative_to(root).as_posix()
    if not is_text(name):
        shown = name.encode("utf-8", "backslashreplace").decode()
        return Content(problems=[Problem(shown, 0, "file-name", "the file's name is not UTF-8; rename the file")])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = f"not UTF-8 text (byte {error.start} of the file); save it as UTF-8"
        return Content(problems=[Problem(name, line, "encoding", message)])
    except OSError as error:
        message = f"cannot be read ({error.strerror}); check its permissions"
        return Content(problems=[Problem(name, 0, "unreadable", message)])
    if not text.strip():
        return Content(problems=[Problem(name, 0, "empty-file", "empty; write entries into it or delete it")])
    return READERS[path.suffix.lower()](name, text)


def _strangers(corpus: Path, files: list[Path]) -> Content:
    """A warning for each file that looks like content and has no reader: an editor would miss it silently."""
    if corpus.is_file():
        return Content()
    known = {*files, corpus / SETTINGS_FILE}
    strangers = [
        path
        for path in sorted(corpus.rglob("*"))
        if path.is_file() and path not in known and not _is_no_content(path.relative_to(corpus))
    ]
    message = f"not read; the formats are {_formats()}"
    names = [path.relative_to(corpus).as_posix().encode("utf-8", "backslashreplace").decode() for path in strangers]
    return Content(problems=[Problem(name, 0, "no-reader", message, "warning") for name in names])


def _is_no_content(path: Path) -> bool:
    """Hidden files and folders, and files named README."""
    return path.stem.upper() == "README" or any(part.startswith(".") for part in path.parts)


def _rendered(entry: Entry) -> Entry:
    to_html = copied_text_to_html if entry.file.lower().endswith(".txt") else markdown_to_html
    too_long = len(entry.answer.encode()) > ANSWER_LIMIT  # an error already; cleaning it could take minutes
    return dataclasses.replace(entry, html="" if too_long else to_html(entry.answer))


def _formats() -> str:
    return ", ".join(READERS)
