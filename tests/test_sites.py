"""Two FAQs in one server: each answers with its own words, and nothing of one is seen at the other."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.core.settings import BotSettings, ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.store import current_build
from chatbot.web import lifecycle
from chatbot.web.asgi import Server
from chatbot.web.health import Health
from chatbot.web.routes import ROUTES
from chatbot.web.sites import Site, Sites
from tests.second_site import HOST, ORIGIN, plants, write_plants
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import call

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio and the libraries below it warn of each other

PETS_ORIGIN = "https://pets.example"
PETS_WORDS = ("goldfish", "chocolate", "hamster", "Pets", "the vet")
# Every address that takes nothing; the figures of the main site are those of all.
_OTHERS = ("/api/suggest", "/gradio_api/queue/data", "/metrics")
PAGES = [
    route.path
    for route in ROUTES
    if route.method == "GET" and "{" not in route.path and route.path not in _OTHERS and route.part == "site"
]
PLANTS_WORDS = ("orchid", "fern", "tulip", "Greenhouse", "gardener", "About a plant")


def pets_site(build: Build) -> Site:
    settings = dataclasses.replace(build.settings, allowed_origins=(PETS_ORIGIN,), starters=("What do goldfish eat?",))
    bot = Bot(Served(dataclasses.replace(build, settings=settings), HashingEncoder()))
    return Site(bot, Health(has_page=True))


@pytest.fixture(scope="module")
def url(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Both, with their chat pages."""
    sites = Sites(pets_site(open_build(built_once)), plants(tmp_path_factory.mktemp("plants")))
    with running_server(Server(sites, UNLIMITED)) as url:
        yield url


def ask(url: str, question: str, **headers: str) -> Any:
    return httpx.post(f"{url}/api/ask", json={"question": question}, headers=headers).json()


def texts(found: Any) -> list[str]:
    return [reply["answer"]["text"] if reply["answer"] else "" for reply in found["replies"]]


def test_each_answers_with_its_own_words(url: str) -> None:
    """By path, by host, by API, Gradio's queue and the page before it. Red when the path is not taken off, and when the
    host is not looked at."""
    goldfish, fern = "What do goldfish eat?", "May ferns stand in the sun?"
    for base, headers in ((f"{url}/s/plants", {}), (url, {"host": HOST}), (url, {"host": f"{HOST.upper()}:443"})):
        assert texts(ask(base, fern, **headers)) == ["No, ferns burn there."]
        assert texts(ask(base, goldfish, **headers)) == [""]
    assert texts(ask(url, fern)) == [""]
    [fed] = texts(ask(url, goldfish))
    assert fed.startswith("Flakes, once a day")
    for base, answer in ((url, ""), (f"{url}/s/plants", "No, ferns burn there.")):
        typed = {"question": fern, "conversation": []}
        [_, early] = httpx.post(f"{base}/api/turn", json=typed).json()["messages"]
        late = call(base, "answer", [fern, "", []])["output"]["data"][0][1]  # type: ignore[index]
        asked = call(base, "ask", [fern])["output"]["data"][0]  # type: ignore[index]
        assert (answer in early["html"]) is (answer in late["content"][0]["text"]) is True
        assert texts(asked) == [answer]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_one_holds_a_word_of_the_other(url: str, path: str) -> None:
    """Every address that is read. Red with one set of counters for both, and with one page of Gradio's for both."""
    own, others = httpx.get(url + path), httpx.get(f"{url}/s/plants{path}")
    assert (own.status_code, others.status_code) == (200, 200)
    assert [word for word in PLANTS_WORDS if word in own.text] == []
    assert [word for word in PETS_WORDS if word in others.text] == []
    if path in ("/", "/faq"):
        assert "goldfish" in own.text
        assert "Ferns" in others.text or "ferns" in others.text


def test_what_is_known_by_id_is_known_at_home_alone(url: str) -> None:
    """Entries, suggestions, and what visitors think of a reply."""
    entry = "what-do-goldfish-eat"
    assert [httpx.get(f"{base}/api/entries/{entry}").status_code for base in (url, f"{url}/s/plants")] == [200, 404]
    suggested = [httpx.get(f"{base}/api/suggest?q=how often").json() for base in (url, f"{url}/s/plants")]
    assert [[one["question"] for one in each["suggestions"]] for each in suggested] == [
        ["How often should I feed my cat?"], ["How often should I water my orchid?"]
    ]  # fmt: skip
    [reply] = ask(url, "What do goldfish eat?")["replies"]
    rated = {"reply_id": reply["id"], "verdict": "up"}
    assert httpx.post(f"{url}/s/plants/api/feedback", json=rated).status_code == 404
    assert httpx.post(f"{url}/api/feedback", json=rated).status_code == 204


def test_each_has_its_own_origins(url: str) -> None:
    """For CORS and for frames. Red with the origins of the main site for all."""
    for base, origin in ((url, PETS_ORIGIN), (f"{url}/s/plants", ORIGIN)):
        for asking in (PETS_ORIGIN, ORIGIN):
            allowed = httpx.get(f"{base}/api/starters", headers={"origin": asking}).headers
            assert allowed.get("access-control-allow-origin") == (asking if asking == origin else None)
            assert (asking in allowed["content-security-policy"]) is (asking == origin)


