import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from chatbot.dialogue.bot import Bot
from chatbot.indexing.store import current_build
from chatbot.insight.transcript import check_transcript, read_transcript
from tests.command import run_chatbot


@pytest.fixture
def said(bot: Bot) -> dict[str, Any]:
    """An answer, small talk and an unanswered question, as `ask --json` prints them."""
    replies = [bot.ask(text) for text in ("How often should I feed my cat?", "thank you", "xylophone")]
    document: dict[str, Any] = json.loads(json.dumps([dataclasses.asdict(reply) for reply in replies]))
    return {"chat": document}


def findings(bot: Bot, document: Any) -> list[str]:
    return [checked.finding for checked in check_transcript(document, {e.id: e for e in bot.build.entries})]


def answer_in(document: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = document["chat"][0]["replies"][0]["answer"]
    return answer


def test_what_was_said_is_found_word_for_word(bot: Bot, said: dict[str, Any]) -> None:
    assert findings(bot, said) == ["same", "own words"]
    [first, _] = check_transcript(said, {e.id: e for e in bot.build.entries})
    assert first.path == "chat.0.replies.0.answer"


@pytest.mark.parametrize("field", ["text", "question", "sha256", "html", "source", "short"])
def test_a_changed_word_shows(bot: Bot, said: dict[str, Any], field: str) -> None:
    altered = copy.deepcopy(said)
    answer_in(altered)[field] = f"{answer_in(altered)[field] or ''}!"
    assert findings(bot, altered)[0] == "altered"


def test_a_changed_tree_shows(bot: Bot, said: dict[str, Any]) -> None:
    """Red without: `blocks` among what is compared."""
    assert answer_in(said)["blocks"]
    answer_in(said)["blocks"][0]["content"][0] = "Never feed it."
    assert findings(bot, said)[0] == "altered"


def test_words_of_another_day_are_told_apart(bot: Bot, said: dict[str, Any]) -> None:
    entry_id = answer_in(said)["entry_id"]
    others = {e.id: e for e in bot.build.entries}
    others[entry_id] = dataclasses.replace(others[entry_id], answer="Something else.")
    assert check_transcript(said, others)[0].finding == "edited"
    del others[entry_id]
    assert check_transcript(said, others)[0].finding == "removed"


def test_a_forged_seal_does_not_make_words_ours(bot: Bot, said: dict[str, Any]) -> None:
    from chatbot.core.text import seal

    answer = answer_in(said)
    answer["text"] = "Never feed it."
    answer["sha256"] = seal(answer["question"], answer["text"])
    assert findings(bot, said)[0] == "edited"


def test_a_deep_document_is_read_to_the_end(bot: Bot, said: dict[str, Any]) -> None:
    document: Any = answer_in(said)
    for _ in range(5000):
        document = [document]
    assert findings(bot, document) == ["same"]


def test_verify_on_the_command_line(index: Path, said: dict[str, Any], tmp_path: Path) -> None:
    transcript = tmp_path / "chat.json"
    transcript.write_text(json.dumps(said))
    done = run_chatbot("verify", transcript, "--index", index)
    assert (done.returncode, "1 word for word" in done.stdout) == (0, True)
    answer_in(said)["text"] += "!"
    transcript.write_text(json.dumps(said))
    done = run_chatbot("verify", transcript, "--index", index)
    assert done.returncode == 1
    assert "chat.0.replies.0.answer" in done.stdout
    assert "altered" in done.stdout
    done = run_chatbot("verify", transcript, "--index", index, "--json")
    assert json.loads(done.stdout)["answers"][0]["finding"] == "altered"


def test_verify_without_a_transcript_checks_the_index(index: Path) -> None:
    done = run_chatbot("verify", "--index", index, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["build_id"][:2]) == (0, "b-")
    assert all(len(facts["sha256"]) == 64 for facts in found["files"].values())


def test_verify_looks_at_every_kept_build(corpus: Path, index: Path) -> None:
    """One may be rolled back to. Red where only the published one is read."""
    older = current_build(index)
    assert run_chatbot("build", "--corpus", corpus, "--index", index).returncode == 0
    done = run_chatbot("verify", "--index", index, "--json")
    assert [build["build_id"] for build in json.loads(done.stdout)["older"]] == [older]
    (index / "builds" / str(older) / "entries.jsonl").write_bytes(b"{}")
    done = run_chatbot("verify", "--index", index)
    assert done.returncode == 1
    assert done.stdout.startswith(str(current_build(index)))
    assert f"{older}/entries.jsonl: damaged" in done.stderr


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"{", "chat.json:1: not JSON"), (b"\xff", "not UTF-8"), (b"[" * 100_000, "not JSON|nested")],
)
def test_a_file_that_is_no_transcript_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "chat.json"
    path.write_bytes(content)
    with pytest.raises(Exception, match=expected) as caught:
        read_transcript(path)
    assert getattr(caught.value, "exit_status", None) == 1


def test_a_transcript_without_answers_is_at_fault(index: Path, tmp_path: Path) -> None:
    (tmp_path / "chat.json").write_text("{}")
    done = run_chatbot("verify", tmp_path / "chat.json", "--index", index)
    assert done.returncode == 1
    assert "holds no answer" in done.stderr
