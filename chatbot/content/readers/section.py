"""The lines below a heading: alternates, `Key: value` lines, and the answer.

A list under "Also asked:" holds alternates, or they follow it on the same line. A paragraph of `Key: value` lines is
metadata of the entry. The rest is the answer, line by line as written. HTML pages are read in the same way, as
Markdown.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

from chatbot.content.readers.metadata import LIST_KEYS, METADATA_KEYS, split_source
from chatbot.content.readers.source import SourceFile
from chatbot.content.render import plain_line
from chatbot.core.text import ends_as_question, list_mark

KEY_VALUE = re.compile(r"[ \t]*([A-Za-z][A-Za-z _-]{0,20}?)[ \t]*:(?:[ \t]+(.*))?$")
ALSO_ASKED = re.compile(r"[*_ \t]*also asked[*_ \t]*:[*_ \t]*$", re.IGNORECASE)
_ALSO_ASKED_HERE = re.compile(r"[*_ \t]*also asked[*_ \t]*:[*_ \t]*(?P<asked>[^*_\s].*)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[|;]\s*|(?<=[?\uff1f\u061f])[,\s]+(?=\w)")
_OPENING = re.compile(r"```|~~~|<!--")
_HEADING = re.compile(r"#{2,6}\s")  # a single "#" may be a code comment
_NO_BLANK = re.compile(r"#{1,6}[^#\s]")
_LONG = 120  # characters; a longer line is no heading
_CLOSING = {"```": "```", "~~~": "~~~", "<!--": "-->"}

Values = dict[str, Any]  # metadata key -> text, or tuple of texts


def read_body(source: SourceFile, numbers: Sequence[int]) -> tuple[list[str], Values, str]:
    """(alternates, metadata, answer) of the lines with these numbers. The answer's lines stay as written."""
    alternates: list[str] = []
    values: Values = {}
    taken: set[int] = set()  # lines outside the answer, and the blank lines below them
    for block, blanks in _blocks(source, numbers):
        lines = [source.lines[number] for number in block]
        pairs = [pair for line in lines if (pair := KEY_VALUE.match(line)) and metadata_key(pair) in METADATA_KEYS]
        if ALSO_ASKED.match(lines[0]) or also_asked_here(lines):
            alternates += _alternates(source, block)
        elif len(pairs) == len(lines):
            for number, pair in zip(block, pairs, strict=True):
                source.note(number, "metadata")
                store(source, number, pair, values, METADATA_KEYS)
        elif lines[0].lstrip().startswith("<!--") and lines[-1].rstrip().endswith("-->"):
            for number in block:
                source.note(number, "dropped", "comment")
        else:
            _warn_of_misspelt_keys(source, block)
            _warn_of_lost_questions(source, block)
            for number in block:
                source.note(number, "answer")
            continue
        taken.update(block, blanks)
    kept = [source.lines[n] if source.lines[n].strip() else "" for n in numbers if n not in taken]
    return alternates, values, "\n".join(kept).strip("\n").rstrip()


def also_asked_here(lines: Sequence[str]) -> int:
    """How many lines at the start of a paragraph hold "Also asked:" with alternates behind it, or continue it."""
    if not lines or not _ALSO_ASKED_HERE.match(lines[0]):
        return 0
    more = takewhile(lambda line: _ALSO_ASKED_HERE.match(line) or ends_as_question(line), lines[1:])
    return 1 + len(list(more))


def _warn_of_misspelt_keys(source: SourceFile, block: list[int]) -> None:
    """Warns of nearly known keys. A paragraph of `Key: value` lines with unknown keys is part of the answer."""
    pairs = [KEY_VALUE.match(source.lines[number]) for number in block]
    first = pairs[0]
    if first and not first[2] and get_close_matches(metadata_key(first), ["also_asked"], 1, 0.75):
        message = f'"{first[1]}:" is shown as part of the answer; if other wordings stand below, write "Also asked:"'
        source.problem(block[0], "unknown-key", message, "warning")
    for number, pair in zip(block, pairs, strict=True):
        if pair and all(pairs) and (near := get_close_matches(metadata_key(pair), METADATA_KEYS, 1, 0.75)):
            message = f'"{pair[1]}" is shown as part of the answer; if it is meant as "{near[0]}", spell it so'
            source.problem(number, "unknown-key", message, "warning")


