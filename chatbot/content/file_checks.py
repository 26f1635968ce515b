"""Checks of one file's content, and the rendering of its answers. Both are part of parsing, under its limits.

Rendering is under the limits because cleaning HTML takes time quadratic in its nesting.
"""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from chatbot.content.blocks import document_of
from chatbot.content.ledger import Content, LedgerLine
from chatbot.content.options import image_origins, site
from chatbot.content.render import link_targets, origin_of, strip_markup
from chatbot.core.blocks import blocks_to_json
from chatbot.core.problem import Problem, Severity
from chatbot.core.text import ends_as_question, is_date, is_web_address, match_key
from chatbot.core.types import Entry

ANSWER_LIMIT = 32 * 1024  # bytes, 12 pages
WORDING_LIMIT = 1000  # characters, also after NFKC, which turns one character into up to 18

# UTF-8 that was read as Windows-1252: one letter for the first byte of a character, and a sign for each other byte.
_REST = "[" + bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "]"
_MOJIBAKE = re.compile(f"[\u00c2-\u00df]{_REST}|[\u00e0-\u00ef]{_REST}{{2}}|[\u00f0-\u00f4]{_REST}{{3}}|\ufffd")


def checked(content: Content) -> Content:
    """`content` with answers rendered, entries that are too long removed, and problems added."""
    lines: dict[int, str] = {line.line: line.text for line in content.ledger}
    problems = [*content.problems, *_mojibake(content)]
    entries = []
    for entry in content.entries:
        problems_of_entry = list(_too_long(entry))
        if not problems_of_entry:
            entry = _rendered(entry)
            problems_of_entry = [*_answer_problems(entry, lines), *_metadata_problems(entry, lines)]
            entries.append(entry)
        problems += problems_of_entry
    return dataclasses.replace(content, entries=entries, problems=problems)


def _rendered(entry: Entry) -> Entry:
    if entry.is_gap:
        return entry
    blocks, html, places = document_of(entry.answer, _is_copied(entry), site(), image_origins())
    return dataclasses.replace(entry, html=html, blocks=blocks_to_json(blocks), places=places)


def _is_copied(entry: Entry) -> bool:
    return entry.file.lower().endswith(".txt")


def _too_long(entry: Entry) -> Iterator[Problem]:
    for wording in (entry.question, *entry.alternates):
        if len(wording) > WORDING_LIMIT or len(unicodedata.normalize("NFKC", wording)) > WORDING_LIMIT:
            message = f'"{wording[:40]}...": a question is over {WORDING_LIMIT} characters; shorten it'
            yield Problem(entry.file, entry.line, "long-question", message)
            return
    if len(entry.answer.encode()) > ANSWER_LIMIT:
        yield _problem(entry, entry.line, "long-answer", f"the answer is over {ANSWER_LIMIT >> 10} KB; split the entry")


def _answer_problems(entry: Entry, lines: Mapping[int, str]) -> Iterator[Problem]:
    if not entry.is_gap and not match_key(strip_markup(entry.answer)):
        message = "the answer shows no word; write one, or leave it empty to list the question as a gap"
        yield _problem(entry, entry.line, "empty-answer", message, "warning")
    if ends_as_question(entry.answer) and not ends_as_question(entry.question) and "\n" not in entry.answer:
        message = f'its answer is "{entry.answer[:60]}"; if question and answer have changed places, put them right'
        yield _problem(entry, entry.line, "swapped", message, "warning")
    for address, is_picture, is_shown in () if _is_copied(entry) else link_targets(entry.answer):
        line = _line_of(address, entry.line, lines)
        if is_picture:
            yield from _picture_problem(entry, line, urljoin(site(), address))
        elif not is_shown:
            message = f'the link to "{address[:80]}" is not shown; begin it with https://, http://, mailto: or tel:'
            yield _problem(entry, line, "bad-link", message, "warning")
        elif not address.isascii():
            message = f'the link to "{address[:80]}" holds letters beyond ASCII; make sure that it is the site you mean'
            yield _problem(entry, line, "odd-link", message, "warning")


def _picture_problem(entry: Entry, line: int, source: str) -> Iterator[Problem]:
    origin = origin_of(source)
    if f'"src":{json.dumps(source, ensure_ascii=False)}' in entry.blocks:
        return
    message = "a picture is not shown; say in words what it shows"
    if origin in image_origins():
        message = "a picture without words is not shown; say what it shows: ![words](address)"
    elif origin:
        message += f', or allow those of its site in bot.toml: images = ["{origin}"]'
    yield _problem(entry, line, "picture", message, "warning")


def _metadata_problems(entry: Entry, lines: Mapping[int, str]) -> Iterator[Problem]:
    for name in ("reviewed", "review_by"):
        value = getattr(entry, name)
        if value and not is_date(value):
            message = f'{name} "{value}" is not a date; write it as 2026-01-31'
            yield _problem(entry, _line_of(value, entry.line, lines), "bad-date", message)
    if entry.url and not is_web_address(entry.url):
        message = f'the address "{entry.url}" is not shown; it must begin with https:// or http://'
        yield _problem(entry, _line_of(entry.url, entry.line, lines), "bad-url", message, "warning")


def _line_of(needle: str, first: int, lines: Mapping[int, str]) -> int:
    """The number of the first line at or after `first` that holds `needle`; `first` if there is none."""
    return next((number for number in range(first, first + 200) if needle in lines.get(number, "")), first)


def _mojibake(content: Content) -> Iterator[Problem]:
    for line in content.ledger:
        if line.role != "dropped" and not line.text.isascii() and (garbled := _MOJIBAKE.search(line.text)):
            yield Problem(line.file, line.line, "mojibake", _mojibake_message(line, garbled[0]), "warning")


def _mojibake_message(line: LedgerLine, garbled: str) -> str:
    at = line.text.index(garbled)
    begin = line.text.rfind(" ", 0, max(at - 10, 0)) + 1  # start of a word
    shown = line.text[max(begin, at - 40) : at + 12] + line.text[at + 12 : at + 40].split(" ")[0]
    return f'"{shown}" looks like text that was saved in another encoding; write it again, and save as UTF-8'


def _problem(entry: Entry, line: int, rule: str, message: str, severity: Severity = "error") -> Problem:
    return Problem(entry.file, line, rule, f'"{entry.id}": {message}', severity)
