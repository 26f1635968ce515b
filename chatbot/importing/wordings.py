"""Further alternates in a file of a corpus, as its editor would write them: every other byte stays as it is.

Each change is read back before it counts. Formats in which a wording has no place of its own, such as a page or a
document of Word, are left to the editor.
"""

import dataclasses
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from chatbot.content.corpus import read_corpus
from chatbot.content.readers.section import ALSO_ASKED
from chatbot.core.settings import BotSettings
from chatbot.core.text import list_mark
from chatbot.core.types import Entry
from chatbot.importing.wordings_records import in_json, in_toml, in_yaml
from chatbot.importing.wordings_table import in_table
from chatbot.importing.write import inline_markdown

_MARK = b"\xef\xbb\xbf"
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_HEADING = re.compile(r"#{1,6}[ \t]")

# (file, text, line of the entry, its question, first line that is not its own, wordings) -> the new text,
# or None where it has no place for them
Writer = Callable[[str, str, int, str, int, Sequence[str]], str | None]


def with_wordings(
    name: str, data: bytes, wanted: Mapping[tuple[int, str], Sequence[str]], settings: BotSettings
) -> tuple[bytes, list[tuple[int, str]]]:
    """The file `name` with further alternates, and the entries for which an editor must write them.

    `wanted`: (line, question) of an entry -> its new wordings. `settings`: those of the corpus.
    """
    write = _WRITERS.get(Path(name).suffix.lower())
    keys = sorted(wanted, reverse=True)  # from below, so that the lines above keep their numbers
    before = _entries(name, data, settings) if write else []
    if not write or not all(key in {(entry.line, entry.question) for entry in before} for key in keys):
        return data, keys[::-1]
    written, left = data, []
    at_once = _all_written(write, name, data, keys, wanted, before)
    if at_once is not None and _is_as_wanted(before, _entries(name, at_once, settings), wanted):
        return at_once, []
    done: dict[tuple[int, str], Sequence[str]] = {}
    for key in keys:
        one = _all_written(write, name, written, [key], wanted, before)
        tried = {**done, key: wanted[key]}
        if one is not None and _is_as_wanted(before, _entries(name, one, settings), tried):
            written, done = one, tried
        else:
            left.append(key)
    return written, left[::-1]


def _all_written(
    write: Writer,
    name: str,
    data: bytes,
    keys: Sequence[tuple[int, str]],
    wanted: Mapping[tuple[int, str], Sequence[str]],
    before: Sequence[Entry],
) -> bytes | None:
    try:
        text = data.removeprefix(_MARK).decode()
    except UnicodeDecodeError:
        return None
    lines = sorted(entry.line for entry in before)
    for line, question in keys:
        until = next((other for other in lines if other > line), text.count("\n") + 2)
        changed = write(name, text, line, question, until, wanted[line, question])
        if changed is None:
            return None
        text = changed
    return (_MARK if data.startswith(_MARK) else b"") + text.encode()


def _entries(name: str, data: bytes, settings: BotSettings) -> list[Entry]:
    """As a build reads them. None where the file has an error."""
    with tempfile.TemporaryDirectory(prefix="verbatim-") as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        content = read_corpus(path, settings)
    return [] if content.errors else list(content.entries)


def _is_as_wanted(
    before: Sequence[Entry], after: Sequence[Entry], wanted: Mapping[tuple[int, str], Sequence[str]]
) -> bool:
    """Whether nothing is new but the wordings."""
    if len(before) != len(after):
        return False
    for old, new in zip(before, after, strict=True):
        added = wanted.get((old.line, old.question), ())
        if sorted(new.alternates) != sorted([*old.alternates, *added]) or _rest(old) != _rest(new):
            return False
    return True


def _rest(entry: Entry) -> Entry:
    return dataclasses.replace(entry, alternates=(), line=0)


def _in_markdown(file: str, text: str, line: int, question: str, until: int, wordings: Sequence[str]) -> str | None:
    opening = text[:4].strip()
    fence = text.find(f"\n{opening}", 3) if opening in ("---", "+++") else -1
    if fence >= 0 and line <= text.count("\n", 0, fence) + 1:
        until = min(until, text.count("\n", 0, fence) + 2)
        return (in_yaml if opening == "---" else in_toml)(file, text, line, question, until, wordings)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    head = line + bool(lines[line:] and _UNDERLINE.match(lines[line]))  # index behind the question
    items = [inline_markdown(wording) for wording in wordings]
    for at in range(head, min(until - 1, len(lines))):
        if _HEADING.match(lines[at]):
            break
        if ALSO_ASKED.match(lines[at]):
            end = at + 1
            for number in range(at + 1, min(until - 1, len(lines))):
                if lines[number].strip() and not (list_mark(lines[number]) or lines[number][0] in " \t"):
                    break
                end = number + 1 if lines[number].strip() else end
            mark = end > at + 1 and list_mark(lines[end - 1])
            bullet = mark[0] if mark and not any(map(str.isalnum, mark[0])) else "- "
            lines[end:end] = [f"{bullet}{item}" for item in items]
            return newline.join(lines)
    below = [""] if lines[head:] and lines[head].strip() else []
    lines[head:head] = ["", "Also asked:", *(f"- {item}" for item in items), *below]
    return newline.join(lines)


_WRITERS: dict[str, Writer] = {
    **dict.fromkeys((".md", ".markdown", ".mdx"), _in_markdown),
    **dict.fromkeys((".csv", ".tsv"), in_table),
    **dict.fromkeys((".json", ".jsonl"), in_json),
    **dict.fromkeys((".yaml", ".yml"), in_yaml),
}
