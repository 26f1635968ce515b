"""The reading of labelled questions and answers ("Q: ... A: ..."), on lines of their own or in one paragraph."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks
from chatbot.content.labels import Label, answer_label, question_label
from chatbot.content.render import plain_line
from chatbot.content.sections import LONGEST, Section, limit_to_box, paragraph, section_at, source_lines
from chatbot.core.text import one_line

_FEWEST = 2  # pairs; fewer weak labels may be chance


def labelled(document: Document) -> list[Section]:
    """Questions and answers with labels in any language, on lines of their own or in one paragraph."""
    blocks = [part for block in document.blocks for part in _labelled_items(block)]
    pieces = [piece for block in blocks for piece in _split_at_labels(block, weak=False)]
    weak = [piece for block in blocks for piece in _split_at_labels(block, weak=True)]
    if _pairs(weak) > _pairs(pieces) and _pairs(weak) >= _FEWEST:
        pieces = weak
    question_labels = [label for _, kind, label in pieces if kind == "q" and label]
    answering = {language for _, kind, label in pieces if kind == "a" and label for language in label.languages}
    if not question_labels or not (
        question_labels[0].languages & answering or all(label.is_word for label in question_labels)
    ):
        return []
    sections: list[Section] = []
    current: Section | None = None
    number = ""
    for index, (piece, kind, label) in enumerate(pieces):
        if kind == "q" and label and (label.is_word or label.languages & answering):
            wording, rest = _question_of(piece, label, bool(answering))
            section = section_at(piece, wording, [rest] if rest else [], asks_it=True)
            if current and not current.has_answer and _is_one_more(number, label.number):
                current.alternates.append((wording, section.question_lines))  # "Q1a", "Q1b"
                current.heads += section.heads
            else:
                current = section
                sections.append(current)
            number = label.number
        elif (
            not kind
            and asks(piece.words, LONGEST)
            and [next_piece[1] for next_piece in pieces[index + 1 : index + 2]] == ["a"]
        ):
            current, number = section_at(piece, piece.words, [], asks_it=True), ""  # its label was forgotten
            sections.append(current)
        elif current and piece.kind == "heading" and kind != "a":
            current = None
        elif current:
            _add_answer(current, piece, label if kind == "a" else None)
    _take_whole_blocks(document, sections)
    return sections


def _take_whole_blocks(document: Document, sections: Sequence[Section]) -> None:
    """Adds to each section the blocks of which it has a part."""
    blocks_at: dict[int, list[Block]] = {}
    for block in document.blocks:
        for number in source_lines(block):
            blocks_at.setdefault(number, []).append(block)
    for section in sections:
        limit_to_box(section)
        lines = section.question_lines | {number for block in section.answer for number in source_lines(block)}
        section.heads += {id(block): block for line in lines for block in blocks_at.get(line, ())}.values()


def _add_answer(section: Section, piece: Block, label: Label | None) -> None:
    if not label:
        section.answer.append(piece)
    elif answer := paragraph([Line(label.rest, piece.lines[0].sources), *piece.lines[1:]], piece):
        section.answer.append(answer)
    else:
        section.question_lines |= source_lines(piece)


def _pairs(pieces: Sequence[tuple[Block, str, Label | None]]) -> int:
    """How many labelled questions a labelled answer follows directly; 0 where more than one in four has none."""
    kinds = [kind for _, kind, label in pieces if label]
    pairs = sum(above == "q" and below == "a" for above, below in pairwise(kinds))
    return pairs if 4 * pairs >= 3 * kinds.count("q") else 0


def _is_one_more(number: str, other: str) -> bool:
    """Whether "1b" follows "1a", so that both have one answer."""
    return number[-1:].isalpha() and other[-1:].isalpha() and number[:-1] == other[:-1] != ""


def _question_of(piece: Block, label: Label, has_answers: bool) -> tuple[str, Block | None]:
    """The question's wording behind the label, and the part of the piece that begins its answer."""
    lines = [Line(label.rest, piece.lines[0].sources), *piece.lines[1:]]
    texts = [plain_line(line.text).strip("*_ ") for line in lines]
    if has_answers:  # the answers have their own labels
        return one_line(" ".join(texts)), None
    end = next((at for at, text in enumerate(texts, 1) if asks(text, LONGEST)), 1)
    return one_line(" ".join(texts[:end])), paragraph(lines[end:], piece)


def _labelled_items(block: Block) -> list[Block]:
    """The blocks in a list's items, where these are labelled ("- Q: ...", "- A: ..."); else the list itself."""
    parts = list(_in_items(block)) if block.items else [block]
    kinds = [_kind_of(part) for part in parts]
    asked, answered = kinds.count("q"), kinds.count("a")
    return parts if asked and asked <= 2 * answered and answered <= 2 * asked else [block]


def _in_items(block: Block) -> Iterator[Block]:
    """The blocks in the items of a list, and in nested lists with labels of their own."""
    for part in (part for item in block.items for part in item):
        if any(_kind_of(first) for first, *_ in filter(None, part.items)):
            yield from _in_items(part)
        else:
            yield part


def _kind_of(block: Block) -> str:
    """ "q" or "a" where the first line of a paragraph has only a question's or only an answer's label, else ""."""
    first = block.lines[0].text if block.kind == "paragraph" and block.lines else ""
    asked, answered = question_label(first) is not None, answer_label(first) is not None
    return "" if asked == answered else "q" if asked else "a"


def _split_at_labels(block: Block, weak: bool) -> Iterator[tuple[Block, str, Label | None]]:
    """(part of the block, "q", "a" or "", its label) for each part with a label, and for the part before the first."""
    if block.kind not in ("paragraph", "heading"):
        yield block, "", None
        return
    lines: list[Line] = []
    kind, label = "", None
    for line in _broken_at_answers(block.lines):
        text = line.text.lstrip("# ") if block.kind == "heading" else _without_bullet(line.text)
        asked, answered = question_label(text, weak), answer_label(text, weak)
        if asked and answered:  # the letter is used for both: the label before it decides
            asked, answered = (asked, None) if kind != "q" else (None, answered)
        if asked or answered:
            if lines:
                yield _part(block, lines), kind, label
            lines, kind, label = [], "q" if asked else "a", asked or answered
        lines.append(line)
    if lines:
        yield _part(block, lines) if len(lines) < len(block.lines) or kind else block, kind, label


_BULLET = re.compile(r"\s*[-*\u2022\u2013\u00b7]\s+")  # in plain text, where list items are ordinary lines
_INLINE_ANSWER = re.compile(
    r"(?<=[?？؟.!*_ ])\s*(?=(?:\*\*|__)?(?:A|Answer|Antwort|R|Respuesta|Réponse)\s*\d{0,3}(?:\*\*|__)?[:.](?:\*\*|__)?"
    r"\s)"
)


def _broken_at_answers(lines: Sequence[Line]) -> Iterator[Line]:
    """Splits lines that hold both a question and a labelled answer."""
    for line in lines:
        match = _INLINE_ANSWER.search(line.text) if question_label(line.text) else None
        if match and match.start():
            yield Line(line.text[: match.start()].rstrip(), line.sources)
            yield Line(line.text[match.end() :], line.sources)
        else:
            yield line


def _without_bullet(text: str) -> str:
    match = _BULLET.match(text)
    return text[match.end() :] if match else text


def _part(block: Block, lines: list[Line]) -> Block:
    words = plain_line(" ".join(line.text for line in lines))
    return replace(block, lines=lines, words=words)
