"""HTTP connections that do not wait for ever: uvicorn's own, with a limit for how long a client may keep us waiting.

uvicorn ends a connection that is idle after an answer, but not one whose request never gets complete, nor one whose
client does not read what it asked for. Some hundred of either would use up what the server has to give.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 8.0  # seconds that a client may take to send a request, or to read the next _STEP bytes of an answer
_STEP = 16 * 1024  # bytes
_LOOK = 1.0  # seconds between two looks


class BoundedConnection(H11Protocol):
    """Cuts a client off that keeps us waiting for more than PATIENCE."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin(0)
        self._watch = self.loop.call_later(_LOOK, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._begin(self.transport.get_write_buffer_size())
        super().on_response_complete()

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
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(_LOOK, self._look)


def connection_settings() -> dict[str, Any]:
    """For `uvicorn.Config`."""
    return {
        "http": BoundedConnection,
        "h11_max_incomplete_event_size": 16 * 1024,  # of request line and headers
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": 10,
        "limit_concurrency": 1000,
        "server_header": False,
    }
