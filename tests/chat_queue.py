"""A turn of the chat page without the page: Gradio's queue, as a browser uses it."""

import json
from collections.abc import Iterator
from typing import Any

import httpx


class ChatQueue:
    """Joins the queue of one event, then reads what comes until the result."""

    def __init__(self, url: str, function: str = "answer", client: httpx.Client | None = None) -> None:
        """`client`: one that knows how to reach `url`."""
        self._client = client or httpx.Client(base_url=url, timeout=60)
        dependencies = self._client.get("/config").json()["dependencies"]
        self._index = next(at for at, each in enumerate(dependencies) if each["api_name"] == function)
        self._turns = 0

    def join(self, question: str, conversation: list[dict[str, Any]]) -> tuple[httpx.Response, str]:
        """The answer to joining, and the session in which the result will come."""
        self._turns += 1
        session = f"turn{self._turns}"
        body = {"data": [question, "", conversation], "fn_index": self._index, "session_hash": session}
        headers = {"content-type": "application/json"}
        # Escaped: lone halves of surrogate pairs can travel in no other way.
        joined = self._client.post("/gradio_api/queue/join", content=json.dumps(body).encode(), headers=headers)
        return joined, session

    def result(self, session: str) -> dict[str, Any]:
        """The event that ends the turn."""
        with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            for line in _lines(events):
                if line.startswith(b"data:"):
                    event: dict[str, Any] = json.loads(line[5:])
                    if event["msg"] == "process_completed":
                        return event
        raise AssertionError("the stream ended without a result")

    def turn(self, question: str) -> list[dict[str, Any]]:
        """The messages that are new."""
        joined, session = self.join(question, [])
        assert joined.status_code == 200, joined.text
        event = self.result(session)
        assert event["success"], event
        messages: list[dict[str, Any]] = event["output"]["data"][0]
        return messages


def _lines(events: httpx.Response) -> Iterator[bytes]:
    """As a browser parts them: `iter_lines` would also break a line at U+0085 and its like."""
    rest = b""
    for chunk in events.iter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
