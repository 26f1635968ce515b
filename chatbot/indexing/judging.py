"""The verdict on a question: how probable it is that the first entry answers it, and what forbids showing it anyway.

Visitors' questions, the rehearsal of a build and labelled sets all come through here.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from chatbot.core.machine import cached_method
from chatbot.core.scripts import script_of
from chatbot.core.text import word_count
from chatbot.indexing.build import Build
from chatbot.search.conflicts import Conflict
from chatbot.search.ranking import SAME, Candidate

_LISTED, _LISTED_ITSELF = 0.8, 0.95  # cosine to a question of `unanswerable`: means the same, is the same
_ROUNDING = 1e-3  # of a cosine: an entry's own question that is listed as well is answered
_ALMOST = 0.99  # of the probability from which to answer: what something else forbids stays below it
_ALL = 0.99  # of what a question says, but for rounding
_FEW = 2  # words of a question that may mean several entries
_FEWEST = 5  # entries in a script among others: of fewer one stands out from whatever is asked in it
_SMALL = 10_000  # entries; of more all are looked at for too long
_AS_MUCH = 0.8  # of the first entry's share of such words


# A conflict with the entry; a question that the owner lists as unanswerable; words that several entries fit; an entry
# that is one of few in its script.
Forbids = Literal["conflict", "listed", "choices", "alone"]


class Ranked(NamedTuple):
    """One text, and the entries that the search ranked for it."""

    text: str
    query: np.ndarray  # (d,) of length 1
    candidates: Sequence[Candidate] = ()  # best first, gaps among them
    listed: float = -1.0  # cosine of the nearest question that the owner lists as unanswerable


class Weighed(NamedTuple):
    """What the evidence says of the first of `answerable`."""

    answerable: Sequence[Candidate]
    probability: float  # that the first is right; where something else forbids an answer, below what one needs
    features: tuple[float, ...]  # see `chatbot.search.calibration`
    conflict: Conflict | None  # what makes the question a neighbour's
    forbids: tuple[Forbids, ...]  # what else than the probability forbids an answer
    status: Literal["answered", "unsure", "unknown"]

    @property
    def may_answer(self) -> bool:
        return bool(self.answerable) and not self.forbids


NOTHING = Weighed((), 0.0, (), None, (), "unknown")


class Judge:
    """Judges for one build. It keeps its last verdicts, as one message asks for the same several times."""

    def __init__(self, build: Build, absent: Collection[int] = ()) -> None:
        """`absent`: rows of passages that count as never written."""
        self._build = build
        self._aligner = build.aligner.without(absent) if absent else build.aligner
        self._weighed = cached_method(256, self._weigh)

    def weigh(self, ranked: Ranked) -> Weighed:
        entries = self._build.entries
        answerable = tuple(c for c in ranked.candidates if not entries[c.entry].is_gap)
        return self._weighed(ranked.text, answerable, ranked.listed) if answerable else NOTHING

    def is_free(self, ranked: Ranked) -> bool:
        """Whether neither a conflict nor the owner's list forbids an answer."""
        weighed = self.weigh(ranked)
        return weighed.conflict is None and ranked.listed < _LISTED

    def _weigh(self, text: str, answerable: tuple[Candidate, ...], listed: float) -> Weighed:
        first, calibration = answerable[0], self._build.calibration
        alignment = self._aligner.align(text, first)
        features = calibration.features(answerable, alignment)
        probability = float(calibration.probabilities(np.array([features]))[0])
        is_listed = listed >= _LISTED and listed > first.question_cosine + _ROUNDING
        is_same = first.question_cosine >= SAME
        choices = self._has_twin(text, answerable) if is_same else _has_choices(text, answerable)
        reasons: dict[Forbids, bool] = {
            "conflict": bool(alignment.conflict),
            "listed": is_listed,
            "choices": choices,
            "alone": first.entry in self._alone and not is_same,
        }
        forbids = tuple(reason for reason, holds in reasons.items() if holds)
        if forbids:
            probability = min(probability, _ALMOST * calibration.answered_from)
        elif is_same:  # the entry's own question is answered, whatever was measured
            probability = max(probability, calibration.answered_from)
        status: Literal["answered", "unsure", "unknown"]
        if probability >= calibration.answered_from:
            status = "answered"
        elif is_listed and listed >= _LISTED_ITSELF:
            status = "unknown"
        else:
            is_brief = word_count(text) <= _FEW and alignment.wording >= _ALL
            status = "unsure" if probability >= calibration.unsure_from or choices or is_brief else "unknown"
        return Weighed(answerable, probability, features, alignment.conflict, forbids, status)

    @cached_property
    def _alone(self) -> frozenset[int]:
        """The entries that have few beside them in their script, in an FAQ that has others."""
        if len(self._build.entries) > _SMALL:
            return frozenset()
        scripts = [script_of(entry.question) for entry in self._build.entries]
        counts = Counter(filter(None, scripts))
        few = {script for script, count in counts.items() if count < min(_FEWEST, max(counts.values()))}
        return frozenset(row for row, script in enumerate(scripts) if script in few)

    def _has_twin(self, text: str, answerable: Sequence[Candidate]) -> bool:
        """True where an entry with another answer asks the very same; one that differs in a code or a name does not."""
        others = (c for c in answerable[1:] if c.question_cosine >= SAME and c.group != answerable[0].group)
        return any(self._aligner.align(text, c).conflict is None for c in others)


def _has_choices(text: str, answerable: Sequence[Candidate]) -> bool:
    """True for one word, and for two that several entries hold as well as the first."""
    first = answerable[0]
    words = word_count(text)
    if words > _FEW or not first.coverage:
        return False
    return words == 1 or any(c.coverage >= _AS_MUCH * first.coverage for c in answerable[1:] if c.group != first.group)
