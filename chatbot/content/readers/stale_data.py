"""Where the data of a page and what it shows answer one question in two ways.

Visitors read what the page shows, and nobody sees the data: programs write it once, and often cut it. What is shown
counts, unless the data says all of it and more, as where a script shows the rest; or says all but what a site puts
behind its answers, such as who wrote them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chatbot.content.ledger import Content, Problem
from chatbot.content.marks import question_key
from chatbot.content.render import strip_markup
from chatbot.core.text import match_key
from chatbot.core.types import Entry

_CUT = re.compile(r"(?:\u2026|\.\.\.|\[(?:\u2026|\.\.\.)\])\s*$")
_DOTS = re.compile(r"\s*(?:\u2026|\.\.\.)")
_BUTTON = 40  # characters behind the place of a cut
_ENDS = re.compile(r"[.!?:\u3002\uff1f\uff01][\"')\u201d\u2019\u00bb]*\s*$")
_KEPT = ("id", "alternates", "tags", "lang", "source", "url", "reviewed", "review_by")


def overruled(given: Sequence[Entry], shown: Sequence[Entry]) -> list[Entry]:
    """Those of the entries `given` as data that the page shows with another answer, or with more of it.

    Where there is one, those that it shows with the same answer are, too, so that they stand in the order of the page.
    """
    asked = {question_key(entry.question) for entry in given}
    visible = {question_key(entry.question): entry for entry in shown if not entry.is_gap}
    last = shown[-1] if shown else None
    behind = Counter(
        rest
        for entry in given
        if (beside := visible.get(question_key(entry.question))) and (rest := _behind(entry.answer, beside.answer))
    )
    found, alike = [], []
    for entry in given:
        key = question_key(entry.question)
        beside = visible.get(key)
        if not beside or entry.is_gap or any(other in match_key(beside.answer) for other in asked - {key}):
            continue
        rest = _behind(entry.answer, beside.answer)
        is_of_site = beside is last or behind[rest] > 1 or not _ENDS.search(strip_markup(beside.answer))
        if not _says_all(entry.answer, beside.answer) and not (rest and is_of_site):
            found.append(entry)
        elif _words(entry.answer) == _words(beside.answer):
            alike.append(entry)
    return found + alike if found else []


def _says_all(data: str, shown: str) -> bool:
    """Whether `data` says all that is `shown`, be this the beginning of it, cut off in a word or before "Read more"."""
    is_whole = not _CUT.search(data)
    if not is_whole and not _CUT.search(shown):
        return False
    above, *below = _DOTS.split(shown, maxsplit=1)
    if is_whole and len("".join(below)) <= _BUTTON and "".join(_keys(data)).startswith("".join(_keys(above))):
        return True
    return not _words(shown) - _words(data)


def _behind(data: str, shown: str) -> str:
    """What is `shown` around an answer that the `data` says to the end of a sentence; "" where that is not shown."""
    said, seen = f" {' '.join(_keys(data))} ", f" {' '.join(_keys(shown))} "
    return seen.replace(said, " ", 1) if said.strip() and said in seen and _ENDS.search(data) else ""


def _words(text: str) -> Counter[str]:
    return Counter(_keys(text))


def _keys(text: str) -> list[str]:
    return [key for word in strip_markup(text).split() if (key := match_key(word))]


def lost_with(content: Content, stale: Sequence[Entry]) -> list[Entry]:
    """Those of the `stale` entries in whose place nothing was read."""
    read = {question_key(entry.question) for entry in content.entries if not entry.is_gap}
    return [entry for entry in stale if question_key(entry.question) not in read]


def with_data(content: Content, instead_of: Sequence[Entry]) -> Content:
    """The entries that are shown, with what the data says of them beside the answer; told where the two differ."""
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
            message = f"{what}; what it shows is read: mend the JSON-LD, or delete it"
            problems.append(Problem(entry.file, entry.line, "json-ld", message, "warning"))
    return replace(content, entries=entries, problems=[*content.problems, *problems])
