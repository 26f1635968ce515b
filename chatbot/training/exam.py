"""Whether it learnt anything: questions held back from learning look for another wording of theirs.

A held-back question is right where the nearest of all that were learnt from means the same. It tells of text like that
which was learnt; whether other text has suffered, only other text can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.search.calibration import evenly
from chatbot.training.batches import Encode
from chatbot.training.material import Source

_FEWEST = 3  # wordings of a meaning that can spare one
_MOST = 300  # questions held back of a source
_COMPARED = 5  # wordings of each meaning


@dataclass(frozen=True, slots=True)
class Exam:
    """`asked`: (question, its meaning) of each source, and `known`: likewise, among which it is looked for."""

    asked: Sequence[Sequence[tuple[str, int]]]
    known: Sequence[Sequence[tuple[str, int]]]

    def __len__(self) -> int:
        return sum(map(len, self.asked))

    def mark(self, encode: Encode) -> float:
        """Share of the questions that find their own meaning first, each source counting the same."""
        marks = []
        for asked, known in zip(self.asked, self.known, strict=True):
            cosines = encode([text for text, _ in asked]) @ encode([text for text, _ in known]).T
            found = np.array([meaning for _, meaning in known])[cosines.argmax(axis=1)]
            marks.append(float((found == [meaning for _, meaning in asked]).mean()))
        return float(np.mean(marks))


def held_back(sources: Sequence[Source]) -> tuple[list[Source], Exam | None]:
    """What is left to learn from, and an exam on the rest; none where no meaning has a wording to spare.

    The last wording of a meaning is held back, from every source that has it.
    """
    asked: list[list[tuple[str, int]]] = []
    known: list[list[tuple[str, int]]] = []
    for source in sources:
        rich = [] if source.answers else [at for at, group in enumerate(source.questions) if len(group) >= _FEWEST]
        if rich:
            asked.append([(source.questions[at][-1], at) for at in evenly(rich, _MOST)])
            held = {text for text, _ in asked[-1]}
            known.append(
                [
                    (text, at)
                    for at, group in enumerate(source.questions)
                    for text in [text for text in group if text not in held][:_COMPARED]
                ]
            )
    gone = {text for part in asked for text, _ in part}
    return [_without(source, gone) for source in sources], Exam(asked, known) if asked else None


def _without(source: Source, gone: set[str]) -> Source:
    questions = [tuple(text for text in group if text not in gone) for group in source.questions]
    kept = [at for at, group in enumerate(questions) if group]
    answers = tuple(source.answers[at] for at in kept) if source.answers else ()
    return Source(source.name, tuple(questions[at] for at in kept), answers)
