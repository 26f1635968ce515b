"""Which index serves a corpus, and how sure one can be of it.

All passages are looked at as long as that takes less than 10 ms of one core. Beyond, they are put into clusters, and
only those nearest to a query are looked at. How many that must be hangs on the corpus, so it is measured at build: for
a sample of passages, each left out of its own result, and for the questions of the rehearsal the ten nearest are found
exactly. One half of the sample says how many clusters are needed, the other half what that gives.
"""

from dataclasses import dataclass

import numpy as np

from chatbot.search.calibration import evenly
from chatbot.search.faiss_engine import ClusteredIndex, is_half
from chatbot.search.protocols import VectorIndex, in_parts

_EXACT_TO = 131_072  # passages, whose scan takes 9 ms
_NEAREST = 10
_PASSAGES, _QUESTIONS = 400, 400  # asked, at most
_WANTED = 0.98  # of the nearest found, in both halves and of passages and questions alike
_AIMED_AT = 0.99  # in the half that says how many clusters, or else the other would often fall short
_SHARE = 8  # looking at more than one in so many clusters saves too little


@dataclass(frozen=True, slots=True)
class Search:
    """How the vectors of a build are searched, as its manifest says and `info` shows."""

    kind: str = "exact"  # or "clustered"
    bits: int = 32  # of each number of a vector
    clusters: int = 0
    probes: int = 0  # clusters that are looked at for a query
    recall_at_10: float = 1.0  # of the half of the sample that nothing was chosen by: the worse of its two kinds
    sample: int = 0  # passages and questions in that half
    reason: str = ""  # why a large build is exact all the same

    def fits(self, index: VectorIndex) -> bool:
        """Whether `index` is searched that way."""
        if isinstance(index, ClusteredIndex):
            return (self.kind, self.clusters, self.probes) == ("clustered", index.clusters, index.probes)
        return self.kind == "exact"


def chosen(exact: VectorIndex, first: int, questions: np.ndarray) -> tuple[VectorIndex, Search]:
    """`exact`, or the same vectors in clusters where that is quicker and finds nearly the same.

    `first`: passages from the beginning that are searched. `questions`: (m, d) vectors of length 1 that the clusters
    are tried on beside the passages.
    """
    n = len(exact)
    if first <= _EXACT_TO:
        return exact, Search("exact", _bits(n))
    clustered = ClusteredIndex(exact, clusters=int(2 * n**0.5), probes=1)
    asked = _sample(exact, first, questions)
    nearest = _nearest(exact, first, asked)
    needed = _probes_needed(clustered, asked, nearest)
    is_passage = asked.own >= 0
    kinds = [kind for kind in (is_passage, ~is_passage) if kind.any()]
    teaching = np.arange(len(asked.own)) % 2 == 0
    probes = max(int(np.quantile(needed[kind & teaching], _AIMED_AT, method="higher")) for kind in kinds)
    clustered.probes = probes
    found = _found(clustered, first, asked, nearest)
    recall = min(float(found[kind & ~teaching].mean()) for kind in kinds)
    if probes > clustered.clusters / _SHARE or recall < _WANTED:
        reason = f"{probes} of {clustered.clusters} clusters would find {recall:.3f} of the ten nearest"
        return exact, Search("exact", _bits(n), reason=reason)
    return clustered, Search("clustered", 16, clustered.clusters, probes, round(recall, 4), int((~teaching).sum()))


@dataclass(frozen=True, slots=True)
class _Asked:
    vectors: np.ndarray  # (m, d)
    own: np.ndarray  # (m,) the passage that each is, which counts as absent; -1 for a question


def _sample(exact: VectorIndex, first: int, questions: np.ndarray) -> _Asked:
    """Passages and questions, each kind evenly taken."""
    rows = evenly(range(first), _PASSAGES)
    questions = questions[evenly(range(len(questions)), _QUESTIONS)]
    own = np.append(rows, np.full(len(questions), -1))
    return _Asked(np.concatenate((exact.vectors(rows), questions.reshape(-1, exact.dim))), own)


def _nearest(exact: VectorIndex, first: int, asked: _Asked) -> np.ndarray:
    """(m, 10) rows: the nearest of the first passages, found by looking at all for all at once."""
    m = len(asked.own)
    rows, scores = np.full((m, _NEAREST), -1), np.full((m, _NEAREST), -np.inf, np.float32)
    for part, vectors in in_parts(np.arange(first), exact):
        cosines = asked.vectors @ vectors.T
        inside = np.flatnonzero((asked.own >= part[0]) & (asked.own <= part[-1]))
        cosines[inside, asked.own[inside] - part[0]] = -np.inf
        for at in np.flatnonzero(cosines.max(axis=1) > scores[:, -1]):
            better = np.flatnonzero(cosines[at] > scores[at, -1])
            found, near = np.append(rows[at], part[better]), np.append(scores[at], cosines[at, better])
            order = np.argsort(-near, kind="stable")[:_NEAREST]
            rows[at], scores[at] = found[order], near[order]
    return rows


def _probes_needed(clustered: ClusteredIndex, asked: _Asked, nearest: np.ndarray) -> np.ndarray:
    """(m, 10): how many clusters, nearest first, must be looked at until each of the nearest is found."""
    order = np.argsort(-(asked.vectors @ clustered.middles.T), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(1, order.shape[1] + 1)[None], axis=1)
    return np.asarray(np.take_along_axis(place, clustered.cluster_of()[nearest], axis=1))


def _found(clustered: ClusteredIndex, first: int, asked: _Asked, nearest: np.ndarray) -> np.ndarray:
    """(m,): the share of the nearest that `clustered` finds."""
    hits = clustered.search(asked.vectors, _NEAREST + 1, first=first).rows
    firsts = (rows[rows != own][:_NEAREST] for rows, own in zip(hits, asked.own, strict=True))
    return np.array([np.isin(first, best).sum() / _NEAREST for first, best in zip(firsts, nearest, strict=True)])


def _bits(n: int) -> int:
    return 16 if is_half(n) else 32
