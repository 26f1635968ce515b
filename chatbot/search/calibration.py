"""A score to a probability, and a probability to a decision.

Whether an answer exists cannot be read from the order of the entries, only from how well the first one
fits and how far it stands above the next one with another answer. The two weights below are a logistic
regression over five labelled FAQ sets with unanswerable questions, each weighing the same; they are a
first estimate and know nothing yet of the corpus at hand.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.search.ranking import Candidate

_WIDEST_MARGIN = 0.3  # cosine; beyond, standing alone says nothing more (a corpus may hold a single entry)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How raw scores of a build become a probability, and where the decisions are cut."""

    intercept: float = -5.415
    score: float = 6.392
    margin: float = 9.345
    answered_from: float = 0.5  # a probability of at least this is an answer
    unsure_from: float = 0.2  # of at least this, a "did you mean"

    def probability(self, candidates: Sequence[Candidate], answers: Sequence[str]) -> float:
        """That the first of `candidates` answers the question. `answers[i]`: the text that candidate i shows."""
        if not candidates:
            return 0.0
        first, *others = (candidate.score for candidate in candidates)
        rivals = (score for score, text in zip(others, answers[1:], strict=True) if not text or text != answers[0])
        margin = min(first - next(rivals, 0.0), _WIDEST_MARGIN)
        return 1.0 / (1.0 + math.exp(-(self.intercept + self.score * first + self.margin * margin)))

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Calibration":
        return cls(**values)
