"""A server of many sites: how each is found, opened, closed, added, removed and broken, and that no other notices."""

import asyncio
import dataclasses
import os
import shutil
import socket
import threading
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import DESK_TOKEN, REBUILD_TOKEN
from chatbot.web import open_sites
from chatbot.web.desk.entrance import COOKIE
from chatbot.web.server import serve_many
from chatbot.web.tokens import Token, tokens_of_sites
from tests.journals import rows
from tests.many_sites import (
    BEARER,
    PATIENT,
    QUESTION,
    answered,
    ask,
    ask_once,
    build_site,
    index_of,
    journal_of,
    many_sites,
    secret_of,
    serving,
    states,
    wait_for,
    write_site,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio and the libraries below it warn of each other

NAMES = ("alpha", "beta", "gamma", "delta")
TOKENS = {name: f"token-of-{name}-{'x' * 32}" for name in NAMES}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four sites, to be copied."""
    root = tmp_path_factory.mktemp("many") / "sites"
    for name in NAMES:
        write_site(root, name)
    return root


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine it may take longer to open a site than visitors wait."""
    monkeypatch.setattr(open_sites, "_PATIENCE", 100.0)


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "sites"))


@pytest.fixture
def client(root: Path) -> Iterator[httpx.Client]:
    with serving(many_sites(root)) as client:
        yield client


def at_most(count: int) -> ServerSettings:
    return dataclasses.replace(PATIENT, max_open=count)


def replies_in(journal: Path) -> int:
    return sum(row["kind"] == "reply" for row in rows(journal))


# How a site is found


def test_each_is_found_by_path_and_by_host_and_is_alone_under_its_host(client: httpx.Client) -> None:
    """Red when the path is looked at before the host."""
    for name in NAMES:
        by_path = ask(client, f"/s/{name}").json()["replies"][0]["answer"]["text"]
        assert secret_of(name) in by_path
        for host in (f"{name}.example", f"WWW.{name.upper()}.Example:443"):
            assert ask(client, "", host=host).json()["replies"][0]["answer"]["text"] == by_path
            assert client.get(f"/s/{name}/faq", headers={"host": host}).status_code == 200
            other = "beta" if name == "alpha" else "alpha"
            assert client.get(f"/s/{other}/faq", headers={"host": host}).status_code == 404
    for path in ("/", "/faq", "/s", "/s/", "/s/alpha", "/s/nobody/", "/s//faq", "/s/alpha/s/alpha/faq", "/s/ALPHA/faq"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), path
        assert "content-security-policy" in answer.headers


def test_what_names_no_site_opens_none(client: httpx.Client) -> None:
    """Red when junk opens one: it would close another."""
    for path in ("/s/alpha/none", "/s/alpha/desk", "/s/alpha/readyz", "/s/alpha/livez", "/s/alpha/metrics", "/s/x/faq"):
        client.get(path)
    client.put("/s/alpha/api/ask")
    # The desk that nobody has a token for is found out by its app.
    assert {name: state["state"] for name, state in states(client).items() if name != "alpha"} == {
        name: "closed" for name in NAMES if name != "alpha"
    }


def test_only_the_holder_of_the_token_sees_which_sites_there_are(client: httpx.Client) -> None:
    """Red without the look at the token. Nothing is opened to tell it."""
    answered(client, "alpha")
    for path in ("/", "/readyz", "/metrics", "/livez", "/nothing"):
        for headers in ({}, {"authorization": "Bearer wrong"}):
            answer = client.get(path, headers=headers)
            assert [name for name in NAMES if name in answer.text] == [], path
    assert (client.get("/readyz").json(), client.get("/metrics").status_code) == ({"status": "ready"}, 401)
    found = states(client)
    assert {name: state["state"] for name, state in found.items()} == {
        "alpha": "open", "beta": "closed", "delta": "closed", "gamma": "closed"
    }  # fmt: skip
    assert (found["alpha"]["status"], found["alpha"]["build_id"][:2]) == ("ready", "b-")
    figures = client.get("/metrics", headers=BEARER).text
    assert 'verbatim_site_state{site="alpha",state="open"} 1.0' in figures
    assert 'verbatim_site_state{site="beta",state="closed"} 1.0' in figures
    assert 'verbatim_replies_total{site="alpha",status="answered"} 1.0' in figures
    assert client.get("/s/alpha/readyz").json()["status"] == "ready"
    assert client.get("/s/beta/readyz").json() == {"status": "closed"}
    heads = [line for line in figures.splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))


