"""Handles pages whose data and visible text answer a question differently.

Visitors read the visible text. Nobody sees the data, which programs write once and often cut. So the visible answer
counts, unless the data says all of it and more, as where a script shows the rest, or all but what the site adds after
its answers, such as authors.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chatbot.content.labels import question_key
from chatbot.content.ledger import Content
from chatbot.content.render import strip_markup
from chatbot.core.problem import Problem
from chatbot.core.text import match_key
from chatbot.core.types import Entry

_CUT = re.compile(r"(?:\u2026|\.\.\.|\[(?:\u2026|\.\.\.)\])\s*$")
_DOTS = re.compile(r"\s*(?:\u2026|\.\.\.)")
_BUTTON = 40  # characters after a cut, such as a "Read more" button
_ENDS = re.compile(r"[.!?:\u3002\uff1f\uff01][\"')\u201d\u2019\u00bb]*\s*$")
_KEPT = ("id", "alternates", "tags", "lang", "source", "url", "reviewed", "review_by")


def overruled(given: Sequence[Entry], shown: Sequence[Entry]) -> list[Entry]:
    """The entries `given` as data that the page shows with another answer, or with a longer one.

    If there is one, those with equal answers are included, too, so that all of them keep the order of the page.
    """
    asked = {question_key(entry.question) for entry in given}
    visible = {question_key(entry.question): entry for entry in shown if not entry.is_gap}
    last = shown[-1] if shown else None
    extra_texts = Counter(
        rest
        for entry in given
        if (beside := visible.get(question_key(entry.question))) and (rest := _extra_text(entry.answer, beside.answer))
    )
    replaced, alike = [], []
    for entry in given:
        key = question_key(entry.question)
        beside = visible.get(key)
        if not beside or entry.is_gap or any(other in match_key(beside.answer) for other in asked - {key}):
            continue
        rest = _extra_text(entry.answer, beside.answer)
        is_of_site = beside is last or extra_texts[rest] > 1 or not _ENDS.search(strip_markup(beside.answer))
        if not _says_all(entry.answer, beside.answer) and not (rest and is_of_site):
            replaced.append(entry)
        elif _words(entry.answer) == _words(beside.answer):
            alike.append(entry)
    return replaced + alike if replaced else []


def _says_all(data: str, shown: str) -> bool:
    """Whether `data` says all that is `shown`. `shown` may be only its beginning, cut or followed by "Read more"."""
    is_whole = not _CUT.search(data)
    if not is_whole and not _CUT.search(shown):
        return False
    above, *below = _DOTS.split(shown, maxsplit=1)
    if is_whole and len("".join(below)) <= _BUTTON and "".join(_keys(data)).startswith("".join(_keys(above))):
        return True
    return not _words(shown) - _words(data)


def _extra_text(data: str, shown: str) -> str:
    """What is `shown` around the answer in `data`, which ends with a sentence; "" if `shown` does not contain it."""
    data_words, shown_words = f" {' '.join(_keys(data))} ", f" {' '.join(_keys(shown))} "
    is_shown = bool(data_words.strip()) and data_words in shown_words and _ENDS.search(data) is not None
    return shown_words.replace(data_words, " ", 1) if is_shown else ""


def _words(text: str) -> Counter[str]:
    return Counter(_keys(text))


def _keys(text: str) -> list[str]:
    return [key for word in strip_markup(text).split() if (key := match_key(word))]


def lost_with(content: Content, stale: Sequence[Entry]) -> list[Entry]:
    """The `stale` entries for which the visible page gave none."""
    read = {question_key(entry.question) for entry in content.entries if not entry.is_gap}
    return [entry for entry in stale if question_key(entry.question) not in read]


def with_data(content: Content, instead_of: Sequence[Entry]) -> Content:
    """The visible entries with the other fields of the data. Reports entries whose two answers differ."""
    by_key = {question_key(entry.question): entry for entry in instead_of}
    entries, problems = [], []
    for entry in content.entries:
        data = by_key.get(question_key(entry.question))
        if not data:
            entries.append(entry)
            continue
        entries.append(replace(entry, **{name: getattr(data, name) for name in _KEPT if getattr(data, name)}))
        if _words(_CUT.sub("", data.answer).rpartition(" ")[0]) - _words(entry.answer):
            what = f'the page shows another answer to "{entry.question[:80]}" than its JSON-LD in line {data.line}'
            message = f"{what}; what it shows is read: correct the JSON-LD, or delete it"
            problems.append(Problem(entry.file, entry.line, "json-ld", message, "warning"))
    return replace(content, entries=entries, problems=[*content.problems, *problems])
