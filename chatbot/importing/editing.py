"""An entry with other words, as a change of the file that it stands in; and a new entry at the end of a file.

Every change is read back as a build would read it, the whole corpus with it. It counts only if the entry then says what
was asked for, and every other entry is what it was.

In Markdown and plain text all of an entry can be edited. Of tables and records, further wordings can be written; the
rest is left to the editor, with file and line.
"""

import codecs
import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.content.corpus import folder_of, read_corpus
from chatbot.content.files import Refused, read_file, size_limit
from chatbot.content.ledger import Content
from chatbot.content.lint import check_reviews, check_settings
from chatbot.content.profile import check_profile
from chatbot.content.readers.metadata import split_source
from chatbot.core.errors import ContentError
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.text import sha256, slug
from chatbot.core.types import Entry
from chatbot.importing.changes import Change
from chatbot.importing.entry_fields import Fields, checked
from chatbot.importing.entry_lines import EntryLines, Extent, NoPlace, value_of
from chatbot.importing.read_back import difference, of_entry, others, why_not_read
from chatbot.importing.wordings import with_wordings
from chatbot.importing.write import entry_markdown

MARKDOWN = (".md", ".markdown", ".mdx")
_PROSE = (*MARKDOWN, ".txt")
_OWN = frozenset({"question", "alternate", "answer", "metadata", "entry"})
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Edit:
    """A change, and what it makes of the entry."""

    change: Change
    entry: Entry  # as it is read back
    old_id: str  # "" for a new entry; another than `entry.id`: links to it, and what is counted of it, end
    problems: tuple[Problem, ...]  # of the entry, and new ones elsewhere

    @property
    def errors(self) -> list[Problem]:
        """What would stop the next build."""
        return [problem for problem in self.problems if problem.severity == "error"]


def edited(
    corpus: Path,
    settings: BotSettings,
    entry_id: str,
    fields: Fields,
    *,
    keeps_id: bool = True,
    seen: str = "",
    before: Content | None = None,
) -> Edit:
    """The change that makes the entry say `fields`. Nothing is written.

    `settings`: of `corpus`. `keeps_id`: where the question changes, the id stays, and is written beside it. `seen`:
    hash of the file when it was opened, as `file_hash` gives it. `before`: what `read_corpus` gives now, where it is
    known. ContentError where the file is another by now, where it has no place for a part of it, or where another entry
    would change.
    """
    before = before or read_corpus(corpus, settings)
    entry = found(before, entry_id)
    data = bytes_of(corpus, entry.file)
    if seen and sha256(data) != seen:
        message = "was changed by somebody else since the entry was opened; open it again and repeat the edit"
        raise ContentError(f"{entry.file}: {message}")
    fields = checked(fields)
    written = before.as_written(entry)
    if fields == Fields.of(written).normalized:
        return Edit(Change(entry.file, data, data), entry, entry.id, _problems(before, before, entry, settings))
    reason = ""
    tried: set[bytes] = set()
    for after in _written(before, written, data, fields, settings, keeps_id):
        if after in tried:
            continue
        tried.add(after)
        read = read_corpus(corpus, settings, {entry.file: after})
        reason = difference(before, read, entry, fields)
        if not reason:
            new = read.entries[before.entries.index(entry)]
            return Edit(Change(entry.file, data, after), new, entry.id, _problems(before, read, new, settings))
    raise ContentError(f"{entry.file}:{entry.line}: {reason}; write it otherwise, or edit the file by hand there")


def added(corpus: Path, settings: BotSettings, file: str, fields: Fields, *, before: Content | None = None) -> Edit:
    """The change that adds an entry at the end of `file`, a Markdown file of `corpus` or a new one. Nothing is written.

    `before` and errors as for `edited`.
    """
    before = before or read_corpus(corpus, settings)
    _require_name(corpus, file)
    is_new = file not in {line.file for line in before.ledger} and not (folder_of(corpus) / file).exists()
    data = None if is_new else bytes_of(corpus, file)
    fields = checked(fields)
    source, url = split_source(fields.source) if fields.source else ("", "")
    names = ("question", "answer", "alternates", "tags", "reviewed", "review_by")
    entry = Entry(
        id=slug(fields.question),
        **{name: getattr(fields, name) for name in names},
        source=source,
        url=url,
        file="new.md",
    )
    after = _appended(data, entry_markdown(entry))
    read = read_corpus(corpus, settings, {file: after})
    known = {one.id for one in before.entries}
    new = [one for one in read.entries if one.file == file and one.question == fields.question and one.id not in known]
    if len(new) != 1:
        raise ContentError(f"{file}: {why_not_read(before, read, file, fields)}")
    rest = dataclasses.replace(read, entries=[one for one in read.entries if one is not new[0]])
    reason = others(before, rest) or of_entry(read.as_written(new[0]), fields, is_new=True)
    if reason:
        raise ContentError(f"{file}: {reason}; write it more plainly")
    return Edit(Change(file, data, after), new[0], "", _problems(before, read, new[0], settings))


def found(content: Content, entry_id: str) -> Entry:
    """ContentError where there is no such entry."""
    entry = next((one for one in content.entries if one.id == entry_id), None)
    if entry is None:
        raise ContentError(f'"{entry_id}": there is no such entry in the corpus any more; read the list again')
    return entry


def file_hash(corpus: Path, file: str) -> str:
    """Of the file as it is now, for `edited`."""
    return sha256(bytes_of(corpus, file))


def bytes_of(corpus: Path, file: str) -> bytes:
    """The file as it is now. ContentError where it cannot be read, or is a link."""
    try:
        return read_file(folder_of(corpus), file, size_limit(Path(file).suffix.lower()))
    except Refused as error:
        raise ContentError(f"{file}: {error.args[1]}") from None


