"""Questions on anything, which no FAQ is meant to answer: what a build finds for them is noise.

There is a list for each of some languages, as a corpus lies nearer to whatever is asked in its own.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from chatbot.content.render import plain_line
from chatbot.core.types import Entry
from chatbot.search.calibration import evenly

_LISTS = Path(__file__).with_name("off_topic")  # a file for each language, a question a line
_SAMPLE = 100  # entries that are looked at
_KNOWN = 0.12  # of a corpus's words stand in the list of its language, mostly such as "the" and "is"
_WORD = re.compile(r"[^\W\d_]+")


@cache
def off_topic_questions(lang: str = "en") -> tuple[str, ...]:
    """In English, too, where `language_of` tells none."""
    return tuple((_LISTS / f"{lang or 'en'}.txt").read_text(encoding="utf-8").splitlines())


def language_of(entries: Sequence[Entry]) -> str:
    """The language, of those that have a list, that most words of the entries are of; "" where it is none of them."""
    sample = [entries[row] for row in evenly(range(len(entries)), _SAMPLE)]
    words = _words_of(" ".join(f"{entry.question} {plain_line(entry.answer)}" for entry in sample))
    counts = {lang: sum(word in known for word in words) for lang, known in _words().items()}
    most = max(counts, key=lambda lang: counts[lang])
    return most if counts[most] and counts[most] >= _KNOWN * len(words) else ""


@cache
def _words() -> dict[str, frozenset[str]]:
    langs = sorted(file.stem for file in _LISTS.glob("*.txt"))
    return {lang: frozenset(_words_of(" ".join(off_topic_questions(lang)))) for lang in langs}


def _words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
