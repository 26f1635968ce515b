"""The widget's script and the FAQ page over real HTTP: headers, caching, compression, who may ask."""

import dataclasses
import gzip
from collections.abc import Iterator

import httpx
import pytest

from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import Build
from chatbot.search.hashing import HashingEncoder
from chatbot.web.embed import STATIC
from chatbot.web.server import create_app
from tests.serving import UNLIMITED, running_server

HOST = "https://www.example.org"


@pytest.fixture
def client(pets: Build) -> Iterator[httpx.Client]:
    settings = dataclasses.replace(pets.settings, allowed_origins=(HOST,))
    bot = Bot(dataclasses.replace(pets, settings=settings), HashingEncoder())
    with (
        running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def test_the_widget_is_small() -> None:
    assert len(gzip.compress((STATIC / "widget.js").read_bytes(), 9)) <= 12 * 1024


@pytest.mark.parametrize("path", ["/widget.js", "/faq.css", "/faq"])
def test_what_is_known_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in first.headers["vary"]
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_the_widget_may_be_loaded_by_any_site_and_its_versioned_address_never_changes(client: httpx.Client) -> None:
    answer = client.get("/widget.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=300"
    version = answer.headers["etag"].removeprefix('W/"').removesuffix('"')
    kept = client.get("/widget.js", params={"v": version})
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    other = client.get("/widget.js", params={"v": "0" * 12})
    assert other.headers["cache-control"] == "public, max-age=300"
    assert other.content == kept.content == (STATIC / "widget.js").read_bytes()


@pytest.mark.parametrize("value", ["bytes=0-", "bytes=" + ",".join(f"{n}-{n}" for n in range(5000)), "bytes=-1"])
def test_ranges_are_ignored(client: httpx.Client, value: str) -> None:
    assert client.get("/widget.js", headers={"range": value}).status_code == 200


def test_the_faq_page_needs_no_script_and_follows_the_build(client: httpx.Client) -> None:
    page = client.get("/faq")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-cache"
    assert 'href="faq.css?v=' in page.text
    assert 'id="may-dogs-eat-chocolate"' in page.text


def test_the_faq_page_follows_a_new_build(bot: Bot) -> None:
    with running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url:
        before = httpx.get(f"{url}/faq")
        bot.build = dataclasses.replace(bot.build, settings=dataclasses.replace(bot.build.settings, title="New"))
        after = httpx.get(f"{url}/faq", headers={"if-none-match": before.headers["etag"]})
    assert (after.status_code, "<h1>New</h1>" in after.text) == (200, True)


def preflight(client: httpx.Client, origin: str) -> httpx.Response:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    return client.options("/api/ask", headers={"origin": origin, **asked})


def test_only_a_listed_site_may_ask(client: httpx.Client) -> None:
    assert preflight(client, HOST).headers["access-control-allow-origin"] == HOST
    others = ["https://www.example.org.evil.example", "http://www.example.org", f"{HOST}:8443", "https://evil.example"]
    for origin in [*others, "null", "https://example.org", HOST + "/"]:
        answer = preflight(client, origin)
        assert answer.status_code == 400
        assert "access-control-allow-origin" not in answer.headers
        asked = client.post("/api/ask", json={"question": "a"}, headers={"origin": origin})
        assert "access-control-allow-origin" not in asked.headers


def test_a_listed_site_can_read_why_it_was_refused(client: httpx.Client) -> None:
    answer = client.post("/api/ask", content=b"x" * 100_000, headers={"origin": HOST})
    assert answer.status_code == 413
    assert answer.headers["access-control-allow-origin"] == HOST
    assert "access-control-allow-credentials" not in answer.headers
