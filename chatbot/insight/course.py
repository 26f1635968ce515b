"""How answered share and precision went over time, day by day or week by week, with their intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatbot.indexing.rehearsal import Share
from chatbot.insight.journal_reader import Asked, Counted, Rated

_DAYS = 21  # up to so many, days are told one by one
_NO_QUESTION = "smalltalk"  # the status of a reply that counts in no share


@dataclass(frozen=True, slots=True)
class Step:
    """A day or a week."""

    begin: datetime
    end: datetime  # exclusive
    answered: Share | None  # of all questions but small talk; None without questions
    helpful: Share | None  # of the answers that were rated; None without ratings


@dataclass(frozen=True, slots=True)
class Judgements:
    """Answers of the bot that visitors rated."""

    up: Sequence[datetime]
    down: Sequence[datetime]


def judgements_of(asked: Sequence[Asked], rated: Sequence[Rated]) -> Judgements:
    """Only of answers that the bot gave by itself, not of entries that visitors picked."""
    answered = {one.reply_id for one in asked if one.status == "answered"}
    of = {
        verdict: [one.time for one in rated if one.verdict == verdict and one.reply_id in answered]
        for verdict in ("up", "down")
    }
    return Judgements(of["up"], of["down"])


def answered_share(counts: Sequence[Counted]) -> Share | None:
    of = sum(one.n for one in counts if one.status != _NO_QUESTION)
    return Share(sum(one.n for one in counts if one.status == "answered"), of) if of else None


def helpful_share(judged: Judgements) -> Share | None:
    of = len(judged.up) + len(judged.down)
    return Share(len(judged.up), of) if of else None


def course_of(counts: Sequence[Counted], judged: Judgements, since: datetime, until: datetime) -> list[Step]:
    """From `since` to `until`; the first and the last step may be cut short."""
    length = timedelta(days=1 if until - since <= timedelta(days=_DAYS) else 7)
    steps, begin = [], _midnight(since)
    while begin < until:
        end = begin + length
        within = _within(begin, end)
        own = Judgements([*filter(within, judged.up)], [*filter(within, judged.down)])
        steps.append(Step(begin, end, answered_share([one for one in counts if within(one.time)]), helpful_share(own)))
        begin = end
    return steps


def _within(begin: datetime, end: datetime) -> Callable[[datetime], bool]:
    return lambda time: begin <= time < end


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)
