"""The ways to read a document: each takes one habit of writing questions and answers, and finds the sections it makes.

Questions may be marked ("Q:"), paired with their answer by the format, headings, numbered lines, words in bold, items
of a list, rows of a table, or just lines that ask. Which way is right for a page is for `chatbot.content.rules` to
find.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from itertools import takewhile

from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks, is_call
from chatbot.content.marked import marked
from chatbot.content.marks import is_numbered
from chatbot.content.render import spoken
from chatbot.content.rows import rows
from chatbot.content.sections import (
    LONGEST,
    SWITCH,
    Opening,
    Reading,
    Section,
    cut,
    end_with_its_box,
    opening,
    paragraph,
    section_at,
    sources_of,
    whole,
)
from chatbot.core.text import list_mark

_CARDS = frozenset("div section article li details".split())
_DASHED = re.compile(r"([^.!?\uff1f]{8,300}[?\uff1f])\s+[-\u2013\u2014:]\s+(?=\S)")
_SHORT = 60  # characters; a shorter line was not broken to fit
_OFTEN = 0.4  # of what is made alike that must ask
_MOST = 0.6  # of what is written alike that must ask, so that the rest is taken for questions too


def paired(document: Document) -> list[Section]:
    """Where the format itself says what answers what: `details`, `dl`, a switch and what it shows, a definition."""
    blocks = document.blocks
    inside = _members(blocks)
    heads = [block for block in blocks if block.part == "question" and block.answered_by is not None]
    # An answer holds no other pair, nor its question.
    nested = {id(box): head for head in heads if (box := head.answered_by)}
    sections: list[Section] = []
    by_box: dict[int, Section] = {}
    for head in heads:
        assert head.answered_by is not None
        if same := by_box.get(id(head.answered_by)):
            same.others.append((head.words, sources_of(head)))
            same.heads.append(head)
            continue
        answer, has_inner = [], False
        for block in inside.get(id(head.answered_by), ()):
            if block.part == "question" and block is not head:
                has_inner = True
            elif block is not head and not _in_another(block, head, nested):
                answer.append(block)
        section = section_at(head, head.words, answer)
        section.is_title = has_inner and not section.says
        by_box[id(head.answered_by)] = section
        sections.append(section)
    if not any(section.asks for section in sections if section.box.name == "definitions"):
        sections = [section for section in sections if section.box.name != "definitions"]  # a glossary is none
    return sections


def _in_another(block: Block, head: Block, pairs: dict[int, Block]) -> bool:
    for box in block.box.around():
        if box is head.answered_by:
            return False
        if id(box) in pairs:
            return True
    return False


def _members(blocks: Iterable[Block]) -> dict[int, list[Block]]:
    inside: dict[int, list[Block]] = {}
    for block in blocks:
        for box in block.box.around():
            inside.setdefault(id(box), []).append(block)
    return inside


def headings(document: Document) -> list[Section]:
    """Headings that ask, and in formats made of headings all that have text; a deeper one that asks nothing is part of
    the answer."""
    starts, answers = _alike(document)
    sections: list[Section] = []
    current: Section | None = None
    open_question = 0  # level of the heading that asks and that we are under, 0 for none
    for at, block in enumerate(document.blocks):
        if block.kind != "heading" or at in answers:
            if current:
                current.answer.append(block)
            continue
        asking = asks(block.words, LONGEST)
        is_deeper = bool(open_question) and block.level > open_question
        # A title such as "# Got questions?" holds no answer, so what is below it is not its answer.
        under_title = open_question == 1 and current is not None and not current.says
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
        end_with_its_box(section)
    return sections


def _alike(document: Document) -> tuple[set[int], set[int]]:
    """(places of headings that do not ask, among others of their level and place that do; of those that answer one)."""
    found: set[int] = set()
    answers: set[int] = set()
    for level in range(1, SWITCH + 1):
        places = [at for at, block in enumerate(document.blocks) if block.kind == "heading" and block.level == level]
        asking = [at for at in places if _asks_at(document.blocks, at)]
        boxes = {place for at in asking for place in place_of(document.blocks[at])}
        near = [at for at in places if boxes.intersection(place_of(document.blocks[at]))]
        if level == SWITCH and asking:
            found.update(places)
        elif len(asking) >= 2 and _answered_alike(set(asking), set(near)):
            answers.update({at + 1 for at in asking} & set(near) - set(asking))
        elif asking and len(asking) >= _OFTEN * len(near):
            found.update(near)
    return found, answers


def _asks_at(blocks: Sequence[Block], at: int) -> bool:
    """Whether the heading asks, and is no "Still have questions?" over a button."""
    words = blocks[at].words
    below = takewhile(lambda block: block.kind != "heading", blocks[at + 1 :])
    return asks(words, LONGEST) and not is_call(words, list(below))


def _answered_alike(asking: Set[int], alike: Set[int]) -> bool:
    """Whether the answers are made as the questions are, so that it does not tell them apart."""
    return 2 * sum(at + 1 in alike and at + 1 not in asking for at in asking) > len(asking)


def place_of(block: Block) -> set[tuple[int, str]]:
    """Where a heading stands: in its box, or in one of several such boxes side by side."""
    box = block.box
    return {(id(box), "")} | ({(id(box.parent), box.name)} if box.parent and box.name in _CARDS else set())


def _find_titles(sections: Sequence[Section]) -> None:
    """A heading is a title where deeper ones that ask follow, and it asks nothing or holds nothing itself."""
    for at, section in enumerate(sections):
        below: list[Section] = []
        for other in sections[at + 1 :]:
            if other.level <= section.level:
                break
            below.append(other)
        asking = sum(other.asks for other in below)
        if not section.asks:
            section.is_title = bool(below) and (not section.says or 2 * asking > len(below))
        else:
            section.is_title = bool(below) and not section.says


def numbered(document: Document) -> list[Section]:
    """ "1.1) When ...?": of the numbers of one depth most ask, so all do; those of another depth are titles."""
    found = {
        at: _depth(block.words)
        for at, block in enumerate(document.blocks)
        if block.kind in ("paragraph", "heading") and is_numbered(block.words) and len(block.words) <= LONGEST
    }
    for depth in (3, 2, 1):
        places = [at for at, own in found.items() if own == depth]
        asking = [at for at in places if asks(document.blocks[at].words, LONGEST)]
        if len(asking) >= 2 and len(asking) >= _MOST * len(places):
            above = {at - 1 for at in places}
            ends = {at for at, own in found.items() if own < depth and _is_title(document.blocks[at], at in above)}
            return cut(document, {at: _numbered(document.blocks[at]) for at in places}, ends)
    return []


def _numbered(block: Block) -> Opening:
    """The line with the number, where what stands below it does not ask; all of it, where it was only wrapped."""
    first = spoken(block.lines[0].text)
    below = spoken(block.lines[1].text) if len(block.lines) > 1 else ""
    if not below or asks(block.words, LONGEST) or len(first) > _SHORT or not below[:1].isupper():
        return whole(block)
    return Opening(first, set(block.lines[0].sources), paragraph(block.lines[1:], block), False)


def _is_title(block: Block, is_above: bool) -> bool:
    """Whether a line with a number is the title of those below it, and no item of an answer's list."""
    return block.kind == "heading" or (len(block.lines) == 1 and is_above)


