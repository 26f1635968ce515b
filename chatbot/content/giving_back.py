"""What looked like the site's own and is an answer after all: given back, or named where it is left out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from chatbot.content.assembly import Assembly
from chatbot.content.clearing import LeftOut, leads_on
from chatbot.content.document import Block, Document
from chatbot.content.furniture import is_button
from chatbot.content.sections import Section
from chatbot.core.text import match_key

_SHOWN = 60  # characters


def give_back(
    assembly: Assembly, document: Document, sections: Sequence[Section], left_out: Mapping[int, Sequence[LeftOut]]
) -> None:
    """A question is no gap, and a line such as "We are on" not the end of its answer, where a list or a button follows.

    `left_out`: what stands directly below a block, by its id. What is not given back is dropped.
    """
    said = Counter(match_key(block.words) for found in left_out.values() for block, _ in found)
    given: set[int] = set()
    for section in sections:
        is_gap = not section.says and not section.is_title
        answer: list[Block] = []
        for at, block in enumerate((section.heads[-1], *section.answer)):
            answer += [block] if at else []
            own = _own(section, left_out.get(id(block), ()), said)
            if own and (is_gap if at == 0 else leads_on(block)):
                answer += [one for one, _ in own]
                given |= {id(one) for one, _ in own}
                what = f'is all of the answer to "{section.question[:_SHOWN]}"' if at == 0 else ""
            else:
                what = f'is left out of the answer to "{section.question[:_SHOWN]}"'
            _tell(document, own, what)
        section.answer = answer
    for found in left_out.values():
        for one, why in found:
            if id(one) not in given:
                assembly.drop(one, why)


def _own(section: Section, below: Sequence[LeftOut], said: Mapping[str, int]) -> list[LeftOut]:
    """What may be the answer's of what is left out: a list, or the words of a button that stand nowhere else."""
    if section.heads[-1].kind in ("list", "table"):
        return []  # what stands below it stands below all of its questions
    boxes = {id(section.box), *(id(head.answered_by) for head in section.heads if head.answered_by)}
    boxes |= {id(block.box) for block in section.answer}
    return list(_until_strange(boxes, below, said))


def _until_strange(boxes: set[int], below: Sequence[LeftOut], said: Mapping[str, int]) -> Iterator[LeftOut]:
    for block, why in below:
        is_own = block.kind in ("list", "table") or is_button(block.words)
        if not is_own or id(block.box) not in boxes or said[match_key(block.words)] > 1:
            return
        yield block, why


def _tell(document: Document, own: Sequence[LeftOut], what: str) -> None:
    for block, why in own if what else ():
        if why == "navigation" and not any("](" in line.text for line in block.lines):
            message = f'"{block.words[:_SHOWN]}" looks like a button or a menu of the site and {what}'
            document.problem(block.line, "left-out", f"{message}; write it in a sentence, or delete it", "warning")
