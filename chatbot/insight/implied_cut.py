"""The cut that visitors imply: from which probability on to answer, so that most of what they judged is right.

Only what visitors judged is known, and they do not judge at random: the interval tells of chance, not of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.insight.intervals import middle, resamples
from chatbot.insight.journal_reader import Asked, Picked, Rated
from chatbot.insight.metrics import Judged

ENOUGH = 50  # judged replies
_OTHER = "\0other"  # the entry that would have been right, where nobody said which
_MOST = 5000  # judged replies, the latest


@dataclass(frozen=True, slots=True)
class ImpliedCut:
    judged: int
    right: int  # of them, those whose first entry was right
    cut: float | None  # None with fewer than `ENOUGH`, or where all are of one kind
    low: float | None  # 95 % bootstrap interval
    high: float | None
    assumed: float  # from which probability on the build answers


def judged_of(asked: Sequence[Asked], picked: Sequence[Picked], rated: Sequence[Rated]) -> list[Judged]:
    """Replies of which a visitor told whether their first entry was right, by a thumb or a pick; a thumb counts more.

    A reply whose entry was shown by small talk or as a gap tells nothing of the probability.
    """
    said: dict[str, tuple[str, bool]] = {}
    first = {one.reply_id: one for one in asked if one.status in ("answered", "unsure", "unknown") and one.entry_id}
    for pick in picked:
        if pick.after in first:
            said[pick.after] = pick.entry_id, first[pick.after].entry_id == pick.entry_id
    for one in rated:
        if one.reply_id in first:
            said[one.reply_id] = first[one.reply_id].entry_id, one.verdict == "up"
    latest = list(said.items())[-_MOST:]
    return [
        Judged(
            reply,
            frozenset({first[reply].entry_id if is_right else _OTHER}),
            [first[reply].entry_id],
            first[reply].probability,
        )
        for reply, (_, is_right) in latest
    ]


def implied_cut(judged: Sequence[Judged], assumed: float) -> ImpliedCut:
    """`assumed`: from which probability on the build answers."""
    right = np.array([one.right_first for one in judged], bool)
    if len(judged) < ENOUGH or right.all() or not right.any():
        return ImpliedCut(len(judged), int(right.sum()), None, None, None, assumed)
    probability = np.array([one.probability for one in judged])
    [cut] = _best(probability, right, np.ones((1, len(judged))))
    drawn = np.concatenate([_best(probability, right, counts) for counts in resamples(len(judged))])
    low, high = middle(drawn) or (None, None)
    return ImpliedCut(len(judged), int(right.sum()), float(cut), low, high, assumed)


def _best(probability: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(m,) the cut that handles most rightly: answers what was right and refuses the rest. Of several equally good
    ones, the middle. `counts`: (m, n) how often each of n judged replies counts."""
    order = np.argsort(probability, kind="stable")
    values, firsts = np.unique(probability[order], return_index=True)
    gain = counts[:, order] * np.where(right[order], -1.0, 1.0)  # of refusing it
    refused = np.cumsum(np.add.reduceat(gain, firsts, axis=1), axis=1)
    refused = np.column_stack((np.zeros(len(counts)), refused))  # (m, v + 1): refuse the lowest 0, 1, ... values
    edges = np.concatenate(([0.0], values, [1.0]))
    cuts = (edges[:-1] + edges[1:]) / 2
    is_best = refused >= refused.max(axis=1, keepdims=True) - 1e-9
    return np.asarray((is_best * cuts).sum(axis=1) / is_best.sum(axis=1))
