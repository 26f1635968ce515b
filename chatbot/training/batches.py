"""What is learnt in a step. Each step's batch follows from the seed and its number alone, so that a run can resume."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from chatbot.core.text import match_key
from chatbot.training.material import Source
from chatbot.training.recipe import Recipe
from chatbot.training.topics import ending, named, put_on

# (n, d) vectors of length 1 of texts, by the encoder that is started from.
Encode = Callable[[Sequence[str]], np.ndarray]


class Pairs(NamedTuple):
    """Row i of both means the same, every other row something else."""

    texts: list[str]  # questions
    likes: list[str]  # other questions, or answers


class Distilled(NamedTuple):
    """The same questions twice: how the teacher hears them, and how the student does."""

    plain: list[str]
    shown: list[str]


class Batches:
    """Draws from every source in turn."""

    def __init__(self, sources: Sequence[Source], recipe: Recipe, encode: Encode) -> None:
        """`encode` is asked only where the recipe wants rivals."""
        self._sources = sources
        self._recipe = recipe
        self._named = named(text for source in sources for text in source.texts)
        self._near = [_near(source, recipe.pairs, encode) if recipe.rivals else None for source in sources]

    def pairs(self, step: int) -> Pairs:
        """For the step of that number."""
        rng = np.random.default_rng([self._recipe.seed, step])
        at = step % len(self._sources)
        source = self._sources[at]
        order = rng.permutation(len(source))
        near = self._near[at]
        if near is not None and rng.random() < self._recipe.rivals:
            order = np.concatenate([near[order[0]], order])
        drawn = _drawn(source, order, self._recipe.pairs, rng)
        if topic := self._topic(rng):
            return Pairs(put_on(topic, drawn.texts, rng), put_on(topic, drawn.likes, rng))
        return drawn

    def distilled(self, step: int) -> Distilled:
        """Questions of all sources, whose cosines with each other the teacher tells. Where the student hears them on a
        topic, it learns that the topic they have in common changes nothing between them."""
        rng = np.random.default_rng([self._recipe.seed, step, 1])
        plain = [self._question(rng) for _ in range(self._recipe.distilled)]
        if topic := self._topic(rng):
            return Distilled(plain, put_on(topic, plain, rng))
        return Distilled(plain, plain)

    def _topic(self, rng: np.random.Generator) -> str:
        """What the step is put on, if anything: a name as good as the last words of any question, as names are apt,
        and the words many."""
        if rng.random() >= self._recipe.on_topic:
            return ""
        if self._named and rng.random() < 0.5:
            return self._named[rng.integers(len(self._named))]
        return ending(self._question(rng))

    def _question(self, rng: np.random.Generator) -> str:
        source = self._sources[int(rng.integers(len(self._sources)))]
        group = source.questions[int(rng.integers(len(source)))]
        return group[int(rng.integers(len(group)))]


def _drawn(source: Source, order: np.ndarray, count: int, rng: np.random.Generator) -> Pairs:
    """Of the first `count` meanings in that order whose questions no other of them asks as well."""
    pairs = Pairs([], [])
    seen: set[str] = set()
    for meaning in order:
        group = source.questions[meaning]
        if source.answers:
            text, like = group[rng.integers(len(group))], source.answers[meaning]
        else:
            text, like = (group[row] for row in rng.permutation(len(group))[:2])
        keys = {match_key(text), match_key(like)}
        if not keys & seen:
            seen |= keys
            pairs.texts.append(text)
            pairs.likes.append(like)
        if len(pairs.texts) == count:
            break
    return pairs


def _near(source: Source, count: int, encode: Encode) -> np.ndarray:
    """(meanings, count // 2): to each meaning itself and those whose first questions are nearest."""
    vectors = encode([group[0] for group in source.questions])
    blocks = np.array_split(vectors, len(vectors) // 1000 + 1)
    return np.concatenate([np.argsort(-(block @ vectors.T), axis=1)[:, : count // 2] for block in blocks])
