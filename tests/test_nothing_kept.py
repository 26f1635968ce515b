"""The conversation is the client's: the server keeps nothing of it once the answer is delivered."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.gradio_page.page import mount_chat_page
from tests.chat_queue import ChatQueue
from tests.process import UNLIMITED, ServerProcess, server_process
from tests.serving import UNLIMITED as NO_LIMITS
from tests.serving import running_server

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio and the libraries below it warn of each other

SECRET = "My neighbour quokkazebra lives at 4711 Wombat Lane, what do goldfish eat?"
MB = 1_000_000
# What is given back is overwritten at once, so that whatever is found is held by somebody.
FORGETFUL = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"}


def said(text: str, times: int = 1) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [{"type": "text", "text": text}], "metadata": None}] * times


def gradio_of(app: FastAPI) -> Any:
    """Gradio's own app, behind what stands before it."""
    mounted = app.router.routes[-1]
    assert isinstance(mounted, Mount)
    behind: Any = mounted.app
    while not hasattr(behind, "state_holder"):
        behind = behind._app
    return behind


def held(process: int, text: bytes) -> list[bytes]:
    """Where `text` stands in what the process may write to, with what is around it."""
    found = []
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb") as memory:
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            if "rw" in line.split()[1]:
                memory.seek(begin)
                data = memory.read(end - begin)
                found += [data[max(at.start() - 40, 0) : at.end() + 40] for at in re.finditer(re.escape(text), data)]
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    from chatbot.core.settings import BotSettings
    from chatbot.encoding.hashing import HashingEncoder
    from chatbot.indexing.builder import build
    from tests.conftest import PETS

    folder: Path = tmp_path_factory.mktemp("kept")
    (folder / "pets.md").write_text(PETS)
    build(folder / "pets.md", folder / "index", BotSettings(encoder="hashing"), HashingEncoder())
    with server_process(
        folder / "absent", folder / "index", folder / "log", **FORGETFUL, **UNLIMITED, CHATBOT_JOURNAL="off"
    ) as server:
        server.wait_until("/readyz?page=1")
        yield server


def test_gradio_holds_nothing_of_a_turn(bot: Bot) -> None:
    """Gradio's own holder and queue, in a real server. Red without `_KeepsNothing`, and without `_forget`."""
    app = create_app(bot, settings=NO_LIMITS)
    gradio = gradio_of(app)
    queue = gradio.get_blocks()._queue
    with running_server(app) as url:
        pages = ChatQueue(url)
        for _ in range(3):
            joined, session = pages.join(SECRET, said(SECRET))
            assert joined.status_code == 200
            assert pages.result(session)["success"]
        deadline = time.monotonic() + 10
        while (queue.pending_messages_per_session or queue.event_ids_to_events) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not gradio.state_holder.session_data
        assert not gradio.state_holder.time_last_used
        assert not queue.pending_messages_per_session
        assert not queue.pending_event_ids_session
        assert not queue.event_ids_to_events
        assert len(queue.event_analytics) <= 1


def test_answers_that_nobody_reads_are_bounded(bot: Bot) -> None:
    """Red without `max_size`, and without `_forget_unread`."""
    app = create_app(bot, chat_page=False, settings=NO_LIMITS)
    mount_chat_page(app, bot, unread=5)
    queue = gradio_of(app).get_blocks()._queue
    with running_server(app) as url:
        pages = ChatQueue(url)
        for _ in range(30):
            assert pages.join("What do goldfish eat?", [])[0].status_code == 200
            time.sleep(0.03)
        assert len(queue.pending_messages_per_session) <= 5
        assert len(queue.pending_event_ids_session) <= 11
        assert len(pages.turn("What do goldfish eat?")) == 2


def test_what_was_asked_leaves_the_memory_of_the_process(server: ServerProcess) -> None:
    """By the API and the chat page, as a question and as what was said before, 300 sessions later: the last questions
    are known for a moment. Red when replies are remembered with the question, without `_KeepsNothing`, and where a
    cache of texts is larger than 300."""
    pages = ChatQueue(server.url)
    for _ in range(2):
        assert server.ask(SECRET).status_code == 200
        pages.turn(SECRET)
        joined, session = pages.join("What do goldfish eat?", said(SECRET, 5))
        assert joined.status_code == 200
        pages.result(session)
    with httpx.Client(base_url=server.url, timeout=30) as client:
        for at in range(300):
            other = f"My aunt {at} Pelikan lives at {at} Numbat Street, what do hamsters eat?"
            assert client.post("/api/ask", json={"question": other}).status_code == 200
            if at % 3 == 0:
                pages.result(pages.join(other, said(other, 5))[1])
    assert held(server.process.pid, SECRET.encode()) == []


def test_long_conversations_do_not_stay(server: ServerProcess) -> None:
    """Of every other the answer is never read. Red without `_KeepsNothing`: 100 MB and more."""
    pages = ChatQueue(server.url)
    long = said("what was said before, " * 21, 890)  # 480 KB
    grown = []
    for at in range(80):
        joined, session = pages.join(f"What do goldfish {at} eat?", long)
        assert joined.status_code == 200
        if at % 2:
            pages.result(session)
        grown.append(server.resident())
    assert max(grown[20:]) - grown[19] < 20 * MB
