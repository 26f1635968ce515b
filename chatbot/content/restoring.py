"""Restores blocks that looked like furniture and are part of an answer; reports those that stay left out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document
from chatbot.content.furniture import is_button
from chatbot.content.furniture_removal import LeftOut, announces_more
from chatbot.content.sections import Section
from chatbot.core.text import match_key

_SHOWN = 60  # characters that a message quotes


def restore_blocks(
    assembly: Assembly, document: Document, sections: Sequence[Section], left_out: Mapping[int, Sequence[LeftOut]]
) -> None:
    """Puts lists and buttons back into answers that are empty without them, or that announce them ("We are on").

    `left_out`: the blocks that were left out directly below a block, by its id. Those that are not restored are
    dropped.
    """
    texts = Counter(match_key(block.words) for below in left_out.values() for block, _ in below)
    restored: set[int] = set()
    for section in sections:
        is_gap = not section.has_answer and not section.is_title
        answer: list[Block] = []
        for at, block in enumerate((section.heads[-1], *section.answer)):
            answer += [block] if at else []
            answer_blocks = _of_answer(section, left_out.get(id(block), ()), texts)
            if answer_blocks and (is_gap if at == 0 else announces_more(block)):
                answer += [restored_block for restored_block, _ in answer_blocks]
                restored |= {id(restored_block) for restored_block, _ in answer_blocks}
                what = f'is all of the answer to "{section.question[:_SHOWN]}"' if at == 0 else ""
            else:
                what = f'is left out of the answer to "{section.question[:_SHOWN]}"'
            _report(document, answer_blocks, what)
        section.answer = answer
    for below in left_out.values():
        for block, why in below:
            if id(block) not in restored:
                assembly.drop(block, why)


def _of_answer(section: Section, below: Sequence[LeftOut], texts: Mapping[str, int]) -> list[LeftOut]:
    """The left-out blocks that may belong to the answer: lists, and button words that occur nowhere else."""
    if section.heads[-1].kind in ("list", "table"):
        return []  # what follows it follows all of its questions
    boxes = {id(section.box), *(id(head.answered_by) for head in section.heads if head.answered_by)}
    boxes |= {id(block.box) for block in section.answer}
    return list(_until_foreign(boxes, below, texts))


def _until_foreign(boxes: set[int], below: Sequence[LeftOut], texts: Mapping[str, int]) -> Iterator[LeftOut]:
    for block, why in below:
        may_be_answer = block.kind in ("list", "table") or is_button(block.words)
        if not may_be_answer or id(block.box) not in boxes or texts[match_key(block.words)] > 1:
            return
        yield block, why


def _report(document: Document, blocks: Sequence[LeftOut], what: str) -> None:
    for block, why in blocks if what else ():
        if why == "navigation" and not any("](" in line.text for line in block.lines):
            message = f'"{block.words[:_SHOWN]}" looks like a button or a menu of the site and {what}'
            document.problem(block.line, "left-out", f"{message}; write it in a sentence, or delete it", "warning")
