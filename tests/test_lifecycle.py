"""The server from its first moment on: what it says before it can answer, and how a new build comes in."""

import asyncio
import json
import re
import shutil
import time
from pathlib import Path

import httpx
import pytest

from chatbot.core.settings import BotSettings, ServerSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.store import current_build
from chatbot.web import lifecycle
from chatbot.web.asgi import Server
from chatbot.web.health import Health
from chatbot.web.sites import Site, Sites
from tests.command import ROOT
from tests.process import ServerProcess, forked_server, server_process
from tests.serving import running_server

QUESTION = "What do goldfish eat?"


def nothing_is_answered(server: ServerProcess) -> None:
    """Alive, not ready, and no answer but a refusal that says when to come back."""
    assert server.get("/livez").json() == {"status": "alive"}
    assert server.status("/widget.js") == 200
    for answer in (
        server.ask(QUESTION),
        *(server.get(path) for path in ("/readyz", "/faq", "/api/starters", "/api/suggest?q=eat")),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_ready")
        assert int(answer.headers["retry-after"]) > 0
    page = server.get("/")
    assert (page.status_code, "The chat is being prepared." in page.text) == (503, True)
    for path in ("/", "/faq"):  # in the visitor's language, as none of a site is known yet
        answer = httpx.get(server.url + path, headers={"accept": "text/html", "accept-language": "ar-EG, en;q=0.5"})
        assert answer.status_code == 503
        assert all(part in answer.text for part in ('<html lang="ar" dir="rtl">', "يجري تجهيز المحادثة"))


@pytest.mark.model
def test_it_listens_before_it_can_answer(shipped_index: Path, tmp_path: Path) -> None:
    """The real encoder, exported already, with an index that is still to be built, which takes seconds. Red when
    `serve` builds first."""
    shutil.copytree(shipped_index / "encoders", tmp_path / "new" / "encoders")
    with server_process(ROOT / "corpus", tmp_path / "new", tmp_path / "log") as server:
        nothing_is_answered(server)
        server.wait_until(seconds=240)
        [reply] = server.ask("What is sciatica?").json()["replies"]
        assert reply["status"] == "answered"
        page = server.wait_until("/", 200, "<gradio-app")  # the chat page comes last
        assert "gradio" in page.text
        assert server.stop() < 12
    assert re.search(r"Serving build b-000001-\w+ on http://127", server.log.read_text())


@pytest.mark.parametrize("trouble", ["no index", "damaged index", "damaged pointer", "mistake in the corpus"])
def test_trouble_is_answered_with_503_until_a_build_is_published(trouble: str, corpus: Path, tmp_path: Path) -> None:
    """Red when the server ends instead, when any route answers 200, or when it does not look again."""
    index, content = tmp_path / "index", tmp_path / "absent"
    index.mkdir()
    if trouble == "mistake in the corpus":
        content = tmp_path / "bad"
        content.mkdir()
        (content / "bad.md").write_bytes(b"\xff")
    elif trouble != "no index":
        build(corpus, index, load_bot_settings(corpus), HashingEncoder())
        damaged = index / "CURRENT" if trouble == "damaged pointer" else next(index.glob("builds/*/vectors.npy"))
        damaged.write_bytes(b"junk")
    with forked_server(content, index, tmp_path / "log") as server:
        server.wait_until("/readyz", 503, "failed")
        nothing_is_answered(server)
        report = build(corpus, index, load_bot_settings(corpus), HashingEncoder())
        assert server.wait_until().json() == {"status": "ready", "build_id": report.build_id}
        assert server.ask(QUESTION).json()["replies"][0]["status"] == "answered"
    log = server.log.read_text()
    assert "there is nothing to serve until a build is published in" in log
    assert "Traceback" not in log


def test_a_missing_model_is_trouble_too(index: Path, tmp_path: Path) -> None:
    with forked_server(tmp_path / "absent", index, tmp_path / "log", CHATBOT_ENCODER="./absent") as server:
        assert "encoder_error" in server.wait_until("/readyz", 503, "failed").text
        nothing_is_answered(server)
    assert "./absent is not a folder" in server.log.read_text()


@pytest.mark.parametrize("encoder", ["hashing", pytest.param("default", marks=pytest.mark.model)])
def test_a_new_build_is_served_without_a_restart(encoder: str, corpus: Path, index: Path, tmp_path: Path) -> None:
    """Even one of another encoder. Red when the encoder of the build before is kept, or without the look at CURRENT."""
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as server:
        server.wait_until()
        (corpus / "pets.md").write_text(f"# {QUESTION}\n\nPellets.\n")
        server.wait_until("/", 200, "<gradio-app")
        settings = BotSettings(
            title="Fish",
            starters=(QUESTION,),
            disclaimer="No advice.",
            lang="he",
            encoder=encoder,
            allowed_origins=("https://a.example",),
        )
        report = build(corpus, index, settings, encoder_of(index, settings))
        server.wait_until("/readyz", 200, report.build_id, seconds=30)
        answer = httpx.post(
            f"{server.url}/api/ask", json={"question": QUESTION}, headers={"origin": "https://a.example"}
        )
        assert answer.json()["replies"][0]["answer"]["text"] == "Pellets."
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
        assert "frame-ancestors 'self' https://a.example" in answer.headers["content-security-policy"]
        page = server.wait_until("/", 200, "No advice.", seconds=10).text
        assert all(text in page for text in (QUESTION, "Fish", 'data-lang="he"'))


def test_readiness_may_wait_for_the_chat_page(index: Path, tmp_path: Path) -> None:
    """Red when `page` is not looked at, and when it is said before the page answers."""
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as server:
        server.wait_until()
        early = server.get("/readyz?page=1")
        assert (early.status_code, early.json()["error"]["code"]) == (503, "not_ready")
        assert server.wait_until("/readyz?page=1").json()["status"] == "ready"
        assert "<gradio-app" in server.get("/").text
        assert server.get("/readyz?page=maybe").status_code == 422


def test_no_event_loop_is_left_open(index: Path, tmp_path: Path) -> None:
    """Where one is, a trace in the log tells of it hours later. Red when Gradio is mounted outside an event loop."""
    opened: list[asyncio.AbstractEventLoop] = []

    class Remembering(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            opened.append(super().new_event_loop())
            return opened[-1]

    where = ServerSettings(corpus=tmp_path / "absent", index=index)
    server = Server(
        Sites(Site(Bot(), Health("loading"))),
        where,
        chat_page=False,
        life=lambda site, app: lifecycle.Lifecycle(site, app, where).running(),
    )
    asyncio.set_event_loop_policy(Remembering())
    try:
        with running_server(server) as url:
            deadline = time.monotonic() + 60
            while httpx.get(f"{url}/readyz?page=1").status_code != 200:
                assert time.monotonic() < deadline
                time.sleep(0.05)
    finally:
        asyncio.set_event_loop_policy(None)
    assert opened
    assert all(loop.is_closed() for loop in opened)


def test_builds_that_are_gone_are_noticed(index: Path, tmp_path: Path) -> None:
    """The build in memory is served on. Red when only CURRENT is looked at."""
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as server:
        server.wait_until()
        (index / "builds").rename(index / "gone")
        assert "index_refused" in server.wait_until("/readyz", 200, "degraded", seconds=20).text
        assert server.ask(QUESTION).json()["replies"][0]["status"] == "answered"
        (index / "gone").rename(index / "builds")
        server.wait_until("/readyz", 200, '"ready"', seconds=20)
    assert "Traceback" not in server.log.read_text()


def test_a_build_that_is_refused_changes_nothing_but_what_readyz_says(index: Path, tmp_path: Path) -> None:
    """Red when the old build is dropped first, when a later look does not notice that all is well again, and when
    only the id in CURRENT is looked at."""
    served = current_build(index)
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as server:
        server.wait_until()
        pointer = (index / "CURRENT").read_bytes()
        other_hash = json.dumps({**json.loads(pointer), "manifest_sha256": "0" * 64}).encode()
        for damaged in (b"junk", other_hash):
            (index / "CURRENT").write_bytes(damaged)
            found = server.wait_until("/readyz", 200, "degraded", seconds=10).json()
            assert found == {"status": "degraded", "build_id": served, "reason": "index_refused"}
            assert server.ask(QUESTION).json()["build_id"] == served
            (index / "CURRENT").write_bytes(pointer)
            assert server.wait_until("/readyz", 200, '"ready"', seconds=10).json()["build_id"] == served
    assert f"CURRENT: damaged; run: python -m chatbot build --index {index}" in server.log.read_text()


def test_where_the_newest_build_is_damaged_an_older_one_that_is_whole_is_served(
    corpus: Path, index: Path, tmp_path: Path
) -> None:
    """Without a corpus to build from. Red without: the look at older builds, and when only the next one is tried."""
    oldest = current_build(index)
    for title in ("Second", "Third"):
        report = build(corpus, index, BotSettings(title=title, encoder="hashing"), HashingEncoder())
        (index / "builds" / report.build_id / "vectors.npy").write_bytes(b"junk")
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as server:
        found = server.wait_until("/readyz", 200, "degraded").json()
        assert found == {"status": "degraded", "build_id": oldest, "reason": "index_refused"}
        answer = server.ask(QUESTION).json()
        assert (answer["build_id"], answer["replies"][0]["status"]) == (oldest, "answered")
        log = server.log.read_text()
        assert f"{report.build_id}/vectors.npy: damaged" in log
        assert f"build {oldest} is served instead, the newest that is whole" in log
        report = build(corpus, index, BotSettings(encoder="hashing"), HashingEncoder())
        server.wait_until("/readyz", 200, f'"ready","build_id":"{report.build_id}"', seconds=30)


def test_an_older_build_is_served_too_where_the_corpus_has_a_mistake(corpus: Path, index: Path, tmp_path: Path) -> None:
    oldest = current_build(index)
    report = build(corpus, index, BotSettings(title="Second", encoder="hashing"), HashingEncoder())
    (index / "builds" / report.build_id / "entries.jsonl").unlink()
    (corpus / "bad.md").write_bytes(b"\xff")
    with forked_server(corpus, index, tmp_path / "log") as server:
        assert server.wait_until("/readyz", 200, "degraded").json()["build_id"] == oldest
        assert server.ask(QUESTION).json()["build_id"] == oldest


@pytest.mark.parametrize(
    "trouble", [RuntimeError("a mistake of ours"), RecursionError(), MemoryError(), OSError(5, "I")]
)
def test_whatever_goes_wrong_while_it_begins_the_index_is_served_and_readyz_says_so(
    trouble: Exception, corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until another build is published. Red when only our own errors lead back to the index, and when the first look at
    what is published, half a second later, takes all for well."""

    def fail(*_: object) -> bool:
        raise trouble

    looks = []
    monkeypatch.setattr(lifecycle, "is_stale", fail)
    monkeypatch.setattr(lifecycle, "published", lambda at: looks.append(at) or str(len(looks)).encode())
    monkeypatch.setattr(lifecycle.Lifecycle, "_mount_page", lambda _: lambda: None)
    where = ServerSettings(corpus=corpus, index=index)
    served = Server(
        Sites(Site(Bot(), Health("loading"))),
        where,
        chat_page=False,
        life=lambda site, app: lifecycle.Lifecycle(site, app, where, look=0.02).running(),
    )
    with running_server(served) as url, httpx.Client(base_url=url, timeout=30) as client:

        def wait_for(status: str, more: int = 0) -> dict[str, str]:
            deadline, least = time.monotonic() + 30, len(looks) + more
            while time.monotonic() < deadline:
                found: dict[str, str] = client.get("/readyz").json()
                if found.get("status") == status and len(looks) >= least:
                    return found
                assert found.get("status") in (None, "degraded"), found  # never ready meanwhile
                time.sleep(0.02)
            raise AssertionError(found)

        degraded = {"status": "degraded", "build_id": current_build(index), "reason": "internal_error"}
        assert wait_for("degraded") == degraded
        assert wait_for("degraded", more=4) == degraded
        answer = client.post("/api/ask", json={"question": QUESTION}).json()
        assert answer["replies"][0]["status"] == "answered"
        report = build(corpus, index, BotSettings(title="New", encoder="hashing"), HashingEncoder())
        assert wait_for("ready") == {"status": "ready", "build_id": report.build_id}
