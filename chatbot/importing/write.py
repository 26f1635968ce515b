"""Entries as one Markdown file that an editor likes to work in, and that reads back to the same entries.

Beside the questions and answers nothing is made up: a file that was fetched names its page, as `source` and `url`, as
that is where the words come from. The day on which it was fetched is not written: `reviewed` says when somebody last
looked whether an answer is right, and nobody has.
"""

import dataclasses
import html
import re
from collections.abc import Sequence

from chatbot.content.files import size_limit
from chatbot.content.ledger import Content
from chatbot.content.readers.metadata import LIST_KEYS, split_source
from chatbot.content.render import PLACE, rendered_markdown, spoken
from chatbot.core.errors import ContentError
from chatbot.core.text import list_mark, slug
from chatbot.core.types import Entry
from chatbot.importing.answers import answer_markdown, same_words
from chatbot.importing.reading import read_bytes

_KEYS = ("tags", "lang", "source", "url", "reviewed", "review_by")
_MARKUP = re.compile(r"[\\`*_\[\]<>#~&|]")
_NAMED = 5  # entries in a message


def written(content: Content, source: str, url: str, label: str) -> bytes:
    """The file. ContentError names each entry that would not come back from it as it is.

    `source`, `url`: who says so and where, of entries that do not tell themselves. `label`: of the file that was read.
    """
    entries = [dataclasses.replace(e, source=e.source or source, url=e.url or url) for e in content.entries]
    shared = _shared(entries)
    parts = [_front_matter(shared), *(_entry(entry, shared) for entry in entries)]
    data = ("\n\n".join(filter(None, parts)) + "\n").encode()
    limit = size_limit(".md")
    if len(data) > limit:
        message = f"would be over {limit >> 20} MB as Markdown; split it, or put it into the corpus as it is"
        raise ContentError(f"{label}: {message}")
    _check(entries, data, label)
    return data


def _check(entries: Sequence[Entry], data: bytes, label: str) -> None:
    """Reads what would be written, as a build does, and compares."""
    found = {entry.id: entry for entry in read_bytes("written.md", data).entries}
    wrong = []
    for entry in entries:
        differs = _difference(entry, found.get(entry.id))
        if differs:
            message = f"Markdown cannot hold this entry as it is ({differs}); write it more plainly, and import again"
            wrong.append(f'{label}:{entry.line}: "{entry.id}": {message}')
    added = [found[entry_id] for entry_id in found.keys() - {entry.id for entry in entries}]
    if added and not wrong:
        message = f'a part of an answer would be read as a question, "{added[0].question}"; write it otherwise'
        wrong.append(f"{label}: {message}")
    if wrong:
        more_wrong = f"\nand {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise ContentError("\n".join(wrong[:_NAMED]) + more_wrong)


def _difference(entry: Entry, found: Entry | None) -> str:
    """What of `entry` does not come back, or ""."""
    if found is None:
        if entry.is_gap:
            return 'it has no answer and does not end in "?", so it is read as a title'
        return "it is not found there"
    for name in ("question", "alternates", *_KEYS):
        if getattr(entry, name) != getattr(found, name):
            return f"its {name} would be {getattr(found, name)!r}"
    return "" if same_words(entry, found) else "its answer would read otherwise"


def _shared(entries: Sequence[Entry]) -> dict[str, object]:
    """What all entries say alike, which is said once at the top."""
    first = entries[0]
    same = {name for name in _KEYS if all(getattr(entry, name) == getattr(first, name) for entry in entries)}
    if "source" not in same:
        same.discard("url")  # an entry that names its source speaks of its address, too
    return {name: getattr(first, name) for name in _KEYS if name in same and getattr(first, name)}


def _front_matter(shared: dict[str, object]) -> str:
    lines = []
    source = _source(str(shared.get("source", "")), str(shared.get("url", "")))
    for name, value in shared.items():
        if name == "url" and split_source(source)[1]:
            continue  # the source says it
        if isinstance(value, tuple):
            plain = all(re.fullmatch(r"[\w &/.+-]+", tag) for tag in value)
            items = f" [{', '.join(value)}]" if plain else "".join(f"\n- {_quoted(tag)}" for tag in value)
            lines.append(f"{name}:{items}")
        else:
            text = source if name == "source" else str(value)
            lines.append(f"{name}: {text if name == 'url' else _quoted(text)}")
    return "\n".join(["---", *lines, "---"]) if lines else ""


def _quoted(text: str) -> str:
    mark = "'" if '"' in text or "\\" in text else '"'
    return f"{mark}{text}{mark}"


def _entry(entry: Entry, shared: dict[str, object]) -> str:
    answer = answer_markdown(entry)
    parts = [f"## {_inline(entry.question)}"]
    if entry.alternates:
        parts.append("\n".join(["Also asked:", *(f"- {_inline(wording)}" for wording in entry.alternates)]))
    lines = _metadata(entry, shared)
    if entry.alternates and not lines and (list_mark(answer) or answer[:1].isspace()):
        lines = [f"Id: {entry.id}"]  # or the answer would go on with the list above it
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else []), *([answer] if answer else [])])


def _metadata(entry: Entry, shared: dict[str, object]) -> list[str]:
    lines = [f"Id: {entry.id}"] if entry.id != slug(entry.question) else []
    for name in _KEYS:
        value = getattr(entry, name)
        if not value or name in shared:
            continue
        if name == "source":
            value = _source(value, entry.url)
        elif name == "url" and entry.source and split_source(_source(entry.source, value))[1]:
            continue  # the source says it
        shown = ", ".join(value) if name in LIST_KEYS else value
        lines.append(f"{name.replace('_', ' ').capitalize()}: {shown}")
    return lines


def _source(source: str, url: str) -> str:
    """A source that holds an address, which a reader would take out of it, is the words of a link."""
    return source if not url or split_source(source)[1] in ("", url) else f"[{source}]({url})"


def _inline(text: str) -> str:
    """`text` on one line of Markdown: as it stands, else with escapes, else with characters by number."""
    for shown in (text, html.escape(text, quote=False), _MARKUP.sub(r"\\\g<0>", text)):
        if _is_plain(shown, text):
            return shown
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)


def _is_plain(shown: str, text: str) -> bool:
    """Whether `shown` is read as `text`, by Markdown and by what takes its marks away."""
    heading = PLACE.sub("", rendered_markdown(f"## {shown}"))
    return heading == f"<h2>{html.escape(text, quote=False)}</h2>" and spoken(shown) == text
