"""Reports pictures, films and frames, which answers do not show."""

import math
from collections.abc import Sequence

from chatbot.content.document import FILM, MEDIA, PICTURE, Block, Document, media_only_message
from chatbot.content.sections import Section

_MOST = 8  # line numbers in one message
_KINDS = ((PICTURE, "a picture", "pictures"), (FILM, "a film or a frame", "films or frames"))


def report_unshown_media(document: Document, blocks: Sequence[Block], sections: Sequence[Section]) -> None:
    """One warning a file for media left out of answers. A question with no other answer gets a warning of its own.

    `blocks`: those of the document before any were removed.
    """
    reported = _report_answers_of_media(document, sections)
    heads = {id(head) for section in sections for head in section.heads}
    lines = {number for section in sections for number in section.question_lines}
    first = next((at for at, block in enumerate(blocks) if id(block) in heads), None)
    begin = min((section.line for section in sections), default=0)
    if first is None:
        first = next((at for at, block in enumerate(blocks) if block.line in lines), len(blocks))
    unshown = [(line, why) for at, line, why in document.unshown if at > first]
    if not document.unshown:
        unshown = [(line, why) for line, why in document.dropped.items() if why in MEDIA and sections and line >= begin]
    unshown = [(line, why) for line, why in unshown if line not in reported]
    parts = []
    for kind, one, several in _KINDS:
        kind_lines = sorted(line for line, why in unshown if why == kind)
        if kind_lines:
            more = ", ..." if len(kind_lines) > _MOST else ""
            listed = ", ".join(map(str, dict.fromkeys(kind_lines[:_MOST]))) + more
            parts.append(f"{one if len(kind_lines) == 1 else f'{len(kind_lines)} {several}'} (line {listed})")
    if parts:
        message = f"left out, as answers do not show them: {' and '.join(parts)}; say in words what they show"
        document.problem(min(line for line, _ in unshown), "not-shown", message, "warning")


def _report_answers_of_media(document: Document, sections: Sequence[Section]) -> set[int]:
    """Reports questions whose only answer is a picture or film. Returns the line numbers of these media."""
    media = sorted(number for number, reason in document.dropped.items() if reason in MEDIA)
    starts = sorted(section.line for section in sections)
    reported: set[int] = set()
    for section in sections if media else ():
        end = next((line for line in starts if line > section.line), math.inf)
        in_answer = {number for number in media if section.line <= number < max(end, section.line + 1)}
        if not section.has_answer and in_answer:
            reported |= in_answer
            document.problem(section.line, "picture", media_only_message(section.question), "warning")
    return reported
