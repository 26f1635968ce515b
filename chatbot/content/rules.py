"""Turns a document into entries: the reading with the highest score, joined by others that do not overlap with it.

A reading scores high where many sections ask and are answered, where no answer occurs twice, and where no answer
contains what looks like another question.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks, is_call, is_title_of_all
from chatbot.content.furniture_removal import (
    LeftOut,
    drop_links_at_the_end,
    drop_notices,
    drop_repeated_edges,
    without_furniture,
)
from chatbot.content.introductions import report_introductions
from chatbot.content.labels import (
    Label,
    answer_label,
    has_number_sign,
    is_numbered,
    question_key,
    question_label,
    shown_question,
    without_number,
)
from chatbot.content.ledger import Content
from chatbot.content.readers.section import ALSO_ASKED, also_asked_here
from chatbot.content.readings import READINGS
from chatbot.content.related_links import drop_teasers, without_more_to_read
from chatbot.content.render import plain_line
from chatbot.content.restoring import restore_blocks
from chatbot.content.rows import report_other_columns
from chatbot.content.sections import (
    LONGEST,
    Section,
    is_question,
    opening,
    paragraph,
    source_lines,
    split_at_questions,
)
from chatbot.content.siblings import report_lost_siblings
from chatbot.content.speakers import without_speakers
from chatbot.content.templates import without_templates
from chatbot.content.topics import take_topics
from chatbot.content.unread_questions import report_unread_questions
from chatbot.content.unshown_media import report_unshown_media
from chatbot.core.text import list_mark, match_key
from chatbot.core.types import Entry

_WEIGHTS = {"headings": 1.0, "paired": 1.0, "labelled": 1.0, "numbered": 0.95, "lines": 0.35}
_SOME = 0.3  # share of a page's questions with a number; then numbers are no part of the wording
_BOLD, _TITLE = 0.9, 0.3  # weights of readings not listed above, and of sections that do not ask
_SWALLOWED, _PERHAPS = 0.8, 0.3  # subtracted for a question in an answer: a labelled one, a plain one


def read_document(document: Document, given: Sequence[Entry] = ()) -> Content:
    """The entries of `document`, with every line accounted for. `given`: entries from data of the page."""
    topics = take_topics(document)
    assembly = Assembly(document, topics)
    blocks: list[Block] = []
    left_out: dict[int, list[LeftOut]] = {}  # by id of the block above
    for block, left_out_below in without_furniture(document, assembly):
        for part in _without_alternates(block):
            blocks += split_at_questions(part)
        left_out[id(blocks[-1])] = left_out_below
    for above, below in pairwise(blocks):
        if ALSO_ASKED.match(above.lines[0].text if above.lines else ""):
            below.items = []  # a list of alternates
    original = document.blocks
    document = dataclasses.replace(document, blocks=blocks)
    known = {question_key(text) for entry in given for text in (entry.question, *entry.alternates)}
    best = without_templates(assembly, _best(document), bool(given))
    best = [section for section in (best if given else _from_title(document, best)) if match_key(section.question)]
    sections = [section for section in best if not (given and _is_in_data(document, section, known))]
    restore_blocks(assembly, document, sections, left_out)
    sections = _without_calls(assembly, document, sections)
    sections = without_more_to_read(assembly, document, sections)
    drop_teasers(assembly, sections)
    drop_repeated_edges(assembly, document, sections)
    drop_links_at_the_end(assembly, document, sections)
    kept = _merged(assembly, sections)
    assembly.add(kept)
    report_unshown_media(document, original, sections)
    report_other_columns(document, kept)
    coverage = report_unread_questions(assembly, document, kept, known, len(given))
    report_lost_siblings(assembly, document, kept)
    report_introductions(document, kept)
    assembly.drop_the_rest(document.blocks, sections)
    if not assembly.entries and not given:
        assembly.report_nothing()
    return dataclasses.replace(assembly.content(), coverage=[coverage])


def _without_alternates(block: Block) -> list[Block]:
    """A paragraph that begins with "Also asked: How?" as two blocks. The first one holds no question of the page."""
    count = also_asked_here([line.text for line in block.lines]) if block.kind == "paragraph" else 0
    alternates = paragraph(block.lines[:count], block) if count else None
    if not alternates:
        return [block]
    alternates.kind = "list"
    rest = paragraph(block.lines[count:], block)
    return [alternates, rest] if rest else [alternates]


def _from_title(document: Document, sections: list[Section]) -> list[Section]:
    """One section for the whole file, where its title is the question and it has no other question."""
    title = document.title
    if not title or any(section.asks and not is_call(section.question, section.answer) for section in sections):
        return sections
    answer = [b for b in document.blocks if b.kind != "heading" or match_key(b.words) != match_key(title.words)]
    is_question_title = title.part == "question" or asks(title.words, LONGEST)
    if not is_question_title and (
        not answer or is_title_of_all(title.words) or any(b.kind == "heading" for b in answer)
    ):
        return sections
    for number in source_lines(title):
        document.dropped.pop(number, None)
    heads = [title, *(block for block in document.blocks if block not in answer)]
    return [Section(title.words, source_lines(title), True, title.box, heads, answer)]


def _best(document: Document) -> list[Section]:
    readings = [(read.__name__, read(document)) for read in READINGS]
    readings = [(name, sections) for name, sections in readings if sections]
    readings.sort(key=lambda name_and_sections: (not _is_sure(*name_and_sections), -_score(*name_and_sections)))
    chosen: list[Section] = []
    used: set[int] = set()
    for name, sections in readings:
        if chosen and name == "lines" and not document.is_markdown:
            continue  # in plain text any line may ask: keep the answers of the better reading
        new = list(_without_used(sections, used)) if chosen else sections
        if any(section.has_answer or section.asks for section in new):
            chosen += new
            used |= {block_id for section in new for block_id in section.used}
    _drop_answer_labels(chosen)
    without_speakers(chosen)
    order = {id(block): index for index, block in enumerate(document.blocks)}
    return sorted(
        _without_numbers(chosen),
        key=lambda section: (section.line, min(order.get(id(head), len(order)) for head in section.heads)),
    )


def _is_sure(name: str, sections: Sequence[Section]) -> bool:
    """Whether the format itself says what is a question, and most of these ask."""
    return name == "paired" and 2 * sum(section.asks for section in sections) >= len(sections)


def _without_used(sections: Sequence[Section], used: Set[int]) -> Iterator[Section]:
    """The sections whose questions are not `used`, without the used blocks of their answers."""
    for section in sections:
        if not any(id(head) in used for head in section.heads):
            unused = [block for block in section.answer if id(block) not in used]
            is_whole = len(unused) == len(section.answer)
            section.answer = unused
            if section.has_answer and (section.asks or is_whole):
                yield section


def _score(name: str, sections: Sequence[Section]) -> float:
    weight = _WEIGHTS.get(name, _BOLD)
    answers: Counter[str] = Counter()
    total = 0.0
    for section in sections:
        if section.is_title or is_call(section.question, section.answer):
            continue
        text = match_key(" ".join(block.words for block in section.answer))
        answers[text] += bool(text)
        total += weight if text and section.asks else _TITLE * weight if text else 0
        for block in section.answer:
            if name != "items" and is_question(block):
                total -= _SWALLOWED
            elif name not in ("items", "lines") and (head := opening(block)) and asks(head.words, LONGEST):
                total -= _PERHAPS
    return total - 0.5 * sum(count - 1 for count in answers.values() if count > 1)


def _drop_answer_labels(sections: Sequence[Section]) -> None:
    """Removes "A:" where several answers begin with it, or where the question of the answer has a label, too."""
    labels = {
        id(s): label for s in sections if s.answer and s.answer[0].lines and (label := _answer_label_of(s.answer[0]))
    }
    for section in sections:
        label = labels.get(id(section))
        if label and (len(labels) > 1 or question_label(section.question)):
            first = section.answer[0]
            rest = paragraph([Line(label.rest, first.lines[0].sources), *first.lines[1:]], first)
            section.heads.append(first)
            section.answer[:1] = [rest] if rest else []


def _answer_label_of(block: Block) -> Label | None:
    return answer_label(block.lines[0].text) if block.kind == "paragraph" else None


def _without_label(section: Section) -> str:
    """The question without a label in bold: as plain text, "**Q**. How?" would be "Q. How?"."""
    head = section.heads[0]
    label = question_label(head.lines[0].text) if head.kind == "paragraph" and head.lines else None
    plain = plain_line(label.rest).strip("*_ ") if label else ""
    return plain if plain and section.question.endswith(plain) else section.question


def _without_numbers(sections: list[Section]) -> list[Section]:
    """Removes numbers before questions, where most questions of the page have one."""
    asked = [shown_question(_without_label(section)) for section in sections]
    counted = sum(is_numbered(text) for text in asked)
    bare = sum(without_number(text, bare=True) != text for text in asked)
    for section, text in zip(sections, asked, strict=True):
        if counted >= max(2, _SOME * len(asked)) or (is_numbered(text) and list_mark(text)) or has_number_sign(text):
            text = without_number(text)
        elif bare >= 2 and bare >= 0.8 * len(asked):
            text = without_number(text, bare=True)
        section.question = shown_question(text)
        section.alternates = [(shown_question(without_number(other)), lines) for other, lines in section.alternates]
    return sections


def _is_in_data(document: Document, section: Section, known: set[str]) -> bool:
    """Whether the data of the page already holds the section."""
    is_part = not document.any_heading and not (section.asks and section.has_answer)
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
    """The sections without repeated questions.

    A question without an answer is merged with an equal question, wherever that stands: a repeated title, a line of a
    table of contents. Two answers to one question both stay.
    """
    keeper: dict[str, Section] = {}
    for section in sections:
        key = match_key(section.question)
        if key not in keeper or (section.has_answer and not keeper[key].has_answer):
            keeper[key] = section
    kept = []
    for section in sections:
        first = keeper[match_key(section.question)]
        if section is not first and not section.has_answer:
            assembly.note(section.question_lines, "question", f"repeated title, merged with line {first.line}")
            assembly.note_blocks(section.answer, "markup")
        elif not section.asks and not section.has_answer:
            assembly.drop_section(section, "heading without text", "heading without text")
            message = f'no text below "{section.question}"; write some, or delete the heading'
            assembly.document.problem(section.line, "heading-without-text", message, "warning")
        else:
            kept.append(section)
    return kept
