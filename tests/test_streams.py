"""Standard output as it may be: closed, full, in ASCII, or read no further."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.process import server_process

QUESTION = "How often should I feed my cat?"
CURLY = "\u201cTwice\u201d a day, caf\u00e9."


def run(shell: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`python -m chatbot ARGUMENTS` in a shell, with its streams as `shell` says, such as ">&-"."""
    words = " ".join(f"'{argument}'" for argument in arguments)
    return subprocess.run(
        f"exec '{sys.executable}' -m chatbot {words} {shell}",
        shell=True, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
@pytest.mark.parametrize(
    ("arguments", "unbuffered"),
    [
        (["--help"], ""),
        (["serve", "--help"], "1"),
        (["info"], ""),
        (["info"], "1"),
        (["info", "--json"], ""),
        (["ask", "?", "--json"], ""),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_full_output_is_one_sentence(arguments: list[str], unbuffered: str, index: Path) -> None:
    """That of an error, too. Red without: the last flush, what is dropped then, the look at whose error it is;
    `_Parser`."""
    where = [] if "--help" in arguments else ["--index", index]
    done = run("> /dev/full", *arguments, *where, PYTHONUNBUFFERED=unbuffered)
    said = done.stderr.decode()
    assert done.returncode == 1
    if arguments[0] == "ask":
        assert said == "error: there are no words in the question; type a few\n"
    else:
        assert said.startswith("error: standard output cannot be written (No space left on device); send it to a file")
        assert said.count("\n") == 1


@pytest.mark.parametrize("closed", [">&-", "<&- >&-"])
def test_a_closed_output_is_one_sentence_and_no_file_takes_its_place(closed: str, corpus: Path, index: Path) -> None:
    """Red without: the null device in its place; the refusal before anything is done."""
    before = (index / "CURRENT").read_bytes()
    (corpus / "pets.md").write_text("# New?\n\nYes.\n")
    for arguments in (["info", "--index", index], ["build", "--corpus", corpus, "--index", index]):
        done = run(closed, *arguments)
        assert done.returncode == 1
        assert done.stderr == b"error: standard output is closed; send it to a file, or to /dev/null\n"
    assert (index / "CURRENT").read_bytes() == before


def test_with_closed_messages_the_output_is_as_ever(index: Path) -> None:
    """Red when messages then go to the output, as `print` has it."""
    done = run("2>&-", "ask", QUESTION, "--index", index, "--json")
    assert json.loads(done.stdout)["replies"][0]["status"] == "answered"
    refused = run("2>&-", "ask", " ", "--index", index, "--json")
    assert json.loads(refused.stdout)["error"]["code"] == "empty_question"


def test_a_server_may_be_started_with_all_streams_closed(index: Path, tmp_path: Path) -> None:
    """As some supervisors do. Red when its sockets or files get the numbers of the streams."""
    shell = ("-c", f'exec "{sys.executable}" -m chatbot serve "$@" <&- >&- 2>&-', "serve")
    with server_process(tmp_path / "absent", index, tmp_path / "log", shell, Path("/bin/sh")) as server:
        server.wait_until()
        assert server.ask(QUESTION).json()["replies"][0]["status"] == "answered"
        streams = [os.readlink(f"/proc/{server.process.pid}/fd/{number}") for number in range(3)]
        assert streams == ["/dev/null"] * 3


def test_an_output_in_ascii_is_one_sentence_or_whole_json(corpus: Path, tmp_path: Path) -> None:
    """What an owner wrote is shown word for word or not at all. Red without: the catch, JSON's own way of writing."""
    (corpus / "pets.md").write_text(f"# {QUESTION}\n\n{CURLY}\n")
    index, ascii_only = tmp_path / "index", {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert run("> /dev/null", "build", "--corpus", corpus, "--index", index).returncode == 0
    done = run("", "ask", QUESTION, "--index", index, **ascii_only)
    assert done.returncode == 1
    assert done.stderr == (
        b"error: standard output is ascii, which cannot hold '\\u201c'; set PYTHONIOENCODING=utf-8, or add --json\n"
    )
    done = run("", "ask", QUESTION, "--index", index, "--json", **ascii_only)
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("ascii"))["replies"][0]["answer"]["text"] == CURLY


def test_an_export_goes_to_standard_output_where_it_is_named_so(index: Path, tmp_path: Path) -> None:
    """Red without `to_output`: a file of that name."""
    done = run(f"> '{tmp_path}/out'", "export", "--csv", "-", "--index", index)
    assert done.returncode == 0
    assert (tmp_path / "out").read_text(encoding="utf-8-sig").startswith('"id","question",')
    assert done.stderr.startswith(b"-: 3 answers and 1 gap of ")
    assert not (ROOT / "-").exists()
    assert run("", "export", "--html", "-", "--json", "--index", index).returncode == 2
