"""Questions of the FAQ while a visitor is still typing: by the words so far, the last of which may be unfinished."""

from collections.abc import Iterator
from functools import cached_property

from chatbot.core.scripts import is_unspaced
from chatbot.core.text import match_key, spelled_plainly
from chatbot.core.types import Suggestion
from chatbot.indexing.build import Build

_LIMIT = 200  # letters that are looked at


class Suggester:
    """Of one build. A word finds what it begins; every word but for the last must be complete, or a slip away."""

    def __init__(self, build: Build) -> None:
        self.build = build

    def suggest(self, typed: str, top: int) -> list[Suggestion]:
        """At most `top` questions that hold what was typed: first those that begin with it, then those that ask it in
        other words; gaps are left out."""
        words = _key(typed[:_LIMIT]).split()
        if not words:
            return []
        *complete, last = words
        matching: set[int] | None = None
        for word in [self.build.lexical.corrected(word) for word in complete]:
            matching = (
                self._holding(word, exact=True) if matching is None else matching & self._holding(word, exact=True)
            )
        unfinished = self._holding(last, exact=False)
        wordings = unfinished if matching is None else matching & unfinished
        begin = " ".join(words)
        order = sorted(wordings, key=lambda at: (not self._wordings[at][0].startswith(begin), at))
        rows = dict.fromkeys(self._wordings[at][1] for at in order)
        return [Suggestion(self.build.entries[row].id, self.build.entries[row].question) for row in list(rows)[:top]]

    def _holding(self, word: str, exact: bool) -> set[int]:
        """Wordings with `word`, or with a word that begins with it."""
        if exact and not is_unspaced(word):
            return self._by_word.get(word, set())
        return set().union(*(wordings for known, wordings in self._by_word.items() if known.startswith(word)))

    @cached_property
    def _wordings(self) -> list[tuple[str, int]]:
        """(match key, row of its entry): all questions first, then all alternates."""
        return [*self._keys(alternates=False), *self._keys(alternates=True)]

    def _keys(self, alternates: bool) -> Iterator[tuple[str, int]]:
        for row, entry in enumerate(self.build.entries):
            if not entry.is_gap:
                for wording in entry.alternates if alternates else (entry.question,):
                    yield _key(wording), row

    @cached_property
    def _by_word(self) -> dict[str, set[int]]:
        rows: dict[str, set[int]] = {}
        for at, (key, _) in enumerate(self._wordings):
            for word in key.split():
                # Without blanks a word may begin at any character.
                for begin in range(len(word) if is_unspaced(word) else 1):
                    rows.setdefault(word[begin:], set()).add(at)
        return rows


def _key(text: str) -> str:
    return match_key(spelled_plainly(text))
