"""How two English words are related: the same, opposites, or siblings, as "knee" and "back".

A sentence vector hardly changes when one word is replaced by its sibling, although the question is another one then.
The words are in a table made from WordNet 3.0 (Miller 1995; relations-LICENSE.txt) by
`python -m tests.bench.wordnet`.
"""

from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

Relation = Literal["same", "opposite", "sibling"]

TABLE = Path(__file__).with_name("relations.npz")
SENSES = 3  # of a word and part of speech; the rarer ones are seldom meant
# Kinds of nouns that stand for things, where siblings are other things: animals, things made, parts of the body, food,
# objects, people, plants, substances, places.
_CONCRETE = frozenset((5, 6, 8, 13, 15, 17, 18, 20, 27))
_VERBS = 100  # from here on kinds are no nouns
_VERB = _VERBS + ord("v") % 32
_NEAR = 4  # steps up from one noun and down to the other
# Kinds whose siblings nobody takes for each other: animals, parts of the body, food; and the steps there.
ALWAYS = frozenset((5, 8, 13))
_NEAR_ALWAYS = 8
_FAR = 99
_WORDS, _PAIRS = 4096, 8192  # that are remembered: those of the FAQ and the commonest, not all that are asked
_MEANINGS = 4096  # whose ancestors are remembered; then it begins again
_LONG = 5  # letters
_BELOW = {True: 2, False: 1}  # steps from a noun, or a verb, up to a word for the same thing
_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("er", ""), ("est", ""),
)  # fmt: skip


