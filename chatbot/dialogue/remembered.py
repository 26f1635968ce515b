"""Replies to messages that were asked before: the questions of a FAQ repeat, its starters most of all.

What visitors type is not kept with them: a message is known again by a hash that only this process can make, and what a
reply repeats of it is put in from the message that asks again.
"""

import dataclasses
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from secrets import token_bytes
from typing import NamedTuple

from chatbot.core.text import clean, one_line
from chatbot.core.types import Replies, Turn

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
        """The same for those that get the same replies; None where there is a history, as hardly two are alike, and
        where reasons are asked for, which repeat words of the message.

        Runs of blanks and the order of tags change nothing; line breaks may part questions.
        """
        if self.history or self.explain:
            return None
        message = _BLANKS.sub(" ", self.message.strip())
        return message, self.top, self.lang, tuple(sorted(set(self.tags)))


class Remembered:
    """The replies of one build, for any number of threads."""

    def __init__(self) -> None:
        self._replies: OrderedDict[bytes, Replies] = OrderedDict()
        self._secret = token_bytes(32)
        self._lock = threading.Lock()

    def get(self, asked: Asked) -> Replies | None:
        key = self._hash(asked)
        with self._lock:
            replies = self._replies.get(key) if key else None
            if not key or replies is None:
                return None
            self._replies.move_to_end(key)
        [reply] = replies.replies
        reply = dataclasses.replace(reply, question=one_line(clean(asked.message)))
        return dataclasses.replace(replies, replies=[reply])

    def put(self, asked: Asked, replies: Replies) -> None:
        """`replies`: to `asked`. With several questions each reply repeats a part of the message: that is not kept."""
        key = self._hash(asked)
        if not key or len(replies.replies) != 1:
            return
        known = dataclasses.replace(replies, replies=[dataclasses.replace(replies.replies[0], question="")])
        with self._lock:
            self._replies[key] = known
            if len(self._replies) > _MOST:
                self._replies.popitem(last=False)

    def _hash(self, asked: Asked) -> bytes | None:
        key = asked.key
        text = repr(key).encode()  # of surrogates and the like as escapes
        return hashlib.blake2b(text, key=self._secret, digest_size=16).digest() if key else None
