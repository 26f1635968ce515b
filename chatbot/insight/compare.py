"""Whose answer changes between two builds: the same questions, asked of the one that is served and of a new one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.core.text import clean, match_key, seal
from chatbot.core.types import Status
from chatbot.dialogue.conversation import Before
from chatbot.dialogue.interpretations import Verdict, interpret_all, judge_interpretation
from chatbot.dialogue.replying import CONSIDERED
from chatbot.dialogue.served import Served
from chatbot.dialogue.smalltalk import SmallTalk
from chatbot.indexing.build import Build

_BATCH = 256  # questions

Kind = Literal["gained", "lost", "other", "edited", "gap"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visitor gets: the entry is shown where `status` is "answered", and its question where it is "gap"."""

    status: Status
    entry_id: str = ""
    question: str = ""  # of the entry
    sha256: str = ""  # of what is shown


@dataclass(frozen=True, slots=True)
class Change:
    """gained: an answer where there was none. lost: none where one was. other: another entry's answer. edited: the
    same entry's, in other words. gap: no answer before and after, and another question is named as a gap."""

    question: str
    kind: Kind
    before: Outcome
    after: Outcome


def questions_of(*builds: Build) -> list[str]:
    """All that the builds themselves know to ask: questions, alternates, and what the owner lists as unanswerable."""
    wordings = (
        wording
        for build in builds
        for wording in (
            *(text for entry in build.entries for text in (entry.question, *entry.alternates)),
            *build.settings.unanswerable,
        )
    )
    return list({match_key(wording): wording for wording in wordings}.values())


def changes(before: Served, after: Served, questions: Sequence[str]) -> list[Change]:
    """Those of `questions` that are answered otherwise, in their order."""
    pairs = zip(questions, _outcomes(before, questions), _outcomes(after, questions), strict=True)
    return [Change(question, kind, old, new) for question, old, new in pairs if (kind := _kind(old, new))]


def _kind(old: Outcome, new: Outcome) -> Kind | None:
    had, has = old.status == "answered", new.status == "answered"
    if had != has:
        return "gained" if has else "lost"
    if not has:
        return "gap" if _gap(old) != _gap(new) else None
    if old.entry_id != new.entry_id:
        return "other"
    return "edited" if old.sha256 != new.sha256 else None


def _gap(outcome: Outcome) -> str:
    return outcome.question if outcome.status == "gap" else ""


def _outcomes(served: Served, questions: Sequence[str]) -> Iterable[Outcome]:
    build = served.build
    for begin in range(0, len(questions), _BATCH):
        messages = [clean(question) for question in questions[begin : begin + _BATCH]]
        for reads in interpret_all(served, messages, Before(), lambda texts: served.find(texts, CONSIDERED)):
            yield max((_outcome(build, *judge_interpretation(served, read)) for read in reads), key=_is_answered)


def _outcome(build: Build, verdict: Verdict, talk: SmallTalk | None) -> Outcome:
    if verdict.status == "gap" and verdict.gap and not talk:
        gap = build.entries[verdict.gap.entry]
        return Outcome("gap", gap.id, gap.question)
    if talk or verdict.status != "answered":
        return Outcome("smalltalk" if talk else verdict.status)
    entry = build.entries[verdict.answerable[0].entry]
    return Outcome("answered", entry.id, entry.question, seal(entry.question, entry.answer))


def _is_answered(outcome: Outcome) -> bool:
    return outcome.status == "answered"
