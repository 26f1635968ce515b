"""Journals as months of visits would leave them, written row by row: what the tests of the report read."""

import contextlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from chatbot.insight.journal_schema import Connection, opened, transaction

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
BUILD = "0" * 16


class Visit(NamedTuple):
    """A reply, its feedback, and the entry that was picked from it."""

    days_ago: float
    question: str | None
    status: str = "unknown"
    entry_id: str = ""
    probability: float = 0.1
    conversation: int | None = None  # None: one of its own
    verdict: str = ""
    reason: str = ""
    note: str = ""
    picked: str = ""
    build_id: str = BUILD


def write_journal(path: Path, visits: Iterable[Visit], counted: Iterable[tuple[float, str, int]] = ()) -> Path:
    """`counted`: (days ago, status, replies without a row); those with one are counted by themselves."""
    with contextlib.closing(opened(path)) as connection, transaction(connection):
        for number, visit in enumerate(visits):
            _write(connection, number, visit)
        for days_ago, status, n in counted:
            _count(connection, days_ago, status, BUILD, n)
    return path


def _write(connection: Connection, number: int, visit: Visit) -> None:
    minute, reply = _minute(visit.days_ago), number.to_bytes(16, "big")
    conversation = number if visit.conversation is None else visit.conversation
    facts = (visit.question, visit.status, visit.entry_id, visit.probability, visit.build_id, "en", None)
    connection.execute(
        "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (reply, minute, conversation, *facts)
    )
    _count(connection, visit.days_ago, visit.status, visit.build_id, 1)
    if visit.verdict:
        said = (minute, visit.verdict, visit.reason, visit.note)
        connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", (reply, *said))
    if visit.picked:
        shown = os.urandom(16)
        pick = (minute, conversation, reply, visit.picked, visit.build_id, "en")
        connection.execute("INSERT INTO picks VALUES (?, ?, ?, ?, ?, ?, ?)", (shown, *pick))


def _count(connection: Connection, days_ago: float, status: str, build: str, n: int) -> None:
    statement = (
        "INSERT INTO counts VALUES (?, ?, ?, 'en', ?) "
        "ON CONFLICT (day, status, build_id, lang) DO UPDATE SET n = n + excluded.n"
    )
    connection.execute(statement, (_minute(days_ago) // (24 * 60), status, build, n))


def _minute(days_ago: float) -> int:
    return int((NOW - timedelta(days=days_ago)).timestamp() // 60)
