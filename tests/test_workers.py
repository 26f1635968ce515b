"""`serve --workers N`: the same replies from other processes, which are replaced, and end with the server."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.pooled import Pooled
from chatbot.dialogue.remembered import Asked
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from tests.process import UNLIMITED, ServerProcess, server_process

QUESTIONS = ["When does a cat eat?", "How long do hamsters live?", "hello", "What is the capital of Peru?", "goldfish?"]


def workers_of(server: ServerProcess) -> set[int]:
    """Its processes that answer; one more child only watches what they share."""
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    children = [child.decode() for thread in threads for child in told_by(thread).split()]
    return {int(child) for child in children if b"spawn_main" in told_by(Path(f"/proc/{child}/cmdline"))}


def told_by(path: Path) -> bytes:
    """Nothing where the thread or process has just ended."""
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""


def spent_by(pids: set[int]) -> int:
    """Ticks of the processor."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(own[11]) + int(own[12]) for own in fields)


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for(what: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def start(corpus: Path, index: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    return server_process(corpus, index, tmp_path / "log", CHATBOT_WORKERS="2", **UNLIMITED)


def test_replies_are_those_of_one_process(index: Path, bot: Bot, tmp_path: Path) -> None:
    """Refusals and what is to be read first, too. Red when the server answers by itself; without `__reduce__`."""
    with start(tmp_path / "absent", index, tmp_path) as server:
        server.wait_until()
        workers = workers_of(server)
        assert len(workers) == 2
        wait_for(lambda: spent_by(workers) == (time.sleep(0.5), spent_by(workers))[1])  # all have begun
        spent = spent_by(workers)
        for question in [*QUESTIONS, *(f"cat food {n}" for n in range(100))]:
            [reply], [own] = server.ask(question).json()["replies"], bot.ask(question).replies
            answer = reply["answer"] and reply["answer"]["text"]
            assert (reply["status"], reply["probability"]) == (own.status, own.probability)
            assert answer == (own.answer and own.answer.text)
        assert spent_by(workers) > spent
        refused = server.ask("?!")
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "empty_question")
        assert server.ask(QUESTIONS[0]).status_code == 200
        assert 'verbatim_remembered_total{hit="true"} 1.0' in httpx.get(f"{server.url}/metrics").text
        assert not server.faults()
        assert "has ended" not in server.log.read_text()


def test_a_process_that_was_killed_is_replaced(index: Path, tmp_path: Path) -> None:
    """Red when a broken pool is kept."""
    with start(tmp_path / "absent", index, tmp_path) as server:
        server.wait_until()
        before = workers_of(server)
        os.kill(min(before), signal.SIGKILL)
        for question in QUESTIONS:
            assert server.ask(question).status_code == 200
        wait_for(lambda: len(workers_of(server)) == 2 and not workers_of(server) & before)
        assert "a process that answers has ended" in server.log.read_text()


def wait_for_the_parent(index: Path, build: str) -> None:
    """In the place of opening a build."""
    server = multiprocessing.parent_process()
    assert server
    server.join()


def test_until_the_others_have_begun_the_server_answers(index: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked when the process ended, and what is asked from then on. Red when questions wait for processes that
    begin: on a busy machine longer than a visitor waits, so that each got 504."""
    held = set(multiprocessing.active_children())
    workers = Pooled(bot.served, index, 1)
    threads = ThreadPoolExecutor(1)
    try:
        monkeypatch.setattr("chatbot.dialogue.pooled._open", wait_for_the_parent)
        [process] = set(multiprocessing.active_children()) - held
        process.kill()
        process.join()
        for question in QUESTIONS:
            replies = threads.submit(workers.answer, Asked(question)).result(30)
            assert [reply.status for reply in replies.replies] == [reply.status for reply in bot.ask(question).replies]
    finally:
        workers.close()
        for process in set(multiprocessing.active_children()) - held:
            process.kill()
        threads.shutdown()


def test_a_new_build_gets_new_processes_and_no_question_fails(corpus: Path, index: Path, tmp_path: Path) -> None:
    """Those of the old build end, and what they were asked is answered."""
    with start(tmp_path / "absent", index, tmp_path) as server:
        server.wait_until()
        before = workers_of(server)
        statuses, done = [], threading.Event()

        def ask() -> None:
            with httpx.Client() as client:
                while not done.is_set():
                    statuses.append(client.post(f"{server.url}/api/ask", json={"question": f"cats {len(statuses)}"}))

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        pets = corpus / "pets.md"
        pets.write_text(pets.read_text().replace("Twice a day.", "Thrice a day."))
        report = build(corpus, index, BotSettings(title="Pets", encoder="hashing"), HashingEncoder())
        server.wait_until(text=report.build_id)
        assert "Thrice" in server.ask(QUESTIONS[0]).json()["replies"][0]["answer"]["text"]
        wait_for(lambda: len(workers_of(server)) == 2 and not workers_of(server) & before)
        done.set()
        for asker in askers:
            asker.join()
        assert {answer.status_code for answer in statuses} == {200}
        assert len({answer.json()["build_id"] for answer in statuses}) == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_they_end_with_the_server(how: signal.Signals, index: Path, tmp_path: Path) -> None:
    """Red without the look at the parent; where the signal kills the server in the end, whose semaphores then are found
    by multiprocessing; and without SIGHUP in `_ENDING`."""
    with start(tmp_path / "absent", index, tmp_path) as server:
        server.wait_until()
        workers = workers_of(server)
        assert server.stop(how) < 15
        wait_for(lambda: not any(map(is_alive, workers)))
        log = server.log.read_text()
        assert "Traceback" not in log
        if how != signal.SIGKILL:
            assert "leaked" not in log
            assert server.process.returncode == 0
