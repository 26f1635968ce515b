"""The phrases of small talk: a file for each language in `small_talk/`, read into a table of words.

In a file, phrases stand between commas, and "(a|b)" means either. Accents, case, apostrophes and repeated letters do
not count, so "ca va" is "Ça va" too. A filler may stand beside a phrase and is nothing by itself: no word may be one
that could turn a greeting into a question. `[contact]` says how people ask for a person, an address or a telephone
number. Such a message holds one of its "phrases", or one of "reach" and one of "whom", and nothing else but what may
stand "beside" and fillers: "can I" + "talk to" + "a real" + "person". The parts mean nothing by themselves. "about"
lists the phrases behind which somebody says what the matter is: "talk to a human about my order".
"""

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from chatbot.core.locales import LANGUAGES
from chatbot.core.text import plain_words

PARTS = ("beside", "reach", "whom")
SAID = ("hello", "thanks", "bye", "who", "human", "help")

_HERE = Path(__file__).parent / "small_talk"
_SMILEY = re.compile(r"[:;=]['-]?[()\[\]dpo3*|/\\]+(?!\w)|<3|\bx+d+\b", re.IGNORECASE)
# What NFKD does not take apart, and letters of Turkish and Arabic that many write as their neighbour; the Arabic
# stretching mark is no letter. Vowel signs of Hindi become vowels, as they are letters to no regular expression.
_BARE = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ى": "ي", "ة": "ه", "\u0640": ""})
_VOWEL_SIGNS = {sign: sign - 0x38 for sign in range(0x093E, 0x094D)}
_REPEATED = re.compile(r"(\w)\1+")


@dataclass(frozen=True, slots=True)
class Table:
    """What is understood in one language. `phrases`: words -> a kind of small talk, a part, or "filler"; `words`: all
    that stand in them; `about`: see above, by their first words."""

    phrases: Mapping[tuple[str, ...], str]
    words: frozenset[str]
    about: Mapping[str, Sequence[tuple[str, ...]]]


@cache
def tables() -> Mapping[str, Table]:
    """Language -> its table, in the order in which they are tried."""
    files = ((lang, _HERE / f"{lang}.toml") for lang in LANGUAGES)
    return {lang: _table(tomllib.loads(path.read_text("utf-8"))) for lang, path in files if path.is_file()}


@lru_cache(maxsize=256)  # a message is asked about several times on its way
def words_of(text: str) -> tuple[str, ...]:
    """The words of `text` without accents, apostrophes, smileys or emoji, and each letter once: "Helloo" is "helo".

    Each character of Chinese and Japanese is a word, as they are written without blanks.
    """
    letters = unicodedata.normalize("NFKD", _SMILEY.sub(" ", text).translate(_BARE)).translate(_VOWEL_SIGNS)
    plain = "".join(letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Mc"))
    return tuple(_REPEATED.sub(r"\1", word) for word in plain_words(plain) if word[0].isalnum())


def _table(listed: Mapping[str, Any]) -> Table:
    """A phrase that is also a filler is a phrase."""
    contact = listed["contact"]
    fillers = dict.fromkeys(_phrases(listed["fillers"]), "filler")
    asked = ({phrase: part for phrase in _phrases(contact[part])} for part in PARTS)
    reached = dict.fromkeys(_phrases(contact["phrases"]), "contact")
    kinds = ({phrase: kind for phrase in _phrases(listed[kind])} for kind in SAID)
    table = dict(itertools.chain.from_iterable(part.items() for part in (fillers, *asked, reached, *kinds)))
    table.pop((), None)
    about: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _phrases(contact["about"]):
        about.setdefault(phrase[0], []).append(phrase)
    return Table(table, frozenset(itertools.chain.from_iterable(table)), about)


def _phrases(listed: str) -> Iterator[tuple[str, ...]]:
    """Every phrase that a list stands for."""
    for phrase in dict.fromkeys(itertools.chain.from_iterable(map(_expanded, listed.split(",")))):
        yield tuple(itertools.chain.from_iterable(map(_words_of_table, phrase.split())))


@cache
def _words_of_table(word: str) -> tuple[str, ...]:
    """`words_of`, once for each word of the tables: phrases share most of theirs."""
    return words_of.__wrapped__(word)


def _expanded(pattern: str) -> Iterator[str]:
    """ "a (b|c)" to "a b" and "a c"; alternatives may hold alternatives."""
    innermost = re.search(r"\(([^()]*)\)", pattern)
    if innermost is None:
        yield pattern
        return
    for choice in innermost[1].split("|"):
        yield from _expanded(pattern[: innermost.start()] + choice + pattern[innermost.end() :])
