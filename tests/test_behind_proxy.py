"""The server behind reverse proxies: below a path, with a Host of the proxy's own, behind TLS."""

import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from chatbot.core.settings_sources import DESK_TOKEN
from tests.browser import chromium, chromium_path
from tests.process import ServerProcess, forked_server, free_port
from tests.serving import running_server
from tests.test_rebuild import TOKEN

PATH = "/help/faq"


def proxy(address: str) -> Starlette:
    """Passes on what is below PATH, without it, and says for whom, as nginx is told to in docs/deploy.md."""
    client = httpx.AsyncClient(base_url=address, timeout=None)

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
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    from chatbot.core.settings import BotSettings
    from chatbot.encoding.hashing import HashingEncoder
    from chatbot.indexing.builder import build
    from tests.conftest import PETS

    folder: Path = tmp_path_factory.mktemp("proxied")
    (folder / "pets.md").write_text(PETS)
    settings = BotSettings(title="Pets", encoder="hashing", starters=("May dogs eat chocolate?",))
    build(folder / "pets.md", folder / "index", settings, HashingEncoder())
    environment = {"CHATBOT_ROOT_PATH": PATH, "CHATBOT_TRUSTED_PROXIES": "127.0.0.1", DESK_TOKEN: TOKEN}
    with forked_server(folder / "absent", folder / "index", folder / "log", **environment) as server:
        server.wait_until("/readyz?page=1")
        yield server
        assert "Warning" not in server.log.read_text()  # of what docs/deploy.md tells to set


@pytest.fixture(scope="module")
def site(server: ServerProcess) -> Iterator[str]:
    with running_server(proxy(server.url)) as url:
        yield url + PATH


# As it is without a line on headers: the server gets the proxy's address as its Host, and no X-Forwarded-*.
NGINX = """\
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{plain};
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    location / {{ proxy_pass {server}; proxy_buffering off; }}
    location /somewhere/else/ {{ proxy_pass {server}/; proxy_buffering off; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def nginx(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Real nginx as it comes: the ways by which a page is reached."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not program or not shutil.which("openssl"):
        pytest.skip("needs nginx and openssl: apt-get install nginx-light openssl")
    folder, plain, tls = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*certificate, *map(str, files)], check=True, capture_output=True)
    text = NGINX.format(folder=folder, plain=plain, tls=tls, server=server.url)
    (folder / "nginx.conf").write_text(text)
    process = subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
    ways = {
        "own host": f"http://localhost:{plain}/", "below a path": f"http://localhost:{plain}/somewhere/else/",
        "tls": f"https://localhost:{tls}/",
    }  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while not is_up(ways["own host"]):
            assert time.monotonic() < deadline
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield ways
    finally:
        process.terminate()
        process.wait(20)


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}livez").status_code == 200
    except httpx.TransportError:
        return False


def test_no_address_of_the_server_is_in_the_page(nginx: dict[str, str], server: ServerProcess) -> None:
    """Red without `RelativePage`."""
    page = httpx.get(nginx["own host"]).text
    assert str(server.port) not in page
    assert ".invalid" not in page
    assert "manifest.json" not in page


@pytest.mark.browser
@pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium")
def test_the_chat_page_works_however_it_is_reached(nginx: dict[str, str]) -> None:
    """Themed, without a refused request, and with an answer. Red without `RelativePage`: Gradio asks the address that
    it made of Host."""
    with chromium() as browser:
        for way, url in nginx.items():
            context = browser.new_context(ignore_https_errors=True)
            page = context.new_page()
            wrong: list[str] = []
            page.on("response", lambda answer, wrong=wrong: answer.status >= 400 and wrong.append(answer.url))
            page.on("request", lambda asked, url=url, wrong=wrong: asked.url.startswith(url) or wrong.append(asked.url))
            page.goto(f"{url}?view=x")
            page.get_by_role("button", name="May dogs eat chocolate?").wait_for()
            page.get_by_role("textbox", name="Your question").fill("What do goldfish eat?")
            page.get_by_role("button", name="Send").click()
            # Of two while Gradio takes the conversation over.
            expect(page.get_by_text("Flakes, once a day").first, way).to_be_visible(timeout=15000)
            assert [one for one in wrong if one.startswith("http") and "favicon" not in one] == [], way
            context.close()


def sign_in_at(url: str, browser: Browser) -> dict[str, object]:
    """Opens the desk and one of its tabs, without a refused request; the cookie of that."""
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("response", lambda answer: answer.status >= 400 and wrong.append(answer.url))
    page.on("request", lambda asked: asked.url.startswith((url, "data:")) or wrong.append(asked.url))
    page.goto(f"{url}desk")
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Build", exact=True).click()
    expect(page.get_by_role("heading", name="Served now")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    assert [one for one in wrong if "favicon" not in one and "manifest" not in one] == []
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}desk/")
    [cookie] = context.cookies()
    context.close()
    return {**cookie}


@pytest.mark.browser
@pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium")
def test_the_desk_works_below_the_path(site: str, server: ServerProcess) -> None:
    """Red with an address that is not relative, with a path in the cookie, and without `secure`."""
    with chromium() as browser:
        cookie = sign_in_at(f"{site}/", browser)
    assert (cookie["path"], cookie["secure"]) == (f"{PATH}/desk", False)
    behind_tls = httpx.post(f"{server.url}/desk/sign-in", data={"token": TOKEN}, headers={"x-forwarded-proto": "https"})
    assert behind_tls.headers["set-cookie"].endswith("; Secure")


@pytest.mark.browser
@pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium")
def test_the_desk_works_however_it_is_reached(nginx: dict[str, str]) -> None:
    with chromium() as browser:
        for way, url in nginx.items():
            assert str(sign_in_at(url, browser)["path"]).endswith("/desk"), way


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
    """Red without `RelativePage`."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{site}/")
        page.get_by_role("button", name="May dogs eat chocolate?").wait_for()
        page.get_by_role("textbox", name="Your question").fill("What do goldfish eat?")
        page.get_by_role("button", name="Send").click()
        # For a moment the text may be there twice, when Gradio takes the conversation over.
        expect(page.get_by_text("Flakes, once a day").first).to_be_visible(timeout=15000)
