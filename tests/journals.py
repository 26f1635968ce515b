"""What the tests of the journal share: one that is fed by a bot, and the bytes of its files."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.insight.journal import Journal
from chatbot.insight.journal_reader import records
from chatbot.insight.journal_schema import opened

UNKNOWN = "How tall is the Eiffel tower?"
ANSWERED = "What do goldfish eat?"
GAP = "How long do hamsters live?"


@contextlib.contextmanager
def journal_of(
    bot: Bot, path: Path, keeps: str = "unanswered", clock: Callable[[], float] = time.time, later: float = 10.0
) -> Iterator[Journal]:
    """A journal in `path` that is told of all that `bot` does; at the end all of that is written."""
    settings = dataclasses.replace(BotSettings(), journal=keeps)
    journal = Journal(path, lambda: settings, clock, later=later)
    bot.events.subscribe(journal.record)
    try:
        yield journal
    finally:
        assert bot.events.flush(20)
        journal.close()


def rows(path: Path) -> list[dict[str, Any]]:
    with contextlib.closing(opened(path)) as connection:
        return list(records(connection))


def raw_bytes(path: Path) -> bytes:
    """Of the journal and the files beside it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
