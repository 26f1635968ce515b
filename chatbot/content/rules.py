"""A document to entries: of all ways to read it the one that explains it best, joined by others that do not overlap.

A way to read a page explains it well where many sections ask and are answered, where no answer stands twice, and where
no answer holds what looks like a question of its own.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.clearing import (
    LeftOut,
    drop_links_at_the_end,
    drop_notices,
    drop_repeated_edges,
    without_furniture,
)
from chatbot.content.closing import drop_teasers, without_more_to_read
from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks, is_call, is_title_of_all
from chatbot.content.giving_back import give_back
from chatbot.content.introductions import report_introductions
from chatbot.content.ledger import Content
from chatbot.content.marks import (
    Mark,
    answer_mark,
    has_number_sign,
    is_numbered,
    question_key,
    question_mark,
    without_number,
    wording,
)
from chatbot.content.missed import report_what_is_missed
from chatbot.content.not_shown import report_what_is_not_shown
from chatbot.content.readers.section import ALSO_ASKED, also_asked_here
from chatbot.content.readings import READINGS
from chatbot.content.render import spoken
from chatbot.content.rows import report_other_columns
from chatbot.content.sections import (
    LONGEST,
    Section,
    is_question,
    opening,
    paragraph,
    sources_of,
    split_at_questions,
)
from chatbot.content.siblings import report_lost_siblings
from chatbot.content.speakers import without_speakers
from chatbot.content.templates import without_templates
from chatbot.content.topics import take_topics
from chatbot.core.text import list_mark, match_key
from chatbot.core.types import Entry

_WORTH = {"headings": 1.0, "paired": 1.0, "marked": 1.0, "numbered": 0.95, "lines": 0.35}
_SOME = 0.3  # of the questions of a page that have a number, so that numbers are none of their words
_BOLD, _TITLE = 0.9, 0.3
_SWALLOWED, _PERHAPS = 0.8, 0.3  # what a question inside of an answer takes away: one that is marked, a plain one


def read_document(document: Document, given: Sequence[Entry] = ()) -> Content:
    """The entries of `document`, with every line accounted for. `given`: entries that the page says in data."""
    topics = take_topics(document)
    assembly = Assembly(document, topics)
    blocks: list[Block] = []
    left_out: dict[int, list[LeftOut]] = {}  # by id of the block above
    for block, out in without_furniture(document, assembly):
        for part in _other_wordings_apart(block):
            blocks += split_at_questions(part)
        left_out[id(blocks[-1])] = out
    for above, below in pairwise(blocks):
        if ALSO_ASKED.match(above.lines[0].text if above.lines else ""):
            below.items = []  # other wordings of one question
    original = document.blocks
    document = dataclasses.replace(document, blocks=blocks)
    known = {question_key(text) for entry in given for text in (entry.question, *entry.alternates)}
    best = without_templates(assembly, _best(document), bool(given))
    best = [section for section in (best if given else _titled(document, best)) if match_key(section.question)]
    sections = [section for section in best if not (given and _is_said(document, section, known))]
    give_back(assembly, document, sections, left_out)
    sections = _without_calls(assembly, document, sections)
    sections = without_more_to_read(assembly, document, sections)
    drop_teasers(assembly, sections)
    drop_repeated_edges(assembly, document, sections)
    drop_links_at_the_end(assembly, document, sections)
    kept = _merged(assembly, sections)
    assembly.add(kept)
    report_what_is_not_shown(document, original, sections)
    report_other_columns(document, kept)
    coverage = report_what_is_missed(assembly, document, kept, known, len(given))
    report_lost_siblings(assembly, document, kept)
    report_introductions(document, kept)
    assembly.drop_the_rest(document.blocks, sections)
    if not assembly.entries and not given:
        assembly.report_nothing()
    return dataclasses.replace(assembly.content(), coverage=[coverage])


def _other_wordings_apart(block: Block) -> list[Block]:
    """A paragraph whose first lines are "Also asked: How?" as two blocks; no question of the page is in the first."""
    count = also_asked_here([line.text for line in block.lines]) if block.kind == "paragraph" else 0
    said = paragraph(block.lines[:count], block) if count else None
    if not said:
        return [block]
    said.kind = "list"
    rest = paragraph(block.lines[count:], block)
    return [said, rest] if rest else [said]


def _titled(document: Document, sections: list[Section]) -> list[Section]:
    """One section of all that the file says, where its title is the question and it holds no other."""
    title = document.title
    if not title or any(section.asks and not is_call(section.question, section.answer) for section in sections):
        return sections
    answer = [b for b in document.blocks if b.kind != "heading" or match_key(b.words) != match_key(title.words)]
    is_told = title.part == "question" or asks(title.words, LONGEST)
    if not is_told and (not answer or is_title_of_all(title.words) or any(b.kind == "heading" for b in answer)):
        return sections
    for number in sources_of(title):
        document.dropped.pop(number, None)
    heads = [title, *(block for block in document.blocks if block not in answer)]
    return [Section(title.words, sources_of(title), True, title.box, heads, answer)]


def _best(document: Document) -> list[Section]:
    found = [(read.__name__, read(document)) for read in READINGS]
    found = [(name, sections) for name, sections in found if sections]
    found.sort(key=lambda one: (not _is_sure(*one), -_score(*one)))
    chosen: list[Section] = []
    used: set[int] = set()
    for name, sections in found:
        if chosen and name == "lines" and not document.is_markdown:
            continue  # in plain text any line may ask: what the better way took for an answer is one
        fresh = list(_apart(sections, used)) if chosen else sections
        if any(section.says or section.asks for section in fresh):
            chosen += fresh
            used |= {one for section in fresh for one in section.used}
    _drop_answer_marks(chosen)
    without_speakers(chosen)
    places = {id(block): at for at, block in enumerate(document.blocks)}
    return sorted(
        _without_numbers(chosen),
        key=lambda section: (section.line, min(places.get(id(head), len(places)) for head in section.heads)),
    )


def _is_sure(name: str, sections: Sequence[Section]) -> bool:
    """Whether the format itself says what is a question, and most that it says are."""
    return name == "paired" and 2 * sum(section.asks for section in sections) >= len(sections)


def _apart(sections: Sequence[Section], used: Set[int]) -> Iterator[Section]:
    """The sections whose questions are not `used`, with what of their answers is not."""
    for section in sections:
        if not any(id(head) in used for head in section.heads):
            own = [block for block in section.answer if id(block) not in used]
            is_whole = len(own) == len(section.answer)
            section.answer = own
            if section.says and (section.asks or is_whole):
                yield section


def _score(name: str, sections: Sequence[Section]) -> float:
    worth = _WORTH.get(name, _BOLD)
    answers: Counter[str] = Counter()
    total = 0.0
    for section in sections:
        if section.is_title or is_call(section.question, section.answer):
            continue
        said = match_key(" ".join(block.words for block in section.answer))
        answers[said] += bool(said)
        total += worth if said and section.asks else _TITLE * worth if said else 0
        for block in section.answer:
            if name != "items" and is_question(block):
                total -= _SWALLOWED
            elif name not in ("items", "lines") and (head := opening(block)) and asks(head.words, LONGEST):
                total -= _PERHAPS
    return total - 0.5 * sum(count - 1 for count in answers.values() if count > 1)


def _drop_answer_marks(sections: Sequence[Section]) -> None:
    """Where several answers begin with "A:", though not each question has its mark; or one whose question has it."""
    marks = {id(s): mark for s in sections if s.answer and s.answer[0].lines and (mark := _mark_of(s.answer[0]))}
    for section in sections:
        mark = marks.get(id(section))
        if mark and (len(marks) > 1 or question_mark(section.question)):
            first = section.answer[0]
            rest = paragraph([Line(mark.rest, first.lines[0].sources), *first.lines[1:]], first)
            section.heads.append(first)
            section.answer[:1] = [rest] if rest else []


def _mark_of(block: Block) -> Mark | None:
    return answer_mark(block.lines[0].text) if block.kind == "paragraph" else None


def _without_mark(section: Section) -> str:
    """The question, without a mark in bold: "**Q**. How?" is no more than "Q. How?" once it is plain."""
    head = section.heads[0]
    mark = question_mark(head.lines[0].text) if head.kind == "paragraph" and head.lines else None
    plain = spoken(mark.rest).strip("*_ ") if mark else ""
    return plain if plain and section.question.endswith(plain) else section.question


def _without_numbers(sections: list[Section]) -> list[Section]:
    """Where most questions open with a number, the number is none of their words."""
    asked = [wording(_without_mark(section)) for section in sections]
    counted = sum(is_numbered(text) for text in asked)
    bare = sum(without_number(text, bare=True) != text for text in asked)
    for section, text in zip(sections, asked, strict=True):
        if counted >= max(2, _SOME * len(asked)) or (is_numbered(text) and list_mark(text)) or has_number_sign(text):
            text = without_number(text)
        elif bare >= 2 and bare >= 0.8 * len(asked):
            text = without_number(text, bare=True)
        section.question = wording(text)
        section.others = [(wording(without_number(other)), places) for other, places in section.others]
    return sections


def _is_said(document: Document, section: Section, known: set[str]) -> bool:
    """Whether what the page says in data is all that there is to it."""
    is_part = not document.any_heading and not (section.asks and section.says)
    return is_part or question_key(section.question) in known


def _without_calls(assembly: Assembly, document: Document, sections: Sequence[Section]) -> list[Section]:
    kept = []
    for section in sections:
        if section.is_title:
            assembly.drop_section(section, "section title", "introduction")
        elif section.asks and is_call(section.question, section.answer):
            assembly.drop_section(section, "call to action", "call to action")
        else:
            drop_notices(assembly, document, section, section is sections[-1])
            kept.append(section)
    return kept


def _merged(assembly: Assembly, sections: Sequence[Section]) -> list[Section]:
    """The sections without those that ask what another one answers.

    A question without an answer is merged with its namesake, wherever that stands: a repeated title, a line of a table
    of contents. Two answers to one question both stay.
    """
    keeper: dict[str, Section] = {}
    for section in sections:
        key = match_key(section.question)
        if key not in keeper or (section.says and not keeper[key].says):
            keeper[key] = section
    kept = []
    for section in sections:
        first = keeper[match_key(section.question)]
        if section is not first and not section.says:
            assembly.note(section.question_lines, "question", f"repeated title, merged with line {first.line}")
            assembly.note_blocks(section.answer, "markup")
        elif not section.asks and not section.says:
            assembly.drop_section(section, "heading without text", "heading without text")
            message = f'no text below "{section.question}"; write some, or delete the heading'
            assembly.document.problem(section.line, "heading-without-text", message, "warning")
        else:
            kept.append(section)
    return kept
