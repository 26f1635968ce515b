"""A document to entries: of all ways to read it the one that explains it best, joined by others that do not overlap.

A way to read a page explains it well where many sections ask and are answered, where no answer stands twice, and where
no answer holds what looks like a question of its own.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from chatbot.content.assembly import Assembly
from chatbot.content.clearing import drop_links_at_the_end, drop_notices, drop_repeated_edges, without_furniture
from chatbot.content.document import Document
from chatbot.content.furniture import asks, is_call
from chatbot.content.ledger import Content
from chatbot.content.marks import is_numbered, question_key, without_number, wording
from chatbot.content.missed import report_what_is_missed
from chatbot.content.readers.section import ALSO_ASKED
from chatbot.content.readings import READINGS
from chatbot.content.sections import LONGEST, Section, is_question, opening
from chatbot.text import list_mark, match_key
from chatbot.types import Entry

_WORTH = {"headings": 1.0, "paired": 1.0, "marked": 1.0, "numbered": 0.95, "lines": 0.6}
_BOLD, _TITLE = 0.9, 0.3
_SWALLOWED, _PERHAPS = 0.8, 0.3  # what a question inside of an answer takes away: one that is marked, a plain one


def read_document(document: Document, given: Sequence[Entry] = ()) -> Content:
    """The entries of `document`, with every line accounted for. `given`: entries that the page says in data."""
    assembly = Assembly(document)
    blocks = list(without_furniture(document, assembly))
    for above, below in pairwise(blocks):
        if ALSO_ASKED.match(above.lines[0].text if above.lines else ""):
            below.items = []  # other wordings of one question
    document = dataclasses.replace(document, blocks=blocks)
    known = {question_key(text) for entry in given for text in (entry.question, *entry.alternates)}
    sections = [section for section in _best(document) if not _is_said(section, known, given)]
    sections = _without_calls(assembly, sections, bool(given))
    drop_repeated_edges(assembly, sections)
    drop_links_at_the_end(assembly, sections)
    kept = _merged(assembly, sections)
    assembly.add(kept)
    report_what_is_missed(assembly, document, kept, known, len(given))
    assembly.drop_the_rest(document.blocks, sections)
    if not assembly.entries and not given:
        assembly.report_nothing()
    return assembly.content()


def _best(document: Document) -> list[Section]:
    found = [(read.__name__, read(document)) for read in READINGS]
    found = [(name, sections) for name, sections in found if sections]
    found.sort(key=lambda one: -_score(*one))
    chosen: list[Section] = []
    used: set[int] = set()
    for name, sections in found:
        if chosen and name == "lines" and not document.is_markdown:
            continue  # in plain text any line may ask: what the better way took for an answer is one
        fresh = [s for s in sections if not s.used & used and (not chosen or s.says)]
        if not chosen and not any(section.says or section.asks for section in fresh):
            continue
        chosen += fresh
        used |= {one for section in fresh for one in section.used}
    return sorted(_without_numbers(chosen), key=lambda section: section.line)


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


def _without_numbers(sections: list[Section]) -> list[Section]:
    """Where most questions open with a number, the number is none of their words."""
    asked = [wording(section.question) for section in sections]
    counted = sum(is_numbered(text) for text in asked)
    bare = sum(without_number(text, bare=True) != text for text in asked)
    for section, text in zip(sections, asked, strict=True):
        if counted >= 0.6 * len(asked) or (is_numbered(text) and list_mark(text)):
            text = without_number(text)
        elif bare >= 2 and bare >= 0.8 * len(asked):
            text = without_number(text, bare=True)
        section.question = wording(text)
        section.others = [(wording(without_number(other)), places) for other, places in section.others]
    return sections


def _is_said(section: Section, known: set[str], given: Sequence[Entry]) -> bool:
    return bool(given) and (not section.asks or not section.says or question_key(section.question) in known)


def _without_calls(assembly: Assembly, sections: Sequence[Section], has_given: bool) -> list[Section]:
    kept = []
    for section in sections:
        others = has_given or any(other.says and other.asks for other in sections if other is not section)
        if section.is_title:
            assembly.drop_section(section, "section title", "introduction")
        elif section.asks and others and is_call(section.question, section.answer):
            assembly.drop_section(section, "call to action", "call to action")
        else:
            drop_notices(assembly, section)
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
