"""What makes a question the neighbour of the one that an entry answers.

"How do I descale the K-400?" is nearly the same text as the question of the K-200's entry, and a question for something
else. Vectors cannot tell; an alignment of the two texts can. Each kind of conflict is one that no wording of the same
question has, or next to none, on the labelled sets (docs/ranking-log.md): an entry in conflict is offered, at most.

    code        a code, year, version or letter that the entry lacks, while another one stands there: "K-400", "2024",
                "type 2", "Hall B"
    name        the same of a name: "York"
    opposite    what the wording says is asked the other way round: "can be returned", "close my account"
    sibling     a thing in the place of another of its kind, all else being the same: "knee" for "back"
"""

import re
from collections.abc import Set
from functools import cached_property
from typing import Literal

from chatbot.search.opposites import Polarity, are_opposite, turns_round, with_plain_verbs
from chatbot.search.relations import ALWAYS, relations
from chatbot.search.words import Lexicon, joined_codes, words_of

Conflict = Literal["code", "name", "opposite", "sibling"]

# Shares of what a wording's words tell that must be in the question, for a difference to stand out.
_HALF, _SOME, _LITTLE = 0.45, 0.25, 0.15
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"[a-z]{1,4}\d{1,5}[a-z]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADS = (
    "version release type zone band level room line model part step chapter module grade class size platform gate"
    " terminal track stage phase route form schedule appendix section article error code edition volume season episode"
    " group unit tier series generation gen mark windows android ios python java php node ubuntu debian"
).split()
_MONTHS = "january february march april may june july august september october november december".split()
# "version 2", "June 14"; a number behind any other word says how many or how long.
_NUMBERED = re.compile(rf"\b({'|'.join(_HEADS + _MONTHS)})[\s-]+(\d{{1,4}}(?:\.\d+)*)(?![\w%])", re.I)
# "Hall B", "vitamin D"; an "a" behind a small letter is an article.
_LETTERED = re.compile(r"\b([A-Z][a-z]{2,}) (A)\b|\b([A-Za-z][a-z]{2,}) ([B-HJ-Z]|[b-hj-z])\b(?!['\u2019])")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_NAME = re.compile(r"(?<=[\w,;)]\s)[A-Z][a-z]{2,}")  # a capital within a sentence
_DATE = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(_MONTHS)})\b", re.I)
# Times that come again: whoever names one does not mean another.
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
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_NAMED_ORDINALS = {word: f"{n}{('st', 'nd', 'rd')[n - 1] if n < 4 else 'th'}" for n, word in enumerate(_ORDINALS, 1)}


