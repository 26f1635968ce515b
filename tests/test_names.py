"""Names of files may hold anything, and are shown so that they neither hide, nor reorder, nor break a line."""

import json
import re
from pathlib import Path

import pytest

from chatbot.core.problem import Problem
from chatbot.core.settings import ServerSettings
from chatbot.core.text import visible
from chatbot.web.health import Health
from chatbot.web.lifecycle import prepare
from tests.command import run_chatbot
from tests.process import forked_server

NAME = "a\nerror: forged.md:1: \x1b[31mred\x07\u202egnp\x7f\x9b0m\u2028.md"
SHOWN = r"a\nerror: forged.md:1: \x1b[31mred\x07\u202egnp\x7f\x9b0m\u2028.md"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]")


@pytest.fixture
def strange(corpus: Path) -> Path:
    """A corpus with a good file of that name, in which a line is dropped, and a bad one in a folder of that name."""
    (corpus / NAME).write_text("Begin typing your search\n\n# Is this read?\n\nYes.\n\n# Is there no answer?\n")
    (corpus / NAME.removesuffix(".md")).mkdir()
    (corpus / NAME.removesuffix(".md") / "bad.md").write_bytes(b"\xff")
    return corpus


def test_what_is_visible_is_left_alone() -> None:
    plain = "Fragen & Antworten (caf\u00e9) \U0001f468\u200d\U0001f469 \u0645\u0631\u062d\u0628\u0627 \u093f\u200d.md"
    assert visible(plain) == plain
    assert visible(NAME) == SHOWN
    assert visible("a\nb\tc\x1b\udcff", keep="\n\t") == "a\nb\tc\\x1b\\udcff"
    assert str(Problem(NAME, 3, "rule", "says\nso")) == f"{SHOWN}:3: says\\nso"


@pytest.mark.parametrize("verb", ["lint", "build"])
def test_commands_show_them_written_out(verb: str, strange: Path, tmp_path: Path) -> None:
    """Red when any of problem, coverage, gap, dropped line or error is printed as it is."""
    done = run_chatbot(verb, "--corpus", strange, "--index", tmp_path / "index")
    assert done.returncode == 1
    assert SHOWN.removesuffix(".md") in done.stderr
    assert not OBEYED.search(done.stdout + done.stderr)
    assert "\nerror: forged" not in done.stderr
    if verb == "lint":
        assert f"gap: {SHOWN}:" in done.stderr


def test_json_holds_the_name_itself_in_characters_that_nobody_obeys(strange: Path) -> None:
    done = run_chatbot("lint", "--corpus", strange, "--json")
    assert not re.search("[\x00-\x09\x0b-\x1f\x80-\x9f\u2028-\u202e]", done.stdout)
    assert NAME in {line["file"] for line in json.loads(done.stdout)["ledger"]}


def test_the_log_of_a_server_shows_them_written_out(index: Path, strange: Path, tmp_path: Path) -> None:
    """The name of the corpus, too. Red without the formatter of the log."""
    odd = strange.rename(tmp_path / "corpus\x1b[31m")
    with forked_server(odd, index, tmp_path / "log") as server:
        assert "content_error" in server.wait_until("/readyz", 200, "degraded").text
        for path in ("/", "/faq", "/readyz", "/api/starters"):
            assert not OBEYED.search(server.wait_until(path, 200).text)
    log = server.log.read_text()
    assert SHOWN.removesuffix(".md") in log
    assert r"corpus\x1b[31m" in log
    assert not OBEYED.search(log)


def test_the_error_of_a_server_that_begins_holds_them_written_out(strange: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="not UTF-8 text") as error:
        prepare(ServerSettings(corpus=strange, index=tmp_path / "none"), Health())
    assert not OBEYED.search(str(error.value))
