"""The server's life: it listens at once, answers as soon as a build is open, and takes in each one published later.

A build that cannot be used changes nothing for visitors: what was served before is served on, and /readyz says so.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from fastapi import FastAPI
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from chatbot.content.corpus import is_there
from chatbot.core.errors import ChatbotError, EncoderError, IndexRefused, NotReady
from chatbot.core.machine import passing_folder, set_aside
from chatbot.core.settings import ServerSettings, load_bot_settings
from chatbot.dialogue.answerer import Answerer, Local
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.pooled import Pooled
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.served import Served
from chatbot.indexing.builder import build, is_stale
from chatbot.indexing.encoders import KeptEncoder, encoder_of
from chatbot.indexing.store import current_build, older_builds, published, read_manifest
from chatbot.web.gradio_page.first_page import first_page
from chatbot.web.gradio_page.stubs import without_stubs
from chatbot.web.guard import error_body
from chatbot.web.health import Health
from chatbot.web.static_files import static_text

_LOOK = 1.0  # seconds between two looks at what is published

_log = logging.getLogger("chatbot.server")

T = TypeVar("T")


class Lifecycle:
    """ASGI around the app: takes the lifespan for itself and passes everything else on."""

    def __init__(
        self, app: FastAPI, bot: Bot, health: Health, where: ServerSettings, ready: Callable[[Bot], None]
    ) -> None:
        """`ready` is called once, when the first question can be answered."""
        self._app = app
        self._bot = bot
        self._health = health
        self._where = where
        self._ready = ready
        self._begun = False
        self._refresh_page: Callable[[], None] = lambda: None
        app.router.default = self._without_gradio  # until the chat page is mounted below all other routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        await receive()
        life = asyncio.create_task(self._live())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life
        if self._bot.is_ready:
            self._bot.answerer.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _without_gradio(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The chat page while Gradio is imported: it works, and asks for Gradio from time to time."""
        answer: Response
        if scope["path"] not in ("", "/"):
            answer = JSONResponse(
                error_body(NotReady.code, "the chat page is not loaded yet; try again in a moment"), 503
            )
        elif self._bot.is_ready:
            answer = HTMLResponse(first_page(self._bot.build.settings))
        else:
            answer = HTMLResponse(static_text("waiting.html"), 503)
        if answer.status_code == 503:
            answer.headers["retry-after"] = "3"
        await answer(scope, receive, send)

    async def _live(self) -> None:
        seen = None
        has_page = False
        await self._take(lambda: prepare(self._where, self._health))
        async with contextlib.AsyncExitStack() as stack:
            while True:
                if self._bot.is_ready and not has_page:
                    has_page = True
                    await self._show_page(stack)
                await asyncio.sleep(_LOOK)
                now = await asyncio.to_thread(self._seen)
                if now != seen:
                    seen = now
                    await self._take(self._newest)

    def _seen(self) -> tuple[bytes | None, bool]:
        """What is published, and whether the build that is served is still there to be opened again."""
        is_there = self._bot.is_ready and (self._where.index / "builds" / self._bot.build.id).is_dir()
        return published(self._where.index), is_there

    async def _show_page(self, stack: contextlib.AsyncExitStack) -> None:
        """Loading Gradio takes seconds, in which questions are answered already.

        No build is opened meanwhile: both Gradio's import and numpy's files have Python parse expressions, and Python
        3.11 fails where two threads do so at the same time ("AST constructor recursion depth mismatch").
        """
        try:
            stack.enter_context(passing_folder("GRADIO_TEMP_DIR", "MPLCONFIGDIR"))  # it loads matplotlib
            self._refresh_page = await in_thread(self._mount_page)
            await stack.enter_async_context(self._app.router.lifespan_context(self._app))
            self._health.has_page = True
        except Exception:
            _log.exception("error: the chat page cannot be shown; the API answers")
        set_aside()  # now that all is loaded, and not while the first visitors wait

    async def _take(self, opened: Callable[[], Served]) -> None:
        """Serves what `opened` gives. An error is logged, and whatever was served before is served on."""
        try:
            answerer = await in_thread(lambda: self._made_ready(opened()))
        except Exception as error:
            self._health.troubled(self._bot.is_ready, _code(error))
            _log.error("error: %s\n%s", error, self._what_now(), exc_info=_trace_of(error))
            return
        was = self._bot.answerer if self._bot.is_ready else None
        served = answerer.served
        self._bot.answerer = answerer
        if was and was.served.build.id != served.build.id:
            self._health.behind = ""
        _tell(self._health, served)
        if was and was is not answerer:
            was.close()
        if not self._begun:
            self._begun = True
            self._ready(self._bot)
        elif was and was.served.build.id != served.build.id:
            self._refresh_page()
            set_aside()
            _log.info("serving build %s", served.build.id)

    def _made_ready(self, served: Served) -> Answerer:
        """Warm, and with processes that answer for it where there are to be more than this one."""
        if self._bot.is_ready and served is self._bot.served:
            return self._bot.answerer
        answerer: Answerer = Local(served)
        if self._where.workers > 1:
            answerer = Pooled(served, self._where.index, self._where.workers)
        try:
            answerer.answer(Asked("a"))  # loads the model now, not with the first visitor; within any limit
        except BaseException:
            answerer.close()
            raise
        return answerer

    def _what_now(self) -> str:
        if self._bot.is_ready:
            return f"build {self._bot.build.id} is served as before"
        return f"there is nothing to serve until a build is published in {self._where.index}; every question gets 503"

    def _newest(self) -> Served:
        """The published build, which may be the one that is served already."""
        if self._bot.is_ready and current_build(self._where.index) == self._bot.build.id:
            read_manifest(self._where.index)  # CURRENT may name the same build, and yet not be as it was
            return self._bot.served
        return Served.open(self._where.index, self._bot.served.encoder if self._bot.is_ready else None)

    def _mount_page(self) -> Callable[[], None]:
        with without_stubs():
            from chatbot.web.gradio_page.page import mount_chat_page

        return mount_chat_page(self._app, self._bot)


