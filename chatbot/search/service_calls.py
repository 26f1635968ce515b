"""Calls of a service over the network: each ends in time, is tried again where that may help, and is not begun while
the service is known to be down.

A circuit breaker: after some calls that failed one after the other, the others are refused at once for a while. Then
one may try; its outcome decides for all.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple, TypeVar

from chatbot.core.errors import EngineDown, EngineSlow

T = TypeVar("T")
_log = logging.getLogger("chatbot.engine")


class Unreachable(Exception):
    """Raised by a call that did not reach the service, so that another try may."""


class Patience(NamedTuple):
    """When the circuit opens and closes, and how calls are tried again."""

    failures: int = 3  # one after the other, until calls are refused
    rest: float = 2.0  # seconds for which they are
    tries: int = 3
    pause: float = 0.05  # seconds before the second try; twice as many before each further one
    telling: float = 0.8  # seconds: that no answer came in fewer tells of the caller's haste, not of the service


class ServiceCalls:
    """Those of one service, from any number of threads."""

    def __init__(self, name: str, threads: int = 32, patience: Patience = Patience()) -> None:  # noqa: B008
        """`name`: of the service, for messages. `threads`: calls at the same time, hanging ones among them."""
        self._name = name
        self._patience = patience
        self._room = threading.BoundedSemaphore(threads)
        self._lock = threading.Lock()
        self._failed = 0  # calls one after the other
        self._refused_until = 0.0
        self._why: type[EngineDown] = EngineDown

    @property
    def trouble(self) -> str:
        """The code of what stands in the way; "" when the last call was answered, or none failed often enough."""
        with self._lock:
            return self._why.code if self._failed >= self._patience.failures else ""

    def call(self, seconds: float, act: Callable[[float], T], may_repeat: bool = True) -> T:
        """What `act` returns, which is told how many seconds are left. It raises Unreachable where the service was not
        reached, TimeoutError where that took too long. It runs in another thread, as some calls of a library cannot be
        interrupted.

        EngineDown when it was not reached, or is known not to be; EngineSlow when `seconds` are over. Other errors of
        `act` come from a service that answers, and pass. `may_repeat`: whether it does no harm to do it twice.
        """
        ends = time.monotonic() + seconds
        self._begin()
        for turn in range(self._patience.tries if may_repeat else 1):
            if turn and not self._paused(turn, ends):
                break
            try:
                result = self._begun(act, ends).result(max(ends - time.monotonic(), 0.001))
            except TimeoutError:  # of waiting, or of what it did
                message = f"{self._name} did not answer within {seconds:.2g} s"
                if seconds < self._patience.telling:
                    raise EngineSlow(message, self._patience.rest) from None
                raise self._failure(EngineSlow, message) from None
            except Unreachable as error:
                reason = str(error)
                continue
            except Exception:
                self._succeeded()
                raise
            self._succeeded()
            return result
        raise self._failure(EngineDown, f"{self._name} cannot be reached ({reason})")

    def _begun(self, act: Callable[[float], T], ends: float) -> "Future[T]":
        """In a thread that nobody waits for when the program ends. TimeoutError where all are taken."""
        if not self._room.acquire(timeout=max(ends - time.monotonic(), 0.001)):
            raise TimeoutError
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(act(max(ends - time.monotonic(), 0.001)))
            except BaseException as error:
                future.set_exception(error)
            finally:
                self._room.release()

        threading.Thread(target=run, daemon=True).start()
        return future

    def _paused(self, turn: int, ends: float) -> bool:
        """Waits before another try, each caller for another time, so that they do not all come at once. False where
        no time is left for one."""
        pause = self._patience.pause * 2 ** (turn - 1) * random.uniform(0.5, 1.5)
        if time.monotonic() + pause >= ends:
            return False
        time.sleep(pause)
        return True

    def _begin(self) -> None:
        """EngineDown where no call is to be begun now."""
        with self._lock:
            if self._failed < self._patience.failures:
                return
            wait = self._refused_until - time.monotonic()
            if wait <= 0:
                self._refused_until = time.monotonic() + self._patience.rest  # this one may try, and others may not
                return
            why = self._why
        raise why(f"{self._name} does not answer; it is tried again soon", wait)

    def _failure(self, kind: type[EngineDown], message: str) -> EngineDown:
        with self._lock:
            self._failed += 1
            if self._failed == self._patience.failures:
                _log.warning("warning: %s", message)
            self._why = kind
            self._refused_until = time.monotonic() + self._patience.rest
        return kind(message, self._patience.rest)

    def _succeeded(self) -> None:
        with self._lock:
            self._failed = 0
