"""Pictures, films and frames of a document, which answers do not show: named, so that nobody takes them for read."""

import math
from collections.abc import Sequence

from chatbot.content.document import FILM, PICTURE, SEEN, Block, Document, only_shows
from chatbot.content.sections import Section

_MOST = 8  # lines that are named
_KINDS = ((PICTURE, "a picture", "pictures"), (FILM, "a film or a frame", "films or frames"))


def report_what_is_not_shown(document: Document, blocks: Sequence[Block], sections: Sequence[Section]) -> None:
    """One warning a file for what is left out of its answers; a question with no other answer is named by itself.

    `blocks`: all of the document, before any of them were taken out.
    """
    told = _report_what_only_shows(document, sections)
    heads = {id(head) for section in sections for head in section.heads}
    lines = {number for section in sections for number in section.question_lines}
    first = next((at for at, block in enumerate(blocks) if id(block) in heads), None)
    begin = min((section.line for section in sections), default=0)
    if first is None:
        first = next((at for at, block in enumerate(blocks) if block.line in lines), len(blocks))
    found = [(line, why) for at, line, why in document.shown if at > first]
    if not document.shown:
        found = [(line, why) for line, why in document.dropped.items() if why in SEEN and sections and line >= begin]
    found = [(line, why) for line, why in found if line not in told]
    parts = []
    for kind, one, several in _KINDS:
        places = sorted(line for line, why in found if why == kind)
        if places:
            named = ", ".join(map(str, dict.fromkeys(places[:_MOST]))) + (", ..." if len(places) > _MOST else "")
            parts.append(f"{one if len(places) == 1 else f'{len(places)} {several}'} (line {named})")
    if parts:
        message = f"left out, as answers do not show them: {' and '.join(parts)}; say in words what they show"
        document.problem(min(line for line, _ in found), "not-shown", message, "warning")


def _report_what_only_shows(document: Document, sections: Sequence[Section]) -> set[int]:
    """Names questions below which nothing is to be read, but a picture or a film is to be seen; the lines of these."""
    seen = sorted(number for number, reason in document.dropped.items() if reason in SEEN)
    starts = sorted(section.line for section in sections)
    told: set[int] = set()
    for section in sections if seen else ():
        end = next((line for line in starts if line > section.line), math.inf)
        own = {number for number in seen if section.line <= number < max(end, section.line + 1)}
        if not section.says and own:
            told |= own
            document.problem(section.line, "picture", only_shows(section.question), "warning")
    return told
