"""Reports blocks made like the questions of a page that became no question: one card among cards, one heading or bold
line among others.

They need not ask, so no other check finds them: "Opening hours" between twelve questions is a lost entry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Box, Document
from chatbot.content.readings import containers_of
from chatbot.content.render import plain_line
from chatbot.content.sections import Section, opening
from chatbot.core.text import list_mark, match_key

_FEWEST = 3  # entries of one style
_MOST = 0.75  # share of similar blocks that must be entries, so that the others count as lost
_LINE = 60  # characters
_QUOTED = 40  # characters by which an earlier message on the same text is recognised
_LONGEST = 120  # characters; a longer line is no question

LostBlock = tuple[Block, str]  # the block, and its words for the message


def report_lost_siblings(assembly: Assembly, document: Document, sections: Sequence[Section]) -> None:
    heads = {id(block) for section in sections for block in section.heads}
    used = {block_id for section in sections for block_id in section.used}
    lost = [
        *_among_boxes(assembly, document, heads, used),
        *_among_styles(assembly, document, heads),
        *_among_answers(sections),
    ]
    for block, words in lost:
        is_reported = any(f'"{words[:_QUOTED]}' in problem.message for problem in document.problems)
        if not is_reported and match_key(words):
            message = f'"{words[:80]}" is made as the questions of the page are, and is not read as one'
            what = "mark it as they are, or write it otherwise"
            document.problem(block.line, "lost-sibling", f"{message}; {what}", "warning")


def _among_boxes(assembly: Assembly, document: Document, heads: set[int], used: set[int]) -> Iterator[LostBlock]:
    """The first block of each box without an entry, where nearly all boxes beside it hold one entry each."""
    blocks_in: dict[int, list[Block]] = defaultdict(list)
    beside: dict[tuple[int, str], dict[int, Box]] = defaultdict(dict)
    for block in document.blocks:
        for box in block.box.with_parents():
            blocks_in[id(box)].append(block)
            if box.parent and box.name:
                beside[id(box.parent), box.name][id(box)] = box
    for boxes in beside.values():
        full = [box_id for box_id in boxes if any(id(block) in heads for block in blocks_in[box_id])]
        if len(full) >= _FEWEST and len(full) >= _MOST * len(boxes):
            for box_id in boxes:
                kept = [block for block in blocks_in[box_id] if not assembly.is_dropped(block)]
                if len(kept) > 1 and not any(id(block) in used for block in kept) and len(kept[0].words) <= _LONGEST:
                    yield kept[0], kept[0].words


def _among_styles(assembly: Assembly, document: Document, heads: set[int]) -> Iterator[LostBlock]:
    """Headings and bold lines that are no question, where nearly all of the same style and container are."""
    alike: dict[tuple[object, ...], list[Block]] = defaultdict(list)
    for block, below in pairwise(document.blocks):
        if below.kind == "heading" or id(below) in heads:
            continue  # the title of a part
        head = opening(block) if block.kind == "paragraph" else None
        style = (
            block.level if block.kind == "heading" else "bold" if head and head.is_bold and head.is_whole_line else None
        )
        if style is not None and not assembly.is_dropped(block):
            for container in containers_of(block):
                alike[style, *container].append(block)
    for blocks in alike.values():
        count = sum(id(block) in heads for block in blocks)
        if count >= _FEWEST and count >= _MOST * len(blocks):
            yield from ((block, block.words) for block in blocks if id(block) not in heads)


def _among_answers(sections: Sequence[Section]) -> Iterator[LostBlock]:
    """A short line within an answer, where all other answers are as long as the part above the line, or below it."""
    lengths = Counter(len(section.answer) for section in sections)
    usual, count = max(lengths.items(), key=lambda item: item[1], default=(0, 0))
    if not usual or count < _FEWEST or count < _MOST * len(sections):
        return
    for section in sections:
        block = section.answer[usual] if len(section.answer) > usual else None
        if not block or block.kind != "paragraph" or not block.lines:
            continue
        first = plain_line(block.lines[0].text)
        needed = usual if len(block.lines) > 1 else usual + 1  # its answer stands in one block with it, or below
        is_line = len(first) <= _LINE and first[:1].isupper() and first[-1:].isalnum() and not list_mark(first)
        if is_line and len(section.answer) == usual + needed:
            yield block, first
