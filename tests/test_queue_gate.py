"""What is not a turn of the chat page never reaches Gradio, and leaves no trace in the log."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.gradio_page.page import mount_chat_page
from chatbot.web.gradio_page.queue_gate import QueueGate
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import call, pets_bot

# Gradio is loaded, and it and the libraries below it warn of each other.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

SAID = {"role": "user", "content": [{"type": "text", "text": "hi"}]}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(create_app(pets_bot(tmp_path_factory.mktemp("gate")), settings=UNLIMITED)) as url:
        yield url


@pytest.fixture(scope="module")
def numbers(url: str) -> dict[str, int]:
    """The number of each event."""
    return {dep["api_name"]: dep["id"] for dep in httpx.get(f"{url}/config").json()["dependencies"]}


def join(url: str, body: Any) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(f"{url}/gradio_api/queue/join", content=content, headers={"content-type": "application/json"})


def turn(numbers: dict[str, int], **changed: Any) -> dict[str, Any]:
    return {"fn_index": numbers["answer"], "session_hash": "gate", "data": ["hi", "", []], **changed}


DEEP = b"[" * 100_000 + b"]" * 100_000
NOT_JSON = [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"{}", DEEP, b'{"data": ' + DEEP + b"}", b'{"fn_index": NaN}']
CHANGES: list[dict[str, Any]] = [
    {"fn_index": number} for number in (-1, 10**6, 10**400, "answer", None, 1.5, True, [], {})
] + [{"session_hash": value} for value in (None, "", 7, [], "x" * 65, "a/b", "a\n", "é ")] + [
    {"data": value}
    for value in (
        None, {}, "hi", [], ["hi"], ["hi", ""], ["hi", "", [], 1], [1, "", []], ["hi", None, []], ["hi", "", "x"],
        ["hi", "", {}], ["hi", "", [1]], ["hi", "", [[]]], ["hi", "", [{}]], ["hi", "", [SAID | {"role": "system"}]],
        ["hi", "", [SAID | {"role": 7}]], ["hi", "", [SAID | {"content": "hi"}]], ["hi", "", [SAID | {"content": [1]}]],
        ["hi", "", [SAID | {"content": [{"type": "file", "file": {"path": "/etc/passwd"}}]}]],
        ["hi", "", [SAID | {"content": [{"type": "text", "text": None}]}]], ["hi", "", [SAID | {"metadata": []}]],
        ["hi", "", [SAID | {"metadata": {"log": {"path": "/etc/passwd"}}}]],
    )
]  # fmt: skip


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: str(body[:12]))
def test_what_is_no_turn_at_all_is_refused(url: str, body: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """Red without: `QueueGate` (a trace for many, 200 for some)."""
    assert join(url, body).status_code == 422
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/json", None])
def test_only_json_is_taken(url: str, numbers: dict[str, int], kind: str | None) -> None:
    """A form of any other site may send these without asking first. Red without: `_is_json`."""
    body = json.dumps(turn(numbers)).encode()
    headers = {} if kind is None else {"content-type": kind}
    answer = httpx.post(f"{url}/gradio_api/queue/join", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")
    typed = {"content-type": "Application/JSON; charset=utf-8"}
    assert httpx.post(f"{url}/gradio_api/queue/join", content=body, headers=typed).status_code == 200


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: json.dumps(changed)[:40])
def test_a_turn_with_one_thing_wrong_is_refused(
    url: str, numbers: dict[str, int], changed: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """Red without: `QueueGate`; each model of it made laxer by a field."""
    assert join(url, turn(numbers)).status_code == 200
    answer = join(url, turn(numbers, **changed))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_request"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["js_fn", "js_fn_1", "js_fn_2"])
def test_an_event_that_stays_in_the_browser_is_refused(url: str, numbers: dict[str, int], name: str) -> None:
    """Red without: `if event.fn` in `mount_chat_page`."""
    assert join(url, turn(numbers, fn_index=numbers[name])).status_code == 422


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=VALUES | st.tuples(VALUES, VALUES, VALUES),
    number=st.integers(-3, 12),
    session=st.text(max_size=4) | st.just("gate"),
    more=st.dictionaries(st.sampled_from(["event_data", "trigger_id", "batched", "simple_format", "event_id"]), VALUES),
)
def test_whatever_is_sent_leaves_no_trace(
    url: str, capfd: pytest.CaptureFixture[str], data: Any, number: int, session: str, more: dict[str, Any]
) -> None:
    """Red without: `QueueGate`."""
    answer = join(url, {"data": data, "fn_index": number, "session_hash": session, **more})
    assert answer.status_code in (200, 422)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("query", ["", "?session_hash=", "?session_hash=nobody", "?session_hash=%ff", "?other=1"])
def test_a_session_that_never_asked_has_nothing_to_read(
    url: str, query: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Red without: the look at `sessions` (Gradio logs a trace and breaks off)."""
    assert httpx.get(f"{url}/gradio_api/queue/data{query}").status_code == 404
    assert capfd.readouterr().err == ""


