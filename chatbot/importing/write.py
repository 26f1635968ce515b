"""Writes entries as one Markdown file that is easy to edit and that reads back to the same entries.

Nothing is invented: a fetched file names its page as `source` and `url`, since the words come from there. The day of
fetching is not written: `reviewed` says when somebody last checked an answer, and nobody has.
"""

import dataclasses
import html
import re
from collections.abc import Collection, Sequence

from chatbot.content.files import size_limit
from chatbot.content.ledger import Content
from chatbot.content.readers.metadata import LIST_KEYS, split_source
from chatbot.content.render import POSITION, plain_line, rendered_markdown
from chatbot.core.errors import ContentError
from chatbot.core.text import list_mark, slug
from chatbot.core.types import Entry
from chatbot.importing.answers import answer_markdown, same_words
from chatbot.importing.reading import read_bytes

_KEYS = ("tags", "lang", "source", "url", "reviewed", "review_by")
_MARKUP = re.compile(r"[\\`*_\[\]<>#~&|]")
_NAMED = 5  # entries named in a message


def markdown_file(content: Content, source: str, url: str, label: str) -> bytes:
    """The bytes of the file. ContentError names each entry that would be read back differently.

    `source`, `url`: for entries without a source. `label`: the file or address that was read, for messages.
    """
    entries = [dataclasses.replace(e, source=e.source or source, url=e.url or url) for e in content.entries]
    shared = _shared(entries)
    parts = [_front_matter(shared), *(entry_markdown(entry, shared) for entry in entries)]
    data = ("\n\n".join(filter(None, parts)) + "\n").encode()
    limit = size_limit(".md")
    if len(data) > limit:
        message = f"would be over {limit >> 20} MB as Markdown; split it, or put it into the corpus as it is"
        raise ContentError(f"{label}: {message}")
    _check(entries, data, label)
    return data


def _check(entries: Sequence[Entry], data: bytes, label: str) -> None:
    """Reads the file as a build does, and compares."""
    read_back = {entry.id: entry for entry in read_bytes("written.md", data).entries}
    wrong = []
    for entry in entries:
        differs = _difference(entry, read_back.get(entry.id))
        if differs:
            message = f"Markdown cannot hold this entry as it is ({differs}); write it more plainly, and import again"
            wrong.append(f'{label}:{entry.line}: "{entry.id}": {message}')
    added = [read_back[entry_id] for entry_id in read_back.keys() - {entry.id for entry in entries}]
    if added and not wrong:
        message = f'a part of an answer would be read as a question, "{added[0].question}"; write it otherwise'
        wrong.append(f"{label}: {message}")
    if wrong:
        more_wrong = f"\nand {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise ContentError("\n".join(wrong[:_NAMED]) + more_wrong)


def _difference(entry: Entry, read_back: Entry | None) -> str:
    """What of `entry` would be read back differently, or ""."""
    if read_back is None:
        if entry.is_gap:
            return 'it has no answer and does not end in "?", so it is read as a title'
        return "it is not found there"
    for name in ("question", "alternates", *_KEYS):
        if getattr(entry, name) != getattr(read_back, name):
            return f"its {name} would be {getattr(read_back, name)!r}"
    return "" if same_words(entry, read_back) else "its answer would read otherwise"


def _shared(entries: Sequence[Entry]) -> dict[str, object]:
    """The metadata that all entries share. It is written once, at the top."""
    first = entries[0]
    same = {name for name in _KEYS if all(getattr(entry, name) == getattr(first, name) for entry in entries)}
    if "source" not in same:
        same.discard("url")  # an entry with its own source has its own address, too
    return {name: getattr(first, name) for name in _KEYS if name in same and getattr(first, name)}


def _front_matter(shared: dict[str, object]) -> str:
    lines = []
    source = _source(str(shared.get("source", "")), str(shared.get("url", "")))
    for name, value in shared.items():
        if name == "url" and split_source(source)[1]:
            continue  # the source includes it
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


def entry_markdown(entry: Entry, shared: Collection[str] = ()) -> str:
    """The entry below a heading of level 2, with no line feed at its end. `shared`: keys that front matter holds."""
    answer = answer_markdown(entry)
    parts = [f"## {inline_markdown(entry.question)}"]
    if entry.alternates:
        parts.append("\n".join(["Also asked:", *(f"- {inline_markdown(wording)}" for wording in entry.alternates)]))
    lines = _metadata(entry, shared)
    if entry.alternates and not lines and (list_mark(answer) or answer[:1].isspace()):
        lines = [f"Id: {entry.id}"]  # otherwise the answer would continue the list above it
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else []), *([answer] if answer else [])])


def _metadata(entry: Entry, shared: Collection[str]) -> list[str]:
    lines = [f"Id: {entry.id}"] if entry.id != slug(entry.question) else []
    for name in _KEYS:
        value = getattr(entry, name)
        if not value or name in shared:
            continue
        if name == "source":
            value = _source(value, entry.url)
        elif name == "url" and entry.source and split_source(_source(entry.source, value))[1]:
            continue  # the source includes it
        shown = ", ".join(value) if name in LIST_KEYS else value
        lines.append(f"{name.replace('_', ' ').capitalize()}: {shown}")
    return lines


def _source(source: str, url: str) -> str:
    """A source that contains an address becomes the words of a link, since a reader would remove the address."""
    return source if not url or split_source(source)[1] in ("", url) else f"[{source}]({url})"


def inline_markdown(text: str) -> str:
    """`text` as one line of Markdown: unchanged if possible, else with escapes, else with numeric characters."""
    for shown in (text, html.escape(text, quote=False), _MARKUP.sub(r"\\\g<0>", text)):
        if _is_plain(shown, text):
            return shown
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)


def _is_plain(shown: str, text: str) -> bool:
    """Whether `shown` is read as `text`, both as Markdown and by `plain_line`."""
    heading = POSITION.sub("", rendered_markdown(f"## {shown}"))
    return heading == f"<h2>{html.escape(text, quote=False)}</h2>" and plain_line(shown) == text