def test_names_of_the_server_hold_for_paths_and_each_site_has_its_own(root: Path) -> None:
    settings = dataclasses.replace(PATIENT, allowed_hosts=("many.example",))
    with serving(many_sites(root, settings)) as client:
        found = {
            host: client.get(path, headers={"host": host}).status_code
            for host, path in (
                ("many.example", "/s/alpha/faq"),
                ("alpha.example", "/faq"),
                ("evil.example", "/s/alpha/faq"),
            )
        }
        (root / "beta" / "bot.toml").write_text('hosts = ["many.example"]')
        wait_for(lambda: states(client, "many.example")["beta"].get("reason") == "shared_host")
        assert client.get("/s/alpha/faq", headers={"host": "many.example"}).status_code == 200
    assert found == {"many.example": 200, "alpha.example": 200, "evil.example": 400}


# Opening and closing


def watched(app: Any, name: str) -> list[weakref.ref[Any]]:
    """What a site holds while it is open."""
    one = app._open._open[name]
    bot = one.known.site.bot
    page = next(route.app for route in one.app.router.routes if type(route).__name__ == "Mount")
    return [weakref.ref(each) for each in (one, one.app, one._lifecycle, bot.served, bot.build.ranker, page)]


def handles() -> Counter[str]:
    """Files and threads of this process, by name."""
    files = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            files.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except OSError:
            continue
    return Counter([*(file for file in files if ".data" in file), *(thread.name for thread in threading.enumerate())])


def test_what_was_asked_longest_ago_is_closed_and_gives_back_what_it_held(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its app, Gradio's page, build, threads and files. Red without: the end of Gradio's queue; `unsubscribe`; `rest`;
    `Bot.close`; `Entrance.close`; FastAPI's caches emptied."""
    monkeypatch.setattr(open_sites, "_TIDY", 3.0)  # Gradio's queue has noticed by then
    others = handles()  # of tests before this one, in the same process
    app = many_sites(root, at_most(2), desk_tokens={"alpha": Token(TOKENS["alpha"])})
    with serving(app) as client:
        answered(client, "delta")
        answered(client, "alpha")
        wait_for(lambda: client.get("/s/alpha/readyz?page=1").status_code == 200)
        assert "gradio" in client.get("/s/alpha/").text
        client.headers["authorization"] = f"Bearer {TOKENS['alpha']}"
        wait_for(lambda: client.get("/s/alpha/desk/").status_code == 200)
        held = watched(app, "alpha")
        wait_for(lambda: any("alpha" in name for name in handles()))  # its journal, which is written beside
        for name in ("beta", "gamma", "delta", "beta", "gamma"):
            answered(client, name)
        wait_for(lambda: sorted(n for n, s in states_of(app).items() if s["state"] == "open") == ["beta", "gamma"])

        wait_for(lambda: not [reference for reference in held if reference()])
        now = handles()
        now.subtract(others)
        assert not any("alpha" in name or "delta" in name for name, count in now.items() if count > 0)
        assert (now["journal"], now["events"]) == (2, 4)  # a journal each; it and the figures are told of events


def states_of(app: Any) -> Any:
    return app._states()


def test_nobody_notices_that_a_site_was_closed(root: Path) -> None:
    """Verdicts, sessions of the desk, figures, builds, the journal. Red where each opening makes a new bot, new figures
    or a new entrance."""
    app = many_sites(root, at_most(1), {"alpha": Token(TOKENS["alpha"])}, {"alpha": Token(TOKENS["alpha"])})
    with serving(app) as client:
        bearer = {"authorization": f"Bearer {TOKENS['alpha']}"}
        [reply] = ask(client, "/s/alpha").json()["replies"]
        entered = client.post("/s/alpha/desk/sign-in", data={"token": TOKENS["alpha"]})
        assert entered.status_code == 303
        session = {"cookie": f"{COOKIE}={client.cookies.get(COOKIE)}"}
        client.cookies.clear()
        begun = client.post("/s/alpha/api/rebuild", json={}, headers=bearer)
        assert begun.status_code == 202
        answered(client, "beta")
        assert states(client)["alpha"] == {"state": "closed"}
        assert client.get("/s/alpha/metrics").text.count('replies_total{site="alpha",status="answered"} 1.0') == 1
        where = begun.json()["status_url"]
        assert where.startswith("/s/alpha/api/rebuild/")
        answered(client, "beta", "Who?")  # the build runs on beside
        wait_for(lambda: client.get(where, headers=bearer).json().get("status") == "done")
        rated = {"reply_id": reply["id"], "verdict": "up"}
        assert client.post("/s/beta/api/feedback", json=rated).status_code == 404
        assert client.post("/s/alpha/api/feedback", json=rated).status_code == 204
        assert client.get("/s/alpha/desk/config", headers=session).status_code in (200, 503)  # it may still be loaded
        ask(client, "/s/alpha")
        figures = client.get("/s/alpha/metrics").text
        assert 'verbatim_replies_total{site="alpha",status="answered"} 2.0' in figures
        answered(client, "beta")
    assert replies_in(journal_of(root, "alpha")) == 2
    assert replies_in(journal_of(root, "beta")) == 3


def begun_request(client: httpx.Client, app: Any, path: str, body: bytes) -> socket.socket:
    """A question for alpha, of which only the beginning is sent, once it has arrived there."""
    answered(client, "alpha")
    wait_for(lambda: app._open._open["alpha"].users == 0)
    connection = socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=30)
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body[:5])
    wait_for(lambda: app._open._open["alpha"].users == 1)
    return connection


