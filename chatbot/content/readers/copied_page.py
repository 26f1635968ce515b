"""`.txt`: a page copied from a site.

A line that ends in a question mark is a question; what follows is its answer, until the next question.
Navigation is dropped and listed. A question that is repeated, in a table of contents or as a title, is
one question. A question that nothing follows is a gap: it is kept and never glued to its neighbour.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import dedent

from chatbot.content.ledger import Content
from chatbot.content.readers.source import SourceFile
from chatbot.text import ends_as_question, list_mark, match_key, one_line, slug
from chatbot.types import Entry

# Whole lines that sites put around their content, as match keys (lower case, no punctuation).
_NAVIGATION = re.compile(
    r"(?:(?:go |scroll )?(?:back )?to (?:the )?top(?: of (?:the |this )?page)?"
    r"|begin typing your search(?: term)?(?: above)?(?: and press (?:enter|return) to search)?"
    r"(?: press esc(?:ape)? to (?:cancel|close))?"
    r"|(?:press|hit) (?:esc(?:ape)?|enter|return) to (?:cancel|close|search)"
    r"|skip to (?:the )?(?:main )?content|skip navigation"
    r"|(?:toggle|open|close|main) (?:menu|navigation)"
    r"|share (?:this(?: page| article| post)?|on (?:facebook|x|twitter|linkedin|whatsapp|pinterest))"
    r"|(?:print|email|bookmark) this (?:page|article)"
    r"|(?:accept|reject|decline|allow|manage)(?: all)? cookies|cookie (?:settings|preferences|policy)"
    r"|accept and close|got it|(?:show|load|read) more|(?:previous|next) (?:page|article|post)"
    r"|all rights reserved)"
)
_COPYRIGHT = re.compile(r"(?:\u00a9|copyright\b).{0,100}$", re.IGNORECASE)
_COOKIE_BANNER = re.compile(
    r"(?=.*\bcookies?\b)(?=.*\b(?:accept|agree|consent|continuing|preferences|best experience)\b)", re.IGNORECASE
)
_QUESTION_PREFIX = re.compile(r"(?:q|question)\s*\d*\s*[:.)]\s+", re.IGNORECASE)
_ANSWER_PREFIX = re.compile(r"(?:a|answer)\s*\d*\s*:\s+", re.IGNORECASE)
_HEADER_LENGTH = 60  # a repeated header is short; a repeated sentence of an answer is not
_QUESTION_LENGTH = 300  # a longer line that ends in "?" is a paragraph of an answer


@dataclass(slots=True)
class _Section:
    """A question and the lines below it, by line number counted from 1."""

    question: str
    line: int
    body: dict[int, str] = field(default_factory=dict)

    def answer(self) -> str:
        """The body from its first to its last line, with blank lines kept and lines that were dropped left out."""
        if not self.body:
            return ""
        kept: list[str] = []
        previous = min(self.body)
        for number, text in self.body.items():
            if number > previous + 1:
                kept.append("")
            kept.append(text)
            previous = number
        return dedent("\n".join(kept)).strip("\n")


def read_copied_page(file: str, text: str) -> Content:
    source = SourceFile(file, text)
    sections = _sections(source)
    for number in _repeated_headers(sections):
        source.note(number, "dropped", "repeated header")
        for section in sections:
            section.body.pop(number, None)
    kept = []
    for section, reason in _merged(sections):
        source.note(section.line, "question", reason)
        if not reason:
            kept.append(section)
    if not kept:
        message = 'no line ends in "?"; put each question on a line of its own, ending in "?"'
        source.problem(0, "no-question", message)
    return source.content(
        [Entry(id=slug(s.question), question=s.question, answer=s.answer(), file=file, line=s.line) for s in kept]
    )


def _sections(source: SourceFile) -> list[_Section]:
    lines = {number: line.rstrip() for number, line in source.lines.items() if line.strip()}
    marked_questions = not any(ends_as_question(line) and list_mark(line) is None for line in lines.values())
    sections: list[_Section] = []
    for number, line in lines.items():
        if _is_question(line, marked_questions):
            sections.append(_Section(_question_text(line), number))
        elif _NAVIGATION.fullmatch(match_key(line)):
            source.note(number, "dropped", "navigation")
        elif not sections:
            source.note(number, "dropped", "stands before the first question")
        else:
            body = sections[-1].body
            body[number] = line if body else _ANSWER_PREFIX.sub("", line, count=1)
            source.note(number, "answer")
    for section in sections:
        for number, line in list(section.body.items()):
            # What only looks like a notice of the site is one when the question has an answer without it.
            if len(section.body) > 1 and (reason := _notice(line, section.question)):
                source.note(number, "dropped", reason)
                del section.body[number]
    return sections


def _is_question(line: str, marked_questions: bool) -> bool:
    """A "1. Does it hurt?" is an item of an answer's list, unless all questions of the page look like that."""
    if not ends_as_question(line) or len(line) > _QUESTION_LENGTH or not match_key(line):
        return False
    return marked_questions or list_mark(line) is None


def _question_text(line: str) -> str:
    mark = list_mark(line)
    text = one_line(line[mark.end() :] if mark else line)
    return _QUESTION_PREFIX.sub("", text, count=1) or text


def _notice(line: str, question: str) -> str:
    """Why `line` is one of the notices that a site puts on every page, or ""."""
    if _COPYRIGHT.match(line.strip()) and "copyright" not in question.casefold():
        return "copyright notice"
    if _COOKIE_BANNER.match(line) and len(line) < 400 and "cookie" not in question.casefold():
        return "cookie banner"
    return ""


def _repeated_headers(sections: Sequence[_Section]) -> set[int]:
    """Numbers of short lines without a full stop that stand below three answers or more.

    A line that opens an answer anywhere ("Yes") is part of what the answers say, and stays everywhere.
    """
    seen: Counter[str] = Counter()
    openings: set[str] = set()
    for section in sections:
        keys = [match_key(line) for line in section.body.values()]
        seen.update(set(keys))
        openings.update(keys[:1])
    headers = {key for key, count in seen.items() if count >= 3 and key} - openings
    return {
        number
        for section in sections
        for number, line in section.body.items()
        if match_key(line) in headers and _looks_like_header(line.strip())
    }


def _looks_like_header(line: str) -> bool:
    return len(line) <= _HEADER_LENGTH and line[-1] not in ".!:;,\u3002" and list_mark(line) is None


def _merged(sections: Sequence[_Section]) -> list[tuple[_Section, str]]:
    """Each section with "" if it stays, or the reason why it is the same question as another one.

    A question without an answer is merged with its namesake, wherever that stands: a repeated title, a line
    of a table of contents. Two different answers to one question both stay, for the duplicate check to name.
    """
    keeper: dict[str, _Section] = {}
    for section in sections:
        key = match_key(section.question)
        if key not in keeper or (section.body and not keeper[key].body):
            keeper[key] = section
    merged = []
    for section in sections:
        kept = keeper[match_key(section.question)]
        same = section is not kept and (not section.body or section.answer() == kept.answer())
        merged.append((section, f"repeated title, merged with line {kept.line}" if same else ""))
    return merged
