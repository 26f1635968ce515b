"""The probability that the first entry answers the question, calibrated to the corpus.

The order of the entries does not tell whether an answer exists: some entry always comes first. These features do:

    nearness      how well the first entry fits, beyond what is typical of a wrong one here: at build every question is
                  asked with its own answer taken away, and what then comes first is a wrong answer on the very topic
    standing out  how far it is from the next ten with other answers
    best          its best cosine, of a wording, a window or two sentences
    entry, wording, sentence    how much of the question these cover, word by word (chatbot/search/alignment.py)

A logistic regression joins them. It was learnt on labelled sets of three families, each left out in turn; see
docs/ranking-log.md. `adapted` draws its weights towards the phrasings of a corpus, where it has enough of them.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Entry, Passage
from chatbot.search.alignment import Alignment
from chatbot.search.lexical import LexicalIndex
from chatbot.search.parameters import parameters
from chatbot.search.ranking import Candidate, Ranker, word_trust
from chatbot.search.vectors import Vectors

SAMPLE = 400  # questions of the corpus that are asked at build

# Share of what visitors ask that the FAQ answers; live bots saw .59 to .64 (see docs/ranking-log.md).
ANSWERABLE = 0.6
_RIVALS = 10
# How far a corpus may change the weights, in standard deviations of the features over the labelled sets, and the
# intercept.
_PULL, _INTERCEPT_PULL = 1.0, 2.0
_MOST_WEIGHT = 60  # phrasings of a corpus, of each kind, that count at most
_ALIKE = 0.95  # cosine of two wordings from which on they are one question

FEATURES = ("nearness", "standing_out", "best", "entry", "wording", "sentence")


def _learnt(name: str, fingerprint: str = "") -> Any:
    return parameters(fingerprint)["probability"][name]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Measured at build, stored with it. What is not given is as `parameters.json` says."""

    trust: float = 0.75  # in words; see `chatbot.search.ranking`
    typical: float = field(default_factory=lambda: _learnt("typical"))  # fit of a wrong answer, median
    weights: tuple[float, ...] = field(default_factory=lambda: tuple(_learnt("weights")))  # in the order of `FEATURES`
    intercept: float = field(default_factory=lambda: _learnt("intercept"))
    # A probability of at least this is an answer, and of at least that a "did you mean".
    answered_from: float = field(default_factory=lambda: _learnt("answered_from"))
    unsure_from: float = field(default_factory=lambda: _learnt("unsure_from"))
    near_from: float = 0.0  # the fit from which on an entry is near to a question that has no answer

    @classmethod
    def shipped(cls, fingerprint: str, **measured: float) -> "Calibration":
        """What was learnt for the encoder with that fingerprint, and what was `measured`."""
        learnt = parameters(fingerprint)["probability"]
        known = {name: learnt[name] for name in ("typical", "intercept", "answered_from", "unsure_from")}
        return cls(**{**known, "weights": tuple(learnt["weights"]), **measured})

    def features(self, candidates: Sequence[Candidate], alignment: Alignment) -> tuple[float, ...]:
        """In the order of `FEATURES`. `candidates`: at least one; `alignment`: of the first of them."""
        first = candidates[0]
        rivals = [c.fit for c in candidates[1:] if c.group != first.group][:_RIVALS]
        spread = first.fit - (sum(rivals) / len(rivals) if rivals else self.typical)
        best = max(first.question_cosine, first.answer_cosine, first.sentence_cosine)
        return first.fit - self.typical, spread, best, alignment.entry, alignment.wording, alignment.sentence

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """(n,) that the first candidate answers the question, of (n, 6) `features`."""
        return np.asarray(1.0 / (1.0 + np.exp(-(features @ np.array(self.weights) + self.intercept))))

    def adapted(
        self, answerable: np.ndarray, right: np.ndarray, unanswerable: np.ndarray, fingerprint: str = ""
    ) -> "Calibration":
        """With weights drawn towards what this corpus's own phrasings say: maximum a posteriori, the weights here
        being the mean of the prior.

        `answerable`: (m, 6) features of phrasings that the FAQ answers, `right`: (m,) whether the right entry came
        first; `unanswerable`: (n, 6) of questions that it does not answer. `fingerprint`: of the encoder.
        """
        n = len(self.weights)
        scales = np.append(_learnt("scales", fingerprint), 1.0)
        x = np.column_stack((np.concatenate((answerable, unanswerable)), np.ones(len(answerable) + len(unanswerable))))
        x = x / scales
        y = np.append(right, np.zeros(len(unanswerable))).astype(float)
        shares = (ANSWERABLE, 1 - ANSWERABLE)
        counts = (len(answerable), len(unanswerable))
        sample_weights = np.repeat(
            [2 * share * min(m, _MOST_WEIGHT) / max(m, 1) for share, m in zip(shares, counts, strict=True)], counts
        )
        prior = np.append(self.weights, self.intercept) * scales
        stiffness = np.append(np.full(n, _PULL**-2), _INTERCEPT_PULL**-2)

        def objective(at: np.ndarray) -> float:
            z = x @ at
            return float(sample_weights @ (np.logaddexp(0, z) - y * z) + stiffness @ (at - prior) ** 2 / 2)

        weights_and_intercept = prior
        for _ in range(50):  # Newton's method, its step halved until it pays; the objective is convex
            p = 1 / (1 + np.exp(-x @ weights_and_intercept))
            slope = x.T @ (sample_weights * (p - y)) + stiffness * (weights_and_intercept - prior)
            step = np.linalg.solve((x.T * (sample_weights * p * (1 - p))) @ x + np.diag(stiffness), slope)
            while np.abs(step).max() > 1e-9 and objective(weights_and_intercept - step) > objective(
                weights_and_intercept
            ):
                step = step / 2
            weights_and_intercept = weights_and_intercept - step
        *weights, intercept = (float(value) for value in weights_and_intercept / scales)
        return dataclasses.replace(self, weights=tuple(weights), intercept=intercept)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Calibration":
        return cls(**values | {"weights": tuple(values["weights"])})


