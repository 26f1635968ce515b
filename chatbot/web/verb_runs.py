"""Reports and checks for the desk: each is a verb in a process of its own. Who asks for the same while it runs waits
for that one, and what was made stays good for a minute."""

import contextlib
import json
import logging
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.web.verb_process import PROGRAM, started

_FRESH = 60.0  # seconds
_LONGEST = 600.0  # seconds
_LAST_LINES = 20  # of what ended without a result, for the log
_DIED = "it ended without a result; the log of the server may say more"

_log = logging.getLogger("chatbot.server")


@dataclass(frozen=True, slots=True)
class VerbRun:
    """What a verb said. `document`: its JSON; `page`: its HTML, where it wrote one; `error`: one sentence, or ""."""

    document: Mapping[str, Any]
    page: str = ""
    error: str = ""


class VerbRuns:
    """Those of one desk."""

    def __init__(self, program: Sequence[str] = PROGRAM, clock: Callable[[], float] = time.monotonic) -> None:
        """`program`: what runs a verb of the command line."""
        self._program = program
        self._clock = clock
        self._made: dict[Sequence[str], tuple[float, Future[VerbRun]]] = {}
        self._processes: set[subprocess.Popen[str]] = set()
        self._is_closed = False
        self._lock = threading.Lock()

    def run(self, *arguments: str, has_page: bool = False, again: bool = False) -> VerbRun:
        """Waits for the result of the verb. `has_page`: it writes one with `--html`. `again`: what was made before is
        not good enough, unless it is being made just now."""
        arguments = (*arguments, *(["--html"] if has_page else []))
        with self._lock:
            self._forget_old()
            _, made = self._made.get(arguments, (0.0, None))
            if made and not (again and made.done()):
                future = None
            else:
                future = Future[VerbRun]()
                self._made[arguments] = self._clock(), future
        if made and not future:
            return made.result()
        assert future
        try:
            future.set_result(self._result(arguments, has_page))
        except BaseException as error:
            future.set_exception(error)
        with self._lock:
            self._made[arguments] = self._clock(), future
        return future.result()

    def close(self) -> None:
        """Ends those that run."""
        with self._lock:
            self._is_closed = True
            for process in self._processes:
                process.terminate()

    def _forget_old(self) -> None:
        now = self._clock()
        old = [key for key, (made, future) in self._made.items() if future.done() and now - made > _FRESH]
        for key in old:
            del self._made[key]

    def _result(self, arguments: Sequence[str], has_page: bool) -> VerbRun:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            out = Path(folder) / "document.json"
            command = [*self._program, *arguments, *([str(page)] if has_page else []), "--json"]
            try:
                with out.open("w", encoding="utf-8") as document:
                    said = self._wait_for(command, document)
                printed: Mapping[str, Any] = json.loads(out.read_text("utf-8"))
            except OSError as error:
                return VerbRun({}, error=f"it cannot be started ({error.strerror})")
            except ValueError:
                return VerbRun({}, error=_why(arguments[0], said))
            html = page.read_text("utf-8") if page.is_file() else ""
        return VerbRun(printed, html, printed.get("error", {}).get("message", ""))

    def _wait_for(self, command: Sequence[str], out: Any) -> str:
        """What it says beside its document."""
        with self._lock:
            if self._is_closed:
                return ""
            process = started(command, out)
            self._processes.add(process)
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=_LONGEST)[1]
            return f"it was ended after {_LONGEST:.0f} s"
        finally:
            process.kill()
            process.wait()
            with self._lock:
                self._processes.discard(process)


def _why(verb: str, said: str) -> str:
    """Why there is no result. A server needs fewer packages than a report does."""
    if missing := re.search(r"No module named '(\w+)", said):
        return f"it needs {missing[1]}, which this server does not have: pip install -r requirements.txt"
    if said:
        _log.error("error: %s ended without a result:\n%s", verb, "\n".join(said.splitlines()[-_LAST_LINES:]))
    return _DIED