def test_nothing_is_closed_while_it_answers(root: Path) -> None:
    """Whoever asks for another waits for that. Red when the busy site is closed, or a second one opened."""
    body = b'{"question": "What is the secret word?"}'
    app = many_sites(root, at_most(1))
    with serving(app) as client, ThreadPoolExecutor(1) as threads:
        slow = begun_request(client, app, "/s/alpha/api/ask", body)
        other = threads.submit(ask, client, "/s/beta")
        time.sleep(0.3)
        assert not other.done()
        assert [*app._open._open] == ["alpha"]
        slow.sendall(body[5:])
        assert secret_of("alpha").encode() in slow.recv(65536)
        assert secret_of("beta") in other.result(30).text
        slow.close()


def test_who_finds_no_place_is_told_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_sites, "_PATIENCE", 0.2)
    app = many_sites(root, at_most(1))
    with serving(app) as client:
        slow = begun_request(client, app, "/s/alpha/api/ask", b'{"question": "x"}')
        refused = wait_for(lambda: (found := ask_once(client, "/s/beta")).status_code == 503 and found)
        assert (refused.json()["error"]["code"], "retry-after" in refused.headers) == ("busy", True)
        assert client.get("/s/alpha/api/starters").status_code == 200
        slow.close()
        answered(client, "beta")


def test_one_client_cannot_have_sites_opened_without_end(root: Path) -> None:
    """Red without the budget: each costs what ten questions cost."""
    limits = ServerSettings(rate_burst=2, rate_per_minute=1)
    with serving(many_sites(root, limits)) as client:
        found = [client.get(f"/s/{name}/faq").status_code for name in (*NAMES, "alpha")]
    assert found == [200, 200, 429, 429, 200]


@pytest.mark.parametrize("count", [1, 2])
def test_many_clients_ask_for_more_sites_than_may_be_open(root: Path, count: int) -> None:
    """Every answer is that of its site, at most so many are open, and each row is in its journal."""
    app = many_sites(root, at_most(count))
    asked: Counter[str] = Counter()
    most = 0
    with serving(app) as client, ThreadPoolExecutor(6) as threads:

        def one(number: int) -> str:
            nonlocal most
            name = NAMES[number * 7 % 4]
            found = ask(client, f"/s/{name}", f"{QUESTION} {'abcdefgh'[number % 8]}")
            most = max(most, len(app._open._open) + len(app._open._leaving))
            assert found.status_code == 200, found.text
            assert secret_of(name) in found.text
            return name

        asked.update(threads.map(one, range(60)))
    assert most <= count
    assert {name: replies_in(journal_of(root, name)) for name in NAMES} == dict(asked)


# Sites that come, go and break


