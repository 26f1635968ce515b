"""Reports lines that look like questions and are not read, so that no incomplete file is published unnoticed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document
from chatbot.content.furniture import asks, is_call
from chatbot.content.labels import question_key, without_number
from chatbot.content.ledger import Coverage
from chatbot.content.render import plain_line, strip_markup
from chatbot.content.rows import line_with, question_column
from chatbot.content.sections import LONGEST, Section, opening, source_lines
from chatbot.core.text import match_key

_COVERED = 0.8  # share of a file's questions that must be read
_BEGINS = re.compile(
    r"[^.!?\uff1f]{8,119}[?\uff1f](?=\s+(?:[-*\u2022\u2013\u2014:]\s+)?\w)"
)  # "May I row? Yes." in one line
_SENTENCE = re.compile(r"[.!](?=\s)")
_WORDS = 3
_CELL = re.compile(r"(?<!\\)\||<br\s*/?>")
_SEVERAL = 3  # plain questions in one answer are too many
_LONG_OUTSIDE = 120  # characters; a longer paragraph outside any answer is no question
_QUESTION_SPLIT = (
    '"{}" is a heading as other questions are, but what stands below it is read as questions of their own; make these '
    "plain text, or set accept_partial = true in bot.toml"
)
_ADVICE = "write them all alike, or set accept_partial = true in bot.toml"


def report_unread_questions(
    assembly: Assembly, document: Document, sections: Sequence[Section], known: set[str], given: int
) -> Coverage:
    """`known`: keys of questions that are read from other places, `given` of them from data of the page."""
    known = known | {
        question_key(text) for s in sections for text in (s.question, *(other for other, _ in s.alternates))
    }
    inside = {id(block): section for section in sections for block in section.answer}
    heads = {id(block) for section in sections for block in section.heads}
    answer_lines = {match_key(line) for entry in assembly.entries for line in strip_markup(entry.answer).split("\n")}
    levels = {head.level for s in sections if s.asks for head in s.heads if head.kind == "heading"}
    block_below = {id(head): below for head, below in pairwise(document.blocks) if id(below) in heads}
    parts = {id(section) for section in sections if _has_parts(section)}
    unread: list[int] = []
    swallowed: dict[int, list[int]] = {}
    for block, words, line, goes_on in _possible_questions(document):
        is_read = id(block) in heads and block.kind != "list" and id(block) not in inside
        if (
            is_read
            or assembly.is_dropped(block)
            or (question_key(words) in known and (not goes_on or id(block) in heads))
        ):
            continue
        if section := inside.get(id(block)):
            if section.answer == [block] and block.kind == "paragraph" and not goes_on:
                continue  # `file_checks` reports that question and answer are swapped
            rule, what = "question-in-answer", f'"{words[:80]}" stands in the answer to "{section.question[:60]}"'
            message = f"{what}; if it is a question of its own, mark it as the others are"
        elif match_key(words) not in answer_lines and not is_call(words, ()) and len(words) <= _LONG_OUTSIDE:
            rule, what = "question-outside", f'"{words[:80]}" looks like a question and is not read'
            message = f"{what}; mark it as the others of the page are"
        else:
            continue
        known.add(question_key(words))
        is_title = block.kind == "heading" and not section and id(block) in block_below
        is_split = is_title and block.level in levels and _has_text_beside(block_below[id(block)])
        message = _QUESTION_SPLIT.format(words[:80]) if is_split else message
        document.problem(line, "partial" if is_split else rule, message, "error" if is_split else "warning")
        if (is_title and not is_split) or id(section) in parts or is_call(words, ()):
            continue  # nothing is lost: its text is read, or it is a call to action
        is_sentence = _SENTENCE.search(without_number(words)) is not None  # "Say so. Why be shy?"
        is_apart = match_key(plain_line(document.lines.get(line, ""))) == match_key(words)
        if is_apart or not (
            is_sentence or (goes_on and document.is_markdown)
        ):  # a sentence that asks may be part of the answer
            unread.append(line)
            if section:
                swallowed.setdefault(id(section), []).append(line)
    _count_below_titles(sections, unread, swallowed)
    _report_run_on(document, sections)
    unread += [0] * _report_rows(document, sections)
    _report_several(document, sections, swallowed)
    read = len(sections) + given
    whole = read - len(swallowed)  # an answer that holds another question is not whole
    if len(unread) >= 2 and whole < _COVERED * (read + len(unread)):
        message = (
            f"only {read} of {read + len(unread)} questions are read; not read: lines {_listed(unread)}; {_ADVICE}"
        )
        document.problem(0, "partial", message)
    return Coverage(document.file, read, read + len(unread))


def _has_text_beside(block: Block) -> bool:
    """Whether it opens with a question in bold and has text on the same line, as parts of one answer do."""
    head = opening(block)
    return bool(head and head.is_bold and not head.is_whole_line and asks(head.words, LONGEST))


def _has_parts(section: Section) -> bool:
    """Whether the questions in its answer are the answer: they follow "Ask yourself:", or are all of it."""
    first = next((index for index, block in enumerate(section.answer) if any(_question_in(block))), 0)
    if first:
        return section.answer[first - 1].words.rstrip()[-1:] in (":", "\uff1a")
    return bool(section.answer) and all(map(_has_text_beside, section.answer))


def _possible_questions(document: Document) -> Iterator[tuple[Block, str, int, bool]]:
    """(block, question, line, whether more text follows on the line) of what looks like a question."""
    for block in document.blocks:
        for words, line, goes_on in () if block.links_only else _question_in(block):
            yield block, words, line, goes_on


def _question_in(block: Block) -> Iterator[tuple[str, int, bool]]:
    """(question, line, whether more text follows on the line) of what looks like a question of its own in `block`."""
    if block.kind == "list":
        for item in block.items:
            is_entry = len(block.items) == 1 or len(item) > 1  # an item that only asks belongs to a list of an answer
            for words, line, goes_on in _question_in(item[0]) if item else ():
                if goes_on or is_entry:
                    yield words, line, goes_on
        return
    if block.kind not in ("paragraph", "heading", "quote"):
        return
    head = opening(block)
    words = head.words if head else block.words if block.kind == "heading" else ""
    if asks(words, LONGEST):
        yield words, block.line, False
    elif (match := _BEGINS.match(block.words)) and len(match[0].split()) >= _WORDS:
        yield match[0], block.line, True


def _count_below_titles(sections: Sequence[Section], unread: list[int], swallowed: dict[int, list[int]]) -> None:
    """Adds questions with answers below a title that does not ask, where they are most of the file's questions.

    Where no rule knows how an FAQ is made, its title would have all of it as its answer.
    """
    for section in sections:
        below = _answered_in(section)
        if len(below) >= _SEVERAL and len(below) > len(sections) and not asks(section.question, LONGEST):
            unread += [line for line in below if line not in unread]
            swallowed.setdefault(id(section), []).extend(below)


def _answered_in(section: Section) -> list[int]:
    """The lines of an answer that ask (items, cells, code) and are followed by text that does not ask."""
    pieces = [
        (words, min(line.sources, default=0))
        for block in section.answer
        for line in block.lines
        for part in _CELL.split(line.text)
        if match_key(words := plain_line(part))
    ]
    lines = [line for words, line in pieces if _BEGINS.match(words)]
    return lines + [
        line for (words, line), (after, _) in pairwise(pieces) if asks(words, LONGEST) and not asks(after, LONGEST)
    ]


def _report_rows(document: Document, sections: Sequence[Section]) -> int:
    """Reports table rows with an answer and no question. Returns their number."""
    count = 0
    for table in {id(head): head for section in sections for head in section.heads if head.kind == "table"}.values():
        column = question_column(table)
        for row in table.rows[1:]:
            if column is not None and not "".join(row[column : column + 1]).strip() and any(map(str.strip, row)):
                text = next(cell for cell in row if cell.strip())
                message = f'the row "{text[:60]}" has no question, so it is not read; write one, or delete the row'
                document.problem(
                    line_with(document, text, sorted(source_lines(table))) or table.line,
                    "no-question",
                    message,
                    "warning",
                )
                count += 1
    return count


def _report_run_on(document: Document, sections: Sequence[Section]) -> None:
    """Reports questions that are followed by their answer on the same line, which is read as part of the question."""
    for section in sections:
        begins = _BEGINS.match(section.question)
        if begins and _SENTENCE.search(section.question, begins.end()):
            message = f'"{section.question[:80]}" seems to hold its answer, too; put that on a line of its own'
            document.problem(section.line, "answer-in-question", message, "warning")


def _report_several(document: Document, sections: Sequence[Section], swallowed: Mapping[int, Sequence[int]]) -> None:
    for section in sections:
        lines = swallowed.get(id(section), ())
        if len(lines) >= _SEVERAL:
            what = f'"{section.question[:60]}" holds what looks like {len(lines)} more questions'
            document.problem(section.line, "partial", f"{what} (lines {_listed(lines)}); {_ADVICE}")


def _listed(lines: Sequence[int]) -> str:
    lines = sorted({*lines} - {0})
    return ", ".join(map(str, lines[:12])) + (", ..." if len(lines) > 12 else "")
