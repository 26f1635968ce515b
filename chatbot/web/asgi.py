"""The ASGI apps: one for each site, with its API, its pages and the middleware around them; and the server of all."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot import __version__
from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.api import add_api
from chatbot.web.faq.serving import add_faq
from chatbot.web.gradio_page.serving import add_chat_files
from chatbot.web.gradio_page.turn import add_chat_turn, messages_of_notices
from chatbot.web.guard import Guard, with_notices
from chatbot.web.health import Health
from chatbot.web.limits import Limited, Limits
from chatbot.web.metrics import Counted, metrics_page
from chatbot.web.origins import RefusalsLogged
from chatbot.web.rebuild_api import add_rebuild
from chatbot.web.routes import Part, Route, route_of
from chatbot.web.sites import Site, Sites
from chatbot.web.widget.serving import add_widget

# Around the time in which an app serves its site.
Life = Callable[[Site, FastAPI], contextlib.AbstractAsyncContextManager[Any]]


def create_app(
    bot: Bot,
    chat_page: bool = True,
    settings: ServerSettings = ServerSettings(),  # noqa: B008
    health: Health | None = None,
) -> FastAPI:
    """A server of one site, around `bot`, which may have nothing to serve yet.

    `chat_page=False` leaves Gradio out, for tests of the API.
    """
    site = Site(bot, health or Health(has_page=chat_page))
    return site_app(site, [site], Limits(settings), settings, chat_page)


class Server:
    """ASGI of one or several sites: each request goes to the app of its site."""

    def __init__(
        self,
        sites: Sites,
        settings: ServerSettings = ServerSettings(),  # noqa: B008
        chat_page: bool = True,
        life: Life = lambda site, app: app.router.lifespan_context(app),
    ) -> None:
        """`chat_page=False` leaves Gradio out until it is imported. `life`: what runs beside each app."""
        self._sites = sites
        self._life = life
        limits = Limits(settings)
        # Only who runs the server sees the figures of all.
        shown = {site: list(sites) if site is sites.main else [site] for site in sites}
        self._apps = {site: site_app(site, shown[site], limits, settings, chat_page) for site in sites}
        self._desk_port = settings.desk_port
        self._desks = {site: desk_app(site, limits, settings) for site in sites}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        site, path = self._sites.find(scope)
        # The port of the connection itself, whatever the client says of it.
        is_at_desk = self._desk_port and (scope.get("server") or ("", 0))[1] == self._desk_port
        app = self._desks[site] if is_at_desk else self._apps[site]
        await app(scope if path == scope["path"] else {**scope, "path": path}, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with contextlib.AsyncExitStack() as lives:
            for site, app in self._apps.items():
                await lives.enter_async_context(self._life(site, app))
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def site_app(site: Site, shown: Sequence[Site], limits: Limits, settings: ServerSettings, chat_page: bool) -> FastAPI:
    """What answers for `site`. `shown`: whose figures it shows. `chat_page`: whether Gradio is loaded for it now."""
    where = f"{settings.root_path}/s/{site.name}" if site.name else settings.root_path
    app = FastAPI(
        title="Verbatim",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # For who reads the description; the pages themselves are relative to where they were loaded.
        servers=[{"url": where}] if where else None,
    )
    add_api(app, site.bot, site.health)
    if site.rebuilding:
        add_rebuild(app, site.bot, site.rebuilding, where)
    add_widget(app, site.bot)
    add_faq(app, site.bot)
    add_chat_files(app, site.bot)
    add_chat_turn(app, site.bot)
    # Those of the server itself are for whoever runs it, as are those of all sites.
    figures = partial(metrics_page, [each.metrics for each in shown], {}, None if site.name else limits)
    app.add_api_route("/metrics", figures, include_in_schema=False)
    if chat_page:
        from chatbot.web.gradio_page.page import mount_chat_page

        mount_chat_page(app, site.bot)  # at "/", so that every other route must come before
    parts: tuple[Part, ...] = ("site",)
    if site.desk and not settings.desk_port:
        parts = ("site", "desk")
        app.add_middleware(AtDesk, entrance=site.desk.entrance)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(Limited, limits=limits, said_first=partial(_said_first, site.bot))
    app.add_middleware(Counted, metrics=site.metrics)
    app.add_middleware(Guard, framed_by=site.origins, images=site.images, hosts=settings.allowed_hosts, parts=parts)
    # The stock class, even with an empty list: it is what makes Gradio stop reflecting every origin. Outermost, so that
    # an allowed site can read the refusals of the guard, too.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=site.origins,
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
        allow_credentials=False,
    )
    app.add_middleware(RefusalsLogged, allowed=site.origins)
    return app


def desk_app(site: Site, limits: Limits, settings: ServerSettings) -> ASGIApp:
    """What answers at the port of the desk: the desk, and nothing else."""
    desk = site.desk.entrance if site.desk else _nothing
    app: ASGIApp = GZipMiddleware(desk, minimum_size=1000, compresslevel=6)
    app = Counted(Limited(app, limits), site.metrics)
    parts: tuple[Part, ...] = ("desk",) if site.desk else ()
    return Guard(app, hosts=settings.allowed_hosts, parts=parts)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("the guard lets nobody through to a desk that is not there")


class AtDesk:
    """Pure ASGI: the desk at its addresses, and `app` at all others."""

    def __init__(self, app: ASGIApp, entrance: ASGIApp) -> None:
        self._app, self._entrance = app, entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope["path"]) if scope["type"] == "http" else None
        await (self._entrance if route and route.part == "desk" else self._app)(scope, receive, send)


def _said_first(bot: Bot, route: Route, question: str) -> dict[str, Any]:
    """The notices of a question that is refused, as whoever asks at `route` shows them."""
    notices = bot.notices_of(question)
    if notices and route.is_of_chat_page:
        return {"messages": messages_of_notices(bot.build.settings, notices)}
    return with_notices(notices)
