"""Replies to messages that were asked before: the questions of a FAQ repeat, its starters most of all."""

import dataclasses
import re
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from secrets import token_hex
from typing import NamedTuple

from chatbot.types import Replies, Turn

# The one that was asked longest ago is forgotten first. Each takes a few KB: texts of answers are those of the build.
_MOST = 1024
_BLANKS = re.compile("[ \t]+")


class Asked(NamedTuple):
    """All that replies depend on, beside the build; see `Bot.ask`."""

    message: str
    history: Sequence[Turn] = ()
    top: int = 3
    lang: str | None = None
    tags: Sequence[str] = ()
    explain: bool = False

    @property
    def key(self) -> Hashable:
        """The same for those that get the same replies; None where there is a history, as hardly two are alike.

        Runs of blanks and the order of tags change nothing; line breaks may part questions.
        """
        if self.history:
            return None
        message = _BLANKS.sub(" ", self.message.strip())
        return message, self.top, self.lang, tuple(sorted(set(self.tags))), self.explain


class Remembered:
    """The replies of one build, for any number of threads."""

    def __init__(self) -> None:
        self._replies: OrderedDict[Hashable, Replies] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: Asked) -> Replies | None:
        """The replies as they were, but each with an id of its own: what a visitor thinks of one is not of another."""
        key = asked.key
        with self._lock:
            said = self._replies.get(key)
            if said is None:
                return None
            self._replies.move_to_end(key)
        return dataclasses.replace(
            said, replies=[dataclasses.replace(reply, id=token_hex(8)) for reply in said.replies]
        )

    def put(self, asked: Asked, said: Replies) -> None:
        key = asked.key
        if key is None:
            return
        with self._lock:
            self._replies[key] = said
            if len(self._replies) > _MOST:
                self._replies.popitem(last=False)
