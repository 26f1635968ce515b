"""What answers at one moment: a build and the models that belong to it, which are only ever replaced together."""

import dataclasses
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from chatbot.content.render import strip_markup
from chatbot.core.errors import EncoderError, IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import apply_overrides
from chatbot.dialogue.remembered import Remembered
from chatbot.dialogue.suggest import Suggester
from chatbot.dialogue.visitor_language import Languages
from chatbot.encoding.models import AUTO
from chatbot.encoding.pool import EncoderPool
from chatbot.encoding.protocols import Encoder
from chatbot.encoding.sentence_transformers import Reranker, load_reranker
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.judging import Judge, Ranked
from chatbot.search.protocols import Condition
from chatbot.search.ranking import SAME, Candidate

_RERANKED = 10  # candidates that a cross-encoder reads


@dataclass(frozen=True)
class Served:
    """A build with its encoder, and the cross-encoder that orders the first ten again, where there is one."""

    build: Build
    encoder: Encoder
    reranker: Reranker | None = None

    def __post_init__(self) -> None:
        if self.build.fingerprint != self.encoder.fingerprint:
            raise IndexRefused(
                f"build {self.build.id} was made by another encoder ({self.build.fingerprint}, "
                f"not {self.encoder.fingerprint}); build the index again"
            )

    @classmethod
    def open(
        cls,
        index: Path,
        encoder: Encoder | None = None,
        build_id: str | None = None,
        pool: EncoderPool | None = None,
    ) -> "Served":
        """The published build, or `build_id` of those kept, with `encoder` where that made it, or else with its own,
        which may be one of `pool`.

        The environment may override what the build says of limits and encoder.
        """
        build = open_build(index, build_id)
        made, now = build.settings, apply_overrides(build.settings)
        if now.encoder == AUTO:  # by the environment: what the build chose
            now = dataclasses.replace(now, encoder=made.encoder)
        suits = encoder is not None and encoder.fingerprint == build.fingerprint
        if encoder is None or not suits or (encoder.export and not encoder.export.suits(now)):
            is_same = (made.encoder, made.backend) == (now.encoder, now.backend)
            if is_same:
                encoder = encoder_of(index, now, build.fingerprint, pool)
            else:
                encoder = _other_encoder(index, build, now, pool)
        return cls(dataclasses.replace(build, settings=now), encoder, load_reranker(now.reranker))

    @cached_property
    def remembered(self) -> Remembered:
        return Remembered()

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self.build)

    @cached_property
    def languages(self) -> Languages:
        return Languages(self.build.entries, self.build.settings.lang)

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.build)

    def as_searched(self, texts: Sequence[str]) -> list[str]:
        """What of each text is encoded."""
        # NFKC: full-width letters are letters
        return [self.build.frame.without(unicodedata.normalize("NFKC", text)) for text in texts]

    def find(
        self,
        texts: Sequence[str],
        top: int,
        allowed: np.ndarray | None = None,
        vectors: np.ndarray | None = None,
        condition: Condition | None = None,
    ) -> list[Ranked]:
        """The `top` best entries for each of `texts`, best first; gaps are among them.

        A text with spelling mistakes is also searched without them, and the likelier of the two wins. `allowed`:
        (entries,) bool, which of them may be ranked; all where it is None. `vectors`: (len(texts), d) of
        `as_searched(texts)`, where they are known. `condition`: what `allowed` says, in words.
        """
        typed = self.as_searched(texts)
        corrected = [self.build.speller.corrected(text) for text in typed]
        slips = [at for at, text in enumerate(typed) if corrected[at] != text]
        ranked = self._ranked([*typed, *(corrected[at] for at in slips)], top, allowed, vectors, condition)
        for at, other in zip(slips, ranked[len(typed) :], strict=True):
            if self.judge.is_free(ranked[at]):  # what forbids an answer is no spelling mistake
                ranked[at] = max(ranked[at], other, key=lambda one: self.judge.weigh(one).probability)
        return ranked[: len(typed)]

    def _ranked(
        self,
        texts: Sequence[str],
        top: int,
        allowed: np.ndarray | None,
        known: np.ndarray | None,
        condition: Condition | None,
    ) -> list[Ranked]:
        """`known`: the vectors of the first of `texts`."""
        if known is None:
            vectors = self.encoder.encode_queries(texts)
        elif more := texts[len(known) :]:
            vectors = np.concatenate((known, self.encoder.encode_queries(more)))
        else:
            vectors = known
        ranked = self.build.ranker.rank(vectors, texts, max(top, _RERANKED), allowed, condition=condition)
        if self.reranker:
            ranked = [self._reranked(self.reranker, *one) for one in zip(texts, ranked, strict=True)]
        listed = self.build.listed(vectors).tolist() if texts else []
        return [
            Ranked(text, vector, candidates[:top], near)
            for text, vector, candidates, near in zip(texts, vectors, ranked, listed, strict=True)
        ]

    def _reranked(self, reranker: Reranker, text: str, candidates: list[Candidate]) -> list[Candidate]:
        """The first `_RERANKED` in the order of the cross-encoder. A wording asked word for word stays first."""
        first, rest = candidates[:_RERANKED], candidates[_RERANKED:]
        if not first or first[0].question_cosine >= SAME:
            return candidates
        entries = [self.build.entries[candidate.entry] for candidate in first]
        scores = reranker.scores(text, [f"{entry.question} {strip_markup(entry.answer)}" for entry in entries])
        return [first[at] for at in np.argsort(-scores, kind="stable")] + rest


def _other_encoder(index: Path, build: Build, now: BotSettings, pool: EncoderPool | None) -> Encoder:
    """The encoder that the environment names in the place of the build's, which must give the same vectors."""
    made = build.settings
    other = (
        f"build {build.id} was made by another encoder: {made.encoder} in {made.backend}, and the environment "
        f"(CHATBOT_ENCODER, CHATBOT_BACKEND) names {now.encoder} in {now.backend}; unset it, or build the index again"
    )
    try:
        encoder = encoder_of(index, now, pool=pool)
    except EncoderError as error:
        raise EncoderError(f"{other} ({error})") from None
    if encoder.fingerprint != build.fingerprint:
        raise IndexRefused(other)
    return encoder
