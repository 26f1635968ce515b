"""The log as JSON: every line is an object, whoever wrote it, and holds nothing of a visitor."""

import io
import json
import logging
import re
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.web.log import unhurried_log
from chatbot.web.log_lines import JsonLine, JsonStream
from tests.command import run_chatbot
from tests.process import UNLIMITED, forked_server
from tests.test_log import LINE, send_junk

HOSTILE = 'a "b"\\ \x1b[31m \x7f \x9b \u202e \u2028 \ud800 \x00 end\nsecond'
SAYS = "xylophone-7741"  # in what a visitor sends
VISITOR = "203.0.113.77"


def objects(log: Path) -> list[dict[str, Any]]:
    """Each line of the log, which must be one object of JSON."""
    return [json.loads(line) for line in log.read_text("ascii").splitlines()]


def test_every_line_of_a_server_is_an_object(index: Path, tmp_path: Path) -> None:
    """Red without `JsonStream` (what is printed), without the formatter (what is logged, by uvicorn, too), and when
    `unhurried_log` takes its own stream for both."""
    environment = {
        "CHATBOT_LOG_FORMAT": "json", "CHATBOT_PROT": "1", "CHATBOT_TRUSTED_PROXIES": "127.0.0.1", **UNLIMITED
    }  # fmt: skip
    client = httpx.Client(headers={"x-forwarded-for": VISITOR, "user-agent": SAYS}, timeout=20)
    with forked_server(tmp_path / "absent", index, tmp_path / "log", **environment) as server, client:
        server.wait_until()
        send_junk(server.port, 3)
        api = f"{server.url}/api"
        replies = client.post(f"{api}/ask", json={"question": f"May dogs eat chocolate? {SAYS}"}).json()["replies"]
        assert client.post(f"{api}/ask", content=b'{"question": "' + SAYS.encode()).status_code == 422
        client.get(f"{server.url}/{SAYS}")
        verdict = {"reply_id": replies[0]["id"], "verdict": "down", "reason": "old\x1b[2J", "note": "a\nb"}
        assert client.post(f"{api}/feedback", json=verdict).status_code == 204
        (index / "CURRENT").write_text("{}")  # a publication that is refused
        server.wait_until(text="degraded")
        server.stop()
        lines = objects(server.log)
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["level"] in ("info", "warning", "error")
    said = {(line["logger"], line["level"]): line.get("message", "") for line in lines}
    assert "CHATBOT_PROT" in said["stderr", "warning"]
    assert "Serving build" in said["stderr", "info"]
    assert said["uvicorn.error", "warning"] == LINE
    assert "CURRENT" in said["chatbot.server", "error"]
    [feedback] = [line for line in lines if line["logger"] == "chatbot.feedback"]
    assert (feedback["event"], feedback["verdict"], feedback["note"]) == ("feedback", "down", "a\nb")
    assert "message" not in feedback
    assert SAYS not in server.log.read_text()
    assert VISITOR not in server.log.read_text()


def test_the_last_words_of_a_server_are_an_object_too(index: Path, tmp_path: Path) -> None:
    """Red when the format ends with the server."""
    with forked_server(tmp_path / "absent", index, tmp_path / "log") as other:
        arguments = ["--corpus", tmp_path / "absent", "--index", index, "--port", other.port]
        failed = run_chatbot("serve", *arguments, "--log-format", "json")
    assert failed.returncode == 2
    [line] = [json.loads(line) for line in failed.stderr.splitlines()]
    assert (line["level"], line["message"].startswith("error: cannot listen on")) == ("error", True)


def test_a_wrong_format_is_named(index: Path) -> None:
    failed = run_chatbot("serve", "--index", index, CHATBOT_LOG_FORMAT="xml")
    assert failed.returncode == 2
    assert failed.stderr.startswith("error: CHATBOT_LOG_FORMAT: ")
    assert len(failed.stderr.splitlines()) == 1


def test_control_characters_are_escaped_and_a_trace_stays_in_its_line() -> None:
    """Red without `visible`, as json.dumps lets DEL through and leaves half characters."""
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "x", 1, "error: %s", (HOSTILE,), sys.exc_info())
    written = JsonLine().format(record)
    assert written.isascii()
    assert written.isprintable()
    line = json.loads(written)
    assert line["message"] == 'error: a "b"\\ \\x1b[31m \\x7f \\x9b \\u202e \\u2028 \\ud800 \\x00 end\nsecond'
    assert "Traceback" in line["trace"]


def test_parts_of_a_line_are_one_line() -> None:
    held = io.StringIO()
    stream = JsonStream(held)
    for part in ("warn", "ing: a\n\nb", "\n", "not ended"):
        stream.write(part)
    lines = [json.loads(line) for line in held.getvalue().splitlines()]
    assert [(line["level"], line["message"]) for line in lines] == [("warning", "warning: a"), ("info", "b")]


def test_what_nobody_read_is_told_as_an_object(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Red when `Unhurried` tells of it as text."""
    with (tmp_path / "log").open("w") as log:
        monkeypatch.setattr(sys, "stderr", JsonStream(log))
        with unhurried_log():
            sys.stderr.write("x" * 300_000 + "\nlast\n")
    assert any("were left out" in line["message"] for line in objects(tmp_path / "log"))
