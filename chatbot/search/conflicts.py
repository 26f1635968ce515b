"""What makes a question the neighbour of the one that an entry answers.

"How do I descale the K-400?" is nearly the same text as the question of the K-200's entry, but it asks for something
else. Vectors cannot tell the two apart. An alignment of the words can. On the labelled sets (docs/ranking-log.md),
wordings of the same question have next to none of these conflicts. An entry in conflict is offered at most.

    code        a code, year, version or letter that the entry lacks, while another one stands there: "K-400", "2024",
                "type 2", "Hall B"
    name        the same of a name: "York"
    opposite    the question asks for the opposite of the wording: "can be returned", "close my account"
    sibling     one thing instead of another of its kind, and everything else is the same: "knee" for "back"
"""

import re
from collections.abc import Set
from functools import cached_property
from typing import Literal

from chatbot.search.codes import Code, codes_of, has_rival, lies_within
from chatbot.search.names import NAME
from chatbot.search.opposites import Polarity, are_opposite, denied_words, is_swapped, turns_round, with_plain_verbs
from chatbot.search.relations import ALWAYS, relations
from chatbot.search.spans import names_of_days
from chatbot.search.words import Lexicon, words_of

Conflict = Literal["code", "name", "opposite", "sibling"]

# Share of the weight of a wording's words that the question must contain before a difference counts.
_HALF, _SOME, _LITTLE = 0.45, 0.25, 0.15
_DIGIT = re.compile(r"\d")
# Recurring times: who names one does not mean another.
_TIMES = tuple(
    {word: place for place, words in enumerate(row.split()) for word in words.split("|")}
    for row in (
        "morning|mornings afternoon|afternoons evening|evenings|night|nights",
        "monday|mondays tuesday|tuesdays wednesday|wednesdays thursday|thursdays friday|fridays saturday|saturdays"
        " sunday|sundays",
        "spring summer autumn|fall winter",
        "weekday|weekdays weekend|weekends",
    )
)


