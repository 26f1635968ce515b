"""Spans that English texts state in few words: "Monday to Saturday", "24 to 27 December", "version 15 or later".

A question for something within a span is no question for something else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_DAY = {
    **{day: at for at, day in enumerate(_DAYS)},
    **{day[:3]: at for at, day in enumerate(_DAYS)},
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
_TO = r"\s*(?:to|until|till|through|[-\u2013\u2014])\s*"
# Whole names in any letters; short ones with a capital, as the sun is no day.
_DAY_NAMES = "|".join(f"(?i:{day}s?)" if day in _DAYS else day.title() for day in sorted(_DAY, key=len, reverse=True))
_FROM_DAY_TO_DAY = re.compile(rf"\b({_DAY_NAMES})\b\.?(?:{_TO}\b({_DAY_NAMES})\b)?")
_WORKING_DAYS = re.compile(r"\b(?:week|working )days?\b", re.I)
_WEEKEND = re.compile(r"\bweekends?\b", re.I)
_EVERY_DAY = re.compile(r"\b(?:daily|every day|seven days|all week)\b", re.I)

MONTHS = "january february march april may june july august september october november december".split()
_MONTH_NAMES = "|".join(f"(?i:{month})" if month != "may" else "May" for month in MONTHS)
_FROM_MONTH_TO_MONTH = re.compile(rf"\b({_MONTH_NAMES})\b(?:{_TO}\b({_MONTH_NAMES})\b)?")

_MOST = 400  # numbers within a span; a longer one is no span of things that have numbers
_NUMBER = r"\d{1,4}(?:st|nd|rd|th)?"
_SEVERAL = re.compile(
    rf"(?P<between>\b(?i:between)\s+)?(?P<run>{_NUMBER}(?:\s*(?:,|\band\b|\bor\b|\bto\b|\buntil\b|\bthrough\b|&|[-\u2013\u2014])"
    rf"\s*{_NUMBER})+)(?![\w%])"
)
_ONE = re.compile(r"\d{1,4}")
_IS_SPAN = re.compile(r"to|until|through|[-\u2013\u2014]")
# How other languages write a span of years: with a word for "to" or "and" (as in "between") that stands between them.
_YEARS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\D{0,9}?(?:[-\u2013\u2014~\u301c\u81f3\u5230]|\b(?:bis|tot|t/m|à|au|al?|ao|e|et|y|und|en|i|ve"
    r"|hasta|fino|até|do|до|по|и|إلى|حتى|و|से|और|ile)\b|から)\D{0,9}?((?:19|20)\d\d)(?!\d)",
    re.I,
)
_OPEN = re.compile(
    r"(\d{1,4})(?:\.\d+)*\s*(?:(\+)|(?:or|and)\s+(?:(later|newer|above|higher|up|upwards|over|more|onwards?|older)"
    r"|(earlier|below|lower|under|less|down|younger)))(?!\w)",
    re.I,
)


class Run(NamedTuple):
    """Several numbers that stand together, as "24, 25 and 26", and where."""

    begin: int
    end: int
    numbers: frozenset[int]  # with all that lie in a span


class OpenSpan(NamedTuple):
    """ "15 or later": all numbers from `at` on, or up to it."""

    begin: int
    at: int
    upwards: bool

    def holds(self, number: int) -> bool:
        return number >= self.at if self.upwards else number <= self.at


def days_of(text: str) -> set[int]:
    """The days of the week that `text` speaks of, 0 for Monday; a span holds all that lie in it."""
    days: set[int] = set()
    for name in _FROM_DAY_TO_DAY.finditer(text):
        first = _day(name[1])
        last = _day(name[2]) if name[2] else first
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    for pattern, meant in ((_WORKING_DAYS, range(5)), (_WEEKEND, (5, 6)), (_EVERY_DAY, range(7))):
        if pattern.search(text):
            days.update(meant)
    return days


def names_of_days(text: str) -> set[str]:
    """The days that `text` speaks of, as "monday"."""
    return {_DAYS[day] for day in days_of(text)}


def months_of(text: str) -> set[int]:
    """The months that `text` speaks of, 0 for January; a span holds all that lie in it."""
    months: set[int] = set()
    for name in _FROM_MONTH_TO_MONTH.finditer(text):
        first = MONTHS.index(name[1].casefold())
        last = MONTHS.index(name[2].casefold()) if name[2] else first
        months.update((first + step) % 12 for step in range((last - first) % 12 + 1))
    return months


def runs_of(text: str) -> Iterator[Run]:
    """The numbers that stand together in `text`: "3 and 4", "24 to 27", "between 3 and 20"."""
    for several in _SEVERAL.finditer(text):
        numbers: set[int] = set()
        last: re.Match[str] | None = None
        for number in _ONE.finditer(several["run"]):
            numbers.add(int(number[0]))
            if last and (several["between"] or _IS_SPAN.search(several["run"], last.end(), number.start())):
                within = range(int(last[0]), int(number[0]))
                numbers.update(within if len(within) <= _MOST else ())
            last = number
        yield Run(several.start(), several.end(), frozenset(numbers))


def years_of(text: str) -> set[int]:
    """The years that lie in the spans of a text in any language, "2016 bis 2020"."""
    spans = ((int(first), int(last)) for first, last in _YEARS.findall(text))
    return {year for first, last in spans if last - first <= _MOST for year in range(first, last + 1)}


def open_spans_of(text: str) -> Iterator[OpenSpan]:
    for match in _OPEN.finditer(text):
        yield OpenSpan(match.start(), int(match[1]), match[4] is None)


def _day(name: str) -> int:
    small = name.casefold()
    return _DAY[small] if small in _DAY else _DAY[small.removesuffix("s")]
