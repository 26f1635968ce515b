"""Which entry a visitor wanted, as the visitor showed it: by a pick, or by other words that found it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chatbot.insight.journal_reader import Asked, Picked, Rated
from chatbot.insight.journal_rows import UNANSWERED

_TRIES = 3  # questions before the one that was found

_Message = tuple[int, str, datetime]  # conversation, the reply before, time


@dataclass(frozen=True, slots=True)
class Label:
    """A question in words, and the entry that its visitor wanted."""

    asked: Asked
    entry_id: str
    is_pick: bool  # else the same conversation asked again, in words that found the entry


def labels_of(asked: Sequence[Asked], picked: Sequence[Picked], rated: Iterable[Rated]) -> list[Label]:
    """At most one for each question whose words are kept. What was rated down says nothing.

    The entry that a visitor got for another try is that of the questions before it, as far back as none of them was
    answered. A message that held several questions is left out: nobody knows which of them was tried again.
    """
    down = {one.reply_id for one in rated if one.verdict == "down"}
    by_id = {one.reply_id: one for one in asked}
    messages: Counter[_Message] = Counter((one.conversation, one.after, one.time) for one in asked)
    picks = {one.after: one.entry_id for one in picked if one.after and one.reply_id not in down}
    found: dict[str, Label] = {}
    for reply_id, entry_id in picks.items():
        question = by_id.get(reply_id)
        if question is None:
            continue
        if question.question and question.status != "smalltalk":
            found[reply_id] = Label(question, entry_id, is_pick=True)
        for earlier in _tries_before(question, by_id, messages, picks):
            found.setdefault(earlier.reply_id, Label(earlier, entry_id, is_pick=False))
    for one in asked:
        if one.status != "answered" or one.reply_id in down or one.reply_id in picks or not one.entry_id:
            continue
        for earlier in _tries_before(one, by_id, messages, picks):
            found.setdefault(earlier.reply_id, Label(earlier, one.entry_id, is_pick=False))
    return list(found.values())


def _tries_before(
    one: Asked, by_id: Mapping[str, Asked], messages: Mapping[_Message, int], picks: Mapping[str, str]
) -> Iterator[Asked]:
    for _ in range(_TRIES):
        before = by_id.get(one.after)
        if before is None or before.status not in UNANSWERED or before.reply_id in picks:
            return
        if not before.question or messages[before.conversation, before.after, before.time] > 1:
            return
        yield before
        one = before


@dataclass(frozen=True, slots=True)
class Confused:
    """Two entries between which visitors chose against the order, both ways."""

    first_id: str
    second_id: str
    first_for_second: int  # conversations that were offered the second above all, and chose the first
    second_for_first: int

    @property
    def times(self) -> int:
        return self.first_for_second + self.second_for_first


def confused_entries(asked: Sequence[Asked], picked: Sequence[Picked], least: int) -> list[Confused]:
    """Those with at least `least` conversations each way, most first."""
    offered = {one.reply_id: one.entry_id for one in asked}
    chosen: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in picked:
        first = offered.get(one.after)
        if first and first != one.entry_id:
            chosen[one.entry_id, first].add(one.conversation)
    pairs = [
        Confused(one, other, len(who), len(chosen[other, one]))
        for (one, other), who in list(chosen.items())
        if one < other and min(len(who), len(chosen.get((other, one), ()))) >= least
    ]
    return sorted(pairs, key=lambda pair: (-pair.times, pair.first_id, pair.second_id))
