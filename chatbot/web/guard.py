"""What stands before the app: which routes answer at all, how large a body may be, which headers go out."""

import dataclasses
import json
import logging
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.core.types import Notice
from chatbot.web.routes import Part, route_of

_log = logging.getLogger("chatbot.server")
_NOTHING: Mapping[str, Any] = {}

_CODINGS = (b"gzip", b"br")  # those that something here can send

_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:{images}; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'self'; "
    "object-src 'none'; frame-ancestors 'self'{framed_by}"
)
_UNHEARD = frozenset(
    (
        # Where the client says to have gone, which Gradio would believe and print into its page.
        *(b"x-forwarded-host", b"x-forwarded-server", b"x-forwarded-port", b"x-forwarded-proto", b"forwarded"),
        # Files are sent whole: a header of a few KB may name thousands of parts, each sent with a head of its own.
        b"range",
    )
)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Guard:
    """Pure ASGI, so that streams pass through unbuffered."""

    def __init__(
        self,
        app: ASGIApp,
        framed_by: Collection[str] = (),
        hosts: Sequence[str] = (),
        images: Collection[str] = (),
        parts: tuple[Part, ...] = ("site",),
    ) -> None:
        """`framed_by`: origins of other sites that may show the chat page in a frame; `images`: those whose pictures
        it may show; both are read for each request. `hosts`: names that the server goes by; a page that was led here
        under another name (DNS rebinding) gets nothing. None: any name. `parts`: those that answer here."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._framed_by, self._images = framed_by, images
        self._parts = frozenset(parts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})  # no route is one
            return
        scope = {**scope, "headers": list(_heard(scope["headers"]))}
        send = _with_headers(send, _headers(tuple(self._framed_by), tuple(self._images)))
        if self._hosts and host_of(scope) not in self._hosts:
            await refuse(send, 400, "wrong_host", "this server does not go by that name")
            return
        route = route_of(scope["path"])
        if route is None or route.part not in self._parts or scope["method"] not in route.methods:
            await refuse(send, 404, "not_found", "there is nothing at this address")
            return
        if scope["method"] == "OPTIONS":  # of no other site, which CORS has answered
            text = "this address takes POST alone"
            await refuse(_with_headers(send, ((b"allow", b"POST"),)), 405, "method_not_allowed", text)
            return
        if scope["method"] == "HEAD" and route.is_head_a_get:
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        body = await _read_body(receive, route.body_limit) if scope["method"] == "POST" else b""
        if body is None:
            limit = route.body_limit // 1024
            await refuse(send, 413, "body_too_large", f"the request has more than {limit} KB; send less")
            return
        await self._answered(scope, replay(body, receive), send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What went wrong is for the log; the client gets headers and form of any other error."""
        answer = Answer(send)
        try:
            await self._app(scope, receive, answer)
        except Exception:
            _log.exception("error: a request could not be answered")
            if answer.has_begun:
                raise
            await refuse(send, 500, "internal_error", "something went wrong here; it was logged")


class Answer:
    """A `send` that knows whether the answer has begun, after which no other can be given."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        self.has_begun = True
        await self._send(message)


def host_of(scope: Scope) -> str:
    """The name in the Host header, without its port."""
    host: str = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return re.sub(r":\d*$", "", host).lower()


def error_body(code: str, message: str, notices: Sequence[Notice] = ()) -> dict[str, Any]:
    """The body of every error that this server sends; `notices`: what the owner wants read all the same."""
    return {"error": {"code": code, "message": message}, **with_notices(notices)}


def with_notices(notices: Sequence[Notice]) -> dict[str, Any]:
    """What a body has of them; nothing where there are none."""
    return {"notices": [dataclasses.asdict(notice) for notice in notices]} if notices else {}


async def refuse(
    send: Send, status: int, code: str, message: str, retry_after: float = 0.0, more: Mapping[str, Any] = _NOTHING
) -> None:
    """`retry_after`: seconds after which to try again; 0 where that would not help. `more`: fields beside the error."""
    body = json.dumps({**error_body(code, message), **more}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if retry_after:
        headers.append((b"retry-after", str(max(math.ceil(retry_after), 1)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read_body(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None where it is longer than `limit` bytes, whatever Content-Length says."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the client went away
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """`receive` for an app behind one that has read the body."""
    sent = False

    async def once_then_wait() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once_then_wait


@lru_cache(maxsize=8)
def _headers(framed_by: tuple[str, ...], images: tuple[str, ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Those of every response of a site that may be shown by `framed_by` and shows pictures of `images`."""
    listed = {"framed_by": framed_by, "images": images}
    policy = _PAGE_POLICY.format_map({name: "".join(f" {one}" for one in names) for name, names in listed.items()})
    return (*_HEADERS, (b"content-security-policy", policy.encode()))


def _heard(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Those that the app gets. Of codings those that are welcome, by name alone: libraries look for no more."""
    for name, value in headers:
        if name == b"accept-encoding":
            yield name, b", ".join(coding for coding in _CODINGS if _is_welcome(coding, value))
        elif name not in _UNHEARD:
            yield name, value


def _is_welcome(coding: bytes, accepted: bytes) -> bool:
    """Whether an Accept-Encoding takes it: by name or by "*", and not with a weight of 0."""
    weights = {}
    for item in accepted.lower().split(b","):
        name, _, weight = item.replace(b" ", b"").partition(b";q=")
        weights[name] = weight.strip(b"0.") != b"" if weight else True
    return weights.get(coding, weights.get(b"*", False))


def _without_body(send: Send) -> Send:
    async def head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return head


def _with_headers(send: Send, headers: Sequence[tuple[bytes, bytes]]) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.setdefault("headers", [])}
            ours = [header for header in headers if header[0] not in present]
            message["headers"] = [*message["headers"], *ours]
        await send(message)

    return add