def _warn_of_lost_questions(source: SourceFile, block: Sequence[int]) -> None:
    """Warns of what is most likely the next question, but was read as part of this answer because of a mistake."""
    lines = [source.lines[number].strip() for number in block]
    opened = _never_closed(lines)
    if opened is not None:
        below = [line for line in lines[opened + 1 :] if _HEADING.match(line) or ends_as_question(line)]
        sign = next(sign for sign in _CLOSING if lines[opened].startswith(sign))
        message = f'"{sign}" is opened here and never closed, so all below is part of it; close it'
        source.problem(block[opened], "not-closed", message, "error" if below else "warning")
    if _OPENING.match(lines[0]):
        return
    for number, line in zip(block, lines, strict=True):
        if _NO_BLANK.match(line):
            message = f'"{line[:40]}" is shown as text; if it is a heading, put a blank behind the "#"'
            source.problem(number, "no-heading", message, "warning")
        if ALSO_ASKED.match(line) or _ALSO_ASKED_HERE.match(line):
            what = f'"{line[:80]}" is shown as part of the answer' + ", with the list below it" * line.rstrip(
                "*_ "
            ).endswith(":")
            message = f"{what}; put an empty line above it"
            source.problem(number, "alternates", message, "warning")


def _never_closed(lines: Sequence[str]) -> int | None:
    """The index of the line that opens code or a comment that is not closed below; None if there is none."""
    opened_at, closing = None, ""
    for at, line in enumerate(lines):
        opening = _OPENING.match(line)
        if closing:
            closing = "" if closing in line else closing
        elif opening and _CLOSING[opening[0]] not in line[len(opening[0]) :]:
            opened_at, closing = at, _CLOSING[opening[0]]
    return opened_at if closing else None


def _blocks(source: SourceFile, numbers: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """(lines, blank lines below them) of each paragraph. A code fence or a comment is one paragraph.

    "Also asked:" includes the list below it, with or without blank lines between. A line that is neither an item nor
    indented ends it.
    """
    block: list[int] = []
    blanks: list[int] = []
    closing = ""  # the end mark of the open fence or comment
    for number in numbers:
        line = source.lines[number].strip()
        if not line and not closing:
            blanks.append(number)
            continue
        in_list = bool(block) and ALSO_ASKED.match(source.lines[block[0]]) is not None
        in_run = bool(block) and also_asked_here([source.lines[n] for n in block]) == len(block)
        is_item = in_list and (list_mark(source.lines[number]) is not None or source.lines[number][0] in " \t")
        is_comment = not closing and line.startswith("<!--")
        after_comment = bool(block) and not closing and source.lines[block[0]].lstrip().startswith("<!--")
        goes_on = in_run and not blanks and also_asked_here([source.lines[n] for n in (*block, number)]) > len(block)
        parted = not (is_item if in_list else goes_on) if in_list or in_run else bool(blanks)
        if block and not closing and (parted or is_comment or after_comment):
            yield block, blanks
            block, blanks = [], []
        block += [*blanks, number] if block else [number]
        blanks = []
        if closing:
            closing = "" if closing in line else closing
        elif opening := _OPENING.match(line):
            closing = "" if is_comment and "-->" in line else _CLOSING[opening[0]]
    if block:
        yield block, blanks


def _alternates(source: SourceFile, block: list[int]) -> list[str]:
    """The items below "Also asked:". An item may have several lines."""
    items: list[str] = []
    is_here = also_asked_here([source.lines[number] for number in block]) > 0
    for number in block:
        source.note(number, "alternate")
        line = source.lines[number]
        if here := _ALSO_ASKED_HERE.match(line):
            items.append(here["asked"])
        elif mark := list_mark(line):
            items.append(line[mark.end() :])
        elif items and is_here and ends_as_question(items[-1]):
            items.append(line)
        elif items:
            items[-1] += " " + line
        elif number != block[0] and line.strip():
            items.append(line)  # indented, but without a mark
    if not items:
        source.problem(block[0], "alternates", 'no list below "Also asked:"; write one "- other wording" a line')
    if is_here:
        items = [part for item in items for part in _BETWEEN.split(item) if part.strip()]
    return [plain_line(item) for item in items]


def store(source: SourceFile, number: int, pair: re.Match[str], values: Values, allowed: frozenset[str]) -> str:
    """Puts "key: value" into `values`, or reports a problem. Returns the key."""
    key, raw = metadata_key(pair), (pair[2] or "").strip()
    if key not in allowed:
        source.problem(number, "unknown-key", f'"{pair[1]}" is not known here; use one of {", ".join(sorted(allowed))}')
    elif values.get(key):
        source.problem(number, "duplicate-key", f'"{pair[1]}" is given twice; keep one')
    elif key in LIST_KEYS:
        items = raw.removeprefix("[").removesuffix("]").split(",")
        values[key] = tuple(unquoted(item) for item in items if item.strip())
    elif key == "source":
        label, url = split_source(unquoted(raw))
        values["source"] = label
        values["url"] = url or values.get("url", "")
    else:
        values[key] = unquoted(raw)
    return key


def metadata_key(pair: re.Match[str]) -> str:
    return pair[1].strip().casefold().replace(" ", "_").replace("-", "_")


def unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
