"""What the server did, for Prometheus. Counts and times only: no question, no address, nothing of a visitor."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.core.events import Event, Replied
from chatbot.dialogue.bot import Bot
from chatbot.web.health import STATUSES, Health
from chatbot.web.limits import Limits
from chatbot.web.routes import PAGE_LABEL, route_of

_PATIENCE = 0.5  # seconds that the page waits for what is still to be counted
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The counters of one site, so that two in one process do not mix."""

    def __init__(self, bot: Bot, health: Health, site: str = "") -> None:
        """`site`: its label where several are shown together."""
        self._bot = bot
        self._health = health
        self._site = site
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
        self._statuses = Gauge(
            "verbatim_health", "1 for what /readyz says, 0 for the rest", ("status",), registry=self._registry
        )
        self._dropped = Gauge(
            "verbatim_events_dropped", "Events that no subscriber was told of", registry=self._registry
        )
        self.journal_lost = Gauge(
            "verbatim_journal_lost", "Rows that the journal could not write", registry=self._registry
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

    def collect(self) -> Iterator[Metric]:
        """What was counted so far, each with the label of the site, where it has one."""
        self._bot.events.flush(_PATIENCE)
        self._dropped.set(self._bot.events.dropped)
        self._entries.clear()
        if self._bot.is_ready:
            self._entries.labels(self._bot.build.id).set(len(self._bot.build.entries))
        for status in STATUSES:
            self._statuses.labels(status).set(status == self._health.shown[0])
        label = {"site": self._site} if self._site else {}
        for metric in self._registry.collect():
            metric.samples = [sample._replace(labels={**label, **sample.labels}) for sample in metric.samples]
            yield metric


@dataclass(frozen=True, slots=True)
class _Together:
    """The counters of several sites, those of one name under one heading, as Prometheus wants them.

    `limits`: of the server, where its own figures are shown, too.
    """

    sites: Sequence[Metrics]
    limits: Limits | None

    def collect(self) -> Iterable[Metric]:
        by_name: dict[str, Metric] = {}
        for metric in chain.from_iterable(site.collect() for site in self.sites):
            if metric.name in by_name:
                by_name[metric.name].samples.extend(metric.samples)
            else:
                by_name[metric.name] = metric
        return [*by_name.values(), *self._load()]

    def _load(self) -> Iterator[Metric]:
        if self.limits:
            running, most = self.limits.running, self.limits.most
            yield GaugeMetricFamily("verbatim_in_flight", "Requests that are answered or wait for their turn", running)
            yield GaugeMetricFamily("verbatim_in_flight_most", "How many of them there may be; more get 503", most)


def metrics_page(sites: Sequence[Metrics], limits: Limits | None = None) -> Response:
    return Response(generate_latest(_Together(sites, limits)), media_type="text/plain; version=0.0.4")


class Counted:
    """Counts requests and times them. Pure ASGI."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route = route_of(scope["path"])
        label = route.label if route else PAGE_LABEL
        started = time.perf_counter()

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.requests(label, str(message["status"])).inc()
                self._metrics.seconds(label).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, count)
