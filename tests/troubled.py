"""`python -m tests.troubled INDEX FOLDER COUNT`: asks a bot `COUNT` questions while its journal is in trouble.

Prints, as JSON, whether the replies were the same and what was logged. A process of its own, as some troubles are of a
process, started by `tests.unprivileged`.
"""

import contextlib
import dataclasses
import json
import logging
import resource
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.insight import journal_schema
from chatbot.insight.journal_schema import opened
from tests.journals import journal_of

KINDS = ("well", "full", "locked", "corrupt", "corrupt inside", "no database", "read-only", "folder", "newer")
_INJECTIONS = (
    "How tall is it'); DROP TABLE replies; -- {n}",
    "' OR '1'='1' UNION SELECT * FROM feedback {n}",
    'How old is "; DELETE FROM counts; {n}',
    "Robert'); INSERT INTO picks VALUES (1); /* {n} */",
    "How long is \x00\x1b[31m\r\n{n} a goldfish?",
    "%s {n} ? :name @p1 $2 \\x27",
    "\u202e{n} \u0661\u0662 how many hamsters?",
    '{{"question": null, "n": {n}}}',
    "What do goldfish eat? {n}",
    "How long do hamsters live {n} years?",
)


def questions(count: int) -> list[str]:
    return [_INJECTIONS[number % len(_INJECTIONS)].format(n=number) for number in range(count)]


def replies(bot: Bot, count: int) -> list[Any]:
    """Without what is other each time."""
    given = []
    for number, question in enumerate(questions(count)):
        found = bot.ask(question)
        if number % 5 == 0:
            bot.rate(found.replies[0].id, "down", question[:100], question)
        plain = dataclasses.asdict(dataclasses.replace(found, took_ms=0.0))
        for reply in plain["replies"]:
            reply["id"] = ""
        given.append(plain)
    return given


@contextlib.contextmanager
def _wrong(kind: str, path: Path) -> Iterator[None]:
    """What is wrong before the journal is opened."""
    if kind == "locked":
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA journal_mode = WAL")
            other.execute("BEGIN EXCLUSIVE")
            yield
        return
    if kind == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))  # as a disk with 20 KB left
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return
    if kind == "corrupt":
        path.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 64)
    elif kind == "corrupt inside":
        with contextlib.closing(opened(path)) as journal:
            journal.execute("PRAGMA journal_mode = DELETE")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
    elif kind == "no database":
        path.write_text("These are notes, and no database at all.\n" * 100)
    elif kind == "read-only":
        with contextlib.closing(sqlite3.connect(path)) as empty:
            empty.execute("PRAGMA user_version = 0")
        path.touch(0o444)
        path.chmod(0o444)
        path.parent.chmod(0o555)
    elif kind == "folder":
        path.mkdir()
    elif kind == "newer":
        with contextlib.closing(sqlite3.connect(path)) as later:
            later.execute("PRAGMA application_id = 0x56424A31")
            later.execute("PRAGMA user_version = 99")
    yield


def main(index: Path, folder: Path, count: int) -> None:
    bot = Bot(Served(open_build(index), HashingEncoder()))
    plain = replies(bot, count)
    journal_schema._WAIT = 0.2  # for who keeps it locked
    log: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: log.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("chatbot").addHandler(handler)
    found = {}
    for kind in KINDS:
        path = folder / kind / "journal.db"
        path.parent.mkdir()
        asked, before = Bot(bot.served), len(log)
        with _wrong(kind, path), journal_of(asked, path, "all", later=0.05) as journal:
            is_same = replies(asked, count) == plain
            assert asked.events.flush(60)
        dropped = asked.events.dropped
        found[kind] = {"is_same": is_same, "log": log[before:], "lost": journal.lost, "dropped": dropped}
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
