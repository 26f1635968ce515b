"""What the server did, for Prometheus. Counts and times only: no question, no address, nothing of a visitor."""

import re
import time
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.core.events import Event, Replied
from chatbot.dialogue.bot import Bot

# Paths that are counted by name; all others are "page" (the chat page and its files) so that nobody can make up labels.
_NAMED = re.compile(r"/api/(?:ask|suggest|starters|feedback)|/livez|/readyz|/metrics|/faq|/widget\.js")
_PATIENCE = 0.5  # seconds that the page waits for what is still to be counted
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """One set of counters for one app, so that two apps in one process do not mix."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._registry = CollectorRegistry()
        requests = Counter("verbatim_requests", "Requests answered", ("route", "status"), registry=self._registry)
        seconds = Histogram(
            "verbatim_request_seconds", "Time to answer", ("route",), buckets=_SECONDS, registry=self._registry
        )
        replies = Counter("verbatim_replies", "Replies by status", ("status",), registry=self._registry)
        remembered = Counter(
            "verbatim_remembered", "Messages, and whether the replies were known", ("hit",), registry=self._registry
        )
        # Looked up for each request.
        self.requests = cache(requests.labels)
        self.seconds = cache(seconds.labels)
        self._replies = cache(replies.labels)
        self._remembered = cache(remembered.labels)
        self._gaps = Counter(
            "verbatim_gap_questions", "Questions that hit a gap", ("entry_id",), registry=self._registry
        )
        self._notices = Counter("verbatim_notices", "Notices shown", registry=self._registry)
        self._entries = Gauge(
            "verbatim_entries", "Entries in the build that is served", ("build",), registry=self._registry
        )
        self._dropped = Gauge(
            "verbatim_events_dropped", "Events that no subscriber was told of", registry=self._registry
        )
        bot.events.subscribe(self.count)

    def count(self, event: Event) -> None:
        if not isinstance(event, Replied):
            return
        replies = event.replies
        self._remembered(str(event.was_known).lower()).inc()
        for reply in replies.replies:
            self._replies(reply.status).inc()
            if reply.gap:
                self._gaps.labels(reply.gap.entry_id).inc()
        self._notices.inc(len(replies.notices))

    def page(self) -> Response:
        self._bot.events.settle(_PATIENCE)
        self._dropped.set(self._bot.events.dropped)
        self._entries.clear()
        if self._bot.is_ready:
            self._entries.labels(self._bot.build.id).set(len(self._bot.build.entries))
        return Response(generate_latest(self._registry), media_type="text/plain; version=0.0.4")


class Counted:
    """Counts requests and times them. Pure ASGI."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        found = _NAMED.fullmatch(scope["path"])
        route = found[0] if found else "/api/entries" if scope["path"].startswith("/api/entries/") else "page"
        started = time.perf_counter()

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.requests(route, str(message["status"])).inc()
                self._metrics.seconds(route).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, count)
