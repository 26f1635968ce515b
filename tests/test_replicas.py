"""Three replicas behind nginx, configured as docs/replicas.md says: builds come in and a replica dies while visitors
ask."""

import asyncio
import re
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from chatbot.core.settings import BotSettings
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.verbs import pack
from tests.chat_queue import ChatQueue
from tests.command import ROOT
from tests.conftest import write_corpus
from tests.process import ServerProcess
from tests.replicas import nginx, origin, replicas
from tests.sizes import sizes
from tests.test_swaps import QUESTION, Publisher, asked_meanwhile, readyz

VISITORS = [f"127.0.0.{number}" for number in range(2, 10)]
PATIENCE = 180.0  # seconds: who pulls has a low priority, so a busy machine may keep it waiting
PAUSE = 0.02  # seconds between two questions of a visitor: the servers are to have time for their builds, too


class Served:
    """What is published at the origin, and who serves it."""

    def __init__(self, publisher: Publisher, archive: Path, servers: Sequence[ServerProcess]) -> None:
        self.publisher, self.archive, self.servers = publisher, archive, servers

    def publish(self) -> str:
        build = self.publisher.good()
        pack(self.publisher.index, self.archive)
        return build

    def expected(self) -> set[tuple[int, str, tuple[str, ...]]]:
        """(status, build id, what the answer says of builds) of every right answer."""
        return {(200, build, (f"of build {number}",)) for build, number in self.publisher.number_of.items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("replicas")
    index, archive = folder / "index", folder / "files" / "faq.verbatim"
    build(write_corpus(folder / "corpus"), index, BotSettings(title="Pets", encoder="hashing"), HashingEncoder())
    archive.parent.mkdir()
    publisher = Publisher(index)
    publisher.good()
    pack(index, archive)
    with (
        origin(folder / "origin", archive.parent) as url,
        replicas(folder, f"{url}/{archive.name}", CHATBOT_TRUSTED_PROXIES="127.0.0.1") as servers,
    ):
        yield Served(publisher, archive, servers)


def documented(servers: Sequence[ServerProcess]) -> tuple[str, str]:
    """The part of nginx's configuration for `http`, and for `server`, with the addresses of `servers`."""
    page = (ROOT / "docs" / "replicas.md").read_text("utf-8")
    [text] = [block for block in re.findall(r"```nginx\n(.*?)```", page, re.S) if "upstream" in block]
    for number, server in enumerate(servers, 1):
        text = text.replace(f"10.0.0.{number}:7860", f"127.0.0.1:{server.port}")
    assert "10.0.0" not in text
    upstream, rest = text.split("server {\n    listen 80;")
    return upstream, rest.rstrip()[:-1]


@pytest.fixture(scope="module")
def port(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    upstream, server = documented(served.servers)
    with nginx(tmp_path_factory.mktemp("front") / "nginx", server, upstream) as port:
        yield port


@pytest.fixture(scope="module")
def in_turn(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx as it comes: each request goes to the next server."""
    upstream, server = documented(served.servers)
    upstream = upstream.replace("hash $remote_addr consistent;", "")
    with nginx(tmp_path_factory.mktemp("in_turn") / "nginx", server, upstream) as port:
        yield port


@sizes(normal=2, campaign=12)
def test_a_new_build_spreads_without_a_failed_or_mixed_answer(size: int, served: Served, port: int) -> None:
    """Red when a replica opens what is not yet whole, and when an answer may be of two builds."""

    async def roll() -> None:
        for _ in range(size):
            build = await asyncio.to_thread(served.publish)
            await asyncio.gather(*(readyz(server.port, "ready", build, PATIENCE) for server in served.servers))

    seen = asyncio.run(asked_meanwhile(port, roll, VISITORS, pause=PAUSE))
    assert seen.keys() <= served.expected()
    assert len(seen) > size * 0.9
    assert not any("Traceback" in server.log.read_text() for server in served.servers)
    figures = [server.get("/metrics").text for server in served.servers]
    # Which visitor goes where hangs on ports that are drawn, so one of three servers may have none of them.
    assert sum('route="/api/ask",status="200"' in page for page in figures) >= 2


def test_a_question_may_go_to_any_server(in_turn: int) -> None:
    """With what was said before; as programs ask, and the chat page while Gradio is loading."""
    history = [{"role": "user", "text": "May dogs eat chocolate?"}]
    with httpx.Client(base_url=f"http://127.0.0.1:{in_turn}", trust_env=False) as client:
        for _ in range(6):
            asked = client.post("/api/ask", json={"question": QUESTION, "history": history})
            assert asked.json()["replies"][0]["status"] == "answered"
            turn = client.post("/api/turn", json={"question": QUESTION, "history": history})
            assert (turn.status_code, "Flakes" in turn.text) == (200, True)


def test_a_turn_of_the_chat_page_and_a_verdict_need_one_server(served: Served, port: int, in_turn: int) -> None:
    """What the documents say of both ways. Red without `hash` in them."""
    assert "Flakes" in str(ChatQueue(f"http://127.0.0.1:{port}").turn(QUESTION))
    queue = ChatQueue(f"http://127.0.0.1:{in_turn}")
    joined, session = queue.join(QUESTION, [])
    assert joined.status_code == 200
    with pytest.raises(AssertionError, match="the stream ended without a result"):
        queue.result(session)
    statuses: dict[int, set[int]] = {port: set(), in_turn: set()}
    for way, found in statuses.items():
        with httpx.Client(base_url=f"http://127.0.0.1:{way}", trust_env=False) as client:
            for _ in range(6):
                [reply] = client.post("/api/ask", json={"question": QUESTION}).json()["replies"]
                found.add(client.post("/api/feedback", json={"reply_id": reply["id"], "verdict": "up"}).status_code)
    assert statuses == {port: {204}, in_turn: {404}}


def test_a_replica_that_is_killed_costs_no_answer(served: Served, port: int) -> None:
    """But those of which it has sent a part. The last test: one is gone afterwards. Red without `non_idempotent`."""
    one = served.servers[0]

    async def kill() -> None:
        await asyncio.sleep(1)
        one.process.send_signal(signal.SIGKILL)
        await asyncio.sleep(2)
        build = await asyncio.to_thread(served.publish)
        await asyncio.gather(*(readyz(server.port, "ready", build, PATIENCE) for server in served.servers[1:]))

    seen = asyncio.run(asked_meanwhile(port, kill, VISITORS, broken=len(VISITORS), pause=PAUSE))
    assert seen.keys() <= served.expected()
    assert seen.total() > 50
    assert len(seen) > 1
    assert one.process.wait(10) == -signal.SIGKILL
