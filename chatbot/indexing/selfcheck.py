"""What every build must be able to do: answer what its answers say, and not answer questions on anything.

A corpus may be unlike all that the constants were learnt on, with headings that repeat or answers that are much alike.
It gets a bot with the usual constants, instead of one that refuses everything.
"""

from collections.abc import Iterator

import numpy as np

from chatbot.core.problem import Problem
from chatbot.core.text import match_key
from chatbot.encoding.models import AUTO
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Judge, Ranked
from chatbot.search.calibration import Calibration, evenly

_SENTENCES = 100  # of answers, asked
_MOSTLY = 0.5  # of them must be answered
_QUESTIONS = 400  # of the FAQ, compared with each other
_ONE_VECTOR = 0.9995  # cosine; a word more or less makes it lower
_FEWEST, _MANY = 4, 0.1  # of the questions, and share of them, that are taken for others
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


def usual(calibration: Calibration, cut: float, fingerprint: str) -> Calibration:
    """With nothing of this corpus but the trust in words. `cut`: that of the owner's policy; `fingerprint`: of the
    encoder."""
    return Calibration.shipped(fingerprint, trust=calibration.trust, answered_from=cut)


def confused(build: Build) -> Iterator[Problem]:
    """A warning where the encoder gives different questions one vector: it cannot read their language."""
    rows = evenly(build.passages.rows_of("question").tolist(), _QUESTIONS)
    vectors = build.vectors.rows(rows)
    texts = [build.passages[row].text for row in rows]
    alike = np.triu(vectors @ vectors.T >= _ONE_VECTOR, 1)
    pairs = zip(*np.nonzero(alike), strict=True)
    mixed_up = [(one, two) for one, two in pairs if not _says_the_same(texts[one], texts[two])]
    if len({at for pair in mixed_up for at in pair}) < max(_FEWEST, _MANY * len(rows)):
        return
    one, two = mixed_up[0]
    entry = build.entries[int(build.passages.entry[rows[one]])]
    message = (
        f'the encoder "{build.settings.encoder}" takes different questions for one and the same, such as '
        f'"{texts[one]}" and "{texts[two]}": it cannot read their language; write encoder = "{AUTO}" in bot.toml, or '
        "name a model that can"
    )
    yield Problem(entry.file, entry.line, "unread-language", message, "warning")


def _says_the_same(one: str, two: str) -> bool:
    return match_key(one) == match_key(two)


def refusal(build: Build) -> Problem:
    message = (
        "as it was measured on this corpus, the bot would refuse most sentences of its own answers, so it goes by what "
        "is usual; look for headings that repeat, and for answers that are much alike"
    )
    return Problem(build.entries[0].file, 0, "would-refuse", message, "warning")
