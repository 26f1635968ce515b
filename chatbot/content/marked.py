"""The reading of what is marked: "Q: ... A: ...", in any language, on lines of their own or in one paragraph."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks
from chatbot.content.marks import Mark, answer_mark, question_mark
from chatbot.content.render import spoken
from chatbot.content.sections import LONGEST, Section, end_with_its_box, paragraph, section_at, sources_of
from chatbot.core.text import one_line

_FEWEST = 2  # pairs of weak marks, so that they are marks


def marked(document: Document) -> list[Section]:
    """ "Q: ... A: ...", in any language, on lines of their own or in one paragraph."""
    blocks = [part for block in document.blocks for part in _marked_items(block)]
    pieces = [piece for block in blocks for piece in _split_at_marks(block, weak=False)]
    weak = [piece for block in blocks for piece in _split_at_marks(block, weak=True)]
    if _pairs(weak) > _pairs(pieces) and _pairs(weak) >= _FEWEST:
        pieces = weak
    asked = [mark for _, kind, mark in pieces if kind == "q" and mark]
    answering = {language for _, kind, mark in pieces if kind == "a" and mark for language in mark.languages}
    if not asked or not (asked[0].languages & answering or all(mark.is_word for mark in asked)):
        return []
    sections: list[Section] = []
    current: Section | None = None
    number = ""
    for at, (piece, kind, mark) in enumerate(pieces):
        if kind == "q" and mark and (mark.is_word or mark.languages & answering):
            wording, rest = _question_of(piece, mark, bool(answering))
            fresh = section_at(piece, wording, [rest] if rest else [], asks_it=True)
            if current and not current.says and _is_one_more(number, mark.number):
                current.others.append((wording, fresh.question_lines))  # "Q1a", "Q1b"
                current.heads += fresh.heads
            else:
                current = fresh
                sections.append(current)
            number = mark.number
        elif not kind and asks(piece.words, LONGEST) and [one[1] for one in pieces[at + 1 : at + 2]] == ["a"]:
            current, number = section_at(piece, piece.words, [], asks_it=True), ""  # whose mark was forgotten
            sections.append(current)
        elif current and piece.kind == "heading" and kind != "a":
            current = None
        elif current:
            _add_answer(current, piece, mark if kind == "a" else None)
    _take_whole_blocks(document, sections)
    return sections


def _take_whole_blocks(document: Document, sections: Sequence[Section]) -> None:
    """A section takes up the blocks of which it has a part."""
    standing: dict[int, list[Block]] = {}
    for block in document.blocks:
        for line in sources_of(block):
            standing.setdefault(line, []).append(block)
    for section in sections:
        end_with_its_box(section)
        own = section.question_lines | {n for block in section.answer for n in sources_of(block)}
        section.heads += {id(block): block for line in own for block in standing.get(line, ())}.values()


def _add_answer(section: Section, piece: Block, mark: Mark | None) -> None:
    if not mark:
        section.answer.append(piece)
    elif answer := paragraph([Line(mark.rest, piece.lines[0].sources), *piece.lines[1:]], piece):
        section.answer.append(answer)
    else:
        section.question_lines |= sources_of(piece)


def _pairs(pieces: Sequence[tuple[Block, str, Mark | None]]) -> int:
    """How many questions with a mark an answer with one follows, before the next; 0 where one in four has none."""
    kinds = [kind for _, kind, mark in pieces if mark]
    pairs = sum(above == "q" and below == "a" for above, below in pairwise(kinds))
    return pairs if 4 * pairs >= 3 * kinds.count("q") else 0


def _is_one_more(number: str, other: str) -> bool:
    """Whether "1b" comes behind "1a", so that both have one answer."""
    return number[-1:].isalpha() and other[-1:].isalpha() and number[:-1] == other[:-1] != ""


def _question_of(piece: Block, mark: Mark, has_answers: bool) -> tuple[str, Block | None]:
    """The wording behind the mark, and what of the piece is the beginning of its answer."""
    lines = [Line(mark.rest, piece.lines[0].sources), *piece.lines[1:]]
    texts = [spoken(line.text).strip("*_ ") for line in lines]
    if has_answers:  # which have marks of their own
        return one_line(" ".join(texts)), None
    end = next((at for at, text in enumerate(texts, 1) if asks(text, LONGEST)), 1)
    return one_line(" ".join(texts[:end])), paragraph(lines[end:], piece)


def _marked_items(block: Block) -> list[Block]:
    """What the items of a list hold, where they are marked as questions and answers ("- Q: ...", "- A: ..."); or it."""
    parts = list(_in_items(block)) if block.items else [block]
    marks = [_kind_of(part) for part in parts]
    asked, answered = marks.count("q"), marks.count("a")
    return parts if asked and asked <= 2 * answered and answered <= 2 * asked else [block]


def _in_items(block: Block) -> Iterator[Block]:
    """The blocks in the items of a list, and in lists below them that have marks of their own."""
    for part in (part for item in block.items for part in item):
        if any(_kind_of(first) for first, *_ in filter(None, part.items)):
            yield from _in_items(part)
        else:
            yield part


def _kind_of(block: Block) -> str:
    """ "q" or "a" where the first line of a paragraph has the mark of one and not of the other, else ""."""
    first = block.lines[0].text if block.kind == "paragraph" and block.lines else ""
    asked, answered = question_mark(first) is not None, answer_mark(first) is not None
    return "" if asked == answered else "q" if asked else "a"


def _split_at_marks(block: Block, weak: bool) -> Iterator[tuple[Block, str, Mark | None]]:
    """(part of the block, "q", "a" or "", its mark) of each part that begins with a mark, and of what stands before."""
    if block.kind not in ("paragraph", "heading"):
        yield block, "", None
        return
    lines: list[Line] = []
    kind, mark = "", None
    for line in _broken_at_answers(block.lines):
        text = line.text.lstrip("# ") if block.kind == "heading" else _without_bullet(line.text)
        asked, answered = question_mark(text, weak), answer_mark(text, weak)
        if asked and answered:  # a letter that stands for both: what it is told by what came before
            asked, answered = (asked, None) if kind != "q" else (None, answered)
        if asked or answered:
            if lines:
                yield _part(block, lines), kind, mark
            lines, kind, mark = [], "q" if asked else "a", asked or answered
        lines.append(line)
    if lines:
        yield _part(block, lines) if len(lines) < len(block.lines) or kind else block, kind, mark


_BULLET = re.compile(r"\s*[-*\u2022\u2013\u00b7]\s+")  # of a plain text, where a list is lines like others
_INLINE_ANSWER = re.compile(
    r"(?<=[?？؟.!*_ ])\s*(?=(?:\*\*|__)?(?:A|Answer|Antwort|R|Respuesta|Réponse)\s*\d{0,3}(?:\*\*|__)?[:.](?:\*\*|__)?"
    r"\s)"
)


def _broken_at_answers(lines: Sequence[Line]) -> Iterator[Line]:
    """A line for the question and one for the answer where both stand on one."""
    for line in lines:
        place = _INLINE_ANSWER.search(line.text) if question_mark(line.text) else None
        if place and place.start():
            yield Line(line.text[: place.start()].rstrip(), line.sources)
            yield Line(line.text[place.end() :], line.sources)
        else:
            yield line


def _without_bullet(text: str) -> str:
    found = _BULLET.match(text)
    return text[found.end() :] if found else text


def _part(block: Block, lines: list[Line]) -> Block:
    words = spoken(" ".join(line.text for line in lines))
    return replace(block, lines=lines, words=words)
