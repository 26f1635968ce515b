"""The scripts of examples/, as somebody would run them, and the functions that they are written with."""

import ast
import inspect
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import chatbot.verbs
from tests.conftest import ROOT

EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))


def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CHATBOT_ENCODER": "hashing"}
    command = [sys.executable, "-m", f"examples.{name}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_question_is_asked_from_python(index: Path) -> None:
    done = run("ask", index, "Is chocolate bad for dogs? What do parrots cost?")
    assert done.returncode == 0, done.stderr
    assert "No, chocolate is **poisonous** for dogs" in done.stdout
    assert "The FAQ has no answer" in done.stdout
    assert done.stdout.rpartition("---\n")[2].strip()


def test_a_reader_of_ones_own_feeds_a_build(tmp_path: Path) -> None:
    database, corpus, index = tmp_path / "help.db", tmp_path / "corpus", tmp_path / "index"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE faq (id, question, answer, also_asked)")
        rows = [
            (1, "When do you open?", "At nine.", "opening hours|when are you there"),
            (2, "Is it free?", "Yes.", None),
        ]
        connection.executemany("INSERT INTO faq VALUES (?, ?, ?, ?)", rows)
    done = run("own_reader", database, corpus, index)
    assert done.returncode == 0, done.stderr
    assert "2 entries, " in done.stdout
    again = run("own_reader", database, corpus, index)
    assert "2 entries, 0 of " in again.stdout
    asked = run("ask", index, "opening hours")
    assert "At nine." in asked.stdout
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE faq SET question = ''")
    done = run("own_reader", database, corpus, index)
    assert done.returncode == 1
    assert "from_database.jsonl:1" in done.stderr
    assert "Traceback" not in done.stderr
    assert "At nine." in run("ask", index, "opening hours").stdout


def test_an_edit_that_makes_answers_worse_fails_a_pipeline(corpus: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    labelled = [("How often should I feed my cat?", ["how-often-should-i-feed-my-cat"]), ("who won the cup", [])]
    good.write_text("".join(f"{json.dumps({'text': text, 'relevant': ids})}\n" for text, ids in labelled))
    bad.write_text(json.dumps({"text": "How often should I feed my cat?", "relevant": ["what-do-goldfish-eat"]}))
    done = run("evaluate_in_ci", corpus, good)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "success_at_1: 1.0" in done.stdout
    done = run("evaluate_in_ci", corpus, bad)
    assert done.returncode == 1
    assert "wanted: ['what-do-goldfish-eat']" in done.stdout
    (corpus / "wrong.csv").write_text("question;answer;tags\n;An answer without a question.;\n")
    done = run("evaluate_in_ci", corpus, good)
    assert done.returncode == 1
    assert "wrong.csv" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("ask",),
        ("ask", "nowhere", "hello there"),
        ("own_reader", "nothing.db", "corpus", "index"),
        ("own_reader", "only one"),
        ("evaluate_in_ci", "nowhere", "nothing.jsonl"),
        ("evaluate_in_ci",),
    ],
    ids=" ".join,
)
def test_wrong_input_gets_a_sentence_and_no_trace(command: tuple[str, ...], tmp_path: Path) -> None:
    name, *arguments = command
    done = run(name, *(tmp_path / argument for argument in arguments))
    assert done.returncode != 0
    assert done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_example_is_run_here() -> None:
    text = Path(__file__).read_text()
    assert EXAMPLES == ["ask", "evaluate_in_ci", "own_reader"]
    assert all(f'run("{name}"' in text for name in EXAMPLES)


@pytest.mark.parametrize("name", chatbot.verbs.__all__)
def test_every_function_says_what_it_takes_gives_and_refuses(name: str) -> None:
    """Types for all that goes in and out, and every argument named where its type does not say enough."""
    function = getattr(chatbot.verbs, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())
    assert len(inspect.getdoc(function) or "") > 40


def test_the_verbs_print_nothing_and_know_no_command_line() -> None:
    for path in (ROOT / "chatbot" / "verbs").glob("*.py"):
        tree = ast.parse(path.read_text())
        names = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        modules = {node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)}
        assert not names & {"print", "input", "exit"}, path.name
        assert not modules & {"argparse", "sys"}, path.name
