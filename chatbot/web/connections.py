"""HTTP connections that do not wait for ever: uvicorn's own, with a limit for how long a client may keep us waiting.

uvicorn ends a connection that is idle after an answer, but not one whose request never gets complete, nor one whose
client does not read what it asked for. Some hundred of either would use up what the server has to give.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from chatbot.web.guard import error_body
from chatbot.web.limits import client_of

PATIENCE = 8.0  # seconds that a client may take to send a request, or to read the next _STEP bytes of an answer
CONNECTIONS = 1000  # at the same time
CONNECTIONS_OF_A_CLIENT = 100  # a school behind one address has many visitors, and a browser opens six
_STEP = 16 * 1024  # bytes
_LOOK = 1.0  # seconds between two looks
# Each ends the server as gently: Ctrl+C, an orchestrator, a terminal that is closed.
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TURNS = 20  # of the event loop, in which asyncio has let in whoever it has begun to
_SO_ATTACH_FILTER, _BPF_RETURN = 26, 0x06  # of Linux
_LAST_CALL = 1.0  # seconds that a new connection has for its request when the server is told to stop

_TOO_MANY = json.dumps(error_body("busy", "too many connections; try again in a moment")).encode()
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nx-content-type-options: nosniff\r\n"
    b"retry-after: 5\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(_TOO_MANY), _TOO_MANY)
)


class BoundedConnection(H11Protocol):
    """Cuts a client off that keeps us waiting for more than PATIENCE, or that opens more connections than it may."""

    def __init__(self, *settings: Any, most_of_a_client: int, **named: Any) -> None:
        """`settings`, `named`: of `H11Protocol`."""
        super().__init__(*settings, **named)
        self._most_of_a_client = most_of_a_client
        self._is_closing = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._of_client = client_of(self.client)
        if len(self.connections) > CONNECTIONS or self._of_this_client() > self._most_of_a_client:
            transport.write(_REFUSAL)
            transport.close()
        self._begin(0)
        self._watch = self.loop.call_later(_LOOK, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)

    def _of_this_client(self) -> int:
        """How many connections this client has, this one included."""
        others = (other for other in self.connections if isinstance(other, BoundedConnection))
        return sum(1 for other in others if other._of_client == self._of_client)

    def on_response_complete(self) -> None:
        self._begin(self.transport.get_write_buffer_size())
        super().on_response_complete()

    def shutdown(self) -> None:
        """A client that has just connected is about to ask: it gets its answer, too."""
        if self.cycle is None and not self._is_closing:
            self._is_closing = True
            self.loop.call_later(_LAST_CALL, self._shut)
        else:
            super().shutdown()

    def _shut(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def handle_events(self) -> None:
        super().handle_events()
        if self._is_closing and self.cycle:
            self.cycle.keep_alive = False

    def _begin(self, unread: int) -> None:
        """From here on the client's time counts."""
        self._since = self.loop.time()
        self._unread = unread

    def _look(self) -> None:
        unread = self.transport.get_write_buffer_size()
        is_sending = self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        if not (unread or is_sending) or unread <= self._unread - _STEP:
            self._begin(unread)
        self._unread = max(self._unread, unread)
        if self.loop.time() - self._since > PATIENCE:
            self._cut_off()
        else:
            self._watch = self.loop.call_later(_LOOK, self._look)

    def _cut_off(self) -> None:
        """At once, and without what the kernel still holds for the client."""
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def _refuse_new(listener: socket.socket) -> None:
    """From here on the kernel drops packets of new connections, where it can. Clients try again a second later, and are
    refused then.

    Without this, a client could connect between the last `accept` and the closing, and lose its question.
    """
    if sys.platform == "linux":
        nothing = ctypes.create_string_buffer(struct.pack("HBBI", _BPF_RETURN, 0, 0, 0))  # of a packet is kept
        program = struct.pack("HL", 1, ctypes.addressof(nothing))
        with contextlib.suppress(OSError):  # a sandbox may forbid it
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def _waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """The connections that were not accepted yet; closes `listener` after them."""
    _refuse_new(listener)
    listener.setblocking(False)
    with listener, contextlib.suppress(BlockingIOError):
        while True:
            yield listener.accept()[0]


class BoundedServer(uvicorn.Server):
    """Serves `app` with such connections."""

    def __init__(
        self,
        app: Any,
        has_proxy: bool = False,
        of_a_client: int = CONNECTIONS_OF_A_CLIENT,
        also_at: Sequence[tuple[str, int]] = (),
        listens: Callable[[], None] = lambda: None,
        **settings: Any,
    ) -> None:
        """`has_proxy`: many clients come through the same few addresses. `also_at`: more hosts and ports to listen on.
        `listens` is called once it does. `settings`: of `uvicorn.Config`."""
        self._also_at = also_at
        self._listens = listens
        most = CONNECTIONS if has_proxy else of_a_client
        self._protocol: Any = partial(BoundedConnection, most_of_a_client=most)
        super().__init__(uvicorn.Config(app, **{**_SETTINGS, **settings, "http": self._protocol}))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would kill the process by the signal in the end, and what is undone at exit (multiprocessing's
        semaphores) would be left to warnings. One that is ignored, as `nohup` does, stays so."""
        before = {which: signal.getsignal(which) for which in _ENDING}
        ours = [which for which, handler in before.items() if handler is not signal.SIG_IGN]
        for which in ours:
            signal.signal(which, self.handle_exit)
        try:
            yield
        finally:
            for which in ours:
                signal.signal(which, before[which])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            loop = asyncio.get_running_loop()
            for host, port in self._also_at:
                self.servers.append(await loop.create_server(self._connection, host, port, backlog=self.config.backlog))
            self._listens()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Whoever has connected by now is let in before the door closes: uvicorn, and the kernel, would drop them."""
        loop = asyncio.get_running_loop()
        doors = [socket.socket(fileno=os.dup(door.fileno())) for server in self.servers for door in server.sockets]
        for server in self.servers:
            server.close()
        for peer in [peer for door in doors for peer in _waiting(door)]:
            await loop.connect_accepted_socket(self._connection, peer)
        for _ in range(_TURNS):  # for those whom asyncio was letting in
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    def _connection(self) -> BoundedConnection:
        connection: BoundedConnection = self._protocol(self.config, self.server_state, self.lifespan.state)
        return connection


_SETTINGS: dict[str, Any] = {
    "h11_max_incomplete_event_size": 16 * 1024,  # of request line and headers
    "timeout_keep_alive": 5,
    "timeout_graceful_shutdown": 10,
    "server_header": False,
}
