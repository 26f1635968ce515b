"""The verb that tells an owner what visitors asked, and where the FAQ failed them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.core.errors import UsageError
from chatbot.verbs.journal import opened_journal

if TYPE_CHECKING:
    from chatbot.insight.report import Pictured, Report

PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reported:
    report: "Report"
    pictured: "Pictured"  # what `chatbot.insight.maps` draws


def report(
    journal: str | Path,
    index: str | Path = "index",
    since: date | timedelta = PERIOD,
    now: datetime | None = None,
) -> Reported:
    """What the journal holds, for the published build in `index`: from the day `since` (UTC), or so long ago, until
    now. UsageError for a period that has not begun; JournalRefused and IndexRefused where one cannot be read."""
    from chatbot.dialogue.served import Served
    from chatbot.insight.report import report_of

    until = now or datetime.now(UTC)
    begin = until - since if isinstance(since, timedelta) else datetime.combine(since, time(), UTC)
    if begin >= until:
        raise UsageError(f"--since {since}: lies in the future; name an earlier day, or a time such as 7d")
    with opened_journal(journal) as connection:
        return Reported(*report_of(connection, Served.open(Path(index)), begin, until))
