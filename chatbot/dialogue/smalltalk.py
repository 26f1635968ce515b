"""Hello, thanks, who are you, let me talk to a person: answered from a small table, so that the search is not asked.

Small talk is what a message consists of, never what it contains: every word must belong to a phrase or a filler of one
language. One word more, as in "hi, can I run?", and the message is a question. Slips count where somebody asks for
contact alone: who wants a person is often in a hurry.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from chatbot.content.notices import is_one_typo
from chatbot.core.text import plain_words
from chatbot.dialogue.smalltalk_contact import ASKED, PARTS, REACHED, UNREACHED
from chatbot.dialogue.smalltalk_table import FILLERS, PHRASES, REPLIES
from chatbot.search.words import lexicon_of

# In a message of several, as "hi, are you a robot? thanks", the first of these is answered.
Kind = Literal["contact", "human", "who", "help", "bye", "thanks", "hello"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LONGEST = 200  # characters; beyond, there is more in a message than pleasantries
_SLIPS, _SLIPPED_FROM = 2, 4  # words of a message that may be slips, and letters of a word that one may mean
_ASKED_IN_PARTS = {"reach", "whom"}
_SMILEY = re.compile(r"[:;=]['-]?[()\[\]dpo3*|/\\]+(?!\w)|<3|\bx+d+\b", re.IGNORECASE)
# What NFKD does not take apart; the Arabic stretching mark is no letter.
_BARE = str.maketrans({"ł": "l", "Ł": "L", "\u0640": ""})
_REPEATED = re.compile(r"(\w)\1+")


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """The reply to small talk: `text` is the whole reply, in the language of the message."""

    kind: Kind
    lang: str
    text: str


@functools.lru_cache(maxsize=256)  # a message is asked about several times on its way
def small_talk(message: str, title: str, lang: str = "en", has_contact: bool = True) -> SmallTalk | None:
    """The reply to a message that is small talk from end to end, None for any other.

    `title` and `lang`: of the FAQ, whose language comes first. Where a person is asked for and the FAQ `has_contact`,
    the reply is what stands below that.
    """
    if len(message) > _LONGEST:
        return None
    langs = _first(lang)
    matched = _matched(_words(message), langs) or _misspelt(message, langs[0])
    return _replied(*matched, title, has_contact) if matched else None


def contact_first(message: str, title: str, lang: str, has_contact: bool) -> SmallTalk | None:
    """The reply to a question that begins by asking for a person: "Can I talk to a human about my order?"."""
    words = _words(message[:_LONGEST])
    for spoken in _first(lang):
        at = next((at for at, word in enumerate(words) if word in _ABOUT[spoken]), 0)
        if at and _matched(words[:at], [spoken]) == ("contact", spoken):
            return _replied("contact", spoken, title, has_contact)
    return None


def _replied(kind: Kind, lang: str, title: str, has_contact: bool) -> SmallTalk:
    text = REPLIES[lang][kind] if kind != "contact" else (REACHED if has_contact else UNREACHED)[lang]
    return SmallTalk(kind, lang, text.replace("{title}", title))


def _first(lang: str) -> list[str]:
    """All languages, `lang` before the others."""
    return sorted(_TABLES, key=lambda known: known != lang.split("-")[0].lower())


def _matched(words: list[str], langs: Iterable[str]) -> tuple[Kind, str] | None:
    """The kind of small talk that `words` are, and its language."""
    for lang in langs:
        kinds = _kinds(words, _TABLES[lang]) if _VOCABULARIES[lang].issuperset(words) else set()
        if kinds >= _ASKED_IN_PARTS:
            kinds |= {"contact"}
        if "contact" in kinds or kinds.isdisjoint(PARTS):  # a part means nothing beside other small talk
            for kind in KINDS:
                if kind in kinds:
                    return kind, lang
    return None


def _misspelt(message: str, lang: str) -> tuple[Kind, str] | None:
    """That somebody asks for contact, with slips: "speek to a humn". A word that is listed is none."""
    typed, words = plain_words(message), _words(message)
    for spoken in dict.fromkeys([lang, "en"]):
        strange = [at for at, word in enumerate(words) if word not in _VOCABULARIES[spoken]]
        if not 0 < len(strange) <= _SLIPS or len(words) != len(typed):
            continue
        near = [_nearest(words[at], spoken) for at in strange]
        if not all(near) or any(lexicon_of(known).is_listed(typed[at]) for at in strange for known in {lang, "en"}):
            continue
        for meant in itertools.product(*near):
            corrected = dict(zip(strange, meant, strict=True))
            matched = _matched([corrected.get(at, word) for at, word in enumerate(words)], [spoken])
            if matched and matched[0] == "contact":
                return matched
    return None


@functools.lru_cache(maxsize=1024)
def _nearest(word: str, lang: str) -> list[str]:
    """The words of the table that `word` may be a slip of, at most two."""
    near = (meant for meant in sorted(_VOCABULARIES[lang]) if len(meant) >= _SLIPPED_FROM and is_one_typo(word, meant))
    return list(itertools.islice(near, 2))


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
    asked = ({phrase: part for phrase in _phrases(ASKED[lang][part])} for part in (*PARTS, "contact"))
    table = dict(itertools.chain.from_iterable(part.items() for part in (fillers, *asked, *kinds)))
    return {phrase: kind for phrase, kind in table.items() if phrase}


_TABLES = {lang: _table(lang) for lang in PHRASES}
_VOCABULARIES = {lang: frozenset(itertools.chain.from_iterable(table)) for lang, table in _TABLES.items()}
_ABOUT = {lang: frozenset(itertools.chain.from_iterable(_phrases(ASKED[lang]["about"]))) for lang in ASKED}
