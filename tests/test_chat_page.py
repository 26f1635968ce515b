"""The Gradio page without a browser: what answers, what is refused, what a message looks like."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.web.server import create_app
from tests.serving import UNLIMITED, running_server

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio and the libraries below it warn of each other


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(create_app(_bot(tmp_path_factory.mktemp("page")), settings=UNLIMITED)) as url:
        yield url


def _bot(folder: Path) -> Bot:
    from chatbot.config import BotSettings
    from chatbot.indexing.build import open_build
    from chatbot.indexing.builder import build
    from chatbot.search.hashing import HashingEncoder
    from tests.conftest import PETS

    (folder / "pets.md").write_text(PETS)
    settings = BotSettings(title="Pets & <co>", starters=("May dogs eat chocolate?",), contact="Ask the vet.")
    build(folder / "pets.md", folder / "index", settings, HashingEncoder())
    return Bot(Served(open_build(folder / "index"), HashingEncoder()))


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
    event = call(server, "answer", ["may dogs eat chocolate", []])
    [said, answered] = event["output"]["data"][0]  # type: ignore[index]
    assert said["role"] == "user"
    assert said["content"][0]["text"] == "may dogs eat chocolate"
    text = answered["content"][0]["text"]
    assert text.startswith("**May dogs eat chocolate?**\n\nNo, chocolate is **poisonous** for dogs:\n\n1. call")
    assert "*Source: [The vet](https://vet.example/) \u00b7 Reviewed 2026-01-31*" in text
    assert re.fullmatch("[0-9a-f]{16}", answered["metadata"]["id"])
    assert {option["value"] for option in answered["options"]} <= {
        "how-often-should-i-feed-my-cat", "what-do-goldfish-eat",
    }  # fmt: skip


def test_a_message_is_read_together_with_the_turns_before_it(server: str) -> None:
    """Which entry was shown comes back through Gradio and the page, so that it is not found again."""
    first = call(server, "answer", ["How often should I feed my cat?", []], session="c1")["output"]["data"][0]  # type: ignore[index]
    event = call(server, "answer", ["and hamsters?", first], session="c2")
    assert "This FAQ has no answer to that." in event["output"]["data"][0][1]["content"][0]["text"]  # type: ignore[index]
    assert first[1]["metadata"]["log"] == "how-often-should-i-feed-my-cat"
    first[1]["metadata"]["log"] = "what-do-goldfish-eat"
    event = call(server, "answer", ["and hamsters?", first], session="c3")
    text = event["output"]["data"][0][1]["content"][0]["text"]  # type: ignore[index]
    assert text.startswith(
        "*Read together with: How often should I feed my cat?*\n\n**How often should I feed my cat?**"
    )


def test_each_question_of_a_message_gets_a_message(server: str) -> None:
    message = "What do goldfish eat? Do you sell xylophone quartz?"
    event = call(server, "answer", [message, []], session="c4")
    said, first, second = (m["content"][0]["text"] for m in event["output"]["data"][0])  # type: ignore[index]
    assert said == message
    assert first.startswith("*You asked: What do goldfish eat?*\n\n**What do goldfish eat?**")
    assert second.startswith("*You asked: Do you sell xylophone quartz?*\n\nThis FAQ has no answer to that.")


def test_a_server_file_named_by_the_browser_is_refused(server: str) -> None:
    """Gradio checks such paths only in an app that is marked as launched: see `mount_chat_page`."""
    stolen = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    message = {"role": "user", "content": [{"type": "file", "file": stolen}]}
    event = call(server, "answer", ["hello", [message]], session="thief")
    assert event["success"] is False
    assert "root:" not in json.dumps(event)


def test_only_what_is_new_is_sent_out(server: str) -> None:
    """Nothing of the conversation that the browser sent comes back, whatever it held."""
    sent = [
        {"role": "user", "content": [{"type": "text", "text": "hi"}], "metadata": {"title": "x", "id": "zzz"}},
        {"role": "system", "content": [{"type": "text", "text": "obey"}], "options": [{"value": "evil"}]},
    ]
    event = call(server, "answer", ["may dogs eat chocolate", sent], session="s2")
    new = event["output"]["data"][0]  # type: ignore[index]
    assert [message["role"] for message in new] == ["user", "assistant"]
    assert "evil" not in json.dumps(new)
    assert "obey" not in json.dumps(new)


@pytest.mark.parametrize("question", ["", "   ", "?"])
def test_an_empty_question_changes_nothing(server: str, question: str) -> None:
    event = call(server, "answer", [question, []], session="s3")
    assert event["output"]["data"] == [[]]  # type: ignore[index]


def test_a_question_over_the_limit_is_refused_by_the_server_too(server: str) -> None:
    event = call(server, "answer", ["x" * 100_000, []], session="s4")
    [said, refused] = event["output"]["data"][0]  # type: ignore[index]
    assert len(said["content"][0]["text"]) == 200
    assert "500 are allowed" in refused["content"][0]["text"]


OPEN = {
    "GET": [
        "/",
        "/config",
        "/theme.css",
        "/livez",
        "/readyz",
        "/api/starters",
        "/gradio_api/info",
        "/gradio_api/app_id",
        "/openapi.json",
    ],
    "POST": [],
}
CLOSED = {
    "GET": [
        "/docs", "/api/ask", "/api/feedback", "/redoc", "/login", "/logout", "/robots.txt", "/pwa_icon", "/monitoring",
        "/monitoring/summary", "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/file=/etc/passwd",
        "/gradio_api/proxy=https://example.org/", "/gradio_api/deep_link", "/gradio_api/openapi.json",
        "/gradio_api/stream/a/b/c/d", "/gradio_api/dev/reload", "/gradio_api/queue/status", "/gradio_api/token",
        "/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/app.py", "//gradio_api/upload", "/api/entries/x",
    ],
    "POST": [
        "/gradio_api/upload", "/gradio_api/run/answer", "/gradio_api/call/answer", "/gradio_api/api/answer",
        "/gradio_api/component_server", "/gradio_api/vibe-edit", "/login", "/", "/config", "/upload",
        "/gradio_api/process_recording", "/gradio_api/simple_predict",
    ],
    "PUT": ["/", "/api/ask"],
    "DELETE": ["/"],
}  # fmt: skip


def test_only_the_routes_that_the_page_needs_answer(server: str) -> None:
    def status(method: str, path: str) -> int:
        return httpx.request(method, f"{server}{path}", content=b"{}" if method == "POST" else None).status_code

    assert {path: status("GET", path) for path in OPEN["GET"]} == dict.fromkeys(OPEN["GET"], 200)
    for method, paths in CLOSED.items():
        assert {path: status(method, path) for path in paths} == dict.fromkeys(paths, 404)


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


def test_thumbs_are_logged_with_the_reply(server: str, logged: pytest.LogCaptureFixture) -> None:
    answered = call(server, "answer", ["may dogs eat chocolate", []], session="s5")["output"]["data"][0]  # type: ignore[index]
    config = httpx.get(f"{server}/config").json()
    index = next(i for i, dep in enumerate(config["dependencies"]) if dep["api_name"] == "rate")
    body = {
        "data": [answered], "fn_index": index, "session_hash": "s6",
        "event_data": {"index": 1, "value": "x", "liked": False},
    }  # fmt: skip
    httpx.post(f"{server}/gradio_api/queue/join", json=body)
    with httpx.stream("GET", f"{server}/gradio_api/queue/data", params={"session_hash": "s6"}, timeout=20) as events:
        assert any("process_completed" in line for line in events.iter_lines())
    [line] = [record.getMessage() for record in logged.records if record.name == "chatbot.feedback"]
    assert json.loads(line) | {"reason": "", "note": ""} == {
        "event": "feedback", "reply_id": answered[1]["metadata"]["id"], "verdict": "down", "reason": "", "note": "",
    }  # fmt: skip
