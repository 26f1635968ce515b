"""The server's life: it listens at once, answers as soon as a build is open, and takes in each one published later.

A build that cannot be used changes nothing for visitors: what was served before is served on, and /readyz says so.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from chatbot.content.corpus import path_exists
from chatbot.core.errors import ChatbotError, EncoderError, EngineDown, IndexRefused, NotReady
from chatbot.core.machine import freeze_garbage_collector, temporary_folder
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.answerer import Answerer, Local
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.pooled import Pooled
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.served import Served
from chatbot.encoding.pool import EncoderPool
from chatbot.indexing.builder import build, is_stale
from chatbot.indexing.choosing import settle, unread
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.engine_data import trouble_of
from chatbot.indexing.pointer import published
from chatbot.indexing.store import current_build, older_builds, read_manifest
from chatbot.insight.journal import Journal
from chatbot.insight.journal_schema import journal_path
from chatbot.web.gradio_page.first_page import first_page
from chatbot.web.gradio_page.stubs import without_stubs
from chatbot.web.guard import error_body
from chatbot.web.health import Health
from chatbot.web.sites import Site
from chatbot.web.waiting import waiting_response

_log = logging.getLogger("chatbot.server")

_LAST_WORDS = 2.0  # seconds that the end of the server waits until the journal was told of them

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sites of one server have in common.

    `turn`: of the site that is opened, or gets its chat page. Both Gradio's import and numpy's files have Python parse
    expressions, and Python 3.11 fails where two threads do so at once ("AST constructor recursion depth mismatch").
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    encoders: EncoderPool = field(default_factory=EncoderPool)


class Lifecycle:
    """That of one site: what it serves, and what of the chat page is there."""

    def __init__(
        self,
        site: Site,
        app: FastAPI,
        where: ServerSettings,
        ready: Callable[[Bot], None] = lambda bot: None,
        shared: Shared | None = None,
        *,
        look: float = 1.0,
    ) -> None:
        """`app`: what answers for `site`. `where`: the folders of its content and its index. `ready` is called once,
        when the first question can be answered. `look`: seconds between two looks at what is published."""
        self._app = app
        self._site = site
        self._bot = site.bot
        self._health = site.health
        self._where = where
        self._ready = ready
        self._shared = shared or Shared()
        self._look = look
        self._begun = False
        self._journal: Journal | None = None
        self._refresh_page: Callable[[], None] = lambda: None
        app.router.default = self._without_gradio  # until the chat page is mounted below all other routes

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Within, the site is opened and kept up to date."""
        life = asyncio.create_task(self._live())
        try:
            yield
        finally:
            life.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await life
            if self._bot.is_ready:
                self._bot.answerer.close()
            if self._journal:  # what was asked until now is written
                await asyncio.to_thread(self._bot.events.flush, _LAST_WORDS)
                await asyncio.to_thread(self._journal.close)

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
            answer = waiting_response(Headers(scope=scope))
        if answer.status_code == 503:
            answer.headers["retry-after"] = "3"
        await answer(scope, receive, send)

    async def _live(self) -> None:
        seen = None
        has_page = False
        await self._take(lambda: prepare(self._where, self._health, self._shared.encoders))
        async with contextlib.AsyncExitStack() as stack:
            while True:
                if self._bot.is_ready and not has_page:
                    has_page = True
                    await self._show_page(stack)
                    await self._show_desk(stack)
                    freeze_garbage_collector()  # now that all is loaded, and not while the first visitors wait
                await asyncio.sleep(self._look)
                now = await asyncio.to_thread(self._seen)
                self._look_at_engine(await asyncio.to_thread(self._trouble_of_engine))
                if now != seen:
                    seen = now
                    await self._take(self._newest)

    def _seen(self) -> tuple[bytes | None, bool]:
        """What is published, and whether the build that is served is still there to be opened again."""
        is_there = self._bot.is_ready and (self._where.index / "builds" / self._bot.build.id).is_dir()
        return published(self._where.index), is_there

    def _trouble_of_engine(self) -> str:
        return trouble_of(self._bot.build.search) if self._bot.is_ready else ""

    def _look_at_engine(self, trouble: str) -> None:
        if bool(trouble) != bool(self._health.engine):
            searched = self._bot.build.search["engine"]
            text = f"warning: the engine {searched} does not answer" if trouble else f"the engine {searched} answers"
            _log.log(logging.WARNING if trouble else logging.INFO, text)
        self._health.engine = trouble

    async def _show_page(self, stack: contextlib.AsyncExitStack) -> None:
        """Loading Gradio takes seconds, in which questions are answered already."""
        try:
            stack.enter_context(temporary_folder("GRADIO_TEMP_DIR", "MPLCONFIGDIR"))  # it loads matplotlib
            async with self._shared.turn:
                self._refresh_page = await in_thread(lambda: in_loop(self._mount_page))
            await stack.enter_async_context(self._app.router.lifespan_context(self._app))
            self._health.has_page = True
        except Exception:
            _log.exception("error: the chat page cannot be shown; the API answers")

    async def _show_desk(self, stack: contextlib.AsyncExitStack) -> None:
        """After the chat page, which more people wait for."""
        desk = self._site.desk
        if desk is None:
            return
        try:
            async with self._shared.turn:
                app = await in_thread(lambda: in_loop(desk.load))
            await stack.enter_async_context(app.router.lifespan_context(app))
            desk.entrance.inside = app
        except Exception:
            _log.exception("error: the desk cannot be shown; all else answers")

    async def _take(self, opened: Callable[[], Served]) -> None:
        """Serves what `opened` gives. An error is logged, and whatever was served before is served on."""
        try:
            async with self._shared.turn:
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
            self._begin_journal()
            self._ready(self._bot)
        elif was and was.served.build.id != served.build.id:
            self._refresh_page()
            freeze_garbage_collector()
            _log.info("serving build %s", served.build.id)

    def _begin_journal(self) -> None:
        journal = Journal(journal_path(self._where, self._site.name), lambda: self._bot.build.settings)
        self._bot.events.subscribe(journal.record)
        self._site.metrics.journal_lost.set_function(lambda: journal.lost)
        self._journal = journal

    def _made_ready(self, served: Served) -> Answerer:
        """Warm, and with processes that answer for it where there are to be more than this one."""
        if self._bot.is_ready and served is self._bot.served:
            return self._bot.answerer
        answerer: Answerer = Local(served)
        if self._where.workers > 1:
            answerer = Pooled(served, self._where.index, self._where.workers)
        try:
            answerer.answer(Asked("a"))  # loads the model now, not with the first visitor; within any limit
        except EngineDown as error:  # which may come back; the FAQ and its entries are shown until then
            _log.warning("warning: %s", error)
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
        encoder = self._bot.served.encoder if self._bot.is_ready else None
        return Served.open(self._where.index, encoder, pool=self._shared.encoders)

    def _mount_page(self) -> Callable[[], None]:
        with without_stubs():
            from chatbot.web.gradio_page.page import mount_chat_page

        return mount_chat_page(self._app, self._bot)


