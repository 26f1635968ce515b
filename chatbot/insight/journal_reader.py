"""What stands in a journal, for reports, exports and editors.

Words are for editors only through `shown_texts`: a question is shown when enough conversations asked alike.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import numpy as np

from chatbot.content.cells import safe_cell
from chatbot.insight.journal_schema import Connection

_ALIKE = 0.6  # cosine from which on two questions may be one
_EXAMPLES = 5  # texts of a group
_COLUMNS = (
    "kind time reply_id conversation question status entry_id probability build_id lang after verdict reason note n"
).split()


@dataclass(frozen=True, slots=True)
class Asked:
    """A reply as the journal has it."""

    reply_id: str
    time: datetime  # UTC, to the minute
    conversation: int
    question: str | None  # redacted; None where it is not kept
    status: str
    entry_id: str  # of the answer or the gap, else of the first suggestion; "" for none
    probability: float  # that this entry answers the question
    build_id: str
    lang: str
    after: str  # id of the reply before it in the conversation; "" for none


@dataclass(frozen=True, slots=True)
class Picked:
    """An entry that a visitor chose."""

    reply_id: str  # of the reply that showed it
    time: datetime
    conversation: int
    after: str  # id of the reply that had offered it; "" for a starter, or one that was found while typing
    entry_id: str
    build_id: str
    lang: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A visitor's last verdict on a reply or on a picked entry."""

    reply_id: str
    time: datetime
    verdict: str  # "up", "down" or "none_of_these"
    reason: str  # redacted
    note: str  # redacted


@dataclass(frozen=True, slots=True)
class Counted:
    """How many replies there were on a day, also those that have no row of their own."""

    time: datetime  # the beginning of the day, UTC
    status: str
    build_id: str
    lang: str
    n: int


def asked(connection: Connection, since: datetime | None = None) -> Iterator[Asked]:
    """The replies, oldest first."""
    rows = connection.execute("SELECT * FROM replies WHERE asked_at >= ? ORDER BY asked_at", (_minute(since),))
    for reply_id, minute, *facts, after in rows:
        yield Asked(reply_id.hex(), _time(minute), *(*facts, _hex(after)))


def picked(connection: Connection, since: datetime | None = None) -> Iterator[Picked]:
    """The picks, oldest first."""
    rows = connection.execute("SELECT * FROM picks WHERE picked_at >= ? ORDER BY picked_at", (_minute(since),))
    for reply_id, minute, conversation, after, *facts in rows:
        yield Picked(reply_id.hex(), _time(minute), conversation, _hex(after), *facts)


def rated(connection: Connection, since: datetime | None = None) -> Iterator[Rated]:
    """The verdicts, oldest first."""
    rows = connection.execute("SELECT * FROM feedback WHERE given_at >= ? ORDER BY given_at", (_minute(since),))
    for reply_id, minute, *said in rows:
        yield Rated(reply_id.hex(), _time(minute), *said)


def counted(connection: Connection, since: datetime | None = None) -> Iterator[Counted]:
    """The counts, oldest first; of the day of `since` all of it."""
    day = _minute(since) // (24 * 60)
    for first, *facts in connection.execute("SELECT * FROM counts WHERE day >= ? ORDER BY day", (day,)):
        yield Counted(_time(first * 24 * 60), *facts)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same."""

    rows: Sequence[int]
    conversations: int  # that asked one of them
    texts: Sequence[str]  # examples, the most typical first; none while too few conversations asked alike


class Worded(Protocol):
    """What somebody said in a conversation."""

    @property
    def question(self) -> str | None: ...

    @property
    def conversation(self) -> int: ...


def shown_texts(
    questions: Sequence[Worded], vectors: np.ndarray, groups: Sequence[Sequence[int]], k: int, alike: float = _ALIKE
) -> list[Group]:
    """The groups with those texts that an editor may see: each was asked, in other words or the same, in at least `k`
    separate conversations.

    Row i of `vectors`, (n, d) float32 of length 1, is the meaning of question i. `groups`: rows of questions that mean
    the same. Within a group a text counts the conversations whose question has a cosine of at least `alike` with it: a
    question that is unlike the others of its group stays hidden, however large the group is.
    """
    return [_group(questions, vectors, rows, k, alike) for rows in groups]


def _group(questions: Sequence[Worded], vectors: np.ndarray, rows: Sequence[int], k: int, alike: float) -> Group:
    numbers = np.array([questions[row].conversation for row in rows])
    total = len(np.unique(numbers))
    texts: list[str] = []
    if total >= k:
        own = vectors[np.asarray(rows)]
        for at in np.argsort(-(own @ own.mean(axis=0)), kind="stable"):
            text = questions[rows[at]].question
            if text and text not in texts and len(np.unique(numbers[own @ own[at] >= alike])) >= k:
                texts.append(text)
                if len(texts) == _EXAMPLES:
                    break
    return Group(rows, total, texts)


class Contents(NamedTuple):
    """How much there is, and of which time."""

    replies: int
    questions: int  # replies with the words of the question
    picks: int
    feedback: int
    counted: int  # replies, also those that have no row
    first: datetime | None
    last: datetime | None


def contents(connection: Connection) -> Contents:
    [row] = connection.execute(
        "SELECT (SELECT count(*) FROM replies), (SELECT count(question) FROM replies), (SELECT count(*) FROM picks),"
        " (SELECT count(*) FROM feedback), (SELECT coalesce(sum(n), 0) FROM counts),"
        " (SELECT min(day) FROM counts), (SELECT max(day) FROM counts)"
    )
    *numbers, first, last = row
    days = [None if day is None else _time(day * 24 * 60) for day in (first, last)]
    return Contents(*numbers, *days)


def records(connection: Connection) -> Iterator[dict[str, Any]]:
    """All rows as plain values, each with its `kind`: what is kept, for whoever it belongs to."""
    kinds = (("reply", asked), ("pick", picked), ("feedback", rated), ("count", counted))
    for kind, read in kinds:
        for row in read(connection):
            yield {"kind": kind, **asdict(row), "time": row.time.strftime("%Y-%m-%dT%H:%MZ")}


def as_lines(rows: Iterator[dict[str, Any]]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_table(rows: Iterator[dict[str, Any]]) -> bytes:
    """CSV for spreadsheets, in which nothing runs as a formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: safe_cell("" if value is None else str(value)) for name, value in row.items()})
    return out.getvalue().encode("utf-8-sig")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _time(minute: int) -> datetime:
    return _EPOCH + timedelta(minutes=minute)


def _minute(since: datetime | None) -> int:
    return 0 if since is None else int((since - _EPOCH).total_seconds() // 60)


def _hex(reply_id: bytes | None) -> str:
    return reply_id.hex() if reply_id else ""
