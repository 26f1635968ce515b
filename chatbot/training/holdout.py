"""Whether training helped: questions held out of it must find another wording of the same meaning.

A held-out question is right if the nearest of all training questions has the same meaning. It should also be nearer to
it than a question without an answer is to any. This measures text like the training text only; other text may have got
worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chatbot.core.text import match_key
from chatbot.search.calibration import evenly
from chatbot.training.batches import Encode
from chatbot.training.material import FEWEST, Source

_RICH = 3  # wordings of a meaning that can spare one
_MOST = 300  # questions held out of a source
_COMPARED = 5  # wordings of each meaning


class HoldoutScores(NamedTuple):
    """`success_at_1`: share of the questions that find their own meaning first. `auroc`: how often the best cosine of
    such a question is higher than that of a question without an answer; None where none of the latter is known."""

    success_at_1: float
    auroc: float | None


@dataclass(frozen=True, slots=True)
class Holdout:
    """`asked`: (question, its meaning) of each source. `known`: the same for the questions that are searched.
    `unanswerable`: questions that have no answer in any source."""

    asked: Sequence[Sequence[tuple[str, int]]]
    known: Sequence[Sequence[tuple[str, int]]]
    unanswerable: Sequence[str] = ()

    def __len__(self) -> int:
        return sum(map(len, self.asked))

    def scores(self, encode: Encode) -> HoldoutScores:
        """Each source counts the same."""
        success, auroc = [], []
        vain = encode(self.unanswerable) if self.unanswerable else None
        for asked, known in zip(self.asked, self.known, strict=True):
            there = encode([text for text, _ in known]).T
            cosines = encode([text for text, _ in asked]) @ there
            meanings = np.array([meaning for _, meaning in known])[cosines.argmax(axis=1)]
            success.append((meanings == [meaning for _, meaning in asked]).mean())
            if vain is not None:
                best, others = cosines.max(axis=1)[:, None], (vain @ there).max(axis=1)
                auroc.append((best > others).mean() + (best == others).mean() / 2)
        return HoldoutScores(float(np.mean(success)), float(np.mean(auroc)) if auroc else None)


def hold_out(sources: Sequence[Source], unanswerable: Sequence[str] = ()) -> tuple[list[Source], Holdout | None]:
    """What is left to train on, and the holdout; None where no meaning has a wording to spare.

    The last wording of a meaning is held out, from every source and every meaning that has it.
    """
    asked: list[list[tuple[str, int]]] = []
    known: list[list[tuple[str, int]]] = []
    gone: set[str] = set()
    for source in sources:
        rich = [] if source.answers else [at for at, group in enumerate(source.questions) if len(group) >= _RICH]
        if rich:
            asked.append([(source.questions[at][-1], at) for at in evenly(rich, _MOST)])
            held_out = {match_key(text) for text, _ in asked[-1]}
            others = [[text for text in group if match_key(text) not in held_out] for group in source.questions]
            known.append([(text, at) for at, group in enumerate(others) for text in group[:_COMPARED]])
            gone |= held_out
    spared = [left for source in sources if len(left := source.without(gone)) >= FEWEST]
    return (spared, Holdout(asked, known, unanswerable)) if asked and spared else (list(sources), None)
