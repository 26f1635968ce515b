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
_RIVAL = 0.5  # of as many texts: another name that stands in so many is of the same standing


class Names(NamedTuple):
    """Words, in small letters."""

    every: frozenset[str]  # written with a capital within a sentence, and nowhere without
    own: frozenset[str]  # of the name that the corpus speaks of throughout, as that of the product or the shop


def names_of(texts: list[str]) -> Names:
    """Each entry is about the corpus's own name, whether it says so or not. Where several names are of one standing, as
    those of two towns, none is its own."""
    found = _texts_by_name(texts)
    if not found:
        return Names(frozenset(), frozenset())
    top = max(found, key=lambda name: (len(found[name]), name))
    most = len(found[top])
    own = {name for name, where in found.items() if len(where & found[top]) >= _TOGETHER * max(most, len(where))}
    rival = max((len(where) for name, where in found.items() if name not in own), default=0)
    is_own = most >= max(_FEWEST, _SHARE * len(texts)) and rival <= _RIVAL * most
    return Names(frozenset(found), frozenset(own if is_own else ()))


def _texts_by_name(texts: list[str]) -> dict[str, Set[int]]:
    """Name -> places of the texts that write it."""
    capital: dict[str, set[int]] = defaultdict(set)
    small: set[str] = set()
    for at, text in enumerate(texts):
        for name in NAME.findall(text):
            capital[name.casefold()].add(at)
        small.update(_SMALL.findall(text))
    return {name: places for name, places in capital.items() if name not in small}