def _written(
    before: Content, entry: Entry, data: bytes, fields: Fields, settings: BotSettings, keeps_id: bool
) -> Iterator[bytes]:
    """Ways to write it, the plainest first. ContentError where there is none."""
    suffix = Path(entry.file).suffix.lower()
    if suffix not in _PROSE:
        yield _with_more_wordings(entry, data, fields, settings)
        return
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encoding = _MARKS.get(mark, "utf-8")
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        raise ContentError(f"{entry.file}: is not UTF-8; save it as UTF-8, and edit the entry then") from None
    extent = _extent(before, entry)
    for is_kept_empty, is_parted in ((False, False), (True, False), (False, True)):
        lines = EntryLines(text, extent, suffix in MARKDOWN)
        if is_parted:
            lines.part(entry.id)
        try:
            more = _edit(lines, entry, fields, keeps_id, is_kept_empty)
        except NoPlace as error:
            message = f"{error} cannot be edited here, as the file gives it no lines of its own; edit it by hand there"
            raise ContentError(f"{entry.file}:{entry.line}: {message}") from None
        written = lines.text
        if more:
            key = (entry.line, fields.question)
            utf8, left = with_wordings(entry.file, written.encode(), {key: more}, settings)
            if left:
                message = "the further wordings have no place of their own here; write them by hand there"
                raise ContentError(f"{entry.file}:{entry.line}: {message}")
            written = utf8.decode()
        yield mark + written.encode(encoding)


def _edit(lines: EntryLines, entry: Entry, fields: Fields, keeps_id: bool, is_kept_empty: bool) -> list[str]:
    """Edits `lines`. Returns the wordings that are still to be added."""
    old = Fields.of(entry).normalized
    if fields.answer != old.answer:  # from below, so that what is above keeps its place
        lines.answer(old.answer, fields.answer)
    more = lines.reword(old.alternates, fields.alternates)
    if fields.question != old.question:
        lines.ask(old.question, fields.question)
        if keeps_id and entry.id != slug(fields.question):
            lines.describe("id", entry.id)
    for key in ("tags", "source", "reviewed", "review_by"):
        if getattr(fields, key) != getattr(old, key):
            lines.describe(key, value_of(key, getattr(fields, key)), is_kept_empty)
    return more


def _extent(content: Content, entry: Entry) -> Extent:
    lines = [line for line in content.ledger if line.file == entry.file]
    below = [one.line for one in content.entries if one.file == entry.file and one.line > entry.line]
    last = min(below, default=max((line.line for line in lines), default=entry.line) + 1) - 1
    own = {line.line for line in lines if entry.line <= line.line <= last and line.role in _OWN}
    return Extent(entry.line, last, own)


def _with_more_wordings(entry: Entry, data: bytes, fields: Fields, settings: BotSettings) -> bytes:
    old = Fields.of(entry).normalized
    more = [text for text in fields.alternates if text not in old.alternates]
    suffix = Path(entry.file).suffix.lower()
    if dataclasses.replace(fields, alternates=old.alternates) != old or not set(old.alternates) <= set(
        fields.alternates
    ):
        message = f"of a {suffix} file only further wordings can be written from here; edit it by hand there"
        raise ContentError(f"{entry.file}:{entry.line}: {message}")
    written, left = with_wordings(entry.file, data, {(entry.line, entry.question): more}, settings)
    if left:
        message = f"further wordings cannot be written into this {suffix} file; write them by hand there"
        raise ContentError(f"{entry.file}:{entry.line}: {message}")
    return written


def _problems(before: Content, after: Content, entry: Entry, settings: BotSettings) -> tuple[Problem, ...]:
    today = datetime.datetime.now(datetime.UTC).date()
    extent = _extent(after, entry)
    known = {(problem.file, problem.rule, problem.message) for problem in before.problems}
    own = [
        problem
        for problem in after.problems
        if (problem.file == entry.file and extent.line <= problem.line <= extent.last)
        or (problem.file, problem.rule, problem.message) not in known
    ]
    one: Sequence[Entry] = [entry]
    more = [*check_reviews(one, today), *check_settings(settings, one), *check_profile(settings, one, today)]
    return tuple(own + [problem for problem in more if problem.file == entry.file])


def _require_name(corpus: Path, file: str) -> None:
    *folders, name = file.split("/")
    if not {"", ".", ".."}.isdisjoint((*folders, name)) or "\\" in file or any(c < " " for c in file):
        raise ContentError(f"{file!r}: is no path below the corpus; name a Markdown file in it, as new-entries.md")
    is_hidden = any(part.startswith((".", "~$")) for part in (*folders, name))
    stem, suffix = Path(name).stem, Path(name).suffix.lower()
    if is_hidden or suffix not in MARKDOWN or stem.upper() == "README":
        raise ContentError(f"{file}: new entries are written into Markdown files alone; name one that ends in .md")
    folder = folder_of(corpus)
    if corpus.is_file() and file != corpus.resolve().name:
        raise ContentError(f"{file}: the corpus is the one file {corpus.name}; name that one")
    if not (folder / file).parent.is_dir() or not (folder / file).parent.resolve().is_relative_to(folder.resolve()):
        raise ContentError(f"{file}: there is no such folder in the corpus; make it first")


def _appended(data: bytes | None, entry: str) -> bytes:
    if data is None or not data.strip():
        return (data or b"") + f"{entry}\n".encode()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ContentError("the file is not UTF-8; save it as UTF-8, or name another one") from None
    newline = "\r\n" if "\r\n" in text else "\n"
    ended = text if text.endswith("\n") else text + newline
    blank = "" if ended.endswith(newline * 2) else newline
    end = newline if text.endswith("\n") else ""
    return (ended + blank + entry.replace("\n", newline) + end).encode()
