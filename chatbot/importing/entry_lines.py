"""The lines of one entry in a file of prose, and these lines with other words: all others stay as they are.

Which line is what, the ledger says. Nothing here knows whether the new lines are read as they are meant: whoever calls
reads the file again.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher

from chatbot.content.readers.metadata import LIST_KEYS
from chatbot.content.readers.section import ALSO_ASKED, KEY_VALUE, metadata_key
from chatbot.content.render import plain_line
from chatbot.core.text import list_mark
from chatbot.importing.write import inline_markdown

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_ATX = re.compile(r"(?P<marks>[ ]{0,3}#{1,6}[ \t]+)(?P<words>.*?)(?P<rest>(?:[ \t]+#+)?[ \t]*(?:\{[^{}]*\}[ \t]*)?)$")


class NoPlace(Exception):
    """The file has no line of its own for what is to be written. `args`: what that is."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The lines of an entry, counted from 1. `last` may be any line below; `own`: those that are a part of it."""

    line: int
    last: int
    own: Set[int]


class EntryLines:
    """The text of a file, of which one entry is edited. Lines are counted from 0, without their ends."""

    def __init__(self, text: str, extent: Extent, is_markdown: bool) -> None:
        found = _LINE.findall(text)
        self._lines: list[str] = [line.rstrip("\r\n") for line in found]
        self._ends: list[str] = [line[len(line.rstrip("\r\n")) :] for line in found]
        self._newline = "\r\n" if "\r\n" in self._ends else next((end for end in self._ends if end), "\n")
        self._head = extent.line - 1
        self._is_own = [number in extent.own for number in range(1, extent.last + 1)]
        self._is_markdown = is_markdown

    @property
    def text(self) -> str:
        return "".join(line + end for line, end in zip(self._lines, self._ends, strict=True))

    def ask(self, old: str, new: str) -> None:
        """`new` as the question in the place of `old`."""
        line = self._lines[self._head]
        shown = inline_markdown(new) if self._is_markdown else new
        for words in (inline_markdown(old), old):
            if words in line:
                before, _, after = line.rpartition(words)
                self._lines[self._head] = before + shown + after
                return
        match = _ATX.match(line) if self._is_markdown else None
        if not match or plain_line(match["words"]) != old:
            raise NoPlace("its question")
        self._lines[self._head] = match["marks"] + shown + match["rest"]

    def reword(self, old: Sequence[str], new: Sequence[str]) -> list[str]:
        """The alternates `new` in the place of `old`. Returns those that are still to be added."""
        gone, more = [text for text in old if text not in new], [text for text in new if text not in old]
        if not gone:
            return more
        item_of = {plain_line(self._lines[at][mark.end() :]): (at, mark.end()) for at, mark in self._items()}
        if not all(text in item_of for text in gone):
            raise NoPlace("its further wordings")
        for text, other in zip(gone, more, strict=False):
            at, begin = item_of[text]
            self._lines[at] = self._lines[at][:begin] + inline_markdown(other)
        removed = [item_of[text][0] for text in gone[len(more) :]]
        if removed and len(removed) == len(old):
            removed += [at for at in self._own() if ALSO_ASKED.match(self._lines[at])]
        self._remove(removed)
        return more[len(gone) :]

    def answer(self, old: str, new: str) -> None:
        """`new` as the answer in the place of `old`; lines that both have stay, and so does what stands between."""
        written = new.split("\n") if new else []
        if not old:
            self._insert(self._end(), ["", *written])
            return
        before = old.split("\n")
        places = self._places(before)
        lead = self._before(places[0], before[0])
        others = [self._before(at, text) for at, text in zip(places[1:], before[1:], strict=True) if text.strip()]
        indent = others[0] if others else _indent_below(lead)
        if indent.strip() or (lead.strip() and not written):
            raise NoPlace("its answer")
        same = SequenceMatcher(None, before, written, False)
        for tag, begin, end, first, last in reversed(same.get_opcodes()):
            if tag != "equal":
                lines = [indent + line if line.strip() else "" for line in written[first:last]]
                self._replace(places, begin, end, lines, "" if begin else lead)

    def _before(self, at: int, text: str) -> str:
        """What stands in line `at` before `text`, which it ends with."""
        line = self._lines[at].rstrip()
        return line.removesuffix(text.rstrip())

    def _replace(self, places: Sequence[int], begin: int, end: int, new: list[str], lead: str) -> None:
        """`new` for the answer's lines from `begin` to `end`. `lead`: what stands before the first of them."""
        taken = [at for at in places[begin:end] if at >= 0]
        at = taken[0] if taken else self._behind(places, begin)
        if lead.strip():
            if not new or not taken:
                raise NoPlace("its answer")
            new[0] = lead + new[0].lstrip()
        for line in reversed(taken):
            self._delete(line)
        self._insert(at, new)
        if not new:
            self._close_up(at)

    def _behind(self, places: Sequence[int], begin: int) -> int:
        known = [at for at in places[:begin] if at >= 0]
        return known[-1] + 1 if known else next(at for at in places if at >= 0)

    def _places(self, answer: Sequence[str]) -> list[int]:
        """The line of each line of `answer`; -1 for a blank one that is not there."""
        places: list[int] = []
        at = self._head
        for text in answer:
            if not text.strip():
                is_there = places and at < len(self._lines) and not self._lines[at].strip()
                places.append(at if is_there else -1)
                at += bool(is_there)
                continue
            found = next((n for n in self._own(at) if self._lines[n].rstrip().endswith(text.rstrip())), None)
            if found is None:
                raise NoPlace("its answer")
            places.append(found)
            at = found + 1
        return places

    def part(self, entry_id: str) -> None:
        """Puts the id between the alternates and an answer that would be read as more of their list."""
        items = [at for at, _ in self._items()]
        if items and "id" not in dict(self._metadata()):
            self._insert(items[-1] + 1, ["", f"Id: {entry_id}"])

    def describe(self, key: str, value: str, is_kept_empty: bool = False) -> None:
        """The metadata `key`, such as "review_by". An empty value takes its line out, or leaves the key without a value
        (`is_kept_empty`), so that one for the whole file does not count."""
        lines = dict(self._metadata())
        if key in lines:
            at, match = lines[key]
            if value or is_kept_empty:
                self._lines[at] = f"{self._lines[at][: match.end(1)]}: {value}".rstrip()
            else:
                self._remove([at])
        elif value or is_kept_empty:
            text = f"{key.replace('_', ' ').capitalize()}: {value}".rstrip()
            if lines:
                self._insert(max(at for at, _ in lines.values()) + 1, [text])
            else:
                self._insert(self._end(), ["", text])

    def _metadata(self) -> Iterator[tuple[str, tuple[int, re.Match[str]]]]:
        for at in self._own(self._head + 1):
            match = KEY_VALUE.match(self._lines[at])
            if match and metadata_key(match) in _KEYS:
                yield metadata_key(match), (at, match)

    def _items(self) -> Iterator[tuple[int, re.Match[str]]]:
        """The items below "Also asked:", of one line each."""
        is_below = False
        for at in self._own(self._head + 1):
            mark = list_mark(self._lines[at])
            if ALSO_ASKED.match(self._lines[at]):
                is_below = True
            elif is_below and mark:
                yield at, mark
            elif is_below:
                return

    def _own(self, begin: int | None = None) -> Iterator[int]:
        first = self._head if begin is None else begin
        return (at for at in range(first, min(len(self._is_own), len(self._lines))) if self._is_own[at])

    def _end(self) -> int:
        """Behind the last line of the entry."""
        last = max(self._own(), default=self._head)
        below = self._lines[last + 1] if last + 1 < len(self._lines) else ""
        is_underlined = last == self._head and re.fullmatch(r"(=+|-+)[ \t]*", below)
        return last + 1 + bool(is_underlined)

    def _insert(self, at: int, lines: Sequence[str]) -> None:
        if not lines:
            return
        newline = (at and self._ends[at - 1]) or self._newline  # files may have both kinds
        ends = [newline] * len(lines)
        if at == len(self._lines) and self._ends and not self._ends[-1]:  # the last line stays without an end
            self._ends[-1], ends[-1] = newline, ""
        self._lines[at:at], self._ends[at:at] = lines, ends
        self._is_own[at:at] = [True] * len(lines)

    def _delete(self, at: int) -> None:
        is_last = at == len(self._lines) - 1
        end = self._ends[at]
        del self._lines[at], self._ends[at]
        if at < len(self._is_own):
            del self._is_own[at]
        if is_last and self._ends and not end:
            self._ends[-1] = ""

    def _remove(self, numbers: Sequence[int]) -> None:
        for at in sorted(numbers, reverse=True):
            self._delete(at)
            self._close_up(at)

    def _close_up(self, at: int) -> None:
        """One blank line where lines went from between two."""
        while 0 < at < len(self._lines) and not self._lines[at].strip() and not self._lines[at - 1].strip():
            self._delete(at)


_KEYS = frozenset({"id", "tags", "lang", "source", "url", "reviewed", "review_by"})


def value_of(key: str, value: Sequence[str] | str) -> str:
    """As a line of metadata has it."""
    return ", ".join(value) if key in LIST_KEYS and not isinstance(value, str) else str(value)


def _indent_below(lead: str) -> str:
    """The blanks that keep a line in the item of a list that begins with `lead`."""
    if not lead.strip():
        return lead
    mark = list_mark(f"{lead}x")
    return " " * mark.end() if mark else ""
