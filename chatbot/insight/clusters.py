"""Questions that mean the same, as groups. A pure function of vectors.

Average linkage: two groups are joined as long as their questions have, on the average, at least a certain cosine.
Before that, what all questions on the FAQ have in common is taken away, as it tells no two of them apart: so one bound
suits a FAQ on one narrow topic and one on many. Which other ways were tried: docs/decisions/2026-11-29-clusters.md. The
only door to scipy.
"""

import numpy as np

ALIKE = 0.35  # mean cosine, without what is common, from which on two groups are one

_AT_ONCE = 4000  # rows whose cosines with each other are in memory together: 64 MB
_ROUNDS = 8
_BLOCK = 512  # rows that are compared with all others together
_KEYS = 8  # columns of a vector by which rows are ordered


def clusters(vectors: np.ndarray, common: np.ndarray, alike: float = ALIKE) -> list[list[int]]:
    """Groups of rows, largest first, and of equal ones that with the first row first; each row is in just one.

    `vectors`: (n, d) float32 of length 1; `common`: (d,) the mean of the FAQ's own wordings. What is taken away is half
    way between that and the mean of `vectors`: what is asked in vain may have a topic of its own in common. The same
    rows in another order give the same groups.

    Of more than `_AT_ONCE` different rows a part is grouped, and the others join these groups or wait for the next
    round. A row that waited for all rounds stays alone: a meaning of so few questions is not seen among so many.
    """
    if not len(vectors):
        return []
    own, times = _different(vectors)
    centred = _unit(vectors[own] - (common + vectors[own].mean(axis=0)) / 2)
    label = np.full(len(own), -1)
    for _ in range(_ROUNDS):
        open_rows = np.flatnonzero(label < 0)
        if not len(open_rows):
            break
        chosen = open_rows[_evenly(len(open_rows), _AT_ONCE)]
        label[chosen] = label.max() + 1 + _joined(centred[chosen], alike)
        if len(chosen) == len(open_rows):
            break
        _join_others(centred, label, chosen, alike)
    alone = np.flatnonzero(label < 0)
    label[alone] = label.max() + 1 + np.arange(len(alone))
    return _groups(label[times])


def _different(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the first row of each different vector, in an order that depends on the vectors alone; of each row, its place
    among them)."""
    order = np.lexsort(vectors.T[:_KEYS])
    is_new = np.ones(len(order), bool)
    is_new[1:] = (vectors[order[1:]] != vectors[order[:-1]]).any(axis=1)
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(is_new) - 1
    return order[is_new], place


def _joined(vectors: np.ndarray, alike: float) -> np.ndarray:
    """(n,) the group of each row, from 0 on."""
    if len(vectors) == 1:
        return np.zeros(1, np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(_apart(vectors), "average")
    return np.asarray(fcluster(tree, 1.0 - alike, "distance") - 1, np.int64)


def _apart(vectors: np.ndarray) -> np.ndarray:
    """(n * (n - 1) / 2,) 1 - the cosine of each pair, in scipy's order; little more is in memory at a time."""
    n = len(vectors)
    apart = np.empty(n * (n - 1) // 2)
    begin = 0
    for first in range(0, n, _BLOCK):
        cosines = vectors[first : first + _BLOCK] @ vectors[first:].T
        for row, own in enumerate(cosines):
            end = begin + len(own) - row - 1
            apart[begin:end] = own[row + 1 :]
            begin = end
    return np.asarray(np.clip(1.0 - apart, 0.0, 2.0))  # rounding may give less than 0


def _join_others(vectors: np.ndarray, label: np.ndarray, chosen: np.ndarray, alike: float) -> None:
    """Gives rows without a label that of the nearest group of `chosen`; those that were `chosen` and have a group of
    their own lose it, as another may be found among those that are left."""
    groups, at, size = np.unique(label[chosen], return_inverse=True, return_counts=True)
    sums = np.zeros((len(groups), vectors.shape[1]), np.float32)
    np.add.at(sums, at, vectors[chosen])
    large = size > 1
    label[chosen[~large[at]]] = -1
    means = sums[large] / size[large, None]
    rest = np.flatnonzero(label < 0)
    if not len(means):
        return
    for begin in range(0, len(rest), _BLOCK):
        block = rest[begin : begin + _BLOCK]
        cosines = vectors[block] @ means.T  # with a mean: the mean of the cosines
        near = cosines.argmax(axis=1)
        joins = cosines[np.arange(len(block)), near] >= alike
        label[block[joins]] = groups[large][near[joins]]


def _groups(label: np.ndarray) -> list[list[int]]:
    return sorted(rows_by_label(label), key=lambda rows: (-len(rows), rows[0]))


def rows_by_label(label: np.ndarray) -> list[list[int]]:
    """For each label, ascending, its rows, ascending. `label`: (n,) integers from 0 on, n at least 1."""
    order = np.argsort(label, kind="stable")
    begins = np.flatnonzero(np.diff(label[order], prepend=-1))
    return [rows.tolist() for rows in np.split(order, begins[1:])]


def _evenly(n: int, most: int) -> np.ndarray:
    return np.arange(n) if n <= most else np.arange(most) * n // most


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Of length 1; a row that is all zeros stays so."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)
