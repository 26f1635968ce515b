"""What the program learnt from labelled sets, learnt anew: the weights of ranking, and what decides on an answer."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from chatbot.insight import metrics
from chatbot.insight.metrics import Judged
from chatbot.search.calibration import ANSWERABLE, answered_from
from chatbot.search.ranking import Weights
from tests.bench.labelled import Measured, Prepared

TOLERATED = (0.05, 0.1)
_GRID = np.arange(1, 200) / 200  # cuts that are tried
_QUERIES = 800  # of each set that the weights of ranking are learnt on
_PENALTY = 1e-3  # on the squares of these weights


class Decision(NamedTuple):
    """All that leaving a set out replaces."""

    probability: Callable[[Measured], np.ndarray]  # (queries,)
    balanced: float  # the cut where most is handled rightly, answerable and unanswerable counting the same
    tolerated: dict[float, float]  # share of unanswerable questions that may be answered -> cut


def shipped() -> Decision:
    """The constants of the program. The only place that asks for them."""
    return Decision(
        probability=lambda found: np.array([j.probability for j in found.judged]),
        balanced=answered_from(0.0),
        tolerated={rate: answered_from(rate) for rate in TOLERATED},
    )


def learn_weights(sets: Sequence[Prepared]) -> Weights:
    """The weights under which a right entry comes first most likely: a softmax over the entries that are found.

    Each set counts the same; a query whose right entries are not found at all has nothing to tell.
    """
    from scipy.optimize import minimize

    found = [_evidence(prepared) for prepared in sets]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = _PENALTY * float(weights @ weights), 2 * _PENALTY * weights
        for queries in found:
            for evidence, right in queries:
                scores = evidence @ weights
                odds = np.exp(scores - scores.max())
                every, wanted = odds.sum(), odds[right].sum()
                total += float(np.log(every / wanted)) / len(queries) / len(found)
                step = odds @ evidence / every - odds[right] @ evidence[right] / wanted
                slope = slope + step / len(queries) / len(found)
        return total, slope

    return Weights(*minimize(loss, np.zeros(5), jac=True, method="L-BFGS-B").x.tolist())


def _evidence(prepared: Prepared) -> list[tuple[np.ndarray, np.ndarray]]:
    """((n, 5) what speaks for each entry that was found, (n,) whether it is right) of a sample of the queries."""
    ranker = prepared.ranker(Weights())
    ids = np.array([entry.id for entry in prepared.build.entries])
    answerable = [row for row, query in enumerate(prepared.asked) if query.relevant]
    sample = np.random.default_rng(0).permutation(answerable)[:_QUERIES]
    kept = []
    for row in sample:
        entries, evidence = ranker.evidence(prepared.vectors[row], prepared.asked[row].text)
        right = np.isin(ids[entries], list(prepared.asked[row].relevant))
        if right.any():
            kept.append((evidence, right))
    return kept


def refit(sets: Sequence[Measured]) -> Decision:
    """Learns the constants on `sets`: each counts the same. In the probability its answerable queries count
    `ANSWERABLE`, in the cut half.

    Every one of them must hold answerable and unanswerable queries.
    """
    from sklearn.linear_model import LogisticRegression

    weights = np.concatenate([_balance(found.judged, ANSWERABLE) for found in sets])
    right = np.concatenate([[j.right_first for j in found.judged] for found in sets])
    features = np.concatenate([found.features for found in sets])
    # Weights of mean 1 and next to no penalty: a handful of numbers are learnt from thousands of queries.
    model = LogisticRegression(C=1e6, max_iter=1000).fit(features, right, sample_weight=weights / weights.mean())

    def probability(found: Measured) -> np.ndarray:
        return np.asarray(model.predict_proba(found.features)[:, 1])

    seen = [with_probability(found.judged, probability(found)) for found in sets]
    false = np.array([np.mean([metrics.false_answer_rate(j, cut) for j in seen]) for cut in _GRID])
    return Decision(
        probability=probability,
        balanced=float(_GRID[np.argmax([np.mean([_balanced_joint(j, cut) for j in seen]) for cut in _GRID])]),
        tolerated={
            rate: float(_GRID[np.argmax(false <= rate)]) if (false <= rate).any() else 1.0 for rate in TOLERATED
        },
    )


def _balance(judged: Sequence[Judged], share: float = 0.5) -> np.ndarray:
    """(queries,): weights that sum to 1, `share` of it on the answerable queries."""
    answerable = np.array([bool(j.relevant) for j in judged])
    return np.where(answerable, share / max(answerable.sum(), 1), (1 - share) / max((~answerable).sum(), 1))


def _balanced_joint(judged: Sequence[Judged], cut: float) -> float:
    right = [j.right_first if j.probability >= cut else not j.relevant for j in judged]
    return float(_balance(judged) @ np.array(right, float))


def with_probability(judged: Sequence[Judged], probability: np.ndarray) -> list[Judged]:
    return [Judged(j.query, j.relevant, j.ranked, float(p)) for j, p in zip(judged, probability, strict=True)]
