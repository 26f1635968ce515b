"""Whether two English texts ask for the two ends of one thing: to open or to close, what may be returned or what not.

Two words may be opposites (those of WordNet and those listed here), or one of the texts may ask what is *not* the case.
The clause that asks decides: "why can't I pay?" reports a failure, and others report it without a "not".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from chatbot.search.relations import relations
from chatbot.search.words import Lexicon, words_of

# The two ends of what can be asked either way round, in words that mean it nearly always.
_ENDS = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        ("increase raise higher more upgrade upper", "decrease reduce lower less fewer downgrade down"),
        (
            "maximum max longest highest most largest latest oldest",
            "minimum min shortest lowest least smallest earliest youngest",
        ),
        (
            "subscribe register join enable install activate add",
            "unsubscribe cancel deregister disable uninstall deactivate remove delete stop off",
        ),
        ("open opens opening create", "close closes closing cancel delete"),
        ("before", "after"),
        ("early earlier", "late later"),
        ("include included includes", "exclude excluded excludes"),
        ("buy", "sell"),
        ("book", "cancel"),
        ("join enter", "leave exit quit resign"),
        ("lend", "borrow"),
        ("allowed permitted", "forbidden prohibited banned"),
        ("male males boy boys", "female females girl girls"),
        ("lock", "unlock"),
        ("connect", "disconnect"),
        ("inside indoors", "outside outdoors"),
        ("accept", "refuse"),
    )
)
# A verb of two words says by the second which end is meant; up to three words stand between.
_BETWEEN = r"((?:\s+[\w'\u2019-]+){0,3}?)\s+"
_PLAIN_VERBS = (
    (re.compile(rf"\b(?:turn|switch)(?:ed|ing)?{_BETWEEN}on\b", re.I), r"enable\1"),
    (re.compile(rf"\b(?:turn|switch|shut)(?:ed|ing|ting)?{_BETWEEN}off\b", re.I), r"disable\1"),
    (re.compile(r"\b(?:call|break)(?:ed|ing)?\s+off\b", re.I), "cancel"),
    (re.compile(r"\b(?:get|getting|got)\s+rid\s+of\b", re.I), "delete"),
    (re.compile(r"\b(?:take|taking)\s+(her|him|it|them|me|us|someone|somebody)\s+off\b", re.I), r"remove \1"),
    (re.compile(r"\bno\s+longer\s+(?:want|need)\b", re.I), "cancel"),
)

_CLAUSE = re.compile(r"[.;!?\n,]|\b(?:but|because|so|and|if|unless)\b")
_NOT = r"(?:n?['\u2019]t\b|nt\b|\s+not\b)"
# A clause that asks which, whether or when. One that begins with "cannot" or "could not" tells of a failure, too.
_ASKS = re.compile(
    r"\W*(?:(?!why\b|how\s+come\b)\w+\W+)?"
    rf"(?:what|which|who|how|when|where|(?:can|could|do|does|is|are|may|should|will|must)\b(?!{_NOT}))\b",
    re.I,
)
_NEGATION = re.compile(
    r"\b(?:not|never|without|cannot|(?:ca|wo|do|does|is|are|should|could|would|must)n['\u2019]?t)\b", re.I
)
# "Which cards are not accepted?": what is asked for is a list of what is not so.
_EXCEPTIONS = re.compile(
    rf"\W*(?:what|which|who|where)\b(?!\s+(?:if|happens|to\s+do|should\s+i\s+do|do\s+i\s+do))"
    rf"(?:(?!\b(?:if|when|because)\b)[^.;!?\n,])*?(?:\b(?:is|are|do|does|can|may|should|must|could|will)(?:\s+\w+)?{_NOT}|"
    r"\bcannot\b|\bca(?:nt|n['\u2019]t)\b)",
    re.I,
)
# Other ways to say that something is not so.
_DENIES = re.compile(
    r"\b(?:no|none|nothing|nobody|except\w*|exclu\w*|refus\w*|reject\w*|den(?:y|ie[sd])|ban(?:s|ned)?|forbid\w*|prohibit\w*"
    r"|exempt\w*|ineligible|un(?!it|i\b|der|til|less|ion|ique)\w{4,}|in(?:valid|eligible|compatible)|non[\s-]?\w+|impossible"
    r"|avoid\w*|restrict\w*|limit\w*|disallow\w*|illegal|blocked|lack\w*|miss\w*|fail\w*|wrong|bad|harm\w*|risk\w*|danger\w*"
    r"|other\s+than|apart\s+from|too|stop\w*|wo?nt|off)\b",
    re.I,
)
_NEEDED = re.compile(
    r"(?!\W*how\s+(?:many|much|long)\b).*\b(?:need|(?:have|has) to|must|required?|necessary)\b", re.I | re.S
)


_DENIED = 3  # words behind a negation that it negates
_ARTICLE = r"(?:(?:the|my|your|our|a|an|la|el|los|le|les|il|lo|der|die|das|den|dem|de|het|mein\w*|mi|ma|mon)\s+)?"
# "Change from Team to Business", "convert miles into points"; in other languages where both ends have a preposition.
_FROM_TO = re.compile(
    rf"(?P<out>(?:[\w-]+\s+){{1,3}}?)(?:in)?to\s+{_ARTICLE}(?P<into>[\w-]+)"
    rf"|\b(?:von|vom|van|de|del|du|da|dal|z|ze|fr\u00e5n|fra)\s+(?P<out2>(?:[\w-]+\s+){{1,3}}?)"
    rf"(?:zu|zum|zur|nach|naar|a|al|\u00e0|au|en|na|do|til|till)\s+{_ARTICLE}(?P<into2>[\w-]+)",
    re.I,
)
_TO_FROM = re.compile(rf"\bto\s+{_ARTICLE}(?P<into>[\w-]+)\s+from\s+{_ARTICLE}(?P<out>[\w-]+)", re.I)


@lru_cache(256)  # few enough that what a visitor typed is soon forgotten
def with_plain_verbs(text: str) -> str:
    """`text` with verbs of two words as the one that says the same: "switch the clock off" as "disable the clock"."""
    for verb, plain in _PLAIN_VERBS:
        text = verb.sub(plain, text)
    return text


def are_opposite(one: str, two: str) -> bool:
    """True for two words in small letters that mean the two ends of one thing."""
    are_ends = any((one in this and two in that) or (two in this and one in that) for this, that in _ENDS)
    return are_ends or relations().between(one, two) == "opposite"


def turns_round(one: str, two: str) -> bool:
    """True for "checkin" and "checkout"."""
    stems = [{word.removesuffix("in"), word.removesuffix("out")} - {word} for word in (one, two)]
    return one != two and bool(stems[0] & stems[1])


def denied_words(text: str) -> set[str]:
    """The words, in small letters, right behind a "not": "I can't remember it" denies to remember."""
    clauses = ((clause, _NEGATION.search(clause)) for clause in _CLAUSE.split(text))
    return {word for clause, no in clauses if no for word in words_of(clause[no.end() :])[:_DENIED]}


def is_swapped(one: str, two: str) -> bool:
    """True for "from Team to Business" beside "from Business to Team"."""
    theirs = list(_ways(two))
    return any(
        into & other_out and out & other_into and not into & other_into
        for out, into in (_ways(one) if theirs else ())
        for other_out, other_into in theirs
    )


def _ways(text: str) -> Iterator[tuple[set[str], set[str]]]:
    """The words of the ends of each way in `text`: where it leads from, and to."""
    for way in _TO_FROM.finditer(text):
        yield set(words_of(way["out"])), set(words_of(way["into"]))
    for way in _FROM_TO.finditer(text):
        yield set(words_of(way["out"] or way["out2"])), set(words_of(way["into"] or way["into2"]))


class Polarity:
    """What a text asks for, and what it asks for that is not so."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._is_needed = bool(_NEEDED.match(text))
        self._lists_exceptions = bool(_EXCEPTIONS.match(text))
        self._denies = bool(_NEGATION.search(text) or _DENIES.search(text))
        denied: dict[str, str] = {}  # stem -> word
        affirmed: dict[str, str] = {}
        for clause in filter(_ASKS.match, _CLAUSE.split(text)):
            negation = _NEGATION.search(clause)
            before, after = (clause[: negation.start()], clause[negation.end() :]) if negation else (clause, "")
            affirmed |= lexicon.content(before)
            denied |= lexicon.content(after)
        self._denied = denied
        self._affirmed = affirmed

    def differs(self, other: "Polarity") -> bool:
        """True where one of the two asks what is not the case, and the other what is. A question whether a thing is
        needed asks also whether one can do without it. What is not open is closed."""
        if self._is_needed or other._is_needed or bool(self._denied) == bool(other._denied):
            return False
        denied, affirmed = (self._denied, other._affirmed) if self._denied else (other._denied, self._affirmed)
        if any(are_opposite(one, two) for one in denied.values() for two in affirmed.values()):
            return False
        return not denied.keys().isdisjoint(affirmed)

    def wants_the_rule(self, other: "Polarity") -> bool:
        """True where `other` asks for a list of exceptions, and this text knows of nothing that is not so."""
        return other._lists_exceptions and not self._denies
