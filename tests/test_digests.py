"""The digest: once a week to whom the owner named, and to nobody else."""

import contextlib
import json
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chatbot.dialogue.bot import Bot
from chatbot.insight.journal_schema import opened
from chatbot.web.digests import Digests
from tests.command import run_chatbot
from tests.journals import journal_of
from tests.process import forked_server

DAY = 24 * 3600
with contextlib.closing(sqlite3.connect(":memory:")) as another:
    another.execute("CREATE TABLE mine (x)")
    ANOTHER = another.serialize()
SECRET = "/hooks/T0K3N-of-the-owner"


class Receiver(ThreadingHTTPServer):
    """Takes what is posted. `answers`: the status of each, or where it sends on to; 204 when there are no more."""

    def __init__(self) -> None:
        self.answers: list[int | str] = []
        self.taken: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}{SECRET}"

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        until = time.monotonic() + 60
        while len(self.taken) < count:
            assert time.monotonic() < until
            time.sleep(0.02)
        return self.taken


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(307 if isinstance(answer, str) else answer)
        if isinstance(answer, str):
            self.send_header("location", answer)
        self.end_headers()
        self.server.taken.append({"path": self.path, "type": self.headers["content-type"], **body})

    def log_message(self, *_: object) -> None:
        pass


class Clock:
    """What a look reads first."""

    def __init__(self) -> None:
        self.now = time.time()
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return self.now

    def wait_for_looks(self) -> None:
        """Until one has begun and ended."""
        until, seen = time.monotonic() + 30, self.looks
        while self.looks < seen + 3:
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def journal(bot: Bot, index: Path) -> Path:
    """Beside the index, with three visitors who asked alike and one who did not."""
    path = index.parent / "journal.db"
    with journal_of(bot, path, "all"):
        for question in ("how tall is the tower", "how tall is that tower", "how tall is this tower", "where is Jane"):
            bot.ask(question)
    return path


def sent_at(journal: Path) -> list[int]:
    with contextlib.closing(opened(journal)) as connection:
        return [minute for (minute,) in connection.execute("SELECT sent_at FROM digests")]


def test_once_a_week_the_report_of_the_week_is_posted(
    receiver: Receiver, journal: Path, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first one a week after it was asked for. Red when it is sent at once, twice, or with words of too few."""
    clock = Clock()
    with contextlib.closing(Digests(receiver.url, journal, index, clock=clock, look=0.02)):
        clock.wait_for_looks()
        first = sent_at(journal)
        clock.now += 6 * DAY
        clock.wait_for_looks()
        assert sent_at(journal) == first
        clock.now += DAY
        [digest] = receiver.wait_for(1)
        assert (digest["path"], digest["type"], digest["kind"]) == (SECRET, "application/json", "digest")
        report = digest["report"]
        assert (report["title"], report["replies"]) == ("Pets", 4)
        assert report["unanswered"][0]["topic"]["trend"]["now"] == 3
        assert "Jane" not in json.dumps(digest)
        clock.now += 6 * DAY
        clock.wait_for_looks()
        assert len(receiver.taken) == 1
        clock.now += DAY
        receiver.wait_for(2)
    assert caplog.text == ""


@pytest.mark.parametrize("answer", [500, "elsewhere"])
def test_what_is_not_taken_is_tried_again_in_an_hour(
    answer: int | str, receiver: Receiver, journal: Path, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And never goes where its address sends it on to. Red when the log names the address, or a failure counts."""
    receiver.answers = [answer if isinstance(answer, int) else receiver.url + "/elsewhere"]
    clock = Clock()
    with contextlib.closing(Digests(receiver.url, journal, index, clock=clock, look=0.02)):
        clock.wait_for_looks()
        clock.now += 7 * DAY
        receiver.wait_for(1)
        until = time.monotonic() + 30
        while "tried again in an hour" not in caplog.text:
            assert time.monotonic() < until
            time.sleep(0.02)
        clock.now += 3000
        clock.wait_for_looks()
        assert len(receiver.taken) == 1
        clock.now += 601
        receiver.wait_for(2)
    assert {one["path"] for one in receiver.taken} == {SECRET}
    assert "the digest for 127.0.0.1: the address answered with HTTP" in caplog.text
    assert SECRET not in caplog.text


def test_of_two_servers_with_one_journal_one_sends(receiver: Receiver, journal: Path, index: Path) -> None:
    """Red when a look and the mark that it leaves are two steps."""
    clock, program = Clock(), (sys.executable, "-c", "print('{}')")  # a report that is made at once
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(contextlib.closing(Digests(receiver.url, journal, index, program, clock, look=0.001)))
        clock.wait_for_looks()
        for week in range(1, 4):
            clock.now += 7 * DAY
            receiver.wait_for(week)
            time.sleep(0.5)  # in which another one would come
            assert len(receiver.taken) == week


@pytest.mark.parametrize("other", ["no database", "another database"])
def test_trouble_with_the_journal_is_one_sentence(
    other: str, receiver: Receiver, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a journal there is nothing to say. Red when the thread ends at the first error."""
    journal = index.parent / "journal.db"
    with contextlib.closing(Digests(receiver.url, journal, index, look=0.02)):
        time.sleep(0.1)
        assert caplog.text == ""
        assert not journal.exists()
        if other == "no database":
            journal.write_bytes(b"no database at all" * 100)
        else:
            (journal.parent / "other.db").write_bytes(ANOTHER)
            (journal.parent / "other.db").rename(journal)
        until = time.monotonic() + 30
        while caplog.text.count("there is no digest") < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
    assert "Traceback" not in caplog.text


def test_the_server_sends_it(receiver: Receiver, journal: Path, index: Path, tmp_path: Path) -> None:
    """Red when `serve` does not begin it, and when its log names the address."""
    with contextlib.closing(opened(journal)) as connection:
        connection.execute("INSERT INTO digests VALUES (0)")
    with forked_server(tmp_path / "absent", index, tmp_path / "log", CHATBOT_NOTIFY_URL=receiver.url) as server:
        [digest] = receiver.wait_for(1)
        assert digest["report"]["title"] == "Pets"
        assert SECRET not in server.log.read_text()


def test_a_wrong_address_is_refused_without_being_named(corpus: Path, index: Path) -> None:
    done = run_chatbot("serve", CHATBOT_INDEX=str(index), CHATBOT_NOTIFY_URL="ftp://" + SECRET)
    assert done.returncode == 2
    assert "CHATBOT_NOTIFY_URL: must be an address that begins with https:// or http://" in done.stderr
    assert SECRET not in done.stderr
