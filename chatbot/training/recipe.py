"""The numbers that a training run goes by; with the same ones, and the same texts, it gives the same adapter."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The defaults are those of the adapter that ships, except for its seed, 1; docs/training-log.md has the trials."""

    steps: int = 100
    seed: int = 0
    rank: int = 16  # of the change of each weight matrix; 16 makes 1.3 MB of MiniLM
    rate: float = 2e-4  # of learning, at its highest: it rises over `warm_up` steps and falls to nothing at the end
    warm_up: int = 40  # steps
    pairs: int = 64  # texts and their like in a step; each is to find its own among them all
    temperature: float = 0.05  # the smaller, the more the nearest wrong ones count
    # Share of the steps in which all texts are put on one topic, so that a common topic tells nothing: a FAQ on one
    # topic is the usual case, and the hard one. The texts of the distillation get one as often, drawn separately.
    on_topic: float = 0.5
    rivals: float = 0.0  # share of the steps whose texts are near each other, with other meanings
    distilled: int = 64  # texts in a step whose cosines with each other should be those of the teacher
    teaching: float = 0.5  # weight of that loss
    sharpness: float = 0.08  # the smaller, the more the nearest count in that
    trust: float = 0.7  # in the teacher's cosines; the rest is those of the encoder that it starts from
    strength: float = 1.0  # share of the change that is kept: below 1, the average with the start
    max_tokens: int = 64  # of a text while learning; most questions have 15


OWN = Recipe(rivals=0.5)  # of a corpus: what is hard there are its own neighbours