def _depth(words: str) -> int:
    number = re.match(r"\D{0,2}([\d.]+)", words)
    return min(len([part for part in number[1].split(".") if part]), 3) if number else 0


def bold(document: Document) -> list[Section]:
    """Paragraphs that begin with a question in bold; a line of nothing but bold is one too, where half of such ask."""
    found = {at: head for at, block in enumerate(document.blocks) if (head := opening(block)) and head.is_bold}
    asking = {at for at, head in found.items() if asks(head.words, LONGEST)}
    alone = {at for at, head in found.items() if head.is_line}
    bare = {at for at in alone if not found[at].rest}
    if _answered_alike(asking & bare, bare):
        pass  # all of the page is in bold
    elif len(asking & alone) >= 2 and 2 * len(asking & alone) >= len(alone):
        boxes = {place for at in asking for place in place_of(document.blocks[at])}
        asking |= {at for at in alone if boxes.intersection(place_of(document.blocks[at]))}
    elif len(asking) >= 3 and len(asking) >= _MOST * len(found):
        asking |= {at for at in found if min(asking) <= at <= max(asking)}
    return cut(document, {at: found[at] for at in sorted(asking)})


def lines(document: Document) -> list[Section]:
    """Paragraphs, or first lines of them, that ask, and what is made as those are; what follows is the answer."""
    blocks = document.blocks
    found = {at: head for at, block in enumerate(blocks) if (head := opening(block)) and asks(head.words, LONGEST)}
    bare = {at: head for at, head in found.items() if list_mark(blocks[at].lines[0].text) is None}
    for make in {blocks[at].make for at in bare if blocks[at].make}:
        alike = {at for at, block in enumerate(blocks) if block.make == make}
        made = alike & bare.keys()
        open_ones = {at for at in made if not bare[at].rest}
        if len(made) >= max(2, _OFTEN * len(alike)) and not _answered_alike(open_ones, alike):
            bare |= {at: whole(blocks[at]) for at in alike - made}
    bare = dict(sorted(bare.items()))
    starts: dict[int, Opening] = {}
    for at, head in (bare or found).items():
        # "Say so. Why be shy?" below a question is its answer.
        if not (at - 1 in starts and not starts[at - 1].rest and re.search(r"[.!:](?=\s)", head.words)):
            starts[at] = head
    return cut(document, starts)


