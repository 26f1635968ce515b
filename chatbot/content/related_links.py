"""Drops what sites put after their answers, such as related articles, and beginnings of answers that are cut off."""

import re
from collections import Counter
from collections.abc import Sequence

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document
from chatbot.content.furniture import is_more_to_read
from chatbot.content.render import link_targets, plain_line
from chatbot.content.sections import Section
from chatbot.core.text import match_key

_CARD = 80  # characters; text below a link, such as a price, is short
_CUT = re.compile(r"\s*(?:\[?(?:\u2026|\.\.\.)\]?)\s*$")
_FEWEST = 8  # characters of a beginning that is cut off
_WHY = "what else the site has to read"


def without_more_to_read(assembly: Assembly, document: Document, sections: Sequence[Section]) -> list[Section]:
    """The sections without "Related articles" and the links below it, be it a section or the end of an answer.

    It is dropped only where nothing stands below but links and short lines. Links that differ from answer to answer, or
    that stand in the middle of a page, are the owner's. A problem names what is left out of a file written by hand.
    """
    kept: list[Section] = []
    ends = {id(section): at for section in sections if (at := _end(section)) is not None}
    addresses_of_ends = Counter(
        _addresses(section.answer[ends[id(section)] :]) for section in sections if id(section) in ends
    )
    for section in sections:
        if not section.asks and is_more_to_read(section.question) and _are_cards(section.answer):
            assembly.drop_section(section, _WHY, _WHY)
            _report(document, section.heads[0], f'"{section.question[:60]}" with its links')
            continue
        kept.append(section)
        at = ends.get(id(section))
        if at is None:
            continue
        block, addresses = section.answer[at], _addresses(section.answer[at:])
        is_of_page = section is sections[-1] and (block.kind == "heading" or len(addresses) != 1)
        is_below_most = addresses_of_ends[addresses] > max(1, len(sections) / 2)
        if len(addresses_of_ends) == 1 and (is_below_most or is_of_page):
            for other in section.answer[at:]:
                assembly.drop(other, _WHY)
            _report(document, block, f'"{block.words[:60]}" at the end of the answer to "{section.question[:60]}"')
            del section.answer[at:]
    return kept


def _end(section: Section) -> int | None:
    """The index of such a heading in the answer, with an answer above it and links below."""
    for at, block in enumerate(section.answer):
        if is_more_to_read(_words(block)) and len(block.lines) == 1 and _are_cards(section.answer[at + 1 :], at > 0):
            return at if any(match_key(above.words) for above in section.answer[:at]) else None
    return None


def _addresses(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The addresses that links in `blocks` lead to."""
    return tuple(address for block in blocks for line in block.lines for address, _, _ in link_targets(line.text))


def _words(block: Block) -> str:
    return block.words if block.kind in ("heading", "paragraph") and not block.part else ""


def _are_cards(blocks: Sequence[Block], may_be_none: bool = False) -> bool:
    """Whether they are links with short lines beside them, or headings of more links."""
    blocks_with_text = [block for block in blocks if match_key(block.words)]
    links = [block for block in blocks_with_text if block.links_only or _has_link(block)]
    rest = [block for block in blocks_with_text if block not in links]
    is_short = all(len(b.words) <= _CARD and b.words[-1:] not in ".!?" for b in rest if not is_more_to_read(b.words))
    return is_short and (bool(links) or (may_be_none and not blocks_with_text))


def _has_link(block: Block) -> bool:
    """Whether every line has a link and no sentence beside it."""
    if block.kind not in ("paragraph", "list", "heading"):
        return False
    return all(
        "](" in line.text and plain_line(line.text)[-1:] not in ".!?" for line in block.lines if line.text.strip()
    )


def _report(document: Document, block: Block, what: str) -> None:
    if document.as_written and document.is_markdown:
        message = f"{what} is left out, as sites put such links below a page; name it otherwise if it is an answer"
        document.problem(block.line, "left-out", message, "warning")


def drop_teasers(assembly: Assembly, sections: Sequence[Section]) -> None:
    """Drops the beginning of an answer that is cut off ("The pool is 3.8 ..."), where the whole answer follows."""
    for section in sections:
        for above, below in zip(list(section.answer), section.answer[1:], strict=False):
            if above.kind != "paragraph" or not (cut := _CUT.search(above.words)):
                continue
            begins = match_key(above.words[: cut.start()])
            if len(begins) >= _FEWEST and match_key(below.words).startswith(begins):
                section.answer.remove(above)
                assembly.drop(above, "the beginning of what follows")
