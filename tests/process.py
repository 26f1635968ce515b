"""A server as an operator runs it: `python -m chatbot serve` in a process of its own."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from chatbot.core.machine import HUGE_PAGES
from tests.command import ROOT
from tests.forked import ForkedProcess, environment_with

# One for all: each would read the certificates of the machine anew, and wait for servers asks many times. Connections
# are not kept, since servers end.
_client = httpx.Client(timeout=20, limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

_PORTS = 20_000, 32_000
UNLIMITED = {"CHATBOT_RATE_PER_MINUTE": "1000000", "CHATBOT_RATE_BURST": "1000000", "CHATBOT_DEADLINE": "60"}


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> int:
    """The most resident memory of a process so far, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@dataclass(frozen=True)
class ServerProcess:
    url: str
    process: subprocess.Popen[bytes] | ForkedProcess
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def get(self, path: str) -> httpx.Response:
        return _client.get(f"{self.url}{path}")

    def status(self, path: str) -> int:
        return self.get(path).status_code

    def ask(self, question: str) -> httpx.Response:
        return _client.post(f"{self.url}/api/ask", json={"question": question})

    def wait_until(
        self, path: str = "/readyz", status: int = 200, text: str = "", seconds: float = 60
    ) -> httpx.Response:
        """The answer of `path` as soon as it has that status and holds that text."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                answer = self.get(path)
                if answer.status_code == status and text in answer.text:
                    return answer
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f"{path} did not become {status} {text!r}:\n{self.log.read_text()}")

    def resident(self) -> int:
        """Resident memory, in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self) -> float:
        """User and system time of the process and its threads so far."""
        return cpu_seconds(self.process.pid)

    def faults(self) -> list[str]:
        """Lines of the log that tell of something that went wrong inside."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "Traceback" in line or "Exception" in line or "Error" in line]

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The most resident memory since `forget_peak`, in bytes."""
        return peak(self.process.pid)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Asks it to end, as an operator or an orchestrator does; the seconds that it took."""
        started = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(60)
        return time.monotonic() - started


@contextlib.contextmanager
def server_process(
    corpus: Path,
    index: Path,
    log: Path,
    command: Sequence[str] = ("-m", "chatbot", "serve"),
    python: Path = Path(sys.executable),
    **environment: str,
) -> Iterator[ServerProcess]:
    """The server as soon as it listens, which is before it can answer; its output goes to the file `log`."""
    port, arguments = _listening(corpus, index)
    with _started([str(python), *command, *arguments], port, log, environment) as server:
        yield server


@contextlib.contextmanager
def sites_process(sites: Path, log: Path, *options: str, **environment: str) -> Iterator[ServerProcess]:
    """As `server_process`, of many sites."""
    port = free_port()
    command = [sys.executable, "-m", "chatbot", "serve", "--sites", str(sites), "--port", str(port), *options]
    with _started(command, port, log, environment) as server:
        yield server


@contextlib.contextmanager
def _started(command: Sequence[str], port: int, log: Path, environment: Mapping[str, str]) -> Iterator[ServerProcess]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment_with(environment), stdout=output, stderr=output)
    with _ended(ServerProcess(f"http://127.0.0.1:{port}", process, log)) as server:
        yield server


@contextlib.contextmanager
def forked_server(corpus: Path, index: Path, log: Path, **environment: str) -> Iterator[ServerProcess]:
    """As `server_process`, in a tenth of the time: for tests of what a server does, not of how it is started.

    It is forked from a process that has imported all it needs, so it does not restart itself for huge pages.
    """
    port, arguments = _listening(corpus, index)
    log.write_bytes(b"")
    as_if_restarted = {"GLIBC_TUNABLES": HUGE_PAGES}
    process = ForkedProcess(
        "web", ["serve", *arguments], environment_with({**environment, **as_if_restarted}), str(log), str(log)
    )
    with _ended(ServerProcess(f"http://127.0.0.1:{port}", process, log)) as server:
        yield server


def free_port() -> int:
    """Below those that the system gives to connections, one of which could take it before the server does."""
    while True:
        port = random.SystemRandom().randint(*_PORTS)  # tests that draw other numbers have seeds of their own
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _listening(corpus: Path, index: Path) -> tuple[int, list[str]]:
    """A free port, and the flags of a server that listens there."""
    port = free_port()
    return port, [str(part) for part in ("--corpus", corpus, "--index", index, "--port", port)]


@contextlib.contextmanager
def _ended(server: ServerProcess) -> Iterator[ServerProcess]:
    """Once it listens; killed afterwards."""
    try:
        server.wait_until("/livez")
        yield server
    finally:
        server.process.kill()
        server.process.wait()
