"""Ids of replies that tell by themselves whether this process gave them, when, and in which conversation: nothing has
to be kept of any."""

import hashlib
import hmac
import time
from collections.abc import Callable
from secrets import randbits, token_bytes

REPLY_ID = "[0-9a-f]{32}"  # as a regular expression

_LATELY = 24 * 60  # minutes
# Bytes of an id: when it was given, its conversation, by chance, and what only this process can make.
_TIME, _CONVERSATION, _CHANCE, _SEAL = 4, 4, 3, 5


class ReplyIds:
    """The secret lasts as long as the process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds."""
        self._secret = token_bytes(32)
        self._clock = clock

    def new(self, conversation: int) -> str:
        """As `REPLY_ID`. `conversation`: see `conversation_of`."""
        number = conversation.to_bytes(_CONVERSATION, "big")
        payload = self._minutes().to_bytes(_TIME, "big") + number + token_bytes(_CHANCE)
        return (payload + self._seal(payload)).hex()

    def was_given(self, reply_id: str) -> bool:
        """True for an id of the last day."""
        return self._payload(reply_id) is not None

    def conversation_of(self, reply_id: str) -> int | None:
        """The conversation of a reply of the last day, or None for any other id."""
        payload = self._payload(reply_id)
        return None if payload is None else int.from_bytes(payload[_TIME : _TIME + _CONVERSATION], "big")

    def _payload(self, reply_id: str) -> bytes | None:
        try:
            whole = bytes.fromhex(reply_id)
        except ValueError:
            return None
        payload, seal = whole[:-_SEAL], whole[-_SEAL:]
        age = self._minutes() - int.from_bytes(payload[:_TIME], "big")
        is_ours = len(payload) == _TIME + _CONVERSATION + _CHANCE and hmac.compare_digest(seal, self._seal(payload))
        return payload if is_ours and 0 <= age <= _LATELY else None

    def _minutes(self) -> int:
        return int(self._clock() // 60)

    def _seal(self, payload: bytes) -> bytes:
        return hashlib.blake2b(payload, key=self._secret, digest_size=_SEAL).digest()


def new_conversation() -> int:
    """A number by chance: it says nothing of who asks."""
    return randbits(8 * _CONVERSATION)
