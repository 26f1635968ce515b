"""The only way to the desk: whoever has the token signs in, and nobody else gets further than the page for that.

Pure ASGI. What stands behind it, Gradio's queue and files among it, need not look who asks.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.core.errors import NotReady
from chatbot.core.settings import ServerSettings
from chatbot.core.templates import rendered
from chatbot.web.desk.sessions import Sessions
from chatbot.web.guard import error_body
from chatbot.web.limits import RateLimit, client_of
from chatbot.web.routes import DESK, DESK_PAGE, DESK_REPORT, DESK_SIGN_IN, DESK_SIGN_OUT, Route, route_of
from chatbot.web.tokens import CROSS_SITE, Refusal, Token, bearer_of, is_of_another_site

COOKIE = "verbatim_desk"

_log = logging.getLogger("chatbot.server")

_ALL_RATIO = 10  # all clients together may try ten times as often as one
_FORM = "application/x-www-form-urlencoded"
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:{images}; font-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'self'; object-src 'none'; frame-ancestors 'none'"
)
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
_UNAUTHORIZED = Refusal(401, "unauthorized", "sign in at the desk, or send: Authorization: Bearer TOKEN")
_WRONG = Refusal(401, "unauthorized", "This is not the token of this desk.")
_MANY = Refusal(429, "too_many_requests", "Too many tries. Wait a little, then try again.")
_LOADING = "the desk is not loaded yet; try again in a moment"

Report = Callable[[str], tuple[int, str]]


class Tries:
    """How often somebody may show a token that is wrong: each client, and all of them together."""

    def __init__(self, settings: ServerSettings) -> None:
        rate, burst = settings.rate_per_minute, settings.rate_burst
        self._of_client = RateLimit(rate, burst)
        self._of_all = RateLimit(rate * _ALL_RATIO, burst * _ALL_RATIO)

    def wait(self, client: str) -> float:
        """0, and one try less, or the seconds until there is one again."""
        return self._of_client.wait(client) or self._of_all.wait("")

    def give_back(self, client: str) -> None:
        """The token was right."""
        self._of_client.give_back(client)
        self._of_all.give_back("")


class Entrance:
    """ASGI of all addresses of the desk. What is behind it is `inside`, as soon as that is loaded."""

    def __init__(
        self,
        token: Token,
        settings: ServerSettings,
        report: Report,
        images: Collection[str] = (),
    ) -> None:
        """`report`: the number of days as text -> status and HTML; it may take long. `images`: origins of pictures that
        an answer may show, read for each request."""
        self.inside: ASGIApp | None = None  # Gradio's app, at its root
        self.asked: Callable[[], None] = _nothing  # called where somebody who may asks for what is not loaded yet
        self._token = token
        self._report = report
        self._images = images
        self._sessions = Sessions()
        self._tries = Tries(settings)

    def close(self) -> None:
        """Gives back what is behind it. Whoever is signed in stays so."""
        self.inside, self.asked = None, _nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, route = Request(scope, receive), route_of(scope["path"])
        send = _with_headers(send, _POLICY.format(images="".join(f" {one}" for one in self._images)))
        refused = self._refusal(request, route)
        if refused:
            await refused(scope, receive, send)
        elif route is DESK_SIGN_IN:
            await (await self._sign_in(request))(scope, receive, send)
        elif route is DESK_SIGN_OUT:
            await self._sign_out(request)(scope, receive, send)
        elif route is DESK:
            await _to("desk/")(scope, receive, send)
        elif route is DESK_REPORT:
            await (await self._shown_report(request))(scope, receive, send)
        elif self.inside is None:
            self.asked()
            await _loading(route)(scope, receive, send)
        else:
            await self.inside({**scope, "path": scope["path"].removeprefix(DESK.path)}, receive, send)

    def _refusal(self, request: Request, route: Route | None) -> Response | None:
        """What somebody gets who may not go on; None for who may."""
        is_page = route in (DESK, DESK_PAGE)
        if is_of_another_site(request.headers):
            return _led_here(route) if is_page and request.method == "GET" else _refused(CROSS_SITE)
        if route is DESK_SIGN_IN or self._sessions.is_open(request.cookies.get(COOKIE, "")):
            return None
        if given := bearer_of(request.headers):
            is_right, wait = self._tried(given, request)
            return None if is_right else _refused(_MANY if wait else _UNAUTHORIZED, wait)
        # A program wants no page. What else stands there may be for a proxy.
        if request.headers.get("authorization", "").lower().startswith("bearer"):
            return _refused(_UNAUTHORIZED)
        if route is DESK:
            return _sign_in_page()
        return _to("../desk") if route is DESK_PAGE else _refused(_UNAUTHORIZED)

    def _tried(self, given: str, request: Request) -> tuple[bool, float]:
        """(whether it is the token, 0); or (False, seconds to wait): then nobody looks what was given."""
        client = client_of(request.scope.get("client"))
        if wait := self._tries.wait(client):
            return False, wait
        if not self._token.is_right(given):
            _log.warning("warning: the desk was asked for with a wrong token")
            return False, 0.0
        self._tries.give_back(client)
        return True, 0.0

    async def _sign_in(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _sign_in_page(Refusal(415, "not_a_form", "Use the form on this page."))
        fields = parse_qs((await request.body()).decode("latin-1"), keep_blank_values=True)
        given = fields.get("token", [])
        is_right, wait = self._tried(given[0] if len(given) == 1 else "", request)
        if not is_right:
            return _sign_in_page(_MANY if wait else _WRONG, wait)
        answer = _to("./")
        # Without a path, it is that of the desk as the browser knows it: below whatever path a proxy shows it.
        answer.set_cookie(
            COOKIE,
            self._sessions.begin(),
            path=None,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        _log.info("somebody has signed in at the desk")
        return answer

    def _sign_out(self, request: Request) -> Response:
        self._sessions.end(request.cookies.get(COOKIE, ""))
        answer = _to("../desk")
        answer.set_cookie(COOKIE, "", max_age=0, path=None, httponly=True, samesite="strict")
        return answer

    async def _shown_report(self, request: Request) -> Response:
        status, page = await asyncio.to_thread(self._report, request.query_params.get("days", ""))
        return HTMLResponse(page, status, {"content-security-policy": _REPORT_POLICY})


def _nothing() -> None:
    """There is nobody to be told."""


def _sign_in_page(refusal: Refusal | None = None, wait: float = 0.0) -> Response:
    # It is shown at /desk, and after a wrong token at /desk/sign-in.
    action = "sign-in" if refusal else "desk/sign-in"
    said = refusal.message if refusal else ""
    page = rendered("web/desk/templates/sign_in.html.jinja", said=said, link="", action=action)
    return HTMLResponse(page, refusal.status if refusal else 200, _retry(wait))


def _led_here(route: Route | None) -> Response:
    """For who followed a link of another site, which brings no cookie: a page that leads on."""
    link = "desk" if route is DESK else "../desk"
    page = rendered("web/desk/templates/sign_in.html.jinja", said="A page of another site led here.", link=link)
    return HTMLResponse(page, CROSS_SITE.status)


def _refused(refusal: Refusal, wait: float = 0.0) -> Response:
    headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else _retry(wait)
    return JSONResponse(error_body(refusal.code, refusal.message), refusal.status, headers)


def _retry(wait: float) -> dict[str, str]:
    return {"retry-after": str(int(wait) + 1)} if wait else {}


def _loading(route: Route | None) -> Response:
    headers = {"retry-after": "2"}
    if route is DESK_PAGE:
        page = rendered("web/desk/templates/loading.html.jinja")
        return HTMLResponse(page, 503, headers)
    return JSONResponse(error_body(NotReady.code, _LOADING), 503, headers)


def _to(address: str) -> Response:
    """`address`: relative, so that it is right behind any proxy."""
    return RedirectResponse(address, 303)


def _with_headers(send: Send, policy: str) -> Send:
    """Nothing of the desk is kept by browser or proxy, but for the files of Gradio."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.setdefault("headers", [])
            present = {name.lower(): value for name, value in headers}
            if b"content-security-policy" not in present:
                headers.append((b"content-security-policy", policy.encode()))
            if b"immutable" not in present.get(b"cache-control", b""):
                headers[:] = [*(one for one in headers if one[0].lower() != b"cache-control")]
                headers.append((b"cache-control", b"no-store"))
        await send(message)

    return add