class Asked:
    """A question, prepared once for all the entries that it is compared with."""

    def __init__(self, text: str, lexicon: Lexicon, names: Set[str] = frozenset()) -> None:
        """`names`: words that the corpus only writes with a capital, in small letters."""
        self.text = text
        self._lexicon = lexicon
        self._names = names
        plain = with_plain_verbs(text) if lexicon.lang == "en" else text
        self.content = lexicon.content(plain)  # stem -> word
        self._words = words_of(plain)
        self._stems = frozenset(map(lexicon.stem, self._words))

    def conflict(self, wording: str, entry: str) -> Conflict | None:
        """With the entry whose best wording is `wording`; `entry`: all its text, that wording among it."""
        if self._another_code(wording, entry):
            return "code"
        if self._lexicon.lang != "en":  # the rest knows English words, and where English writes a capital
            return None
        wording, entry = with_plain_verbs(wording), with_plain_verbs(entry)
        held = self._lexicon.stems(entry)
        theirs = self._lexicon.content(wording)
        missing = [word for stem, word in self.content.items() if stem not in held and not word[0].isdigit()]
        spare = [word for stem, word in theirs.items() if stem not in self._stems and not self._says(word)]
        if self._another_name(missing, spare, wording):
            return "name"
        if any(turns_round(one, two) for one in missing for two in spare):
            return "opposite"
        # A code that the question does not name says nothing of whether it asks for the same.
        told, lacking = ([word for word in words if not _DIGIT.search(word)] for words in (theirs.values(), spare))
        covered = 1 - self._lexicon.weight(lacking) / max(self._lexicon.weight(told), 1e-6)
        if (covered >= _SOME or len(missing) == 1) and self._is_opposite(wording, held):
            return "opposite"
        asked = Polarity(wording, self._lexicon)
        if (covered >= _HALF and self._polarity.differs(asked)) or self._polarity.wants_the_rule(asked):
            return "opposite"
        return "sibling" if self._is_sibling(wording, missing, spare, covered) else None

    def _says(self, word: str) -> bool:
        """Whether the question has another word for the same."""
        return any(relations().between(word, own) == "same" for own in self.content.values())

    def _another_code(self, wording: str, entry: str) -> bool:
        mine = self._codes
        if not mine:
            return False
        held, own = _codes(entry, spelled=True), _codes(wording)
        shapes = {shape for shape, _ in held - mine}
        numbers = {number for _, number in held}
        lacking = {(shape, number) for shape, number in mine - held if number not in numbers}
        is_other = any(code not in mine for code in own if code[0].startswith("code"))
        return any(shape in shapes or (shape.startswith("code") and is_other) for shape, _ in lacking)

    @cached_property
    def _codes(self) -> frozenset[tuple[str, str]]:
        return _codes(self.text)

    def _another_name(self, missing: list[str], spare: list[str], wording: str) -> bool:
        return bool(self._named(self.text) & set(missing)) and bool(self._named(wording) & set(spare))

    def _named(self, text: str) -> set[str]:
        capital = {found.casefold() for found in _NAME.findall(text)}
        table = relations()
        return {word for word in words_of(text) if word in self._names or word in capital or table.is_name(word)}

    @cached_property
    def _polarity(self) -> Polarity:
        return Polarity(self.text, self._lexicon)

    def _is_opposite(self, wording: str, held: Set[str]) -> bool:
        mine = [word for word in self._words if self._lexicon.stem(word) not in held]
        theirs = [word for word in words_of(wording) if self._lexicon.stem(word) not in self._stems]
        return any(are_opposite(one, two) for one in mine for two in theirs)

    def _is_sibling(self, wording: str, missing: list[str], spare: list[str], covered: float) -> bool:
        """True where a thing is missing and a sibling stands in its place: any one of a kind whose siblings are never
        taken for each other, or the only thing that is missing. Where both texts name a third of the kind, it is of
        that one that they speak."""
        if any(_are_two_times(one, two) for one in missing for two in spare):
            return True
        table = relations()
        common = [word for word in words_of(wording) if self._lexicon.stem(word) in self.content]
        theirs = self._lexicon.content(wording).values()
        others = [word for word in missing if not any(_are_same(word, other) for other in theirs)]
        for one in others:
            for two in spare:
                if any(table.first_kind(two) == table.first_kind(word) in ALWAYS for word in common):
                    continue
                if covered >= _LITTLE and _are_two_of_a_kind(one, two):
                    return True
                if covered >= _HALF and len(others) == 1 and table.are_alike(one, two):
                    return True
        return covered >= _HALF and len(others) == 1 == len(spare) and self._is_other_kind(wording, others[0], spare[0])

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


def _codes(text: str, spelled: bool = False) -> frozenset[tuple[str, str]]:
    """(shape, code): two of one shape stand for two things of one kind. `spelled`: "first" and "second" are ordinals;
    in a question they are so often something else that only the rarer ones count."""
    found: set[tuple[str, str]] = set()
    for word in words_of(text):
        if _CODE.fullmatch(word):
            found.add((f"code {word.rstrip('abcdefghijklmnopqrstuvwxyz').rstrip('0123456789')}", word))
        elif _YEAR.fullmatch(word):
            found.add(("year", word))
        elif _ORDINAL.fullmatch(word):
            found.add(("ordinal", word))
        elif word in _NAMED_ORDINALS and (spelled or word not in _ORDINALS[:2]):
            found.add(("ordinal", _NAMED_ORDINALS[word]))
    for letter in _LETTERED.finditer(text):
        found.add(((letter[1] or letter[3]).casefold(), (letter[2] or letter[4]).casefold()))
    for number, word in _DATE.findall(text):
        found.add((word.casefold(), number))
    for word, number in _NUMBERED.findall(joined_codes(text)):
        if not _YEAR.fullmatch(number):
            found.add((word.casefold(), number))
    return frozenset(found)


def names_of(texts: list[str]) -> frozenset[str]:
    """Words that `texts` write with a capital within a sentence, and nowhere without; in small letters."""
    capital: set[str] = set()
    small: set[str] = set()
    for text in texts:
        capital.update(found.casefold() for found in _NAME.findall(text))
        small.update(word for word in re.findall(r"\b[a-z]{3,}\b", text))
    return frozenset(capital - small)
