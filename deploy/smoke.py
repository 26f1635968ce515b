"""Starts the server of an image that is being made, asks it a question, opens its page, and stops it.

What it imports is compiled by that, so that the image holds no more than it needs. Ends with 1 where anything fails,
or where serving has loaded torch.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 240.0  # seconds; nothing is compiled yet


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


PORT = free_port()


def asked(path: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", body, {"content-type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def wait_until_ready(server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            asked("/readyz?page=1")
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("error: the server does not get ready")


def main() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        environment["CHATBOT_JOURNAL_FILE"] = f"{folder}/journal.db"
        command = [sys.executable, "-m", "chatbot", "serve", "--corpus", "none", "--port", str(PORT)]
        server = subprocess.Popen(command, env=environment)
        try:
            wait_until_ready(server)
            starters: list[str] = json.loads(asked("/api/starters"))["starters"]
            question = starters[0] if starters else "What can I ask?"
            reply = json.loads(asked("/api/ask", json.dumps({"question": question}).encode()))["replies"][0]
            asked("/")
            asked("/faq")
            loaded = Path(f"/proc/{server.pid}/maps").read_text()
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(30)
    if "libtorch" in loaded or status:
        sys.exit(f"error: torch is loaded to serve, or the server ended with {status}")
    print(f"{question!r}: {reply['status']}")


if __name__ == "__main__":
    main()
