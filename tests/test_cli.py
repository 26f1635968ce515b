"""Every verb in a process of its own: output, exit status, and one clear sentence for every mistake."""

import fcntl
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from chatbot.indexing.store import current_build
from tests.command import ROOT, run_chatbot
from tests.process import server_process
from tests.test_evaluate import CONTRACT


def test_help_lists_every_verb() -> None:
    done = run_chatbot("--help")
    assert done.returncode == 0
    for verb in ("lint", "build", "ask", "serve", "evaluate"):
        assert verb in done.stdout
        assert run_chatbot(verb, "--help").returncode == 0


def test_lint(corpus: Path) -> None:
    done = run_chatbot("lint", "--corpus", corpus, "--json")
    body = json.loads(done.stdout)
    assert done.returncode == 0
    assert (body["entries"], body["gaps"], body["dropped_lines"], body["problems"]) == (3, 1, 1, [])
    assert body["gap_questions"] == [{"file": "pets.md", "line": 22, "question": "How long do hamsters live?"}]
    plain = run_chatbot("lint", "--corpus", corpus)
    assert plain.stdout == "3 answers, 1 gap, 1 dropped line, 0 problems\n"
    assert "gap: pets.md:22: no answer yet: How long do hamsters live?" in plain.stderr
    assert "add --meaning" in plain.stderr
    assert "add --meaning" not in run_chatbot("lint", "--corpus", corpus, "--meaning").stderr


