"""Paths without permissions, met by a user who is not root: one sentence, the right status, a server that serves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.permissions import ANSWER, QUESTION
from tests.process import server_process

Row = tuple[str, str, str, int | None, str, str]  # path, mode, verb, status, output, messages

_OF_THE_INDEX = {
    "info",
    "rollback",
    "ask",
    "verify",
    "verify a transcript",
    "evaluate",
    "evaluate into a folder",
    "export",
}
_OF_THE_CORPUS = {"lint", "evaluate a corpus", "import"}
_NOTHING_LEARNT = "the model /absent is not a folder"  # as far as `train` is let go
_WHAT_TO_DO = ("check its permissions", "check the path and its permissions", "name another", "make it readable",
               "is unchanged", "is served as before", "no folder that can be written into")  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    folder = tmp_path_factory.mktemp("permissions")
    command = [sys.executable, "-m", "tests.unprivileged", "-m", "tests.permissions", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_every_verb_ends_in_one_sentence_whatever_may_not_be_read(rows: list[Row]) -> None:
    """Red without the last resort of `main`: what nobody else looks at is where `evaluate --run` writes."""
    assert len(rows) > 500
    for path, mode, verb, status, _, messages in rows:
        where = (path, mode, verb, messages)
        assert status in (0, 1, 2), where
        assert "Traceback" not in messages, where
        if status and _NOTHING_LEARNT not in messages:
            errors = [line for line in messages.splitlines() if line.startswith("error: ")]
            assert len(errors) == 1 or verb == "lint", where
            assert "Permission denied" in messages, where
            assert any(remedy in messages for remedy in _WHAT_TO_DO), where
            assert "build the index again" not in messages or "make it readable" in messages, where


def test_a_verb_that_needs_nothing_of_it_does_its_work(rows: list[Row]) -> None:
    """The published build does not hang on the corpus, nor reading a corpus on the index; a file of mode 400 is read.
    Red when an index that may not be read is taken for none."""
    for path, mode, verb, status, _, messages in rows:
        is_of_corpus, is_of_index = path.startswith("parent/corpus"), path.startswith("parent/index")
        reads = (
            verb not in ("build", "rollback", "init") and mode == "400" and path.endswith((".md", ".toml", ".jsonl"))
        )
        if (is_of_corpus and verb in _OF_THE_INDEX) or (is_of_index and verb in {"lint", "evaluate a corpus"}) or reads:
            assert status == 0 or verb == "train", (path, mode, verb, messages)
        if is_of_corpus and verb in ("lint", "build", "evaluate a corpus") and mode == "000":
            assert status == 1, (path, mode, verb)


def test_a_server_that_begins_serves_the_index_that_is_there(rows: list[Row]) -> None:
    """Red when only errors of ours lead back to it, and when it is called ready without the last edits."""
    asked = {(path, mode): status for path, mode, verb, status, _, _ in rows if verb == "ask"}
    starts = [row for row in rows if row[2] == "serve"]
    assert len(starts) > 30
    for path, mode, _, status, output, messages in starts:
        assert status == 0 or asked[path, mode], (path, mode, messages)
        if status == 0:
            is_new = "Call the vet" in output
            assert ANSWER in output, (path, mode)
            assert is_new != bool(messages), (path, mode, messages)


def test_a_server_whose_corpus_may_not_be_read_answers_and_says_what_is_wrong(
    index: Path, corpus: Path, tmp_path: Path
) -> None:
    """Red when `serve` looks at the corpus as if whoever starts it might."""
    (corpus / "pets.md").write_text(f"# {QUESTION}\n\nYes.\n")
    closed = tmp_path / "closed"
    closed.mkdir()
    corpus.rename(closed / "corpus")
    closed.chmod(0)
    command = ("-m", "tests.unprivileged", "-m", "chatbot", "serve")
    try:
        with server_process(closed / "corpus", index, tmp_path / "log", command) as server:
            assert "content_error" in server.wait_until("/readyz", 200, "degraded").text
            assert "poisonous" in server.ask(QUESTION).json()["replies"][0]["answer"]["text"]
            assert "content_error" in server.wait_until("/readyz", 200, "degraded").text
            assert "bot.toml: cannot be read (Permission denied); check its permissions" in server.log.read_text()
            assert not server.faults()
    finally:
        closed.chmod(0o700)
