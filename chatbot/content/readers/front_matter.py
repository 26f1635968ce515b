"""Front matter of a Markdown file, between two "---" lines: metadata of its entries, or a whole question."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from chatbot.content.document import Block, Box, Document, Line
from chatbot.content.readers.column_names import VAGUE, meanings
from chatbot.content.readers.metadata import LIST_KEYS, METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, Values, metadata_key, store, unquoted
from chatbot.content.readers.source import SourceFile
from chatbot.content.render import plain_line
from chatbot.core.text import is_web_address, one_line

_KEYS = METADATA_KEYS - {"id"}
_ASSIGNED = re.compile(r"([A-Za-z][\w-]*)\s*[:=]\s*(.*)$")
_PART = re.compile(r"-\s|[\w\"'.-]+:(?:\s|$)")
_FOLDED = re.compile(r"[>|][-+\d]*$")


def front_matter(source: SourceFile) -> tuple[Values, int]:
    """The values between "---" and "---" (or "+++") at the top, and the number of the first line after them."""
    fence = source.lines[1].strip()
    if fence not in ("---", "+++") or not source.lines.get(2, "").strip():
        return {}, 1  # a rule above the text
    end = next((n for n, line in source.lines.items() if n > 1 and line.strip() in (fence, "...")), None)
    if end is None:
        if fence == "+++" or not KEY_VALUE.match(source.lines.get(2, "")):
            return {}, 1
        for number in source.lines:
            source.note(number, "dropped", "front matter that is not closed")
        source.problem(1, "front-matter", 'front matter opens with "---" and is not closed; add a line "---" below it')
        return {}, len(source.lines) + 1
    values: Values = {}
    unused: dict[str, int] = {}
    key = ""
    for number in range(1, end + 1):
        source.note(number, "metadata")
        if source.lines[number].strip() not in ("", fence, "..."):
            key = _front_matter_line(source, number, values, unused, key, fence)
    _name_unused(source, unused, values)
    return values, end + 1


def _front_matter_line(
    source: SourceFile, number: int, values: Values, unused: dict[str, int], key: str, fence: str
) -> str:
    """Reads a line. Returns its key if it is one of ours. `key`: that of the line above."""
    line = source.lines[number]
    pair = KEY_VALUE.match(line) if line[:1] not in (" ", "\t") else None
    if line.lstrip().startswith("#"):
        source.note(number, "dropped", "comment")
        return key
    if key in LIST_KEYS and line.lstrip().startswith("- "):
        values[key] = (*values.get(key, ()), unquoted(line.strip()[2:]))
        return key
    if fence == "---" and pair and _is_ours(metadata_key(pair), pair[2] or ""):
        return store(source, number, pair, values, _KEYS)
    source.note(number, "dropped", "front matter of the site's generator")
    if pair:
        if not _is_of_an_entry(pair[1]):
            unused.setdefault(pair[1], number)
    elif fence == "---" and line[:1] not in tuple(" \t-]}") and not re.match(r"[\w\"'.-]+\s*:", line):
        source.problem(number, "front-matter", 'not a "key: value" line; correct it or delete it', "warning")
    return ""


def _is_of_an_entry(key: str) -> bool:
    return any(meaning.field in ("question", "answer") and meaning.tier <= VAGUE for meaning in meanings(key))


def _is_ours(key: str, value: str) -> bool:
    """Whether the key is one of ours. An address within the site ("url: /faq/") is the generator's."""
    return key in _KEYS and (key != "url" or is_web_address(unquoted(value)))


def _name_unused(source: SourceFile, unused: Mapping[str, int], values: Values) -> None:
    """One warning a file. A key that is nearly one of ours is reported with it."""
    for name, number in unused.items():
        near = get_close_matches(name.casefold().replace(" ", "_").replace("-", "_"), _KEYS, 1, 0.75)
        if near and near[0] not in values:
            message = f'"{name}" is not used; if it is meant as "{near[0]}", spell it so'
            source.problem(number, "unknown-key", message, "warning")
            return
    if unused:
        names = ", ".join(list(unused)[:8])
        message = f"front matter that means nothing here is not used: {names}"
        source.problem(min(unused.values()), "unused-key", message, "warning")


def add_title(document: Document, source: SourceFile, first: int) -> None:
    """Adds the title of a file, and an answer given with it, to `document`. The text begins at line `first`."""
    fields: dict[str, tuple[int, bool, list[Line]]] = {}
    for name, lines in _values(source, first):
        if not lines or (not lines[0].text and any(_PART.match(line.text) for line in lines)):
            continue  # a list, or an object
        known = {meaning.field: meaning.tier for meaning in meanings(name)}
        words = one_line(" ".join(line.text for line in lines))
        if words and known.get("question", VAGUE + 1) <= VAGUE and "answer" not in known:
            is_better = "question" not in fields or known["question"] < fields["question"][0]
            if is_better:
                fields["question"] = known["question"], known["question"] < VAGUE, lines
        elif words and known.get("answer", VAGUE) < VAGUE:
            fields.setdefault("answer", (0, True, lines))
    if "question" not in fields:
        return
    _, is_question, lines = fields["question"]
    words = plain_line(one_line(" ".join(line.text for line in lines)))
    sources = set().union(*(line.sources for line in lines))
    document.title = Block("paragraph", [Line(words, sources)], words, Box(), part="question" if is_question else "")
    if is_question and "answer" in fields:
        answer = fields["answer"][2]
        while not answer[-1].text:
            answer.pop()
        block = Block("paragraph", answer, plain_line(" ".join(line.text for line in answer)), document.title.box)
        for number in {number for line in answer for number in line.sources}:
            document.dropped.pop(number, None)
        document.blocks.insert(0, block)


def _values(source: SourceFile, first: int) -> Iterator[tuple[str, list[Line]]]:
    """(key, lines of its value) of each key at the beginning of a line."""
    key, lines = "", list[Line]()
    for number in range(2, first):
        text = source.lines[number]
        if pair := _ASSIGNED.match(text):
            if key:
                yield key, lines
            key, value = pair[1], pair[2].strip()
            lines = [] if _FOLDED.match(value) else [Line(unquoted(value), {number})]
        elif key and (text[:1] in (" ", "\t") or not text):
            lines.append(Line(text.strip(), {number} if text else set()))
    if key:
        yield key, lines