def test_many_readers_of_one_session_are_turned_away_and_leave_no_trace(
    bot: Bot, numbers: dict[str, int], capfd: pytest.CaptureFixture[str]
) -> None:
    """Red where Gradio's own KeyError is not expected, and where a session may have any number of readers."""
    app = create_app(bot, chat_page=False, settings=UNLIMITED)
    mount_chat_page(app, bot, stream=3.0)  # one of two readers gets no event, and waits as long
    with (
        running_server(app) as url,
        httpx.Client(base_url=url, timeout=90) as client,
        ThreadPoolExecutor(12) as pool,
    ):
        seen: Counter[int] = Counter()
        for at in range(2):
            assert join(url, turn(numbers, session_hash=f"held-{at}")).status_code == 200
            query = {"session_hash": f"held-{at}"}
            reads = [pool.submit(client.get, "/gradio_api/queue/data", params=query) for _ in range(12)]
            seen += Counter(read.result().status_code for read in reads)
    assert seen.keys() <= {200, 404, 429}
    assert seen[200] >= 2
    assert seen[429] > 0
    assert "Traceback" not in "".join(capfd.readouterr())


def test_fields_that_the_page_does_not_read_are_left_out(url: str) -> None:
    """What Gradio might make of them does not matter then. Red without: `model_dump` (the body as it came)."""
    stolen = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    event = call(
        url, "answer", ["hi there", "", [SAID | {"options": [{"value": stolen}], "x": stolen}]], session="left"
    )
    assert event["success"] is True


@pytest.mark.parametrize("forgets", [True, False])
def test_a_page_with_several_events_at_once_may_read_again(forgets: bool) -> None:
    """Its connections overlap: one comes when another has just had the last answer. Red where `forgets` counts for
    nothing: such a page would be told that there is no such session, and give up all its events."""
    gate = Gate()
    asyncio.run(gate.read_twice(forgets))
    assert gate.statuses == [200, 404 if forgets else 200]


class Gate:
    """A gate before an app that has one message for each connection, and a queue with a session in it."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.pending_messages_per_session: Any = Messages()
        self.pending_event_ids_session: dict[str, set[str]] = {"one": set()}
        self.sleep_when_free = 0.0
        self.pending_messages_per_session["one"] = []

    async def read_twice(self, forgets: bool) -> None:
        gate = QueueGate(self.answer, {}, self, forgets=forgets)
        for _ in range(2):
            await gate(SCOPE, never, self.send)

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"data: {}"})

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.statuses.append(message["status"])


class Messages(dict[str, list[Any]]):
    max_size = 0


SCOPE = {
    **{"type": "http", "method": "GET", "path": "/gradio_api/queue/data"},
    **{"query_string": b"session_hash=one", "headers": []},
}


async def never() -> Any:
    await asyncio.Event().wait()
