"""What the journal forgets, so that no byte of it stays in its files: rows that are old, one reply, or everything."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from chatbot.insight.journal_schema import DAMAGED, Connection, transaction

_PATIENCE = 5.0  # seconds that another process may read

_OLD = (
    "DELETE FROM replies WHERE asked_at < ?",
    "DELETE FROM picks WHERE picked_at < ?",
    "DELETE FROM feedback WHERE given_at < ?",
)
_OLD_COUNTS = "DELETE FROM counts WHERE day < ?"
_ONE = (
    "DELETE FROM replies WHERE reply_id = ?",
    "DELETE FROM picks WHERE reply_id = ?",
    "DELETE FROM feedback WHERE reply_id = ?",
)
_REFERENCES = ("UPDATE replies SET after = NULL WHERE after = ?", "UPDATE picks SET after = NULL WHERE after = ?")
_ALL = ("DELETE FROM replies", "DELETE FROM picks", "DELETE FROM feedback", "DELETE FROM counts")


def forget_before(connection: Connection, minute: int) -> int:
    """Deletes what happened before `minute` (since 1970, UTC); of the counts, those of whole days. The number of rows.

    The words are gone from the files only when `wiped` is True, too.
    """
    with transaction(connection):
        deleted = sum(connection.execute(statement, (minute,)).rowcount for statement in _OLD)
        return deleted + connection.execute(_OLD_COUNTS, (minute // (24 * 60),)).rowcount


def forget_reply(connection: Connection, reply_id: bytes) -> int:
    """Deletes a reply or a pick, with its feedback, and what refers to it. The number of rows; the counts stay."""
    with transaction(connection):
        for statement in _REFERENCES:
            connection.execute(statement, (reply_id,))
        return sum(connection.execute(statement, (reply_id,)).rowcount for statement in _ONE)


def forget_all(connection: Connection) -> int:
    """Deletes every row. The number of rows."""
    with transaction(connection):
        return sum(connection.execute(statement).rowcount for statement in _ALL)


def wiped(connection: Connection) -> bool:
    """Takes deleted words out of the files. False where another process reads all the time; then try again later."""
    until = time.monotonic() + _PATIENCE
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def set_aside(path: Path, now: float) -> Path:
    """Gives a damaged journal and its companions another name, which is returned. `now`: seconds since 1970."""
    name = f"{path.name}{DAMAGED}{time.strftime('%Y-%m-%dT%H%M%S', time.gmtime(now))}"
    for companion in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(path.with_name(name + companion))
    return path.rename(path.with_name(name))


def damaged_files(path: Path) -> Iterator[Path]:
    """Those that were set aside."""
    return (other for other in path.parent.glob(f"{path.name}{DAMAGED}*") if other.is_file())


def delete_damaged(path: Path, before: float) -> int:
    """Deletes what was set aside and last written before that moment (seconds since 1970). The number of files."""
    old = [file for file in damaged_files(path) if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
