"""What is made as the questions of a page are and became none: a card among cards, a heading or a bold line among such.

It need not ask, so nothing else would miss it: "Opening hours" between twelve questions is an entry that was lost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Box, Document
from chatbot.content.readings import place_of
from chatbot.content.render import spoken
from chatbot.content.sections import Section, opening
from chatbot.core.text import list_mark, match_key

_FEWEST = 3  # entries of one make
_MOST = 0.75  # of what is made alike that must be entries, so that the rest is lost ones
_LINE = 60  # characters
_QUOTED = 40  # characters by which a message is known
_LONGEST = 120  # characters; a longer line opens nothing

Told = tuple[Block, str]  # and what of it is told


def report_lost_siblings(assembly: Assembly, document: Document, sections: Sequence[Section]) -> None:
    heads = {id(block) for section in sections for block in section.heads}
    used = {one for section in sections for one in section.used}
    lost = [
        *_among_boxes(assembly, document, heads, used),
        *_among_makes(assembly, document, heads),
        *_among_answers(sections),
    ]
    for block, words in lost:
        is_told = any(f'"{words[:_QUOTED]}' in problem.message for problem in document.problems)
        if not is_told and match_key(words):
            message = f'"{words[:80]}" is made as the questions of the page are, and is not read as one'
            what = "mark it as they are, or write it otherwise"
            document.problem(block.line, "lost-sibling", f"{message}; {what}", "warning")


def _among_boxes(assembly: Assembly, document: Document, heads: set[int], used: set[int]) -> Iterator[Told]:
    """The first block of each box that holds no entry, though nearly all boxes beside it hold one each."""
    held: dict[int, list[Block]] = defaultdict(list)
    beside: dict[tuple[int, str], dict[int, Box]] = defaultdict(dict)
    for block in document.blocks:
        for box in block.box.around():
            held[id(box)].append(block)
            if box.parent and box.name:
                beside[id(box.parent), box.name][id(box)] = box
    for boxes in beside.values():
        full = [one for one in boxes if any(id(block) in heads for block in held[one])]
        if len(full) >= _FEWEST and len(full) >= _MOST * len(boxes):
            for one in boxes:
                own = [block for block in held[one] if not assembly.is_dropped(block)]
                if len(own) > 1 and not any(id(block) in used for block in own) and len(own[0].words) <= _LONGEST:
                    yield own[0], own[0].words


def _among_makes(assembly: Assembly, document: Document, heads: set[int]) -> Iterator[Told]:
    """Headings and lines in bold that are no question, though nearly all of their make in the same place are."""
    alike: dict[tuple[object, ...], list[Block]] = defaultdict(list)
    for block, below in pairwise(document.blocks):
        if below.kind == "heading" or id(below) in heads:
            continue  # the title of a part
        head = opening(block) if block.kind == "paragraph" else None
        make = block.level if block.kind == "heading" else "bold" if head and head.is_bold and head.is_line else None
        if make is not None and not assembly.is_dropped(block):
            for place in place_of(block):
                alike[make, *place].append(block)
    for blocks in alike.values():
        count = sum(id(block) in heads for block in blocks)
        if count >= _FEWEST and count >= _MOST * len(blocks):
            yield from ((block, block.words) for block in blocks if id(block) not in heads)


def _among_answers(sections: Sequence[Section]) -> Iterator[Told]:
    """A short line amidst an answer, where all other answers are as long as what stands above it, or below."""
    lengths = Counter(len(section.answer) for section in sections)
    usual, count = max(lengths.items(), key=lambda item: item[1], default=(0, 0))
    if not usual or count < _FEWEST or count < _MOST * len(sections):
        return
    for section in sections:
        block = section.answer[usual] if len(section.answer) > usual else None
        if not block or block.kind != "paragraph" or not block.lines:
            continue
        first = spoken(block.lines[0].text)
        needed = usual if len(block.lines) > 1 else usual + 1  # its answer stands in one block with it, or below
        is_line = len(first) <= _LINE and first[:1].isupper() and first[-1:].isalnum() and not list_mark(first)
        if is_line and len(section.answer) == usual + needed:
            yield block, first
