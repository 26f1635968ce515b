"""A site while it is open: its app, what it serves, and the build that it may need before or meanwhile.

Unlike a server of one site it serves the build that is there at once, and builds what is stale in another process: a
visitor waits for the opening, and one site must not hold up the others.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.types import ASGIApp

from chatbot.content.corpus import state_of
from chatbot.core.errors import ChatbotError, IndexRefused
from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.builder import is_stale
from chatbot.indexing.choosing import settle
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.pointer import published
from chatbot.indexing.shared_encoders import adopt
from chatbot.web.asgi import desk_app, site_app
from chatbot.web.known_site import KnownSite
from chatbot.web.lifecycle import Lifecycle, Shared
from chatbot.web.limits import Limits
from chatbot.web.threads import in_thread

_LOOK = 0.1  # seconds between two looks how far a build is
_AGAIN = 10.0  # seconds until a build is tried again where not the corpus was at fault, but the disk or a lock
_BUILDING = "building"  # the reason why a site is behind while it is built

_log = logging.getLogger("chatbot.sites")


@dataclass(frozen=True, slots=True)
class Host:
    """What a server gives to each of its sites. `builds`: of the one that is built now. `fingerprints`: of the vectors
    of each encoder that was asked for them, as reading the model for that takes a quarter of a second."""

    limits: Limits
    shared: Shared = field(default_factory=lambda: Shared(come_and_go=True))
    builds: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    fingerprints: dict[tuple[str, str, str], str] = field(default_factory=dict)
    look: float = 1.0  # seconds between two looks at what is published


class OpenedSite:
    """From its making, in a running event loop, until `close`."""

    def __init__(self, known: KnownSite, host: Host) -> None:
        self.known = known
        self.users = 0  # requests that are being answered
        self.is_closing = False
        self.begun = asyncio.Event()  # it can answer, or say why not
        self.app: FastAPI | None = None
        self.desk: ASGIApp | None = None  # what answers at the port of the desk
        self._host = host
        self._lifecycle: Lifecycle | None = None
        self._life = asyncio.create_task(self._live())

    def want_page(self) -> None:
        """Somebody waits for the chat page."""
        if self._lifecycle:
            self._lifecycle.want("page")

    async def close(self) -> None:
        """Gives back what it holds. What was asked until now is in the journal then."""
        self._life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._life

    async def _live(self) -> None:
        site, where = self.known.site, self.known.where
        health = site.health
        health.status, health.reason, health.behind = "loading", "", ""
        try:
            async with self._host.shared.turn:
                self.app = await in_thread(lambda: site_app(site, [site], self._host.limits, where, chat_page=False))
            self.desk = desk_app(site, self._host.limits, where)
            life = Lifecycle(
                site, self.app, where, shared=self._host.shared, look=self._host.look, journal=self.known.journal
            )
            self._lifecycle = life
            if published(where.index) is None:
                self.begun.set()
                await self._built_once()
            async with life.running():
                await life.tried.wait()
                self.begun.set()
                await self._brought_up_to_date()
                await asyncio.Event().wait()  # until it is closed
        except Exception:
            _log.exception("error: the site %s cannot be opened", site.name)
            health.troubled(False, "internal_error")
        finally:
            self.begun.set()

    async def _built_once(self) -> None:
        """Until there is something to open."""
        await asyncio.to_thread(self._adopt_encoder)
        while published(self.known.where.index) is None and not await self._built():
            self.known.site.health.troubled(False, self.known.failed_with)
            await self._changed(lambda: published(self.known.where.index) is not None)

    async def _brought_up_to_date(self) -> None:
        """Builds where a build would give another index than the published one, until that works."""
        health, bot = self.known.site.health, self.known.site.bot
        while True:
            try:
                async with self._host.shared.turn:
                    if not await in_thread(self._is_stale):
                        return
                health.behind = _BUILDING
                if bot.is_ready:
                    health.troubled(True, _BUILDING)
                if await self._built():
                    health.behind = ""
                    if bot.is_ready:
                        health.well()
                    return
            except ChatbotError as error:
                await self._failed(error.code, str(error))
            health.behind = self.known.failed_with
            health.troubled(bot.is_ready, self.known.failed_with)
            await self._changed(lambda: False)

    def _is_stale(self) -> bool:
        where = self.known.where
        settings = settle(where.corpus, where.index, load_bot_settings(where.corpus))
        how = (settings.encoder, settings.backend, settings.device)
        known = self._host.fingerprints.get(how)
        encoder = encoder_of(where.index, settings, known, self._host.shared.encoders)
        self._host.fingerprints[how] = encoder.fingerprint
        return is_stale(where.corpus, where.index, settings, encoder)

    def _adopt_encoder(self) -> None:
        """An encoder that another site has exported need not be exported again."""
        index = self.known.where.index
        others = [home / "index" for home in self.known.folder.home.parent.glob("*") if home / "index" != index]
        with contextlib.suppress(OSError, ChatbotError):
            adopt(index, others)

    async def _built(self) -> bool:
        """Whether a build of the corpus as it is now is published; what was not to be built is not tried again."""
        state = await asyncio.to_thread(state_of, self.known.where.corpus)
        if state == self.known.failed:
            return False
        async with self._host.builds:
            _log.info("building the site %s ...", self.known.site.name)
            rebuild, is_new = self.known.rebuilds.begin()
            while rebuild.state == "running" or not is_new:
                await asyncio.sleep(_LOOK)
                if not is_new:  # one that may have read the files before the last edit
                    rebuild, is_new = self.known.rebuilds.begin()
        if rebuild.state == "done":
            self.known.failed = None
            return True
        error = rebuild.document.get("error", {})
        await self._failed(error.get("code", "internal_error"), error.get("message", ""), state)
        return False

    async def _failed(self, code: str, message: str, state: object = None) -> None:
        """Remembers that the corpus, in this `state`, could not be built."""
        corpus = self.known.where.corpus
        state = state or await asyncio.to_thread(state_of, corpus)
        if state != self.known.failed:
            _log.error("error: %s: %s", corpus, message)
        self.known.failed, self.known.failed_with = state, code

    async def _changed(self, is_over: Callable[[], bool]) -> None:
        """Until it may be worth to try again, or `is_over`."""
        waited = 0.0
        while not is_over():
            await asyncio.sleep(self._host.look)
            waited += self._host.look
            if self.known.failed_with == IndexRefused.code and waited >= _AGAIN:
                self.known.failed = None
                return
            if await asyncio.to_thread(state_of, self.known.where.corpus) != self.known.failed:
                return
