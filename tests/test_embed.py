"""The widget's script and the FAQ page over real HTTP: headers, caching, compression, who may ask."""

import dataclasses
import gzip
import re
from collections.abc import Iterator, Sequence

import httpx
import numpy as np
import pytest

from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.web.asgi import create_app
from chatbot.web.static_files import static_text
from tests.serving import UNLIMITED, running_server, unchecked

HOST = "https://www.example.org"


@pytest.fixture
def client(pets: Build) -> Iterator[httpx.Client]:
    settings = dataclasses.replace(pets.settings, allowed_origins=(HOST,))
    bot = Bot(Served(dataclasses.replace(pets, settings=settings), HashingEncoder()))
    with (
        running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


def test_the_widget_is_small(client: httpx.Client) -> None:
    assert len(gzip.compress(client.get("/widget.js").content, 9)) <= 12 * 1024


def sent_lines(script: str) -> list[str]:
    """Without types and comments, on lines of their own and after code, and indentation; all else as it stands."""
    lines = [line.strip() for line in re.sub(r"/\*\*.*?\*/ ?", "", script, flags=re.DOTALL).splitlines()]
    return [re.split(r"(?<=[;{]) // ", line)[0] for line in lines if line and line[:2] != "//"]


def without_words(script: str) -> str:
    """And without blanks and the ends of lines."""
    return re.sub(r"(?<=constWORDS=).*?(?=;constasked)", "", "".join(script.split()))


@pytest.mark.parametrize("path", ["gradio_page/chat.js", "faq/faq.js", "widget/widget.js"])
def test_scripts_are_sent_without_what_is_for_readers_alone(client: httpx.Client, path: str) -> None:
    """The widget's styles, which are one text, without last semicolons, and blanks stay where they mean something; its
    words, which the server puts there, are looked at in `test_spoken.py`."""
    script = static_text(path)
    assert "/** @type" in script
    assert re.search("[;{] // ", script)
    sent, written = client.get(f"/{path.split('/')[1]}").text, sent_lines(script)
    if "sheet.replaceSync(`" in written:
        start, end = written.index("sheet.replaceSync(`") + 1, written.index("`);")
        [styles] = re.findall(r"replaceSync\(`\n?([^`]*)`", sent)
        assert styles.startswith(":host{all:initial!important;display:block!important;")
        assert ".open .launcher svg:first-child,.root:not(.open) .launcher svg:last-child{display:none}" in styles
        assert "".join(styles.split()) == "".join("".join(written[start : end + 1]).split()).replace(";}", "}")[:-3]
        written[start:end] = [styles]
        texts = [text for line in written[:start] for text in re.findall(r'"[^"]*"', line) if "WORDS" not in line]
        assert len(texts) > 100
        assert [text for text in texts if text not in sent] == []
        assert not re.search("^//| // ", sent, re.M)  # or what follows on the same line would be of the comment
    assert without_words(sent) == without_words("".join(written))


def test_what_the_scripts_share_is_sent_in_each_of_them(client: httpx.Client) -> None:
    """Once, and no script asks for another file. Red when `static_text` leaves the line as it stands."""
    shared = without_words("".join(sent_lines(static_text("shared.js"))))
    for path in ("/chat.js", "/widget.js"):
        assert without_words(client.get(path).text).count(shared) == 1
    assert client.get("/shared.js").status_code == 404
    for path in ("/chat.js", "/widget.js", "/faq.js"):
        assert not re.search(r"Here stands|\bimport\b", client.get(path).text)


def test_the_words_of_the_widget(client: httpx.Client) -> None:
    answer = client.get("/widget/de.json")
    assert answer.json()["undo"] == "R\u00fcckg\u00e4ngig"
    assert answer.headers["access-control-allow-origin"] == "*"
    for lang in ("xx", "deu", "..", "DE"):
        assert client.get(f"/widget/{lang}.json").status_code == 404


@pytest.mark.parametrize("path", ["/widget.js", "/widget/de.json", "/chat.js", "/faq.css", "/faq"])
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
    assert other.content == kept.content == answer.content


@pytest.mark.parametrize("value", ["bytes=0-", "bytes=" + ",".join(f"{n}-{n}" for n in range(5000)), "bytes=-1"])
def test_ranges_are_ignored(client: httpx.Client, value: str) -> None:
    assert client.get("/widget.js", headers={"range": value}).status_code == 200


def test_pages_may_show_pictures_of_the_sites_that_the_owner_names(pets: Build) -> None:
    """Red without: `images` in the guard, and in the policy of /faq."""
    settings = dataclasses.replace(pets.settings, images=("https://cdn.example",), site="https://Shop.example/help")
    bot = Bot(Served(dataclasses.replace(pets, settings=settings), HashingEncoder()))
    with running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url:
        policies = [httpx.get(f"{url}/{path}").headers["content-security-policy"] for path in ("faq", "livez")]
    assert "img-src https://cdn.example https://shop.example;" in policies[0]
    assert "img-src 'self' data: https://cdn.example https://shop.example;" in policies[1]


def test_the_faq_page_needs_no_script_and_follows_the_build(client: httpx.Client) -> None:
    page = client.get("/faq")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; img-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-cache"
    assert 'href="faq.css?v=' in page.text
    assert 'id="may-dogs-eat-chocolate"' in page.text


def test_the_faq_page_follows_a_new_build(bot: Bot) -> None:
    with running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url:
        before = httpx.get(f"{url}/faq")
        bot.served = dataclasses.replace(
            bot.served,
            build=dataclasses.replace(bot.build, settings=dataclasses.replace(bot.build.settings, title="New")),
        )
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


# An allowed origin, bent in every way that has fooled a comparison somewhere.
BENT = [
    "null", "*", "", "https://", "https://example.org", "http://www.example.org", "HTTPS://WWW.EXAMPLE.ORG",
    "https://www.example.org.", "https://www.example.org/", "https://www.example.org:443", "https://www.example.org:8443",
    "https://www.example.org:0", "https://www.example.orgx", "https://xwww.example.org", "https://www.example.org.evil.org",
    "https://evil.org/www.example.org", "https://evil.org#www.example.org", "https://evil.org?www.example.org",
    "https://www.example.org@evil.org", "https://user@www.example.org", "https://www.example.org%40evil.org",
    "https://www.example.org%2eevil.org", "https://www\u2024example.org".encode().decode("latin-1"), "https://www-example.org",
    "https://wwwxexample.org", "https://www.example.com", "https://sub.www.example.org", "https://*.example.org",
    "https://www.example.org,https://evil.org", "https://www.example.org https://evil.org", "file://", "data:", "blob:",
    "ftp://www.example.org", "ws://www.example.org", "wss://www.example.org", "//www.example.org", "www.example.org",
    "https:www.example.org", "https:/www.example.org", "https://[::1]", "https://127.0.0.1", "http://localhost",
    "https://xn--www-example-org", "https://WWW.example.org", "https://www.Example.org", "chrome-extension://abc",
    "moz-extension://abc", "app://www.example.org", "capacitor://localhost", "https://www.example.org\\evil.org",
    "https://www.example.org;evil.org", "https://www.example.org&evil.org", "https://www.example.org'", "undefined",
    "https://www.example.org\tx", "true", "https://www.exampl\u0435.org".encode().decode("latin-1"), "0", "https://0",
    "https://www.example.org|https://evil.org",
]  # fmt: skip


# What `https://*.example.dev` does not stand for.
LOOK_ALIKES = [
    "https://evilexample.dev", "https://example.dev", "https://a.b.example.dev", "https://x.example.dev.evil.com",
    "http://x.example.dev", "https://x.example.dev:8443", "https://x.example.dev:443", "https://X.example.dev",
    "https://x.Example.dev", "https://x.example.dev.", "https://.example.dev", "https://*.example.dev",
    "https://x.example.dev/", "https://evil.com/.example.dev", "https://evil.com#.example.dev", "https://u@x.example.dev",
    "https://evil.com:1.example.dev", "https://evil.com\\.example.dev", "https://x%2e.example.dev", "https://x.example.devx",
    "https://x.example.dev,https://evil.com", "https://x .example.dev", "https://x\t.example.dev", "ftp://x.example.dev",
    *(name.encode().decode("latin-1") for name in ("https://\u0445.example.dev", "https://b\u00fccher.example.dev",
      "https://x\u3002example.dev", "https://x.ex\u0430mple.dev", "https://x\uff0eexample.dev")),
]  # fmt: skip


def test_a_star_stands_for_one_label(bot: Bot, pets: Build) -> None:
    """Red with: `endswith` alone; `[^/]+` or an ignored case for the label."""
    settings = dataclasses.replace(pets.settings, allowed_origins=("https://*.example.dev", HOST))
    bot.served = dataclasses.replace(bot.served, build=dataclasses.replace(pets, settings=settings))
    with (
        running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        for origin in ("https://x.example.dev", "https://deploy-42_a.example.dev", "https://xn--bcher-kva.example.dev"):
            for answer in (preflight(client, origin), client.get("/api/starters", headers={"origin": origin})):
                assert answer.headers.get("access-control-allow-origin") == origin
        for origin in LOOK_ALIKES:
            asked = client.get("/api/starters", headers={"origin": origin.encode("latin-1")})  # type: ignore[dict-item]
            for answer in (asked, preflight_raw(client, "/api/ask", origin)):
                assert "access-control-allow-origin" not in answer.headers, origin
        policy = client.get("/livez").headers["content-security-policy"]
        assert policy.endswith(f"; frame-ancestors 'self' {HOST}")  # there, a star would be any number of labels


def test_a_site_that_is_not_listed_is_named_in_the_log_once(
    client: httpx.Client, logged: pytest.LogCaptureFixture
) -> None:
    """Red without: `_named`; the looks at Host and Sec-Fetch-Site; `is_origin`; the path."""

    def ask(origin: str, **headers: str) -> list[str]:
        logged.clear()
        client.get("/api/starters", headers={"origin": origin, **headers})
        return [record.getMessage() for record in logged.records if "allowed_origins" in record.getMessage()]

    own = str(client.base_url).rstrip("/")
    stranger = "http://www.example.org"
    assert ask(HOST) == ask(own) == ask("https://proxied.example", **{"sec-fetch-site": "same-origin"}) == []
    client.get("/widget.js", headers={"origin": stranger})  # which anybody may load
    [line] = ask(stranger)
    assert line.startswith(f'a page on {stranger} asked and got no answer; "{stranger}" is not in allowed_origins')
    assert ask(stranger) == []
    assert ask("https://x.example/\x1b[31m") == []
    assert preflight(client, "https://other.example").status_code == 400
    assert "https://other.example" in logged.text
    for number in range(60):
        ask(f"https://made-up-{number}.example")
    assert ask("https://one-more.example") == []


def test_a_page_that_was_opened_as_a_file_is_told_in_the_log(
    client: httpx.Client, logged: pytest.LogCaptureFixture
) -> None:
    client.get("/api/starters", headers={"origin": "null"})
    assert "a page without an origin asked, opened as a file" in logged.text


ROUTES = [
    "/api/ask", "/api/starters", "/api/suggest?q=cat", "/api/entries/what-do-goldfish-eat", "/api/feedback", "/livez",
    "/readyz", "/metrics", "/openapi.json", "/widget.js", "/widget/de.json", "/faq", "/faq.css", "/nowhere",
    "/..", "//evil.example",
]  # fmt: skip


def test_no_bent_origin_is_taken_for_a_listed_one(client: httpx.Client) -> None:
    """Red with `allow_origin_regex` of the listed name, unescaped, in the middleware."""
    assert len(set(BENT)) >= 60
    for path in ROUTES:
        everybody = "*" if path.startswith("/widget") else None  # a script that holds nothing of anybody
        for origin in BENT if path in ("/api/ask", "/livez", "/nowhere") else BENT[::8]:
            asked = client.get(path, headers={"origin": origin.encode("latin-1")})
            for answer in (asked, preflight_raw(client, path, origin)):
                assert answer.headers.get("access-control-allow-origin") in (None, everybody), (path, origin)
                assert "access-control-allow-credentials" not in answer.headers
        listed = client.get(path, headers={"origin": HOST})
        assert listed.headers["access-control-allow-origin"] in (HOST, everybody), path


# Status -> a question that is refused so, and the settings of a server that refuses it.
REFUSALS: dict[int, tuple[bytes, dict[str, float]]] = {
    400: (b"{", {}),
    413: (b"x" * 70_000, {}),
    422: (b'{"question": "?"}', {}),
    429: (b'{"question": "cat"}', {"rate_burst": 0}),
    503: (b'{"question": "cat"}', {"in_flight": 0}),
    504: (b'{"question": "cat"}', {"deadline": 0}),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_for_listed_sites_alone_and_frames_are_ruled(pets: Build, status: int) -> None:
    """Red without: `CORSMiddleware` outside the guard; the guard's headers on what it refuses itself."""
    body, limits = REFUSALS[status]
    settings = dataclasses.replace(pets.settings, allowed_origins=(HOST,))
    bot = Bot(Served(dataclasses.replace(pets, settings=settings), HashingEncoder()))
    app = create_app(bot, chat_page=False, settings=unchecked(UNLIMITED, **limits))
    with running_server(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        for number, origin in enumerate([HOST, *BENT]):
            headers = {"origin": origin.encode("latin-1"), "content-type": b"application/json"}
            question = body.replace(b"cat", b"cat %d" % number)  # no reply to it is remembered
            answer = client.post("/api/ask", content=question, headers=headers)  # type: ignore[arg-type]
            assert answer.status_code == status
            expected = HOST if origin == HOST else None
            assert answer.headers.get("access-control-allow-origin") == expected, origin
            assert "access-control-allow-credentials" not in answer.headers
            assert answer.headers["content-security-policy"].endswith(f"; frame-ancestors 'self' {HOST}")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "x-frame-options" not in answer.headers  # it cannot name other sites


def test_every_route_says_who_may_frame_it(client: httpx.Client) -> None:
    """Red without: `frame-ancestors` in the policy of the guard."""
    for path in ROUTES:
        for answer in (client.get(path), client.options(path), client.post(path), client.head(path)):
            policy = answer.headers.get("content-security-policy", "")
            own = "'self'" if path == "/faq" and answer.status_code == 200 else f"'self' {HOST}"
            assert policy.endswith(f"frame-ancestors {own}"), (path, answer.request.method, policy)


def preflight_raw(client: httpx.Client, path: str, origin: str) -> httpx.Response:
    headers = {"origin": origin.encode("latin-1"), "access-control-request-method": b"POST"}
    return client.request("OPTIONS", path, headers=headers)  # type: ignore[arg-type]


def test_only_listed_sites_may_frame_the_chat(client: httpx.Client, bot: Bot) -> None:
    policy = client.get("/livez").headers["content-security-policy"]
    assert policy.endswith(f"; frame-ancestors 'self' {HOST}")
    with running_server(create_app(bot, chat_page=False)) as url:
        assert httpx.get(f"{url}/livez").headers["content-security-policy"].endswith("; frame-ancestors 'self'")


def test_a_fault_of_ours_is_said_like_any_other_error(pets: Build, logged: pytest.LogCaptureFixture) -> None:
    """With the headers of every answer and no trace, and an allowed site can read it. Red without `Guard._answered`."""

    class Broken(HashingEncoder):
        def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
            raise RuntimeError("s3cr3t")

    settings = dataclasses.replace(pets.settings, allowed_origins=(HOST,))
    bot = Bot(Served(dataclasses.replace(pets, settings=settings), Broken()))
    with running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url:
        answer = httpx.post(f"{url}/api/ask", json={"question": "a cat"}, headers={"origin": HOST})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    assert "s3cr3t" not in answer.text
    assert answer.headers["access-control-allow-origin"] == HOST
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert any(record.exc_info for record in logged.records)
