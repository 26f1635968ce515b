"""Checks that need all entries: ids that clash, reviews that are due."""

import dataclasses
import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.settings_text import SETTINGS_FILE, lines_of
from chatbot.core.text import is_date, match_key
from chatbot.core.types import Entry


def check_entries(entries: Sequence[Entry]) -> list[Problem]:
    """Reports ids that clash and questions that two entries share. Each pair of entries is named once."""
    problems = list(_same_id(entries))
    reported = {(problem.file, problem.line) for problem in problems}
    asked: dict[str, Entry] = {}
    for entry in entries:
        named: set[str] = set()
        for wording in (entry.question, *entry.alternates):
            other = asked.setdefault(match_key(wording), entry)
            if other is not entry and other.id not in named and (entry.file, entry.line) not in reported:
                named.add(other.id)
                message = f'"{wording}" is also asked by "{other.id}" ({other.file}:{other.line}); keep it in one entry'
                problems.append(Problem(entry.file, entry.line, "same-question", message, "warning"))
    return problems


def check_settings(settings: BotSettings, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Reports settings and entries that do not fit each other."""
    limit = settings.question_limit
    for entry in entries:
        if any(len(wording) > limit for wording in (entry.question, *entry.alternates)):
            message = f'"{entry.id}": a question is over {limit} characters, more than a visitor may type; shorten it'
            yield Problem(entry.file, entry.line, "long-question", message, "warning")
    known = {match_key(wording) for entry in entries for wording in (entry.question, *entry.alternates)}
    for starter in settings.starters:
        if match_key(starter) not in known:
            message = f'the starter "{starter}" is no question of the FAQ; take one that is'
            yield Problem(SETTINGS_FILE, 0, "unknown-starter", message, "warning")
    alarming = next((rule for rule in settings.notices if rule.level == "emergency"), None)
    if alarming and not settings.disclaimer.strip():
        message = f'the notice "{alarming.id}" is of level emergency, so say in `disclaimer` what the chat cannot do'
        yield Problem(SETTINGS_FILE, alarming.line, "no-disclaimer", message)
    for question in settings.unanswerable:
        if match_key(question) in known:
            message = f'"{question}" stands in `unanswerable` and is a question of the FAQ; take it out of one of them'
            yield Problem(SETTINGS_FILE, 0, "answerable-question", message)


def with_lines(problems: Sequence[Problem], corpus: Path) -> Iterator[Problem]:
    """`problems` with the line of bot.toml that they quote, since settings do not know their lines."""
    lines = lines_of(corpus / SETTINGS_FILE)
    for problem in problems:
        quoted = re.findall('"([^"]+)"', problem.message) if problem.file == SETTINGS_FILE and not problem.line else []
        numbers = (number for number, line in enumerate(lines, 1) if any(f'"{text}"' in line for text in quoted))
        yield dataclasses.replace(problem, line=next(numbers, problem.line))


def check_reviews(entries: Sequence[Entry], today: datetime.date) -> Iterator[Problem]:
    for entry in entries:
        if is_date(entry.review_by) and datetime.date.fromisoformat(entry.review_by) < today:
            message = f'"{entry.id}": its review was due on {entry.review_by}; check the answer and set a new date'
            yield Problem(entry.file, entry.line, "review-due", message, "warning")


def _same_id(entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.id, entry)
        if other is not entry:
            message = f'the id "{entry.id}" is also that of {other.file}:{other.line}; merge the two or give one an id'
            yield Problem(entry.file, entry.line, "same-id", message)
