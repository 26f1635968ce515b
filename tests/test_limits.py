import concurrent.futures
import dataclasses
import json
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.web.asgi import create_app
from chatbot.web.limits import RateLimit, client_of
from tests.serving import running_server, unchecked
from tests.widget_site import POISON


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_rate() -> None:
    clock = Clock()
    limit = RateLimit(per_minute=30, burst=3, clock=clock)
    assert [limit.wait("a") for _ in range(4)] == pytest.approx([0, 0, 0, 2])
    clock.now = 1.9
    assert limit.wait("a") == pytest.approx(0.1)
    clock.now = 2.0
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0
    clock.now = 1000
    assert [limit.wait("a") for _ in range(4)] == pytest.approx([0, 0, 0, 2])  # no more than a burst is saved up


def test_one_client_does_not_use_up_another() -> None:
    limit = RateLimit(30, 1, Clock())
    assert [limit.wait(client) > 0 for client in "aabab"] == [False, True, False, True, True]


def test_what_is_remembered_is_bounded() -> None:
    limit = RateLimit(30, 1, Clock())
    for client in range(10_050):
        limit.wait(str(client))
    assert len(limit._buckets) == 10_000
    assert limit.wait("10049") > 0
    assert limit.wait("0") == 0  # forgotten


class Slow(HashingEncoder):
    """Answers only when it is let; the server's own first question aside."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.waiting = 0

    def encode_queries(self, texts):  # type: ignore[no-untyped-def]
        self.waiting += 1
        self.go.wait(20)
        return super().encode_queries(texts)


QUESTION = {"question": "what do goldfish eat"}


@pytest.fixture
def slow(pets: Build) -> Iterator[tuple[Slow, str]]:
    encoder = Slow()
    settings = ServerSettings(in_flight=2, deadline=0.5, rate_burst=100)
    with running_server(create_app(Bot(Served(pets, encoder)), chat_page=False, settings=settings)) as url:
        yield encoder, url
        encoder.go.set()


def ask(url: str) -> httpx.Response:
    return httpx.post(f"{url}/api/ask", json=QUESTION, timeout=30)


def test_too_many_questions_are_refused_with_a_time(pets: Build) -> None:
    settings = ServerSettings(rate_burst=2, rate_per_minute=6)
    with running_server(create_app(Bot(Served(pets, HashingEncoder())), chat_page=False, settings=settings)) as url:
        statuses = [ask(url).status_code for _ in range(3)]
        refused = ask(url)
        looked_up = httpx.get(f"{url}/api/suggest", params={"q": "gold"})  # cheaper, and counted apart
        alive = [httpx.get(f"{url}/livez").status_code for _ in range(50)]
    assert statuses == [200, 200, 429]
    assert refused.json() == {"error": {"code": "too_many_requests", "message": refused.json()["error"]["message"]}}
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert looked_up.status_code == 200
    assert set(alive) == {200}


# Status -> the settings of a server that refuses every question so.
REFUSING: dict[int, dict[str, float]] = {429: {"rate_burst": 0}, 503: {"in_flight": 0}, 504: {"deadline": 0}}


@pytest.mark.parametrize("status", REFUSING)
def test_a_refused_question_still_has_its_notice(pets: Build, status: int) -> None:
    """Red without: `notices_of` in `create_app`; the body read before the app has it."""
    build = dataclasses.replace(pets, settings=dataclasses.replace(pets.settings, notices=(POISON,)))
    bot, limits = Bot(Served(build, HashingEncoder())), unchecked(ServerSettings(), **REFUSING[status])
    with running_server(create_app(bot, chat_page=False, settings=limits)) as url:
        for body in (
            json.dumps({"question": "My dog was POISONED"}).encode(),
            json.dumps({"question": "x " * 9_000 + "is it poisoned?"}).encode(),
            b"\xef\xbb\xbf" + b'{"question": "poisoned"}',
            b'{"question": "poisoned \\ud800"}',
        ):
            refused = httpx.post(f"{url}/api/ask", content=body, headers={"content-type": "application/json"})
            assert refused.status_code == status
            assert [notice["text"] for notice in refused.json()["notices"]] == [POISON.text]
        typed: dict[str, object] = {"question": "My dog was poisoned", "conversation": []}
        join = {"fn_index": 0, "session_hash": "a", "data": ["My dog was poisoned", "", []]}
        for path, body in (("/api/turn", typed), ("/gradio_api/queue/join", join)) if status == 429 else ():
            [first] = httpx.post(f"{url}{path}", json=body).json()["messages"]
            assert POISON.text in first["html"]
        for other in ({"question": "what do goldfish eat"}, {"question": 7}, [], {"question": "\ud800"}):
            refused = httpx.post(f"{url}/api/ask", content=json.dumps(other))
            assert refused.status_code in (status, 422)
            assert "notices" not in refused.json()


def test_refusals_alone_do_not_cost_without_end(pets: Build) -> None:
    """Red without `_looks`: each refusal of a flood would be searched for notices."""
    build = dataclasses.replace(pets, settings=dataclasses.replace(pets.settings, notices=(POISON,)))
    bot, limits = Bot(Served(build, HashingEncoder())), ServerSettings(rate_burst=1, rate_per_minute=1)
    with running_server(create_app(bot, chat_page=False, settings=limits)) as url, httpx.Client() as client:
        refused = [client.post(f"{url}/api/ask", json={"question": "poisoned"}).json() for _ in range(30)][1:]
    noticed = ["notices" in one for one in refused]
    assert noticed[:10] == [True] * 10
    assert noticed[-5:] == [False] * 5


def test_a_question_that_takes_too_long_is_given_up(slow: tuple[Slow, str]) -> None:
    _, url = slow
    late = ask(url)
    assert (late.status_code, late.json()["error"]["code"], late.headers["retry-after"]) == (504, "timeout", "1")


def test_a_full_server_says_so_at_once_and_recovers(slow: tuple[Slow, str]) -> None:
    encoder, url = slow
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = [pool.submit(ask, url) for _ in range(2)]
        while encoder.waiting < 2:
            time.sleep(0.01)
        full = ask(url)
        assert (full.status_code, full.json()["error"]["code"], full.headers["retry-after"]) == (503, "busy", "1")
        assert httpx.get(f"{url}/livez").status_code == 200
        figures = httpx.get(f"{url}/metrics")  # red when it is refused as a question is: nobody would see why
        assert figures.status_code == 200
        assert {"verbatim_in_flight 2.0", "verbatim_in_flight_most 2.0"} <= set(figures.text.splitlines())
        assert {answer.result().status_code for answer in first} == {504}
        assert ask(url).status_code == 503  # given up, but still at work
        encoder.go.set()
        deadline = time.monotonic() + 10
        while (last := ask(url).status_code) == 503 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert last == 200


@pytest.mark.parametrize("chat_page", [False, True])
def test_metrics_count_and_name_nobody(pets: Build, chat_page: bool) -> None:
    bot = Bot(Served(pets, HashingEncoder()))
    with running_server(create_app(bot, chat_page)) as url:
        ask(url)
        httpx.post(f"{url}/api/ask", json={"question": "xylophone s3cr3t"})
        httpx.post(f"{url}/api/ask", json={"question": "how long do hamsters live"})
        httpx.get(f"{url}/api/entries/s3cr3t-path")
        httpx.get(f"{url}/s3cr3t-elsewhere")
        page = httpx.get(f"{url}/metrics").text
    assert 'verbatim_health{status="ready"} 1.0' in page
    assert 'verbatim_health{status="degraded"} 0.0' in page
    assert "\nverbatim_in_flight 0.0\n" in page  # who asks for the figures is none of them
    assert 'verbatim_requests_total{route="/api/ask",status="200"} 3.0' in page
    assert 'verbatim_replies_total{status="answered"} 1.0' in page
    assert 'verbatim_replies_total{status="unknown"} 1.0' in page
    assert f'verbatim_entries{{build="{pets.id}"}} {len(pets.entries)}.0' in page
    assert 'route="/api/entries",status="404"' in page
    assert 'verbatim_gap_questions_total{entry_id="how-long-do-hamsters-live"} 1.0' in page
    assert "s3cr3t" not in page


def test_limits_are_settings() -> None:
    from chatbot.core.errors import UsageError
    from chatbot.core.settings_sources import apply_overrides

    env = {"CHATBOT_RATE_PER_MINUTE": "7", "CHATBOT_DEADLINE": "2.5", "CHATBOT_IN_FLIGHT": "9"}
    found = apply_overrides(ServerSettings(), env)
    assert (found.rate_per_minute, found.deadline, found.in_flight) == (7, 2.5, 9)
    with pytest.raises(UsageError, match="must lie between"):
        apply_overrides(ServerSettings(), {"CHATBOT_DEADLINE": "0"})


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:1", 200), ("faq.example", 200), ("FAQ.example:443", 200), ("evil.example", 400), ("", 400),
     ("faq.example.evil", 400), ("x.faq.example", 400), ("faq.example@evil", 400), ("[::1]:80", 400)],
)  # fmt: skip
def test_only_its_own_names(pets: Build, host: str, status: int) -> None:
    settings = ServerSettings(allowed_hosts=("127.0.0.1", "faq.example"))
    with running_server(create_app(Bot(Served(pets, HashingEncoder())), chat_page=False, settings=settings)) as url:
        answer = httpx.get(f"{url}/livez", headers={"host": host})
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]["code"] == "wrong_host"


def test_an_ipv6_visitor_is_one_client_whatever_the_end_of_the_address() -> None:
    """Red when the whole address is taken: a visitor has as many as there are grains of sand."""
    first, second, other = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", "2001:db8:1:3::1")
    assert client_of((first, 1)) == client_of((second, 2)) != client_of((other, 1))
    assert client_of(("192.0.2.7", 1)) == client_of(("::ffff:192.0.2.7", 1)) == "192.0.2.7"
    assert client_of(("fe80::1%eth0", 1)) == "fe80::/64"
    assert client_of(("somebody", 1)) == "somebody"
