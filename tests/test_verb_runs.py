"""Reports and checks of the desk: made once for all who ask, and again when they are old."""

import threading
import time
from pathlib import Path

import pytest

from chatbot.importing.reading import read_bytes
from chatbot.insight.redaction import redacted
from chatbot.web.desk.drafts import draft_of
from chatbot.web.verb_runs import VerbRun, VerbRuns

SCRIPT = 'echo x >> "$0"; {wait}; echo "{{\\"n\\": 1}}"'


def runs_of(log: Path) -> int:
    return len(log.read_text().split()) if log.exists() else 0


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_asks_at_the_same_time_waits_for_the_same_one(tmp_path: Path) -> None:
    """Red without: the look at `_made`; `again`; `_forget_old`."""
    now, log, go = 0.0, tmp_path / "log", tmp_path / "go"
    script = SCRIPT.format(wait=f'while [ ! -e "{go}" ]; do sleep 0.02; done')
    verbs = VerbRuns(("sh", "-c", script, str(log)), lambda: now)
    made: list[VerbRun] = []
    asking = [threading.Thread(target=lambda at=at: made.append(verbs.run("report", again=at > 1))) for at in range(4)]
    for thread in asking:
        thread.start()
    wait_for(log)
    go.touch()
    for thread in asking:
        thread.join(20)
    assert (runs_of(log), [run.document for run in made]) == (1, [{"n": 1}] * 4)
    verbs.run("report")
    assert runs_of(log) == 1
    verbs.run("report", again=True)
    assert runs_of(log) == 2
    verbs.run("lint")
    assert runs_of(log) == 3
    now = 61.0
    verbs.run("report")
    assert runs_of(log) == 4


def test_what_goes_wrong_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    assert "ended without a result" in VerbRuns(("sh", "-c", "exit 3")).run("report").error
    missing = "echo \"ModuleNotFoundError: No module named 'scipy.cluster'\" >&2; exit 1"
    assert VerbRuns(("sh", "-c", missing)).run("report").error.startswith("it needs scipy, which this server does not")
    VerbRuns(("sh", "-c", "echo boom >&2; exit 1")).run("report")
    assert "boom" in caplog.text
    assert "cannot be started" in VerbRuns(("/absent/python",)).run("report").error
    told = VerbRuns(("sh", "-c", 'echo "{\\"error\\": {\\"message\\": \\"no journal\\"}}"')).run("report")
    assert told.error == "no journal"


def test_a_server_that_stops_ends_them(tmp_path: Path) -> None:
    """Red without `close`: a report would hold up the end of the server."""
    log = tmp_path / "log"
    verbs = VerbRuns(("sh", "-c", SCRIPT.format(wait="exec sleep 60"), str(log)))
    made: list[VerbRun] = []
    asking = threading.Thread(target=lambda: made.append(verbs.run("report")))
    asking.start()
    wait_for(log)
    verbs.close()
    asking.join(20)
    assert "ended without a result" in made[0].error
    assert "ended without a result" in verbs.run("lint").error
    assert runs_of(log) == 1


def test_a_draft_is_read_as_what_was_asked() -> None:
    """Each wording once, whatever it looks like. Red without `match_key` and `inline_markdown`."""
    odd = ["# Is it *long*?", "- is it long enough", "1. what", "Reviewed: soon?", "a `b` <c> d", "> x"]
    draft = draft_of(["How  long\nis it?", "how long is it", odd[0], "how long is it?", "  ", *odd[1:]])
    [entry] = read_bytes("draft.md", draft.encode()).entries
    assert (entry.question, entry.alternates, entry.answer) == ("How long is it?", tuple(odd), "")
    assert draft_of(["Only this?"]) == "## Only this?\n\n"
    spoken = [redacted("my name is Anna Smith, can my dog run with me?"), "can my dog run with me?"]
    assert "[name]" in spoken[0]
    assert draft_of(spoken) == "## can my dog run with me?\n\n"  # red where the placeholder goes into the corpus
    assert draft_of(spoken[:1]) == ""
    assert draft_of([]) == draft_of(["  "]) == ""
