"""The Gradio page without a browser: what answers, what is refused, what a message looks like."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount

from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.web.asgi import create_app
from chatbot.web.gradio_page.queue_gate import QueueGate
from tests.command import ROOT
from tests.serving import UNLIMITED, running_server

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio and the libraries below it warn of each other


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(create_app(pets_bot(tmp_path_factory.mktemp("page")), settings=UNLIMITED)) as url:
        yield url


def pets_bot(folder: Path, **settings: Any) -> Bot:
    from chatbot.core.settings import BotSettings
    from chatbot.encoding.hashing import HashingEncoder
    from chatbot.indexing.build import open_build
    from chatbot.indexing.builder import build
    from tests.conftest import PETS

    (folder / "pets.md").write_text(PETS)
    chosen = {"title": "Pets & <co>", "starters": ("May dogs eat chocolate?",), "contact": "Ask the vet.", **settings}
    build(folder / "pets.md", folder / "index", BotSettings(**chosen), HashingEncoder())
    return Bot(Served(open_build(folder / "index"), HashingEncoder()))


def test_a_server_has_gradio_write_no_stubs_into_its_own_folder(index: Path) -> None:
    """Red without `without_stubs`: they cost a third of the work of loading the page."""
    code = f"""
import pathlib, sys
from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.health import Health
from chatbot.web.lifecycle import Lifecycle
from chatbot.web.sites import Site
opened = []
sys.addaudithook(lambda event, about: event == "open" and opened.append(str(about[0])))
bot = Bot.open(pathlib.Path({str(index)!r}))
Lifecycle(Site(bot, Health("loading")), create_app(bot, chat_page=False), ServerSettings())._mount_page()
print("gradio" in sys.modules, [name for name in opened if name.endswith(".pyi")])
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["True []"], done.stderr[-2000:]


def call(url: str, function: str, data: list[object], session: str = "s1") -> dict[str, object]:
    """One turn of Gradio's queue, as the page makes it: join, then read events until the result."""
    config = httpx.get(f"{url}/config").json()
    index = next(i for i, dep in enumerate(config["dependencies"]) if dep["api_name"] == function)
    joined = httpx.post(f"{url}/gradio_api/queue/join", json={"data": data, "fn_index": index, "session_hash": session})
    assert joined.status_code == 200, joined.text
    with httpx.stream("GET", f"{url}/gradio_api/queue/data", params={"session_hash": session}, timeout=20) as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                event = json.loads(line[5:])
                if event["msg"] == "process_completed":
                    return event
    raise AssertionError("no result")


def test_one_turn(server: str) -> None:
    event = call(server, "answer", ["may dogs eat chocolate", "", []])
    [said, answered] = event["output"]["data"][0]  # type: ignore[index]
    assert said["role"] == "user"
    assert said["content"][0]["text"] == "may dogs eat chocolate"
    text = answered["content"][0]["text"]
    assert text.startswith(
        "<h2>May dogs eat chocolate?</h2>\n\n<p>No, chocolate is <strong>poisonous</strong> for dogs:</p>"
    )
    source = "https://vet.example/#:~:text=No%2C%20chocolate%20is%20poisonous%20for%20dogs%3A"
    assert f"<small>Source: [The vet]({source}) \u00b7 Reviewed January 31, 2026</small>" in text
    assert re.fullmatch("[0-9a-f]{32}", answered["metadata"]["id"])
    assert answered["options"] == []
    assert answered["card"]["question"] == "may dogs eat chocolate"
    assert {chip["entry_id"] for chip in answered["card"]["chips"]} <= {
        "how-often-should-i-feed-my-cat", "what-do-goldfish-eat",
    }  # fmt: skip


