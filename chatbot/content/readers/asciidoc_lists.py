"""Lists of AsciiDoc: bullets, numbers, terms with what they mean, in one another."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from chatbot.content.document import Block, Box, Line
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.asciidoc_source import NumberedLine

if TYPE_CHECKING:
    from chatbot.content.readers.asciidoc import AsciiDoc

_ITEM = re.compile(r"[ \t]*(\*{1,6}|-|\.{1,6}|\d{1,6}[.)]|[a-zA-Z][.)]|<(?:\d{1,3}|\.)>|\u2022)[ \t]+(?=\S)(.*)$")
_TERM = re.compile(r"[ \t]*(?!//|:)(\S(?:.{0,998}?\S)?)(:{2,4}|;;)(?:[ \t]+(\S.*))?$")
_CHECK = re.compile(r"\[([ xX*])\][ \t]+")


class _Mark(NamedTuple):
    kind: str  # what the items of one list have in common: "*", "..", "1.", "::"
    text: str  # behind the mark
    term: str = ""


def mark_of(line: str) -> _Mark | None:
    if found := _ITEM.match(line):
        mark = found[1]
        kind = "1." if mark[0].isdigit() else "a." if mark[0].isalpha() else "<>" if mark[0] == "<" else mark
        return _Mark(kind, _CHECK.sub("", found[2]))
    if found := _TERM.match(line):
        return _Mark(found[2], found[3] or "", found[1])
    return None


def read_list(
    reader: "AsciiDoc",
    lines: Sequence[NumberedLine],
    at: int,
    box: Box,
    blocks: list[Block],
    around: tuple[str, ...] = (),
) -> int:
    """Adds the list that begins at `at`; `around`: the kinds of mark of the lists that hold it."""
    first = mark_of(lines[at][1])
    assert first is not None
    if first.term:
        return _terms(reader, lines, at, box, blocks, (*around, first.kind))
    items: list[list[Block]] = []
    while at < len(lines) and (mark := mark_of(lines[at][1])) and mark.kind == first.kind:
        inside: list[Block] = []
        at = _body(reader, lines, at, mark.text, Box(box, "item"), inside, (*around, first.kind))
        items.append(inside)
    found = re.match(r"\s*(\d+)", lines[at - 1][1]) if first.kind == "1." and len(items) == 1 else None
    start = None if first.kind[0] in "*-\u2022" else int(found[1]) if found else 1
    blocks.append(md.listing(box, items, start))
    return at


def _terms(
    reader: "AsciiDoc", lines: Sequence[NumberedLine], at: int, box: Box, blocks: list[Block], around: tuple[str, ...]
) -> int:
    """Each term asks, and what it means answers; several may stand above one meaning."""
    terms: list[Block] = []
    pair = Box(box, "pair")
    while at < len(lines) and (mark := mark_of(lines[at][1])) and mark.term and mark.kind == around[-1]:
        number = lines[at][0]
        if not terms:
            pair = Box(box, "pair")
        term = reader.paragraph([(number, mark.term)], pair)
        term.lines = [Line(md.bold(line.text), line.sources) for line in term.lines]
        term.part = "question"
        terms.append(term)
        inside: list[Block] = []
        meaning = Box(pair, "meaning")
        at = _body(reader, lines, at, mark.text, meaning, inside, around)
        following = mark_of(lines[at][1]) if at < len(lines) else None
        if not inside and following and following.term and following.kind == mark.kind:
            continue
        for block in terms:
            block.answered_by = meaning
        for block in inside:
            block.part = block.part or "answer"
        blocks += [*terms, *inside]
        terms = []
    blocks += terms
    return at


def _body(
    reader: "AsciiDoc",
    lines: Sequence[NumberedLine],
    at: int,
    text: str,
    box: Box,
    inside: list[Block],
    around: tuple[str, ...],
) -> int:
    """What belongs to the item whose mark is at `at`: its text, lists in it, and blocks that a "+" joins to it."""
    is_term = around[-1][0] in ":;"
    paragraph = [(lines[at][0], text)] if text else []
    at += 1
    if is_term and not text:  # what it means may stand below it
        below = _past_blanks(lines, at)
        if below < len(lines) and not mark_of(lines[below][1]) and not reader.is_interrupted(lines[below][1]):
            at = below
    while at < len(lines) and lines[at][1].strip() not in ("", "+"):
        if mark_of(lines[at][1]) or reader.is_interrupted(lines[at][1]):
            break
        paragraph.append(lines[at])
        at += 1
    if paragraph:
        inside.append(reader.paragraph(paragraph, box))
    while at < len(lines):
        if lines[at][1].strip() == "+":
            # Blank lines there are a slip that is easily made.
            at = reader.read_block(lines, at + 1, box, inside, in_list=True) if at + 1 < len(lines) else at + 1
            continue
        below = _past_blanks(lines, at)
        if below >= len(lines):
            break
        line = lines[below][1]
        mark = mark_of(line)
        if mark and mark.kind not in around:
            at = read_list(reader, lines, below, box, inside, around)
        elif mark:
            return below
        elif line.strip() == "+" and below > at:
            at = below
        elif line[:1] in (" ", "\t") and below > at:
            at = reader.read_block(lines, below, box, inside, in_list=True)
        elif _is_about_a_list(lines, below, around):
            reader.document.dropped[lines[below][0]] = "attributes of a block"
            at = below + 1
        elif is_term and not inside and reader.is_interrupted(line) and not line.startswith(("=", "[", ".")):
            at = reader.read_block(lines, below, box, inside, in_list=True)
        else:
            break
    return at


def _past_blanks(lines: Sequence[NumberedLine], at: int) -> int:
    while at < len(lines) and (not lines[at][1].strip() or _is_comment(lines[at][1])):
        at += 1
    return at


def _is_comment(line: str) -> bool:
    return line.startswith("//") and not line.startswith("///") and line.strip() != "//"  # "//" parts two lists


def _is_about_a_list(lines: Sequence[NumberedLine], at: int, around: tuple[str, ...]) -> bool:
    """Whether the line says how the list below it is numbered, a list that goes on or stands in this item."""
    return (
        lines[at][1].startswith("[")
        and lines[at][1].endswith("]")
        and at + 1 < len(lines)
        and (mark := mark_of(lines[at + 1][1])) is not None
        and (len(around) > 1 or mark.kind not in around)
    )
