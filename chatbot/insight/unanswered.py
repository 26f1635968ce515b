"""What visitors asked in vain, grouped by meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from chatbot.dialogue.served import Served
from chatbot.insight.clusters import clusters, rows_by_label
from chatbot.insight.journal_reader import Asked, Group, shown_texts
from chatbot.insight.trend import Trend

_READ = 8000  # different questions; encoding one takes some 4 ms of CPU time
_TOGETHER = 256  # that are encoded or ranked at a time


class Questions(NamedTuple):
    """Unanswered questions, oldest first, of this period and the one before."""

    asked: Sequence[Asked]  # n rows, each with its words
    texts: Sequence[str]  # m different ones
    vectors: np.ndarray  # (m, d) float32 of length 1
    text_of: np.ndarray  # (n,) which of `texts` each row has
    left_out: int  # older rows, whose words were not read

    @property
    def meanings(self) -> np.ndarray:
        """(n, d) the vector of each row."""
        return np.asarray(self.vectors[self.text_of])


@dataclass(frozen=True, slots=True)
class Topic:
    """Unanswered questions that mean the same."""

    trend: Trend  # in conversations
    questions: int  # in this period
    examples: tuple[str, ...]  # those that an editor may see
    nearest_id: str  # the entry whose wording is nearest to the middle of the questions
    nearest: str  # its question
    cosine: float  # of that wording and the middle, [-1, 1]
    nearest_is_gap: bool  # then its answer may be all that is missing


def read_questions(asked: Sequence[Asked], served: Served) -> Questions:
    """Of `_READ` different questions; where there are more, the latest are taken."""
    rows = [one for one in asked if one.question]
    numbers: dict[str, int] = {}
    first = len(rows)
    while first and (len(numbers) < _READ or rows[first - 1].question in numbers):
        first -= 1
        numbers.setdefault(rows[first].question or "", len(numbers))
    kept = rows[first:]
    texts = list(numbers)
    text_of = np.array([numbers[one.question or ""] for one in kept], np.int64)
    return Questions(kept, texts, meanings_of(texts, served), text_of, first)


def meanings_of(texts: Sequence[str], served: Served) -> np.ndarray:
    """(len(texts), d) float32 of length 1, as `served` encodes questions; in parts, so that memory is bounded."""
    asked_for = served.as_searched(texts)
    parts = [
        served.encoder.encode_queries(asked_for[begin : begin + _TOGETHER]) for begin in range(0, len(texts), _TOGETHER)
    ]
    return np.concatenate(parts) if parts else np.empty((0, served.build.vectors.dim), np.float32)


def topics_of(
    questions: Questions, served: Served, since: datetime, has_before: bool
) -> list[tuple[Topic, Sequence[int]]]:
    """The topics that were asked about since `since`, most conversations first, with the rows of each.

    `has_before`: whether the rows reach back through the whole period before.
    """
    if not questions.asked:
        return []
    build = served.build
    of_texts = clusters(questions.vectors, build.geometry.mean)
    label = np.empty(len(questions.texts), np.int64)
    for number, texts in enumerate(of_texts):
        label[texts] = number
    rows = rows_by_label(label[questions.text_of])
    shown = shown_texts(questions.asked, questions.meanings, rows, build.settings.journal_shown_from)
    nearest = _nearest(questions, rows, served)
    topics = [
        (_topic(questions.asked, group, near, since, has_before), group.rows)
        for group, near in zip(shown, nearest, strict=True)
    ]
    return sorted((one for one in topics if one[0].questions), key=lambda one: -one[0].trend.now)


class _Near(NamedTuple):
    entry_id: str
    question: str
    cosine: float
    is_gap: bool


def _topic(asked: Sequence[Asked], group: Group, near: _Near, since: datetime, has_before: bool) -> Topic:
    own = [asked[row] for row in group.rows]
    now = {one.conversation for one in own if one.time >= since}
    before = {one.conversation for one in own if one.time < since}
    questions = sum(one.time >= since for one in own)
    trend = Trend(len(now), len(before) if has_before else None)
    return Topic(trend, questions, tuple(group.texts), *near)


def _nearest(questions: Questions, groups: Sequence[Sequence[int]], served: Served) -> list[_Near]:
    """Of each group, the entry that the ranking puts first for the middle of its questions."""
    build = served.build
    middles = np.array([_middle(questions.meanings[list(rows)]) for rows in groups], np.float32)
    texts = ["" for _ in groups]  # by meaning alone
    found = []
    for begin in range(0, len(groups), _TOGETHER):
        end = begin + _TOGETHER
        for candidates in build.ranker.rank(middles[begin:end], texts[begin:end], 1):
            if candidates:
                entry = build.entries[candidates[0].entry]
                found.append(_Near(entry.id, entry.question, candidates[0].question_cosine, entry.is_gap))
            else:
                found.append(_Near("", "", 0.0, False))
    return found


def _middle(vectors: np.ndarray) -> np.ndarray:
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12))
