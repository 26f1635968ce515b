"""Replies to messages that were asked before: the questions of a FAQ repeat, its starters most of all."""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Sequence
from secrets import token_hex
from typing import NamedTuple

from chatbot.types import Replies

_MOST = 1024  # messages; the one that was asked longest ago is forgotten first


class Asked(NamedTuple):
    """All that replies depend on, beside the build."""

    message: str
    top: int
    lang: str | None
    tags: Sequence[str]
    explain: bool


class Remembered:
    """The replies of one build, for any number of threads."""

    def __init__(self) -> None:
        self._replies: OrderedDict[Asked, Replies] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: Asked) -> Replies | None:
        """The replies as they were, but each with an id of its own: what a visitor thinks of one is not of another."""
        with self._lock:
            said = self._replies.get(asked)
            if said is None:
                return None
            self._replies.move_to_end(asked)
        return dataclasses.replace(
            said, replies=[dataclasses.replace(reply, id=token_hex(8)) for reply in said.replies]
        )

    def put(self, asked: Asked, said: Replies) -> None:
        with self._lock:
            self._replies[asked] = said
            if len(self._replies) > _MOST:
                self._replies.popitem(last=False)
