"""The measures of the field, over ranked lists and probabilities. Pure functions of arrays.

A query without an answer in the FAQ has an empty `relevant`; it counts in AUROC and in joint accuracy, and in
no measure of rank. A query that finds nothing counts 0; none is left out of a mean.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Judged:
    """One query of a labelled set, as answered: entry ids best first, and the probability of the first."""

    query: str
    relevant: frozenset[str]
    ranked: Sequence[str]
    probability: float

    @property
    def right_first(self) -> bool:
        return bool(self.ranked) and self.ranked[0] in self.relevant


def success_at(judged: Sequence[Judged], k: int) -> float | None:
    """Share of answerable queries with a right entry among the first `k`."""
    return _mean(any(entry in j.relevant for entry in j.ranked[:k]) for j in judged if j.relevant)


def mrr_at(judged: Sequence[Judged], k: int) -> float | None:
    """Mean of 1 / rank of the first right entry, 0 where it is not among the first `k`."""
    return _mean(
        next((1 / rank for rank, entry in enumerate(j.ranked[:k], 1) if entry in j.relevant), 0.0)
        for j in judged
        if j.relevant
    )


def precision_at(judged: Sequence[Judged], k: int) -> float | None:
    """Mean share of right entries among the first `k`, of `k` also where fewer were found."""
    return _mean(sum(entry in j.relevant for entry in j.ranked[:k]) / k for j in judged if j.relevant)


def ndcg_at(judged: Sequence[Judged], k: int) -> float | None:
    """Mean normalised discounted cumulative gain, every right entry of the same worth."""
    discount = 1 / np.log2(np.arange(2, k + 2))

    def gain(j: Judged) -> float:
        found = np.array([entry in j.relevant for entry in j.ranked[:k]], float)
        return float(found @ discount[: len(found)] / discount[: len(j.relevant)].sum())

    return _mean(gain(j) for j in judged if j.relevant)


def mean_average_precision(judged: Sequence[Judged]) -> float | None:
    """Over the whole of each list; right entries that were not found count 0."""

    def average(j: Judged) -> float:
        found = np.array([entry in j.relevant for entry in j.ranked], float)
        if not found.any():
            return 0.0
        precision = np.cumsum(found) / np.arange(1, len(found) + 1)
        return float((precision * found).sum() / len(j.relevant))

    return _mean(average(j) for j in judged if j.relevant)


def auroc(judged: Sequence[Judged]) -> float | None:
    """Chance that an answerable query has a higher probability than an unanswerable one, ties counting half."""
    yes = np.sort([j.probability for j in judged if j.relevant])
    no = np.array([j.probability for j in judged if not j.relevant])
    if not len(yes) or not len(no):
        return None
    above = len(yes) - np.searchsorted(yes, no, side="right")
    ties = np.searchsorted(yes, no, side="right") - np.searchsorted(yes, no, side="left")
    return float((above + ties / 2).sum() / (len(yes) * len(no)))


def joint_accuracy(judged: Sequence[Judged], threshold: float) -> float | None:
    """Share of all queries handled rightly: a right entry first and answered, or no answer and refused."""
    return _mean(j.right_first if j.probability >= threshold else not j.relevant for j in judged)


def best_joint_accuracy(judged: Sequence[Judged]) -> float | None:
    """Joint accuracy at the threshold that is best on these very queries: what better cutting could still win."""
    if not judged:
        return None
    order = sorted(judged, key=lambda j: -j.probability)
    handled = best = sum(not j.relevant for j in order)  # everything refused
    for at, j in enumerate(order):
        handled += int(j.right_first) - int(not j.relevant)
        if at + 1 == len(order) or order[at + 1].probability < j.probability:
            best = max(best, handled)
    return best / len(order)


def answered_share(judged: Sequence[Judged], threshold: float) -> float | None:
    return _mean(j.probability >= threshold for j in judged)


def answered_precision(judged: Sequence[Judged], threshold: float) -> float | None:
    """Of the queries that were answered, the share that got a right entry; None where none was answered."""
    return _mean(j.right_first for j in judged if j.probability >= threshold)


def expected_calibration_error(judged: Sequence[Judged], bins: int = 10) -> float | None:
    """Mean distance of probability and outcome over bins of equal width, weighed by their size."""
    if not judged:
        return None
    probability = np.array([j.probability for j in judged])
    right = np.array([j.right_first for j in judged], float)
    at = np.minimum((probability * bins).astype(int), bins - 1)
    error = sum(abs(probability[at == b].sum() - right[at == b].sum()) for b in range(bins))
    return float(error / len(judged))


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
