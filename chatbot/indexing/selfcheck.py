"""What a build must be able to do whatever was measured on its corpus: answer what its own answers say, let questions
on anything be, and obey the owner. A corpus may be unlike all that the constants were learnt on, with headings that
repeat or answers that are much alike; it gets a bot that is usual rather than one that refuses everything.
"""

from collections.abc import Iterator

import numpy as np

from chatbot.config import SETTINGS_FILE
from chatbot.content.ledger import Problem
from chatbot.indexing.build import Build
from chatbot.indexing.judging import Judge, Ranked
from chatbot.search.calibration import Calibration, evenly

_SENTENCES = 100  # of answers, asked
_MOSTLY = 0.5  # of them must be answered
_LOOKED_AT = 20  # candidates
_STRAY = 0.02  # of the questions on anything may be answered, as a few may be on the topic after all
_HIGHEST = 0.8  # cut: an FAQ on anything at all may answer such questions rightly


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
    vectors = build.index.vectors(rows)
    texts = [build.passages[row].text for row in rows]
    judge = Judge(build)
    found = build.ranker.rank(vectors, texts, _LOOKED_AT)
    statuses = [judge.weigh(Ranked(*one)).status for one in zip(texts, vectors, found, strict=True)]
    return statuses.count("answered") < _MOSTLY * len(statuses)


def usual(calibration: Calibration, cut: float) -> Calibration:
    """With nothing of this corpus but the trust in words. `cut`: that of the owner's policy."""
    return Calibration(calibration.trust, answered_from=cut)


def refusal(build: Build) -> Problem:
    message = (
        "measured on its own headings, this corpus would have the bot refuse most of what its answers say, so the bot "
        "goes by what is usual; look for headings that repeat, and for answers that are much alike"
    )
    return Problem(build.entries[0].file, 0, "would-refuse", message, "warning")


def still_answered(build: Build) -> Iterator[Problem]:
    """The questions of `unanswerable` that are answered all the same, since an entry asks them, too."""
    questions = build.settings.unanswerable
    if not questions:
        return
    vectors = np.array([build.rehearsed[question] for question in questions], np.float32)
    judge = Judge(build)
    ranked = build.ranker.rank(vectors, questions, _LOOKED_AT)
    listed = build.listed(vectors).tolist()
    for one in map(Ranked, questions, vectors, ranked, listed):
        weighed = judge.weigh(one)
        if weighed.status == "answered":
            entry = build.entries[weighed.answerable[0].entry]
            message = (
                f'"{one.text}" is listed as unanswerable, and "{entry.id}" ({entry.file}:{entry.line}) asks it, too; '
                "take it out of the list, or out of the entry"
            )
            yield Problem(SETTINGS_FILE, 0, "answered-unanswerable", message, "warning")
