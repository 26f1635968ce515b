"""Processes that are forked from one which has imported what they need: see `tests.forking`."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[1]


def environment_with(chosen: Mapping[str, str]) -> dict[str, str]:
    """That of this process, without the settings of the developer's shell, and with `chosen`."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")} | dict(chosen)


class ForkedProcess:
    """`python -m chatbot ARGUMENTS`, with the methods of `subprocess.Popen` that tests use."""

    def __init__(
        self,
        what: Literal["commands", "web"],
        arguments: Sequence[object],
        environment: Mapping[str, str],
        output: str,
        errors: str,
    ) -> None:
        """`what` is imported already. `output` and `errors` are files that are there, to which it appends."""
        self._what = what
        order = {
            "arguments": [*map(str, arguments)], "environment": dict(environment), "output": output, "errors": errors,
        }  # fmt: skip
        self.pid = _told(what, order)
        self._descriptor = os.pidfd_open(self.pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """subprocess.TimeoutExpired after `timeout` seconds."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("chatbot", timeout or 0)
        return status

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _status(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._descriptor], [], [], timeout)[0]:
            self.returncode = _told(self._what, {"ended": self.pid})
            os.close(self._descriptor)
        return self.returncode


def _told(what: str, order: Mapping[str, object]) -> int:
    forking = _forking(what)
    assert forking.stdin
    assert forking.stdout
    print(json.dumps(order), file=forking.stdin, flush=True)
    return int(forking.stdout.readline())


@cache
def _forking(what: str) -> subprocess.Popen[str]:
    """It ends with this process, whose end of its standard input is closed then."""
    command = [sys.executable, "-m", "tests.forking", what]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
