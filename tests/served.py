"""The server as an owner runs it, in a process of its own, and the two ways in which pages talk to it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
_NO_LIMITS = {"CHATBOT_RATE_PER_MINUTE": "1000000", "CHATBOT_RATE_BURST": "1000000", "CHATBOT_DEADLINE": "60"}


@dataclass(frozen=True)
class Served:
    url: str
    pid: int
    log: Path  # what it printed

    def cpu_seconds(self) -> float:
        """User and system time of the process and its threads so far (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def faults(self) -> list[str]:
        """Lines of the log that tell of something that went wrong inside."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "Traceback" in line or "Exception" in line or "Error" in line]


@contextlib.contextmanager
def served(corpus: Path, index: Path, log: Path, **environment: str) -> Iterator[Served]:
    """`python -m chatbot serve` without limits for how often one may ask, until it answers that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}
    command = ["serve", "--corpus", str(corpus), "--index", str(index), "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "chatbot", *command],
            cwd=ROOT, env={**env, **_NO_LIMITS, **environment}, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, log)
        yield Served(url, process.pid, log)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start: {log.read_text()}")
        time.sleep(0.1)


class ChatQueue:
    """The chat page's events without the page: join Gradio's queue, then read what comes until the result."""

    def __init__(self, url: str, function: str = "answer") -> None:
        self._client = httpx.Client(base_url=url, timeout=60)
        dependencies = self._client.get("/config").json()["dependencies"]
        self._index = next(at for at, each in enumerate(dependencies) if each["api_name"] == function)
        self._turns = 0

    def join(self, question: str, conversation: list[dict[str, Any]]) -> tuple[httpx.Response, str]:
        """The answer to joining, and the session in which the result will come."""
        self._turns += 1
        session = f"turn{self._turns}"
        body = {"data": [question, conversation], "fn_index": self._index, "session_hash": session}
        headers = {"content-type": "application/json"}
        # Escaped: lone halves of surrogate pairs can travel in no other way.
        joined = self._client.post("/gradio_api/queue/join", content=json.dumps(body).encode(), headers=headers)
        return joined, session

    def result(self, session: str) -> dict[str, Any]:
        """The event that ends the turn."""
        with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            for line in _lines(events):
                if line.startswith(b"data:"):
                    event: dict[str, Any] = json.loads(line[5:])
                    if event["msg"] == "process_completed":
                        return event
        raise AssertionError("the stream ended without a result")

    def turn(self, question: str) -> list[dict[str, Any]]:
        """The messages that are new."""
        joined, session = self.join(question, [])
        assert joined.status_code == 200, joined.text
        event = self.result(session)
        assert event["success"], event
        messages: list[dict[str, Any]] = event["output"]["data"][0]
        return messages


def _lines(events: httpx.Response) -> Iterator[bytes]:
    """As a browser parts them: `iter_lines` would also break a line at U+0085 and its like."""
    rest = b""
    for chunk in events.iter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
