"""Whose answer changes between two builds, as a library and on the command line."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatbot.cli.main import main
from chatbot.cli.printing import print_change
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.indexing.store import builder_lock, current_build
from chatbot.insight.compare import Change, Outcome, changes, questions_of
from tests.conftest import ROOT

FISH = "What do goldfish eat?"


def test_each_kind_of_change_is_named(pets: Build) -> None:
    """Red when entries are compared by row, or words by length."""
    entries = {entry.id: entry for entry in pets.entries}
    fish, dog = entries["what-do-goldfish-eat"], entries["may-dogs-eat-chocolate"]
    edited = [
        dataclasses.replace(entry, answer="Pellets.") if entry is fish
        else dataclasses.replace(entry, id="dogs-and-chocolate") if entry is dog
        else dataclasses.replace(entry, answer="", html="") if entry.id == "how-often-should-i-feed-my-cat"
        else dataclasses.replace(entry, answer="Two years.", html="<p>Two years.</p>")
        for entry in pets.entries
    ]  # fmt: skip
    before, after = (Served(build, HashingEncoder()) for build in (pets, dataclasses.replace(pets, entries=edited)))
    found = changes(before, after, questions_of(pets))
    assert {(change.question, change.kind) for change in found} == {
        ("How often should I feed my cat?", "lost"),
        ("When does a cat eat?", "lost"),
        (dog.question, "other"),
        ("How long do hamsters live?", "gained"),
        (FISH, "edited"),
    }
    assert changes(before, before, questions_of(pets)) == []


def test_a_gap_that_is_reworded_or_new_is_a_change(pets: Build) -> None:
    """Red without `_gap`."""
    old, new = "How long do hamsters live?", "How long do hamsters live on average?"
    edited = [dataclasses.replace(e, question=new) if e.question == old else e for e in pets.entries]
    before, after = (Served(build, HashingEncoder()) for build in (pets, dataclasses.replace(pets, entries=edited)))
    [found] = changes(before, after, questions_of(pets))
    assert (found.question, found.kind, found.before.question, found.after.question) == (old, "gap", old, new)


def test_changes_are_told_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Red when ids are printed, or our own names of the kinds."""
    nothing, cat, dog = (
        Outcome("unknown"),
        Outcome("answered", "c", "Cats?", "1"),
        Outcome("answered", "d", "Dogs?", "2"),
    )
    for change in (
        Change("Cats?", "gained", nothing, cat),
        Change("do you have cats", "lost", cat, nothing),
        Change("Cats?", "other", cat, dog),
        Change("my cat", "edited", cat, cat),
        Change("Fish?", "gap", nothing, Outcome("gap", "f", "Fish?")),
    ):
        print_change(change)
    assert capsys.readouterr().out.splitlines() == [
        "new: Cats?", "lost: do you have cats (was: Cats?)", "another answer: Cats? (was: Cats?; now: Dogs?)",
        "answer edited: my cat (Cats?)", "gap changed: Fish? (was: none; now: Fish?)",
    ]  # fmt: skip


def test_the_questions_are_asked_once(pets: Build) -> None:
    settings = dataclasses.replace(pets.settings, unanswerable=("Do cats fly?", "What do goldfish eat"))
    found = questions_of(pets, dataclasses.replace(pets, settings=settings))
    assert len(found) == 6
    assert "Do cats fly?" in found


def dry_run(corpus: Path, index: Path, *more: str) -> int:
    return main(["build", "--dry-run", "--corpus", str(corpus), "--index", str(index), *more])


