"""How far each figure would move with other questions of the same kind: 95 % bootstrap intervals.

The queries are drawn again, as many and with replacement, a thousand times; the interval holds the middle 95 % of
the figures. The seed is fixed: the same set gives the same interval. It tells of the choice of the questions and of
nothing else: not of another FAQ, nor of how the questions were labelled. Where all queries fare alike it has no width.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from chatbot.insight import metrics
from chatbot.insight.metrics import Judged

RESAMPLES = 1000
_SEED = 1
_AT_ONCE = 100  # resamples; of 5,000 queries they take 4 MB
_MIDDLE = (0.025, 0.975)

Measure = Callable[[Sequence[Judged]], float | None]
Interval = tuple[float, float] | None


def of_means(judged: Sequence[Judged], measures: Mapping[str, Measure]) -> dict[str, Interval]:
    """name -> (low, high) of each measure; None where fewer than two queries count in it.

    Each of `measures` must be a mean over those queries that count. What it says of one query alone is then that
    query's part in it, and a resample's figure is a weighted mean of these parts.
    """
    parts = np.array([[_number(measure([j])) for measure in measures.values()] for j in judged])  # (queries, measures)
    parts = parts.reshape(len(judged), len(measures))
    counts_in = np.isfinite(parts)
    values = np.where(counts_in, parts, 0.0)

    def figures(counts: np.ndarray) -> np.ndarray:
        return metrics.quotient(counts @ values, counts @ counts_in.astype(float))

    drawn = _drawn(len(judged), figures)  # (RESAMPLES, measures)
    enough = counts_in.sum(axis=0) > 1
    return {name: middle(drawn[:, at]) if enough[at] else None for at, name in enumerate(measures)}


def of_auroc(judged: Sequence[Judged]) -> Interval:
    """(low, high); None with fewer than two answerable or two unanswerable queries."""
    answerable = sum(j.is_answerable for j in judged)
    if min(answerable, len(judged) - answerable) < 2:
        return None
    return middle(_drawn(len(judged), lambda counts: metrics.auroc_over(judged, counts)))


def of_calibration_error(judged: Sequence[Judged]) -> Interval:
    """(low, high); None with fewer than two queries.

    A resample holds some queries twice, which by itself makes its error larger; that much is taken back.
    """
    if len(judged) < 2:
        return None
    drawn = _drawn(len(judged), lambda counts: metrics.calibration_error_over(judged, counts))
    return middle(np.maximum(drawn - drawn.mean() + _number(metrics.expected_calibration_error(judged)), 0.0))


def _drawn(n: int, figures: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The figures of every resample, one below the other. `figures` takes counts (m, n) and gives m of them."""
    return np.concatenate([figures(counts) for counts in resamples(n)])


def resamples(n: int) -> Iterator[np.ndarray]:
    """How often each of `n` queries was drawn, (m, n) float, `RESAMPLES` rows in all; every call draws the same."""
    rng = np.random.default_rng(_SEED)
    for begin in range(0, RESAMPLES, _AT_ONCE):
        m = min(_AT_ONCE, RESAMPLES - begin)
        rows = rng.integers(0, n, (m, n)) + n * np.arange(m)[:, None] if n else np.empty(0, int)
        yield np.bincount(rows.ravel(), minlength=m * n).reshape(m, n).astype(float)


def middle(drawn: np.ndarray) -> Interval:
    """Of the resamples that can tell: one in which no query counts has no figure."""
    low, high = np.nanquantile(drawn, _MIDDLE)
    return float(low), float(high)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
