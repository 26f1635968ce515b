"""The journal of a server as an operator runs it, and the verb on it."""

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from chatbot.cli.main import main
from tests.command import run_chatbot
from tests.journals import rows
from tests.process import UNLIMITED, server_process
from tests.test_journal import STORED

SECRET = "Is quokkazebra at ann@example.org tall?"


def test_what_was_asked_is_written_before_the_server_ends(index: Path, tmp_path: Path) -> None:
    """Red without `flush` and `close` in `Lifecycle`. Nothing of a question is in the log, whatever is wrong."""
    asked = {"CHATBOT_JOURNAL": "all", **UNLIMITED}
    with server_process(tmp_path / "absent", index, tmp_path / "log", **asked) as server:
        server.wait_until()
        for number in range(30):
            assert server.ask(f"{SECRET} {number}").status_code == 200
        assert "\nverbatim_journal_lost 0.0\n" in server.get("/metrics").text
        assert server.stop() < 12
    found = [row["question"] for row in rows(tmp_path / "journal.db") if row["kind"] == "reply"]
    assert sorted(found) == sorted(f"Is quokkazebra at [email] tall? {number}" for number in range(30))
    assert "quokkazebra" not in server.log.read_text()
    assert "ann@example" not in "".join(map(str, found))


def test_a_journal_in_trouble_is_told_in_log_and_metrics(index: Path, tmp_path: Path) -> None:
    """And the server starts and answers. Off, it makes no file."""
    (tmp_path / "elsewhere").mkdir()
    there = {"CHATBOT_JOURNAL_FILE": str(tmp_path / "elsewhere"), **UNLIMITED}
    with server_process(tmp_path / "absent", index, tmp_path / "log", **there) as server:
        server.wait_until()
        for number in range(3):
            assert server.ask(f"{SECRET} {number}").status_code == 200
        server.wait_until("/livez")
        server.stop()
        log = server.log.read_text()
    assert f"error: {tmp_path / 'elsewhere'}: cannot be opened; check that its folder exists and may be written" in log
    assert "Traceback" not in log
    assert not (tmp_path / "journal.db").exists()


def test_a_journal_in_the_index_is_refused_at_once(index: Path, tmp_path: Path) -> None:
    where = ("--corpus", tmp_path / "absent", "--index", index)
    done = run_chatbot("serve", *where, "--port", "18999", CHATBOT_JOURNAL_FILE=str(index / "j.db"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "lies in the index, which may be deleted; name a file outside of" in done.stderr


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main([*map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_verb_shows_exports_and_deletes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, index = tmp_path / "journal.db", tmp_path / "index"
    shutil.copy(STORED, path)
    status, out, _ = told(capsys, "journal", "info", "--index", index)
    assert status == 0
    assert "replies counted:  3\nreplies kept:     1, 1 with the words of the question" in out
    status, out, _ = told(capsys, "journal", "info", "--index", index, "--json")
    assert (json.loads(out)["picks"], json.loads(out)["first"]) == (1, "2026-09-19")
    status, out, _ = told(capsys, "journal", "export", tmp_path / "out.csv", "--index", index, "--json")
    assert json.loads(out) == {"file": str(tmp_path / "out.csv"), "bytes": (tmp_path / "out.csv").stat().st_size}
    assert "may cats eat tuna" in (tmp_path / "out.csv").read_text("utf-8-sig")
    status, out, _ = told(capsys, "journal", "purge", "--before", "2026-09-20", "--index", index)
    assert (status, out) == (0, f"{path}: 4 rows deleted for good\n")
    assert rows(path) == []


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["info"], 1, "there is no journal; a server makes it when there is something to keep"),
        (["purge", "--all"], 1, "there is no journal"),
        (["purge", "--before", "tomorrow"], 2, "'tomorrow' is not a date; write it such as 2026-01-31"),
        (["export", "-", "--json"], 2, "would both be on standard output"),
        (["export"], 2, "FILE"),
        ([], 2, "WHAT"),
    ],
)
def test_mistakes_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, says: str
) -> None:
    index = ["--index", str(tmp_path / "index")] if arguments else []
    got, _, err = told(capsys, "journal", *arguments, *index)
    assert (got, says in err) == (status, True), err


def test_a_file_that_is_no_journal_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Red where what SQLite says reaches the user."""
    path = tmp_path / "journal.db"
    path.write_text("notes " * 1000)
    _, _, err = told(capsys, "journal", "info", "--index", tmp_path / "index")
    assert err == f"error: {path}: is no journal but something else; move it away, or name another file\n"
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA application_id = 7")
    _, _, err = told(capsys, "journal", "info", "--index", tmp_path / "index")
    assert "is a database of another program" in err
