"""How much of the server one client, and all of them together, may have.

A client that asks too fast is told so (429), a server that is full says so instead of letting everybody wait (503),
and a question that takes too long is given up (504). Each names the seconds after which to try again, and shows what
the owner wants read first on such a question.
"""

import asyncio
import ipaddress
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.core.machine import cores
from chatbot.core.settings import ServerSettings
from chatbot.web.guard import refuse, replay
from chatbot.web.routes import Budget, Route, route_of

SaidFirst = Callable[[Route, str], Mapping[str, Any]]

_CLIENTS = 10_000  # remembered; the one that asked longest ago is forgotten first
_LOOKUP_RATIO = 10  # typing and looking around costs less than asking, and happens more often
# Questions that are worked on at the same time: more would only slow each other down. The others wait for their turn,
# in order, and not longer than _PATIENCE seconds: whoever is answered at all is answered soon.
_AT_ONCE = 4 * cores()
_PATIENCE = 0.5
_MOST = 20_000  # characters of a question, as the API takes


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float  # seconds, of the clock


class RateLimit:
    """A token bucket for each client: `burst` requests at once, then `per_minute`."""

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = per_minute / 60, burst, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str) -> float:
        """0 and one token less, or the seconds until there is a token again."""
        now = self._clock()
        bucket = self._buckets.pop(client, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        self._buckets[client] = bucket
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate
        bucket.tokens -= 1
        return 0.0

    def give_back(self, client: str) -> None:
        """The token that `wait` took just now."""
        if bucket := self._buckets.get(client):
            bucket.tokens = min(self._burst, bucket.tokens + 1)


class Limits:
    """What one server has to give, whichever of its sites is asked."""

    def __init__(self, settings: ServerSettings) -> None:
        self.most = settings.in_flight
        self._deadline = settings.deadline
        self.running = 0  # requests that are answered now, or wait for their turn
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._refusals: set[asyncio.Future[None]] = set()
        rate, burst = settings.rate_per_minute, settings.rate_burst
        # Looking for notices in a long text takes milliseconds, which nobody may cause without end by being refused.
        self._looks = RateLimit(rate * _LOOKUP_RATIO, max(burst, 1) * _LOOKUP_RATIO)
        self._budgets: Mapping[Budget, RateLimit] = {
            "question": RateLimit(rate, burst),
            "feedback": RateLimit(rate, burst),  # each is a line in the log
            "rebuild": RateLimit(rate, burst),
            "lookup": RateLimit(rate * _LOOKUP_RATIO, burst * _LOOKUP_RATIO),
        }

    async def answer(self, app: ASGIApp, said_first: SaidFirst, scope: Scope, receive: Receive, send: Send) -> None:
        """As `app` does, or a refusal."""
        route = route_of(scope["path"]) if scope["type"] == "http" else None
        if route is None or route.budget == "none":
            await app(scope, receive, send)
            return
        client = client_of(scope.get("client"))
        wait = self._budgets[route.budget].wait(client)
        body = b""
        if route.budget == "question":
            body = await Request(scope, receive).body()
            receive = replay(body, receive)

        async def refused(status: int, code: str, text: str, seconds: float) -> None:
            question = "" if self._looks.wait(client) else _question_in(body)
            await refuse(send, status, code, text, seconds, said_first(route, question))

        if wait:
            await refused(429, "too_many_requests", "too many requests from here; wait a little", wait)
        elif route.is_always_let_in:
            await app(scope, receive, send)
        elif self.running >= self.most or not await self._has_turn(route):
            await refused(503, "busy", "the server is busy; try again in a moment", 1)
        else:
            late = partial(refused, 504, "timeout", "answering took too long; try again", 1)
            await self._within_deadline(partial(app, scope, receive), route, send, late)

    async def _has_turn(self, route: Route) -> bool:
        """Waits for its turn; False when that takes too long."""
        if not route.takes_turns:
            return True
        if not self._turn.locked():
            return await self._turn.acquire()  # without a timer, which costs more than all the rest here
        self.running += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._turn.acquire()
        except TimeoutError:
            return False
        finally:
            self.running -= 1

    async def _within_deadline(
        self,
        answer: Callable[[Send], Awaitable[None]],
        route: Route,
        send: Send,
        late: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        """Answers `late` in place of an app that has not begun to answer in time.

        What it was doing goes on, since a thread cannot be stopped, and counts as running until it ends.
        """
        begun = given_up = False

        def give_up() -> None:
            nonlocal given_up
            if not begun:
                given_up = True
                refusal = asyncio.ensure_future(late())
                self._refusals.add(refusal)  # which the loop would forget
                refusal.add_done_callback(self._refusals.discard)

        async def send_unless_given_up(message: Message) -> None:
            nonlocal begun
            if not given_up:
                begun = True
                await send(message)

        self.running += 1
        deadline = asyncio.get_running_loop().call_later(self._deadline, give_up)
        try:
            await answer(send_unless_given_up)
        finally:
            deadline.cancel()
            self.running -= 1
            if route.takes_turns:
                self._turn.release()


class Limited:
    """Pure ASGI, like the guard that stands before it: the app of one site within the limits of its server.

    `said_first`: route and question -> what a refusal has beside the error, for what the owner wants read first.
    """

    def __init__(self, app: ASGIApp, limits: Limits, said_first: SaidFirst = lambda route, question: {}) -> None:
        self._app, self._limits, self._said_first = app, limits, said_first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._limits.answer(self._app, self._said_first, scope, receive, send)


def _question_in(body: bytes) -> str:
    """That of a request, read as the API or Gradio's queue would; "" where it cannot be read."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    values = values if isinstance(values, dict) else {}
    data = values.get("data")
    question = data[0] if isinstance(data, list) and data else values.get("question")
    return question[:_MOST] if isinstance(question, str) else ""


def client_of(address: Sequence[Any] | None) -> str:
    """Who counts as one: the host of `address`; of an IPv6 host the network, since a visitor has all 2^64 of one."""
    text = str(address[0]) if address else ""
    if ":" not in text:
        return text
    try:
        host = ipaddress.IPv6Address(text)
    except ValueError:
        return text
    return str(host.ipv4_mapped or ipaddress.IPv6Network((int(host), 64), strict=False))
