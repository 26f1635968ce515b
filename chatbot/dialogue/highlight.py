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
from chatbot.search.words import Lexicon

_SHORT = 25  # characters
_FEW = 2  # words with a meaning
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_DAY = {
    **{day: at for at, day in enumerate(_DAYS)},
    **{day[:3]: at for at, day in enumerate(_DAYS)},
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
# Whole names in any letters; short ones with a capital, as the sun is no day.
_NAMES = "|".join(f"(?i:{day}s?)" if day in _DAYS else day.title() for day in sorted(_DAY, key=len, reverse=True))
_FROM_TO = re.compile(rf"\b({_NAMES})\b\.?(?:\s*(?:to|until|till|through|[-\u2013\u2014])\s*\b({_NAMES})\b)?")
_WORKING_DAYS = re.compile(r"\b(?:week|working )days?\b", re.I)
_WEEKEND = re.compile(r"\bweekends?\b", re.I)
_EVERY_DAY = re.compile(r"\b(?:daily|every day|seven days|all week)\b", re.I)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Sentence(NamedTuple):
    text: str
    cosine: float  # with the question


def days_of(text: str) -> set[int]:
    """The days of the week that an English text speaks of, 0 for Monday; a range holds all that lie in it."""
    found: set[int] = set()
    for name in _FROM_TO.finditer(text):
        first = _day(name[1])
        last = _day(name[2]) if name[2] else first
        found.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    for pattern, days in ((_WORKING_DAYS, range(5)), (_WEEKEND, (5, 6)), (_EVERY_DAY, range(7))):
        if pattern.search(text):
            found.update(days)
    return found


def _day(name: str) -> int:
    small = name.casefold()
    return _DAY[small] if small in _DAY else _DAY[small.removesuffix("s")]


def answering_sentence(
    question: str, heading: str, nearness: float, sentences: Sequence[Sentence], lexicon: Lexicon
) -> int | None:
    """Which of `sentences` answers, or None. `heading`: the entry's question, and `nearness` its cosine with the one
    that was asked."""
    if len(sentences) < 2:
        return None
    said = parameters()["highlight"]
    evidence = evidence_of(question, heading, sentences, lexicon)
    scores = np.append(
        evidence @ np.array(said["weights"]),
        np.array(nothing_of(question, nearness, sentences, lexicon)) @ np.array(said["nothing"]),
    )
    odds = np.exp(scores - scores.max())
    best = int(np.argmax(scores[:-1]))
    return best if odds[best] >= said["from"] * odds.sum() else None


def evidence_of(question: str, heading: str, sentences: Sequence[Sentence], lexicon: Lexicon) -> np.ndarray:
    """(sentences, 9): what speaks for each."""
    asked = lexicon.content(question)
    new = {stem: word for stem, word in asked.items() if stem not in lexicon.stems(heading)}
    held = [lexicon.stems(sentence.text) for sentence in sentences]
    times = Counter(stem for stems in held for stem in stems)
    days, numbers = days_of(question), set(_NUMBER.findall(question))
    rows = []
    for at, (sentence, stems) in enumerate(zip(sentences, held, strict=True)):
        own = days_of(sentence.text)
        about = 0 if not days or not own else 1 if days <= own else -1
        rows.append(
            (
                sentence.cosine,
                lexicon.covered(new, stems),
                lexicon.covered(asked, stems),
                lexicon.covered(asked, {stem for stem in stems if times[stem] == 1}),
                about == 1,
                about == -1,
                not numbers.isdisjoint(_NUMBER.findall(sentence.text)),
                len(sentence.text) < _SHORT,
                at == 0,
            )
        )
    return np.array(rows, float)


def nothing_of(question: str, nearness: float, sentences: Sequence[Sentence], lexicon: Lexicon) -> tuple[float, ...]:
    """(5,): what speaks for marking nothing."""
    first, second = sorted((sentence.cosine for sentence in sentences), reverse=True)[:2]
    return 1.0, nearness, first - second, len(sentences) / 5, float(len(lexicon.content(question)) <= _FEW)
