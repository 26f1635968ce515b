"""What the journal says of single entries: gaps in demand, low ratings, answers that were unsure, picks, no use."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chatbot.dialogue.served import Served
from chatbot.indexing.build import Build
from chatbot.insight.journal_reader import Asked, Picked, Rated, shown_texts
from chatbot.insight.trend import Trend
from chatbot.insight.unanswered import meanings_of

_NEAR_THE_CUT = 0.1  # of probability: an answer that was nearly not given
_ALL = 0.99  # of the answers have a row: then an entry without one was not shown
OTHER = "(in other words)"


@dataclass(frozen=True, slots=True)
class GapDemand:
    """A question that the FAQ lists without an answer."""

    entry_id: str
    question: str
    trend: Trend  # in conversations that asked it


@dataclass(frozen=True, slots=True)
class LowRated:
    """An entry that visitors rated down."""

    entry_id: str
    question: str
    up: int
    down: int
    reasons: Mapping[str, int]  # those that the bot offers; others are counted as `OTHER`
    notes: tuple[str, ...]  # redacted, the most typical first; only what enough conversations wrote alike
    other_notes: int  # that are not shown


@dataclass(frozen=True, slots=True)
class _Note:
    question: str  # its text
    conversation: int


@dataclass(frozen=True, slots=True)
class NearlyRefused:
    """An entry that was shown with a probability just above the cut."""

    entry_id: str
    question: str
    times: int
    lowest: float  # probability


@dataclass(frozen=True, slots=True)
class Contrary:
    """Visitors chose an entry that was not the first of those offered."""

    first_id: str
    first: str  # question of the entry that was offered first
    picked_id: str
    picked: str
    times: int


@dataclass(frozen=True, slots=True)
class Picks:
    """What was chosen from "did you mean"."""

    first: int  # the entry that was offered first
    others: int
    none_of_these: int
    contrary: tuple[Contrary, ...]  # most frequent first


@dataclass(frozen=True, slots=True)
class Use:
    """What visitors made of one entry, as far as the journal knows."""

    up: int = 0
    down: int = 0
    shown: datetime | None = None  # the last time, UTC; None: not within what the journal keeps


def gaps_in_demand(asked: Sequence[Asked], build: Build, since: datetime, has_before: bool) -> list[GapDemand]:
    now: dict[str, set[int]] = defaultdict(set)
    before: dict[str, set[int]] = defaultdict(set)
    for one in asked:
        if one.status == "gap":
            (now if one.time >= since else before)[one.entry_id].add(one.conversation)
    found = [
        GapDemand(name, _question(build, name), Trend(len(who), len(before[name]) if has_before else None))
        for name, who in now.items()
    ]
    return sorted(found, key=lambda one: (-one.trend.now, one.entry_id))


def low_rated(
    asked: Sequence[Asked], picked: Sequence[Picked], rated: Sequence[Rated], served: Served
) -> list[LowRated]:
    """Those that were rated down at least once, most often first."""
    verdicts = _verdicts(_shown(asked, picked), rated)
    found = [_low_rated(name, own, served) for name, own in verdicts.items()]
    return sorted((one for one in found if one.down), key=lambda one: (-one.down, one.up, one.entry_id))


def _low_rated(entry_id: str, verdicts: Sequence[tuple[Rated, int]], served: Served) -> LowRated:
    build = served.build
    down = [(one, who) for one, who in verdicts if one.verdict == "down"]
    offered = build.settings.reasons
    reasons = Counter(one.reason if one.reason in offered else OTHER for one, _ in down if one.reason)
    up = sum(one.verdict == "up" for one, _ in verdicts)
    notes = [_Note(one.note, who) for one, who in down if one.note]
    shown = _shown_notes(notes, served)
    hidden = sum(note.question not in shown for note in notes)
    question = _question(build, entry_id)
    return LowRated(entry_id, question, up, len(down), dict(reasons.most_common()), shown, hidden)


def _shown_notes(notes: Sequence[_Note], served: Served) -> tuple[str, ...]:
    """Those that enough conversations wrote alike, as for questions: what one person wrote may tell of that person."""
    least = served.build.settings.journal_shown_from
    if len({note.conversation for note in notes}) < least:
        return ()
    [group] = shown_texts(notes, meanings_of([note.question for note in notes], served), [range(len(notes))], least)
    return tuple(group.texts)


def uses_of(asked: Sequence[Asked], picked: Sequence[Picked], rated: Sequence[Rated]) -> dict[str, Use]:
    """Entry id -> its use; an entry that was not shown is missing."""
    shown = _shown(asked, picked)
    verdicts = _verdicts(shown, rated)
    last: dict[str, datetime] = {}
    for one in shown.values():
        last[one.entry_id] = max(one.time, last.get(one.entry_id, one.time))
    found = {}
    for name, time in last.items():
        given = Counter(one.verdict for one, _ in verdicts[name])
        found[name] = Use(given["up"], given["down"], time)
    return found


def _shown(asked: Iterable[Asked], picked: Iterable[Picked]) -> dict[str, Asked | Picked]:
    """The replies that showed an entry, by id."""
    shown: dict[str, Asked | Picked] = {one.reply_id: one for one in asked if one.status == "answered"}
    return shown | {one.reply_id: one for one in picked}


def _verdicts(shown: Mapping[str, Asked | Picked], rated: Iterable[Rated]) -> dict[str, list[tuple[Rated, int]]]:
    """Of each entry, the verdicts with their conversations."""
    verdicts: dict[str, list[tuple[Rated, int]]] = defaultdict(list)
    for one in rated:
        if one.reply_id in shown:
            verdicts[shown[one.reply_id].entry_id].append((one, shown[one.reply_id].conversation))
    return verdicts


def nearly_refused(asked: Iterable[Asked], build: Build) -> list[NearlyRefused]:
    """Answers of the build that is served now: another may have had another cut."""
    below = build.calibration.answered_from + _NEAR_THE_CUT
    found: dict[str, list[float]] = defaultdict(list)
    for one in asked:
        if one.status == "answered" and one.build_id == build.id and one.probability < below:
            found[one.entry_id].append(one.probability)
    entries = [NearlyRefused(name, _question(build, name), len(own), min(own)) for name, own in found.items()]
    return sorted(entries, key=lambda one: (-one.times, one.lowest, one.entry_id))


def never_used(asked: Sequence[Asked], picked: Sequence[Picked], answered: int, build: Build) -> list[str] | None:
    """Ids of answered entries that nobody was shown; None where the journal does not know it, as most answers have no
    row. `answered`: how many answers there were."""
    rows = [one for one in asked if one.status == "answered"]
    if len(rows) < _ALL * answered or not answered:
        return None
    used = {one.entry_id for one in rows} | {one.entry_id for one in picked}
    return [entry.id for entry in build.entries if not entry.is_gap and entry.id not in used]


def picks_of(asked: Sequence[Asked], picked: Sequence[Picked], rated: Sequence[Rated], build: Build) -> Picks:
    """Picks from an offer. With an answer, what is offered stands below it: its entry counts as the first."""
    offers = {one.reply_id: one.entry_id for one in asked}
    pairs = Counter((offers[one.after], one.entry_id) for one in picked if offers.get(one.after))
    contrary = [
        Contrary(first, _question(build, first), chosen, _question(build, chosen), times)
        for (first, chosen), times in sorted(pairs.items(), key=lambda one: (-one[1], one[0]))
        if first != chosen
    ]
    others = sum(one.times for one in contrary)
    none = sum(one.verdict == "none_of_these" for one in rated)
    return Picks(pairs.total() - others, others, none, tuple(contrary))


def _question(build: Build, entry_id: str) -> str:
    """ "" for an entry that the build no longer has."""
    row = build.row_of.get(entry_id)
    return "" if row is None else build.entries[row].question
