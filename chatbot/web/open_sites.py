"""The sites that are open: at most so many. The one that nobody has asked for longest is closed for another.

Nothing is closed while it answers, and who asks for what is closed waits for its opening.
"""

import asyncio
import contextlib
import gc
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable

import fastapi.dependencies.models

from chatbot.web.known_site import KnownSite
from chatbot.web.opened_site import OpenedSite

_PATIENCE = 5.0  # seconds that a request waits for a place, and again for the opening
_TIDY = 10.0  # seconds: closed sites are collected together, as that holds up everybody for a moment


class NoPlace(Exception):
    """All places are taken by sites that are being asked."""


class OpenSites:
    """By name. For one event loop."""

    def __init__(self, most: int, opened: Callable[[KnownSite], OpenedSite]) -> None:
        """`most`: that are open at the same time. `opened`: begins to open one."""
        self._most = most
        self._opened = opened
        self._open: OrderedDict[str, OpenedSite] = OrderedDict()  # the one that was asked last comes last
        self._leaving: set[OpenedSite] = set()  # whose folders are gone
        self._waiting = 0
        self._changed = asyncio.Event()
        self._closings: set[asyncio.Future[None]] = set()
        self._tidying: asyncio.TimerHandle | None = None

    def get(self, name: str) -> OpenedSite | None:
        """That is open or being opened."""
        one = self._open.get(name)
        return None if one is None or one.is_closing else one

    @contextlib.asynccontextmanager
    async def use(self, known: KnownSite) -> AsyncIterator[OpenedSite]:
        """Opens it where it is not open; within, it is not closed. NoPlace where that takes too long."""
        one = self.get(known.folder.name) or await self._placed(known)
        self._open.move_to_end(known.folder.name)
        one.users += 1
        try:
            if not one.begun.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PATIENCE):
                        await one.begun.wait()
            yield one
        finally:
            one.users -= 1
            if not one.users:
                self._tell()

    async def close(self) -> None:
        """All of them."""
        for one in [*self._open.values(), *self._leaving]:
            self._begin_to_close(one)
        while self._closings:
            await asyncio.wait(self._closings)
        if self._tidying:
            self._tidying.cancel()

    def forget(self, name: str) -> None:
        """Its folder is gone: it ends with what it is being asked. Another may have its name."""
        one = self._open.pop(name, None)
        if one:
            self._leaving.add(one)
            self._begin_to_close(one)

    async def _placed(self, known: KnownSite) -> OpenedSite:
        name = known.folder.name
        self._waiting += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    if one := self.get(name):
                        return one
                    if name not in self._open and len(self._open) + len(self._leaving) < self._most:
                        one = self._open[name] = self._opened(known)
                        return one
                    self._make_room()
                    await self._changed.wait()
        except TimeoutError:
            raise NoPlace from None
        finally:
            self._waiting -= 1

    def _make_room(self) -> None:
        """Begins to close one that nobody is asking, if not enough are being closed already."""
        closing = sum(one.is_closing for one in (*self._open.values(), *self._leaving))
        idle = next((one for one in self._open.values() if not one.users and not one.is_closing), None)
        if idle and closing < self._waiting:
            self._begin_to_close(idle)

    def _begin_to_close(self, one: OpenedSite) -> None:
        """From now on nobody gets it; who has it keeps it until it has answered."""
        if one.is_closing:
            return
        one.is_closing = True
        closing = asyncio.ensure_future(self._close(one))
        self._closings.add(closing)
        closing.add_done_callback(self._closings.discard)

    async def _close(self, one: OpenedSite) -> None:
        while one.users:
            await self._changed.wait()
        try:
            await one.close()
        finally:
            self._leaving.discard(one)
            name = one.known.folder.name
            if self._open.get(name) is one:
                del self._open[name]
            self._tell()
            if not self._tidying:
                self._tidying = asyncio.get_running_loop().call_later(_TIDY, self._tidy)

    def _tidy(self) -> None:
        self._tidying = None
        for cached in vars(fastapi.dependencies.models).values():  # FastAPI keeps the last handlers that it looked at
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()
        gc.collect()  # an app and its page refer to themselves

    def _tell(self) -> None:
        """Something has changed for those who wait."""
        self._changed.set()
        self._changed = asyncio.Event()
