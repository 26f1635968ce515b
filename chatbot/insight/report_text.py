"""The report for a terminal, and the sentences that the page shares with it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chatbot.indexing.rehearsal import Share
from chatbot.insight.implied_cut import ENOUGH, ImpliedCut
from chatbot.insight.report import Report, Unanswered
from chatbot.insight.rival_pairs import RivalPair
from chatbot.insight.trend import Trend
from chatbot.insight.usage import LowRated

LISTED = 50  # rows of a list for people; `--csv` and `--json` have all
UNUSED_UNKNOWN = 'not known: most answers leave no row in the journal; with journal = "all" they do'


def report_text(report: Report) -> str:
    """Line by line, without colours; the words of visitors are as they are in the journal."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.title}: {day(report.since)} to {day(report.until)}, build {report.build_id}"
    yield f"replies            {report.replies}"
    yield f"answered           {share_text(report.answered, 'no questions')}"
    yield f"  period before    {before_text(report)}"
    yield f"rated helpful      {share_text(report.helpful, 'no answer was rated')}"
    yield ""
    yield "Asked in vain, by meaning (conversations):"
    for number, one in enumerate(report.unanswered, 1):
        yield f"  {number}. {trend_text(one.topic.trend)}"
        yield from (f"     {text}" for text in one.topic.examples or ("(in too many different words to be shown)",))
        yield f"     nearest: {one.topic.nearest or 'none'} [{one.topic.nearest_id}], cosine {one.topic.cosine:.2f}"
        yield from (f"     {text}" for text in (gap_text(one), now_text(one)) if text)
        if text := forecast_text(one):
            yield f"     {text}"
    yield from (f"  {text}" for text in (answered_text(report), rare_text(report)) if text)
    yield ""
    yield from _entries(report)
    yield ""
    yield cut_text(report.cut)


def _entries(report: Report) -> Iterator[str]:
    yield "Gaps in demand (conversations):"
    yield from _listed([f"{gap.question} [{gap.entry_id}]: {trend_text(gap.trend)}" for gap in report.gaps])
    yield "Rated down:"
    yield from _listed(["\n     ".join(_low_rated(low)) for low in report.low_rated])
    yield "Answered with a probability just above the cut:"
    near = report.nearly_refused
    yield from _listed([f"{one.question} [{one.entry_id}]: {one.times}, lowest {one.lowest:.2f}" for one in near])
    picks = report.picks
    pairs = picks.contrary
    yield f"Picks: {picks.first} of what came first, {picks.none_of_these} of none, {picks.others} of another:"
    yield from _listed(
        [f"{one.times}: not {one.first} [{one.first_id}], but {one.picked} [{one.picked_id}]" for one in pairs]
    )
    yield "Taken for each other, by visitors or by the search:"
    yield from _listed([f"{pair_text(one)}: {rival_text(one)}" for one in report.rivals])
    yield "Never used:"
    if report.never_used is None:
        yield f"  {UNUSED_UNKNOWN}"
    else:
        yield from _listed([f"{one.question} [{one.entry_id}]" for one in report.never_used])


def _low_rated(low: LowRated) -> Iterator[str]:
    reasons = ", ".join(f"{reason}: {n}" for reason, n in low.reasons.items())
    yield f"{low.question} [{low.entry_id}]: {low.down} down, {low.up} up{'; ' * bool(reasons)}{reasons}"
    yield from low.notes
    if low.other_notes:
        yield other_notes_text(low.other_notes)


def other_notes_text(n: int) -> str:
    return f"{n} other note{'s' * (n > 1)}, not shown: too few wrote alike"


def _listed(rows: Sequence[str]) -> Iterator[str]:
    yield from (f"  {row}" for row in rows[:LISTED] or ["none"])
    if more := more_text(len(rows)):
        yield f"  {more}"


def more_text(n: int) -> str:
    """ "" where all `n` rows are listed."""
    return f"{n - LISTED} more, which --csv and --json have" if n > LISTED else ""


def day(time: datetime) -> str:
    return time.strftime("%Y-%m-%d")


def share_text(share: Share | None, without: str) -> str:
    return without if share is None else str(share)


def before_text(report: Report) -> str:
    if not report.has_before:
        return "not known: the journal does not reach back so far"
    return share_text(report.answered_before, "no questions")


def trend_text(trend: Trend) -> str:
    before = "" if trend.before is None else f"; {trend.before} in the period before"
    return f"{trend.now} ({trend.says}{before})"


def pair_text(pair: RivalPair) -> str:
    return f"{pair.first} [{pair.first_id}] and {pair.second} [{pair.second_id}]"


def rival_text(pair: RivalPair) -> str:
    picks = [f"{pair.picks} times one was picked although the other came first"] * bool(pair.picks)
    return ", ".join([*picks, *[f"probability {pair.probability:.2f}"] * bool(pair.probability)])


def forecast_text(one: Unanswered) -> str:
    """ "" where it was not tried."""
    if one.forecast is None or one.lifted is None:
        return ""
    taken = one.forecast.taken
    wrongly = one.forecast.taken_wrongly
    also = f", and {wrongly} of other topics" if wrongly else ""
    return f"an entry for it would take {taken.count} of {taken.of} wordings{also}: answered +{one.lifted:.1%}"


def gap_text(one: Unanswered) -> str:
    """ "" where the nearest entry has an answer."""
    return "this is a gap; if it asks the same, write its answer" if one.topic.nearest_is_gap else ""


def now_text(one: Unanswered) -> str:
    """ "" where none of its wordings is answered by now."""
    now = one.answered_now
    return f"{now.count} of its {now.of} wordings are answered now" if now.count else ""


def answered_text(report: Report) -> str:
    """ "" where no topic is answered by now."""
    topics = f"{report.answered_topics} more topics, {report.answered_questions} questions in all"
    return f"answered since: {topics}" if report.answered_topics else ""


def rare_text(report: Report) -> str:
    """ "" where all topics are shown and all questions were read."""
    rare = f"{report.rare_topics} more topics, {report.rare_questions} questions in all, not shown: too few asked alike"
    older = f"{report.not_read} older questions were not read"
    return "; ".join([rare] * bool(report.rare_topics) + [older] * bool(report.not_read))


def cut_text(cut: ImpliedCut) -> str:
    told = f"Visitors told of {cut.judged} replies whether the first entry was right; of {cut.right} it was."
    if cut.judged < ENOUGH:
        return f"{told} Too few to tell from which probability on to answer: {ENOUGH} are needed."
    if cut.cut is None or cut.low is None or cut.high is None:
        return f"{told} All were of one kind, which tells no cut."
    is_other = not cut.low <= cut.assumed <= cut.high
    verdict = "The two differ by more than chance" if is_other else "That is within the interval"
    return (
        f"{told} They imply to answer from {cut.cut:.2f} on (95 % interval {cut.low:.2f} to {cut.high:.2f}). "
        f"The build answers from {cut.assumed:.2f} on. {verdict}."
    )
