"""Which routes of the whole server answer: all of them are tried at the guard, Gradio's among them."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from chatbot.web.asgi import create_app
from chatbot.web.guard import Guard
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import pets_bot

# Gradio is loaded, and it and the libraries below it warn of each other.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

# What the page and its programs need. A route that a release of Gradio adds is to stay closed until it is listed here.
OPEN = {
    "GET /", "GET /api/entries/{entry_id}", "GET /api/starters", "GET /api/suggest", "GET /assets/{path:path}",
    "GET /chat.css", "GET /chat.js", "GET /config", "GET /config/", "GET /faq", "GET /faq.css", "GET /faq.js",
    "GET /favicon.ico", "GET /gradio_api/app_id", "GET /gradio_api/info", "GET /gradio_api/queue/data",
    "GET /livez", "GET /metrics", "GET /openapi.json", "GET /readyz",
    "GET /static/{path:path}", "GET /theme.css", "GET /widget.js", "POST /api/ask", "POST /api/feedback",
    "POST /api/turn", "POST /gradio_api/queue/join",
}  # fmt: skip

# What would hurt most, by a part of its path.
DANGEROUS = ["upload", "file", "proxy", "component_server", "monitoring", "vibe", "stream", "dev/reload", "deep_link"]
METHODS = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get"]


def routes_of(routes: Sequence[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route, those of mounted apps and included routers too; other kinds fail."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(route.routes, prefix + route.path)
        elif hasattr(route, "effective_route_contexts"):
            yield from routes_of(list(route.effective_route_contexts()), prefix)
        else:
            for method in route.methods:
                yield method, prefix + route.path


def samples(path: str) -> list[str]:
    """`path` with values for its parameters, some of which look like something else."""
    return [re.sub(r"\{[^}]*\}", lambda _, value=value: value, path) for value in ("x", "1", "a/b.css", "x%2Fy", "")]


async def _reached(method: str, path: str) -> bool:
    reached = []

    async def app(*_: object) -> None:
        reached.append(path)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"{}"}

    async def send(_: object) -> None:
        pass

    await Guard(app)(
        {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}, receive, send
    )  # type: ignore[arg-type]
    return bool(reached)


@pytest.fixture(scope="module")
def is_let_through() -> Iterator[Callable[[str, str], bool]]:
    with asyncio.Runner() as runner:
        yield lambda method, path: runner.run(_reached(method, path))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(pets_bot(tmp_path_factory.mktemp("routes")), settings=UNLIMITED)


@pytest.fixture(scope="module")
def routes(app: FastAPI) -> set[tuple[str, str]]:
    return set(routes_of(app.routes))


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with running_server(app) as url:
        yield url


def test_exactly_these_routes_answer(routes: set[tuple[str, str]], is_let_through: Callable[[str, str], bool]) -> None:
    """Red with `svelte` or `gradio_api/upload` let through by the guard, and without `chat.js`."""
    assert len(routes) > 80
    opened = {
        f"{method} {path}"
        for method, path in routes
        if method != "HEAD" and any(is_let_through(method, sample) for sample in samples(path))
    }
    assert opened == OPEN


def test_other_methods_open_no_more(routes: set[tuple[str, str]], is_let_through: Callable[[str, str], bool]) -> None:
    """HEAD where GET is. Red with PUT in `Route.methods`, and when the guard does not answer OPTIONS itself."""
    for path in {path for _, path in routes}:
        for sample in samples(path):
            let = {method: is_let_through(method, sample) for method in METHODS}
            assert let["HEAD"] == let["GET"]
            assert not any(let[method] for method in ("OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get"))


@pytest.mark.parametrize("part", DANGEROUS)
def test_what_would_hurt_most_is_there_and_answers_404(server: str, routes: set[tuple[str, str]], part: str) -> None:
    """Over real HTTP. Red with `gradio_api/.*` let through by the guard."""
    found = [(method, sample) for method, path in routes if part in path for sample in samples(path)]
    assert found
    for method, path in found:
        assert httpx.request(method, server + path).status_code == 404, (method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/file=/etc/passwd", "//gradio_api/upload",
        "/gradio_api/proxy=https://example.org/", "/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/app.py",
        "/docs", "/redoc", "/api/ask", "/api/feedback", "/api/entries/x", "/upload", "/api/ask/",
        "/gradio_api/queue/join",
    ],
)  # fmt: skip
def test_addresses_that_are_tried_on_servers_answer_404(server: str, path: str) -> None:
    assert httpx.get(server + path).status_code == 404
