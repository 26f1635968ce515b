"""What every build must be able to do: answer what its answers say, and not answer questions on anything.

A corpus may be unlike all that the constants were learnt on, with headings that repeat or answers that are much alike.
It gets a bot with the usual constants, instead of one that refuses everything.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from chatbot.content.render import plain_line
from chatbot.core.problem import Problem
from chatbot.core.types import Entry
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Judge, Ranked
from chatbot.search.calibration import Calibration, evenly
from chatbot.search.words import lexicon_of, words_of

_SENTENCES = 100  # of answers, asked
_MOSTLY = 0.5  # of them must be answered
_ENOUGH = 20  # words that tell a language
_ENGLISH = ("default", "base", "large")
_LOOKED_AT = 20  # candidates
_STRAY = 0.01  # of the questions on anything may be answered, as one may be on the topic after all
_HIGHEST = 0.7  # cut: an FAQ on anything at all may answer such questions rightly


def least_cut(off_topic: np.ndarray) -> float:
    """The probability from which on hardly any question on anything is answered. `off_topic`: (n,) theirs."""
    stray = int(_STRAY * len(off_topic))
    highest = np.sort(off_topic)[::-1]
    return min(float(highest[stray]) + 1e-6, _HIGHEST) if len(highest) > stray else 0.0


def refuses_itself(build: Build) -> bool:
    """Whether most sentences of its own answers, asked as they stand, get no answer."""
    rows = evenly(build.passages.rows_of("sentence").tolist(), _SENTENCES)
    if not rows:
        return False
    vectors = build.vectors.rows(rows)
    texts = [build.passages[row].text for row in rows]
    judge = Judge(build)
    ranked = build.ranker.rank(vectors, texts, _LOOKED_AT)
    statuses = [judge.weigh(Ranked(*one)).status for one in zip(texts, vectors, ranked, strict=True)]
    return statuses.count("answered") < _MOSTLY * len(statuses)


def usual(calibration: Calibration, cut: float) -> Calibration:
    """With nothing of this corpus but the trust in words. `cut`: that of the owner's policy."""
    return Calibration(calibration.trust, answered_from=cut)


def unread(encoder: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    """A warning where most words of the FAQ are unknown to the encoders that ship: these learnt English."""
    answered = [entry for entry in entries if not entry.is_gap] if encoder in _ENGLISH else []
    texts = [
        f"{answered[row].question} {plain_line(answered[row].answer)}"
        for row in evenly(range(len(answered)), _SENTENCES)
    ]
    words = {
        word for text in texts for word in words_of(text) if word.isalpha() and (len(word) > 2 or not word.isascii())
    }
    if len(words) < _ENOUGH:
        return
    english = lexicon_of("en")
    if sum(map(english.is_listed, words)) < _MOSTLY * len(words):
        message = (
            f'most of its words are not English, and the encoder "{encoder}" reads English alone: it will '
            "take strangers for each other; name a model that reads the language as `encoder` in bot.toml, and try it "
            "on questions of your own"
        )
        yield Problem(answered[0].file, 0, "unread-language", message, "warning")


def refusal(build: Build) -> Problem:
    message = (
        "as it was measured on this corpus, the bot would refuse most sentences of its own answers, so it goes by what "
        "is usual; look for headings that repeat, and for answers that are much alike"
    )
    return Problem(build.entries[0].file, 0, "would-refuse", message, "warning")
