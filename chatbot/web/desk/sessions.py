"""Who is signed in at the desk. Only hashes of the ids are kept, in memory, so that no trace can show one."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 12 * 3600.0  # seconds after which somebody signs in again
IDLE = 3600.0  # the same, without a request
_KEPT = 100  # sessions; the one that was used longest ago ends first


@dataclass(slots=True)
class _Session:
    begun: float  # seconds, of the clock
    used: float


class Sessions:
    """Those of one desk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[bytes, _Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self) -> str:
        """The id of a new session."""
        session = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._open[_digest(session)] = _Session(now, now)
            if len(self._open) > _KEPT:
                self._open.popitem(last=False)
        return session

    def is_open(self, session: str) -> bool:
        """Whether it is, which counts as its use."""
        key, now = _digest(session), self._clock()
        with self._lock:
            found = self._open.pop(key, None)
            if found is None or now - found.begun > LONGEST or now - found.used > IDLE:
                return False
            found.used = now
            self._open[key] = found
        return True

    def end(self, session: str) -> None:
        with self._lock:
            self._open.pop(_digest(session), None)


def _digest(session: str) -> bytes:
    return hashlib.sha256(session.encode("utf-8", "surrogatepass")).digest()
