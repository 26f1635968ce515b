"""The log of a server. It cannot stop the server: not if nobody reads it, nor if somebody makes it write a lot.

A pipe takes some 64 KB and then makes the writer wait. That would be the whole server; here a thread waits.
"""

import contextlib
import io
import logging
import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator

from chatbot.web.limits import RateLimit
from chatbot.web.log_lines import JsonStream, as_json

_PER_MINUTE, _AT_ONCE = 10, 20  # lines of one kind
_HELD = 256 * 1024  # characters that wait to be read; what comes then is left out
_LAST_WORDS = 1.0  # seconds that the end of the server waits for them to be read
# Each is asked for by a visitor, within limits of their own.
_WANTED = "chatbot.feedback"


class FewOfAKind(logging.Filter):
    """Lets a line through, and the same line with other words in it, some times a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._limit = RateLimit(_PER_MINUTE, _AT_ONCE)
        self._left_out: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == _WANTED:
            return True
        kind = f"{record.name} {record.levelno} {str(record.msg)[:200]}"
        if self._limit.wait(kind):
            self._left_out[kind] += 1
            return False
        if times := self._left_out.pop(kind, 0):
            record.msg, record.args = f"{record.getMessage()} (and {times} more like it, left out here)", ()
        return True


class Unhurried(io.TextIOBase):
    """A text stream to the file `number`, whose writers never wait."""

    def __init__(self, number: int, written: Callable[[str], str] = str) -> None:
        """`written`: how a line of its own looks."""
        self._number = number
        self._written = written
        self._waiting: deque[str] = deque()
        self._held = 0
        self._left_out = 0
        self._changed = threading.Condition()
        threading.Thread(target=self._pass_on, daemon=True).start()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, text: str) -> int:
        with self._changed:
            if self._held + len(text) > _HELD:
                self._left_out += len(text)
            else:
                self._waiting.append(text)
                self._held += len(text)
                self._changed.notify_all()
        return len(text)

    def drain(self, seconds: float) -> None:
        """Waits until all is read, but not for ever."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._held and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)

    def _pass_on(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                text = "".join(self._waiting)
                self._waiting.clear()
                lost, self._left_out = self._left_out, 0
            if lost:
                said = self._written(f"({lost} characters of the log were left out here, as nobody read it)")
            rest = memoryview((f"{text}{said}\n" if lost else text).encode("utf-8", "backslashreplace"))
            with contextlib.suppress(OSError):  # a reader that has gone, or a full disk: the server serves on
                while rest:
                    rest = rest[os.write(self._number, rest) :]
            with self._changed:
                self._held -= len(text)
                self._changed.notify_all()


@contextlib.contextmanager
def unhurried_log() -> Iterator[None]:
    """Within, what is logged or written to standard error waits for no reader, and nothing is repeated without end."""
    stderr = sys.stderr
    is_json = isinstance(stderr, JsonStream)
    try:
        stream = Unhurried(stderr.fileno(), as_json if is_json else str)
    except (AttributeError, OSError, ValueError):  # there is none: closed, or a test's
        yield
        return
    few = FewOfAKind()
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    streams = [handler.setStream(stream) for handler in handlers]
    for handler in handlers:
        handler.addFilter(few)
    sys.stderr = JsonStream(stream) if is_json else stream
    try:
        yield
    finally:
        stream.drain(_LAST_WORDS)
        sys.stderr = stderr
        for handler, before in zip(handlers, streams, strict=True):
            handler.removeFilter(few)
            handler.setStream(before)
