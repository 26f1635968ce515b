"""What every build must be able to do: answer what its answers say, and not answer questions on anything.

A corpus may be unlike all that the constants were learnt on, with headings that repeat or answers that are much alike.
It gets a bot with the usual constants, instead of one that refuses everything.
"""

import numpy as np

from chatbot.core.problem import Problem
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Judge, Ranked
from chatbot.search.calibration import Calibration, evenly

_SENTENCES = 100  # of answers, asked
_MOSTLY = 0.5  # of them must be answered
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


def refusal(build: Build) -> Problem:
    message = (
        "as it was measured on this corpus, the bot would refuse most sentences of its own answers, so it goes by what "
        "is usual; look for headings that repeat, and for answers that are much alike"
    )
    return Problem(build.entries[0].file, 0, "would-refuse", message, "warning")