def prepare(where: ServerSettings, health: Health, pool: EncoderPool | None = None) -> Served:
    """Brings the index up to date and opens it.

    Whatever goes wrong, a mistake in the corpus or one of ours, is logged and the index that works is served, for which
    `health` is behind. Without a corpus the index is served as it is. An error only when no build of those kept can be
    used.
    """
    try:
        return _up_to_date(where, pool) if path_exists(where.corpus) else Served.open(where.index, pool=pool)
    except Exception as error:
        served = _last_that_works(where.index, error, pool)
        how = "as before" if served.build.id == current_build(where.index) else "instead, the newest that is whole"
        _log.error("error: %s\nbuild %s is served %s", error, served.build.id, how, exc_info=_trace_of(error))
        health.behind = _code(error)
        return served


def _tell(health: Health, served: Served) -> None:
    """All is well, unless the encoder is run the slow way because its export is missing, or cannot read the FAQ."""
    if served.encoder.export and served.encoder.export.is_lacking:
        health.troubled(True, EncoderError.code)
    elif problem := next(unread(served.build.settings, served.build.entries), None):
        _log.warning("warning: %s", problem.message)
        health.troubled(True, problem.rule.replace("-", "_"))
    else:
        health.well()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, ChatbotError) else "internal_error"


def _trace_of(error: Exception) -> Exception | None:
    """Where it was made, of a mistake of ours; a sentence suffices for what the machine refuses."""
    return None if isinstance(error, ChatbotError | OSError) else error


def _last_that_works(index: Path, trouble: Exception, pool: EncoderPool | None) -> Served:
    """The published build, or the newest older one that is whole; `trouble` where there is none."""
    with contextlib.suppress(IndexRefused):
        for build in (current_build(index), *older_builds(index)):
            with contextlib.suppress(ChatbotError):
                return Served.open(index, build_id=build, pool=pool)
    raise trouble


def _up_to_date(where: ServerSettings, pool: EncoderPool | None) -> Served:
    settings = settle(where.corpus, where.index, load_bot_settings(where.corpus))
    encoder = encoder_of(where.index, settings, pool=pool)
    if not is_stale(where.corpus, where.index, settings, encoder):
        try:
            return Served.open(where.index, encoder, pool=pool)
        except IndexRefused as error:
            _log.warning("warning: %s", error)
    _log.info("building the index from %s ...", where.corpus)
    report = build(where.corpus, where.index, settings, encoder)
    _log.info("built %s: %d passages, %d encoded", report.build_id, report.passages, report.encoded)
    return Served.open(where.index, encoder, pool=pool)


async def in_thread(function: Callable[[], T]) -> T:
    """What `function` returns, from a thread of its own. When the server stops, nobody waits for that thread: a build
    that is running then is abandoned, as in a crash."""
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


def in_loop(function: Callable[[], T]) -> T:
    """What `function` returns, called in an event loop. Outside of one Gradio makes several for its locks, and leaves
    them open."""

    async def call() -> T:
        return function()

    return asyncio.run(call())
