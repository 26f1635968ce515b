"""What is wrong with entries that could each be read: ids that clash, reviews that are due."""

import dataclasses
import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.content.ledger import Problem
from chatbot.core.settings import SETTINGS_FILE, BotSettings
from chatbot.core.settings_text import lines_of
from chatbot.core.text import is_date, match_key
from chatbot.core.types import Entry


def check_entries(entries: Sequence[Entry]) -> list[Problem]:
    """Written ids that clash, and questions that two entries have: each pair of entries is named once."""
    problems = list(_same_id(entries))
    named = {(problem.file, problem.line) for problem in problems}
    asked: dict[str, Entry] = {}
    for entry in entries:
        told: set[str] = set()
        for wording in (entry.question, *entry.alternates):
            other = asked.setdefault(match_key(wording), entry)
            if other is not entry and other.id not in told and (entry.file, entry.line) not in named:
                told.add(other.id)
                message = f'"{wording}" is also asked by "{other.id}" ({other.file}:{other.line}); keep it in one entry'
                problems.append(Problem(entry.file, entry.line, "same-question", message, "warning"))
    return problems


def check_settings(settings: BotSettings, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Where settings and entries do not fit each other."""
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


def located(problems: Sequence[Problem], corpus: Path) -> Iterator[Problem]:
    """With the line of bot.toml where a problem of it quotes what stands there: settings do not know their lines."""
    lines = lines_of(corpus / SETTINGS_FILE)
    for problem in problems:
        quoted = re.findall('"([^"]+)"', problem.message) if problem.file == SETTINGS_FILE and not problem.line else []
        found = (at for at, line in enumerate(lines, 1) if any(f'"{text}"' in line for text in quoted))
        yield dataclasses.replace(problem, line=next(found, problem.line))


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
