"""The server's life: it listens at once, answers as soon as a build is open, and takes in each one published later.

A build that cannot be used changes nothing for visitors: what was served before is served on, and /readyz says so.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

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
from chatbot.web.threads import in_loop, in_thread
from chatbot.web.waiting import waiting_response

_log = logging.getLogger("chatbot.server")

_SOON = 4.0  # seconds that an open page waits for the Gradio of a site that was closed meanwhile
_LAST_WORDS = 2.0  # seconds that the end of the server waits until the journal was told of them


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sites of one server have in common.

    `turn`: of the site that is opened, or gets its chat page. Both Gradio's import and numpy's files have Python parse
    expressions, and Python 3.11 fails where two threads do so at once ("AST constructor recursion depth mismatch").
    `come_and_go`: they are opened and closed while others serve. So pages that need Gradio wait for somebody who opens
    them, builds are left to other processes, and nothing is set aside from the garbage collector.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    encoders: EncoderPool = field(default_factory=EncoderPool)
    come_and_go: bool = False


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
        wait: Callable[[], None] = lambda: None,
        look: float = 1.0,
        journal: Path | None = None,
    ) -> None:
        """`app`: what answers for `site`. `where`: the folders of its content and its index. `ready` is called once,
        when the first question can be answered. `wait`: returns when the index may be opened for the first time.
        `look`: seconds between two looks at what is published. `journal`: its file, if not that of `journal_path`."""
        self._app = app
        self._site = site
        self._bot = site.bot
        self._health = site.health
        self._where = where
        self._ready = ready
        self._shared = shared or Shared()
        self._wait = wait
        self._comes_and_goes = self._shared.come_and_go
        self._look = look
        self._begun = False
        self.tried = asyncio.Event()  # whether there is something to serve is known
        self._wanted: set[str] = set() if self._comes_and_goes else {"page", "desk"}
        self._woken = asyncio.Event()
        self._shown = asyncio.Event()  # the chat page is
        if site.desk:
            site.desk.entrance.asked = lambda: self.want("desk")
        self._journal_path = journal or journal_path(where, site.name)
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
            if self._journal:  # what was asked until now is written
                await asyncio.to_thread(self._bot.events.flush, _LAST_WORDS)
                self._bot.events.unsubscribe(self._journal.record)
                await asyncio.to_thread(self._journal.close)
                self._site.metrics.add_lost(self._journal.lost)
            self._bot.events.rest()
            self._bot.close()
            self._health.has_page = False
            if self._site.desk:
                self._site.desk.entrance.close()

    async def _without_gradio(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The chat page while Gradio is imported: it works, and asks for Gradio from time to time."""
        answer: Response
        self.want("page")
        if scope["path"] not in ("", "/"):
            if self._comes_and_goes and await self._has_page_soon():
                await self._app.router(scope, receive, send)  # a page that was opened before the site was closed
                return
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

    async def _has_page_soon(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SOON):
                await self._shown.wait()
        return self._health.has_page

    def want(self, page: Literal["page", "desk"]) -> None:
        """Somebody asks for the chat page, or for the desk, which are loaded from then on."""
        self._wanted.add(page)
        self._woken.set()

    async def _live(self) -> None:
        seen = None
        missing = {"page": self._show_page, "desk": self._show_desk}  # the page first, as more people wait for it
        await in_thread(self._wait)
        await self._take(lambda: prepare(self._where, self._health, self._shared.encoders, not self._comes_and_goes))
        self.tried.set()
        async with contextlib.AsyncExitStack() as stack:
            while True:
                self._woken.clear()
                if self._bot.is_ready and (wanted := [name for name in missing if name in self._wanted]):
                    for name in wanted:
                        await missing.pop(name)(stack)
                    self._set_aside()  # now that all is loaded, and not while the first visitors wait
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look):
                        await self._woken.wait()
                now = await asyncio.to_thread(self._seen)
                self._look_at_engine(await asyncio.to_thread(self._trouble_of_engine))
                if now != seen:
                    seen = now
                    await self._take(self._newest)

    def _set_aside(self) -> None:
        if not self._comes_and_goes:
            freeze_garbage_collector()

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
            self._shown.set()
        except Exception:
            _log.exception("error: the chat page cannot be shown; the API answers")

    async def _show_desk(self, stack: contextlib.AsyncExitStack) -> None:
        """Of an open site; one without a token has none."""
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
            self._set_aside()
            _log.info("serving build %s", served.build.id)

    def _begin_journal(self) -> None:
        journal = Journal(self._journal_path, lambda: self._bot.build.settings)
        self._bot.events.subscribe(journal.record)
        self._site.metrics.watch_lost(lambda: journal.lost)
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


def prepare(where: ServerSettings, health: Health, pool: EncoderPool | None = None, is_builder: bool = True) -> Served:
    """Brings the index up to date and opens it. `is_builder`: or else it is opened as it is.

    Whatever goes wrong is logged and the index that works is served, for which `health` is behind. Without a corpus, or
    in a replica, the index is served as it is. An error only when no build of those kept can be used.
    """
    try:
        if is_builder and path_exists(where.corpus) and not where.follow:
            return _up_to_date(where, pool)
        return Served.open(where.index, pool=pool)
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