class Relations:
    """The table. Use `relations`, which reads it once."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        """As `tests/bench/wordnet.py` makes them: "words" and irregular "forms", one a line, "form_of" a row of words;
        pairs (word, meaning) "has", the likeliest first, (meaning, meaning) "above" and "same", (word, word)
        "opposite"; "kind" of each meaning, and the "named" ones, of which there is only one in the world; and "rare"
        words, of which nothing is known but that they are words."""
        words = arrays["words"].tobytes().decode().split("\n")
        self._rows = {word: row for row, word in enumerate(words)}
        forms = arrays["forms"].tobytes().decode().split("\n")
        self._forms = dict(zip(forms, arrays["form_of"].tolist(), strict=True))
        self._rare = frozenset(arrays["rare"].tobytes().decode().split("\n"))
        self._has = _listed(arrays["has"])
        self._above = _listed(arrays["above"])
        self._same = _listed(arrays["same"])
        self._kind = arrays["kind"].tolist()
        self._named = frozenset(arrays["named"].tolist())
        self._opposite = {frozenset(pair) for pair in arrays["opposite"].tolist()}

    @lru_cache(_PAIRS)  # noqa: B019 - there is one table, and it stays
    def between(self, one: str, two: str) -> Relation | None:
        """The relation of two words in small letters, the same both ways; None where none is known."""
        if one == two:
            return "same"
        mine, theirs = self._lemmas(one), self._lemmas(two)
        if any(frozenset((a, b)) in self._opposite for a in mine for b in theirs):
            return "opposite"
        ours, others = self._meanings(mine), self._meanings(theirs)
        if set(mine) & set(theirs) or set(ours) & set(others) or self._touch(ours, others):
            return "same"
        steps = min((self._steps(a, b) for a in ours for b in others), default=_FAR)
        if steps < 0:
            return "same"
        return "sibling" if steps <= (_NEAR_ALWAYS if self.are_apart(one, two) else _NEAR) else None

    @lru_cache(_WORDS)  # noqa: B019
    def is_name(self, word: str) -> bool:
        """True for a word that stands only for single things, as "leeds"."""
        meanings = self._meanings(self._lemmas(word)[:1])
        return bool(meanings) and all(meaning in self._named for meaning in meanings)

    def are_apart(self, one: str, two: str) -> bool:
        """True where both words stand for things of one kind that nobody takes for each other, as "knee" and "neck",
        at least one of them mostly does, and neither is a kind of the other, as "dog" and "animal"."""
        mine, theirs = self._kinds_of(one), self._kinds_of(two)
        shared = ALWAYS.intersection(mine, theirs)
        return bool(shared) and (mine[0] in shared or theirs[0] in shared) and not self.is_kind_of(one, two)

    @lru_cache(_PAIRS)  # noqa: B019
    def is_kind_of(self, one: str, two: str) -> bool:
        """True where one of the two, as each is mostly meant, is a kind of the other, whichever."""
        mine, theirs = (self._meanings(self._lemmas(word)[:1])[:1] for word in (one, two))
        return any(b in self._ancestors[a] or a in self._ancestors[b] for a in mine for b in theirs)

    @lru_cache(_WORDS)  # noqa: B019
    def _kinds_of(self, word: str) -> list[int]:
        """Of its meanings as a noun, the likeliest first."""
        kinds = [self._kind[meaning] for meaning in self._meanings(self._lemmas(word)[:2])]
        return [kind for kind in kinds if kind < _VERBS]

    def is_word(self, word: str) -> bool:
        """True for a word of English or a regular form of a long one; of a short one, "runing" would be."""
        forms = [word, *(form for form in _forms(word)[1:] if len(form) >= _LONG)]
        return any(form in self._rows or form in self._rare for form in forms)

    def first_kind(self, word: str) -> int:
        """The kind of its likeliest meaning as a noun, -1 where it has none."""
        return next(iter(self._kinds_of(word)), -1)

    @lru_cache(_PAIRS)  # noqa: B019
    def are_alike(self, one: str, two: str) -> bool:
        """True where both words may well stand for things of one kind, as "kettle" and "toaster", or are siblings and
        mostly stand for things, as "milk" and "water"."""
        if not _CONCRETE.isdisjoint(set(self._kinds_of(one)[:2]) & set(self._kinds_of(two)[:2])):
            return True
        both = {self.first_kind(one), self.first_kind(two)} <= _CONCRETE
        return both and self.between(one, two) == "sibling"

    @lru_cache(_WORDS)  # noqa: B019
    def _lemmas(self, word: str) -> tuple[int, ...]:
        """Rows of the words that it may be a form of, the likeliest first."""
        forms = _forms(word)
        rows = [self._rows[form] for form in forms if form in self._rows]
        if word in self._forms:
            rows.insert(0, self._forms[word])
        return tuple(dict.fromkeys(rows))

    def _meanings(self, words: Iterable[int]) -> list[int]:
        return [meaning for word in words for meaning in self._has.get(word, ())]

    def _touch(self, ours: Iterable[int], others: Iterable[int]) -> bool:
        """True where a meaning is tied to one of the others, whichever way."""
        others = set(others)
        return any(not others.isdisjoint(self._same.get(a, ())) for a in ours) or any(
            not set(self._same.get(b, ())).isdisjoint(ours) for b in others
        )

    def _steps(self, one: int, two: int) -> int:
        """Steps from a meaning up to what both are, and down to the other; below 0 where one is a kind of the other."""
        kinds = self._kind[one], self._kind[two]
        is_noun = kinds[0] < _VERBS
        if kinds[0] != kinds[1] and not (is_noun and kinds[1] < _VERBS):
            return _FAR
        if not is_noun and kinds[0] != _VERB:
            return _FAR
        up, down = self._ancestors[one], self._ancestors[two]
        if up.get(two, _FAR) <= _BELOW[is_noun] or down.get(one, _FAR) <= _BELOW[is_noun]:
            return -1
        if not is_noun:
            return _FAR
        steps = min((far + down[top] for top, far in up.items() if top in down), default=_FAR)
        if kinds[0] != kinds[1]:
            return steps + 1
        return steps - 1 if kinds[0] in _CONCRETE and steps > 3 else steps

    @cached_property
    def _ancestors(self) -> "_Ancestors":
        return _Ancestors(self._above)


class _Ancestors(dict[int, dict[int, int]]):
    """Meaning -> what it is a kind of, itself among them, with the steps up to each; computed when it is needed."""

    def __init__(self, above: Mapping[int, list[int]]) -> None:
        super().__init__()
        self._above = above

    def __missing__(self, meaning: int) -> dict[int, int]:
        steps_to = {meaning: 0}
        edge, steps = [meaning], 0
        while edge and steps < _NEAR_ALWAYS:
            steps += 1
            edge = [top for at in edge for top in self._above.get(at, ()) if top not in steps_to]
            steps_to.update((top, steps) for top in edge)
        if len(self) >= _MEANINGS:
            self.clear()
        self[meaning] = steps_to
        return steps_to


def _forms(word: str) -> list[str]:
    """The words that it may be a form of, itself first."""
    forms = [word]
    for ending, instead in _ENDINGS:
        bare = word.removesuffix(ending)
        if bare != word and len(bare) > 2:
            forms.append(bare + instead)
            if len(bare) > 3 and bare[-1] == bare[-2]:
                forms.append(bare[:-1])
    return forms


def _listed(pairs: np.ndarray) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for one, two in pairs.tolist():
        rows.setdefault(one, []).append(two)
    return rows


@cache
def relations() -> Relations:
    with np.load(TABLE) as arrays:
        return Relations(dict(arrays))
