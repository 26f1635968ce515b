"""The list of the tab Entries: the entries of the corpus as its files stand now, with what is known of each."""

import contextlib
import datetime
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from chatbot.core.errors import ChatbotError, EngineDown, JournalRefused
from chatbot.core.settings import BotSettings
from chatbot.core.text import is_date, match_key
from chatbot.core.types import Entry
from chatbot.indexing.builder import settings_of
from chatbot.insight.journal_reader import asked, picked, rated
from chatbot.insight.journal_schema import FAILURES, opened
from chatbot.insight.usage import Use, uses_of
from chatbot.web.desk.desk import Desk

FILTERS = {
    "All": "all",
    "Without an answer": "gaps",
    "Review is due": "due",
    "Rated down": "down",
    "Not shown lately": "unused",
    "Changed since the build": "changed",
}
SHOWN = 50  # rows at first, and with each press for more
_BY_MEANING = 12  # entries that a search finds by meaning alone
_KEPT = 60.0  # seconds after which the journal is read again

NOBODY = Use()


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    entry: Entry
    use: Use
    due: str  # date on which its review was due, "" where it is not due
    state: str  # "new" or "changed" since the build that is served, else ""


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    found: int
    of: int  # entries of the corpus
    gaps: int  # of these, those without an answer
    error: str = ""


class Listing:
    """The entries of one corpus, for any number of editors. What costs much is kept until the files change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._signature: object = None
        self._read: tuple[Content, BotSettings] = Content(), BotSettings()
        self._uses: tuple[float, Mapping[str, Use]] = -_KEPT, {}

    def content(self) -> tuple[Content, BotSettings]:
        """The corpus as it stands now, and its settings. ChatbotError where it cannot be read."""
        with self._lock:
            signature = _signature(self._desk.corpus)
            if signature != self._signature:
                settings, _ = settings_of(self._desk.corpus)
                self._read = read_corpus(self._desk.corpus, settings), settings
                self._signature = signature
            return self._read

    def page(self, search: str, kind: str, shown: int = SHOWN) -> Page:
        """The first rows that fit. `kind`: a value of `FILTERS`."""
        try:
            entries = self.content()[0].entries
        except ChatbotError as error:
            return Page([], 0, 0, 0, str(error))
        uses, today = self._all_uses(), datetime.datetime.now(datetime.UTC).date()
        rows = [Row(one, uses.get(one.id, NOBODY), _due(one, today), self._state(one)) for one in entries]
        rows = [row for row in rows if _is_of_kind(row, kind, bool(uses))]
        if match_key(search):
            rows = self._searched(rows, search)
        elif kind == "down":
            rows.sort(key=lambda row: -row.use.down)
        elif kind == "due":
            rows.sort(key=lambda row: row.due)
        return Page(rows[:shown], len(rows), len(entries), sum(entry.is_gap for entry in entries))

    def _searched(self, rows: Sequence[Row], search: str) -> list[Row]:
        """Those that hold the words as they are typed first, then those that mean the same."""
        key = match_key(search)
        by_letters = [row for row in rows if key in _texts(row.entry)]
        if not self._desk.bot.is_ready:
            return by_letters
        served = self._desk.bot.served
        try:
            [ranked] = served.find([search], _BY_MEANING)
        except EngineDown:
            return by_letters
        near = {served.build.entries[one.entry].id: at for at, one in enumerate(ranked.candidates)}
        by_letters.sort(key=lambda row: near.get(row.entry.id, len(near)))
        others = [row for row in rows if row.entry.id in near and row not in by_letters]
        return by_letters + sorted(others, key=lambda row: near[row.entry.id])

    def _state(self, entry: Entry) -> str:
        if not self._desk.bot.is_ready:
            return ""
        build = self._desk.bot.build
        if entry.id not in build.row_of:
            return "new"
        served = build.entries[build.row_of[entry.id]]
        same = ("question", "answer", "alternates", "tags", "source", "url", "reviewed", "review_by")
        return "" if all(getattr(entry, name) == getattr(served, name) for name in same) else "changed"

    def _all_uses(self) -> Mapping[str, Use]:
        read_at, uses = self._uses
        if time.monotonic() - read_at >= _KEPT:
            uses = _uses_in(self._desk.journal)
            self._uses = time.monotonic(), uses
        return uses


def _signature(corpus: Path) -> object:
    """Another one when a file of the corpus has changed."""
    if corpus.is_file():
        facts = corpus.stat()
        return facts.st_mtime_ns, facts.st_size, facts.st_ino
    found = []
    for place, folders, names in os.walk(corpus):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            with contextlib.suppress(OSError):
                facts = os.stat(os.path.join(place, name), follow_symlinks=False)
                found.append((place, name, facts.st_mtime_ns, facts.st_size, facts.st_ino))
    return sorted(found)


def _uses_in(journal: Path | None) -> Mapping[str, Use]:
    """Nothing where there is no journal, or it cannot be read: the list does without."""
    if journal is None or not journal.is_file():
        return {}
    try:
        with contextlib.closing(opened(journal)) as connection:
            return uses_of(list(asked(connection)), list(picked(connection)), list(rated(connection)))
    except (*FAILURES, JournalRefused):
        return {}


def _due(entry: Entry, today: datetime.date) -> str:
    is_due = is_date(entry.review_by) and datetime.date.fromisoformat(entry.review_by) < today
    return entry.review_by if is_due else ""


def _is_of_kind(row: Row, kind: str, has_uses: bool) -> bool:
    match kind:
        case "gaps":
            return row.entry.is_gap
        case "due":
            return bool(row.due)
        case "down":
            return row.use.down > 0
        case "unused":
            return has_uses and not row.entry.is_gap and row.use.shown is None
        case "changed":
            return bool(row.state)
    return True


def _texts(entry: Entry) -> str:
    return match_key("\n".join((entry.id, entry.question, *entry.alternates, entry.answer, *entry.tags, entry.file)))
