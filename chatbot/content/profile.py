"""What `profile = "health"` demands of a FAQ: a disclaimer, crisis notices, sources, dates. Without them no build.

Whoever reads about their health must see who says so and when somebody checked it last. Whether it is right, no
program can tell.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePath

from chatbot.content.notices import NoticeChecker
from chatbot.core.problem import Problem
from chatbot.core.profiles import HEALTH
from chatbot.core.settings import BotSettings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import is_date
from chatbot.core.types import Entry, NoticeRule

TO_BE_WRITTEN = "TODO:"  # as `init` leaves it in places that only the owner can fill in
_INCOMPLETE = "incomplete-entry"
_FILES = 20  # that are told of one by one
_NAMED = 5  # entries of a file that get a problem each; where there are more, one problem names the first
_REVIEW_DAYS = 3 * 365  # an answer that says only when it was reviewed is due after three years
_NOT_YET = "it cannot have been reviewed on {}, which is still to come; write the day on which it was"

# Language -> what somebody in a crisis may write
CRISIS: Mapping[str, str] = {
    "en": "I want to kill myself",
    "de": "Ich will mich umbringen",
    "fr": "Je veux me suicider",
    "es": "Quiero suicidarme",
    "it": "Voglio suicidarmi",
    "pt": "Quero me suicidar",
    "nl": "Ik wil zelfmoord plegen",
    "pl": "Chcę się zabić",
    "ru": "Я хочу покончить с собой",
    "tr": "Kendimi öldürmek istiyorum",
    "ar": "أريد أن أنتحر",
    "he": "אני רוצה להתאבד",
    "hi": "मैं आत्महत्या करना चाहता हूँ",
    "zh": "我想自杀",
    "ja": "死にたい",
}

# What an answer must have -> (its name, how it is written)
_NEEDED = {"source": ("source", "NAME https://ADDRESS"), "reviewed": ("date of review", "2026-01-31")}
_MARKDOWN = (".md", ".markdown", ".mdx")
_TABLES = (".csv", ".tsv", ".xlsx")
_RECORDS = (".json", ".jsonl", ".yaml", ".yml")


def check_profile(settings: BotSettings, entries: Sequence[Entry], today: datetime.date) -> Iterator[Problem]:
    """What the profile demands and is missing. Nothing for the general one."""
    if settings.profile != HEALTH:
        return
    answered = [entry for entry in entries if not entry.is_gap]
    yield from _of_settings(settings)
    for rule in settings.notices:
        yield from _of_notice(rule, today)
    yield from _incomplete(answered)
    for entry in answered:
        yield from _of_entry(entry, today)


def _of_settings(settings: BotSettings) -> Iterator[Problem]:
    alarming = [rule for rule in settings.notices if rule.level == "emergency"]
    if not settings.disclaimer.strip() and not alarming:  # or else `check_settings` says so
        yield _problem("no-disclaimer", 'profile "health" needs a `disclaimer`; say in it what the chat cannot do')
    for name in ("title", "greeting", "disclaimer", "contact"):
        if TO_BE_WRITTEN in (text := getattr(settings, name)):
            yield _problem("todo", f'{name}: "{text}" is still to be written')
    crisis = CRISIS.get(settings.lang.partition("-")[0].lower(), "")
    if not alarming:
        what = "a notice of level emergency, for people in a crisis"
        yield _problem("no-crisis-notice", f'profile "health" needs {what}; write one below a line [[notices]]')
    elif crisis and not NoticeChecker(alarming).check(crisis):
        what = f'a notice of level emergency that is shown for "{crisis}"'
        yield _problem("no-crisis-notice", f'profile "health" needs {what}; say in it whom to call')


def _of_notice(rule: NoticeRule, today: datetime.date) -> Iterator[Problem]:
    def problem(kind: str, what: str) -> Problem:
        return Problem(SETTINGS_FILE, rule.line, kind, f'notice "{rule.id}": {what}')

    if not rule.source:
        yield problem("no-source", 'profile "health" needs its source = "NAME https://ADDRESS"')
    if not rule.review_by:
        yield problem("no-review", 'profile "health" needs review_by, the day until which somebody reads it again')
    if _is_to_come(rule.reviewed, today):
        yield problem("future-date", _NOT_YET.format(rule.reviewed))
    for name, text in (("text", rule.text), ("source", rule.source)):
        if TO_BE_WRITTEN in text:
            yield problem("todo", f"its {name} is still to be written")


def _incomplete(entries: Sequence[Entry]) -> Iterator[Problem]:
    """One problem for each entry without a source or a date; of many one for the file, of many files one for all."""
    by_file: dict[str, list[Entry]] = {}
    for entry in entries:
        if _missing(entry):
            by_file.setdefault(entry.file, []).append(entry)
    if len(by_file) > _FILES:
        yield _together([entry for found in by_file.values() for entry in found], f" in {len(by_file)} files")
        return
    for found in by_file.values():
        if len(found) > _NAMED:
            yield _together(found)
            continue
        for entry in found:
            what = f'"{entry.id}": has no {_names(_missing(entry), " and no ")}; profile "health" needs it'
            yield Problem(entry.file, entry.line, _INCOMPLETE, f"{what}: {_how(entry.file, _missing(entry))}")


def _together(entries: Sequence[Entry], where: str = "") -> Problem:
    first = entries[0]
    missing = [field for field in _NEEDED if any(field in _missing(entry) for entry in entries)]
    place = "{0.file}:{0.line}" if where else "line {0.line}"
    named = ", ".join(f'"{entry.id}" ({place.format(entry)})' for entry in entries[:_NAMED])
    what = f'{len(entries)} answers{where} have no {_names(missing, " or no ")}; profile "health" needs it of each'
    return Problem(first.file, first.line, _INCOMPLETE, f"{what}: {_how(first.file, missing)}; they are {named} ...")


def _missing(entry: Entry) -> list[str]:
    has = {"source": entry.source or entry.url, "reviewed": entry.reviewed}
    return [field for field in _NEEDED if not has[field]]


def _names(fields: Sequence[str], between: str) -> str:
    return between.join(_NEEDED[field][0] for field in fields)


def _how(file: str, fields: Sequence[str]) -> str:
    """How an entry of `file` is given what is missing."""
    suffix = PurePath(file).suffix.lower()
    keys = " and ".join(f"`{field}`" for field in fields)
    if suffix in _TABLES:
        return f"fill in the column {keys}"
    if suffix in _RECORDS:
        return f"write the key {keys}"
    lines = " and ".join(f'"{field.capitalize()}: {_NEEDED[field][1]}"' for field in fields)
    of_all = f", or {keys} in front matter for the whole file" if suffix in _MARKDOWN else ""
    return f"write {lines} below the answer{of_all}"


def _of_entry(entry: Entry, today: datetime.date) -> Iterator[Problem]:
    written = chain((entry.question, entry.answer, entry.source), entry.alternates)
    if any(TO_BE_WRITTEN in text for text in written):
        message = f'"{entry.id}": its question, answer or source is still to be written ("{TO_BE_WRITTEN}")'
        yield Problem(entry.file, entry.line, "todo", message)
    if _is_to_come(entry.reviewed, today):
        yield Problem(entry.file, entry.line, "future-date", f'"{entry.id}": {_NOT_YET.format(entry.reviewed)}')
    elif is_date(entry.reviewed) and not entry.review_by and _age(entry.reviewed, today) > _REVIEW_DAYS:
        message = f'"{entry.id}": it was reviewed on {entry.reviewed}, over three years ago; check it, set a new date'
        yield Problem(entry.file, entry.line, "review-due", message, "warning")


def _is_to_come(date: str, today: datetime.date) -> bool:
    """One day more is let pass: in another time zone it has begun."""
    return is_date(date) and _age(date, today) < -1


def _age(date: str, today: datetime.date) -> int:
    """Days."""
    return (today - datetime.date.fromisoformat(date)).days


def _problem(rule: str, message: str) -> Problem:
    return Problem(SETTINGS_FILE, 0, rule, message)
