"""The journal: what visitors ask and where the FAQ fails them, for its owner. docs/journal.md says what is kept.

A subscriber of the bot's events. It can cost no answer: it runs on threads of its own, and whatever is wrong with its
file is logged, counted, and tried again.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from chatbot.core.errors import JournalRefused
from chatbot.core.events import Event
from chatbot.core.settings import BotSettings
from chatbot.insight.journal_erasing import delete_damaged, forget_before, set_aside, wiped
from chatbot.insight.journal_rows import Keeper, Row
from chatbot.insight.journal_schema import Connection, is_damage, is_lock, is_whole, opened, reason_of, transaction

_TOGETHER = 100  # rows that are written at once
_SOON = 1.0  # seconds that fewer wait for others
_LATER = 10.0  # seconds until what failed is tried again
_HELD = 1000  # rows that wait for a file that cannot be written
_HOUR, _DAY = 3600, 86_400  # seconds
_LAST_TRIES = 2  # to write what is left at the end of the server
_LAST_WORDS = 8.0  # seconds that it waits for them

_log = logging.getLogger("chatbot.journal")


class Journal:
    """The one writer of a file. Several processes may write to the same one."""

    def __init__(
        self,
        path: Path,
        settings: Callable[[], BotSettings],
        clock: Callable[[], float] = time.time,
        *,
        later: float = _LATER,
    ) -> None:
        """`settings`: those of the build that is served now; with "off" no file is made. `clock`: seconds since 1970.
        `later`: seconds until what failed is tried again."""
        self.path = path
        self.lost = 0  # rows that could not be written
        self._settings = settings
        self._clock = clock
        self._later = later
        self._keeper = Keeper(settings, clock)
        self._changed = threading.Condition()
        self._rows: list[Row] = []
        self._is_closed = False
        self._connection: Connection | None = None
        self._file: tuple[int, int] | None = None
        self._is_troubled = False
        self._may_pass = False  # whether the trouble is a lock, which ends by itself
        self._told: dict[str, float] = {}  # what is wrong -> when it was logged
        self._tidied = -float("inf")
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def record(self, event: Event) -> None:
        """For `Publisher.subscribe`. Never waits for the file."""
        rows = self._keeper.rows_of(event)
        with self._changed:
            if len(self._rows) + len(rows) > _HELD:
                self.lost += len(rows)
            elif rows:
                self._rows += rows
                self._changed.notify_all()

    def close(self) -> None:
        """Writes what waits. What cannot be written now is lost, and counted."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(_LAST_WORDS)

    def _run(self) -> None:
        self._work()
        while not self._is_closed:
            self._wait()
            self._work()
        for _ in range(_LAST_TRIES):  # what came during the last write, and what another process kept locked
            if not self._rows or (self._is_troubled and not self._may_pass):
                break
            self._work()
        self.lost += len(self._rows)
        self._close_file()

    def _wait(self) -> None:
        with self._changed:
            if self._is_troubled:
                self._changed.wait_for(lambda: self._is_closed, self._later)
                return
            if self._changed.wait_for(lambda: self._is_closed or self._rows, _HOUR):
                self._changed.wait_for(lambda: self._is_closed or len(self._rows) >= _TOGETHER, _SOON)

    def _work(self) -> None:
        for is_last_try in (False, True):
            try:
                self._forget()
                self._save()
            except Exception as error:  # also a mistake of ours must not end the thread
                self._is_troubled, self._may_pass = True, is_lock(error)
                self._close_file()
                if is_last_try or not is_damage(error):
                    self._tell(error)
                    return
                # Another process may have set the damaged file aside already, and this one is good.
                if not is_whole(self.path) and not self._began_anew():
                    return
            else:
                self._is_troubled = False
                return

    def _save(self) -> None:
        rows = self._rows[:]
        if not rows:
            return
        connection = self._open()
        with transaction(connection):
            for row in rows:
                connection.execute(row.statement, row.values)
        with self._changed:
            del self._rows[: len(rows)]

    def _forget(self) -> None:
        """Once a day, also where nothing is written any more."""
        now = self._clock()
        if now - self._tidied < _DAY or not self.path.exists():
            return
        oldest = now - self._settings().journal_days * _DAY
        forget_before(self._open(), int(oldest // 60))
        delete_damaged(self.path, oldest)
        if wiped(self._open()):
            self._tidied = now

    def _open(self) -> Connection:
        """The file as it is now: somebody may have moved or deleted it."""
        if self._connection and self._file != _identity(self.path):
            self._close_file()
        if not self._connection:
            self._connection = opened(self.path)
            self._file = _identity(self.path)
        return self._connection

    def _close_file(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _began_anew(self) -> bool:
        try:
            aside = set_aside(self.path, self._clock())
        except OSError as error:
            self._tell(error)
            return False
        _log.error("error: %s was damaged; it is %s now, and a new journal has begun", self.path, aside.name)
        return True

    def _tell(self, error: Exception) -> None:
        """In the log, each thing that is wrong once an hour."""
        what = str(error) if isinstance(error, JournalRefused) else f"{self.path}: {reason_of(error)}"
        now = self._clock()
        if now - self._told.get(what, -float("inf")) >= _HOUR:
            self._told[what] = now
            _log.error("error: %s; questions are answered as before, and the journal tries again", what)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino
