"""The readings of a document. Each one knows one way to write questions and answers, and finds sections written so.

Questions may be labelled ("Q:"), paired with their answer by the format, headings, numbered lines, words in bold, items
of a list, rows of a table, or just lines that ask. `chatbot.content.rules` chooses the reading that fits a page.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from itertools import takewhile

from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks, is_call
from chatbot.content.labelled import labelled
from chatbot.content.labels import is_numbered
from chatbot.content.render import plain_line
from chatbot.content.rows import rows
from chatbot.content.sections import (
    LONGEST,
    SWITCH,
    Opening,
    Reading,
    Section,
    limit_to_box,
    opening,
    paragraph,
    section_at,
    sections_from,
    source_lines,
    whole_opening,
)
from chatbot.core.text import list_mark

_CARDS = frozenset("div section article li details".split())
_DASHED = re.compile(r"([^.!?\uff1f]{8,300}[?\uff1f])\s+[-\u2013\u2014:]\s+(?=\S)")
_SHORT = 60  # characters; a shorter line was not wrapped
_OFTEN = 0.4  # share of blocks in one style that must ask
_MOST = 0.6  # share that must ask so that the rest count as questions, too


def paired(document: Document) -> list[Section]:
    """Questions that the format pairs with an answer: `details`, `dl`, a switch and its panel, a definition."""
    blocks = document.blocks
    inside = _members(blocks)
    heads = [block for block in blocks if block.part == "question" and block.answered_by is not None]
    # An answer contains no other pair, nor its own question.
    nested = {id(box): head for head in heads if (box := head.answered_by)}
    sections: list[Section] = []
    by_box: dict[int, Section] = {}
    for head in heads:
        assert head.answered_by is not None
        if same := by_box.get(id(head.answered_by)):
            same.alternates.append((head.words, source_lines(head)))
            same.heads.append(head)
            continue
        answer, has_inner = [], False
        for block in inside.get(id(head.answered_by), ()):
            if block.part == "question" and block is not head:
                has_inner = True
            elif block is not head and not _in_another(block, head, nested):
                answer.append(block)
        section = section_at(head, head.words, answer)
        section.is_title = has_inner and not section.has_answer
        by_box[id(head.answered_by)] = section
        sections.append(section)
    if not any(section.asks for section in sections if section.box.name == "definitions"):
        sections = [section for section in sections if section.box.name != "definitions"]  # a glossary is no FAQ
    return sections


def _in_another(block: Block, head: Block, pairs: dict[int, Block]) -> bool:
    for box in block.box.with_parents():
        if box is head.answered_by:
            return False
        if id(box) in pairs:
            return True
    return False


def _members(blocks: Iterable[Block]) -> dict[int, list[Block]]:
    inside: dict[int, list[Block]] = {}
    for block in blocks:
        for box in block.box.with_parents():
            inside.setdefault(id(box), []).append(block)
    return inside


def headings(document: Document) -> list[Section]:
    """Headings that ask; in formats made of headings, all headings with text.

    A deeper heading that does not ask is part of the answer.
    """
    starts, answers = _headings_like_questions(document)
    sections: list[Section] = []
    current: Section | None = None
    open_question = 0  # level of the heading that asks above the present block, 0 for none
    for at, block in enumerate(document.blocks):
        if block.kind != "heading" or at in answers:
            if current:
                current.answer.append(block)
            continue
        asking = asks(block.words, LONGEST)
        is_deeper = bool(open_question) and block.level > open_question
        # A title such as "# Got questions?" has no answer; the text below it is not its answer.
        under_title = open_question == 1 and current is not None and not current.has_answer
        if not (asking or at in starts or document.any_heading) or (
            is_deeper and not asking and not under_title and at not in starts
        ):
            if current and not (is_deeper or (not document.any_heading and block.level > current.level)):
                current, open_question = None, 0
            elif current:
                current.answer.append(block)
            continue
        current = section_at(block, block.words, [])
        sections.append(current)
        open_question = block.level if asking else 0
    _find_titles(sections)
    for section in sections:
        limit_to_box(section)
    return sections


def _headings_like_questions(document: Document) -> tuple[set[int], set[int]]:
    """Indices of headings: (those that do not ask while others of their level and container do, those that answer)."""
    like_questions: set[int] = set()
    answers: set[int] = set()
    for level in range(1, SWITCH + 1):
        indices = [at for at, block in enumerate(document.blocks) if block.kind == "heading" and block.level == level]
        asking = [at for at in indices if _asks_at(document.blocks, at)]
        boxes = {container for at in asking for container in containers_of(document.blocks[at])}
        near = [at for at in indices if boxes.intersection(containers_of(document.blocks[at]))]
        if level == SWITCH and asking:
            like_questions.update(indices)
        elif len(asking) >= 2 and _answered_alike(set(asking), set(near)):
            answers.update({at + 1 for at in asking} & set(near) - set(asking))
        elif asking and len(asking) >= _OFTEN * len(near):
            like_questions.update(near)
    return like_questions, answers


def _asks_at(blocks: Sequence[Block], at: int) -> bool:
    """Whether the heading asks, and is not a call to action such as "Still have questions?" over a button."""
    words = blocks[at].words
    below = takewhile(lambda block: block.kind != "heading", blocks[at + 1 :])
    return asks(words, LONGEST) and not is_call(words, list(below))


def _answered_alike(asking: Set[int], alike: Set[int]) -> bool:
    """Whether answers have the same style as questions, so that style does not tell which is which."""
    return 2 * sum(at + 1 in alike and at + 1 not in asking for at in asking) > len(asking)


def containers_of(block: Block) -> set[tuple[int, str]]:
    """Where a heading stands: its box, and the group of similar boxes side by side that its box belongs to."""
    box = block.box
    return {(id(box), "")} | ({(id(box.parent), box.name)} if box.parent and box.name in _CARDS else set())


def _find_titles(sections: Sequence[Section]) -> None:
    """Marks titles: headings with deeper ones that ask below them, and that do not ask or have no text themselves."""
    for at, section in enumerate(sections):
        below: list[Section] = []
        for other in sections[at + 1 :]:
            if other.level <= section.level:
                break
            below.append(other)
        asking = sum(other.asks for other in below)
        if not section.asks:
            section.is_title = bool(below) and (not section.has_answer or 2 * asking > len(below))
        else:
            section.is_title = bool(below) and not section.has_answer


def numbered(document: Document) -> list[Section]:
    """Numbered questions ("1.1) When ...?"): where most lines of one depth ask, all do; lower depths are titles."""
    depths = {
        at: _depth(block.words)
        for at, block in enumerate(document.blocks)
        if block.kind in ("paragraph", "heading") and is_numbered(block.words) and len(block.words) <= LONGEST
    }
    for depth in (3, 2, 1):
        indices = [at for at, depth_here in depths.items() if depth_here == depth]
        asking = [at for at in indices if asks(document.blocks[at].words, LONGEST)]
        if len(asking) >= 2 and len(asking) >= _MOST * len(indices):
            above = {at - 1 for at in indices}
            ends = {
                at
                for at, depth_here in depths.items()
                if depth_here < depth and _is_title(document.blocks[at], at in above)
            }
            return sections_from(document, {at: _numbered(document.blocks[at]) for at in indices}, ends)
    return []


def _numbered(block: Block) -> Opening:
    """The line with the number, where the text below it does not ask; the whole block, where the line was wrapped."""
    first = plain_line(block.lines[0].text)
    below = plain_line(block.lines[1].text) if len(block.lines) > 1 else ""
    if not below or asks(block.words, LONGEST) or len(first) > _SHORT or not below[:1].isupper():
        return whole_opening(block)
    return Opening(first, set(block.lines[0].sources), paragraph(block.lines[1:], block), False)


def _is_title(block: Block, is_above: bool) -> bool:
    """Whether a numbered line is the title of those below it, and not an item of a list in an answer."""
    return block.kind == "heading" or (len(block.lines) == 1 and is_above)


def _depth(words: str) -> int:
    number = re.match(r"\D{0,2}([\d.]+)", words)
    return min(len([part for part in number[1].split(".") if part]), 3) if number else 0


def bold(document: Document) -> list[Section]:
    """Paragraphs that begin with a question in bold, and lines that are all bold, where half of such lines ask."""
    openings = {at: head for at, block in enumerate(document.blocks) if (head := opening(block)) and head.is_bold}
    asking = {at for at, head in openings.items() if asks(head.words, LONGEST)}
    alone = {at for at, head in openings.items() if head.is_whole_line}
    bare = {at for at in alone if not openings[at].rest}
    if _answered_alike(asking & bare, bare):
        pass  # everything on the page is in bold
    elif len(asking & alone) >= 2 and 2 * len(asking & alone) >= len(alone):
        boxes = {container for at in asking for container in containers_of(document.blocks[at])}
        asking |= {at for at in alone if boxes.intersection(containers_of(document.blocks[at]))}
    elif len(asking) >= 3 and len(asking) >= _MOST * len(openings):
        asking |= {at for at in openings if min(asking) <= at <= max(asking)}
    return sections_from(document, {at: openings[at] for at in sorted(asking)})


def lines(document: Document) -> list[Section]:
    """Paragraphs that ask, or whose first line asks, and blocks of the same style; the text after each answers it."""
    blocks = document.blocks
    openings = {at: head for at, block in enumerate(blocks) if (head := opening(block)) and asks(head.words, LONGEST)}
    bare = {at: head for at, head in openings.items() if list_mark(blocks[at].lines[0].text) is None}
    for style in {blocks[at].style for at in bare if blocks[at].style}:
        alike = {at for at, block in enumerate(blocks) if block.style == style}
        asking = alike & bare.keys()
        open_ones = {at for at in asking if not bare[at].rest}
        if len(asking) >= max(2, _OFTEN * len(alike)) and not _answered_alike(open_ones, alike):
            bare |= {at: whole_opening(blocks[at]) for at in alike - asking}
    bare = dict(sorted(bare.items()))
    starts: dict[int, Opening] = {}
    for at, head in (bare or openings).items():
        # "Say so. Why be shy?" below a question is part of its answer.
        if not (at - 1 in starts and not starts[at - 1].rest and re.search(r"[.!:](?=\s)", head.words)):
            starts[at] = head
    return sections_from(document, starts)


def items(document: Document) -> list[Section]:
    """Items of lists that open with a question. Where most do, all items are questions.

    A list of questions only is a table of contents, unless the answers follow below it one by one.
    """
    opened = {
        at: [_item_opening(item) for item in block.items]
        for at, block in enumerate(document.blocks)
        if block.kind == "list"
    }
    all_heads = [head for heads in opened.values() for head in heads]
    asking = sum(head is not None and asks(head[0].words, LONGEST) for head in all_heads)
    take_all = asking >= 3 and asking >= _MOST * len(all_heads)
    sections: list[Section] = []
    goes_on = False  # the answer continues after the list
    for at, block in enumerate(document.blocks):
        heads = [
            head if head and (asks(head[0].words, LONGEST) or (take_all and head[0].is_bold)) else None
            for head in opened.get(at, ())
        ]
        kept = [head for head in heads if head]
        bare = sum(not rest for _, rest in kept)
        is_bold = all(head.is_bold for head, _ in kept)
        if kept and (is_bold or not (bare > 1 and bare * 2 > len(kept))):
            goes_on = _add_items(block, heads, sections, goes_on)
        elif block.kind in ("heading", "rule"):
            goes_on = False
        elif goes_on:
            sections[-1].answer.append(block)
    return sections


def _dashed(block: Block) -> Opening | None:
    """A question that is followed by a dash and its answer."""
    match = _DASHED.match(block.lines[0].text) if block.kind == "paragraph" and block.lines else None
    if not match:
        return None
    first = block.lines[0]
    rest = paragraph([Line(first.text[match.end() :], first.sources), *block.lines[1:]], block)
    return Opening(plain_line(match[1]), set(first.sources), rest, is_bold=False, is_whole_line=False)


def _add_items(
    block: Block, heads: Sequence[tuple[Opening, list[Block]] | None], sections: list[Section], goes_on: bool
) -> bool:
    """Adds a section for each item that opens with a question; other items belong to the answer above them.

    Returns whether the last question has no answer yet. Markdown joins a list in an answer and the next number into one
    list, where the answer is not indented enough.
    """
    for item, opened in zip(block.items, heads, strict=True):
        if opened:
            head, rest = opened
            sections.append(Section(head.words, head.lines, asks(head.words, LONGEST), block.box, [block], list(rest)))
            goes_on = not rest
        elif goes_on:
            numbers = {number for part in item for number in source_lines(part)}
            lines = [line for line in block.lines if line.sources & numbers]
            sections[-1].answer.append(
                replace(block, lines=lines, words=" ".join(part.words for part in item), items=[])
            )
    return goes_on


def _item_opening(item: Sequence[Block]) -> tuple[Opening, list[Block]] | None:
    """How an item of a list opens, and the rest of it as it would be without the list."""
    if not item or not (head := _dashed(item[0]) or opening(item[0])):
        return None
    rest = [*([head.rest] if head.rest else []), *item[1:]]
    return head, rest


READINGS: tuple[Reading, ...] = (paired, labelled, headings, numbered, bold, items, rows, lines)
