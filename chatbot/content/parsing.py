"""Files are parsed in a process of their own, with limits of memory and time.

A content file may come from anybody, and parsers have inputs on which they take hours or gigabytes. One process, a
fresh interpreter that shares nothing with this one, reads file after file. If a file kills it, that file is reported
and a new process reads the next one. A process without work for a minute ends itself.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from chatbot.content.ledger import Content, content_from_json, joined
from chatbot.core.problem import Problem

MEMORY = 512 * 1024 * 1024  # bytes of address space
_CPU = 4  # seconds for a file, and as many again for each megabyte of it
_ROOT = Path(__file__).parents[2]
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); import chatbot.content.parser as p; p.main()"


def parse_files(
    files: Iterable[tuple[str, bytes]], options: Mapping[str, Any] | None = None, *, seconds: int = _CPU
) -> Iterator[Content]:
    """The content of each (name, bytes) in turn. A file that exceeds the limits becomes a problem.

    `options`: see `chatbot.content.options`. `seconds`: CPU seconds for a file, and again for each megabyte.
    """
    process = None
    try:
        for name, data in files:
            process = process or _idle_process()
            content = process.parse(name, data, options or {}, seconds)
            if process.ended:
                process = None
            yield content
    finally:
        if process:
            process.release()


class _Died(Exception):
    """The process ended before it sent a complete answer."""


class _Process:
    def __init__(self) -> None:
        path = [str(_ROOT), *(entry for entry in sys.path if entry)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, json.dumps(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath},
            cwd="/",
        )
        self.owner = os.getpid()  # after a fork both processes have the pipes; only the owner may use them
        self.pid = self._process.pid
        self.timeout: float | None = None  # wall-clock seconds for a file; None: from its size
        self.ended = False
        self._busy = False
        self._is_new = True

    def parse(self, name: str, data: bytes, options: Mapping[str, Any], seconds: int) -> Content:
        try:
            return self._parse(name, data, options, seconds)
        except _Died:
            self.end()
            if not self._is_new and self._process.returncode == 0:  # it had just ended itself for lack of work
                return _Process._in_new_process(name, data, options, seconds)
            return Content(problems=[Problem(name, 0, "limits", self._failure())])
        finally:
            self._is_new = False

    @staticmethod
    def _in_new_process(name: str, data: bytes, options: Mapping[str, Any], seconds: int) -> Content:
        process = _Process()
        content = process.parse(name, data, options, seconds)
        process.release()
        return content

    def _parse(self, name: str, data: bytes, options: Mapping[str, Any], seconds: int) -> Content:
        requests, answers = self._pipes()
        cpu = seconds + seconds * len(data) // 2**20
        # A process that waits for ever uses no CPU time, so it is also limited by the clock.
        watch = threading.Timer(self.timeout or 4 * cpu + 10, self._process.kill)
        watch.daemon = True
        self._busy = True
        watch.start()
        try:
            request = {"name": name, "size": len(data), "cpu": cpu, "memory": MEMORY, "options": dict(options)}
            requests.write(json.dumps(request).encode() + b"\n" + data)
            requests.flush()
            parts: list[Content] = []
            for line in answers:
                answer = json.loads(line)
                if answer is None:
                    self._busy = False
                    return joined(parts)
                parts.append(content_from_json(answer))
        except (BrokenPipeError, ValueError):  # ValueError: it died in the middle of a line
            pass
        finally:
            watch.cancel()
        raise _Died

    def release(self) -> None:
        """Keeps the process for the next corpus if it still works."""
        if self._busy or self.ended:
            self.end()
        else:
            _idle.append(self)

    def end(self) -> None:
        requests, answers = self._pipes()
        self.ended = True
        if self._busy and self._process.poll() is None:
            try:
                self._process.wait(1)  # it is ending; the message depends on how it ended
            except subprocess.TimeoutExpired:
                self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            requests.close()
        answers.close()
        self._process.wait()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """(to the process, from the process)"""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def _failure(self) -> str:
        if self._process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "reading it takes too long; it may be damaged or no FAQ: split it, or save it again"
        return "reading it ended in a crash; it may be damaged or no FAQ: split it, or save it again"


_idle: list[_Process] = []


def _idle_process() -> _Process:
    while _idle:
        process = _idle.pop()
        if process.owner == os.getpid():
            return process
    return _Process()


@atexit.register
def _end_idle() -> None:
    for process in _idle:
        if process.owner == os.getpid():
            process.end()
    _idle.clear()
