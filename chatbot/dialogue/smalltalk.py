"""Hello, thanks, bye, who are you: answered from a small table, so that the search is not asked for them.

Small talk is what a message consists of, never what it contains: every word must belong to a phrase or a filler of one
language. One word more, as in "hi, can I run?", and the message is a question.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from chatbot.dialogue.smalltalk_table import FILLERS, PHRASES, REPLIES
from chatbot.text import plain_words

# In a message of several, as "hi, are you a robot? thanks", the first of these is answered.
Kind = Literal["human", "who", "help", "bye", "thanks", "hello"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LONGEST = 200  # characters; beyond, there is more in a message than pleasantries
_SMILEY = re.compile(r"[:;=]['-]?[()\[\]dpo3*|/\\]+(?!\w)|<3|\bx+d+\b", re.IGNORECASE)
# What NFKD does not take apart; the Arabic stretching mark is no letter.
_BARE = str.maketrans({"ł": "l", "Ł": "L", "\u0640": ""})
_REPEATED = re.compile(r"(\w)\1+")


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """What is said to small talk: `text` is the whole reply, in the language of the message."""

    kind: Kind
    lang: str
    text: str


@functools.lru_cache(maxsize=256)  # a message is asked about several times on its way
def small_talk(message: str, title: str) -> SmallTalk | None:
    """The reply to a message that is small talk from end to end, None for any other. `title`: of the FAQ."""
    if len(message) > _LONGEST:
        return None
    words = _words(message)
    for lang, table in _TABLES.items():
        kinds = _kinds(words, table) if _VOCABULARIES[lang].issuperset(words) else ()
        for kind in KINDS:
            if kind in kinds:
                return SmallTalk(kind, lang, REPLIES[lang][kind].replace("{title}", title))
    return None


def _kinds(words: list[str], table: dict[tuple[str, ...], str]) -> set[str]:
    """What `words` consist of; nothing where a word is left over."""
    read: list[set[str] | None] = [set(), *[None] * len(words)]  # item i: the kinds in the first i words
    for end in range(1, len(words) + 1):
        for start in range(end):  # the longest phrase first
            before = read[start]
            if before is not None and (kind := table.get(tuple(words[start:end]))):
                read[end] = before | {kind}
                break
    return read[-1] or set()


def _words(text: str) -> list[str]:
    """The words of `text` without accents, apostrophes, smileys or emoji, and each letter once: "Helloo" is "helo"."""
    bare = unicodedata.normalize("NFKD", _SMILEY.sub(" ", text).translate(_BARE))
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return [_REPEATED.sub(r"\1", word) for word in plain_words(plain)]


def _phrases(listed: str) -> Iterator[tuple[str, ...]]:
    """Every phrase that a line of the table stands for."""
    for phrase in dict.fromkeys(itertools.chain.from_iterable(map(_expanded, listed.split(",")))):
        yield tuple(itertools.chain.from_iterable(map(_words_of_table, phrase.split())))


@functools.cache
def _words_of_table(word: str) -> list[str]:
    """`_words`, once for each word of the table: phrases share most of theirs."""
    return _words(word)


def _expanded(pattern: str) -> Iterator[str]:
    """ "a (b|c)" to "a b" and "a c"; alternatives may hold alternatives."""
    innermost = re.search(r"\(([^()]*)\)", pattern)
    if innermost is None:
        yield pattern
        return
    for choice in innermost[1].split("|"):
        yield from _expanded(pattern[: innermost.start()] + choice + pattern[innermost.end() :])


def _table(lang: str) -> dict[tuple[str, ...], str]:
    """Phrase -> kind; a phrase that is also a filler is a phrase."""
    fillers = dict.fromkeys(_phrases(FILLERS[lang]), "filler")
    kinds = ({phrase: kind for phrase in _phrases(listed)} for kind, listed in PHRASES[lang].items())
    table = dict(itertools.chain.from_iterable(part.items() for part in (fillers, *kinds)))
    return {phrase: kind for phrase, kind in table.items() if phrase}


_TABLES = {lang: _table(lang) for lang in PHRASES}
_VOCABULARIES = {lang: frozenset(itertools.chain.from_iterable(table)) for lang, table in _TABLES.items()}
