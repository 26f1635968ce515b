"""Whether it learnt anything: questions held back from learning look for another wording of theirs.

A held-back question is right where the nearest of all that were learnt from means the same; and it should be nearer to
it than a question without an answer is to anything. It tells of text like that which was learnt; whether other text has
suffered, only other text can tell.
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
_MOST = 300  # questions held back of a source
_COMPARED = 5  # wordings of each meaning


class Mark(NamedTuple):
    """`found`: share of the questions that find their own meaning first. `told`: how often one of them, and one without
    an answer, are told apart by the best cosine (AUROC); None where none of the latter are known."""

    found: float
    told: float | None


@dataclass(frozen=True, slots=True)
class Exam:
    """`asked`: (question, its meaning) of each source, and `known`: likewise, among which it is looked for.
    `unanswerable`: questions that have no answer in any."""

    asked: Sequence[Sequence[tuple[str, int]]]
    known: Sequence[Sequence[tuple[str, int]]]
    unanswerable: Sequence[str] = ()

    def __len__(self) -> int:
        return sum(map(len, self.asked))

    def mark(self, encode: Encode) -> Mark:
        """Each source counts the same."""
        found, told = [], []
        vain = encode(self.unanswerable) if self.unanswerable else None
        for asked, known in zip(self.asked, self.known, strict=True):
            there = encode([text for text, _ in known]).T
            cosines = encode([text for text, _ in asked]) @ there
            meanings = np.array([meaning for _, meaning in known])[cosines.argmax(axis=1)]
            found.append((meanings == [meaning for _, meaning in asked]).mean())
            if vain is not None:
                best, others = cosines.max(axis=1)[:, None], (vain @ there).max(axis=1)
                told.append((best > others).mean() + (best == others).mean() / 2)
        return Mark(float(np.mean(found)), float(np.mean(told)) if told else None)


def held_back(sources: Sequence[Source], unanswerable: Sequence[str] = ()) -> tuple[list[Source], Exam | None]:
    """What is left to learn from, and an exam on the rest; none where no meaning has a wording to spare.

    The last wording of a meaning is held back, from every source and every meaning that has it.
    """
    asked: list[list[tuple[str, int]]] = []
    known: list[list[tuple[str, int]]] = []
    gone: set[str] = set()
    for source in sources:
        rich = [] if source.answers else [at for at, group in enumerate(source.questions) if len(group) >= _RICH]
        if rich:
            asked.append([(source.questions[at][-1], at) for at in evenly(rich, _MOST)])
            held = {match_key(text) for text, _ in asked[-1]}
            others = [[text for text in group if match_key(text) not in held] for group in source.questions]
            known.append([(text, at) for at, group in enumerate(others) for text in group[:_COMPARED]])
            gone |= held
    spared = [left for source in sources if len(left := source.without(gone)) >= FEWEST]
    return (spared, Exam(asked, known, unanswerable)) if asked and spared else (list(sources), None)
