"""The codes, years, versions, dates and letters of a text, each with the shape of the thing that it stands for.

Two codes of one shape stand for two things of one kind: "K-200" and "K-400", "Hall A" and "Hall B", 14 and 15 June.
"""

import re
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

from chatbot.core.scripts import is_unspaced
from chatbot.core.text import spelled_plainly
from chatbot.search.spans import MONTHS, days_of, open_spans_of, runs_of, years_of
from chatbot.search.words import joined_codes, words_of

_HEADS_FILE = Path(__file__).with_name("heads.txt")  # for languages other than English: one a line
_CODE = re.compile(r"[a-z]{1,4}\d{1,5}[a-z]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_VERSION = "version"
_HEADS = (
    "version release type zone band level room line model part step chapter module grade class size platform gate"
    " terminal track stage phase route form schedule appendix section article error code edition volume season episode"
    " group unit tier series generation gen mark windows android ios python java php node ubuntu debian"
).split()
# "version 2", "June 14"; a number behind any other word says how many or how long.
_NUMBERED = re.compile(rf"\b({'|'.join(_HEADS + MONTHS)})[\s-]+(\d{{1,4}}(?:\.\d+)*)(?![\w%])", re.I)
_HEAD_BEFORE = re.compile(rf"\b({'|'.join(_HEADS + MONTHS)})s?\s+$", re.I)
_MONTH_BEHIND = re.compile(rf"\s+(?:of\s+)?({'|'.join(MONTHS)})\b", re.I)
_DATE = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(MONTHS)})\b", re.I)
_NAMED_AND_NUMBERED = re.compile(r"\b([A-Za-z]{3,})\s(\d{1,2}(?:\.\d+)*)(?![\w%])")
# "Hall B", "vitamin D"; an "a" behind a small letter is an article, and "E-40" is a code.
_LETTERED = re.compile(r"\b([A-Z][a-z]{2,}) (A)\b|\b([A-Za-z][a-z]{2,}) ([B-HJ-Z]|[b-hj-z])\b(?!['\u2019]|-\d)")
# In other languages: a capital behind a word, but no initial ("J. S. Bach"), and no word of one letter in small ones.
_LETTERED_ELSEWHERE = re.compile(r"([^\W\d_]{2,}) ([A-HJ-Z\u0391-\u03a9\u0410-\u042f])(?![\w'\u2019-]|\.\s?\w)")
# Beside another script a Latin word is a name, as in "iPhone 12\u7684", unless it says in which unit.
_LATIN_AND_NUMBERED = re.compile(r"(?<![A-Za-z])([A-Za-z]{3,})\s?(\d{1,2}(?:\.\d+)*)(?![A-Za-z0-9%])")
_UNITS = frozenset(
    "aed ars aud brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr jpy krw mxn nok nzd".split()
)
_UNITS |= frozenset("php pkr pln rmb ron rub sar sek sgd thb try twd uah usd vnd zar max min ver vol".split())
# Behind or before a number these say that several are meant: a span, a list, or all from there on.
_SEVERAL = (
    r"(?:\+|[-\u2013\u2014~\u301c,\u3001\u060c以及或和与至到かから]|(?:oder|und|bis|ou|et|à|au|o|y|e|a|al|of|en|tot|lub|i|do|или|и|до"
    r"|veya|ve|ile|او|الي|ו|עד|या|और|से)\b)"
)
_FROM = r"\b(?:ab|seit|von|desde|dès|partir d[ea]|vanaf|van|dalla|dal|od|с|со|от|من|מ)"
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_NAMED_ORDINALS = {word: f"{n}{('st', 'nd', 'rd')[n - 1] if n < 4 else 'th'}" for n, word in enumerate(_ORDINALS, 1)}


class Code(NamedTuple):
    shape: str
    code: str  # in small letters

    @property
    def is_joined(self) -> bool:
        """True for "k400", which is a code whatever stands around it."""
        return self.shape.startswith("code")

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.code))


def codes_of(text: str, names: Set[str], spelled: bool = False, lang: str = "en") -> frozenset[Code]:
    """`names`: what has versions, in small letters: "Ledger 4". `spelled`: "first" and "second" are ordinals; in a
    question they are so often something else that only the rarer ones count. `lang`: as "en"."""
    text = spelled_plainly(text)
    if lang != "en":
        return frozenset(_elsewhere(text, lang, spelled))
    words = (code for word in words_of(text) if (code := _of_word(word, spelled)))
    return frozenset([*words, *_of_heads(text), *_of_runs(text), *_of_names(text, names)])


