"""Who gets to the desk, and who does not (RELIABILITY W7)."""

import http.client
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import DESK_TOKEN
from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import Server
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.entrance import COOKIE
from chatbot.web.desk.serving import ServedDesk
from chatbot.web.desk.sessions import IDLE, LONGEST, Sessions
from chatbot.web.health import Health
from chatbot.web.rebuilds import Rebuilds
from chatbot.web.routes import ROUTES, route_of
from chatbot.web.server import serve
from chatbot.web.sites import Site, Sites
from chatbot.web.tokens import Token
from tests.command import ROOT
from tests.conftest import write_corpus
from tests.process import UNLIMITED as UNLIMITED_PROCESS
from tests.process import forked_server, free_port
from tests.serving import UNLIMITED, running_server
from tests.test_rebuild import RIGHT, TOKEN, attempts

JOIN = "/desk/gradio_api/queue/join"
LET_IN = 503  # at the page of a desk whose Gradio is not loaded: what stands before that has let the request through
Serving = Callable[..., Any]


def site_with_desk(bot: Bot, corpus: Path, index: Path, settings: ServerSettings = UNLIMITED) -> Site:
    site = Site(bot, Health(has_page=False))
    desk = Desk(bot, corpus, index, None, Rebuilds(corpus, index))
    site.desk = ServedDesk(desk, Token(TOKEN), settings, site.images)
    return site


@pytest.fixture
def desk(bot: Bot, corpus: Path, index: Path) -> Iterator[httpx.Client]:
    """A client of a server whose desk has not loaded Gradio. It follows no redirects."""
    server = Server(Sites(site_with_desk(bot, corpus, index)), UNLIMITED, chat_page=False)
    with running_server(server) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


def sign_in(client: httpx.Client, token: str = TOKEN, **headers: str) -> httpx.Response:
    return client.post("/desk/sign-in", data={"token": token}, headers=headers)


def raw_status(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> int:
    """Of a request with method and path as they stand, which httpx would tidy."""
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=20)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


# The way in