def items(document: Document) -> list[Section]:
    """Items of lists that open with a question; where most do, all are questions. A list of nothing but questions is a
    table of contents, unless its answers stand below it one by one."""
    opened = {
        at: [_of_item(item) for item in block.items] for at, block in enumerate(document.blocks) if block.kind == "list"
    }
    every = [found for heads in opened.values() for found in heads]
    asking = sum(found is not None and asks(found[0].words, LONGEST) for found in every)
    take_all = asking >= 3 and asking >= _MOST * len(every)
    sections: list[Section] = []
    goes_on = False  # the answer, behind the list
    for at, block in enumerate(document.blocks):
        heads = [
            found if found and (asks(found[0].words, LONGEST) or (take_all and found[0].is_bold)) else None
            for found in opened.get(at, ())
        ]
        kept = [found for found in heads if found]
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
    """A question with its answer behind a dash."""
    found = _DASHED.match(block.lines[0].text) if block.kind == "paragraph" and block.lines else None
    if not found:
        return None
    first = block.lines[0]
    rest = paragraph([Line(first.text[found.end() :], first.sources), *block.lines[1:]], block)
    return Opening(spoken(found[1]), set(first.sources), rest, is_bold=False, is_line=False)


def _add_items(
    block: Block, heads: Sequence[tuple[Opening, list[Block]] | None], sections: list[Section], goes_on: bool
) -> bool:
    """Adds the items that open with a question; others belong to the answer above. Whether the last has no answer yet.

    Markdown takes a list in an answer and the next number for one list, where the answer is not indented enough.
    """
    for item, found in zip(block.items, heads, strict=True):
        if found:
            head, rest = found
            sections.append(Section(head.words, head.lines, asks(head.words, LONGEST), block.box, [block], list(rest)))
            goes_on = not rest
        elif goes_on:
            places = {number for part in item for number in sources_of(part)}
            own = [line for line in block.lines if line.sources & places]
            sections[-1].answer.append(replace(block, lines=own, words=" ".join(part.words for part in item), items=[]))
    return goes_on


def _of_item(item: Sequence[Block]) -> tuple[Opening, list[Block]] | None:
    """What an item of a list opens with, and the rest of it as it would stand without the list."""
    if not item or not (head := _dashed(item[0]) or opening(item[0])):
        return None
    rest = [*([head.rest] if head.rest else []), *item[1:]]
    return head, rest


READINGS: tuple[Reading, ...] = (paired, marked, headings, numbered, bold, items, rows, lines)