class PreparedQuestion:
    """A question, prepared once for all the entries that it is compared with."""

    def __init__(
        self, text: str, lexicon: Lexicon, names: Set[str] = frozenset(), own_name: Set[str] = frozenset()
    ) -> None:
        """`names`: words that the corpus only writes with a capital, in small letters. `own_name`: those of the name
        that it speaks of throughout, which no other name is a rival of."""
        self.text = text
        self._lexicon = lexicon
        self._names = names
        self._own_name = own_name
        plain = with_plain_verbs(text) if lexicon.lang == "en" else text
        self.content = lexicon.content(plain)  # stem -> word
        self._words = words_of(plain)
        self._stems = frozenset(map(lexicon.stem, self._words))
        self._has_days = bool(names_of_days(text))

    def conflict(self, wording: str, entry: str) -> Conflict | None:
        """With the entry whose best wording is `wording`; `entry`: all its text, that wording among it."""
        if self._another_code(wording, entry):
            return "code"
        if is_swapped(self.text, wording):
            return "opposite"
        if self._lexicon.lang != "en":  # the rest knows English words, and where English writes a capital
            return None
        wording, entry = with_plain_verbs(wording), with_plain_verbs(entry)
        entry_stems = self._lexicon.stems(entry)
        if self._has_days:
            entry_stems |= set(map(self._lexicon.stem, names_of_days(entry)))
        theirs = self._lexicon.content(wording)
        missing = [word for stem, word in self.content.items() if stem not in entry_stems and not word[0].isdigit()]
        extra = [word for stem, word in theirs.items() if stem not in self._stems and not self._says(word)]
        if self._another_name(missing, extra, wording):
            return "name"
        if any(turns_round(one, two) for one in missing for two in extra):
            return "opposite"
        # A code that the question does not name does not tell whether it asks for the same.
        content, uncovered = ([word for word in words if not _DIGIT.search(word)] for words in (theirs.values(), extra))
        covered = 1 - self._lexicon.weight(uncovered) / max(self._lexicon.weight(content), 1e-6)
        if (covered >= _SOME or len(missing) == 1) and self._is_opposite(wording, entry_stems):
            return "opposite"
        asked = Polarity(wording, self._lexicon)
        if (covered >= _HALF and self._polarity.differs(asked)) or self._polarity.wants_the_rule(asked):
            return "opposite"
        return "sibling" if self._is_sibling(wording, missing, extra, covered) else None

    def _says(self, word: str) -> bool:
        """Whether the question has another word for the same."""
        return any(relations().between(word, own) == "same" for own in self.content.values())

    def _another_code(self, wording: str, entry: str) -> bool:
        mine = self._codes
        if not mine:
            return False
        lang = self._lexicon.lang
        of_entry = codes_of(entry, self._names, spelled=True, lang=lang)
        of_wording = codes_of(wording, self._names, lang=lang)
        shapes = {shape for shape, _ in of_entry - mine}
        numbers = {number for _, number in of_entry} | {code.digits for code in of_entry}
        missing = [code for code in mine - of_entry if code.code not in numbers and not lies_within(code, entry)]
        is_other = any(code not in mine for code in of_wording if code.is_joined)
        return any(has_rival(code, shapes) or (code.is_joined and is_other) for code in missing)

    @cached_property
    def _codes(self) -> frozenset[Code]:
        return codes_of(self.text, self._names, lang=self._lexicon.lang)

    def _another_name(self, missing: list[str], extra: list[str], wording: str) -> bool:
        return bool(self._named(self.text) & set(missing)) and bool(self._named(wording) & set(extra))

    def _named(self, text: str) -> set[str]:
        capital = {name.casefold() for name in NAME.findall(text)}
        table = relations()
        words = (word for word in words_of(text) if word not in self._own_name)
        return {word for word in words if word in self._names or word in capital or table.is_name(word)}

    @cached_property
    def _polarity(self) -> Polarity:
        return Polarity(self.text, self._lexicon)

    def _is_opposite(self, wording: str, entry_stems: Set[str]) -> bool:
        """True for two ends of one thing, unless one of them is negated: who cannot remember has forgotten."""
        mine = [word for word in self._words if self._lexicon.stem(word) not in entry_stems]
        theirs = [word for word in words_of(wording) if self._lexicon.stem(word) not in self._stems]
        ends = [(one, two) for one in mine for two in theirs if are_opposite(one, two)]
        denied = (denied_words(self.text), denied_words(wording)) if ends else (set(), set())
        return any((one in denied[0]) == (two in denied[1]) for one, two in ends)

    def _is_sibling(self, wording: str, missing: list[str], extra: list[str], covered: float) -> bool:
        """True where a thing is missing and a sibling is there instead. Either siblings of that kind are never
        confused, or it is the only thing that is missing. Where both texts name a third thing of the kind, they are
        about that one."""
        if any(_are_two_times(one, two) for one in missing for two in extra):
            return True
        table = relations()
        common = [word for word in words_of(wording) if self._lexicon.stem(word) in self.content]
        theirs = self._lexicon.content(wording).values()
        others = [word for word in missing if not any(_are_same(word, other) for other in theirs)]
        for one in others:
            for two in extra:
                if any(table.first_kind(two) == table.first_kind(word) in ALWAYS for word in common):
                    continue
                if covered >= _LITTLE and _are_two_of_a_kind(one, two):
                    return True
                if covered >= _HALF and len(others) == 1 and table.are_alike(one, two):
                    return True
        is_swap = covered >= _HALF and len(others) == 1 == len(extra)
        return is_swap and self._is_other_kind(wording, others[0], extra[0])

    def _is_other_kind(self, wording: str, one: str, two: str) -> bool:
        """True where both say which kind of a thing they mean, and not the same: a frozen or a broken shoulder."""
        mine, theirs = _behind(one, self._words), _behind(two, words_of(wording))
        stem = self._lexicon.stem
        return bool(mine) and stem(mine) == stem(theirs) and relations().first_kind(theirs) in ALWAYS


def _are_same(one: str, two: str) -> bool:
    """By WordNet a cat may be an adult, but who names an animal means that one; an animal may be any of them."""
    table = relations()
    kinds = table.first_kind(one), table.first_kind(two)
    is_meant = kinds[0] == kinds[1] or ALWAYS.isdisjoint(kinds)
    return table.is_kind_of(one, two) or (is_meant and table.between(one, two) == "same")


def _are_two_of_a_kind(one: str, two: str) -> bool:
    return relations().are_apart(one, two) and relations().between(one, two) != "same"


def _are_two_times(one: str, two: str) -> bool:
    return any(one in times and two in times and times[one] != times[two] for times in _TIMES)


def _behind(word: str, words: list[str]) -> str:
    """The word behind `word`, "" at the end."""
    at = words.index(word) if word in words else len(words)
    return words[at + 1] if at + 1 < len(words) else ""
