"""The server: one FastAPI app with the API, the chat page and what guards them."""

import dataclasses
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from chatbot import __version__
from chatbot.content.corpus import is_there
from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.api import add_api
from chatbot.web.connections import BoundedServer
from chatbot.web.embed import add_embed
from chatbot.web.gradio_page.turn import add_chat_turn, messages_of_notices
from chatbot.web.guard import Guard
from chatbot.web.health import Health
from chatbot.web.lifecycle import Lifecycle
from chatbot.web.limits import Limits
from chatbot.web.log import unhurried_log
from chatbot.web.metrics import Counted, Metrics
from chatbot.web.origins import AllowedOrigins, RefusalsLogged


def create_app(
    bot: Bot,
    chat_page: bool = True,
    settings: ServerSettings = ServerSettings(),  # noqa: B008
    health: Health | None = None,
) -> FastAPI:
    """The whole server around `bot`, which may have nothing to serve yet.

    `chat_page=False` leaves Gradio out, for tests of the API and until it is imported.
    """
    app = FastAPI(
        title="Verbatim",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # For who reads the description; the pages themselves are relative to where they were loaded.
        servers=[{"url": settings.root_path}] if settings.root_path else None,
    )
    origins = AllowedOrigins(bot, lambda settings: settings.allowed_origins)
    images = AllowedOrigins(bot, lambda settings: settings.image_origins)
    add_api(app, bot, health or Health(has_page=chat_page))
    add_embed(app, bot)
    add_chat_turn(app, bot)
    metrics = Metrics(bot)
    app.add_api_route("/metrics", metrics.page, include_in_schema=False)
    if chat_page:
        from chatbot.web.gradio_page.page import mount_chat_page

        mount_chat_page(app, bot)  # at "/", so that every other route must come before
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(Limits, settings=settings, said_first=partial(_said_first, bot))
    app.add_middleware(Counted, metrics=metrics)
    app.add_middleware(Guard, framed_by=origins, images=images, hosts=settings.allowed_hosts)
    # The stock class, even with an empty list: it is what makes Gradio stop reflecting every origin. Outermost, so that
    # an allowed site can read the refusals of the guard, too.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
        allow_credentials=False,
    )
    app.add_middleware(RefusalsLogged, allowed=origins)
    return app


def _said_first(bot: Bot, path: str, question: str) -> dict[str, Any]:
    """The notices of a question that is refused, as whoever asks at `path` shows them."""
    notices = bot.notices_of(question)
    if not notices:
        return {}
    if path == "/api/ask":
        return {"notices": [dataclasses.asdict(notice) for notice in notices]}
    return {"messages": messages_of_notices(bot.build.settings, notices)}


def serve(where: ServerSettings, ready: Callable[[Bot, str], None]) -> None:
    """Listens at once, builds what is stale, opens the index and answers until interrupted.

    Calls `ready` with the address when the first question can be answered. UsageError where there is nothing that
    could ever be served; any other trouble is logged, shown by /readyz, and ends when a build is published.
    """
    _refuse_busy_port(where)
    if not is_there(where.corpus) and not is_there(where.index):
        raise UsageError(f"{where.corpus}: there is no such folder, nor is there an index in {where.index} to serve")
    host = f"[{where.host}]" if ":" in where.host else where.host
    bot, health = Bot(), Health("loading")
    app = create_app(bot, chat_page=False, settings=where, health=health)
    served = Lifecycle(app, bot, health, where, lambda bot: ready(bot, f"http://{host}:{where.port}"))
    server = BoundedServer(
        served,
        has_proxy=bool(where.trusted_proxies),
        host=where.host,
        port=where.port,
        log_level="warning",
        log_config=None,  # uvicorn's lines go where ours go
        proxy_headers=bool(where.trusted_proxies),
        forwarded_allow_ips=list(where.trusted_proxies),
    )
    with unhurried_log():
        server.run()


def _refuse_busy_port(where: ServerSettings) -> None:
    """Before anything is loaded: a busy port would otherwise show half a minute later."""
    with socket.socket(socket.AF_INET6 if ":" in where.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((where.host, where.port))
        except OSError as error:
            raise UsageError(
                f"cannot listen on {where.host}:{where.port} ({error.strerror}); choose another with --host and --port"
            ) from None
