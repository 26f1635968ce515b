"""Pairs of entries that are taken for each other: by visitors, who picked the other one, and by the search."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.dialogue.served import Served
from chatbot.indexing.groups import answer_groups
from chatbot.insight.usage import Picks
from chatbot.search.calibration import evenly

_COMPARED = 2000  # entries, evenly taken from all where there are more
_TRIED = 50  # pairs that are nearest to each other in meaning


@dataclass(frozen=True, slots=True)
class RivalPair:
    """`picks`: how often a visitor picked one of the two although the other came first. `probability`: with which one
    would be taken for the answer to the other's own question, if that entry was not there; the larger of both ways."""

    first_id: str
    first: str  # its question
    second_id: str
    second: str
    picks: int
    probability: float


def rival_pairs(picks: Picks, served: Served) -> list[RivalPair]:
    """Those that visitors or the search take for each other, the most picked first."""
    build = served.build
    picked: Counter[tuple[int, int]] = Counter()
    for one in picks.contrary:
        first, second = build.row_of.get(one.first_id), build.row_of.get(one.picked_id)
        if first is not None and second is not None:
            picked[min(first, second), max(first, second)] += one.times
    found = []
    for pair in dict.fromkeys((*picked, *_nearest(served))):
        probability = max(_taken_for(*pair, served), _taken_for(*pair[::-1], served))
        if pair in picked or probability >= build.calibration.unsure_from:
            mine, theirs = (build.entries[row] for row in pair)
            found.append(RivalPair(mine.id, mine.question, theirs.id, theirs.question, picked[pair], probability))
    return sorted(found, key=lambda pair: (-pair.picks, -pair.probability, pair.first_id, pair.second_id))


def numbers_of(pairs: Sequence[RivalPair]) -> Mapping[str, int]:
    """Id of each entry -> its number in the picture, in the order of the list."""
    ids = dict.fromkeys(name for pair in pairs for name in (pair.first_id, pair.second_id))
    return {name: number for number, name in enumerate(ids, 1)}


def _nearest(served: Served) -> list[tuple[int, int]]:
    """Pairs of rows whose own questions are nearest, of entries with different answers."""
    build = served.build
    rows = np.array(evenly([row for row, entry in enumerate(build.entries) if not entry.is_gap], _COMPARED), dtype=int)
    if len(rows) < 2:
        return []
    vectors = build.ranker.question_vectors(rows.tolist())
    groups = np.array(answer_groups(build.entries))[rows]
    at, other = np.triu_indices(len(rows), 1)
    cosines = (vectors @ vectors.T)[at, other]
    cosines[groups[at] == groups[other]] = -np.inf
    first = np.argsort(-cosines, kind="stable")[:_TRIED]
    return [(int(rows[at[n]]), int(rows[other[n]])) for n in first if np.isfinite(cosines[n])]


def _taken_for(row: int, other: int, served: Served) -> float:
    """The probability of entry `other` for the question of entry `row`, where that is missing; 0 if it is not first."""
    allowed = np.ones(len(served.build.entries), dtype=bool)
    allowed[row] = False
    [ranked] = served.find([served.build.entries[row].question], 1, allowed)
    weighed = served.judge.weigh(ranked)
    is_first = bool(weighed.answerable) and weighed.answerable[0].entry == other and weighed.conflict is None
    return weighed.probability if is_first else 0.0
