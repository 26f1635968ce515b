"""The server: one FastAPI app with the API, the chat page and what guards them."""

import logging
import socket
from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from chatbot import __version__
from chatbot.config import ServerSettings, load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.errors import ChatbotError, IndexRefused, UsageError
from chatbot.indexing.builder import build, is_stale
from chatbot.indexing.store import current_build
from chatbot.search.encoder import load_encoder
from chatbot.web.api import add_api
from chatbot.web.embed import add_embed
from chatbot.web.guard import Guard
from chatbot.web.limits import Limits
from chatbot.web.metrics import Counted, Metrics

_log = logging.getLogger("chatbot.server")


def create_app(bot: Bot, chat_page: bool = True, settings: ServerSettings = ServerSettings()) -> FastAPI:  # noqa: B008
    """The whole server around `bot`. `chat_page=False` leaves Gradio out, for tests of the API."""
    app = FastAPI(title="Verbatim", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    add_api(app, bot)
    add_embed(app, bot)
    metrics = Metrics(bot)
    app.add_api_route("/metrics", metrics.page, include_in_schema=False)
    if chat_page:
        from chatbot.web.chat_page import mount_chat_page

        mount_chat_page(app, bot)  # at "/", so that every other route must come before
    app.add_middleware(Limits, settings=settings)
    app.add_middleware(Counted, metrics=metrics)
    app.add_middleware(Guard, framed_by=bot.build.settings.allowed_origins, hosts=settings.allowed_hosts)
    # The stock class, even with an empty list: it is what makes Gradio stop reflecting every origin. Outermost, so that
    # an allowed site can read the refusals of the guard, too.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(bot.build.settings.allowed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
        allow_credentials=False,
    )
    return app


def serve(where: ServerSettings, ready: Callable[[Bot, str], None]) -> None:
    """Builds what is stale, opens the index and serves until interrupted; calls `ready` with the address."""
    import uvicorn

    _refuse_busy_port(where)
    bot = prepare(where)
    bot.ask("a")  # within any limit; loads the model and measures the build now, not with the first visitor
    app = create_app(bot, settings=where)
    host = f"[{where.host}]" if ":" in where.host else where.host
    ready(bot, f"http://{host}:{where.port}")
    uvicorn.run(app, host=where.host, port=where.port, log_level="warning", timeout_graceful_shutdown=10)


def prepare(where: ServerSettings) -> Bot:
    """Brings the index up to date and opens it.

    A mistake in the corpus is logged and the index that works stays in service; ChatbotError only when there
    is none. Without a corpus the index is served as it is.
    """
    if not where.corpus.exists():
        if current_build(where.index) is None:
            raise UsageError(f"{where.corpus}: there is no such folder, and {where.index} holds no index to serve")
        return Bot.open(where.index)
    try:
        return _up_to_date(where)
    except ChatbotError as error:
        try:
            bot = Bot.open(where.index)
        except ChatbotError:
            raise error from None
        _log.error("error: %s\nthe index was not rebuilt; build %s is served as before", error, bot.build.id)
        return bot


def _up_to_date(where: ServerSettings) -> Bot:
    settings = load_bot_settings(where.corpus)
    encoder = load_encoder(settings.encoder)
    if not is_stale(where.corpus, where.index, settings, encoder):
        try:
            return Bot.open(where.index, encoder)
        except IndexRefused as error:
            _log.warning("warning: %s", error)
    _log.info("building the index from %s ...", where.corpus)
    report = build(where.corpus, where.index, settings, encoder)
    _log.info("built %s: %d passages, %d encoded", report.build_id, report.passages, report.encoded)
    return Bot.open(where.index, encoder)


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
