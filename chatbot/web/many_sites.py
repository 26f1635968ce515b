"""ASGI of a server of many sites: which of them a request is for, and what is said of all without opening any.

A site is found below /s/NAME/, or by Host. Under a host of its own a site is alone: no other answers there. All other
addresses say whether the server lives, and nothing of which sites it has.
"""

import asyncio
from collections.abc import Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.core.errors import NotReady
from chatbot.core.machine import temporary_folder
from chatbot.core.settings import ServerSettings
from chatbot.indexing.pointer import published
from chatbot.indexing.site_folders import SiteFolder, SiteFolders
from chatbot.web.guard import Guard, host_of, refuse
from chatbot.web.known_site import KnownSite
from chatbot.web.limits import Limited, Limits, RateLimit, client_of
from chatbot.web.metrics import metrics_page
from chatbot.web.open_sites import NoPlace, OpenSites
from chatbot.web.opened_site import Host, OpenedSite
from chatbot.web.routes import REBUILD, Route, route_of
from chatbot.web.tokens import Token

_BY_PATH = "/s/"
_OF_SERVER = ("/livez", "/readyz", "/metrics")  # answered of a closed site, too
_BROKEN = "this FAQ cannot be shown until a mistake in it is corrected; whoever runs it finds the reason in the log"
_FULL = "too many FAQs are asked at the same moment; try again in a moment"
_MANY = "too many FAQs were opened from here; wait a little"


