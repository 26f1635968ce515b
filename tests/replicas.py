"""Replicas: servers that follow an archive, and the nginx that sends it to them and visitors to each in turn."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from tests.process import UNLIMITED, ServerProcess, forked_server, free_port

NGINX = """\
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  {http}
  server {{
    listen 127.0.0.1:{port};
    {server}
  }}
}}
"""


@contextlib.contextmanager
def nginx(folder: Path, server: str, http: str = "") -> Iterator[int]:
    """Its port, once it listens. `server`, `http`: what stands in these parts of its configuration."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not program:
        pytest.skip("needs nginx: apt-get install nginx-light")
    folder.mkdir()
    port = free_port()
    user = "" if os.geteuid() else "user root;"  # else who answers may not read our files
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, http=http, server=server, user=user))
    process = subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/livez", trust_env=False)
                break
            assert time.monotonic() < deadline
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def origin(folder: Path, files: Path) -> Iterator[str]:
    """The address of a plain folder of files, as docs/replicas.md says."""
    with nginx(folder, f"location / {{ root {files}; }}") as port:
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def replica(folder: Path, follow: str, every: float = 0.2, **environment: str) -> Iterator[ServerProcess]:
    """A server with an index of its own in `folder`, without a corpus."""
    folder.mkdir(exist_ok=True)
    follows = {"CHATBOT_FOLLOW": follow, "CHATBOT_FOLLOW_EVERY": str(every)}
    with forked_server(
        folder / "absent", folder / "index", folder / "log", **{**UNLIMITED, **follows, **environment}
    ) as server:
        yield server


@contextlib.contextmanager
def replicas(folder: Path, follow: str, count: int = 3, **environment: str) -> Iterator[Sequence[ServerProcess]]:
    """Several that are ready, with their chat pages."""
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(replica(folder / f"replica{number}", follow, **environment)) for number in range(count)
        ]
        for server in servers:
            server.wait_until("/readyz?page=1", seconds=300)  # three of them begin at once
        yield servers
