"""What the program learnt from labelled sets, learnt anew: the weights of ranking, and what decides on an answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from chatbot.insight import metrics
from chatbot.insight.metrics import Judged
from chatbot.search.calibration import ANSWERABLE, answered_from
from chatbot.search.ranking import ASKS, REWORDS, Weights
from tests.bench.labelled import Measured, Prepared

TOLERATED = (0.05, 0.1)
ALL_TOLERATED = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
_GRID = np.arange(1, 200) / 200  # cuts that are tried
SEED = 0  # of the queries that are taken of a large set
_QUERIES = 800  # of each set that the weights of ranking are learnt on
_PENALTY = 1e-3  # on the squares of these weights


class Decision(NamedTuple):
    """All that leaving a set out replaces."""

    probability: Callable[[Measured], np.ndarray]  # (queries,)
    balanced: float  # the cut where most is handled rightly, answerable and unanswerable counting the same
    tolerated: dict[float, float]  # share of unanswerable questions that may be answered -> cut
    weights: tuple[float, ...] = ()  # of the features, where they were learnt
    intercept: float = 0.0
    scales: tuple[float, ...] = ()  # standard deviation of each feature


def shipped(fingerprint: str = "") -> Decision:
    """The constants of the program for the encoder with that fingerprint. The only place that asks for them."""
    return Decision(
        probability=lambda found: np.array([j.probability for j in found.judged]),
        balanced=answered_from(0.0, fingerprint),
        tolerated={rate: answered_from(rate, fingerprint) for rate in TOLERATED},
    )


def learn_weights(families: Sequence[Sequence[Prepared]]) -> Weights:
    """The weights under which a right entry comes first most likely: a softmax over the entries that are read.

    Each family counts the same, and each set of it; a query whose right entries are not found has nothing to tell.
    """
    from scipy.optimize import minimize

    found = [(1 / len(families) / len(sets), _evidence(prepared)) for sets in families for prepared in sets]
    found = [(share / len(queries), queries) for share, queries in found if queries]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = _weights(flat)
        total, slope = _PENALTY * float(flat @ flat), 2 * _PENALTY * flat
        for share, queries in found:
            for evidence, words, right in queries:
                rewords, asks = weights.ways(evidence)
                fit = np.logaddexp(rewords, asks)
                scores = fit + weights.words * words
                odds = np.exp(scores - scores.max())
                every, wanted = odds.sum(), odds[right].sum()
                total += share * float(np.log(every / wanted))
                change = odds / every - np.where(right, odds / wanted, 0)
                slope = slope + share * _slope(change, evidence, words, np.exp(rewords - fit), np.exp(asks - fit))
        return total, slope

    start = np.array([4, 4, 4, 4, 0, 4, 4, 4, 4, 0, 0.2], float)
    known = next((prepared.weights.known for sets in families for prepared in sets), 0.0)
    return _weights(minimize(loss, start, jac=True, method="L-BFGS-B").x)._replace(known=known)


def _weights(flat: np.ndarray) -> Weights:
    return Weights(tuple(flat[:5].tolist()), tuple(flat[5:10].tolist()), float(flat[10]))


def _slope(
    change: np.ndarray, evidence: np.ndarray, words: np.ndarray, rewords: np.ndarray, asks: np.ndarray
) -> np.ndarray:
    """Of the loss in each weight. `change`: (n,) of it in each score; `rewords`, `asks`: (n,) shares of the ways."""
    parts = []
    for columns, share in ((REWORDS, rewords), (ASKS, asks)):
        parts += [change * share @ evidence[:, columns], np.array([change @ share])]
    return np.concatenate([*parts, [change @ words]])


def _evidence(prepared: Prepared) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of some queries: (n, 7) cosines of each entry that is read, (n,) its words, (n,) whether it is right."""
    ranker = prepared.ranker(None)
    ids = np.array([entry.id for entry in prepared.build.entries])
    answerable = [row for row, query in enumerate(prepared.asked) if query.relevant]
    sample = np.random.default_rng(SEED).permutation(answerable)[:_QUERIES]
    kept = []
    for row in sample:
        entries, evidence, words = ranker.evidence(prepared.vectors[row], prepared.asked[row].text)
        right = np.isin(ids[entries], list(prepared.asked[row].relevant))
        if right.any():
            kept.append((evidence, words, right))
    return kept


def refit(families: Sequence[Sequence[Measured]]) -> Decision:
    """Learns the constants: each family counts the same, and each set of it. In the probability its answerable queries
    count `ANSWERABLE`, in the cut half."""
    from sklearn.linear_model import LogisticRegression

    sets = [(found, 1 / len(families) / len(own)) for own in families for found in own]
    weights = np.concatenate([share * _balance(found.judged, ANSWERABLE) for found, share in sets])
    right = np.concatenate([[j.right_first for j in found.judged] for found, _ in sets])
    features = np.concatenate([found.features for found, _ in sets])
    # Weights of mean 1 and next to no penalty: a handful of numbers are learnt from thousands of queries.
    model = LogisticRegression(C=1e6, max_iter=5000).fit(features, right, sample_weight=weights / weights.mean())
    mean = np.average(features, axis=0, weights=weights)
    scales = np.sqrt(np.average((features - mean) ** 2, axis=0, weights=weights))

    def raw(found: Measured) -> np.ndarray:
        return np.where(found.may_answer, model.predict_proba(found.features)[:, 1], 0.0)

    own = [(found.own(), share) for found, share in sets]
    seen = [(with_probability(found.judged, raw(found)), share) for found, share in own]
    mixed = [(judged, share) for judged, share in seen if not all(j.is_answerable for j in judged)]
    total = sum(share for _, share in mixed)
    false = np.array([sum(s * metrics.false_answer_rate(j, cut) for j, s in mixed) / total for cut in _GRID])
    joint = [sum(share * _balanced_joint(judged, cut) for judged, share in seen) for cut in _GRID]
    balanced = float(_GRID[np.argmax(joint)])

    def probability(found: Measured) -> np.ndarray:
        likely = np.asarray(model.predict_proba(found.features)[:, 1])
        return np.where(found.may_answer, likely, np.minimum(likely, 0.99 * balanced))  # as in `Judge`

    return Decision(
        probability=probability,
        balanced=balanced,
        tolerated={
            rate: float(_GRID[np.argmax(false <= rate)]) if (false <= rate).any() else 1.0 for rate in ALL_TOLERATED
        },
        weights=tuple(model.coef_[0].tolist()),
        intercept=float(model.intercept_[0]),
        scales=tuple(scales.tolist()),
    )


def _balance(judged: Sequence[Judged], share: float = 0.5) -> np.ndarray:
    """(queries,): weights that sum to 1, `share` of it on the answerable queries."""
    answerable = np.array([j.is_answerable for j in judged])
    return np.where(answerable, share / max(answerable.sum(), 1), (1 - share) / max((~answerable).sum(), 1))


def _balanced_joint(judged: Sequence[Judged], cut: float) -> float:
    right = [j.right_first if j.probability >= cut else not j.is_answerable for j in judged]
    return float(_balance(judged) @ np.array(right, float))


def with_probability(judged: Sequence[Judged], probability: np.ndarray) -> list[Judged]:
    return [replace(j, probability=float(p)) for j, p in zip(judged, probability, strict=True)]
