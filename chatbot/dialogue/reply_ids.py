"""Ids of replies that tell by themselves whether this process gave them, and when: nothing has to be kept of any."""

import hashlib
import hmac
import time
from collections.abc import Callable
from secrets import token_bytes

_LATELY = 24 * 60  # minutes
_TIME, _CHANCE, _SEAL = 4, 6, 6  # bytes of an id: when it was given, by chance, and what only this process can make


class ReplyIds:
    """The secret lasts as long as the process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds."""
        self._secret = token_bytes(32)
        self._clock = clock

    def new(self) -> str:
        """32 hexadecimal digits."""
        told = self._minutes().to_bytes(_TIME, "big") + token_bytes(_CHANCE)
        return (told + self._seal(told)).hex()

    def was_given(self, reply_id: str) -> bool:
        """True for an id of the last day."""
        try:
            whole = bytes.fromhex(reply_id)
        except ValueError:
            return False
        told, seal = whole[:-_SEAL], whole[-_SEAL:]
        age = self._minutes() - int.from_bytes(told[:_TIME], "big")
        return len(told) == _TIME + _CHANCE and hmac.compare_digest(seal, self._seal(told)) and 0 <= age <= _LATELY

    def _minutes(self) -> int:
        return int(self._clock() // 60)

    def _seal(self, told: bytes) -> bytes:
        return hashlib.blake2b(told, key=self._secret, digest_size=_SEAL).digest()
