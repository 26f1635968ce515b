"""The documents keep to the truth: their commands run, their files exist, their verbs are all there are."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from chatbot.cli.parser import parser
from chatbot.content.formats import READERS
from tests.command import run_chatbot
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m chatbot (.*?)(?:\s+#.*)?$", README, re.M)


def test_every_verb_is_shown() -> None:
    verbs = set(re.findall(r"\{([\w,]+)\}|^    (\w+)  ", parser().format_help(), re.M))
    shown = {shlex.split(command)[0] for command in COMMANDS}
    assert shown == {verb for _, verb in verbs if verb}


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(command: str, corpus: Path, index: Path, tmp_path: Path) -> None:
    arguments = shlex.split(command)
    if arguments[0] in ("serve", "mcp", "train"):
        parser().parse_args(arguments)  # run for real in test_cli.py, test_mcp.py and test_training.py
        return
    asked = [{"text": "how often to feed my cat", "relevant": ["how-often-should-i-feed-my-cat"]}, {"text": "who won"}]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (tmp_path / "old-faq.html").write_text("<h2>Why?</h2><p>So.</p>")
    names = (
        "questions.jsonl",
        "run.txt",
        "wrong.txt",
        "pictures",
        "faq.html",
        "faq.csv",
        "old-faq.html",
        "my-faq",
        "my-index",
    )
    files = {name: str(tmp_path / name) for name in names}
    arguments = [files.get(argument, argument) for argument in arguments]
    where = {"CHATBOT_CORPUS": str(corpus), "CHATBOT_INDEX": str(index)}
    if arguments[0] == "rollback":
        assert run_chatbot("build", **where).returncode == 0
    done = run_chatbot(*arguments, **where)
    assert done.returncode == 0, done.stderr


def test_its_http_example_is_one_that_the_api_takes() -> None:
    from chatbot.web.api import AskRequest

    [body] = re.findall(r"curl .*-d '(.*)'", README)
    assert AskRequest.model_validate_json(body).question


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_its_make_targets_exist(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^make ([\w-]+)", (ROOT / document).read_text(), re.M))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        *(f"docs/{name}.md" for name in "ARCHITECTURE clients deploy embed training-log".split()),
    ],
)
def test_its_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_file_tree_is_that_of_the_checkout() -> None:
    tree = README.split("## The files\n\n```\n")[1].split("```")[0]
    top = re.findall(r"^([\w.]+)/?\s", tree, re.M)
    rooms = re.findall(r"^  ([\w.]+)/?\s", tree, re.M)
    for name in top:
        assert (ROOT / name).exists(), name
    assert {"app.py", "requirements.txt", "corpus", "index", "chatbot", "tests"} <= set(top)
    assert {room for room in rooms if (ROOT / "chatbot" / room).is_dir()} == {
        path.name for path in (ROOT / "chatbot").iterdir() if path.is_dir() and path.name != "__pycache__"
    }


def test_every_format_is_described() -> None:
    table = README.split("| file in `corpus/` |")[1].split("\n\n")[0]
    for suffix in READERS:
        assert f"`{suffix}`" in table


def test_nothing_of_a_development_machine_is_in_the_project() -> None:
    """No absolute path of a machine and no host of a package registry."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not files:
        pytest.skip("not a git checkout")
    forbidden = re.compile(r"/wo[r]k/|/ho[m]e/\w|/tm[p]/bash|py[p]i\.o|pythonhoste[d]|npmj[s]\.")
    for name in files:
        if Path(name).suffix in (".py", ".md", ".toml", ".txt", ".sh", ".css", "") and (ROOT / name).is_file():
            found = forbidden.search((ROOT / name).read_text(encoding="utf-8"))
            assert found is None, f"{name}: {found}"
