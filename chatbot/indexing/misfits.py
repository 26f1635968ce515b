"""Warnings of a build that was tried: its encoder or its entries are unlike what the program was made for."""

from collections.abc import Iterator

import numpy as np

from chatbot.core.errors import EncoderError
from chatbot.core.problem import Problem
from chatbot.core.text import match_key
from chatbot.encoding.models import AUTO, find_model
from chatbot.indexing.build import Build
from chatbot.indexing.rehearsal import Share
from chatbot.search.calibration import evenly
from chatbot.search.parameters import has_own_parameters

_QUESTIONS = 400  # of the FAQ, compared with each other
_ONE_VECTOR = 0.9995  # cosine; a word more or less makes it lower
_FEWEST, _MANY = 4, 0.1  # of the questions, and share of them, that are taken for others
_STRAY, _STRAYS = 0.05, 3  # of the questions on anything that would be answered: share of them, and how many at least


def misfits(build: Build, off_topic: Share | None) -> Iterator[Problem]:
    """`off_topic`: of the questions on anything, those that would be answered."""
    yield from _confused(build)
    entry, name = build.entries[0], build.settings.encoder
    if not _has_constants(build):
        message = (
            f'nothing was learnt for the encoder "{name}": what decides on an answer was learnt for the one that '
            "ships, and drawn to what was measured on this corpus; try it with `evaluate` on questions of your own"
        )
        yield Problem(entry.file, entry.line, "no-constants", message, "warning")
    if off_topic and off_topic.count >= max(_STRAY * off_topic.of, _STRAYS):
        message = (
            f"of {off_topic.of} questions on anything {off_topic.count} would be answered; an entry that stands alone "
            "in its language, or says next to nothing, draws them: write more in that language, or leave it out"
        )
        yield Problem(entry.file, entry.line, "answers-anything", message, "warning")


def _has_constants(build: Build) -> bool:
    name = build.settings.encoder
    if name == "hashing" or has_own_parameters(build.fingerprint):
        return True
    try:
        return not find_model(name).may_be_centred
    except EncoderError:  # it is not here, so an earlier build has told
        return True


def _confused(build: Build) -> Iterator[Problem]:
    """A warning where the encoder gives different questions one vector: it cannot read their language."""
    rows = evenly(build.passages.rows_of("question").tolist(), _QUESTIONS)
    vectors = build.vectors.rows(rows)
    texts = [build.passages[row].text for row in rows]
    alike = np.triu(vectors @ vectors.T >= _ONE_VECTOR, 1)
    pairs = zip(*np.nonzero(alike), strict=True)
    mixed_up = [(one, two) for one, two in pairs if match_key(texts[one]) != match_key(texts[two])]
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