def test_others_are_asked_while_sites_come_go_and_break(root: Path) -> None:
    """Red when a look that fails ends the looking, and when a broken site has an exception reach the client."""
    app = many_sites(root)
    found: Counter[tuple[str, int, bool]] = Counter()
    is_over = threading.Event()
    with serving(app) as client, ThreadPoolExecutor(2) as threads:

        def asking(name: str) -> None:
            with httpx.Client(base_url=client.base_url, timeout=30) as own:
                while not is_over.is_set():
                    answer = ask(own, f"/s/{name}")
                    found[name, answer.status_code, secret_of(name) in answer.text] += 1

        others = [threads.submit(asking, name) for name in ("alpha", "beta")]
        try:
            answered(client, "gamma")
            # One is added: built, and then not.
            write_site(root, "epsilon")
            assert secret_of("epsilon") in answered(client, "epsilon")
            write_site(root, "zeta", is_built=False)
            wait_for(lambda: ask_once(client, "/s/zeta").status_code == 503)
            assert secret_of("zeta") in answered(client, "zeta")
            # One is removed while it is open, and another of that name comes.
            shutil.rmtree(root / "gamma")
            wait_for(lambda: ask(client, "/s/gamma").status_code == 404)
            assert client.get("/faq", headers={"host": "gamma.example"}).status_code == 404
            wait_for(lambda: not app._open._leaving)  # else it may still write into its folder
            shutil.rmtree(index_of(root, "gamma").parent)
            write_site(root, "gamma")
            (root / "gamma" / "faq.md").write_text("## What is the secret word?\n\nAnother.\n")
            build_site(root, "gamma")
            assert "Another" in answered(client, "gamma")
            # One breaks that was never built; then it is mended.
            broken = write_site(root, "eta", is_built=False, more="title = 3\n")
            refused = wait_for(
                lambda: (said := ask_once(client, "/s/eta")).json()["error"]["code"] == "broken" and said
            )
            assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
            assert "the log" in refused.json()["error"]["message"]
            assert client.get("/readyz").json() == {"status": "degraded"}
            assert states(client)["eta"] == {"state": "broken", "reason": "content_error"}
            text = (broken / "bot.toml").read_text()
            (broken / "bot.toml").write_text(text.replace("title = 3\n", ""))
            assert secret_of("eta") in answered(client, "eta")
            # One breaks that is open: it goes on.
            (root / "delta" / "bot.toml").write_text("title =")
            assert secret_of("delta") in answered(client, "delta")
            assert ask(client, "", host="delta.example").status_code == 200
            # An index that is spoilt is built anew.
            [manifest] = (index_of(root, "epsilon") / "builds").glob("*/MANIFEST.json")
            manifest.write_text("{}")
            (root / "epsilon").rename(root.parent / "epsilon")  # so that it is opened anew
            wait_for(lambda: ask(client, "/s/epsilon").status_code == 404)
            (root.parent / "epsilon").rename(root / "epsilon")
            assert secret_of("epsilon") in answered(client, "epsilon")
        finally:
            is_over.set()
        for other in others:
            other.result(30)
    assert {key[1:] for key in found} == {(200, True)}
    assert {key[0] for key in found} == {"alpha", "beta"}


def test_the_folder_of_all_sites_may_be_away_for_a_while(root: Path, logged: pytest.LogCaptureFixture) -> None:
    """Red where that counts as removing them all."""
    app = many_sites(root)
    with serving(app) as client:
        answered(client, "alpha")
        root.rename(root.with_name("away"))
        wait_for(lambda: "the sites that are known are served on" in logged.text)
        assert ask(client, "/s/alpha").status_code == 200
        root.with_name("away").rename(root)
        answered(client, "beta")


def test_what_is_stale_answers_as_before_until_it_is_built(root: Path) -> None:
    """In another process, while /readyz says so. Red when the visitor waits for the build, and when nobody builds."""
    corpus = root / "alpha"
    (corpus / "faq.md").write_text("## What is the secret word?\n\nIt has changed.\n")
    with serving(many_sites(root)) as client:
        assert secret_of("alpha") in ask(client, "/s/alpha").text
        wait_for(lambda: states(client)["alpha"].get("reason") == "building")
        wait_for(lambda: "It has changed" in ask(client, "/s/alpha").text)
        assert wait_for(lambda: client.get("/s/alpha/readyz").json()["status"] == "ready")
        # A mistake: what was built is served, once the site is opened again.
    (corpus / "faq.md").write_bytes(b"\xff\xfe\x00 no text")
    with serving(many_sites(root, at_most(1))) as client:
        assert "It has changed" in ask(client, "/s/alpha").text
        wait_for(lambda: states(client)["alpha"].get("reason") == "content_error")
        answered(client, "beta")  # alpha is closed, and what cannot be built is not tried with each opening
        assert "It has changed" in answered(client, "alpha")
        (corpus / "faq.md").write_text("## What is the secret word?\n\nMended.\n")
        wait_for(lambda: "Mended" in ask(client, "/s/alpha").text)


