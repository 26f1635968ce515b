"""The log as JSON, one object a line, for programs that collect logs.

What is written beside the log goes the same way: a line that is printed to standard error, or a trace of Python itself.
"""

import datetime
import io
import json
import logging
import sys
import threading
from typing import Any, TextIO

from chatbot.core.text import visible

_BREAKS = "\n\t"  # of a list of problems, or of a trace; JSON escapes them
_FEEDBACK = "chatbot.feedback"  # whose lines are JSON already
_BESIDE = "stderr"  # where a line comes from that was not logged
_BEGINNINGS = {"error: ": "error", "warning: ": "warning"}  # of a printed line, and the level that they mean


class JsonLine(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, message; trace, where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name == _FEEDBACK:
            told: dict[str, Any] = json.loads(message)
        else:
            told = {"message": message}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return _line(record.created, record.levelname.lower(), record.name, told)


class JsonStream(io.TextIOBase):
    """A text stream whose lines arrive at `stream` as JSON."""

    def __init__(self, stream: TextIO | io.TextIOBase) -> None:
        self.stream = stream
        self._begun = ""
        self._lock = threading.Lock()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.stream.fileno()

    def write(self, text: str) -> int:
        with self._lock:
            *lines, self._begun = f"{self._begun}{text}".split("\n")
        for line in lines:
            if line.strip():
                self.stream.write(f"{as_json(line)}\n")
        return len(text)

    def flush(self) -> None:
        self.stream.flush()


def as_json(line: str) -> str:
    """A line that was printed, not logged."""
    level = next((level for begin, level in _BEGINNINGS.items() if line.startswith(begin)), "info")
    now = datetime.datetime.now(datetime.UTC).timestamp()
    return _line(now, level, _BESIDE, {"message": line})


def log_as_json() -> None:
    """From here on, of this process: what is logged, warned of or printed to standard error."""
    printed = sys.stderr
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setFormatter(JsonLine())
            handler.setStream(printed)
    logging.captureWarnings(True)
    sys.stderr = JsonStream(printed)


def _line(at: float, level: str, logger: str, told: dict[str, Any]) -> str:
    """Characters that hide, break or reorder text are written as in the plain log: as escapes that can be read."""
    time = datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(timespec="milliseconds")
    texts = {name: visible(value, _BREAKS) if isinstance(value, str) else value for name, value in told.items()}
    return json.dumps({"time": time.replace("+00:00", "Z"), "level": level, "logger": logger, **texts})
