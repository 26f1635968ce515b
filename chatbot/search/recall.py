"""Exact search or clusters, and what recall clusters have.

All passages are searched as long as that takes less than 10 ms of one core. More passages are put into clusters, and
only the clusters nearest to a query are searched. How many clusters are needed depends on the corpus, so it is measured
at build: the ten nearest passages are found exactly for a sample of passages (each without itself) and for the
questions of the rehearsal. One half of the sample sets the number of clusters, the other half measures the recall.
"""

from dataclasses import dataclass

import numpy as np

from chatbot.search.calibration import evenly
from chatbot.search.exact import ExactIndex
from chatbot.search.faiss_facts import FaissSearch, Limits
from chatbot.search.faiss_index import ClusteredIndex
from chatbot.search.vectors import Vectors

_NEAREST = 10
_PASSAGES, _QUESTIONS = 400, 400  # of the sample, at most
_AIMED_AT = 0.99  # recall in the half that sets the number of clusters, or else the other half would often fall short


def chosen(
    vectors: Vectors, n: int, questions: np.ndarray, limits: Limits | None = None
) -> tuple[ExactIndex | ClusteredIndex, FaissSearch]:
    """An index of the first `n` vectors: exact, or in clusters where that is faster and finds nearly the same.

    `questions`: (m, d) vectors of length 1 that the clusters are tried on, in addition to passages.
    """
    limits = limits or Limits()
    bits = 16 if vectors.is_half else 32
    exact = ExactIndex(vectors, n)
    if n <= limits.exact_to:
        return exact, FaissSearch("exact", bits)
    clustered = ClusteredIndex(vectors, n, clusters=int(2 * n**0.5), probes=1)
    sample = _sample(vectors, n, questions)
    nearest = _nearest(vectors, n, sample)
    needed = _probes_needed(clustered, sample, nearest)
    is_passage = sample.own >= 0
    kinds = [kind for kind in (is_passage, ~is_passage) if kind.any()]
    is_training = np.arange(len(sample.own)) % 2 == 0
    probes = max(int(np.quantile(needed[kind & is_training], _AIMED_AT, method="higher")) for kind in kinds)
    clustered.probes = probes
    shares = _recall(clustered, sample, nearest)
    recall = min(float(shares[kind & ~is_training].mean()) for kind in kinds)
    if probes > clustered.clusters * limits.most_probes or recall < limits.recall:
        reason = f"{probes} of {clustered.clusters} clusters would find {recall:.3f} of the ten nearest"
        return exact, FaissSearch("exact", bits, reason=reason)
    return clustered, FaissSearch(
        "clustered", 16, clustered.clusters, probes, round(recall, 4), int((~is_training).sum())
    )


@dataclass(frozen=True, slots=True)
class _Sample:
    vectors: np.ndarray  # (m, d)
    own: np.ndarray  # (m,) the passage that each is, which counts as absent; -1 for a question


def _sample(vectors: Vectors, n: int, questions: np.ndarray) -> _Sample:
    """Passages and questions, each kind evenly taken."""
    rows = evenly(range(n), _PASSAGES)
    questions = questions[evenly(range(len(questions)), _QUESTIONS)]
    own = np.append(rows, np.full(len(questions), -1))
    return _Sample(np.concatenate((vectors.rows(rows), questions.reshape(-1, vectors.dim))), own)


def nearest_of(vectors: Vectors, n: int, queries: np.ndarray) -> np.ndarray:
    """(m, 10) rows: the nearest of the first `n` passages to each of `queries`, by a comparison with all of them; -1
    where there are fewer."""
    return _nearest(vectors, n, _Sample(queries, np.full(len(queries), -1)))


def _nearest(vectors: Vectors, n: int, sample: _Sample) -> np.ndarray:
    """(m, 10) rows: the nearest of the first `n` passages, by a comparison with all of them."""
    m = len(sample.own)
    rows, scores = np.full((m, _NEAREST), -1), np.full((m, _NEAREST), -np.inf, np.float32)
    for part, own in vectors.parts(np.arange(n)):
        cosines = sample.vectors @ own.T
        inside = np.flatnonzero((sample.own >= part[0]) & (sample.own <= part[-1]))
        cosines[inside, sample.own[inside] - part[0]] = -np.inf
        for at in np.flatnonzero(cosines.max(axis=1) > scores[:, -1]):
            better = np.flatnonzero(cosines[at] > scores[at, -1])
            candidates, near = np.append(rows[at], part[better]), np.append(scores[at], cosines[at, better])
            order = np.argsort(-near, kind="stable")[:_NEAREST]
            rows[at], scores[at] = candidates[order], near[order]
    return rows


def _probes_needed(clustered: ClusteredIndex, sample: _Sample, nearest: np.ndarray) -> np.ndarray:
    """(m, 10): how many clusters, nearest first, must be searched until each of the nearest is found."""
    order = np.argsort(-(sample.vectors @ clustered.centroids.T), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(1, order.shape[1] + 1)[None], axis=1)
    return np.asarray(np.take_along_axis(place, clustered.assignments()[nearest], axis=1))


def _recall(clustered: ClusteredIndex, sample: _Sample, nearest: np.ndarray) -> np.ndarray:
    """(m,): the share of the nearest that `clustered` finds."""
    hits = clustered.search(sample.vectors, _NEAREST + 1).rows
    firsts = (rows[rows != own][:_NEAREST] for rows, own in zip(hits, sample.own, strict=True))
    return np.array([np.isin(first, best).sum() / _NEAREST for first, best in zip(firsts, nearest, strict=True)])
