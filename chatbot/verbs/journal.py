"""The verb on the journal: what is in it, its rows as a file, and forgetting."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.core.errors import JournalRefused, UsageError

if TYPE_CHECKING:
    from chatbot.insight.journal_reader import Contents
    from chatbot.insight.journal_schema import Connection


@dataclass(frozen=True, slots=True)
class JournalInfo:
    file: str
    bytes: int
    contents: "Contents"
    damaged: Sequence[str]  # files that were set aside


def journal_info(file: str | Path) -> JournalInfo:
    """JournalRefused where there is no journal, or it cannot be read."""
    from chatbot.insight.journal_erasing import damaged_files
    from chatbot.insight.journal_reader import contents

    with opened_journal(file) as connection:
        found = contents(connection)
    path = Path(file)
    return JournalInfo(str(path), path.stat().st_size, found, sorted(map(str, damaged_files(path))))


def journal_export(file: str | Path, table: bool = False) -> bytes:
    """All rows, redacted as they are kept: JSON, one object a line, or with `table` CSV. JournalRefused as above."""
    from chatbot.insight.journal_reader import as_lines, as_table, records

    with opened_journal(file) as connection:
        return (as_table if table else as_lines)(records(connection))


@dataclass(frozen=True, slots=True)
class Purged:
    file: str
    rows: int  # that were deleted
    files: int  # damaged ones, set aside before, that were deleted


def journal_purge(
    file: str | Path, before: date | None = None, reply: str | None = None, everything: bool = False
) -> Purged:
    """Deletes rows so that no byte of them stays in the files: those of the days before `before` (UTC), those of one
    reply id, or `everything`. Just one of the three must be given.

    Damaged files that were set aside are deleted with what is older, or with everything. UsageError for a wrong id;
    JournalRefused where there is no journal, or another program reads it all the time.
    """
    from chatbot.insight.journal_erasing import delete_damaged, forget_all, forget_before, forget_reply, wiped

    if [before is not None, reply is not None, everything].count(True) != 1:
        raise UsageError("say what to delete: --before DATE, --reply ID, or --all; just one of them")
    path, files = Path(file), 0
    with opened_journal(path) as connection:
        if before:
            begin = datetime.combine(before, time(), UTC)
            rows = forget_before(connection, int(begin.timestamp() // 60))
            files = delete_damaged(path, begin.timestamp())
        elif reply is not None:
            rows = forget_reply(connection, _reply_id(reply))
        else:
            rows = forget_all(connection)
            files = delete_damaged(path, float("inf"))
        if not wiped(connection):
            raise JournalRefused(
                f"{path}: the rows are deleted, but another program reads the file; run this once more"
            )
    return Purged(str(path), rows, files)


def _reply_id(text: str) -> bytes:
    with contextlib.suppress(ValueError):
        if len(reply_id := bytes.fromhex(text)) == 16:
            return reply_id
    raise UsageError(f"{text!r} is no id of a reply; it has 32 digits from 0 to 9 and a to f")


@contextlib.contextmanager
def opened_journal(file: str | Path) -> "Iterator[Connection]":
    """JournalRefused where there is no journal, or it cannot be read."""
    from chatbot.insight.journal_schema import FAILURES, opened, reason_of

    path = Path(file)
    if not path.is_file():
        raise JournalRefused(f"{path}: there is no journal; a server makes it when there is something to keep")
    try:
        with contextlib.closing(opened(path)) as connection:
            yield connection
    except FAILURES as error:
        raise JournalRefused(f"{path}: {reason_of(error)}") from None
