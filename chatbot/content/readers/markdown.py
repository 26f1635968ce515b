"""`.md`: a heading and the text below it are an entry.

Front matter between two "---" lines holds what is common to the file: `tags`, `lang`, `source`, `url`,
`reviewed`, `review_by`, one `key: value` a line. Below a heading, a list under "Also asked:" holds other
wordings of the question, and a paragraph of `Key: value` lines (the same keys, and `id`) speaks for that
entry alone. A question without text is a gap; another heading without text is a section title, or a slip.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from chatbot.content.ledger import Content
from chatbot.content.readers.metadata import LIST_KEYS, METADATA_KEYS, split_source
from chatbot.content.readers.source import SourceFile
from chatbot.content.render import parse_markdown, strip_markup
from chatbot.text import ends_as_question, list_mark, one_line, slug
from chatbot.types import Entry

_KEY_VALUE = re.compile(r"[ \t]*([A-Za-z][A-Za-z _-]{0,20}?)[ \t]*:(?:[ \t]+(.*))?$")
_ALSO_ASKED = re.compile(r"[*_ \t]*also asked[*_ \t]*:[*_ \t]*$", re.IGNORECASE)
_OPENING = re.compile(r"```|~~~|<!--")
_CLOSING = {"```": "```", "~~~": "~~~", "<!--": "-->"}


_Values = dict[str, Any]  # metadata key -> text, or tuple of texts


@dataclass(slots=True)
class _Section:
    """A heading and the numbers of the lines below it, counted from 1."""

    heading: str
    level: int
    lines: range  # of the heading itself
    body: list[int] = field(default_factory=list)
    has_deeper: bool = False


def read_markdown(file: str, text: str) -> Content:
    source = SourceFile(file, text)
    shared, first = _front_matter(source)
    entries = []
    for section in _sections(source, first):
        alternates, own, answer = _body(source, section)
        is_title = section.has_deeper and (section.level == 1 or not ends_as_question(section.heading))
        if not answer and (is_title or not ends_as_question(section.heading)):
            for number in section.lines:
                source.note(number, "dropped", "section title" if is_title else "heading without text")
            if not is_title:
                message = f'no text below "{section.heading}"; write some, or delete the heading'
                source.problem(section.lines[0], "heading-without-text", message, "warning")
            continue
        for number in section.lines:
            source.note(number, "question")
        values = {**shared, **own}
        entries.append(
            Entry(
                id=str(values.pop("id", "")) or slug(section.heading),
                question=section.heading,
                answer=answer,
                alternates=tuple(alternates),
                file=file,
                line=section.lines[0],
                **values,
            )
        )
    if not entries:
        message = 'no heading with text below it; write each question as "## Question?" and its answer below'
        source.problem(0, "no-question", message)
    return source.content(entries)


def _front_matter(source: SourceFile) -> tuple[_Values, int]:
    """The values between "---" and "---" at the top, and the number of the first line after them."""
    if source.lines[1].strip() != "---":
        return {}, 1
    end = next((n for n, line in source.lines.items() if n > 1 and line.strip() == "---"), None)
    if end is None:
        for number in source.lines:
            source.note(number, "dropped", "front matter that is not closed")
        source.problem(1, "front-matter", 'front matter opens with "---" and is not closed; add a line "---" below it')
        return {}, len(source.lines) + 1
    values: _Values = {}
    key = ""
    for number in range(1, end + 1):
        line = source.lines[number]
        source.note(number, "metadata")
        pair = _KEY_VALUE.match(line)
        if line.strip() in ("", "---") or line.lstrip().startswith("#"):
            continue
        if line.lstrip().startswith("- ") and key in LIST_KEYS:
            values[key] = (*values.get(key, ()), _unquoted(line.strip()[2:]))
        elif pair is None:
            source.problem(number, "front-matter", 'not a "key: value" line; mend it or delete it')
        else:
            key = _store(source, number, pair, values, METADATA_KEYS - {"id"})
    return values, end + 1


def _store(source: SourceFile, number: int, pair: re.Match[str], values: _Values, allowed: frozenset[str]) -> str:
    """Puts "key: value" into `values`, or reports it; returns the key."""
    key, raw = _metadata_key(pair), (pair[2] or "").strip()
    if key not in allowed:
        source.problem(number, "unknown-key", f'"{pair[1]}" is not known here; use one of {", ".join(sorted(allowed))}')
    elif values.get(key):
        source.problem(number, "duplicate-key", f'"{pair[1]}" is given twice; keep one')
    elif key in LIST_KEYS:
        items = raw.removeprefix("[").removesuffix("]").split(",")
        values[key] = tuple(_unquoted(item) for item in items if item.strip())
    elif key == "source":
        label, url = split_source(_unquoted(raw))
        values["source"] = label
        values["url"] = url or values.get("url", "")
    else:
        values[key] = _unquoted(raw)
    return key


def _metadata_key(pair: re.Match[str]) -> str:
    return pair[1].strip().casefold().replace(" ", "_").replace("-", "_")


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _sections(source: SourceFile, first: int) -> list[_Section]:
    """The headings and their lines. Deeper headings that ask nothing belong to the answer of a question above."""
    body = "\n".join("" if number < first else line for number, line in source.lines.items())
    sections: list[_Section] = []
    open_question = 0  # level of the question heading we are under, 0 for none
    number = first
    tokens = parse_markdown(body)
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None or token.level:
            continue
        level, heading = int(token.tag[1]), one_line(strip_markup(tokens[at + 1].content))
        asks = ends_as_question(heading)
        above = range(number, token.map[0] + 1)  # the lines between the heading before and this one
        # A title such as "# Got questions?" holds no answer, so what is below it is not its answer.
        is_title = open_question == 1 and not any(source.lines[n].strip() for n in above)
        if not heading or (open_question and level > open_question and not asks and not is_title):
            continue
        _fill(source, sections, above)
        if sections and level > sections[-1].level:
            sections[-1].has_deeper = True
        sections.append(_Section(heading, level, range(token.map[0] + 1, token.map[1] + 1)))
        number = token.map[1] + 1
        open_question = level if asks else 0
    _fill(source, sections, range(number, len(source.lines) + 1))
    return sections


def _fill(source: SourceFile, sections: list[_Section], numbers: range) -> None:
    for number in numbers:
        if sections:
            sections[-1].body.append(number)
        else:
            source.note(number, "dropped", "stands before the first heading")


def _body(source: SourceFile, section: _Section) -> tuple[list[str], _Values, str]:
    """(alternates, metadata, answer) of a section; the lines of the answer stay as they are."""
    alternates: list[str] = []
    values: _Values = {}
    taken: set[int] = set()  # lines that are not the answer's, with the blank lines below them
    for block, blanks in _blocks(source, section.body):
        lines = [source.lines[number] for number in block]
        pairs = [pair for line in lines if (pair := _KEY_VALUE.match(line)) and _metadata_key(pair) in METADATA_KEYS]
        if _ALSO_ASKED.match(lines[0]):
            alternates += _alternates(source, block)
        elif len(pairs) == len(lines):
            for number, pair in zip(block, pairs, strict=True):
                source.note(number, "metadata")
                _store(source, number, pair, values, METADATA_KEYS)
        elif lines[0].lstrip().startswith("<!--") and lines[-1].rstrip().endswith("-->"):
            for number in block:
                source.note(number, "dropped", "comment")
        else:
            _warn_of_misspelt_keys(source, block)
            for number in block:
                source.note(number, "answer")
            continue
        taken.update(block, blanks)
    kept = [source.lines[n] if source.lines[n].strip() else "" for n in section.body if n not in taken]
    return alternates, values, "\n".join(kept).strip("\n").rstrip()


def _warn_of_misspelt_keys(source: SourceFile, block: list[int]) -> None:
    """A paragraph of `Key: value` lines is part of the answer unless the keys are known: "Reviewd" is a slip."""
    pairs = [_KEY_VALUE.match(source.lines[number]) for number in block]
    for number, pair in zip(block, pairs, strict=True):
        if pair and all(pairs) and (near := get_close_matches(_metadata_key(pair), METADATA_KEYS, 1, 0.75)):
            message = f'"{pair[1]}" is shown as part of the answer; if it is meant as "{near[0]}", spell it so'
            source.problem(number, "unknown-key", message, "warning")


def _blocks(source: SourceFile, numbers: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """(lines, blank lines below them) of each paragraph; a code fence or a comment is one, whatever it holds.

    "Also asked:" takes the list below it along, with or without blank lines between; a line that is neither an
    item nor indented ends it.
    """
    block: list[int] = []
    blanks: list[int] = []
    closing = ""  # what ends the fence or comment we are in
    for number in numbers:
        line = source.lines[number].strip()
        if not line and not closing:
            blanks.append(number)
            continue
        in_list = bool(block) and _ALSO_ASKED.match(source.lines[block[0]]) is not None
        is_item = in_list and (list_mark(source.lines[number]) is not None or source.lines[number][0] in " \t")
        is_comment = not closing and line.startswith("<!--")
        after_comment = bool(block) and not closing and source.lines[block[0]].lstrip().startswith("<!--")
        parted = (not is_item) if in_list else bool(blanks)
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
    """The items below "Also asked:"; an item may run over several lines."""
    items: list[str] = []
    for number in block:
        source.note(number, "alternate")
        line = source.lines[number]
        if mark := list_mark(line):
            items.append(line[mark.end() :])
        elif items:
            items[-1] += " " + line
    if not items:
        source.problem(block[0], "alternates", 'no list below "Also asked:"; write one "- other wording" a line')
    return [one_line(strip_markup(item)) for item in items]
