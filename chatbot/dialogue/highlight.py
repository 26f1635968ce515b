"""Which sentence of an answer answers the question, if any does by itself.

Nearness alone marks the wrong line of a table of opening hours. So each sentence is also asked how much of the question
it covers that the entry's own question does not say already, how much of it no other sentence covers, and whether it
speaks of the days and numbers that were asked for. What speaks for marking nothing competes with the sentences: where
the entry's own question is asked, or where no sentence stands out, the whole answer is the answer. The weights are a
softmax learnt by `python -m tests.bench.highlights --learn`, but for those of days, which few questions ask for.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from chatbot.search.parameters import parameters
from chatbot.search.spans import days_of, months_of
from chatbot.search.words import Lexicon

_SHORT = 25  # characters
_FEW = 2  # words with a meaning
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Sentence(NamedTuple):
    text: str
    cosine: float  # with the question


def answering_sentence(
    question: str, heading: str, nearness: float, sentences: Sequence[Sentence], lexicon: Lexicon
) -> int | None:
    """Which of `sentences` answers, or None. `heading`: the entry's question, and `nearness` its cosine with the one
    that was asked."""
    if len(sentences) < 2:
        return None
    learnt = parameters()["highlight"]
    evidence = evidence_of(question, heading, sentences, lexicon)
    scores = np.append(
        evidence @ np.array(learnt["weights"]),
        np.array(nothing_of(question, nearness, sentences, lexicon)) @ np.array(learnt["nothing"]),
    )
    odds = np.exp(scores - scores.max())
    best = int(np.argmax(scores[:-1]))
    return best if odds[best] >= learnt["from"] * odds.sum() else None


def evidence_of(question: str, heading: str, sentences: Sequence[Sentence], lexicon: Lexicon) -> np.ndarray:
    """(sentences, 9): what speaks for each."""
    asked = lexicon.content(question)
    new = {stem: word for stem, word in asked.items() if stem not in lexicon.stems(heading)}
    stems_of_each = [lexicon.stems(sentence.text) for sentence in sentences]
    often = Counter(stem for stems in stems_of_each for stem in stems)
    numbers = set(_NUMBER.findall(question))
    rows = []
    for at, (sentence, stems) in enumerate(zip(sentences, stems_of_each, strict=True)):
        times = _times_of(question, sentence.text)
        rows.append(
            (
                sentence.cosine,
                lexicon.covered(new, stems),
                lexicon.covered(asked, stems),
                lexicon.covered(asked, {stem for stem in stems if often[stem] == 1}),
                times == 1,
                times == -1,
                not numbers.isdisjoint(_NUMBER.findall(sentence.text)),
                len(sentence.text) < _SHORT,
                at == 0,
            )
        )
    return np.array(rows, float)


def _times_of(question: str, sentence: str) -> int:
    """1 where the sentence speaks of the days and months that were asked for, -1 of others, 0 where one of the two
    speaks of none."""
    pairs = ((spoken_of(question), spoken_of(sentence)) for spoken_of in (days_of, months_of))
    stems_of_each = [asked <= own for asked, own in pairs if asked and own]
    return 0 if not stems_of_each else 1 if all(stems_of_each) else -1


def nothing_of(question: str, nearness: float, sentences: Sequence[Sentence], lexicon: Lexicon) -> tuple[float, ...]:
    """(5,): what speaks for marking nothing."""
    first, second = sorted((sentence.cosine for sentence in sentences), reverse=True)[:2]
    return 1.0, nearness, first - second, len(sentences) / 5, float(len(lexicon.content(question)) <= _FEW)
