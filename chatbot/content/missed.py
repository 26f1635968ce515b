"""What a reading missed: lines that look like questions and became none, so that no torso is published in silence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document
from chatbot.content.furniture import asks, is_call
from chatbot.content.ledger import Coverage
from chatbot.content.marks import question_key, without_number
from chatbot.content.render import spoken, strip_markup
from chatbot.content.rows import line_with, question_column
from chatbot.content.sections import LONGEST, Section, opening, sources_of
from chatbot.core.text import match_key

_COVERED = 0.8  # of the questions of a file that must be read
_BEGINS = re.compile(
    r"[^.!?\uff1f]{8,119}[?\uff1f](?=\s+(?:[-*\u2022\u2013\u2014:]\s+)?\w)"
)  # "May I row? Yes." in one line
_SENTENCE = re.compile(r"[.!](?=\s)")
_WORDS = 3
_CELL = re.compile(r"(?<!\\)\||<br\s*/?>")
_SEVERAL = 3  # plain questions in one answer that are too many
_LONG_OUTSIDE = 120  # characters; a longer paragraph outside of any answer is no question
_TORN = (
    '"{}" is a heading as other questions are, but what stands below it is read as questions of their own; make these '
    "plain text, or set accept_partial = true in bot.toml"
)
_MEND = "write them all alike, or set accept_partial = true in bot.toml"


def report_what_is_missed(
    assembly: Assembly, document: Document, sections: Sequence[Section], known: set[str], given: int
) -> Coverage:
    """`known`: keys of questions that are read elsewhere, `given` of them in data of the page."""
    known = known | {question_key(text) for s in sections for text in (s.question, *(other for other, _ in s.others))}
    inside = {id(block): section for section in sections for block in section.answer}
    taken = {id(block) for section in sections for block in section.heads}
    said = {match_key(line) for entry in assembly.entries for line in strip_markup(entry.answer).split("\n")}
    levels = {head.level for s in sections if s.asks for head in s.heads if head.kind == "heading"}
    above = {id(head): below for head, below in pairwise(document.blocks) if id(below) in taken}
    parts = {id(section) for section in sections if _has_parts(section)}
    missed: list[int] = []
    swallowed: dict[int, list[int]] = {}
    for block, words, line, is_begun in _seen(document):
        is_read = id(block) in taken and block.kind != "list" and id(block) not in inside
        if (
            is_read
            or assembly.is_dropped(block)
            or (question_key(words) in known and (not is_begun or id(block) in taken))
        ):
            continue
        if section := inside.get(id(block)):
            if section.answer == [block] and block.kind == "paragraph" and not is_begun:
                continue  # that the two have changed places is said elsewhere
            rule, what = "question-in-answer", f'"{words[:80]}" stands in the answer to "{section.question[:60]}"'
            message = f"{what}; if it is a question of its own, mark it as the others are"
        elif match_key(words) not in said and not is_call(words, ()) and len(words) <= _LONG_OUTSIDE:
            rule, what = "question-outside", f'"{words[:80]}" looks like a question and is not read'
            message = f"{what}; mark it as the others of the page are"
        else:
            continue
        known.add(question_key(words))
        is_title = block.kind == "heading" and not section and id(block) in above
        is_torn = is_title and block.level in levels and _has_text_beside(above[id(block)])
        message = _TORN.format(words[:80]) if is_torn else message
        document.problem(line, "partial" if is_torn else rule, message, "error" if is_torn else "warning")
        if (is_title and not is_torn) or id(section) in parts or is_call(words, ()):
            continue  # nothing of the page is lost: all that stands there is read, or calls ("Still not sure?")
        is_sentence = _SENTENCE.search(without_number(words)) is not None  # "Say so. Why be shy?"
        is_apart = match_key(spoken(document.lines.get(line, ""))) == match_key(words)
        if is_apart or not (
            is_sentence or (is_begun and document.is_markdown)
        ):  # a sentence that asks may be one of the answer's
            missed.append(line)
            if section:
                swallowed.setdefault(id(section), []).append(line)
    _count_below_titles(sections, missed, swallowed)
    _report_run_on(document, sections)
    missed += [0] * _report_rows(document, sections)
    _report_several(document, sections, swallowed)
    read = len(sections) + given
    whole = read - len(swallowed)  # an answer that holds another question is none
    if len(missed) >= 2 and whole < _COVERED * (read + len(missed)):
        message = f"only {read} of {read + len(missed)} questions are read; not read: lines {_listed(missed)}; {_MEND}"
        document.problem(0, "partial", message)
    return Coverage(document.file, read, read + len(missed))


def _has_text_beside(block: Block) -> bool:
    """Whether it opens with a question in bold, with text on the same line, as parts of one answer do."""
    head = opening(block)
    return bool(head and head.is_bold and not head.is_line and asks(head.words, LONGEST))


def _has_parts(section: Section) -> bool:
    """Whether the questions in an answer are what it says: below "Ask yourself:", or all that stands there."""
    first = next((at for at, block in enumerate(section.answer) if any(_asked(block))), 0)
    if first:
        return section.answer[first - 1].words.rstrip()[-1:] in (":", "\uff1a")
    return bool(section.answer) and all(map(_has_text_beside, section.answer))


def _seen(document: Document) -> Iterator[tuple[Block, str, int, bool]]:
    """Each block with what it asks, but for those that only lead to a question."""
    for block in document.blocks:
        for words, line, is_begun in () if block.links_only else _asked(block):
            yield block, words, line, is_begun


def _asked(block: Block) -> Iterator[tuple[str, int, bool]]:
    """(what it asks, its line, whether more stands behind it) of what looks like a question of its own in `block`."""
    if block.kind == "list":
        for item in block.items:
            is_entry = len(block.items) == 1 or len(item) > 1  # an item that only asks is one of an answer's list
            for words, line, is_begun in _asked(item[0]) if item else ():
                if is_begun or is_entry:
                    yield words, line, is_begun
        return
    if block.kind not in ("paragraph", "heading", "quote"):
        return
    head = opening(block)
    words = head.words if head else block.words if block.kind == "heading" else ""
    if asks(words, LONGEST):
        yield words, block.line, False
    elif (begins := _BEGINS.match(block.words)) and len(begins[0].split()) >= _WORDS:
        yield begins[0], block.line, True


def _count_below_titles(sections: Sequence[Section], missed: list[int], swallowed: dict[int, list[int]]) -> None:
    """Adds what asks, and is answered, in the answer to a title that does not ask; most of the file's questions do.

    Where no rule knows how an FAQ is made, its title would take it all for an answer.
    """
    for section in sections:
        below = _answered_in(section)
        if len(below) >= _SEVERAL and len(below) > len(sections) and not asks(section.question, LONGEST):
            missed += [line for line in below if line not in missed]
            swallowed.setdefault(id(section), []).extend(below)


def _answered_in(section: Section) -> list[int]:
    """The lines of what asks in an answer, be it an item, a cell or code, and has words behind it that do not."""
    pieces = [
        (words, min(line.sources, default=0))
        for block in section.answer
        for line in block.lines
        for part in _CELL.split(line.text)
        if match_key(words := spoken(part))
    ]
    found = [line for words, line in pieces if _BEGINS.match(words)]
    return found + [
        line for (words, line), (after, _) in pairwise(pieces) if asks(words, LONGEST) and not asks(after, LONGEST)
    ]


def _report_rows(document: Document, sections: Sequence[Section]) -> int:
    """Names rows of tables that have an answer and no question; how many there are."""
    found = 0
    for table in {id(head): head for section in sections for head in section.heads if head.kind == "table"}.values():
        column = question_column(table)
        for row in table.rows[1:]:
            if column is not None and not "".join(row[column : column + 1]).strip() and any(map(str.strip, row)):
                said = next(cell for cell in row if cell.strip())
                message = f'the row "{said[:60]}" has no question, so it is not read; write one, or delete the row'
                document.problem(
                    line_with(document, said, sorted(sources_of(table))) or table.line,
                    "no-question",
                    message,
                    "warning",
                )
                found += 1
    return found


def _report_run_on(document: Document, sections: Sequence[Section]) -> None:
    """Names questions behind which their answer stands on one line, and is taken for more of the question."""
    for section in sections:
        begins = _BEGINS.match(section.question)
        if begins and _SENTENCE.search(section.question, begins.end()):
            message = f'"{section.question[:80]}" seems to hold its answer, too; put that on a line of its own'
            document.problem(section.line, "answer-in-question", message, "warning")


def _report_several(document: Document, sections: Sequence[Section], swallowed: Mapping[int, Sequence[int]]) -> None:
    for section in sections:
        places = swallowed.get(id(section), ())
        if len(places) >= _SEVERAL:
            what = f'"{section.question[:60]}" holds what looks like {len(places)} more questions'
            document.problem(section.line, "partial", f"{what} (lines {_listed(places)}); {_MEND}")


def _listed(places: Sequence[int]) -> str:
    places = sorted({*places} - {0})
    return ", ".join(map(str, places[:12])) + (", ..." if len(places) > 12 else "")
