"""What makes a question the neighbour of the one that an entry answers.

"How do I descale the K-400?" is nearly the same text as the question of the K-200's entry, and a question for something
else. Vectors cannot tell; an alignment of the two texts can. Each kind of conflict is one that no wording of the same
question has, or next to none, on the labelled sets (docs/ranking-log.md): an entry in conflict is offered, at most.

    code        a code, year or version that the entry lacks, while another one stands there: "K-400", "2024", "type 2"
    name        the same of a name: "York"
    opposite    what the wording says is asked the other way round: "can be returned", "close my account"
    sibling     a thing in the place of another of its kind, all else being the same: "knee" for "back"
"""

import re
from collections.abc import Set
from functools import cached_property
from typing import Literal

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
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_NAME = re.compile(r"(?<=[\w,;)]\s)[A-Z][a-z]{2,}")  # a capital within a sentence
_DATE = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(_MONTHS)})\b", re.I)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_NAMED_ORDINALS = {word: f"{n}{('st', 'nd', 'rd')[n - 1] if n < 4 else 'th'}" for n, word in enumerate(_ORDINALS, 1)}
_CLAUSE = re.compile(r"[.;!?\n,]|\b(?:but|because|so|and|if|unless)\b")
# A clause that asks which, whether or when. "Why can't I pay?" tells of a failure, which may be told without a "not".
_ASKS = re.compile(
    r"\W*(?:\w+\W+)?(?:what|which|who|how|when|where|can|could|do|does|is|are|may|should|will|must)\b",
    re.I,
)
_NEGATION = re.compile(
    r"\b(?:not|never|without|cannot|(?:ca|wo|do|does|is|are|should|could|would|must)n['\u2019]?t)\b", re.I
)
_NEEDED = re.compile(r"\b(?:need|have to|has to|must|required?|necessary)\b", re.I)
# The two ends of what can be asked either way round, in words that mean it nearly always.
_ENDS = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        ("increase raise higher more upgrade upper", "decrease reduce lower less fewer downgrade down"),
        ("maximum max longest highest most largest latest", "minimum min shortest lowest least smallest earliest"),
        (
            "subscribe register join enable install activate add",
            "unsubscribe cancel deregister disable uninstall deactivate remove delete stop",
        ),
        ("open create", "close cancel delete"),
        ("before", "after"),
        ("early earlier", "late later"),
        ("include included includes", "exclude excluded excludes"),
        ("buy", "sell"),
        ("book", "cancel"),
        ("lock", "unlock"),
        ("connect", "disconnect"),
        ("inside indoors", "outside outdoors"),
        ("accept", "refuse"),
    )
)
_END_OF = {word: (axis, end) for axis, pair in enumerate(_ENDS) for end, words in enumerate(pair) for word in words}


class Asked:
    """A question, prepared once for all the entries that it is compared with."""

    def __init__(self, text: str, lexicon: Lexicon, names: Set[str] = frozenset()) -> None:
        """`names`: words that the corpus only writes with a capital, in small letters."""
        self.text = text
        self._lexicon = lexicon
        self._names = names
        self.content = lexicon.content(text)  # stem -> word
        self._words = words_of(text)
        self._stems = frozenset(map(lexicon.stem, self._words))

    def conflict(self, wording: str, entry: str) -> Conflict | None:
        """With the entry whose best wording is `wording`; `entry`: all its text, that wording among it."""
        if self._another_code(wording, entry):
            return "code"
        if self._lexicon.lang != "en":  # the rest knows English words, and where English writes a capital
            return None
        held = self._lexicon.stems(entry)
        theirs = self._lexicon.content(wording)
        missing = [word for stem, word in self.content.items() if stem not in held and not word[0].isdigit()]
        spare = [word for stem, word in theirs.items() if stem not in self._stems and not self._says(word)]
        if self._another_name(missing, spare, wording):
            return "name"
        if any(_turns_round(one, two) for one in missing for two in spare):
            return "opposite"
        # A code that the question does not name says nothing of whether it asks for the same.
        told, lacking = ([word for word in words if not _DIGIT.search(word)] for words in (theirs.values(), spare))
        covered = 1 - self._lexicon.weight(lacking) / max(self._lexicon.weight(told), 1e-6)
        if (covered >= _SOME and self._is_opposite(wording, held)) or (covered >= _HALF and self._is_denied(wording)):
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

    def _is_opposite(self, wording: str, held: Set[str]) -> bool:
        stem, between = self._lexicon.stem, relations().between
        mine = [word for word in self._words if stem(word) not in held]
        theirs = [word for word in words_of(wording) if stem(word) not in self._stems]
        return any(_are_ends(one, two) or between(one, two) == "opposite" for one in mine for two in theirs)

    def _is_denied(self, wording: str) -> bool:
        """True where one of the two asks for what is not, and the other for what is. Who asks whether a thing is needed
        asks as well whether it can be done without."""
        if _NEEDED.search(self.text) or _NEEDED.search(wording):
            return False
        denied, said = self._scope(self.text)
        their_denied, their_said = self._scope(wording)
        return bool(denied) != bool(their_denied) and bool((denied & their_said) | (their_denied & said))

    def _scope(self, text: str) -> tuple[set[str], set[str]]:
        """(stems that a negation of the asking clauses bears on, all their others)."""
        denied: set[str] = set()
        said: set[str] = set()
        for clause in filter(_ASKS.match, _CLAUSE.split(text)):
            found = _NEGATION.search(clause)
            before, after = (clause[: found.start()], clause[found.end() :]) if found else (clause, "")
            said |= self._lexicon.content(before).keys()
            denied |= self._lexicon.content(after).keys()
        return denied, said

    def _is_sibling(self, wording: str, missing: list[str], spare: list[str], covered: float) -> bool:
        """True where a thing is missing and a sibling stands in its place: any one of a kind whose siblings are never
        taken for each other, or the only thing that is missing. Where both texts name a third of the kind, it is of
        that one that they speak."""
        table = relations()
        common = [word for word in words_of(wording) if self._lexicon.stem(word) in self.content]
        theirs = self._lexicon.content(wording).values()
        others = [word for word in missing if not any(table.between(word, other) == "same" for other in theirs)]
        for one in others:
            for two in spare:
                if any(table.first_kind(two) == table.first_kind(word) in ALWAYS for word in common):
                    continue
                if covered >= _LITTLE and _are_two_of_a_kind(one, two):
                    return True
                if covered >= _HALF and len(others) == 1 and table.are_alike(one, two):
                    return True
        return False


def _are_two_of_a_kind(one: str, two: str) -> bool:
    return relations().are_apart(one, two) and relations().between(one, two) == "sibling"


def _turns_round(one: str, two: str) -> bool:
    """True for "checkin" and "checkout"."""
    stems = [{word.removesuffix("in"), word.removesuffix("out")} - {word} for word in (one, two)]
    return one != two and bool(stems[0] & stems[1])


def _are_ends(one: str, two: str) -> bool:
    mine, theirs = _END_OF.get(one), _END_OF.get(two)
    return mine is not None and theirs is not None and mine[0] == theirs[0] and mine[1] != theirs[1]


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
