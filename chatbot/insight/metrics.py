"""The measures of the field, over ranked lists and probabilities. Pure functions of arrays.

A query without an answer in the FAQ has an empty `relevant`, or names nothing but gaps; it counts in AUROC and in joint
accuracy, and is to be refused. Measures of rank go over all queries that name an entry, gaps too. A query that finds
nothing counts 0; none is left out of a mean.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10  # of probability, each 0.1 wide


@dataclass(frozen=True, slots=True)
class Judged:
    """One query of a labelled set, as answered: entry ids best first, and the probability that `first` is right."""

    query: str
    relevant: frozenset[str]
    ranked: Sequence[str]
    probability: float
    gaps: frozenset[str] = frozenset()  # those of `relevant` and `ranked` that have no answer
    status: str = ""  # of the reply; empty where nobody was asked

    @property
    def is_answerable(self) -> bool:
        return not self.relevant <= self.gaps

    @property
    def first(self) -> str | None:
        """The entry that is shown when the query is answered."""
        return next((entry for entry in self.ranked if entry not in self.gaps), None)

    @property
    def right_first(self) -> bool:
        return self.first in self.relevant


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
        gains = np.array([entry in j.relevant for entry in j.ranked[:k]], float)
        return float(gains @ discount[: len(gains)] / discount[: len(j.relevant)].sum())

    return _mean(gain(j) for j in judged if j.relevant)


def mean_average_precision(judged: Sequence[Judged]) -> float | None:
    """Over the whole of each list, so of lists cut at 100 it is MAP@100; right entries that were not found count 0."""

    def average(j: Judged) -> float:
        hits = np.array([entry in j.relevant for entry in j.ranked], float)
        if not hits.any():
            return 0.0
        precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
        return float((precision * hits).sum() / len(j.relevant))

    return _mean(average(j) for j in judged if j.relevant)


def auroc(judged: Sequence[Judged]) -> float | None:
    """Chance that an answerable query has a higher probability than an unanswerable one, ties counting half."""
    return _known(auroc_over(judged, np.ones((1, len(judged)))))


def auroc_over(judged: Sequence[Judged], counts: np.ndarray) -> np.ndarray:
    """(m,): AUROC of `m` samples in which query i stands `counts[:, i]` times; NaN where a sample lacks a side.

    `counts`: (m, queries).
    """
    order = np.argsort([j.probability for j in judged], kind="stable")
    answerable = np.array([j.is_answerable for j in judged], bool)[order]
    _, firsts = np.unique(np.array([j.probability for j in judged])[order], return_index=True)
    if not len(firsts):
        return np.full(len(counts), np.nan)
    yes = np.add.reduceat(counts[:, order] * answerable, firsts, axis=1)  # by probability, equal ones together
    no = np.add.reduceat(counts[:, order] * ~answerable, firsts, axis=1)
    pairs = (yes * (np.cumsum(no, axis=1) - no / 2)).sum(axis=1)
    return quotient(pairs, yes.sum(axis=1) * no.sum(axis=1))


def joint_accuracy(judged: Sequence[Judged], threshold: float) -> float | None:
    """Share of all queries handled rightly: a right entry first and answered, or no answer and refused."""
    return _mean(j.right_first if j.probability >= threshold else not j.is_answerable for j in judged)


def best_joint_accuracy(judged: Sequence[Judged]) -> float | None:
    """Joint accuracy at the threshold that is best on these very queries: what better cutting could still win."""
    if not judged:
        return None
    order = sorted(judged, key=lambda j: -j.probability)
    handled = best = sum(not j.is_answerable for j in order)  # everything refused
    for at, j in enumerate(order):
        handled += int(j.right_first) - int(not j.is_answerable)
        if at + 1 == len(order) or order[at + 1].probability < j.probability:
            best = max(best, handled)
    return best / len(order)


def answered_share(judged: Sequence[Judged], threshold: float) -> float | None:
    return _mean(j.probability >= threshold for j in judged)


def answered_share_answerable(judged: Sequence[Judged], threshold: float) -> float | None:
    """Share of answerable queries that were answered, rightly or wrongly."""
    return _mean(j.probability >= threshold for j in judged if j.is_answerable)


def false_answer_rate(judged: Sequence[Judged], threshold: float) -> float | None:
    """Share of unanswerable queries that were answered; lower is better."""
    return _mean(j.probability >= threshold for j in judged if not j.is_answerable)


def answered_precision(judged: Sequence[Judged], threshold: float) -> float | None:
    """Of the queries that were answered, the share that got a right entry; None where none was answered."""
    return _mean(j.right_first for j in judged if j.probability >= threshold)


def expected_calibration_error(judged: Sequence[Judged]) -> float | None:
    """Mean distance of probability and outcome over bins of equal width, weighed by their size; lower is better."""
    return _known(calibration_error_over(judged, np.ones((1, len(judged)))))


def calibration_error_over(judged: Sequence[Judged], counts: np.ndarray) -> np.ndarray:
    """(m,): the calibration error of `m` samples in which query i stands `counts[:, i]` times; NaN without queries."""
    probability, right = probability_and_outcome(judged)
    gaps = np.zeros((len(judged), BINS))
    gaps[np.arange(len(judged)), bin_of(probability)] = probability - right
    return quotient(np.abs(counts @ gaps).sum(axis=1), counts.sum(axis=1))


def probability_and_outcome(judged: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray]:
    """(queries,) float each: the probability that was given, and 1 where the first entry was right, 0 elsewhere."""
    return np.array([j.probability for j in judged], float), np.array([j.right_first for j in judged], float)


def bin_of(probability: np.ndarray) -> np.ndarray:
    """The bin of each probability, 0 to `BINS` - 1; 1.0 belongs to the last."""
    return np.asarray(np.minimum((probability * BINS).astype(int), BINS - 1))


def _known(values: np.ndarray) -> float | None:
    """The one number of `values`, None for NaN."""
    return None if np.isnan(values[0]) else float(values[0])


def quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """`above` / `below`, of one shape; NaN where `below` is 0."""
    result: np.ndarray = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return result


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
