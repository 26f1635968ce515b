"""Lines that name the topic of questions: "Category: Payments", above a group of them or below each."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chatbot.content.document import Block, Document
from chatbot.content.furniture import asks
from chatbot.content.render import plain_line
from chatbot.content.sections import LONGEST, paragraph

_TOPIC = re.compile(
    r"(?:category|categories|topic|kategorie|thema|rubrik|cat\u00e9gorie|th\u00e8me|rubrique|categor\u00eda|tema|categoria|categorie"
    r"|kategoria|\u043a\u0430\u0442\u0435\u0433\u043e\u0440\u0438\u044f|\u0442\u0435\u043c\u0430|kategori)\s*[:\uff1a]\s*(?P<name>[^.!?:]{2,60})$",
    re.IGNORECASE,
)
_FEWEST = 2  # lines; a single one may be part of an answer


@dataclass(slots=True)
class Topics:
    """`names`: line -> topic. `above`: whether a topic applies to all questions below it, up to the next topic."""

    names: dict[int, str] = field(default_factory=dict)
    above: bool = True

    def of_each(self, lines: Sequence[int]) -> list[tuple[str, ...]]:
        """The topics of each of the questions at `lines`."""
        topic_lines, starts = sorted(self.names), sorted(lines)
        topics = []
        for line in lines:
            at = bisect_right(topic_lines, line)
            if self.above:
                lines_here = topic_lines[at - 1 : at] if at else []
            else:
                following = bisect_right(starts, line)
                lines_here = (
                    topic_lines[at : bisect_left(topic_lines, starts[following])]
                    if following < len(starts)
                    else topic_lines[at:]
                )
            topics.append(tuple(self.names[number] for number in lines_here))
        return topics


def take_topics(document: Document) -> Topics:
    """Removes lines with topics from the blocks of `document`."""
    topic_at = {
        line.sources and min(line.sources): match["name"].strip()
        for block in document.blocks
        if block.kind in ("paragraph", "heading")
        for line in block.lines
        if (match := _TOPIC.match(plain_line(line.text).strip("*_# ")))
    }
    names = {number: name for number, name in topic_at.items() if number}
    first = next((b.line for b in document.blocks if _asks(b)), 0)
    above = bool(names) and min(names) < first
    if len(names) < (1 if above else _FEWEST):
        return Topics()
    document.metadata |= names.keys()
    document.blocks = [rest for block in document.blocks if (rest := _without(block, names.keys()))]
    return Topics(names, above)


def _asks(block: Block) -> bool:
    return asks(block.words, LONGEST) or any(asks(plain_line(line.text), LONGEST) for line in block.lines[:1])


def _without(block: Block, numbers: Iterable[int]) -> Block | None:
    kept = [line for line in block.lines if not line.sources & set(numbers)]
    return block if len(kept) == len(block.lines) else paragraph(kept, block)
