"""Builds, dry runs and rollbacks that are started over HTTP, while the server answers.

Each is a process of its own that runs the verb. What it publishes is served like any other build. The lock of the index
keeps it apart from builds of other programs.
"""

import datetime
import json
import logging
import secrets
import signal
import subprocess
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from chatbot.web.verb_process import PROGRAM, started

_log = logging.getLogger("chatbot.server")

_KEPT = 20  # of those that have ended; the oldest is forgotten first
_LAST_LINES = 20  # of a process that ended without a report, for the log

State = Literal["running", "done", "failed"]
Kind = Literal["rebuild", "dry run", "rollback"]


@dataclass(slots=True)
class Rebuild:
    """One build, a dry run of one, or a rollback. `document`: what the verb printed as JSON, once it has ended."""

    id: str
    kind: Kind
    begun: str  # ISO 8601, UTC
    state: State = "running"
    done: int = 0  # texts encoded
    total: int = 0  # texts to encode, as far as it is known
    seconds: float = 0.0
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_dry_run(self) -> bool:
        return self.kind == "dry run"


class Rebuilds:
    """Those of one site, one at a time."""

    def __init__(self, corpus: Path, index: Path, program: Sequence[str] = PROGRAM) -> None:
        """`program`: what runs a verb of the command line."""
        self._build = [*program, "build", "--json", "--progress", "--corpus", str(corpus), "--index", str(index)]
        self._rollback = [*program, "rollback", "--json", "--index", str(index)]
        self._kept: OrderedDict[str, Rebuild] = OrderedDict()
        self._running: Rebuild | None = None
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    def begin(self, is_dry_run: bool = False) -> tuple[Rebuild, bool]:
        """(a new one, True); or (the one that is running, False): it may have read the files before the last edit."""
        if is_dry_run:
            return self._begin("dry run", [*self._build, "--dry-run"])
        return self._begin("rebuild", self._build)

    def roll_back(self, build: str) -> tuple[Rebuild, bool]:
        """As `begin`, to publish an earlier build again."""
        return self._begin("rollback", [*self._rollback, "--", build])

    def kept(self) -> list[Rebuild]:
        """Those that are remembered, the latest first."""
        with self._lock:
            return [*reversed(self._kept.values())]

    def _begin(self, kind: Kind, command: Sequence[str]) -> tuple[Rebuild, bool]:
        with self._lock:
            if self._running:
                return self._running, False
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            rebuild = self._running = Rebuild(secrets.token_hex(16), kind, now)
            self._kept[rebuild.id] = rebuild
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        threading.Thread(target=self._run, args=(rebuild, command), daemon=True).start()
        return rebuild, True

    def find(self, rebuild_id: str) -> Rebuild | None:
        return self._kept.get(rebuild_id)

    def close(self) -> None:
        """Ends the one that is running, as a crash would: what is published stays."""
        with self._lock:
            self._is_closed = True
            if self._process:
                self._process.terminate()

    def _run(self, rebuild: Rebuild, command: Sequence[str]) -> None:
        started = time.monotonic()
        _log.info("%s %s has begun", rebuild.kind, rebuild.id)
        state: State = "failed"
        try:
            state, rebuild.document = self._result(rebuild, command)
        except OSError as error:
            rebuild.document = _without_report(f"it cannot be started ({error.strerror})")
        finally:
            rebuild.seconds = round(time.monotonic() - started, 1)
            with self._lock:
                self._running = self._process = None
            rebuild.state = state  # last: whoever sees that it has ended sees the rest, too
            _log.info("%s %s: %s %s", rebuild.kind, rebuild.id, state, _summary(rebuild.document))

    def _result(self, rebuild: Rebuild, command: Sequence[str]) -> tuple[State, Mapping[str, Any]]:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as document:
            with self._lock:
                if self._is_closed:
                    return "failed", _without_report("the server stops")
                self._process = process = started(command, document)
            assert process.stderr
            said = _followed(rebuild, process.stderr)
            status = process.wait()
            document.seek(0)
            try:
                printed: Mapping[str, Any] = json.load(document)
            except ValueError:
                _log.error("error: a build ended without a report:\n%s", "\n".join(said))
                return "failed", _without_report(_end(status))
        return "done" if status == 0 else "failed", printed


def _followed(rebuild: Rebuild, lines: IO[str]) -> list[str]:
    """Notes how far it is until it ends; its last lines that say something else."""
    said: list[str] = []
    for line in lines:
        try:
            progress = json.loads(line)
            rebuild.done, rebuild.total = progress["done"], progress["total"]
        except (ValueError, TypeError, KeyError):
            said = [*said, line.rstrip()][-_LAST_LINES:]
    return said


def _without_report(why: str) -> Mapping[str, Any]:
    message = f"the build ended without a report: {why}; what was served is served on"
    return {"error": {"code": "internal_error", "message": message}}


def _end(status: int) -> str:
    if status < 0:
        return f"it was ended by {signal.Signals(-status).name}"
    return f"exit status {status}; the log of the server says more"


def _summary(document: Mapping[str, Any]) -> str:
    """For the log: the build, or the code of the error."""
    return str(document.get("build_id") or document.get("error", {}).get("code", ""))
