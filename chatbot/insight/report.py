"""The report: what the journal tells an owner. A value; `report_text`, `report_table` and `report_page` show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from chatbot.core.types import Entry
from chatbot.dialogue.served import Served
from chatbot.indexing.rehearsal import Share
from chatbot.insight.asked_again import answered_now
from chatbot.insight.course import Step, answered_share, course_of, helpful_share, judgements_of
from chatbot.insight.forecast import Forecast, forecasts
from chatbot.insight.implied_cut import ImpliedCut, implied_cut, judged_of
from chatbot.insight.journal_reader import Asked, asked, contents, counted, picked, rated
from chatbot.insight.journal_rows import UNANSWERED
from chatbot.insight.journal_schema import Connection
from chatbot.insight.metrics import Judged
from chatbot.insight.rival_pairs import RivalPair, rival_pairs
from chatbot.insight.unanswered import Questions, Topic, read_questions, topics_of
from chatbot.insight.usage import (
    GapDemand,
    LowRated,
    NearlyRefused,
    Picks,
    gaps_in_demand,
    low_rated,
    nearly_refused,
    never_used,
    picks_of,
)
from chatbot.search.calibration import evenly

_LISTED = 50  # topics
_ASKED_AGAIN = 100  # topics, of which some are answered by now
_DRAWN = 2000  # entries


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A topic, and what writing an entry for it would lift."""

    topic: Topic
    answered_now: Share  # of its wordings that were asked again: those that the served build answers
    forecast: Forecast | None  # None where it was not tried
    lifted: float | None  # of the answered share, [0, 1]


@dataclass(frozen=True, slots=True)
class NeverUsed:
    entry_id: str
    question: str


@dataclass(frozen=True, slots=True)
class Report:
    title: str  # of the FAQ
    build_id: str
    since: datetime  # UTC
    until: datetime
    has_before: bool  # whether the journal reaches back through the period before, which is as long
    replies: int  # all of the period
    answered: Share | None  # of all questions but small talk
    answered_before: Share | None
    helpful: Share | None  # of the answers that were rated
    unanswered: Sequence[Unanswered]  # those with enough conversations, largest first, that are not answered by now
    answered_topics: int  # of enough conversations, all of whose wordings the served build answers
    answered_questions: int  # of these topics
    rare_topics: int  # topics of fewer conversations, or beyond those that are listed
    rare_questions: int
    not_read: int  # older unanswered questions, beyond the most that are read
    gaps: Sequence[GapDemand]
    low_rated: Sequence[LowRated]
    nearly_refused: Sequence[NearlyRefused]
    never_used: Sequence[NeverUsed] | None  # None: the journal does not know
    picks: Picks
    rivals: Sequence[RivalPair]
    course: Sequence[Step]
    cut: ImpliedCut


@dataclass(frozen=True, slots=True)
class Pictured:
    """What pictures need beside the report."""

    questions: Questions
    topics: Sequence[Sequence[int]]  # rows of the questions of each line of `Report.unanswered`
    judged: Sequence[Judged]
    entries: Sequence[Entry]  # of the build, or some of them, evenly chosen
    vectors: np.ndarray  # (entries, d) float32: of their own questions


def report_of(connection: Connection, served: Served, since: datetime, until: datetime) -> tuple[Report, Pictured]:
    """The report of the period from `since` to `until`, UTC, for the build that is `served`.

    Only questions of enough conversations are shown in words (`journal_shown_from`).
    """
    build = served.build
    begin = since - (until - since)  # of the period before
    replies = [one for one in asked(connection, begin) if one.time < until]
    own = [one for one in replies if one.time >= since]
    picks = [one for one in picked(connection, begin) if one.time < until]
    own_picks = [one for one in picks if one.time >= since]
    verdicts = [one for one in rated(connection, since) if one.time < until]
    counts = [one for one in counted(connection, begin) if one.time < until]
    first = contents(connection).first
    has_before = first is not None and first <= begin
    day = since.replace(hour=0, minute=0, second=0, microsecond=0)
    own_counts = [one for one in counts if one.time >= day]
    judgements = judgements_of(replies, verdicts)
    judged = judged_of(replies, own_picks, verdicts)

    questions = read_questions(_without_gaps(replies), served)
    # Where older questions were not read, fewer of before are known than there were.
    topics = topics_of(questions, served, since, has_before and not questions.left_out)
    again = [one for one in topics if one[0].trend.now >= build.settings.journal_shown_from][:_ASKED_AGAIN]
    shares = answered_now(questions, [own_rows for _, own_rows in again], served)
    is_open = [now.count < now.of for now in shares]
    listed = [one for one, is_still in zip(again, is_open, strict=True) if is_still][:_LISTED]
    by_now = [topic for (topic, _), is_still in zip(again, is_open, strict=True) if not is_still]
    told = {id(topic) for topic, _ in listed} | set(map(id, by_now))
    rare = [topic for topic, _ in topics if id(topic) not in told]
    open_shares = [now for now, is_still in zip(shares, is_open, strict=True) if is_still][:_LISTED]
    rows = [own_rows for _, own_rows in listed]
    share = answered_share(own_counts)
    answers = sum(one.n for one in own_counts if one.status == "answered")
    offered = picks_of(replies, own_picks, verdicts, build)
    unused = never_used(own, own_picks, answers, build)
    report = Report(
        title=build.settings.title,
        build_id=build.id,
        since=since,
        until=until,
        has_before=has_before,
        replies=sum(one.n for one in own_counts),
        answered=share,
        answered_before=answered_share([one for one in counts if one.time < day]) if has_before else None,
        helpful=helpful_share(judgements),
        unanswered=[
            Unanswered(topic, now, forecast, _lifted(topic, forecast, share))
            for (topic, _), now, forecast in zip(listed, open_shares, forecasts(questions, rows, served), strict=True)
        ],
        answered_topics=len(by_now),
        answered_questions=sum(topic.questions for topic in by_now),
        rare_topics=len(rare),
        rare_questions=sum(topic.questions for topic in rare),
        not_read=questions.left_out,
        gaps=gaps_in_demand(replies, build, since, has_before),
        low_rated=low_rated(replies, picks, verdicts, served),
        nearly_refused=nearly_refused(own, build),
        never_used=None
        if unused is None
        else [NeverUsed(name, build.entries[build.row_of[name]].question) for name in unused],
        picks=offered,
        rivals=rival_pairs(offered, served),
        course=course_of(own_counts, judgements, since, until),
        cut=implied_cut(judged, build.calibration.answered_from),
    )
    drawn = evenly(range(len(build.entries)), _DRAWN)
    entries = [build.entries[row] for row in drawn]
    return report, Pictured(questions, rows, judged, entries, build.ranker.question_vectors(drawn))


def _without_gaps(replies: Sequence[Asked]) -> list[Asked]:
    """Those without an answer, and without an entry that waits for one: that is told as a gap."""
    return [one for one in replies if one.status in UNANSWERED and one.status != "gap"]


def _lifted(topic: Topic, forecast: Forecast | None, answered: Share | None) -> float | None:
    """By how much the answered share would rise: only by questions of the topic itself."""
    if forecast is None or answered is None:
        return None
    return topic.questions * forecast.taken.count / forecast.taken.of / answered.of