def test_each_has_its_own_notices(url: str) -> None:
    question = "my son swallowed a leaf"
    assert [len(ask(base, question)["notices"]) for base in (url, f"{url}/s/plants")] == [0, 1]


def test_figures_have_the_label_of_their_site(url: str) -> None:
    """The main site shows those of all, every other its own. Red without the label, and when each shows all."""
    for base in (url, f"{url}/s/plants"):
        ask(base, "hello")
    every, own = (httpx.get(f"{base}/metrics").text for base in (url, f"{url}/s/plants"))
    assert 'verbatim_replies_total{site="plants",status="smalltalk"}' in own
    assert 'verbatim_replies_total{site="plants",status="smalltalk"}' in every
    assert 'verbatim_replies_total{status="smalltalk"}' in every
    assert 'verbatim_replies_total{status="smalltalk"}' not in own
    samples = [line for line in own.splitlines() if not line.startswith("#")]
    assert [line for line in samples if 'site="plants"' not in line] == []
    heads = [line for line in every.splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))  # as Prometheus wants it


@pytest.mark.parametrize(
    "path", ["/s/", "/s/plants", "/s/none/", "/s/none/api/starters", "/s//", "/s/plants/s/plants/faq"]
)
def test_an_address_of_no_site_answers_404(url: str, path: str) -> None:
    answer = httpx.get(url + path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "content-security-policy" in answer.headers


def test_one_that_is_not_ready_does_not_hold_up_the_other(pets: Build) -> None:
    """Red with one `Health` or one bot for both."""
    sites = Sites(pets_site(pets), Site(Bot(), Health("loading"), "plants"))
    with running_server(Server(sites, UNLIMITED, chat_page=False)) as url:
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready", "build_id": pets.id}
        assert httpx.get(f"{url}/s/plants/readyz").status_code == 503
        assert texts(ask(url, "What do goldfish eat?"))[0]
        assert ask(f"{url}/s/plants", "May ferns stand?")["error"]["code"] == "not_ready"


def test_a_client_has_one_budget_for_all_sites(pets: Build, tmp_path: Path) -> None:
    """Red with limits for each: with fifty sites one client would have fifty times as much."""
    sites = Sites(pets_site(pets), plants(tmp_path))
    limits = ServerSettings(rate_burst=2, rate_per_minute=1)
    with running_server(Server(sites, limits, chat_page=False)) as url:
        found = [ask(base, "hello") for base in (url, f"{url}/s/plants", url, f"{url}/s/plants")]
    assert ["error" in one for one in found] == [False, False, True, True]


def test_each_index_is_watched(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first moment on: both are opened, and a new build of one changes nothing of the other."""
    monkeypatch.setattr(lifecycle.Lifecycle, "_mount_page", lambda _: lambda: None)
    folder = tmp_path / "plants"
    folder.mkdir()
    second = write_plants(folder)
    where = {"": ServerSettings(corpus=tmp_path / "no", index=index),
             "plants": ServerSettings(corpus=tmp_path / "no", index=second)}  # fmt: skip
    sites = Sites(Site(Bot(), Health("loading")), Site(Bot(), Health("loading"), "plants"))
    shared = lifecycle.Shared()
    server = Server(
        sites,
        UNLIMITED,
        False,
        lambda site, app: lifecycle.Lifecycle(site, app, where[site.name], shared=shared, look=0.02).running(),
    )
    with running_server(server) as url, httpx.Client(base_url=url, timeout=30) as client:

        def wait_for(path: str, build_id: str | None) -> dict[str, str]:
            deadline = time.monotonic() + 30
            while (found := client.get(path).json()).get("build_id") != build_id:
                assert time.monotonic() < deadline, found
                time.sleep(0.02)
            return found  # type: ignore[no-any-return]

        wait_for("/readyz", current_build(index))
        wait_for("/s/plants/readyz", current_build(second))
        settings = BotSettings(title="New", encoder="hashing")
        report = build(folder / "plants.md", second, settings, encoder_of(second, settings))
        assert wait_for("/s/plants/readyz", report.build_id)["status"] == "ready"
        assert client.get("/s/plants/api/starters").json()["title"] == "New"
        assert client.get("/readyz").json() == {"status": "ready", "build_id": current_build(index)}
        assert client.get("/api/starters").json()["title"] == "Pets"


def test_two_sites_cannot_share_a_name_or_a_host(pets: Build) -> None:
    """Red without the look: the last one would win in silence."""
    bot = Bot(Served(pets, HashingEncoder()))
    one = Site(bot, Health(), "one", ["faq.example"])
    for other in (Site(bot, Health(), "one"), Site(bot, Health(), "two", ["FAQ.example"])):
        with pytest.raises(ValueError, match="two sites have the"):
            Sites(Site(bot, Health()), one, other)
