"""500 hostile messages (tests/hostile.py) through every door: nothing breaks or runs, and the next is answered."""

import html
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from markdown_it import MarkdownIt

from chatbot.cli.main import main
from chatbot.core.text import clean, without_surrogates
from tests.chat_queue import ChatQueue
from tests.command import run_chatbot
from tests.conftest import PETS
from tests.hostile import FAMILIES, PER_FAMILY, Hostile, hostile, json_body, slice_of, steers_a_terminal
from tests.process import UNLIMITED, ServerProcess, forked_server

MESSAGES = hostile()
# What Markdown may make of an echo.
PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak", "hardbreak"}
NORMAL, RIGHT = "May dogs eat chocolate?", "may-dogs-eat-chocolate"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "pets.md").write_text(PETS, encoding="utf-8")
    (folder / "corpus" / "bot.toml").write_text('encoder = "hashing"\n', encoding="utf-8")
    assert main(["build", "--corpus", str(folder / "corpus"), "--index", str(folder / "index")]) == 0
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ServerProcess]:
    with forked_server(folder / "corpus", folder / "index", folder / "log", **UNLIMITED) as server:
        server.wait_until("/", 200, "<gradio-app", seconds=120)
        yield server


def families(messages: list[Hostile]) -> list[tuple[str, list[str]]]:
    grouped = itertools.groupby(messages, lambda message: message.family)
    return [(family, [message.text for message in members]) for family, members in grouped]


def seen(text: str) -> str:
    """What the page may show of it. On the way two halves of a pair become one character."""
    return clean(without_surrogates(json.loads(json.dumps(text))))


def test_there_are_500_of_twenty_kinds_and_always_the_same() -> None:
    assert len({message.text for message in MESSAGES}) == len(MESSAGES) == 500 == len(FAMILIES) * PER_FAMILY
    assert hostile() == MESSAGES != hostile(8)
    assert max(len(message.text) for message in MESSAGES) == 1_000_000
    assert len(slice_of(MESSAGES)) == 60


def test_the_api_answers_or_refuses(server: ServerProcess) -> None:
    """Red without: the check for surrogates in `Bot._question`."""
    with httpx.Client(base_url=server.url, timeout=60) as client:

        def ask(question: str) -> httpx.Response:
            headers = {"content-type": "application/json"}
            return client.post("/api/ask", content=json_body(question), headers=headers)

        for family, texts in families(MESSAGES):
            for text in texts:
                answer = ask(text)
                assert answer.status_code in (200, 413, 422), (family, ascii(text[:80]), answer.text[:200])
                assert answer.headers["content-type"] == "application/json"
                assert answer.headers["x-content-type-options"] == "nosniff"
                said = [reply["question"] for reply in answer.json().get("replies", [])]
                assert not steers_a_terminal("".join(said)), (family, ascii(text[:80]))
            after = ask(NORMAL).json()["replies"]
            assert [reply["answer"]["entry_id"] for reply in after] == [RIGHT], family
    assert server.faults() == []


@pytest.mark.parametrize("messages", [slice_of(MESSAGES), pytest.param(MESSAGES, marks=pytest.mark.long)], ids=len)
def test_the_chat_page_answers_or_refuses_and_echoes_what_was_typed_as_itself(
    server: ServerProcess, messages: list[Hostile]
) -> None:
    """Through Gradio's queue. Red without: `literal` or `without_surrogates` in `said_by_visitor`."""
    queue = ChatQueue(server.url)
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    for family, texts in families(messages):
        for text in texts:
            joined, session = queue.join(text, [])
            if joined.status_code in (413, 422):  # over the limit of a body; not text
                continue
            assert joined.status_code == 200, (family, ascii(text[:80]), joined.text[:200])
            event = queue.result(session)
            assert event["success"], (family, ascii(text[:80]), event)
            for said in [message for message in event["output"]["data"][0] if message["role"] == "user"]:
                echo = said["content"][0]["text"]
                assert html.unescape(echo) in (seen(text), seen(text[:200])), (family, ascii(text[:80]))
                kinds = {child.type for token in markdown.parse(echo) for child in (token, *(token.children or []))}
                assert kinds <= PLAIN, (family, ascii(text[:80]), kinds - PLAIN)
        assert queue.turn(NORMAL)[1]["metadata"]["log"] == RIGHT, family
    assert server.faults() == []


@pytest.mark.parametrize("messages", [slice_of(MESSAGES), pytest.param(MESSAGES, marks=pytest.mark.long)], ids=len)
def test_the_command_answers_or_refuses(
    folder: Path, capsys: pytest.CaptureFixture[str], messages: list[Hostile]
) -> None:
    """In one process, for people and as JSON. Red without: the check for surrogates; `clean` in `Bot._question`."""
    where = ["--index", str(folder / "index"), "--"]
    for family, texts in families(messages):
        for at, text in enumerate(texts):
            status = main(["ask", *(["--json"] if at % 2 else []), *where, text])
            printed = "".join(capsys.readouterr())
            assert status in (0, 1), (family, ascii(text[:80]))
            assert "Traceback" not in printed
            assert not steers_a_terminal(printed), (family, ascii(text[:80]))
            assert status == 0 or "error: " in printed
        assert main(["ask", "--json", *where, NORMAL]) == 0
        assert json.loads(capsys.readouterr().out)["replies"][0]["answer"]["entry_id"] == RIGHT, family


@pytest.mark.parametrize("family", FAMILIES)
def test_the_command_in_a_process_of_its_own(folder: Path, family: str) -> None:
    """One of each family, as far as the system carries it: no NUL, at most 128 KB, bytes that are no text."""
    [*_, text] = [message.text for message in slice_of(MESSAGES) if message.family == family]
    argument = text.replace("\0", "").encode("utf-8", "replace")[:120_000].decode("utf-8", "surrogateescape")
    done = run_chatbot("ask", "--index", folder / "index", "--", argument)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert not steers_a_terminal(done.stdout + done.stderr)
