"""A visitor has all addresses of an IPv6 network: together they are one client, of connections too."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest

from chatbot.web.connections import BoundedServer

NETWORK, OTHER = "fd00:7e57:1", "fd00:7e57:2"


@pytest.fixture
def addresses() -> Iterator[list[str]]:
    """Six of one network, and one of another, on this machine."""
    all_of_them = [*(f"{NETWORK}::{at}" for at in range(1, 7)), f"{OTHER}::1"]
    if not shutil.which("ip"):
        pytest.skip("needs the command ip (Debian: iproute2) to give this machine more addresses")
    with contextlib.ExitStack() as stack:
        for address in all_of_them:
            added = subprocess.run(["ip", "-6", "addr", "add", f"{address}/64", "dev", "lo"], capture_output=True)
            if added.returncode:
                pytest.skip("this machine may not be given more IPv6 addresses")
            stack.callback(subprocess.run, ["ip", "-6", "addr", "del", f"{address}/64", "dev", "lo"], check=False)
        yield all_of_them


async def app(scope, receive, send):  # type: ignore[no-untyped-def]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def statuses(addresses: list[str], of_a_client: int) -> list[int]:
    """Of a connection from each address, one after another, all of them kept open."""
    listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    server = BoundedServer(app, of_a_client=of_a_client, lifespan="off", log_level="warning", log_config=None)
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    found, writers = [], []
    for address in addresses:
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2], local_addr=(address, 0))
        writers.append(writer)
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        found.append(int((await reader.readline()).split()[1]))
    for writer in writers:
        writer.close()
    server.should_exit = True
    await serving
    return found


def test_one_network_cannot_take_all_connections(addresses: list[str]) -> None:
    """Red when the whole address counts."""
    assert asyncio.run(statuses(addresses, of_a_client=4)) == [200, 200, 200, 200, 503, 503, 200]
