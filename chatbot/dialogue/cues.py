"""The words by which a message shows, in each language, where it asks and that it leans on what was said before.

They are data, `cues/LANG.toml`: values are regular expressions, in which `{name}` stands for another value, or lists of
words. The code knows no language.

    asks      how a question begins that has no mark
    second    where a clause begins that may be a question of its own
    opens     how a message begins that goes on with what was said before: "and", "what about"
    points    words that stand for what was said before: "it", "that"
    empty     words that name no subject
    vague     words that may be said of anything, and tell nothing where the only subject is "it"
    priced    words that ask what something costs
    short, leans, least_clause    numbers of words, or of characters where there are no blanks

The FAQ's own language is taken for a visitor's, unless the message has clearly more words of another.
"""

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from chatbot.core.locales import base_of
from chatbot.core.scripts import is_unspaced
from chatbot.core.text import plain_words

_TABLES = Path(__file__).with_name("cues")
_FALLBACK = "en"
_NAME = re.compile(r"\{([a-z]\w*)\}")
_CLEARLY = 2  # words more of another language than of the FAQ's own
_READ = 200  # characters of a message that tell its language
# What is written in several ways, see `chatbot.core.scripts`; in a pattern one letter stands for all of them.
_SAME_LETTER = {
    "\u0627": "[\u0627\u0623\u0625\u0622]",
    "\u064a": "[\u064a\u0649\u06cc]",
    "\u0643": "[\u0643\u06a9]",
    "\u0647": "[\u0647\u0629]",
}


@dataclass(frozen=True, slots=True)
class Cues:
    """Of one language."""

    lang: str
    asks: re.Pattern[str]
    second: re.Pattern[str]
    opens: re.Pattern[str]
    points: re.Pattern[str]
    empty: frozenset[str]
    vague: frozenset[str]
    priced: frozenset[str]
    known: frozenset[str]  # all of these; where the language has no blanks, their characters
    short: int = 4  # words
    leans: int = 9  # words; in a longer message "it" is mostly explained by the message itself
    least_clause: int = 3  # words, the link aside

    def says_only(self, text: str, words: Set[str]) -> bool:
        """Whether `text` has words, and none but these. Without blanks, whether it can be divided into these."""
        own = plain_words(text)
        if not text.isascii() and any(map(is_unspaced, own)):
            return _made_of("".join(own), words)
        return bool(own) and all(word in words for word in own)


@lru_cache(256)  # a message is asked about several times on its way
def cues_for(text: str, lang: str) -> Cues:
    """Those of the language that `text` is most likely in. `lang`: of the FAQ, as BCP 47."""
    own = cues_of(lang)
    said = plain_words(text[:_READ])
    counts = [sum(map(cues.known.__contains__, said)) for cues in _every()]
    most = max(counts)
    is_other = most >= sum(map(own.known.__contains__, said)) + _CLEARLY
    return _every()[counts.index(most)] if is_other else own


@cache
def languages() -> tuple[str, ...]:
    """Those that have a table."""
    return tuple(sorted(path.stem for path in _TABLES.glob("*.toml")))


@cache
def _every() -> tuple[Cues, ...]:
    return tuple(map(_table, languages()))


def cues_of(lang: str) -> Cues:
    """`lang`: BCP 47. Of a language without a table, those of English."""
    short = base_of(lang)
    return _table(short if short in languages() else _FALLBACK)


@cache
def _table(lang: str) -> Cues:
    values = tomllib.loads((_TABLES / f"{lang}.toml").read_text(encoding="utf-8"))
    kept: dict[str, Any] = {name: value for name, value in values.items() if isinstance(value, int)}
    for name in ("asks", "second", "opens", "points"):
        kept[name] = re.compile(_filled(values[name], values), re.I)
    for name in ("empty", "vague", "priced"):
        kept[name] = _words_of(values[name])
    words = kept["empty"] | kept["vague"] | kept["priced"]
    kept["known"] = frozenset(piece for word in words for piece in (word if is_unspaced(word) else [word]))
    return Cues(lang, **kept)


def _filled(pattern: str, values: dict[str, str]) -> str:
    while _NAME.search(pattern):
        pattern = _NAME.sub(lambda name: values[name[1]], pattern)
    return "".join(_SAME_LETTER.get(letter, letter) for letter in pattern)


def _words_of(listed: str) -> frozenset[str]:
    """Each as `plain_words` reads it; what has no blanks stays in one piece."""
    return frozenset("".join(plain_words(word)) for word in listed.split())


def _made_of(text: str, words: Set[str]) -> bool:
    """Whether `text` is words after each other."""
    longest = max(map(len, words))
    reached = {0}
    for end in range(1, len(text) + 1):
        if any(end - size in reached and text[end - size : end] in words for size in range(1, min(longest, end) + 1)):
            reached.add(end)
    return len(text) in reached
