"""The log stops nobody: neither when nobody reads it, nor when a client fills it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.command import ROOT
from tests.process import UNLIMITED, forked_server

JUNK = b"NO HTTP AT ALL\r\n\r\n"
LINE = "Invalid HTTP request received."


def send_junk(port: int, times: int) -> None:
    for _ in range(times):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(JUNK)
            connection.recv(1000)


def test_a_log_that_nobody_reads_stops_nobody(index: Path, tmp_path: Path) -> None:
    """A pipe takes 64 KB. Red without `unhurried_log` in `serve`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["-m", "chatbot", "serve", "--corpus", tmp_path / "absent", "--index", index, "--port", port]
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], cwd=ROOT, env={**os.environ, **UNLIMITED}, stderr=subprocess.PIPE
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            deadline = time.monotonic() + 60
            while not is_ready(client):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            reply = client.get("/api/entries/may-dogs-eat-chocolate").json()["reply"]
            body = {"reply_id": reply["id"], "verdict": "down", "note": "n" * 1000}
            assert {client.post("/api/feedback", json=body).status_code for _ in range(400)} == {204}
            assert client.post("/api/ask", json={"question": "goldfish?"}).status_code == 200
        process.terminate()
        assert process.wait(20) == 0
        assert process.stderr
        held = os.read(process.stderr.fileno(), 1_000_000)
        assert held.count(b'"event": "feedback"') > 40
    finally:
        process.kill()
        process.wait()


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_what_a_client_can_cause_is_written_some_times(index: Path, tmp_path: Path) -> None:
    """Red without `FewOfAKind`, and with uvicorn's own handlers. Feedback is wanted, all of it."""
    with forked_server(tmp_path / "absent", index, tmp_path / "log", **UNLIMITED) as server:
        server.wait_until()
        send_junk(server.port, 60)
        reply = server.get("/api/entries/may-dogs-eat-chocolate").json()["reply"]
        for _ in range(40):
            body = {"reply_id": reply["id"], "verdict": "up"}
            assert httpx.post(f"{server.url}/api/feedback", json=body).status_code == 204
        server.stop()
        log = server.log.read_text()
    assert 1 <= log.count(LINE) <= 25
    assert log.count('"event": "feedback"') == 40
    assert "Serving build" in log
