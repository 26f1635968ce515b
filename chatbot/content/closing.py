"""What a site puts behind its answers: what else there is to read or to buy. And answers that begin twice."""

import re
from collections import Counter
from collections.abc import Sequence

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document
from chatbot.content.furniture import is_more_to_read
from chatbot.content.render import spoken, targets
from chatbot.content.sections import Section
from chatbot.core.text import match_key

_CARD = 80  # characters; what stands below a link, such as a price, is short
_CUT = re.compile(r"\s*(?:\[?(?:\u2026|\.\.\.)\]?)\s*$")
_FEWEST = 8  # letters of a beginning, so that it is one
_WHY = "what else the site has to read"


def without_more_to_read(assembly: Assembly, document: Document, sections: Sequence[Section]) -> list[Section]:
    """The sections without "Related articles" and the links below, be these a section or the end of an answer.

    Only where nothing but links, and short lines beside them, stands there. Links that are others below each answer, or
    in the middle of a page, are an owner's. Who wrote the file by hand is told.
    """
    kept: list[Section] = []
    ends = {id(section): at for section in sections if (at := _end(section)) is not None}
    led = Counter(_led(section.answer[ends[id(section)] :]) for section in sections if id(section) in ends)
    for section in sections:
        if not section.asks and is_more_to_read(section.question) and _are_cards(section.answer):
            assembly.drop_section(section, _WHY, _WHY)
            _tell(document, section.heads[0], f'"{section.question[:60]}" with its links')
            continue
        kept.append(section)
        at = ends.get(id(section))
        if at is None:
            continue
        block, behind = section.answer[at], _led(section.answer[at:])
        is_of_page = section is sections[-1] and (block.kind == "heading" or len(behind) != 1)
        is_below_most = led[behind] > max(1, len(sections) / 2)
        if len(led) == 1 and (is_below_most or is_of_page):
            for other in section.answer[at:]:
                assembly.drop(other, _WHY)
            _tell(document, block, f'"{block.words[:60]}" at the end of the answer to "{section.question[:60]}"')
            del section.answer[at:]
    return kept


def _end(section: Section) -> int | None:
    """Where in the answer such a heading stands, with the answer above it and links below."""
    for at, block in enumerate(section.answer):
        if is_more_to_read(_words(block)) and len(block.lines) == 1 and _are_cards(section.answer[at + 1 :], at > 0):
            return at if any(match_key(above.words) for above in section.answer[:at]) else None
    return None


def _led(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Where their links lead."""
    return tuple(address for block in blocks for line in block.lines for address, _, _ in targets(line.text))


def _words(block: Block) -> str:
    return block.words if block.kind in ("heading", "paragraph") and not block.part else ""


def _are_cards(blocks: Sequence[Block], may_be_none: bool = False) -> bool:
    """Whether they are links, and short lines beside them; or headings of more of that."""
    said = [block for block in blocks if match_key(block.words)]
    links = [block for block in said if block.links_only or _has_link(block)]
    rest = [block for block in said if block not in links]
    is_short = all(len(b.words) <= _CARD and b.words[-1:] not in ".!?" for b in rest if not is_more_to_read(b.words))
    return is_short and (bool(links) or (may_be_none and not said))


def _has_link(block: Block) -> bool:
    """A link, with no sentence beside it."""
    if block.kind not in ("paragraph", "list", "heading"):
        return False
    return all("](" in line.text and spoken(line.text)[-1:] not in ".!?" for line in block.lines if line.text.strip())


def _tell(document: Document, block: Block, what: str) -> None:
    if document.as_written and document.is_markdown:
        message = f"{what} is left out, as sites put such links below a page; name it otherwise if it is an answer"
        document.problem(block.line, "left-out", message, "warning")


def drop_teasers(assembly: Assembly, sections: Sequence[Section]) -> None:
    """The beginning of an answer that is cut off ("The pool is 3.8 ..."), where the whole of it follows."""
    for section in sections:
        for above, below in zip(list(section.answer), section.answer[1:], strict=False):
            if above.kind != "paragraph" or not (cut := _CUT.search(above.words)):
                continue
            begins = match_key(above.words[: cut.start()])
            if len(begins) >= _FEWEST and match_key(below.words).startswith(begins):
                section.answer.remove(above)
                assembly.drop(above, "the beginning of what follows")