_TABLE = 2**26  # cosines of answers and questions in memory at a time


def answered_from(tolerated_false_answers: float, fingerprint: str = "") -> float:
    """The probability from which to answer; 0 tolerated: where most questions are handled rightly, half of them having
    no answer. `fingerprint`: of the encoder."""
    if not tolerated_false_answers:
        return float(_learnt("answered_from", fingerprint))
    shares, cuts = zip(*_learnt("tolerated", fingerprint), strict=True)
    return float(np.interp(tolerated_false_answers, shares, cuts))


def measure_trust(entries: Sequence[Entry], passages: Sequence[Passage], vectors: Vectors, lang: str = "en") -> float:
    """How far words can be trusted here: the questions look for their own answers, by words and by meaning."""
    first: dict[str, int] = {}
    for row, entry in enumerate(entries):
        if not entry.is_gap:
            first.setdefault(entry.answer, row)
    rows = sorted(first.values())
    asked = evenly(rows, SAMPLE)
    if not asked:
        return word_trust(0.0, 1.0, 0)
    column = np.full(len(entries), -1)
    column[rows] = np.arange(len(rows))
    lexical = LexicalIndex.of([entries[row].answer for row in rows], lang)
    by_words = [_reciprocal_rank(lexical.scores(entries[row].question)[0], column[row]) for row in asked]
    table = PassageTable.of(passages)
    own, sentences = table.entry, table.rows_of("sentence")
    sentences = sentences[column[own[sentences]] >= 0]
    by_meaning = []
    together = max(_TABLE // len(rows), 1)
    for block in (asked[at : at + together] for at in range(0, len(asked), together)):
        questions = vectors.rows(table.rows_of("question")[block])
        best = np.full((len(rows), len(block)), -1.0, np.float32)
        for rows_of_part, part in vectors.parts(sentences):
            owners = column[own[rows_of_part]]
            firsts = np.flatnonzero(np.diff(owners, prepend=-1))
            nearest = np.maximum.reduceat(part @ questions.T, firsts)
            best[owners[firsts]] = np.maximum(best[owners[firsts]], nearest)
        by_meaning += [_reciprocal_rank(best[:, at], column[row]) for at, row in enumerate(block)]
    return word_trust(float(np.mean(by_words)), float(np.mean(by_meaning)), len(asked))


def measure_typical(entries: Sequence[Entry], ranker: Ranker, fingerprint: str = "") -> float:
    """The median fit of the first entry when a question's own answer is taken away, and all entries that ask nearly the
    same: a twin would be no wrong answer. Never below what is usual by more than `parameters.json` says."""
    asked = evenly(range(len(entries)), SAMPLE)
    vectors = ranker.question_vectors(asked)
    texts = [entries[row].question for row in asked]
    ranked = ranker.rank(vectors, texts, _RIVALS, without=[int(ranker.groups[row]) for row in asked])
    others = [[c.fit for c in candidates if c.question_cosine < _ALIKE] for candidates in ranked]
    firsts = [fits[0] for fits in others if fits]
    least, usual = _learnt("least_typical", fingerprint), float(_learnt("typical", fingerprint))
    return max(float(np.median(firsts)), least) if firsts else usual


def evenly(rows: Sequence[int], n: int) -> list[int]:
    """At most `n` of `rows`, spread evenly: no chance, so that a build can be repeated."""
    step = max(len(rows) / n, 1.0)
    return [rows[int(at * step)] for at in range(min(len(rows), n))]


def _reciprocal_rank(scores: np.ndarray, row: int) -> float:
    """1 / rank of `row`; those of the same score share their ranks."""
    above = int((scores > scores[row]).sum())
    same = int((scores == scores[row]).sum()) - 1
    return 1.0 / (above + same / 2 + 1)
