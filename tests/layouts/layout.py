"""What a layout is, and how most of them are filled in."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from random import Random

from tests.furniture import Furniture
from tests.layouts.bank import Pair

# Pairs, what stands around them, chance, and the numbers of the pairs that are written wrong.
Write = Callable[[Sequence[Pair], Furniture, Random, AbstractSet[int]], tuple[str, bytes]]
Say = Callable[[Pair], dict[str, str]]


@dataclass(frozen=True)
class Layout:
    """A way to write an FAQ.

    `broken`: what is wrong where it is written wrong, so that a question cannot be told as the others are.
    """

    write: Write
    broken: str
    statements: bool = False  # holds questions that do not ask, since it says what is one
    code: bool = True
    blocks: bool = True  # tells lists from paragraphs


def filled(template: str, pairs: Sequence[Pair], wrong: str, numbers: AbstractSet[int], say: Say) -> list[str]:
    """`template` for each pair, or `wrong` for those in `numbers`; {n} is its number, from 1 on."""
    found = []
    for at, pair in enumerate(pairs):
        text = (wrong if at in numbers else template).replace("{n}", str(at + 1))
        for name, value in say(pair).items():
            text = text.replace("{" + name + "}", value)
        found.append(text)
    return found
