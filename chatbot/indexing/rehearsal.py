"""Before a build is published it is asked what it will be asked: what it should answer, and what it should not.

Three kinds of questions, none of which the build holds:

    held out      an alternate phrasing of an entry, taken out of the index while it is asked
    near topic    a question of `unanswerable` in bot.toml: on the topic, and not answered by the FAQ
    off topic     questions on anything, which come with the program

They tell how many questions of each kind would get an answer, and, with enough of them, draw the probability
towards this corpus.
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.core.problem import Problem
from chatbot.encoding.adapter import question_digest
from chatbot.indexing.build import Build
from chatbot.indexing.groups import lexical_text
from chatbot.indexing.judging import Judge, Ranked, Weighed
from chatbot.indexing.off_topic import off_topic_for
from chatbot.indexing.rivals import rivals
from chatbot.indexing.selfcheck import least_cut, refusal, refuses_itself, usual
from chatbot.search.calibration import FEATURES, Calibration, answered_from, evenly
from chatbot.search.lexical import WordCounts
from chatbot.search.ranking import Ranker

_SAMPLE = 1000  # phrasings held out
_FOLDS = 5  # so an entry is never without more than a fifth of its phrasings
_ENOUGH = 20  # questions of a kind from which on they say something
_LOOKED_AT = 20  # candidates
_NOTHING = (-10.0, 0.0, -1.0, 0.0, 0.0, 0.0)  # the features of a question for which nothing is found
_SURE = 1.96  # standard deviations, for intervals of 95 %
_FAR = 0.85  # of the questions on anything find nothing that would be offered as near


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of 95 % for the true share."""
        n, share, z2 = self.of, self.count / self.of, _SURE**2
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        reach = _SURE * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(middle - reach, 0.0), min(middle + reach, 1.0)

    def as_json(self) -> dict[str, object]:
        return {"count": self.count, "of": self.of, "share": self.count / self.of, "interval": self.interval}

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.count} of {self.of} ({self.count / self.of:.0%}; 95 % interval {low:.0%} to {high:.0%})"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """An alternate, as it would be answered if the index did not hold it."""

    entry_id: str
    text: str
    is_answered: bool
    is_right: bool  # whether its entry, or another with the same answer, comes first


@dataclass(frozen=True, slots=True)
class Expectation:
    """What share of each kind of question would be answered; None where the corpus has none of the kind."""

    held_out: Share | None
    held_out_right: Share | None  # answered with the right entry
    near_topic: Share | None
    off_topic: Share | None
    off_topic_in: str = ""  # the languages of the questions on anything, as the report names them
    near_topic_answered: tuple[str, ...] = ()  # which of those near the topic would be, were they not listed
    phrasings: tuple[HeldOut, ...] = ()  # those of `held_out`, one by one

    def as_json(self) -> dict[str, object]:
        shares = {name: getattr(self, name) for name in ("held_out", "held_out_right", "near_topic", "off_topic")}
        named = {"off_topic_in": self.off_topic_in, "near_topic_answered": list(self.near_topic_answered)}
        return {name: share and share.as_json() for name, share in shares.items()} | named


@dataclass(frozen=True, slots=True)
class _Asked:
    """n questions of one kind, asked."""

    features: np.ndarray  # (n, 6), see `chatbot.search.calibration`
    right: np.ndarray  # (n,) bool, whether the right entry came first
    may_answer: np.ndarray  # (n,) bool, see `Weighed`
    stolen: Sequence[
        tuple[str, int, int]
    ] = ()  # what `rivals` asks for: (question, its entry, the one that came first)
    texts: Sequence[tuple[int, str]] = ()  # of those that were held out: (their entry, phrasing)

    def __len__(self) -> int:
        return len(self.right)

    def probabilities(self, calibration: Calibration) -> np.ndarray:
        """Of being answered: 0 where something else forbids it."""
        return np.where(self.may_answer, calibration.probabilities(self.features), 0.0)


def rehearse(
    build: Build, calibration: Calibration, learnt: Collection[str]
) -> tuple[Calibration, Expectation, list[Problem]]:
    """`calibration` adapted to the corpus of `build`, what to expect of it, and which entries are rivals.

    `learnt`: see `questions_learnt`; such phrasings are not held out, as the encoder knows them by heart.
    `build.rehearsed` holds the vectors of its `unanswerable` questions and of those of `off_topic_for`.
    """
    held_out = _held_out(build, calibration, learnt)
    near = _asked(build, calibration, build.settings.unanswerable)
    anything = off_topic_for(build.entries, build.settings.lang)
    off = _asked(build, calibration, anything.questions)
    tolerated = build.settings.tolerated_false_answers
    cut = answered_from(tolerated, build.fingerprint)
    if min(len(held_out), len(near)) >= _ENOUGH:
        calibration = calibration.adapted(held_out.features, held_out.right, near.features, build.fingerprint)
        if tolerated:
            cut = _cut(near.probabilities(calibration), off.probabilities(calibration), tolerated)
    likely = off.probabilities(calibration)
    of_halves = _cuts_of_halves(likely, cut)
    cut = max(cut, least_cut(likely))
    calibration = dataclasses.replace(calibration, answered_from=cut, unsure_from=min(cut, calibration.unsure_from))
    near_from = float(np.quantile(off.features[:, 0] + calibration.typical, _FAR))
    if not anything.is_own:  # these questions are in another language than the entries, so all of them are far
        near_from = max(near_from, calibration.typical)
    problems = list(rivals(build.entries, held_out.stolen))
    if refuses_itself(dataclasses.replace(build, calibration=calibration)):
        calibration = usual(calibration, answered_from(tolerated, build.fingerprint), build.fingerprint)
        of_halves = np.full(len(off), calibration.answered_from)
        problems.append(refusal(build))
    expected = _expectation(build, calibration, held_out, near, off, of_halves)
    expected = dataclasses.replace(expected, off_topic_in=anything.told)
    return dataclasses.replace(calibration, near_from=near_from), expected, problems


def _cut(near: np.ndarray, off: np.ndarray, tolerated: float) -> float:
    """The lowest probability from which no more than the tolerated share is answered, half of what is asked in vain
    being near the topic and half off it."""
    cuts = np.unique(np.concatenate(([0.0], near, off))) + 1e-6
    return next(float(cut) for cut in cuts if ((near >= cut).mean() + (off >= cut).mean()) / 2 <= tolerated)


def _cuts_of_halves(off: np.ndarray, cut: float) -> np.ndarray:
    """For each of the questions on anything the cut that the other half of them leads to: one that was chosen so that
    these are not answered says nothing of others. `off`: (n,) their probabilities; `cut`: the least."""
    cuts = np.empty(len(off))
    for half in (0, 1):
        cuts[half::2] = max(cut, least_cut(off[1 - half :: 2]))
    return cuts


def _expectation(
    build: Build, calibration: Calibration, held_out: _Asked, near: _Asked, off: _Asked, cuts_of_off: np.ndarray
) -> Expectation:
    """`cuts_of_off`: see `_cuts_of_halves`."""

    def share(asked: _Asked, counted: np.ndarray | None = None) -> Share | None:
        answered = asked.probabilities(calibration) >= calibration.answered_from
        count = answered if counted is None else answered & counted
        return Share(int(count.sum()), len(asked)) if len(asked) else None

    answered = near.probabilities(calibration) >= calibration.answered_from
    named = tuple(question for question, yes in zip(build.settings.unanswerable, answered, strict=True) if yes)
    off_topic = Share(int((off.probabilities(calibration) >= cuts_of_off).sum()), len(off)) if len(off) else None
    is_answered = held_out.probabilities(calibration) >= calibration.answered_from
    phrasings = tuple(
        HeldOut(build.entries[owner].id, text, bool(is_answered[at]), bool(held_out.right[at]))
        for at, (owner, text) in enumerate(held_out.texts)
    )
    return Expectation(
        share(held_out),
        share(held_out, held_out.right),
        share(near),
        off_topic,
        near_topic_answered=named,
        phrasings=phrasings,
    )


def _asked(build: Build, calibration: Calibration, questions: Sequence[str]) -> _Asked:
    vectors = np.array([build.rehearsed[question] for question in questions], np.float32)
    ranked = build.ranker.rank(vectors, questions, _LOOKED_AT) if questions else []
    judge = Judge(dataclasses.replace(build, calibration=calibration))
    # That a question is listed as unanswerable is of no account here: the list is what the build is tried with.
    return _of([judge.weigh(Ranked(*one)) for one in zip(questions, vectors, ranked, strict=True)])


def _of(
    weighed: Sequence[Weighed],
    right: Sequence[bool] = (),
    stolen: Sequence[tuple[str, int, int]] = (),
    texts: Sequence[tuple[int, str]] = (),
) -> _Asked:
    """`right`: of each; all wrong where it is empty."""
    return _Asked(
        np.array([one.features or _NOTHING for one in weighed]).reshape(-1, len(FEATURES)),
        np.array(right, bool) if right else np.zeros(len(weighed), bool),
        np.array([one.may_answer for one in weighed], bool),
        stolen,
        texts,
    )


def _held_out(build: Build, calibration: Calibration, learnt: Collection[str]) -> _Asked:
    """Alternate phrasings, each asked of an index without it."""
    alternates = build.passages.rows_of("alternate").tolist()
    owners = build.passages.entry
    rows = [row for row in alternates if not build.entries[owners[row]].is_gap]
    if learnt:  # rarely; a digest of every phrasing takes its time
        rows = [row for row in rows if question_digest(build.passages[row].text) not in learnt]
    rows = evenly(rows, _SAMPLE)
    if not rows:
        return _of([])
    counts = WordCounts.of([lexical_text(entry) for entry in build.entries], build.settings.lang)
    turn: Counter[int] = Counter()
    folds: list[list[int]] = [[] for _ in range(_FOLDS)]
    for row in rows:
        owner = int(owners[row])
        folds[turn[owner] % _FOLDS].append(row)
        turn[owner] += 1
    weighed: list[Weighed] = []
    right: list[bool] = []
    stolen: list[tuple[str, int, int]] = []
    asked: list[tuple[int, str]] = []
    for fold in filter(None, folds):
        ranker = _without(build, fold, counts)
        texts = [build.passages[row].text for row in fold]
        judge = Judge(dataclasses.replace(build, calibration=calibration), absent=fold)
        vectors = build.vectors.rows(fold)
        ranked = ranker.rank(vectors, texts, _LOOKED_AT)
        for row, text, vector, candidates in zip(fold, texts, vectors, ranked, strict=True):
            weighed.append(judge.weigh(Ranked(text, vector, candidates)))
            owner = int(owners[row])
            asked.append((owner, text))
            first = next((c for c in candidates if not build.entries[c.entry].is_gap), None)
            right.append(first is not None and first.group == ranker.groups[owner])
            if first is not None and not right[-1]:
                stolen.append((text, owner, first.entry))
    return _of(weighed, right, stolen, asked)


def _without(build: Build, rows: Sequence[int], counts: WordCounts) -> Ranker:
    """The ranker of the build as if the passages in `rows` had never been written. `counts`: of all its words."""
    gone: dict[int, set[str]] = {}
    for row in rows:
        passage = build.passages[row]
        gone.setdefault(passage.entry, set()).add(passage.text)
    texts = {}
    for at, wordings in gone.items():
        rest = tuple(wording for wording in build.entries[at].alternates if wording not in wordings)
        texts[at] = lexical_text(dataclasses.replace(build.entries[at], alternates=rest))
    return build.ranker_without(rows, counts.changed(texts).index())
