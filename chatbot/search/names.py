"""The names that a corpus writes: of towns, people and products, and the one that is its own."""

import re
from collections import defaultdict
from collections.abc import Set
from typing import NamedTuple

NAME = re.compile(r"(?<=[\w,;)]\s)[A-Z][a-z]{2,}")  # a capital within a sentence
# A word in small letters; not as a part of an address or of a file's name.
_SMALL = re.compile(r"(?<![\w./@:-])[a-z]{3,}(?![\w/@-]|\.\w)")
_FEWEST, _SHARE = 3, 0.2  # texts that write a name, so that it may be the corpus's own
_TOGETHER = 0.8  # of the texts that write one of two words of a name write the other
_RIVAL = 0.5  # of as many texts: another name that is in so many is as important


class Names(NamedTuple):
    """Words, in small letters."""

    every: frozenset[str]  # written with a capital within a sentence, and nowhere without
    own: frozenset[str]  # of the name that the corpus speaks of throughout, as that of the product or the shop


def names_of(texts: list[str]) -> Names:
    """Every entry is about the corpus's own name, whether it mentions it or not. Where several names are equally
    frequent, such as those of two towns, the corpus has no name of its own."""
    texts_of = _texts_by_name(texts)
    if not texts_of:
        return Names(frozenset(), frozenset())
    top = max(texts_of, key=lambda name: (len(texts_of[name]), name))
    most = len(texts_of[top])
    own = {name for name, where in texts_of.items() if len(where & texts_of[top]) >= _TOGETHER * max(most, len(where))}
    rival = max((len(where) for name, where in texts_of.items() if name not in own), default=0)
    is_own = most >= max(_FEWEST, _SHARE * len(texts)) and rival <= _RIVAL * most
    return Names(frozenset(texts_of), frozenset(own if is_own else ()))


def _texts_by_name(texts: list[str]) -> dict[str, Set[int]]:
    """Name -> places of the texts that write it."""
    capital: dict[str, set[int]] = defaultdict(set)
    small: set[str] = set()
    for at, text in enumerate(texts):
        for name in NAME.findall(text):
            capital[name.casefold()].add(at)
        small.update(_SMALL.findall(text))
    return {name: places for name, places in capital.items() if name not in small}
