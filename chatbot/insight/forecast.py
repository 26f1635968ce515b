"""What writing an entry would lift: a placeholder in the middle of each topic, replayed by the real ranking.

The placeholder is made of one half of the topic's questions, and the other half is asked; then the other way round. So
no question meets an entry that was made of it. All placeholders stand in the FAQ at the same time.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.core.types import Entry, Passage
from chatbot.dialogue.served import Served
from chatbot.indexing.build import Build
from chatbot.indexing.rehearsal import Share
from chatbot.insight.shadow import LARGEST, with_passages
from chatbot.insight.unanswered import Questions

_TOPICS = 10
_ASKED = 30  # different questions of each
_CONSIDERED = 20  # candidates


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of the different questions of a topic that were asked again."""

    taken: Share  # that the new entry would answer
    taken_wrongly: int  # questions of the other topics that it would answer, too


def forecasts(questions: Questions, topics: Sequence[Sequence[int]], served: Served) -> list[Forecast | None]:
    """For each of `topics`, rows of `questions`; None where it was not tried: for all but the first, for one of a
    single wording, and in a FAQ that is too large."""
    halves = [_halves(questions, rows) for rows in topics[:_TOPICS]]
    tried = [number for number, (one, other) in enumerate(halves) if one and other]
    found: list[Forecast | None] = [None] * len(topics)
    if not tried or len(served.build.passages) > LARGEST:
        return found
    taken = np.zeros(len(topics), int)
    wrongly = np.zeros(len(topics), int)
    for made_of, asked in ((0, 1), (1, 0)):
        shadow = _with_placeholders(served, questions, [halves[number][made_of] for number in tried])
        own = [(number, text) for number in tried for text in halves[number][asked]]
        winners = _winners(shadow, [questions.texts[text] for _, text in own], len(served.build.entries))
        for (number, _), winner in zip(own, winners, strict=True):
            if winner is not None:
                taken[number] += tried[winner] == number
                wrongly[tried[winner]] += tried[winner] != number
    for number in tried:
        of = sum(map(len, halves[number]))
        found[number] = Forecast(Share(int(taken[number]), of), int(wrongly[number]))
    return found


def _halves(questions: Questions, rows: Sequence[int]) -> tuple[list[int], list[int]]:
    texts = list(dict.fromkeys(questions.text_of[list(rows)].tolist()))[-_ASKED:]
    return texts[::2], texts[1::2]


def _winners(shadow: Served, texts: Sequence[str], own: int) -> list[int | None]:
    """Of each text, the number of the placeholder that would answer it; None where another entry or none would. `own`:
    how many entries come before the placeholders."""
    found: list[int | None] = []
    for ranked in shadow.find(texts, _CONSIDERED):
        weighed = shadow.judge.weigh(ranked)
        first = weighed.answerable[0].entry if weighed.status == "answered" else -1
        found.append(first - own if first >= own else None)
    return found


def _with_placeholders(served: Served, questions: Questions, topics: Sequence[Sequence[int]]) -> Served:
    """`served`, as if it had an entry in the middle of each of `topics`, numbers of texts."""
    build = served.build
    new, middles = [], []
    for number, texts in enumerate(topics):
        own = questions.vectors[list(texts)]
        middle = own.mean(axis=0)
        typical = questions.texts[texts[int((own @ middle).argmax())]]
        new.append(Entry(f"\0placeholder {number}", typical, f"{typical} \0{number}"))
        middles.append(middle / max(float(np.linalg.norm(middle)), 1e-12))
    return dataclasses.replace(served, build=_extended(build, new, np.array(middles, np.float32)))


def _extended(build: Build, new: Sequence[Entry], vectors: np.ndarray) -> Build:
    """`build` with more entries behind its own; question and answer of each have its row of `vectors`."""
    added = [
        passage
        for row, entry in enumerate(new, len(build.entries))
        for passage in (
            Passage(row, "question", entry.question),
            Passage(row, "question_answer", entry.question, 0, len(entry.answer)),
        )
    ]
    return with_passages(build, [*build.entries, *new], build.passages.finding, added, np.repeat(vectors, 2, axis=0))
