"""Questions on anything, which no FAQ is meant to answer: what a build finds for them is noise.

There is a list for each of some languages, as a corpus lies nearer to whatever is asked in its own. Which that is, its
words tell, and else `lang` of its entries or of bot.toml. Where no list is in it, there are English and that of the
list which is written in most of its letters.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from chatbot.content.render import plain_line
from chatbot.core.locales import base_of
from chatbot.core.scripts import UNSPACED, marks_of
from chatbot.core.types import Entry
from chatbot.search.calibration import evenly

_LISTS = Path(__file__).with_name("off_topic")  # a file for each language, a question a line
_SAMPLE = 100  # entries that are looked at
_KNOWN = 0.12  # of a corpus's words stand in the list of its language, mostly such as "the" and "is"
_LETTERS = 0.6  # of a corpus's letters must be those of a list in its script
_MOST = 4  # languages of a corpus that are tried
_FEW = 0.1  # of the entries; to a language of fewer the FAQ owes no trial, which would be one of the encoder
_NAMES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "it": "Italian", "ja": "Japanese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip


class OffTopic(NamedTuple):
    """The questions that a corpus is tried with."""

    questions: tuple[str, ...]
    is_own: bool  # whether there is a list in each of its languages
    told: str  # in which languages they are, for the report: "German"


def off_topic_for(entries: Sequence[Entry], lang: str) -> OffTopic:
    """Those of the languages that `entries` are in, of at most `_MOST`. `lang`: of bot.toml, as BCP 47."""
    by_lang: dict[str, list[Entry]] = {}
    for entry in entries:
        by_lang.setdefault(base_of(entry.lang) or base_of(lang), []).append(entry)
    least = min(_FEW * len(entries), max(map(len, by_lang.values()), default=0))
    by_lang = {said: own for said, own in by_lang.items() if len(own) >= least}
    counts: Counter[str] = Counter()
    missing: dict[str, str] = {}  # language without a list -> the list that is nearest
    for said, own in by_lang.items():
        is_listed = said in _words()
        spoken = language_of(own) or (said if is_listed and said != "en" else "")
        if spoken and (is_listed or not said):
            counts[spoken] += len(own)
        else:
            counts["en"] += len(own)
            missing[said] = spoken or _nearest_script(own)
    langs = [name for name, _ in counts.most_common(_MOST)]
    langs += [near for near in dict.fromkeys(missing.values()) if near and near not in langs]
    names = " and ".join(_NAMES[name] for name in langs)
    unlisted = [f'"{said}"' for said in missing if said not in _words()]
    told = f"{names}: no list is in {' or '.join(unlisted) or 'the language of the FAQ'}" if missing else names
    return OffTopic(tuple(q for name in langs for q in off_topic_questions(name)), not missing, told)


@cache
def off_topic_questions(lang: str = "en") -> tuple[str, ...]:
    """`lang`: one that has a list."""
    return tuple((_LISTS / f"{lang}.txt").read_text(encoding="utf-8").splitlines())


def language_of(entries: Sequence[Entry]) -> str:
    """The language, of those that have a list, that most words of the entries are of; "" where it is none of them."""
    words = _words_of(_text_of(entries))
    counts = {lang: sum(word in known for word in words) for lang, known in _words().items()}
    most = max(counts, key=lambda lang: counts[lang])
    return most if counts[most] and counts[most] >= _KNOWN * len(words) else ""


def _nearest_script(entries: Sequence[Entry]) -> str:
    """The language of the list, none in Latin letters, that has most letters of the entries; "" where none has."""
    letters = list(filter(str.isalpha, _text_of(entries).casefold()))
    counts = {lang: sum(letter in known for letter in letters) for lang, known in _alphabets().items()}
    most = max(counts, key=lambda lang: counts[lang])
    return most if counts[most] and counts[most] >= _LETTERS * len(letters) else ""


@cache
def _words() -> dict[str, frozenset[str]]:
    langs = sorted(file.stem for file in _LISTS.glob("*.txt"))
    return {lang: frozenset(_words_of(" ".join(off_topic_questions(lang)))) for lang in langs}


@cache
def _alphabets() -> dict[str, frozenset[str]]:
    letters = {lang: frozenset("".join(words)) for lang, words in _words().items()}
    return {lang: own for lang, own in letters.items() if not own & set("aeinrst")}


def _text_of(entries: Sequence[Entry]) -> str:
    """Of some of them."""
    sample = [entries[row] for row in evenly(range(len(entries)), _SAMPLE)]
    return " ".join(f"{entry.question} {plain_line(entry.answer)}" for entry in sample)


def _words_of(text: str) -> list[str]:
    """Words of letters; each character where there are no blanks."""
    marks = marks_of(text)
    letter = rf"[^\W\d_{UNSPACED}]"
    return re.findall(
        rf"[{UNSPACED}]|{letter}(?:{letter}|[{marks}])*" if marks else rf"[{UNSPACED}]|{letter}+", text.casefold()
    )