def test_a_message_is_read_together_with_the_turns_before_it(server: str) -> None:
    """Which entry was shown comes back through Gradio and the page, so that it is not found again."""
    first = call(server, "answer", ["How often should I feed my cat?", "", []], session="c1")["output"]["data"][0]  # type: ignore[index]
    event = call(server, "answer", ["and their meals?", "", first], session="c2")
    text = event["output"]["data"][0][1]["content"][0]["text"]  # type: ignore[index]
    assert text.startswith("Did you mean")
    assert first[1]["metadata"]["log"] == "how-often-should-i-feed-my-cat"
    first[1]["metadata"]["log"] = "what-do-goldfish-eat"
    event = call(server, "answer", ["and their meals?", "", first], session="c3")
    text = event["output"]["data"][0][1]["content"][0]["text"]  # type: ignore[index]
    assert text.startswith(
        "<small>Read together with: How often should I feed my cat?</small>\n\n<h2>How often should I feed my cat?</h2>"
    )


def test_each_question_of_a_message_gets_a_message(server: str) -> None:
    message = "What do goldfish eat? Do you sell xylophone quartz?"
    event = call(server, "answer", [message, "", []], session="c4")
    said, first, second = (m["content"][0]["text"] for m in event["output"]["data"][0])  # type: ignore[index]
    assert said == message
    assert first.startswith("<small>You asked: What do goldfish eat?</small>\n\n<h2>What do goldfish eat?</h2>")
    asked = "<small>You asked: Do you sell xylophone quartz?</small>"
    assert second.startswith(f"{asked}\n\nThis FAQ has no answer to that.")


def test_a_server_file_named_by_the_browser_is_refused(tmp_path: Path) -> None:
    """Asked of Gradio itself, without the gate before it. Red without: `has_launched` in `mount_chat_page`."""
    from chatbot.web.gradio_page.page import Dressed

    stolen = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    message = {"role": "user", "content": [{"type": "file", "file": stolen}]}
    app = create_app(pets_bot(tmp_path), settings=UNLIMITED)
    mounted = app.router.routes[-1]
    assert isinstance(mounted, Mount)
    assert isinstance(mounted.app, Dressed)
    assert isinstance(mounted.app._app, QueueGate)
    mounted.app = mounted.app._app._app
    with running_server(app) as bare:
        event = call(bare, "answer", ["hello", "", [message]], session="thief")
    assert event["success"] is False
    assert "root:" not in json.dumps(event)


def test_only_what_is_new_is_sent_out(server: str) -> None:
    """Nothing of the conversation that the browser sent comes back, whatever it held."""
    sent = [
        {"role": "user", "content": [{"type": "text", "text": "hi"}], "metadata": {"title": "x", "id": "zzz"}},
        {"role": "assistant", "content": [{"type": "text", "text": "obey"}], "options": [{"value": "evil"}]},
    ]
    event = call(server, "answer", ["may dogs eat chocolate", "", sent], session="s2")
    new = event["output"]["data"][0]  # type: ignore[index]
    assert [message["role"] for message in new] == ["user", "assistant"]
    assert "evil" not in json.dumps(new)
    assert "obey" not in json.dumps(new)


@pytest.mark.parametrize("question", ["", "   ", "?"])
def test_an_empty_question_changes_nothing(server: str, question: str) -> None:
    event = call(server, "answer", [question, "", []], session="s3")
    assert event["output"]["data"] == [[]]  # type: ignore[index]


def test_a_question_over_the_limit_is_refused_by_the_server_too(server: str) -> None:
    event = call(server, "answer", ["x" * 100_000, "", []], session="s4")
    [said, refused] = event["output"]["data"][0]  # type: ignore[index]
    assert len(said["content"][0]["text"]) == 200
    assert "at most 500 characters" in refused["content"][0]["text"]


def test_settings_of_gradio_that_keep_the_inside_inside(server: str) -> None:
    config = httpx.get(f"{server}/config").json()
    assert config["show_error"] is False
    assert config["analytics_enabled"] is False
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"


def test_headers_of_the_page(server: str) -> None:
    page = httpx.get(server, headers={"origin": "https://evil.example"})
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in page.headers


def test_no_origin_is_reflected_even_when_the_host_is_public(server: str) -> None:
    """Gradio alone reflects every origin, with credentials, when the host is not localhost."""
    for origin in ("https://evil.example", "null"):
        answer = httpx.get(f"{server}/config", headers={"host": "faq.example.org", "origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers
