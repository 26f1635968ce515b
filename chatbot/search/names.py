"""The names that a corpus writes: of towns, people and products, and the one that is its own."""

import re
from collections import defaultdict
from collections.abc import Set

NAME = re.compile(r"(?<=[\w,;)]\s)[A-Z][a-z]{2,}")  # a capital within a sentence
# A word in small letters; not as a part of an address or of a file's name.
_SMALL = re.compile(r"(?<![\w./@:-])[a-z]{3,}(?![\w/@-]|\.\w)")
_FEWEST, _SHARE = 3, 0.2  # texts that write a name, so that it may be the corpus's own
_TOGETHER = 0.8  # of the texts that write one of two words of a name write the other
_RIVAL = 0.5  # of as many texts: another name that stands in so many is of the same standing


def names_of(texts: list[str]) -> frozenset[str]:
    """Words that `texts` write with a capital within a sentence, and nowhere without; in small letters."""
    return frozenset(_texts_by_name(texts))


def own_name_of(texts: list[str]) -> frozenset[str]:
    """The words of the name that a corpus speaks of throughout, as that of the product or the shop; in small letters.

    Each of its entries is about that, whether it says so or not. Where several names are of one standing, as those of
    two towns, none is.
    """
    found = _texts_by_name(texts)
    if not found:
        return frozenset()
    top = max(found, key=lambda name: (len(found[name]), name))
    most = len(found[top])
    own = {name for name, where in found.items() if len(where & found[top]) >= _TOGETHER * max(most, len(where))}
    rival = max((len(where) for name, where in found.items() if name not in own), default=0)
    is_own = most >= max(_FEWEST, _SHARE * len(texts)) and rival <= _RIVAL * most
    return frozenset(own) if is_own else frozenset()


def _texts_by_name(texts: list[str]) -> dict[str, Set[int]]:
    """Name -> places of the texts that write it."""
    capital: dict[str, set[int]] = defaultdict(set)
    small: set[str] = set()
    for at, text in enumerate(texts):
        for name in NAME.findall(text):
            capital[name.casefold()].add(at)
        small.update(_SMALL.findall(text))
    return {name: places for name, places in capital.items() if name not in small}
