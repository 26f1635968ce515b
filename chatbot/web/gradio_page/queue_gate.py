"""What may be put into Gradio's queue. Gradio takes any JSON, fails on it later and writes a trace into the log; this
answers 4xx at once, and hands on only the fields that the page's events read. What the queue has of a session goes as
soon as the session has its answer."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Protocol
from urllib.parse import parse_qs

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.web.guard import Answer, refuse, replay
from chatbot.web.routes import CHAT_PAGE, QUEUE_EVENTS, QUEUE_JOIN, route_of

_READERS = 2  # of one session: a page that comes back may be here before its old connection is gone
STREAM = 60.0  # seconds that one answer may take on the chat page
UNREAD = 200  # sessions whose answers wait to be read; as many as Gradio's queue takes
# Gradio looks for work again and again: often for a while after a page was opened or asked something, else less often.
_OFTEN, _SELDOM = 0.02, 0.1  # seconds between two looks
_AWHILE = 30.0
_Session = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]


class _Text(BaseModel):
    type: Literal["text"]
    text: str


class _Metadata(BaseModel):
    id: str | None = None
    log: str | None = None


class ShownMessage(BaseModel):
    """A message of the conversation as the page holds it: what of it is read here."""

    role: Literal["user", "assistant"]
    content: list[_Text]
    metadata: _Metadata | None = None


class Join(BaseModel):
    """What every event has."""

    fn_index: int
    session_hash: _Session
    trigger_id: int | None = None


class AnswerJoin(Join):
    """A turn of the chat page: question, id of the entry that was picked, conversation so far."""

    data: tuple[str, str, list[ShownMessage] | None]


class AskJoin(Join):
    """The endpoint for programs: a question."""

    data: tuple[str]


class Queue(Protocol):
    """What of Gradio's queue is used here: messages and events of each session, and how often it looks for work."""

    pending_messages_per_session: Any  # a dictionary that forgets the oldest of more than `max_size`
    pending_event_ids_session: dict[str, set[str]]
    sleep_when_free: float

    def close(self) -> None:
        """It looks for no more work."""


class QueueGate:
    """Pure ASGI. `joins`: what each event of the page takes."""

    def __init__(
        self,
        app: ASGIApp,
        joins: Mapping[int, type[Join]],
        queue: Queue,
        *,
        unread: int = UNREAD,
        stream: float = STREAM,
        forgets: bool = True,
    ) -> None:
        """`forgets`: what the queue has of a session goes with its last answer. A page that sends several events at
        once needs it to stay: its connections overlap, and one that finds nothing would end all its events."""
        self._app = app
        self._joins = joins
        self._queue = queue
        self._reading: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._unread = unread
        self._forgets = forgets
        self._longest = stream
        queue.pending_messages_per_session.max_size = unread
        queue.sleep_when_free = _SELDOM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope.get("path", ""))
        if route in (CHAT_PAGE, QUEUE_JOIN):
            self._wake()
        if route is QUEUE_EVENTS:
            await self._stream(_session(scope), scope, receive, send)
            return
        if route is QUEUE_JOIN:
            if not _is_json(scope):
                text = "send JSON, with the header content-type: application/json"
                await refuse(send, 422, "invalid_request", text)
                return
            self._forget_unread()
            join = self._read(await Request(scope, receive).body())
            if join is None:
                await refuse(send, 422, "invalid_request", "this is nothing that the chat page sends")
                return
            body = json.dumps(join).encode()
            receive = replay(body, receive)
            length = (b"content-length", str(len(body)).encode())
            kept = [header for header in scope["headers"] if header[0] not in (b"content-length", b"content-type")]
            scope = {**scope, "headers": [*kept, length, (b"content-type", b"application/json")]}
        await self._app(scope, receive, send)

    async def _stream(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """The events of a session, which a page reads once at a time; for a while, and then it asks again."""
        if session not in self._queue.pending_messages_per_session:
            await refuse(send, 404, "not_found", "there is no such session")
            return
        if self._reading[session] >= _READERS:
            await refuse(send, 429, "too_many_requests", "the events of this session are being read already", 1)
            return
        self._reading[session] += 1
        answer = Answer(send)
        try:
            async with asyncio.timeout(self._longest):
                await self._app(scope, receive, answer)
        except (TimeoutError, KeyError):  # KeyError: Gradio's, where another reader has taken the last event
            if answer.has_begun:
                await send({"type": "http.response.body", "body": b""})
            else:
                await refuse(send, 404, "not_found", "there is no such session")
        finally:
            self._reading[session] -= 1
            if not self._reading[session]:
                del self._reading[session]
                if self._forgets:
                    self._forget(session)

    def close(self) -> None:
        """Nobody asks any more."""
        self._queue.close()
        if self._timer:
            self._timer.cancel()

    def _wake(self) -> None:
        self._queue.sleep_when_free = _OFTEN
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_AWHILE, self._rest)

    def _rest(self) -> None:
        self._queue.sleep_when_free = _SELDOM

    def _forget(self, session: str) -> None:
        """Drops what is kept of a session, unless an answer is still to come or to be read."""
        if not self._queue.pending_event_ids_session.get(session):
            self._queue.pending_event_ids_session.pop(session, None)
            self._queue.pending_messages_per_session.pop(session, None)

    def _forget_unread(self) -> None:
        """Of a session whose messages are forgotten nobody can read an answer any more."""
        events = self._queue.pending_event_ids_session
        if len(events) > 2 * self._unread:
            for session in events.keys() - self._queue.pending_messages_per_session.keys():
                del events[session]

    def _read(self, body: bytes) -> dict[str, Any] | None:
        """The fields that are known; None where one is missing or wrong."""
        try:
            known = self._joins[Join.model_validate_json(body).fn_index]
            return known.model_validate_json(body).model_dump(exclude_none=True)
        except (ValidationError, KeyError):
            return None


def _is_json(scope: Scope) -> bool:
    """A form of another site can send other types without asking first, but not this one."""
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    return len(kinds) == 1 and kinds[0].partition(b";")[0].strip().lower() == b"application/json"


def _session(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("session_hash", [""])[0]
