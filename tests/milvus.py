"""A real Milvus: milvus-lite in a process of its own, which serves gRPC on the loopback address and can be killed."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process import free_port

_SERVE = "import sys; from milvus_lite.cmdline import main; sys.exit(main(sys.argv[1:]))"


def require_milvus() -> None:
    """Skips a test where the optional packages are not installed."""
    for package in ("pymilvus", "milvus_lite"):
        pytest.importorskip(package, reason=f"needs {package}, which is in tests/requirements.txt")


class MilvusProcess:
    """Begun and ended at will, on one port and one folder of data."""

    def __init__(self, data: Path) -> None:
        self._data, self._port = data, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_up(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """As soon as it listens."""
        where = ["--data-dir", str(self._data), "--host", "127.0.0.1", "--port", str(self._port)]
        with self._data.with_suffix(".log").open("ab") as log:
            command = [sys.executable, "-c", _SERVE, "server", *where]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._data.with_suffix(".log").read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("Milvus does not listen")

    def kill(self) -> None:
        """As a power cut would, but for what the system has not written yet."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP: it is there, and answers nothing."""
        assert self._process
        self._process.send_signal(number)


@contextlib.contextmanager
def milvus_process(data: Path) -> Iterator[MilvusProcess]:
    server = MilvusProcess(data)
    server.start()
    try:
        yield server
    finally:
        server.kill()
