"""What a reading missed: lines that look like questions and became none, so that no torso is published in silence."""

from collections.abc import Mapping, Sequence

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document
from chatbot.content.furniture import asks, is_call
from chatbot.content.marks import question_key
from chatbot.content.render import strip_markup
from chatbot.content.sections import LONGEST, Section, is_question, opening
from chatbot.text import match_key

_COVERED = 0.8  # of the questions of a file that must be read
_SEVERAL = 3  # plain questions in one answer that are too many
_LONG_OUTSIDE = 120  # characters; a longer paragraph outside of any answer is no question
_MEND = "write them all alike, or set accept_partial = true in bot.toml"


def report_what_is_missed(
    assembly: Assembly, document: Document, sections: Sequence[Section], known: set[str], given: int
) -> None:
    """`known`: keys of questions that are read elsewhere, `given` of them in data of the page."""
    known = known | {question_key(text) for s in sections for text in (s.question, *(other for other, _ in s.others))}
    inside = {id(block): section for section in sections for block in section.answer}
    taken = {id(block) for section in sections for block in section.heads}
    said = {match_key(line) for entry in assembly.entries for line in strip_markup(entry.answer).split("\n")}
    missed: list[int] = []
    swallowed: dict[int, list[int]] = {}
    for block in document.blocks:
        words = _asked(block)
        if not words or id(block) in taken or assembly.is_dropped(block) or question_key(words) in known:
            continue
        if section := inside.get(id(block)):
            swallowed.setdefault(id(section), []).append(block.line)
            missed.append(block.line)
            if (
                block.kind == "heading" or len(block.lines) > 1 or block is section.answer[0]
            ):  # others are named already
                message = f'"{words[:80]}" looks like a question and stands in an answer; mark it as the others are'
                document.problem(block.line, "question-in-answer", message, "warning")
        elif match_key(words) not in said and not is_call(words, ()) and len(words) <= _LONG_OUTSIDE:
            known.add(question_key(words))
            missed.append(block.line)
            message = f'"{words[:80]}" looks like a question and is not read; mark it as the others of the page are'
            document.problem(block.line, "question-outside", message, "warning")
    _report_several(document, sections, swallowed)
    read = len(sections) + given
    if len(missed) >= 2 and read < _COVERED * (read + len(missed)):
        message = f"only {read} of {read + len(missed)} questions are read; not read: lines {_listed(missed)}; {_MEND}"
        document.problem(0, "partial", message)


def _asked(block: Block) -> str:
    """What the block asks, if it looks like a question of its own."""
    head = opening(block)
    words = head.words if head else block.words
    is_alone = is_question(block) or head is None or head.rest is None
    return words if block.kind in ("paragraph", "heading") and asks(words, LONGEST) and is_alone else ""


def _report_several(document: Document, sections: Sequence[Section], swallowed: Mapping[int, Sequence[int]]) -> None:
    for section in sections:
        places = swallowed.get(id(section), ())
        if len(places) >= _SEVERAL:
            what = f'"{section.question[:60]}" holds what looks like {len(places)} more questions'
            document.problem(section.line, "partial", f"{what} (lines {_listed(places)}); {_MEND}")


def _listed(places: Sequence[int]) -> str:
    shown = ", ".join(map(str, sorted(places)[:12]))
    return shown + (", ..." if len(places) > 12 else "")