def _elsewhere(text: str, lang: str, with_spans: bool) -> Iterator[Code]:
    """The codes and years of any language; what English words say of numbers is left out. `with_spans`: with all years
    that lie in a span, as in the text of an entry."""
    for word in words_of(text, lang):
        if _CODE.fullmatch(word) or _YEAR.fullmatch(word):
            yield from filter(None, [_of_word(word, spelled=False)])
    yield from (Code("year", str(year)) for year in (years_of(text) if with_spans else ()))
    for word, letter in _LETTERED_ELSEWHERE.findall(text):
        yield Code(word.casefold(), letter.casefold())
    yield from _numbered_elsewhere(text, lang)
    if _FOREIGN.search(text):
        for word, number in _LATIN_AND_NUMBERED.findall(text):
            if word.casefold() not in _UNITS:
                yield Code(f"{_VERSION} {word.casefold()}", number)


def has_rival(code: Code, shapes: Set[str]) -> bool:
    """Whether a code of the same shape is among `shapes`. "Version 3" may be one of anything that has versions."""
    if code.shape == _VERSION:
        return any(shape.startswith(_VERSION) for shape in shapes)
    return code.shape in shapes or (code.shape.startswith(_VERSION) and _VERSION in shapes)


def lies_within(code: Code, text: str) -> bool:
    """Whether `text` speaks of all of a kind from a number on, and so of this one: "Windows 10 or later"."""
    number = code.code.partition(".")[0]
    if not number.isdigit():
        return False
    head = f"{code.shape.split()[-1]} "
    return any(span.holds(int(number)) and text[: span.begin].casefold().endswith(head) for span in open_spans_of(text))


@cache
def _heads(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """(what has numbers in a language, with the number; where it is said of several); None where no list tells. Words
    are written to their stem."""
    listed = next((line for line in _HEADS_FILE.read_text("utf-8").splitlines() if line.startswith(f"{lang} ")), "")
    if not listed:
        return None
    words = spelled_plainly(listed).split()[1:]
    heads = f"(?P<head>{'|'.join(sorted(words, key=len, reverse=True))})"
    if is_unspaced(words[0]):
        one = rf"(?<![\d.])(?P<number>\d{{1,3}}) ?{heads}"
        several = rf"\d ?{_SEVERAL} ?{one}|{one.replace('?P<', '?P<_')} ?{_SEVERAL}"
    else:
        one = rf"(?<!\w)(?:\u0627\u0644|\u05d4)?{heads}[^\W\d]{{0,3}}[\s-]+(?P<number>\d{{1,4}}(?:\.\d+)*)(?![\w%])"
        several = rf"{_FROM} {one}|{one.replace('?P<', '?P<_')}\s*{_SEVERAL}"
    return re.compile(one, re.I), re.compile(several, re.I)


def _numbered_elsewhere(text: str, lang: str) -> Iterator[Code]:
    """ "Zone 3", "3\u53f7\u7ebf"; none where a text speaks of several."""
    heads = _heads(lang)
    if heads and not heads[1].search(text):
        for found in heads[0].finditer(text):
            yield Code(f"head {found['head'].casefold()}", found["number"])


def _of_word(word: str, spelled: bool) -> Code | None:
    if _CODE.fullmatch(word):
        return Code(f"code {word.rstrip('abcdefghijklmnopqrstuvwxyz').rstrip('0123456789')}", word)
    if _YEAR.fullmatch(word):
        return Code("year", word)
    if _ORDINAL.fullmatch(word):
        return Code("ordinal", word)
    if word in _NAMED_ORDINALS and (spelled or word not in _ORDINALS[:2]):
        return Code("ordinal", _NAMED_ORDINALS[word])
    return None


def _of_heads(text: str) -> Iterator[Code]:
    """What stands behind a word that says of which kind it is, and the days of a month."""
    for letter in _LETTERED.finditer(text):
        yield Code((letter[1] or letter[3]).casefold(), (letter[2] or letter[4]).casefold())
    for number, month in _DATE.findall(text):
        yield Code(month.casefold(), number)
    for head, number in _NUMBERED.findall(joined_codes(text)):
        if not _YEAR.fullmatch(number):
            yield Code(_shape_of(head), number)


def _of_runs(text: str) -> Iterator[Code]:
    """Each of several: "zones 1 to 5", "25 and 26 December", "2016 to 2020"."""
    for run in runs_of(text):
        head = _HEAD_BEFORE.search(text, 0, run.begin) or _MONTH_BEHIND.match(text, run.end)
        if all(_YEAR.fullmatch(str(number)) for number in run.numbers):
            yield from (Code("year", str(number)) for number in run.numbers)
        elif head:
            yield from (Code(_shape_of(head[1]), str(number)) for number in run.numbers)


def _of_names(text: str, names: Set[str]) -> Iterator[Code]:
    for word, number in _NAMED_AND_NUMBERED.findall(text):
        if word.casefold() in names and not days_of(word):
            yield Code(f"{_VERSION} {word.casefold()}", number)


def _shape_of(head: str) -> str:
    small = head.casefold()
    return _VERSION if small == "release" else small
