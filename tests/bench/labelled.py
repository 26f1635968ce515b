"""A labelled set, built once and ranked with any weights."""

import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.config import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import Build, answer_groups
from chatbot.indexing.builder import build
from chatbot.insight.evaluate import DEPTH, Query, read_queries
from chatbot.insight.metrics import Judged
from chatbot.search.calibration import Calibration, measure_typical
from chatbot.search.encoder import Encoder
from chatbot.search.ranking import Ranker, Weights
from chatbot.text import clean, one_line
from tests.bench.baselines import baselines

_BATCH = 512  # queries


class Prepared(NamedTuple):
    """A set as the program builds it, with what is asked of it."""

    build: Build
    asked: list[Query]
    vectors: np.ndarray  # (queries, d)
    simple: dict[str, list[Judged]]  # see `baselines`

    def ranker(self, weights: Weights) -> Ranker:
        build = self.build
        groups = answer_groups(build.entries)
        return Ranker(build.passages, build.index, build.lexical, groups, build.calibration.trust, weights)


class Measured(NamedTuple):
    """A set as it is ranked, before anything is decided."""

    judged: list[Judged]  # with the probability that ships
    features: np.ndarray  # (queries, features): what the probability is made of
    simple: dict[str, list[Judged]]  # see `baselines`


def prepare(entries: Path, queries: Path, encoder: Encoder) -> Prepared:
    """Builds the FAQ of `entries` as `evaluate` does."""
    asked = [Query(q.id, one_line(clean(q.text)), q.relevant) for q in read_queries(queries)]
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        build(entries, Path(scratch), BotSettings(), encoder)
        bot = Bot.open(Path(scratch), encoder)
    vectors = encoder.encode_queries([query.text for query in asked])
    return Prepared(bot.build, asked, vectors, baselines(bot.build.entries, asked, encoder))


def measure(found: Prepared, weights: Weights = Weights()) -> Measured:  # noqa: B008 - immutable
    """Asks it, as `evaluate` does where the weights are those that ship."""
    build, ranker = found.build, found.ranker(weights)
    calibration = Calibration(build.calibration.trust, measure_typical(build.entries, ranker))
    judged, features = [], []
    for begin in range(0, len(found.asked), _BATCH):
        batch = found.asked[begin : begin + _BATCH]
        vectors = found.vectors[begin : begin + _BATCH]
        ranked = ranker.rank(vectors, [query.text for query in batch], DEPTH)
        for query, candidates in zip(batch, ranked, strict=True):
            ids = [build.entries[candidate.entry].id for candidate in candidates]
            judged.append(Judged(query.id, query.relevant, ids, calibration.probability(candidates)))
            features.append(calibration.features(candidates))
    return Measured(judged, np.array(features), found.simple)
