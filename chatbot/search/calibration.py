"""What a score means in the corpus at hand, and what follows from it.

Whether an answer exists cannot be read from the order of the entries: some entry always comes first. It is read
from how near the first one is, measured against how near the *other* entries of this corpus are to a question of
the corpus: at build, every question is asked with its own answer taken away, and what then comes first is a wrong
answer to a question on the very topic. The weights of that comparison are a logistic regression over labelled FAQ
sets, each left out in turn; see docs/ranking-log.md. Where a corpus brings phrasings of its own, of questions
that it answers and of questions that it does not, `adapted` draws the weights towards them.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbot.passage_table import PassageTable
from chatbot.search.lexical import LexicalIndex
from chatbot.search.ranking import Candidate, Ranker, word_trust
from chatbot.search.vectors import VectorIndex, in_parts
from chatbot.types import Entry, Passage

SAMPLE = 400  # questions of the corpus that are asked at build

# Share of what visitors ask that the FAQ answers; live bots saw .59 to .64 (see docs/ranking-log.md).
ANSWERABLE = 0.6
_RIVALS = 10
# Share of unanswerable questions that get an answer -> the probability from which that is so, in the mean of five
# labelled sets. With each set left out, its own share was .024 .038 .064 .056 .080 at the cut for .05.
_CUTS = {0.0: 1.0, 0.01: 0.885, 0.02: 0.79, 0.05: 0.61, 0.1: 0.49, 0.2: 0.335, 0.3: 0.24, 0.5: 0.125}
# Standard deviations of the features over the labelled sets, and how far a corpus may draw their weights (in those
# units) and the intercept away from what the sets say.
_SCALES = (0.214, 0.145, 0.306)
_PULL, _INTERCEPT_PULL = 1.0, 2.0
_HEED = 60  # a corpus's phrasings of each kind count as at most so many
# A few entries on unrelated topics are far from each other, which does not make every other question near.
_LEAST_TYPICAL = 0.35


@dataclass(frozen=True, slots=True)
class Calibration:
    """Measured at build, stored with it."""

    trust: float = 0.75  # in words; see `chatbot.search.ranking`
    typical: float = 0.5  # nearness of a wrong answer to a question of this corpus, median
    # Of nearness beyond the typical wrong answer, of standing out from the next ten with other answers, of words.
    weights: tuple[float, float, float] = (7.511, 7.802, 0.616)
    intercept: float = -2.104
    answered_from: float = 0.415  # a probability of at least this is an answer
    unsure_from: float = 0.18  # of at least this, a "did you mean"

    def probability(self, candidates: Sequence[Candidate]) -> float:
        """That the first of `candidates` answers the question."""
        if not candidates:
            return 0.0
        return float(self.probabilities(np.array([self.features(candidates)]))[0])

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """(n,) probabilities of (n, 3) `features`."""
        return np.asarray(1.0 / (1.0 + np.exp(-(features @ np.array(self.weights) + self.intercept))))

    def features(self, candidates: Sequence[Candidate]) -> tuple[float, float, float]:
        """What the probability is made of: raw nearness and words, never the score that made the order."""
        first = candidates[0]
        rivals = [c.dense for c in candidates[1:] if c.group != first.group][:_RIVALS]
        spread = first.dense - (sum(rivals) / len(rivals) if rivals else 0.0)
        return first.dense - self.typical, spread, first.coverage

    def adapted(self, answerable: np.ndarray, right: np.ndarray, unanswerable: np.ndarray) -> "Calibration":
        """With weights drawn towards what this corpus's own phrasings say: maximum a posteriori, the weights here
        being the mean of the prior.

        `answerable`: (m, 3) features of phrasings that the FAQ answers, `right`: (m,) whether the right entry came
        first; `unanswerable`: (n, 3) features of questions that it does not answer.
        """
        scales = np.append(_SCALES, 1.0)
        x = np.column_stack((np.concatenate((answerable, unanswerable)), np.ones(len(answerable) + len(unanswerable))))
        x = x / scales
        y = np.append(right, np.zeros(len(unanswerable))).astype(float)
        shares = (ANSWERABLE, 1 - ANSWERABLE)
        counts = (len(answerable), len(unanswerable))
        heed = np.repeat(
            [2 * share * min(n, _HEED) / max(n, 1) for share, n in zip(shares, counts, strict=True)], counts
        )
        prior = np.append(self.weights, self.intercept) * scales
        stiffness = np.append(np.full(3, _PULL**-2), _INTERCEPT_PULL**-2)

        def objective(at: np.ndarray) -> float:
            z = x @ at
            return float(heed @ (np.logaddexp(0, z) - y * z) + stiffness @ (at - prior) ** 2 / 2)

        found = prior
        for _ in range(50):  # Newton's method, its step halved until it pays; the objective is convex
            p = 1 / (1 + np.exp(-x @ found))
            slope = x.T @ (heed * (p - y)) + stiffness * (found - prior)
            step = np.linalg.solve((x.T * (heed * p * (1 - p))) @ x + np.diag(stiffness), slope)
            while np.abs(step).max() > 1e-9 and objective(found - step) > objective(found):
                step = step / 2
            found = found - step
        *weights, intercept = (float(value) for value in found / scales)
        return dataclasses.replace(self, weights=(weights[0], weights[1], weights[2]), intercept=intercept)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Calibration":
        return cls(**values | {"weights": tuple(values["weights"])})


_TABLE = 2**26  # cosines of answers and questions that are held at a time


def answered_from(tolerated_false_answers: float) -> float:
    """The probability from which to answer; 0 tolerated: where most questions are handled rightly, half of them having
    no answer."""
    if not tolerated_false_answers:
        return Calibration().answered_from
    return float(np.interp(tolerated_false_answers, list(_CUTS), list(_CUTS.values())))


def measure_trust(entries: Sequence[Entry], passages: Sequence[Passage], index: VectorIndex) -> float:
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
    lexical = LexicalIndex.of([entries[row].answer for row in rows])
    by_words = [_reciprocal_rank(lexical.scores(entries[row].question)[0], column[row]) for row in asked]
    table = PassageTable.of(passages)
    own, sentences = table.entry, table.rows_of("sentence")
    sentences = sentences[column[own[sentences]] >= 0]
    by_meaning = []
    together = max(_TABLE // len(rows), 1)
    for block in (asked[at : at + together] for at in range(0, len(asked), together)):
        questions = index.vectors(table.rows_of("question")[block])
        best = np.full((len(rows), len(block)), -1.0, np.float32)
        for said, vectors in in_parts(sentences, index):
            owners = column[own[said]]
            firsts = np.flatnonzero(np.diff(owners, prepend=-1))
            found = np.maximum.reduceat(vectors @ questions.T, firsts)
            best[owners[firsts]] = np.maximum(best[owners[firsts]], found)
        by_meaning += [_reciprocal_rank(best[:, at], column[row]) for at, row in enumerate(block)]
    return word_trust(float(np.mean(by_words)), float(np.mean(by_meaning)), len(asked))


def measure_typical(entries: Sequence[Entry], ranker: Ranker) -> float:
    """The median nearness of the first entry when a question's own answer is taken away; 0.35 at the least."""
    asked = evenly(range(len(entries)), SAMPLE)
    vectors = ranker.question_vectors(asked)
    texts = [entries[row].question for row in asked]
    ranked = ranker.rank(vectors, texts, 1, without=[int(ranker.groups[row]) for row in asked])
    found = [candidates[0].dense for candidates in ranked if candidates]
    return max(float(np.median(found)), _LEAST_TYPICAL) if found else Calibration().typical


def evenly(rows: Sequence[int], n: int) -> list[int]:
    """At most `n` of `rows`, spread evenly: no chance, so that a build can be repeated."""
    step = max(len(rows) / n, 1.0)
    return [rows[int(at * step)] for at in range(min(len(rows), n))]


def _reciprocal_rank(scores: np.ndarray, row: int) -> float:
    """1 / rank of `row`; those of the same score share their ranks."""
    above = int((scores > scores[row]).sum())
    same = int((scores == scores[row]).sum()) - 1
    return 1.0 / (above + same / 2 + 1)