@pytest.mark.parametrize("size", [(24, 80), (0, 0)])
def test_encoding_shows_its_progress_on_a_terminal_and_nowhere_else(
    size: tuple[int, int], corpus: Path, tmp_path: Path
) -> None:
    """Also where a terminal does not tell its size. Red without: `ncols` and `nrows`; `isatty`."""
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    command = [sys.executable, "-m", "chatbot", "build", "--corpus", corpus, "--index", tmp_path / "index"]
    subprocess.run([*map(str, command)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=end, check=True, timeout=100)
    os.close(end)
    with os.fdopen(terminal, "rb", buffering=0) as shown:
        assert b"encoding: 100%" in shown.read(10_000)
    assert "encoding:" not in run_chatbot("build", "--corpus", corpus, "--index", tmp_path / "other").stderr


def test_build_then_ask(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    done = run_chatbot("build", "--corpus", corpus, "--index", index, "--json")
    body = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"build_id", "entries", "passages", "encoded", "reused", "gaps", "dropped_lines", "problems"} <= set(body)
    assert (body["entries"], body["gaps"]) == (3, 1)
    assert body["encoded"] + body["reused"] == body["passages"]
    assert run_chatbot("build", "--corpus", corpus, "--index", index).stdout.count(" 0 encoded") == 1

    done = run_chatbot("ask", "may dogs eat chocolate", "--index", index, "--json", "--top", 1)
    body = json.loads(done.stdout)
    assert done.returncode == 0
    assert (body["replies"][0]["answer"]["entry_id"], len(body["replies"][0]["suggestions"])) == (
        "may-dogs-eat-chocolate",
        1,
    )
    plain = run_chatbot("ask", "may dogs eat chocolate", "--index", index).stdout
    assert plain.startswith("May dogs eat chocolate?\n\nNo, chocolate is poisonous for dogs:\n\n1. call your vet")
    assert "Source: The vet https://vet.example/" in plain
    assert (
        "The FAQ has no answer to this. Ask the vet." in run_chatbot("ask", "xylophone quartz", "--index", index).stdout
    )
    said = run_chatbot("ask", "speek to a humn", "--index", index).stdout
    assert said.startswith("Ask the vet.\n\nI am a program")
    assert "nobody has answered it yet" in run_chatbot("ask", "How long do hamsters live?", "--index", index).stdout


def test_evaluate(corpus: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text(
        '{"id": "1", "text": "feed cat", "relevant": ["how-often-should-i-feed-my-cat"]}\n{"text": "France"}\n'
    )
    entries = tmp_path / "entries.jsonl"
    entries.write_text('{"id": "how-often-should-i-feed-my-cat", "question": "Feed my cat?", "answer": "Twice."}')
    run = tmp_path / "run.txt"
    failures = tmp_path / "failures.json"
    more = ["--run", run, "--failures", failures, "--json"]
    done = run_chatbot("evaluate", "--corpus", corpus, "--queries", queries, *more)
    assert done.returncode == 0, done.stderr
    assert sorted(json.loads(done.stdout)) == sorted([*CONTRACT, "intervals", "sweep", "failed"])
    assert json.loads(done.stdout)["success_at_1"] == 1.0
    assert json.loads(failures.read_text()) == json.loads(done.stdout)["failed"]
    assert run.read_text().startswith("1 Q0 how-often-should-i-feed-my-cat 1 ")
    plain = run_chatbot("evaluate", "--entries", entries, "--queries", queries, CHATBOT_ENCODER="hashing")
    assert "success_at_1                   1.0000\n" in plain.stdout  # one query, so no interval
    assert "cut  answered" not in plain.stdout
    index = tmp_path / "index"
    assert run_chatbot("build", "--corpus", corpus, "--index", index).returncode == 0
    assert run_chatbot("evaluate", "--index", index, "--queries", queries).returncode == 0
    served = current_build(index)
    measured = ["evaluate", "--entries", entries, "--queries", queries, "--index", index]
    assert run_chatbot(*measured, CHATBOT_ENCODER="hashing").returncode == 0
    assert current_build(index) == served  # measuring publishes nothing where something is served


@pytest.mark.parametrize(
    "arguments",
    ["init -", "build --index -", "import x.md --into -", "evaluate --queries q --plots -", "train --out -"],
)
def test_no_folder_is_standard_output(arguments: str) -> None:
    """It is said, where a folder called "-" would be written."""
    done = run_chatbot(*arguments.split())
    assert (done.returncode, done.stderr.count("name a folder")) == (2, 1)
    assert not (ROOT / "-").exists()


def test_evaluate_in_full(index: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text(
        '{"id": "1", "text": "feed cat", "relevant": ["how-often-should-i-feed-my-cat"]}\n'
        '{"id": "2", "text": "goldfish meal", "relevant": ["what-do-goldfish-eat"]}\n'
    )
    queries.open("a").write('{"id": "3", "text": "hello", "relevant": ["what-do-goldfish-eat"]}\n')
    evaluate = ["evaluate", "--index", index, "--queries", queries]
    failures = tmp_path / "failures.txt"
    done = run_chatbot(*evaluate, "--failures", failures)
    assert done.returncode == 0, done.stderr
    assert failures.read_text().endswith("    wanted: What do goldfish eat? [what-do-goldfish-eat]\n")
    assert failures.read_text() not in done.stdout
    assert run_chatbot(*evaluate, "--failures", "-").stdout.endswith(f"\n\n{failures.read_text()}")
    printed = run_chatbot(*evaluate, "--run", "-")
    assert printed.stdout.splitlines()[0].split()[:2] == ["1", "Q0"]
    assert "success_at_1" not in printed.stdout
    assert "success_at_1" in printed.stderr
    assert not (ROOT / "-").exists()
    for other in (["--json"], ["--failures", "-"]):
        assert "would both be on standard output" in run_chatbot(*evaluate, "--run", "-", *other).stderr
    queries.write_text("".join(queries.read_text().splitlines(keepends=True)[:2]))
    plots = tmp_path / "new" / "plots"
    done = run_chatbot(*evaluate, "--sweep", "--plots", plots, "--fail-under", "success_at_1=1")
    assert done.returncode == 0, done.stderr
    figures, sweep = (block.splitlines() for block in done.stdout.split("\n\n"))
    assert figures[0].split() == ["value", "95", "%", "interval"]
    assert "success_at_1                   1.0000   1.0000 to 1.0000" in figures
    assert "auroc                               -" in figures
    assert sweep[0].split() == "cut answered of answerable precision false answers joint accuracy".split()
    assert [line.split()[0] for line in sweep[1:]] == [f"{step / 20:.2f}" for step in range(1, 20)]
    assert len({len(line) for line in sweep}) == 1  # the columns stand under their heads
    assert sorted(path.name for path in plots.iterdir()) == ["reliability.png", "scores.png"]

    limits = ["--fail-under", "map=0.5", "--fail-under", "auroc=0.5", "--fail-over", "expected_calibration_error=0"]
    done = run_chatbot(*evaluate, *limits, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["success_at_1"] == 1.0
    assert done.stderr.startswith("error: auroc cannot be told (it needs both answerable and unanswerable questions); ")
    assert done.stderr.count("\n") == 1
    assert ", over 0\n" in done.stderr
    assert "map" not in done.stderr


def mistakes(tmp_path: Path) -> dict[str, tuple[list[object], int, str]]:
    """name -> (arguments, exit status, what the message says)"""
    empty, bad, absent = tmp_path / "empty", tmp_path / "bad", tmp_path / "absent"
    index = tmp_path / "index"
    empty.mkdir()
    bad.mkdir()
    (bad / "a.txt").write_bytes(b"Why?\nBecause.\n\xff")
    queries = tmp_path / "q.jsonl"
    queries.write_text("{}")
    good = tmp_path / "good.jsonl"
    good.write_text('{"id": "1", "text": "cat food"}\n{"id": "1", "text": "dog food"}')
    evaluate = ["evaluate", "--index", index, "--queries", good]
    return {
        "no verb": ([], 2, "the following arguments are required: VERB"),
        "unknown verb": (["sing"], 2, "invalid choice: 'sing'"),
        "top out of range": (["ask", "x", "--top", "99"], 2, "'99' is not a whole number between 0 and 20"),
        "missing corpus": (["build", "--corpus", absent], 2, "absent: there is no such folder; create it"),
        "empty corpus": (["build", "--corpus", empty], 1, "empty: holds no FAQ file; add one"),
        "not UTF-8": (["build", "--corpus", bad], 1, "a.txt:3: not UTF-8 text (byte 14 of the file), and no "),
        "lint not UTF-8": (["lint", "--corpus", bad], 1, "a.txt:3: not UTF-8 text"),
        "no index": (["ask", "x", "--index", absent], 1, "holds no index yet; run: python -m chatbot build --index"),
        "empty question": (["ask", " ", "--index", index], 1, "there are no words in the question; type a few"),
        "long question": (["ask", "x" * 501, "--index", index], 1, "501 characters and 500 are allowed; shorten it"),
        "bytes that are no text": (["ask", "caf\udce9", "--index", index], 1, "surrogate"),
        "queries without text": (["evaluate", "--index", index, "--queries", queries], 1, "q.jsonl:1: not a question"),
        "two sources": (
            ["evaluate", "--entries", bad, "--corpus", bad, "--queries", queries], 2, "--entries or --corpus, not both",
        ),
        "no folder for the run": (
            ["evaluate", "--queries", queries, "--run", absent / "run.txt"], 2, "run.txt: there is no such folder",
        ),
        "no folder for the failures": (
            ["evaluate", "--queries", queries, "--failures", absent / "f.json"], 2, "f.json: there is no such folder",
        ),
        "two questions of one id": ([*evaluate, "--run", tmp_path / "run"], 1, 'two questions have the id "1"'),
        "a file for the plots": ([*evaluate, "--plots", queries], 2, "q.jsonl: is a file; name a folder"),
        "unknown metric": ([*evaluate, "--fail-under", "wit=1"], 2, 'no metric "wit" here; there are success_at_1'),
        "a limit without number": ([*evaluate, "--fail-under", "auroc=high"], 2, "with a number from 0 to 1"),
        "limit of the other side": ([*evaluate, "--fail-under", "false_answer_rate=1"], 2, "use --fail-over"),
        "wrong port": (["serve", "--port", "99999"], 2, "--port: 99999 must lie between 1 and 65535"),
    }  # fmt: skip


def test_every_mistake_ends_in_one_sentence_and_the_right_status(tmp_path: Path, index: Path) -> None:
    for name, (arguments, status, message) in mistakes(tmp_path).items():
        done = run_chatbot(*arguments)
        assert (name, done.returncode) == (name, status), done.stderr
        assert message in done.stderr, name
        assert "Traceback" not in done.stderr, name


def test_a_mistake_with_json_is_one_json_document(corpus: Path, tmp_path: Path) -> None:
    done = run_chatbot("ask", "x", "--index", tmp_path, "--json")
    assert json.loads(done.stdout)["error"]["code"] == "index_refused"
    assert done.returncode == 1
    (corpus / "a.md").write_text("# A?\nOne.\n\nId: x\n\n# B?\nTwo.\n\nId: x")
    done = run_chatbot("build", "--corpus", corpus, "--index", tmp_path / "i", "--json")
    body = json.loads(done.stdout)
    assert body["error"]["code"] == "content_error"
    assert [(found["rule"], found["line"]) for found in body["problems"]] == [("same-id", 6)]


def test_an_index_of_another_encoder(corpus: Path, index: Path) -> None:
    """The message names both, whether the other encoder is there or not. Red when its absence is told instead."""
    for name in ("default", "no/such-model"):
        done = run_chatbot("ask", "cat food", "--index", index, CHATBOT_ENCODER=name)
        assert done.returncode == 1
        assert "was made by another encoder: hashing in fp32, and the environment (CHATBOT_ENCODER," in done.stderr
        assert f"names {name} in fp32; unset it, or build the index again" in done.stderr


def test_a_variable_that_would_change_what_a_site_says_is_refused_at_the_start(tmp_path: Path) -> None:
    """Before anything is read. Red where it is passed over, and where it counts."""
    for verb in ("serve", "build", "ask", "lint"):
        asked = ["hello"] if verb == "ask" else []
        done = run_chatbot(verb, *asked, "--index", tmp_path / "none", CHATBOT_TITLE="Mine", CHATBOT_PROT="1")
        warned = verb in ("serve", "build")
        assert (done.returncode, done.stderr.count("CHATBOT_PROT")) == (2, warned), done.stderr
        said = "no variable changes what a site says; write title into its bot.toml, and unset the variable"
        assert done.stderr.splitlines()[warned:] == [f"error: CHATBOT_TITLE: {said}"]


def test_a_reader_that_has_seen_enough_is_no_error(corpus: Path) -> None:
    lines = "".join(f"## Question {number}?\n\nAnswer.\n\n" for number in range(2000))
    (corpus / "many.md").write_text(lines)  # more than a pipe holds
    done = subprocess.run(
        f"{sys.executable} -m chatbot lint --corpus {corpus} --json | head -c 5",
        shell=True, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == '{\n "e'
    assert "Traceback" not in done.stderr


def test_the_port_that_a_hosting_service_names_is_the_one(tmp_path: Path) -> None:
    """Taken here, so that the sentence tells which one it was. Red without `hosted_settings`."""
    with socket.socket() as taken, socket.socket() as other:
        for each in (taken, other):
            each.bind(("127.0.0.1", 0))
            each.listen()
        named, chosen = (str(each.getsockname()[1]) for each in (taken, other))
        for flags, environment, port in (
            ([], {"PORT": named}, named),
            ([], {"PORT": named, "CHATBOT_PORT": chosen}, chosen),
            (["--port", chosen], {"PORT": "no number"}, chosen),
        ):
            done = run_chatbot(
                "serve", "--corpus", tmp_path / "none", "--index", tmp_path / "none", *flags, **environment
            )
            assert (done.returncode, f"cannot listen on 127.0.0.1:{port} " in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("command", [["app.py"], ["-m", "chatbot", "serve"]])
def test_serve_builds_answers_and_stops_at_a_signal(corpus: Path, tmp_path: Path, command: list[str]) -> None:
    with server_process(corpus, tmp_path / "index", tmp_path / "log", command, CHATBOT_PROT="1") as server:
        server.wait_until()
        assert server.ask("may dogs eat chocolate").json()["replies"][0]["status"] == "answered"
        server.wait_until("/", 200, "<gradio-app")
        server.stop(signal.SIGINT)
        assert server.process.returncode == 0
    log = server.log.read_text()
    assert f"on {server.url} (Ctrl+C stops)" in log
    assert log.count("warning: CHATBOT_PROT: there is no such variable; is CHATBOT_PORT meant?\n") == 1
    assert "Traceback" not in log
