"""A labelled set, built once and ranked with any weights."""

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.core.errors import ChatbotError
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.text import clean, match_key, one_line
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import Build
from chatbot.indexing.builder import build
from chatbot.indexing.off_topic import off_topic_questions
from chatbot.insight.evaluate import DEPTH, Query, judge, read_queries
from chatbot.insight.metrics import Judged
from chatbot.search.calibration import FEATURES, Calibration, evenly, measure_typical
from chatbot.search.ranking import Ranker, Weights
from tests.bench.baselines import baselines
from tests.bench.sets.tables import rows_of

_BATCH = 512  # queries
_OFF_TOPIC, _FEWEST = "off topic ", 20
_NONE = (0.0,) * len(FEATURES)


class Prepared(NamedTuple):
    """A set as the program builds it, with what is asked of it."""

    build: Build
    encoder: Encoder
    asked: list[Query]
    vectors: np.ndarray  # (queries, d)
    simple: dict[str, list[Judged]]  # see `baselines`

    @property
    def weights(self) -> Weights:
        """Those that ship for its encoder."""
        return Weights.shipped(self.build.fingerprint)

    def ranker(self, weights: Weights | None) -> Ranker:
        build = self.build
        weights = weights or self.weights
        return Ranker(build.geometry, build.vectors, build.engine, build.lexical, build.calibration.trust, weights)

    def served(self, weights: Weights | None) -> Served:
        """The bot with these weights, and with a probability that was adapted to nothing."""
        ranker = self.ranker(weights)
        build, fingerprint = self.build, self.build.fingerprint
        typical = measure_typical(build.entries, ranker, fingerprint)
        calibration = Calibration.shipped(fingerprint, trust=build.calibration.trust, typical=typical)
        build = dataclasses.replace(self.build, calibration=calibration)
        vars(build)["ranker"] = ranker  # in the place of its own, which it would make when it is asked for
        return Served(build, self.encoder)

    def with_off_topic(self) -> "Prepared":
        """With questions on anything, as many as it has that it does not answer: a few sets have none, which would
        teach nothing of them. For learning; nothing is judged by them."""
        count = max(sum(not query.relevant for query in self.asked), _FEWEST)
        texts = evenly(range(len(off_topic_questions())), count)
        more = [Query(f"{_OFF_TOPIC}{row}", off_topic_questions()[row], frozenset()) for row in texts]
        return self._replace(asked=[*self.asked, *more])


class Measured(NamedTuple):
    """A set as it is ranked, before anything is decided."""

    judged: list[Judged]  # with the probability that ships
    features: np.ndarray  # (queries, features): what the probability is made of
    may_answer: np.ndarray  # (queries,) bool: see `Weighed`
    simple: dict[str, list[Judged]]  # see `baselines`

    def own(self) -> "Measured":
        """Without the questions that `with_off_topic` added."""
        kept = np.array([not j.query.startswith(_OFF_TOPIC) for j in self.judged], bool)
        judged = [j for j, own in zip(self.judged, kept, strict=True) if own]
        return Measured(judged, self.features[kept], self.may_answer[kept], self.simple)


def prepare(entries: Path, queries: Path, encoder: Encoder, lang: str = "en") -> Prepared:
    """Builds the FAQ of `entries`, which is in `lang`, as `evaluate` does."""
    return _prepared(entries, BotSettings(lang=lang), read_queries(queries), encoder)


def prepare_page(folder: Path, encoder: Encoder) -> Prepared | None:
    """A page with its questions, as `tests/bench/pages.py` has them; None where it cannot be built.

    Questions whose entry was not read have an answer that nobody can find.
    """
    corpus = folder / "entries.jsonl" if (folder / "entries.jsonl").is_file() else folder / "corpus"
    rows = [row for row in rows_of(folder / "questions.tsv") if row["kind"] != "gap"]
    asked = [
        Query(f"{row['kind']}{at}", row["question"], frozenset(filter(None, row["expected"].split("|"))))
        for at, row in enumerate(rows)
    ]
    try:
        return _prepared(corpus, load_bot_settings(corpus) if corpus.is_dir() else BotSettings(), asked, encoder)
    except ChatbotError:
        return None


def _prepared(source: Path, settings: BotSettings, asked: Sequence[Query], encoder: Encoder) -> Prepared:
    """The right entries may be named by their id or their heading."""
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        build(source, Path(scratch), settings, encoder)
        bot = Bot.open(Path(scratch), encoder)
    ids = {match_key(entry.question): entry.id for entry in bot.build.entries}
    queries = [
        Query(q.id, one_line(clean(q.text)), frozenset(ids.get(match_key(name), name) for name in q.relevant))
        for q in asked
    ]
    vectors = encoder.encode_queries([query.text for query in queries])
    return Prepared(bot.build, encoder, queries, vectors, baselines(bot.build.entries, queries, encoder))


def measure(found: Prepared, weights: Weights | None = None) -> Measured:
    """Asks it, as `evaluate` does where the weights are those that ship."""
    served = found.served(weights)
    features, may_answer = [], []
    for begin in range(0, len(found.asked), _BATCH):
        batch = found.asked[begin : begin + _BATCH]
        for one in served.find([query.text for query in batch], DEPTH):
            weighed = served.judge.weigh(one)
            features.append(weighed.features or _NONE)
            may_answer.append(weighed.may_answer)
    judged = judge(Bot(served), found.asked)
    return Measured(judged, np.array(features), np.array(may_answer), found.simple)
