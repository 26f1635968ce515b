"""What the journal keeps of each event, as rows of its tables. Knows no file."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

from chatbot.core.events import Event, FeedbackGiven, Replied, Shown
from chatbot.core.settings import BotSettings
from chatbot.core.types import Reply
from chatbot.insight.redaction import redacted

UNANSWERED = ("unsure", "unknown", "gap")  # the status of replies without an answer

_RECENT = 10_000  # replies whose facts are in memory, until somebody rates them or picks from them
_STEPS_BACK = 20  # messages of a conversation that are looked through for who offered an entry

_REPLY = "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PICK = "INSERT OR IGNORE INTO picks VALUES (?, ?, ?, ?, ?, ?, ?)"
_FEEDBACK = "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?)"
_COUNT = "INSERT INTO counts VALUES (?, ?, ?, ?, 1) ON CONFLICT (day, status, build_id, lang) DO UPDATE SET n = n + 1"


class Row(NamedTuple):
    statement: str
    values: tuple[Any, ...]


class _Given(NamedTuple):
    """A reply as a row of `replies` without its words, and what it offered."""

    row: Row | None  # None: a pick, which has a row of its own
    status: str
    offered: frozenset[str]  # ids of entries


class _Said(NamedTuple):
    """What was replied to one message."""

    given: dict[str, _Given]  # by the id of the reply
    after: str


class Keeper:
    """Turns events into rows, in the order in which they happened. Not for several threads at once.

    Of an answered question only the count is kept at first. If the visitor rates the answer, picks another entry, or
    had asked in vain just before, then its entry and probability are kept, too: this needs the facts of recent replies,
    which are in memory, without words.
    """

    def __init__(self, settings: Callable[[], BotSettings], clock: Callable[[], float] = time.time) -> None:
        """`settings`: those of the build that is served now. `clock`: seconds."""
        self._settings = settings
        self._clock = clock
        self._recent: OrderedDict[str, _Said] = OrderedDict()  # by the id of each reply

    def rows_of(self, event: Event) -> list[Row]:
        keeps = self._settings().journal_keeps
        if keeps == "off":
            return []
        if isinstance(event, Replied):
            return self._replied(event, keeps == "all")
        if isinstance(event, Shown):
            return self._shown(event)
        if isinstance(event, FeedbackGiven):
            return self._rated(event)
        return []  # a refused message is no question

    def _replied(self, event: Replied, keeps_all: bool) -> list[Row]:
        now, build = self._minute, event.replies.build_id
        replies = event.replies.replies
        before = self._recent.get(event.after)
        is_another_try = before is not None and any(given.status in UNANSWERED for given in before.given.values())
        said = _Said({}, event.after)
        rows = []
        for reply in replies:
            facts = (now, event.conversation, None, reply.status, _entry_of(reply), reply.probability, build)
            row = Row(_REPLY, (bytes.fromhex(reply.id), *facts, event.lang, _blob(event.after)))
            self._remember(reply.id, said, _Given(row, reply.status, _offered(reply)))
            rows.append(Row(_COUNT, (now // (24 * 60), reply.status, build, event.lang)))
            # Small talk is where visitors say who they are, and says nothing about the FAQ.
            if reply.status in UNANSWERED or (keeps_all and reply.status != "smalltalk"):
                words = redacted(reply.question)
                rows.append(Row(_REPLY, (*row.values[:3], words, *row.values[4:])))
            elif is_another_try and reply.status == "answered":
                rows.append(row)
        return rows

    def _shown(self, event: Shown) -> list[Row]:
        offering = self._offering(event.entry_id, event.after)
        self._remember(event.reply.id, _Said({}, event.after), _Given(None, event.reply.status, _offered(event.reply)))
        facts = (self._minute, event.conversation, _blob(offering), event.entry_id, event.build_id, event.lang)
        return [*self._row_of(offering), Row(_PICK, (bytes.fromhex(event.reply.id), *facts))]

    def _rated(self, event: FeedbackGiven) -> list[Row]:
        words = (redacted(event.reason), redacted(event.note))
        rated = Row(_FEEDBACK, (bytes.fromhex(event.reply_id), self._minute, event.verdict, *words))
        return [*self._row_of(event.reply_id), rated]

    def _offering(self, entry_id: str, after: str) -> str:
        """The latest reply, from `after` on backwards, that offered the entry; "" for none."""
        said = self._recent.get(after)
        for _ in range(_STEPS_BACK):
            if said is None:
                return ""
            for reply_id, given in said.given.items():
                if entry_id in given.offered:
                    return reply_id
            said = self._recent.get(said.after)
        return ""

    def _row_of(self, reply_id: str) -> list[Row]:
        """That of a recent reply, without its words; it changes nothing where the journal has it already."""
        said = self._recent.get(reply_id)
        row = said and said.given[reply_id].row
        return [row] if row else []

    def _remember(self, reply_id: str, said: _Said, given: _Given) -> None:
        said.given[reply_id] = given
        self._recent[reply_id] = said
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    @property
    def _minute(self) -> int:
        return int(self._clock() // 60)


def _entry_of(reply: Reply) -> str:
    """The entry that the probability is of, or the gap; "" for none."""
    if reply.status == "smalltalk":
        return ""
    if reply.gap:
        return reply.gap.entry_id
    if reply.answer:
        return reply.answer.entry_id
    return reply.suggestions[0].entry_id if reply.suggestions else ""


def _offered(reply: Reply) -> frozenset[str]:
    return frozenset(one.entry_id for one in reply.suggestions)


def _blob(reply_id: str) -> bytes | None:
    return bytes.fromhex(reply_id) or None
