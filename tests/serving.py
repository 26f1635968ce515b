"""A real server in a thread, on a free port of 127.0.0.1."""

import contextlib
import dataclasses
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from chatbot.core.settings import ServerSettings

# Tests ask faster than visitors, all from one address.
UNLIMITED = ServerSettings(rate_per_minute=1_000_000, rate_burst=1_000_000)


def unchecked(settings: ServerSettings, **values: float) -> ServerSettings:
    """`settings` with `values` beyond their limits, such as a server that refuses whatever it is asked."""
    changed = dataclasses.replace(settings)
    for name, value in values.items():
        object.__setattr__(changed, name, value)
    return changed


@contextlib.contextmanager
def running_server(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Yields the address, such as http://127.0.0.1:40213. `port`: one that a server had before, or any."""
    # With its protocol named, or asyncio holds back small packets, and each request takes 40 ms more.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + 60
            while not server.started:
                if not thread.is_alive() or time.monotonic() > deadline:
                    raise RuntimeError("the server did not start")
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