def test_a_dry_run_lists_and_publishes_nothing(
    corpus: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Red when the draft is published, and when the questions of --queries are not asked."""
    served = current_build(index)
    text = (corpus / "pets.md").read_text()
    (corpus / "pets.md").write_text(text.replace("Flakes, once a day", "Flakes, twice a day"))
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "1", "text": "what shall goldfish eat", "relevant": []}\n')
    assert dry_run(corpus, index, "--json", "--queries", str(queries)) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["served"], said["questions"]) == (served, 6)
    assert {(change["question"], change["kind"]) for change in said["changes"]} == {
        (FISH, "edited"), ("what shall goldfish eat", "edited"),
    }  # fmt: skip
    assert current_build(index) == served
    assert dry_run(corpus, index, "--fail-on-change", "1") == 0
    said_to_people = capsys.readouterr().out
    assert f"answer edited: {FISH}\n" in said_to_people
    assert "other answers: 1 answer edited\n" in said_to_people
    assert dry_run(corpus, index, "--fail-on-change", "0") == 1
    assert "1 answer would change, and 0 are allowed" in capsys.readouterr().err


def test_options_that_do_not_go_together(corpus: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, said in {
        ("--dry-run", "--watch"): "--dry-run or --watch",
        ("--watch", "--json"): "leave out --json",
        ("--fail-on-change", "1"): "belong to --dry-run",
    }.items():
        assert main(["build", "--corpus", str(corpus), "--index", str(index), *options]) == 2
        assert said in capsys.readouterr().err


def test_info_and_rollback(corpus: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = current_build(index)
    (corpus / "more.md").write_text("# More?\n\nYes.\n")
    where = ["--index", str(index), "--json"]
    assert main(["build", "--corpus", str(corpus), *where]) == 0
    second = current_build(index)
    capsys.readouterr()
    assert main(["rollback", *where]) == 0
    assert json.loads(capsys.readouterr().out) == {"build_id": first, "before": second}
    assert main(["info", *where]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["build_id"], said["entries"], said["rolled_back"], said["kept"]) == (first, 4, True, [first, second])
    assert main(["rollback", *where]) == 1
    assert f"keeps no build older than {first}" in capsys.readouterr().err
    assert main(["rollback", str(second), *where]) == 0


def test_a_start_does_not_undo_a_rollback(corpus: Path, index: Path) -> None:
    """Red without `is_rolled_back` in `is_stale`: the corpus is still the newer one."""
    from chatbot.core.settings import ServerSettings
    from chatbot.web.health import Health
    from chatbot.web.lifecycle import prepare

    where = ServerSettings(corpus=corpus, index=index)
    first = prepare(where, Health()).build.id
    (corpus / "more.md").write_text("# More?\n\nYes.\n")
    prepare(where, Health())
    assert main(["rollback", str(first), "--index", str(index)]) == 0
    assert prepare(where, Health()).build.id == first
    assert main(["build", "--corpus", str(corpus), "--index", str(index)]) == 0
    assert current_build(index) != first


def test_watching_builds_after_each_change_and_survives_mistakes(corpus: Path, tmp_path: Path) -> None:
    """Red when a mistake ends the watch, when a file that is deleted goes unnoticed, when a file that is no content
    makes a build, and when what was saved while another build ran is forgotten."""
    index = tmp_path / "watched"
    command = ["build", "--watch", "--corpus", str(corpus), "--index", str(index)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen([sys.executable, "-m", "chatbot", *command], cwd=ROOT, env=env, stdout=log, stderr=log)

    def wait_for(what: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while what not in (tmp_path / "log").read_text():
            assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()  # noqa: PT018
            time.sleep(0.05)

    try:
        wait_for("b-000001-")
        (corpus / "bad.md").write_bytes(b"\xff")
        wait_for("waiting for the next change")
        assert str(current_build(index)).startswith("b-000001-")
        (corpus / "bad.md").unlink()
        wait_for("the index is up to date")
        (corpus / ".pets.md.swp").write_text("x")
        with builder_lock(index):
            (corpus / "more.md").write_text("# More?\n\nYes.\n")
            wait_for("another build is running")
        wait_for("b-000002-")
        assert "b-000003-" not in (tmp_path / "log").read_text()
    finally:
        process.send_signal(signal.SIGTERM)  # SIGINT is ignored by what a shell runs in the background
        process.wait(20)
        log.close()
    assert process.returncode == -signal.SIGTERM