# Rights


def test_each_site_has_tokens_of_its_own(root: Path) -> None:
    """For the desk and for builds. Red with one token for all."""
    tokens = {name: Token(TOKENS[name]) for name in ("alpha", "beta")}
    with serving(many_sites(root, rebuild_tokens=tokens, desk_tokens=tokens)) as client:
        for name in NAMES:
            for holder in ("alpha", "beta", "gamma"):
                bearer = {"authorization": f"Bearer {TOKENS[holder]}"}
                is_right = name == holder != "gamma"
                has_token = name in tokens
                built = client.get(f"/s/{name}/api/rebuild/none", headers=bearer)
                assert (built.status_code, "knows no such build" in built.text) == (
                    (404, True) if is_right else (401, False) if has_token else (404, False)
                )
                desk = client.get(f"/s/{name}/desk/config", headers=bearer)
                assert desk.status_code == ((503 if is_right else 401) if has_token else 404)
        entered = client.post("/s/alpha/desk/sign-in", data={"token": TOKENS["alpha"]})
        [cookie] = client.cookies.jar
        assert (entered.status_code, cookie.path) == (303, "/s/alpha/desk")
        session = {"cookie": f"{COOKIE}={cookie.value}"}
        assert client.get("/s/beta/desk/config", headers=session).status_code == 401
        assert client.post("/s/beta/desk/sign-in", data={"token": TOKENS["alpha"]}).status_code == 401


def test_tokens_come_from_variables_with_the_name_of_the_site() -> None:
    environment = {f"{DESK_TOKEN}_MY_SITE": "a" * 32, f"{DESK_TOKEN}_B2": "b" * 32, f"{REBUILD_TOKEN}_B2": "c" * 32}
    assert {*tokens_of_sites(DESK_TOKEN, environment)} == {"my-site", "b2"}
    assert [*environment] == [f"{REBUILD_TOKEN}_B2"]
    for wrong, message in (
        ({DESK_TOKEN: "a" * 32}, "each site has a token of its own"),
        ({f"{DESK_TOKEN}_A": "a" * 32, f"{DESK_TOKEN}_B": "a" * 32}, "_A and .*_B are the same token"),
        ({f"{DESK_TOKEN}_A": "short"}, "shorter than 32 bytes"),
    ):
        with pytest.raises(UsageError, match=message):
            tokens_of_sites(DESK_TOKEN, wrong)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"workers": 2}, "workers: a server of many sites answers in one process"),
        ({"notify_url": "https://example.org"}, "notify_url: a server of many sites sends no digests"),
        ({"journal_file": Path("/var/j.db")}, "journal beside its index; name the file without a folder"),
        ({"journal_file": Path("../j.db")}, "journal beside its index; name the file without a folder"),
        ({"sites": "/no/such/folder"}, "/no/such/folder: there is no such folder; create it"),
    ],
)
def test_what_a_server_of_many_sites_cannot_do_is_refused(root: Path, settings: dict[str, Any], message: str) -> None:
    where = dataclasses.replace(ServerSettings(sites=str(root), port=1, host="127.0.0.1"), **settings)
    with pytest.raises(UsageError, match=message):
        serve_many(dataclasses.replace(where, port=free()), lambda count, url: None)


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nothing_of_it_runs_on_after_the_server(root: Path) -> None:
    """Red without the end of each site in `_live`."""
    before = handles()
    with serving(many_sites(root)) as client:
        for name in NAMES:
            answered(client, name)
    wait_for(lambda: not [name for name in handles() - before if name in ("journal", "events") or ".data" in name])
    assert asyncio.all_tasks  # the loop has ended with the server