def test_whoever_has_the_token_signs_in_and_out(desk: httpx.Client) -> None:
    """Red without: the end of the session at sign-out; `httponly`; `samesite`; the path left to the browser."""
    page = desk.get("/desk")
    assert (page.status_code, 'type="password"' in page.text) == (200, True)
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert (desk.get("/desk/").status_code, desk.get("/desk/").headers["location"]) == (303, "../desk")

    entered = sign_in(desk)
    assert (entered.status_code, entered.headers["location"], entered.headers["cache-control"]) == (
        303, "./", "no-store",
    )  # fmt: skip
    [line] = entered.headers.get_list("set-cookie")
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; SameSite=strict", line)
    [cookie] = desk.cookies.jar
    assert cookie.path == "/desk"  # as a browser takes it, from the address that it asked
    assert (desk.get("/desk").status_code, desk.get("/desk").headers["location"]) == (303, "desk/")
    assert desk.get("/desk/").status_code == LET_IN

    session = cookie.value
    left = desk.post("/desk/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "../desk")
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert desk.get("/desk/config", headers={"cookie": f"{COOKIE}={session}"}).status_code == 401


def test_the_cookie_is_for_tls_alone_where_there_is_tls(bot: Bot, corpus: Path, index: Path) -> None:
    """As uvicorn tells of a trusted proxy. Red without `secure`."""
    server = Server(Sites(site_with_desk(bot, corpus, index)), UNLIMITED, chat_page=False)

    async def behind_tls(scope: Any, receive: Any, send: Any) -> None:
        await server({**scope, "scheme": "https"} if scope["type"] == "http" else scope, receive, send)

    with running_server(behind_tls) as url, httpx.Client(base_url=url) as client:
        assert sign_in(client).headers["set-cookie"].endswith("; SameSite=strict; Secure")


def test_a_wrong_token_is_one_sentence(desk: httpx.Client) -> None:
    """The form works again from there. Nothing that was typed is in the answer."""
    for given in ("", "canary", TOKEN[:-1], TOKEN + "x", "\u00e9" * 40, "<b>canary"):
        refused = sign_in(desk, given)
        assert refused.status_code == 401
        assert "This is not the token of this desk." in refused.text
        assert 'action="sign-in"' in refused.text
        assert "canary" not in refused.text
    for content, kind in (
        (f"token={TOKEN}&token={TOKEN}", "application/x-www-form-urlencoded"),
        ("", "application/x-www-form-urlencoded"),
        (f"token={TOKEN}", "text/plain"),
        (f'{{"token": "{TOKEN}"}}', "application/json"),
    ):
        refused = desk.post("/desk/sign-in", content=content, headers={"content-type": kind})
        assert refused.status_code in (401, 415)
        assert "set-cookie" not in refused.headers
    assert desk.post("/desk/sign-in", data={"token": "x" * 2000}).status_code == 413


def test_a_program_brings_the_token_with_each_request(desk: httpx.Client) -> None:
    assert desk.get("/desk/", headers=RIGHT).status_code == LET_IN
    assert desk.post(JOIN, json={}, headers=RIGHT).status_code == LET_IN
    assert desk.get("/desk", headers=RIGHT).headers["location"] == "desk/"


def test_sessions_end() -> None:
    """After twelve hours, after an hour without a request, and the oldest of more than a hundred. Red without each."""
    now = 0.0
    sessions = Sessions(lambda: now)
    used, idle = sessions.begin(), sessions.begin()
    while now < LONGEST - IDLE:
        now += IDLE - 1
        assert sessions.is_open(used)
    assert not sessions.is_open(idle)
    now = LONGEST + 1
    assert not sessions.is_open(used)
    assert not sessions.is_open("")
    many = [sessions.begin() for _ in range(101)]
    assert [sessions.is_open(each) for each in many].count(False) == 1
    assert not any(each in repr(vars(sessions)) for each in many)


# Who may not


def places() -> list[tuple[str, str]]:
    """Each address of the desk that needs a session, as (method, path)."""
    samples = {"/desk/assets/{path}": "/desk/assets/a.js", "/desk/static/{path}": "/desk/static/a.css"}
    desks = [(route.method, samples.get(route.path, route.path)) for route in ROUTES if route.part == "desk"]
    return [(method, path) for method, path in desks if path not in ("/desk", "/desk/", "/desk/sign-in")]


def test_nobody_else_gets_in(desk: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """W7: nearly 500 attempts, none gets further, and token and session are told to nobody.

    Red without: the look at `Authorization` as a whole; the look at other sites before that at the session; the end of
    a session; the way of `route_of` to know an address.
    """
    sign_in(desk)
    [cookie] = desk.cookies.jar
    ended, said, tried = cookie.value or "", [], 0
    desk.post("/desk/sign-out")
    sign_in(desk)
    [cookie] = desk.cookies.jar
    session = f"{COOKIE}={cookie.value}"
    desk.cookies.clear()

    def refused(status: int, method: str, path: str, **request: Any) -> None:
        nonlocal tried
        answer = desk.request(method, path, **request)
        assert answer.status_code == status, (method, path, request)
        said.extend((answer.text, str(answer.headers)))
        tried += 1

    for status, request in attempts():
        if isinstance(request.get("headers"), dict) and request["headers"].get("origin") == "OWN":
            request["headers"]["origin"] = str(desk.base_url).rstrip("/")
        refused(status, "POST", JOIN, **request)
        looked = {name: value for name, value in request.items() if name in ("headers", "params")}
        refused(status, "GET", "/desk/config", **looked)

    near = [(cookie.value or "")[:-1], f"{cookie.value}x", (cookie.value or "").swapcase(), "", TOKEN, ended, "x" * 43]
    for method, path in places():
        refused(401, method, path)
        for value in near:
            refused(401, method, path, headers={"cookie": f"{COOKIE}={value}"})
        for name in (COOKIE.upper(), "session", f"__Host-{COOKIE}"):
            refused(401, method, path, headers={"cookie": f"{name}={cookie.value}"})
        for headers in (
            {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
            {"origin": "null"}, {"sec-fetch-site": "cross-site", "origin": str(desk.base_url).rstrip("/")},
        ):  # fmt: skip
            refused(403, method, path, headers={"cookie": session, **headers})
            refused(403, method, path, headers={**RIGHT, **headers})
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        refused(403, "POST", "/desk/sign-in", data={"token": TOKEN}, headers=headers)
        refused(403, "GET", "/desk", headers={"cookie": session, **headers})
        refused(403, "GET", "/desk/", headers={"cookie": session, **headers})
    assert desk.get("/desk/config", headers={"cookie": session}).status_code == LET_IN
    assert tried >= 470

    said += [desk.get(path).text for path in ("/metrics", "/openapi.json", "/readyz", "/livez", "/faq", "/desk")]
    for text in (caplog.text, *said):
        assert "canary" not in text.lower()
        assert (cookie.value or "") not in text
        assert ended not in text


TRICKS = [
    "//desk", "//desk/", "/desk//", "/desk/../desk", "/desk/.", "/desk/..", "/./desk",
    "/x/../desk/config",
    "/%64esk/x", "/desk/%2e%2e/desk", "/desk/%2e", "/DESK", "/Desk/", "/desk;x", "/desk/;",
    "/desk%00", "/desk%20", "/desk%0a", "/desk/config%00", "/desk/config/", "/desk/gradio_api/queue/join/",
    "/desk\\config",
    "/desk/assets/../config", "/desk/assets/%2e%2e/config", "/desk/static/../../desk/config", "/desk/gradio_api/upload",
    "/desk/gradio_api/file=/etc/passwd", "/desk/file=/etc/passwd", "/desk/gradio_api/call/x", "/desk/gradio_api/run/x",
    "/desk/gradio_api/heartbeat/x", "/desk/monitoring", "/desk/login", "/desk/desk", "/desk/api/ask",
    "/desk/openapi.json",
    "/s/desk/", "/s//desk", "/desk.css", "/desk/desk.css", "/gradio_api/desk", "/desk/sign-in/x", "/desk/report/x",
]  # fmt: skip


def test_no_other_address_leads_there(desk: httpx.Client) -> None:
    """Asked as it stands, which clients would tidy, by whoever has the token, too: there is nothing."""
    for path in TRICKS:
        for method in ("GET", "POST"):
            for headers in ({}, RIGHT):
                assert raw_status(desk, method, path, headers) == 404, (method, path)
    for path in ("/%64esk/config", "/desk%2Fconfig", "/d%65sk/gradio_api/queue/data"):  # what leads there is guarded
        assert raw_status(desk, "GET", path, {}) == 401


def test_other_methods_are_none(desk: httpx.Client) -> None:
    for path in ("/desk", "/desk/", "/desk/config", JOIN, "/desk/sign-in"):
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "Post"):
            assert raw_status(desk, method, path, RIGHT) == 404, (method, path)
    assert desk.get("/desk/sign-in", headers=RIGHT).status_code == 404
    assert desk.post("/desk", headers=RIGHT).status_code == 404
    assert desk.head("/desk").status_code == 200
    assert desk.head("/desk/config").status_code == 401


def test_a_link_of_another_site_leads_on(desk: httpx.Client) -> None:
    """A browser brings no cookie then, and a page with a link to the desk is no harm."""
    answer = desk.get("/desk", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    assert answer.status_code == 403
    assert '<a class="button" href="desk">Open the desk</a>' in answer.text
    assert "password" not in answer.text


def test_what_editors_do_is_not_counted_with_what_visitors_ask() -> None:
    """Somebody who types fast was refused. The entrance keeps strangers out. Red with "lookup" in `routes.py`."""
    join = route_of(JOIN)
    assert join is not None
    assert join.budget == "none"


def test_tries_are_few_for_each_client_and_for_all(bot: Bot, corpus: Path, index: Path) -> None:
    """Red without: the limit of a client, that of all, the look at it before the token, and what is given back."""
    few = ServerSettings(rate_burst=2, rate_per_minute=1)
    server = Server(Sites(site_with_desk(bot, corpus, index, few)), UNLIMITED, chat_page=False)
    clients = iter(range(1, 100))
    client_now = "10.0.0.0"

    async def from_clients(scope: Any, receive: Any, send: Any) -> None:
        await server({**scope, "client": (client_now, 1)} if scope["type"] == "http" else scope, receive, send)

    with running_server(from_clients) as url, httpx.Client(base_url=url) as client:
        assert [sign_in(client).status_code for _ in range(4)] == [303] * 4
        wrong = {"authorization": f"Bearer {TOKEN}x"}
        client.cookies.clear()
        assert [sign_in(client, "x").status_code, client.get("/desk/config", headers=wrong).status_code] == [401, 401]
        many = sign_in(client)
        assert (many.status_code, int(many.headers["retry-after"]) > 0) == (429, True)
        assert "Too many tries. Wait a little, then try again." in many.text
        assert client.get("/desk/config", headers=RIGHT).status_code == 429
        client_now = "10.0.1.0"
        assert sign_in(client).status_code == 303
        client.cookies.clear()
        statuses = []
        for number in clients:
            client_now = f"10.0.2.{number}"
            statuses.append(sign_in(client, "x").status_code)
        assert statuses[:15] == [401] * 15
        assert statuses[30:] == [429] * (len(statuses) - 30)


# Without a token, and on a port of its own


def test_without_a_token_nothing_is_there_and_nothing_is_loaded(client: httpx.Client) -> None:
    """Red where the guard lets the part through all the same, and where a module of the server imports the desk."""
    for path in ("/desk", "/desk/", "/desk/config", "/desk/report", "/desk/assets/a.js", "/desk/x"):
        assert client.get(path, headers=RIGHT).status_code == 404
    assert client.post("/desk/sign-in", data={"token": TOKEN}).status_code == 404
    code = "import sys, chatbot.web.server; print([name for name in sys.modules if 'desk' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_port_of_its_own_has_the_desk_and_nothing_else(tmp_path: Path) -> None:
    """Whatever the client says of host and port. Red where either guard lets both parts through; without `also_at`."""
    port = free_port()
    corpus, variables = write_corpus(tmp_path / "corpus"), {DESK_TOKEN: TOKEN, "CHATBOT_DESK_PORT": str(port)}
    with forked_server(corpus, tmp_path / "index", tmp_path / "log", **UNLIMITED_PROCESS, **variables) as server:
        own = f"http://127.0.0.1:{port}"
        lies = {"host": f"127.0.0.1:{port}", "x-forwarded-port": str(port), "x-forwarded-host": own, **RIGHT}
        server.wait_until("/readyz")
        for path in ("/desk", "/desk/", "/desk/config", "/desk/report"):
            assert httpx.get(server.url + path, headers=lies).status_code == 404
        assert httpx.post(f"{server.url}/desk/sign-in", data={"token": TOKEN}).status_code == 404
        for path in (
            "/",
            "/faq",
            "/livez",
            "/readyz",
            "/metrics",
            "/config",
            "/theme.css",
            "/widget.js",
            "/api/starters",
        ):
            lies["host"] = f"127.0.0.1:{server.port}"
            assert httpx.get(own + path, headers=lies).status_code == 404
        assert httpx.post(f"{own}/api/ask", json={"question": "May dogs eat chocolate?"}).status_code == 404
        with httpx.Client(base_url=own) as client:
            assert client.get("/desk").status_code == 200
            assert client.get("/desk/config").status_code == 401
            assert sign_in(client).status_code == 303
            assert client.get("/desk").headers["location"] == "desk/"
    log = (tmp_path / "log").read_text()
    assert f"the editors' desk: http://127.0.0.1:{port}/desk\n" in log
    assert "Traceback" not in log


def test_a_port_that_cannot_be_is_said_at_once(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port, other = free_port(), free_port()
    for values, said in (
        ({"desk_port": port}, f"desk_port: {port} is the port of everything else; choose another, or 0 to share it"),
        ({"desk_port": other, "desk_host": "203.0.113.9"}, f"cannot listen on 203.0.113.9:{other} "),
    ):
        monkeypatch.setenv(DESK_TOKEN, TOKEN)
        where = ServerSettings(corpus=corpus, index=index, port=port, **values)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=re.escape(said)):
            serve(where, lambda bot, url: None)


def test_a_short_token_stops_the_server(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DESK_TOKEN, TOKEN[:31])
    with pytest.raises(UsageError, match=f"^{DESK_TOKEN}: is shorter than 32 bytes") as error:
        serve(ServerSettings(corpus=corpus, index=index, port=free_port()), lambda bot, url: None)
    assert "canary" not in str(error.value)
