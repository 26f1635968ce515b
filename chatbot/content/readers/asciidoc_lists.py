"""AsciiDoc lists: bullets, numbers, and terms with definitions. They may be nested."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.content.document import Block, Box, Line
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.asciidoc_source import BlockReader, NumberedLine

_ITEM = re.compile(r"[ \t]*(\*{1,6}|-|\.{1,6}|\d{1,6}[.)]|[a-zA-Z][.)]|<(?:\d{1,3}|\.)>|\u2022)[ \t]+(?=\S)(.*)$")
_TERM = re.compile(r"[ \t]*(?!//|:)(\S(?:.{0,998}?\S)?)(:{2,4}|;;)(?:[ \t]+(\S.*))?$")
_CHECK = re.compile(r"\[([ xX*])\][ \t]+")


class _Mark(NamedTuple):
    kind: str  # what the items of one list have in common: "*", "..", "1.", "::"
    text: str  # after the mark
    term: str = ""


def mark_of(line: str) -> _Mark | None:
    if match := _ITEM.match(line):
        mark = match[1]
        kind = "1." if mark[0].isdigit() else "a." if mark[0].isalpha() else "<>" if mark[0] == "<" else mark
        return _Mark(kind, _CHECK.sub("", match[2]))
    if match := _TERM.match(line):
        return _Mark(match[2], match[3] or "", match[1])
    return None


def read_list(
    reader: BlockReader,
    lines: Sequence[NumberedLine],
    at: int,
    box: Box,
    blocks: list[Block],
    outer: tuple[str, ...] = (),
) -> int:
    """Adds the list that begins at `at`. `outer`: the kinds of marks of the lists around it."""
    first = mark_of(lines[at][1])
    assert first is not None
    if first.term:
        return _terms(reader, lines, at, box, blocks, (*outer, first.kind))
    items: list[list[Block]] = []
    number = re.match(r"\s*(\d+)", lines[at][1])
    while (at := _next_item(lines, at, first.kind)) < len(lines) and (mark := mark_of(lines[at][1])):
        if mark.kind != first.kind:
            break
        inside: list[Block] = []
        at = _body(reader, lines, at, mark.text, Box(box, "item"), inside, (*outer, first.kind))
        items.append(inside)
    start = None if first.kind[0] in "*-\u2022" else int(number[1]) if number else 1
    blocks.append(md.listing(box, items, start))
    return at


def _terms(
    reader: BlockReader, lines: Sequence[NumberedLine], at: int, box: Box, blocks: list[Block], outer: tuple[str, ...]
) -> int:
    """A list of terms. Each term is a question and its definition the answer; several terms may share one."""
    terms: list[Block] = []
    pair = Box(box, "pair")
    while (at := _next_item(lines, at, outer[-1])) < len(lines) and (mark := mark_of(lines[at][1])):
        if mark.kind != outer[-1]:
            break
        number = lines[at][0]
        if not terms:
            pair = Box(box, "pair")
        term = reader.paragraph([(number, mark.term)], pair)
        term.lines = [Line(md.bold(line.text), line.sources) for line in term.lines]
        term.part = "question"
        terms.append(term)
        inside: list[Block] = []
        definition = Box(pair, "meaning")
        at = _body(reader, lines, at, mark.text, definition, inside, outer)
        below = _past_blanks(lines, at)
        following = mark_of(lines[below][1]) if below < len(lines) else None
        if not inside and following and following.term and following.kind == mark.kind:
            continue
        for block in terms:
            block.answered_by = definition
        blocks += [*terms, *inside]
        terms = []
    blocks += terms
    return at


def _body(
    reader: BlockReader,
    lines: Sequence[NumberedLine],
    at: int,
    text: str,
    box: Box,
    inside: list[Block],
    outer: tuple[str, ...],
) -> int:
    """Reads the content of the item at `at`: its text, nested lists, and blocks joined to it with "+"."""
    at = _text(reader, lines, at, text, box, inside, is_term=_is_term(outer))
    while at < len(lines):
        end = _next_block(reader, lines, at, box, inside, outer)
        if end == at:
            return at
        at = end
    return at


def _text(
    reader: BlockReader, lines: Sequence[NumberedLine], at: int, text: str, box: Box, inside: list[Block], is_term: bool
) -> int:
    paragraph = [(lines[at][0], text)] if text else []
    at += 1
    if is_term and not text:  # the definition may follow below
        below = _past_blanks(lines, at)
        at = below if below < len(lines) and not _interrupts(reader, lines[below][1]) else at
    while at < len(lines) and lines[at][1].strip() not in ("", "+") and not _interrupts(reader, lines[at][1]):
        paragraph.append(lines[at])
        at += 1
    if paragraph:
        inside.append(reader.paragraph(paragraph, box))
    return at


def _next_block(
    reader: BlockReader, lines: Sequence[NumberedLine], at: int, box: Box, inside: list[Block], outer: tuple[str, ...]
) -> int:
    """Reads the next block of an item. Returns the index after it, or `at` if there is none."""
    below = _past_blanks(lines, at)
    if below >= len(lines):
        return at
    line = lines[below][1]
    if line.strip() == "+":  # blank lines around it are a common mistake
        return reader.read_block(lines, below + 1, box, inside, in_list=True)
    if mark := mark_of(line):
        return at if mark.kind in outer else read_list(reader, lines, below, box, inside, outer)
    if _is_about_a_list(lines, below, outer):
        reader.document.dropped[lines[below][0]] = "attributes of a block"
        return below + 1
    is_indented = line[:1] in (" ", "\t") and below > at
    opens = not line.startswith(("=", "[", ".")) and reader.is_interrupted(line)
    if is_indented or (_is_term(outer) and not inside and opens):
        return reader.read_block(lines, below, box, inside, in_list=True)
    return at


def _is_term(outer: tuple[str, ...]) -> bool:
    return outer[-1][0] in ":;"


def _interrupts(reader: BlockReader, line: str) -> bool:
    return mark_of(line) is not None or reader.is_interrupted(line)


def _next_item(lines: Sequence[NumberedLine], at: int, kind: str) -> int:
    """The index of the next item, after blank lines if any; `at` if what follows is no item of the list."""
    below = _past_blanks(lines, at)
    mark = mark_of(lines[below][1]) if below < len(lines) else None
    return below if mark and mark.kind == kind else at


def _past_blanks(lines: Sequence[NumberedLine], at: int) -> int:
    while at < len(lines) and (not lines[at][1].strip() or _is_comment(lines[at][1])):
        at += 1
    return at


def _is_comment(line: str) -> bool:
    return line.startswith("//") and not line.startswith("///") and line.strip() != "//"  # "//" separates two lists


def _is_about_a_list(lines: Sequence[NumberedLine], at: int, outer: tuple[str, ...]) -> bool:
    """Whether the line is about the numbering of a list below it that goes on or belongs to this item."""
    return (
        lines[at][1].startswith("[")
        and lines[at][1].endswith("]")
        and at + 1 < len(lines)
        and (mark := mark_of(lines[at + 1][1])) is not None
        and (len(outer) > 1 or mark.kind not in outer)
    )
