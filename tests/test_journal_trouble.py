"""Whatever is wrong with the journal's file: the same answers, one plain line in the log, and nothing that is lost
uncounted."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from chatbot.dialogue.bot import Bot
from chatbot.insight.journal import _identity
from chatbot.insight.journal_schema import opened
from tests.command import ROOT
from tests.journals import ANSWERED, UNKNOWN, journal_of, rows
from tests.troubled import KINDS

_ASIDE = r"was damaged; it is journal\.db\.damaged-[\dT-]+ now, and a new journal has begun"
SAYS = {
    "full": "is full; make room",
    "locked": "another program keeps it locked; end that program",
    "corrupt": _ASIDE,
    "corrupt inside": _ASIDE,
    "no database": _ASIDE,
    "read-only": "may not be written; allow it for the file and its folder",
    "folder": "cannot be opened; check that its folder exists and may be written",
    "newer": "was written by a newer version of this program; update it, or name another file",
}


def outcomes(index: Path, folder: Path, count: int) -> dict[str, Any]:
    command = [sys.executable, *("-m", "tests.unprivileged", "-m", "tests.troubled"), *map(str, (index, folder, count))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    (folder / "read-only").chmod(0o755)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def check(folder: Path, kind: str, count: int, found: dict[str, Any]) -> None:
    assert found["is_same"]
    path = folder / kind / "journal.db"
    if kind == "well":
        assert found["log"] == []
    else:
        [line] = found["log"]
        assert re.search(SAYS[kind], line), line
        assert str(path) in line
        assert "hamster" not in line
    if SAYS.get(kind, _ASIDE) == _ASIDE:
        counted = sum(row["n"] for row in rows(path) if row["kind"] == "count")
        assert counted + found["lost"] + found["dropped"] >= count
        with contextlib.closing(opened(path)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert names == {"replies", "picks", "feedback", "counts", "digests"}
    else:
        assert found["lost"] > 0


@pytest.fixture(scope="module")
def troubled(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("troubled")
    return folder, outcomes(built_once, folder, 20)


@pytest.mark.parametrize("kind", KINDS)
def test_trouble_with_the_journal_changes_no_answer(troubled: tuple[Path, dict[str, Any]], kind: str) -> None:
    """Red for each kind without the `except` in `Journal`, and for those that are set aside, without that."""
    folder, found = troubled
    check(folder, kind, 20, found[kind])


@pytest.mark.long
def test_a_thousand_injections_with_a_journal_in_trouble(built_once: Path, tmp_path: Path) -> None:
    found = outcomes(built_once, tmp_path, 1000)
    for kind in KINDS:
        check(tmp_path, kind, 1000, found[kind])


def test_what_waited_for_a_lock_is_written_later(bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where a failed batch is given up."""
    monkeypatch.setattr("chatbot.insight.journal_schema._WAIT", 0.05)
    path = tmp_path / "j.db"
    with journal_of(bot, path, later=0.05) as journal, contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN EXCLUSIVE")
        bot.ask(UNKNOWN)
        assert bot.events.flush(5)
        journal._work()
        assert journal._rows
    assert journal.lost == 0
    assert [row["kind"] for row in rows(path)] == ["reply", "count"]


def test_what_comes_during_the_last_write_is_written_too(
    bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where the thread ends after the write that it was at when the server stopped."""
    monkeypatch.setattr("chatbot.insight.journal._SOON", 0.01)
    path = tmp_path / "j.db"
    other = sqlite3.connect(path, check_same_thread=False)
    with contextlib.closing(other), journal_of(bot, path) as journal:
        bot.ask(UNKNOWN)
        assert bot.events.flush(5)
        while journal._rows:
            time.sleep(0.01)
        other.execute("BEGIN IMMEDIATE")
        bot.ask(UNKNOWN)
        assert bot.events.flush(5)
        time.sleep(0.3)  # it waits for the lock
        bot.ask(ANSWERED)
        assert bot.events.flush(5)
        threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    assert journal.lost == 0
    assert sum(row["n"] for row in rows(path) if row["kind"] == "count") == 3


def test_what_finds_no_room_is_counted(
    bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    """In the journal's own memory; what the queue before it drops is counted there. The log says it once."""
    monkeypatch.setattr("chatbot.insight.journal._HELD", 50)
    (tmp_path / "j.db").mkdir()
    with journal_of(bot, tmp_path / "j.db", later=0.01) as journal:
        for number in range(200):
            bot.ask(f"{ANSWERED} {number}")
            if number % 100 == 0:
                assert bot.events.flush(20)
    assert journal.lost == 200 - bot.events.dropped
    assert len(logged.messages) == 1


def test_a_file_that_is_deleted_or_replaced_is_begun_anew(bot: Bot, tmp_path: Path) -> None:
    """Red where the connection is kept: what was asked since would be written into a file that nobody finds."""
    path = tmp_path / "j.db"
    with journal_of(bot, path) as journal:
        bot.ask(UNKNOWN)
        assert bot.events.flush(5)
        journal._work()
        for each in tmp_path.glob("j.db*"):
            each.unlink()
        bot.ask(f"{UNKNOWN} Really?")
    assert [row["question"] for row in rows(path) if row["kind"] == "reply"] != []
    assert sum(row["n"] for row in rows(path) if row["kind"] == "count") == 1


def test_a_good_file_is_never_set_aside(bot: Bot, tmp_path: Path) -> None:
    """Another process has set the damaged one aside already. Red without the look at the file that is there now."""
    path, copy = tmp_path / "j.db", tmp_path / "copy.db"
    with journal_of(bot, path) as journal:
        bot.ask(UNKNOWN)
        assert bot.events.flush(5)
        journal._work()
        copy.write_bytes(b"no database at all" * 1000)
        journal._close_file()
        journal._connection, journal._file = sqlite3.connect(copy, check_same_thread=False), _identity(path)
        bot.ask(f"{UNKNOWN} Really?")
    assert [name for name in os.listdir(tmp_path) if "damaged" in name] == []
    assert sum(row["n"] for row in rows(path) if row["kind"] == "count") == 2
