"""A small HTTP client on asyncio, for load: it costs a tenth of what httpx costs, and it can misbehave."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass
class Client:
    """One connection that is kept, from `source`, to the server on `port` of 127.0.0.1."""

    port: int
    source: str = "127.0.0.1"
    keep: bool = True
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, repr=False)

    async def send(self, request: bytes) -> Answer:
        """The answer to a whole request. ConnectionError when the server ends the connection before it is complete."""
        started = time.perf_counter()
        if self._streams is None:  # ConnectionRefusedError, when nobody listens, is for the caller
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.source, 0))
        reader, writer = self._streams
        try:
            writer.write(request)
            status, headers, body = await read_answer(reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise ConnectionError(repr(error)) from None
        if not self.keep or headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body, time.perf_counter() - started)

    async def ask(self, question: str, **headers: str) -> Answer:
        return await self.send(post("/api/ask", json.dumps({"question": question}).encode(), **headers))

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A whole request; underscores in the names of `headers` are hyphens."""
    fields = {"host": "127.0.0.1", "content-type": "application/json", "content-length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    return f"POST {path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first.split()[1]), headers, body
