"""The server behind a real reverse proxy that shows it below a path of its own site."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from tests.browser import chromium, chromium_path
from tests.process import ServerProcess, server_process
from tests.serving import running_server

PATH = "/help/faq"


def proxy(server: ServerProcess) -> Starlette:
    """Passes on what is below PATH, without it, and says for whom, as nginx is told to in docs/deploy.md."""
    client = httpx.AsyncClient(base_url=server.url, timeout=None)

    async def pass_on(request: Request) -> StreamingResponse:
        assert request.client
        headers = {**request.headers, "x-forwarded-for": request.client.host, "x-forwarded-proto": "http"}
        path = request.url.path.removeprefix(PATH) or "/"
        asked = client.build_request(
            request.method, f"{path}?{request.url.query}", headers=headers, content=await request.body()
        )
        answer = await client.send(asked, stream=True)

        async def body() -> AsyncIterator[bytes]:
            async for part in answer.aiter_raw():
                yield part
            await answer.aclose()

        return StreamingResponse(body(), answer.status_code, dict(answer.headers))

    return Starlette(routes=[Route(f"{PATH}{{rest:path}}", pass_on, methods=["GET", "POST", "OPTIONS", "HEAD"])])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from chatbot.config import BotSettings
    from chatbot.indexing.builder import build
    from chatbot.search.hashing import HashingEncoder
    from tests.conftest import PETS

    folder: Path = tmp_path_factory.mktemp("proxied")
    (folder / "pets.md").write_text(PETS)
    settings = BotSettings(title="Pets", encoder="hashing", starters=("May dogs eat chocolate?",))
    build(folder / "pets.md", folder / "index", settings, HashingEncoder())
    environment = {"CHATBOT_ROOT_PATH": PATH, "CHATBOT_TRUSTED_PROXIES": "127.0.0.1"}
    with server_process(folder / "absent", folder / "index", folder / "log", **environment) as server:
        server.wait_until("/", 200, "<gradio-app")
        with running_server(proxy(server)) as url:
            yield url + PATH


def test_api_faq_and_script_answer_below_the_path(site: str) -> None:
    asked = httpx.post(f"{site}/api/ask", json={"question": "What do goldfish eat?"})
    assert asked.json()["replies"][0]["status"] == "answered"
    assert 'href="faq.css?v=' in httpx.get(f"{site}/faq").text
    assert httpx.get(f"{site}/widget.js").status_code == 200
    assert httpx.get(f"{site}/openapi.json").json()["servers"] == [{"url": PATH}]


def test_no_header_of_a_visitor_moves_the_page_elsewhere(site: str) -> None:
    """Gradio prints the address of its server into the page. Red when the guard lets X-Forwarded-Host through."""
    page = httpx.get(f"{site}/", headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"})
    assert page.status_code == 200
    assert "evil.example" not in page.text


@pytest.mark.browser
@pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium")
def test_the_chat_page_works_below_the_path(site: str) -> None:
    """Red without `root_path` in `create_app`."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{site}/")
        page.get_by_role("button", name="May dogs eat chocolate?").wait_for()
        page.get_by_role("textbox", name="Your question").fill("What do goldfish eat?")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Flakes, once a day")).to_be_visible(timeout=15000)
