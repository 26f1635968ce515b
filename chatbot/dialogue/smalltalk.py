"""Hello, thanks, who are you, let me talk to a person: answered from a small table, so that the search is not asked.

Small talk is what a message consists of, never what it contains: every word must belong to a phrase or a filler of one
language. One word more, as in "hi, can I run?", and the message is a question. Slips count where somebody asks for
contact alone: who wants a person is often in a hurry.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from chatbot.content.notices import is_one_typo
from chatbot.core.locales import FALLBACK, base_of, locale_of
from chatbot.core.text import plain_words
from chatbot.dialogue.smalltalk_table import PARTS, tables, words_of
from chatbot.search.words import lexicon_of

# In a message of several, as "hi, are you a robot? thanks", the first of these is answered.
Kind = Literal["contact", "human", "who", "help", "bye", "thanks", "hello"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LONGEST = 200  # characters; beyond, there is more in a message than pleasantries
_SLIPS, _SLIPPED_FROM = 2, 4  # words of a message that may be slips, and letters of a word that one may mean
_ASKED_IN_PARTS = {"reach", "whom"}


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """The reply to small talk: `text` is the whole reply, in the language of the message."""

    kind: Kind
    lang: str
    text: str


_remembered = functools.lru_cache(maxsize=256)  # a message is asked about several times on its way


@_remembered
def small_talk(message: str, title: str, lang: str = "en", has_contact: bool = True) -> SmallTalk | None:
    """The reply to a message that is small talk from end to end, None for any other.

    `title` and `lang`: of the FAQ, whose language comes first. Where a person is asked for and the FAQ `has_contact`,
    the reply is what stands below that.
    """
    if len(message) > _LONGEST:
        return None
    langs = _first(lang)
    matched = _matched(words_of(message), langs) or _misspelt(message, langs[0])
    return _replied(*matched, title, has_contact) if matched else None


@_remembered
def contact_first(message: str, title: str, lang: str, has_contact: bool) -> SmallTalk | None:
    """The reply to a question that begins by asking for a person: "Can I talk to a human about my order?"."""
    words = words_of(message[:_LONGEST])
    for spoken in _first(lang):
        for at in _begin(words, tables()[spoken].about):
            if _matched(words[:at], [spoken]) == ("contact", spoken):
                return _replied("contact", spoken, title, has_contact)
    return None


def _begin(words: Sequence[str], phrases: Mapping[str, Sequence[tuple[str, ...]]]) -> Iterator[int]:
    """Where one of `phrases`, by their first words, begins behind other words."""
    for at in range(1, len(words)):
        if any(words[at : at + len(one)] == one for one in phrases.get(words[at], ())):
            yield at


def _replied(kind: Kind, lang: str, title: str, has_contact: bool) -> SmallTalk:
    name = kind if kind != "contact" else "reached" if has_contact else "unreached"
    text: str = getattr(locale_of(lang).small_talk, name)
    return SmallTalk(kind, lang, text.replace("{title}", title))


@functools.cache
def _first(lang: str) -> Sequence[str]:
    """All languages, `lang` before the others."""
    return sorted(tables(), key=lambda known: known != base_of(lang))


def _matched(words: Sequence[str], langs: Iterable[str]) -> tuple[Kind, str] | None:
    """The kind of small talk that `words` are, and its language."""
    for lang in langs:
        table = tables()[lang]
        kinds = _kinds(words, table.phrases) if table.words.issuperset(words) else set()
        if kinds >= _ASKED_IN_PARTS:
            kinds |= {"contact"}
        if "contact" in kinds or kinds.isdisjoint(PARTS):  # a part means nothing beside other small talk
            for kind in KINDS:
                if kind in kinds:
                    return kind, lang
    return None


def _misspelt(message: str, lang: str) -> tuple[Kind, str] | None:
    """That somebody asks for contact, with slips: "speek to a humn". A word that is listed is none."""
    typed, words = plain_words(message), words_of(message)
    for spoken in dict.fromkeys([lang, FALLBACK]):
        strange = [at for at, word in enumerate(words) if word not in tables()[spoken].words]
        if not 0 < len(strange) <= _SLIPS or len(words) != len(typed):
            continue
        near = [_nearest(words[at], spoken) for at in strange]
        if not all(near) or any(lexicon_of(known).is_listed(typed[at]) for at in strange for known in {lang, FALLBACK}):
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
    near = (meant for meant in sorted(tables()[lang].words) if len(meant) >= _SLIPPED_FROM and is_one_typo(word, meant))
    return list(itertools.islice(near, 2))


def _kinds(words: Sequence[str], table: Mapping[tuple[str, ...], str]) -> set[str]:
    """What `words` consist of; nothing where a word is left over."""
    read: list[set[str] | None] = [set(), *[None] * len(words)]  # item i: the kinds in the first i words
    for end in range(1, len(words) + 1):
        for start in range(end):  # the longest phrase first
            before = read[start]
            if before is not None and (kind := table.get(tuple(words[start:end]))):
                read[end] = before | {kind}
                break
    return read[-1] or set()