def prepare(where: ServerSettings, health: Health) -> Served:
    """Brings the index up to date and opens it.

    Whatever goes wrong, a mistake in the corpus or one of ours, is logged and the index that works is served, for which
    `health` is behind. Without a corpus the index is served as it is. An error only when no build of those kept can be
    used.
    """
    try:
        return _up_to_date(where) if is_there(where.corpus) else Served.open(where.index)
    except Exception as error:
        served = _last_that_works(where.index, error)
        how = "as before" if served.build.id == current_build(where.index) else "instead, the newest that is whole"
        _log.error("error: %s\nbuild %s is served %s", error, served.build.id, how, exc_info=_trace_of(error))
        health.behind = _code(error)
        return served


def _tell(health: Health, served: Served) -> None:
    """All is well, unless the encoder is run the slow way for want of its export."""
    if isinstance(served.encoder, KeptEncoder) and served.encoder.lacks_export:
        health.troubled(True, EncoderError.code)
    else:
        health.well()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, ChatbotError) else "internal_error"


def _trace_of(error: Exception) -> Exception | None:
    """Where it was made, of a mistake of ours; a sentence suffices for what the machine refuses."""
    return None if isinstance(error, ChatbotError | OSError) else error


def _last_that_works(index: Path, trouble: Exception) -> Served:
    """The published build, or the newest older one that is whole; `trouble` where there is none."""
    with contextlib.suppress(IndexRefused):
        for build in (current_build(index), *older_builds(index)):
            with contextlib.suppress(ChatbotError):
                return Served.open(index, build_id=build)
    raise trouble


def _up_to_date(where: ServerSettings) -> Served:
    settings = load_bot_settings(where.corpus)
    encoder = encoder_of(where.index, settings)
    if not is_stale(where.corpus, where.index, settings, encoder):
        try:
            return Served.open(where.index, encoder)
        except IndexRefused as error:
            _log.warning("warning: %s", error)
    _log.info("building the index from %s ...", where.corpus)
    report = build(where.corpus, where.index, settings, encoder)
    _log.info("built %s: %d passages, %d encoded", report.build_id, report.passages, report.encoded)
    return Served.open(where.index, encoder)


async def in_thread(function: Callable[[], T]) -> T:
    """What `function` gives, from a thread of its own that nobody waits for when the server is told to stop: a build
    that is under way then is simply given up, as every crash gives it up."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def tell(act: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(lambda: None if result.cancelled() else act())

    def run() -> None:
        try:
            value = function()
        except Exception as error:
            failed = error
            tell(lambda: result.set_exception(failed))
        else:
            tell(lambda: result.set_result(value))

    threading.Thread(target=run, daemon=True).start()
    return await result