class ManySites:
    """The sites of `folders`, as they are at each look."""

    def __init__(
        self,
        folders: SiteFolders,
        settings: ServerSettings,
        rebuild_tokens: Mapping[str, Token],
        desk_tokens: Mapping[str, Token],
        status_token: Token | None = None,
        *,
        look: float = 1.0,
    ) -> None:
        """The tokens of sites: by name. `status_token`: of who may see the state of all. `look`: seconds between two
        looks at the folders, and at what is published in each index."""
        self._folders = folders
        self._settings = settings
        self._rebuild_tokens, self._desk_tokens = rebuild_tokens, desk_tokens
        self._status_token = status_token
        self._look = look
        self._known: dict[str, KnownSite] = {}
        limits = Limits(settings)
        host = Host(limits, look=look)
        self._open = OpenSites(settings.max_open, lambda known: OpenedSite(known, host))
        self._openings = RateLimit(settings.rate_per_minute, settings.rate_burst)
        self._allowed = frozenset(name.lower() for name in settings.allowed_hosts)
        self._limits = limits
        self._root = Guard(Limited(self._answer_root, limits), hosts=settings.allowed_hosts)
        folders.look()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})  # no route is one
            return
        folder, path = self._find(scope)
        route = route_of(path)
        if folder is None or not self._is_there(folder.name, route, scope["method"]):
            await self._root(scope, receive, send)
        else:
            await self._answer(folder, {**scope, "path": path}, receive, send)

    def _is_there(self, name: str, route: Route | None, method: str) -> bool:
        """Whether a site has such an address: to know that, it need not be opened."""
        if route is None or method not in route.methods:
            return False
        if route.path.startswith(REBUILD.path):
            return name in self._rebuild_tokens
        return route.part == "site" or name in self._desk_tokens

    def _find(self, scope: Scope) -> tuple[SiteFolder | None, str]:
        """The site that a request is for, and the path within it."""
        path: str = scope["path"]
        host, listed = host_of(scope), self._folders.listed
        own = listed.hosts.get(host)
        if own is None and self._allowed and host not in self._allowed:
            return None, path
        if path.startswith(_BY_PATH):
            name, slash, rest = path.removeprefix(_BY_PATH).partition("/")
            if slash and name in listed.sites and own in (None, name):
                return listed.sites[name], f"/{rest}"
        return (listed.sites[own] if own else None), path

    async def _answer(self, folder: SiteFolder, scope: Scope, receive: Receive, send: Send) -> None:
        """`scope`: with the path within the site."""
        path, opened = scope["path"], self._open.get(folder.name)
        if path in _OF_SERVER and not opened:
            await Guard(Limited(partial(self._answer_closed, folder), self._limits))(scope, receive, send)
        elif folder.trouble:
            await self._refused(503, "broken", _BROKEN, 60)(scope, receive, send)
        elif not opened and (wait := self._openings.wait(client_of(scope.get("client")))):
            await self._refused(429, "too_many_requests", _MANY, wait)(scope, receive, send)
        else:
            try:
                async with self._open.use(self._known_site(folder)) as one:
                    await self._app_of(one, scope)(scope, receive, send)
            except NoPlace:
                await self._refused(503, "busy", _FULL, 2)(scope, receive, send)

    def _app_of(self, one: OpenedSite, scope: Scope) -> ASGIApp:
        path = scope["path"]
        # The port of the connection itself, whatever the client says of it.
        port = self._settings.desk_port
        is_at_desk = port and (scope.get("server") or ("", 0))[1] == port
        if path == "/readyz" and b"page" in scope["query_string"]:
            one.want_page()
        app = one.desk if is_at_desk else one.app
        route = route_of(path)
        is_for_visitors = route and route.part == "site" and not route.path.startswith((REBUILD.path, *_OF_SERVER))
        if one.known.is_broken and is_for_visitors:
            return self._refused(503, "broken", _BROKEN, 60)
        return app or self._refused(503, NotReady.code, "the FAQ is being loaded; try again in a moment", 3)

    def _known_site(self, folder: SiteFolder) -> KnownSite:
        name = folder.name
        if name not in self._known:
            tokens = (self._rebuild_tokens.get(name), self._desk_tokens.get(name))
            self._known[name] = KnownSite(folder, self._settings, *tokens)
        return self._known[name]

    def _refused(self, status: int, code: str, message: str, retry_after: float) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await refuse(send, status, code, message, retry_after)

        return Guard(answer, parts=("site", "desk"))

    async def _answer_closed(self, folder: SiteFolder, scope: Scope, receive: Receive, send: Send) -> None:
        """What a site that is not open says of itself: it can answer where a build is there."""
        answer: ASGIApp
        known = self._known.get(folder.name)
        if scope["path"] == "/livez":
            answer = JSONResponse({"status": "alive"})
        elif scope["path"] == "/metrics":
            answer = metrics_page([known.site.metrics] if known else [], {})
        elif folder.trouble or (known and known.failed and published(folder.index) is None):
            answer = self._refused(503, "broken", _BROKEN, 60)
        elif published(folder.index) is None:
            answer = self._refused(503, NotReady.code, "the FAQ is not built yet; the first request builds it", 3)
        else:
            answer = JSONResponse({"status": "closed"})
        await answer(scope, receive, send)

    async def _answer_root(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Of the server. Names of sites and what they did are for the holder of the token alone."""
        path = scope["path"]
        if path == "/livez":
            await JSONResponse({"status": "alive"})(scope, receive, send)
            return
        token = self._status_token
        is_told = token is not None and token.refusal(Request(scope).headers) is None
        if path == "/readyz":
            states = self._states()
            is_well = all(state["state"] != "broken" and "reason" not in state for state in states.values())
            more = {"sites": states} if is_told else {}
            await JSONResponse({"status": "ready" if is_well else "degraded", **more})(scope, receive, send)
        elif path == "/metrics" and is_told:
            states = self._states()
            shown = [self._known[name].site.metrics for name in states if name in self._known]
            page = metrics_page(shown, {name: state["state"] for name, state in states.items()}, self._limits)
            await page(scope, receive, send)
        elif path == "/metrics" and token:
            headers = "send it as: Authorization: Bearer TOKEN"
            await refuse(send, 401, "unauthorized", f"the token is missing or wrong; {headers}")
        else:
            await refuse(send, 404, "not_found", "there is nothing at this address")

    def _states(self) -> dict[str, dict[str, str]]:
        """Name -> `state`: open, closed or broken; of an open one what its own /readyz says; and a `reason`."""
        return {name: self._state(folder) for name, folder in self._folders.listed.sites.items()}

    def _state(self, folder: SiteFolder) -> dict[str, str]:
        known, opened = self._known.get(folder.name), self._open.get(folder.name)
        if folder.trouble:
            return {"state": "broken", "reason": "no_corpus"}
        said: dict[str, str] = {"reason": "shared_host"} if folder.name in self._folders.listed.shared else {}
        if known and (known.is_broken or (known.failed and not opened)):
            return {"state": "broken", "reason": known.failed_with or known.site.health.reason}
        if not known or not opened:
            return {"state": "closed", **said}
        health, bot = known.site.health, known.site.bot
        reason = {"reason": health.reason} if health.reason else said
        build = {"build_id": bot.build.id} if bot.is_ready else {}
        return {"state": "open", "status": health.status, **build, **reason}

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        # One for all: each page of Gradio would set and delete what names it.
        with temporary_folder("GRADIO_TEMP_DIR", "MPLCONFIGDIR"):
            looking = asyncio.create_task(self._look_again_and_again())
            await send({"type": "lifespan.startup.complete"})
            await receive()
            looking.cancel()
            await self._open.close()
            for known in self._known.values():
                known.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(self._look)
            self._follow((await asyncio.to_thread(self._folders.look)).sites)

    def _follow(self, sites: Mapping[str, SiteFolder]) -> None:
        """Forgets those whose folder is gone, or another one."""
        for name, known in [*self._known.items()]:
            if name not in sites or sites[name].identity != known.folder.identity:
                del self._known[name]
                self._open.forget(name)
                known.close()
