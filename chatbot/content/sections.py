"""Sections, each a question with the blocks of its answer; and how a paragraph opens with a question."""

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace

from chatbot.content.document import Block, Box, Document, Line
from chatbot.content.furniture import asks
from chatbot.content.labels import is_numbered, question_label
from chatbot.content.render import plain_line
from chatbot.core.text import list_mark, match_key

SWITCH = 7  # the level of a heading that is a switch, such as a button that opens a panel
LONGEST = 300  # characters; a longer line that ends in "?" is a paragraph of an answer
_LEAD = re.compile(r"\s*(?:\[|<a\b[^>]*>)?(\*\*|__)(?P<lead>(?:(?!\1)[\s\S]){2,400}?)\1(?:\]\([^)\s]*\)|</a>)?")
_QUOTED = re.compile(r"\s*>\s?")
_PARTS = " \t:–—-"


@dataclass(slots=True, eq=False)
class Section:
    """A question with the blocks of its answer.

    `question_lines`: numbers of its source lines; `heads`: the blocks that hold the question; `asks`: whether its
    wording or a label says that it is a question; `box`: its container.
    """

    question: str
    question_lines: set[int]
    asks: bool
    box: Box
    heads: list[Block]
    answer: list[Block] = field(default_factory=list)
    alternates: list[tuple[str, set[int]]] = field(default_factory=list)  # other wordings, each with its source lines
    is_title: bool = False  # of a part of the page
    level: int = SWITCH
    lang: str = ""
    anchors: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        return min(self.question_lines, default=0)

    @property
    def used(self) -> set[int]:
        """The ids of its blocks."""
        return {id(block) for block in (*self.heads, *self.answer)}

    @property
    def has_answer(self) -> bool:
        """Whether it has an answer: some text that does not only repeat the question."""
        return any(match_key(block.words) not in ("", match_key(self.question)) for block in self.answer)


@dataclass(slots=True)
class Opening:
    """How a paragraph opens, and the rest of it."""

    words: str
    lines: set[int]
    rest: Block | None
    is_bold: bool
    is_whole_line: bool = True  # no text follows it on its line


Reading = Callable[[Document], list[Section]]


def paragraph(lines: Sequence[Line], like: Block) -> Block | None:
    """A paragraph of `lines` that is otherwise like the block `like`; None where no line has text."""
    kept = [line for line in lines if line.text.strip()]
    words = plain_line(" ".join(line.text for line in kept))
    return replace(like, kind="paragraph", lines=kept, words=words, part="", anchors=()) if kept else None


def opening(block: Block) -> Opening | None:
    """An opening in bold, or a first line that asks; None where the paragraph has neither."""
    if block.kind == "quote":
        block = replace(
            block, kind="paragraph", lines=[Line(_QUOTED.sub("", line.text), line.sources) for line in block.lines]
        )
    if block.kind != "paragraph" or not block.lines:
        return None
    text = "\n".join(line.text for line in block.lines)
    bold = _LEAD.match(text)
    if bold:
        at = text.count("\n", 0, bold.end())
        behind = text[bold.end() :].partition("\n")[0]
        words = plain_line(bold["lead"])
        closes = re.match(r"\s*[?？؟]", behind)  # "**Why**?"
        if closes and not asks(words, LONGEST):
            words, behind = words + closes[0].strip(), behind[closes.end() :]
        rest = [Line(behind.lstrip(_PARTS), block.lines[at].sources), *block.lines[at + 1 :]]
        is_apart = not behind.strip() or behind.lstrip()[:1] in ":–—-" or asks(words, LONGEST) or words[-1:] in ".:!"
        if is_apart:
            lines = set[int]().union(*(line.sources for line in block.lines[: at + 1]))
            return Opening(words, lines, paragraph(rest, block), True, not behind.strip())
        return None
    if asks(block.words, LONGEST) and not _asks_before_its_end(block):
        return Opening(block.words, source_lines(block), None, False)
    first = plain_line(block.lines[0].text)
    if len(block.lines) > 1 and asks(first, LONGEST):
        return Opening(first, set(block.lines[0].sources), paragraph(block.lines[1:], block), False)
    return None


def split_at_questions(block: Block) -> list[Block]:
    """Splits a paragraph in which several lines ask or open with a question in bold."""
    if block.kind != "paragraph" or len(block.lines) < 3:
        return [block]
    starts = [index for index, line in enumerate(block.lines) if _starts(line, block)]
    if len(starts) < 2:
        return [block]
    ends = [*starts[1:], len(block.lines)]
    paragraphs = [paragraph(block.lines[: starts[0]], block)] if starts[0] else []
    paragraphs += [paragraph(block.lines[begin:end], block) for begin, end in zip(starts, ends, strict=True)]
    return [paragraph_here for paragraph_here in paragraphs if paragraph_here]


def _starts(line: Line, block: Block) -> bool:
    head = opening(replace(block, lines=[line], words=plain_line(line.text)))
    if not head or not asks(head.words, LONGEST) or list_mark(line.text):
        return False
    return head.is_bold or line is not block.lines[-1]


def _asks_before_its_end(block: Block) -> bool:
    """Whether its last question only ends several sentences or items."""
    above = [plain_line(line.text) for line in block.lines[:-1]]
    return any(text[-1:] in "?？؟:." for text in above if text) or any(list_mark(line.text) for line in block.lines[1:])


def source_lines(block: Block) -> set[int]:
    return set().union(*(line.sources for line in block.lines)) if block.lines else set()


def section_at(block: Block, wording: str, answer: list[Block], asks_it: bool = False) -> Section:
    return Section(
        question=wording,
        question_lines=source_lines(block),
        asks=asks_it or asks(wording, LONGEST),
        box=block.box,
        heads=[block],
        answer=answer,
        level=block.level or SWITCH,
        lang=block.lang,
        anchors=block.anchors,
    )


def whole_opening(block: Block) -> Opening:
    return Opening(block.words, source_lines(block), None, False)


def sections_from(document: Document, starts: dict[int, Opening], ends: Set[int] = frozenset()) -> list[Section]:
    """The sections that begin at the indices `starts`. Each ends at the next one, at a heading, or at one of `ends`."""
    sections: list[Section] = []
    current: Section | None = None
    for at, block in enumerate(document.blocks):
        if head := starts.get(at):
            current = section_at(block, head.words, [head.rest] if head.rest else [])
            current.question_lines = head.lines
            sections.append(current)
        elif block.kind == "heading" or at in ends:
            current = None
        elif current:
            current.answer.append(block)
    for section in sections:
        limit_to_box(section)
    return sections


def limit_to_box(section: Section) -> None:
    """Limits the answer to the smallest box that holds the question and any text beside it."""
    for box in section.box.with_parents():
        within = [block for block in section.answer if any(other is box for other in block.box.with_parents())]
        if any(match_key(block.words) for block in within):
            section.answer = within
            return


def is_question(block: Block) -> bool:
    """Whether the block is written like a question of the page, and not like a sentence that asks."""
    if block.kind == "heading" or block.part == "question":
        return asks(block.words, LONGEST)
    if block.kind == "list":
        heads = [head for item in block.items if item and (head := opening(item[0])) and head.is_bold]
        return sum(asks(head.words, LONGEST) for head in heads) >= 2
    head = opening(block)
    if head and asks(head.words, LONGEST) and (head.is_bold or is_numbered(head.words)):
        return True
    label = question_label(block.lines[0].text) if block.kind == "paragraph" and block.lines else None
    return bool(label and (label.is_word or asks(block.words, LONGEST)))
