"""The journal's file: SQLite, its tables as numbered steps, and what can be wrong with it, in words for people.

The only door to `sqlite3`.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from chatbot.core.errors import JournalRefused, UsageError
from chatbot.core.settings import ServerSettings

Steps = tuple[tuple[str, ...], ...]
# Step n brings a file from version n to n + 1. Steps that were released are never changed.
STEPS: Steps = (
    (
        """CREATE TABLE replies (
            reply_id BLOB PRIMARY KEY,   -- 16 bytes
            asked_at INTEGER NOT NULL,   -- minutes since 1970, UTC
            conversation INTEGER NOT NULL,
            question TEXT,               -- redacted; NULL: not kept
            status TEXT NOT NULL,
            entry_id TEXT NOT NULL,      -- of the answer or the gap, else of the first suggestion; "" for none
            probability REAL NOT NULL,   -- that this entry answers the question
            build_id TEXT NOT NULL,
            lang TEXT NOT NULL,
            after BLOB                   -- the reply before it in the conversation; NULL: none
        ) WITHOUT ROWID""",
        """CREATE TABLE picks (
            reply_id BLOB PRIMARY KEY,   -- of the reply that showed the entry
            picked_at INTEGER NOT NULL,
            conversation INTEGER NOT NULL,
            after BLOB,                  -- the reply that had offered the entry; NULL: a starter, or found while typing
            entry_id TEXT NOT NULL,
            build_id TEXT NOT NULL,
            lang TEXT NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE feedback (
            reply_id BLOB PRIMARY KEY,   -- of `replies` or `picks`
            given_at INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            reason TEXT NOT NULL,        -- redacted
            note TEXT NOT NULL           -- redacted
        ) WITHOUT ROWID""",
        """CREATE TABLE counts (
            day INTEGER NOT NULL,        -- days since 1970, UTC
            status TEXT NOT NULL,
            build_id TEXT NOT NULL,
            lang TEXT NOT NULL,
            n INTEGER NOT NULL,          -- all replies of that day, also those that have no row
            PRIMARY KEY (day, status, build_id, lang)
        ) WITHOUT ROWID""",
    ),
    ("CREATE TABLE digests (sent_at INTEGER NOT NULL)",),  # minutes since 1970, UTC; one row
)
DAMAGED = ".damaged-"  # and a time: the end of the name of a file that was set aside

_OURS = 0x56424A31  # "VBJ1", the application id in the header of the file
_WAIT = 2.0  # seconds for another process to end what it writes

Connection = sqlite3.Connection
FAILURES = (sqlite3.Error, OSError)


def journal_path(where: ServerSettings, site: str = "") -> Path:
    """The journal of a site. UsageError where it would lie in the index, which may be deleted at any time.

    `site`: its name, "" for the main one. Each site has a file of its own, with its name before the suffix.
    """
    index = Path(os.path.abspath(where.index))
    path = Path(os.path.abspath(index.parent / where.journal_file))
    path = path.with_name(f"{path.stem}-{site}{path.suffix}") if site else path
    if path.is_relative_to(index):
        raise UsageError(
            f"journal_file: {path} lies in the index, which may be deleted; name a file outside of {index}"
        )
    return path


def opened(path: Path, steps: Steps = STEPS) -> Connection:
    """The journal in `path`, made or brought up to date where needed. A failure of SQLite or of the machine is raised
    as it is; JournalRefused for a file that is no journal, or one of a newer program.

    Whatever is deleted is overwritten. Only the owner of the file may read it.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    try:
        _set_up(connection, path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: Connection, path: Path, steps: Steps) -> None:
    version = _version(connection, path)
    if version > len(steps):
        raise JournalRefused(f"{path}: was written by a newer version of this program; update it, or name another file")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version == 0:
        connection.execute(f"PRAGMA application_id = {_OURS}")
    _write_ahead(connection)
    if version < len(steps):
        with transaction(connection):  # two processes may come here at the same time
            for number in range(_version(connection, path), len(steps)):
                for statement in steps[number]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")


def _write_ahead(connection: Connection) -> None:
    """SQLite does not wait for another process that changes this at the same moment, as for anything else."""
    until = time.monotonic() + _WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_lock(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _version(connection: Connection, path: Path) -> int:
    """0 for a new file."""
    # In this order, as another process may be making the file: it writes its id before the tables.
    [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    [application] = connection.execute("PRAGMA application_id").fetchone()
    if application != _OURS and (application or tables):
        raise JournalRefused(f"{path}: is a database of another program; name another file")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All or nothing of what is written within."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def is_due(connection: Connection, minute: int, period: int) -> bool:
    """Whether a digest is due at `minute` (since 1970, UTC), and this process is the one that sends it. The first is
    due `period` minutes after the first call."""
    with transaction(connection):
        row = connection.execute("SELECT sent_at FROM digests").fetchone()
        if row is None:
            connection.execute("INSERT INTO digests VALUES (?)", (minute,))
            return False
        due = "UPDATE digests SET sent_at = ? WHERE sent_at <= ?"
        return connection.execute(due, (minute, minute - period)).rowcount == 1


def is_due_again(connection: Connection, minute: int) -> None:
    """As if the last digest had been sent at `minute`."""
    with transaction(connection):
        connection.execute("UPDATE digests SET sent_at = ?", (minute,))


def is_whole(path: Path) -> bool:
    """Whether SQLite can read all of it."""
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_WAIT)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:  # locked, or not to be read: that says nothing of what is in it
        return True
    except sqlite3.DatabaseError:
        return False


def is_damage(error: Exception) -> bool:
    return _name_of(error).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def is_lock(error: Exception) -> bool:
    return _name_of(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def reason_of(error: Exception) -> str:
    """What is wrong and what to do, without the name of the file."""
    name = _name_of(error)
    for kind, reason in _REASONS.items():
        if name.startswith(kind):
            return reason
    detail = error.strerror if isinstance(error, OSError) else name or type(error).__name__
    return f"cannot be written ({detail}); check the file, its folder and their permissions"


def _name_of(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", "") or ""


_REASONS = {
    "SQLITE_FULL": "the disk is full; make room",
    "SQLITE_IOERR": "the disk cannot be written or is full; make room, and check the disk",
    "SQLITE_BUSY": "another program keeps it locked; end that program",
    "SQLITE_LOCKED": "another program keeps it locked; end that program",
    "SQLITE_READONLY": "may not be written; allow it for the file and its folder",
    "SQLITE_CANTOPEN": "cannot be opened; check that its folder exists and may be written",
    "SQLITE_PERM": "may not be written; allow it for the file and its folder",
    "SQLITE_NOTADB": "is no journal but something else; move it away, or name another file",
    "SQLITE_CORRUPT": "is damaged; move it away",
}
