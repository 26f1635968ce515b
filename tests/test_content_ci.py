"""The commands of docs/content-ci.md, run as they stand there in a repository of their own, with gates that fail."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from chatbot.dialogue.bot import Bot
from chatbot.indexing.store import current_build
from chatbot.web.asgi import Server
from chatbot.web.health import Health
from chatbot.web.rebuild_api import Rebuilding
from chatbot.web.rebuilds import Rebuilds
from chatbot.web.sites import Site, Sites
from chatbot.web.tokens import Token
from tests.command import ROOT
from tests.conftest import write_corpus
from tests.serving import UNLIMITED, running_server

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("curl")), reason="needs git and curl")

PAGE = (ROOT / "docs" / "content-ci.md").read_text("utf-8")
CHECK, BUILD, PUBLISH = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
TOKEN = "content-pipeline-token-of-a-test-0001"


def lines_with(*words: str) -> str:
    """The commands of `check.sh` that hold all of `words`."""
    found = [line for line in CHECK.splitlines() if all(word in line for word in words)]
    assert found, words
    return "\n".join(found)


class Repository:
    """The content in git: `origin/main` is what was merged, and the checkout is on a branch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "content"
        self.folder.mkdir(parents=True)
        write_corpus(self.folder / "corpus")
        fish = {"id": "q1", "text": "What do goldfish eat?", "relevant": ["what-do-goldfish-eat"]}
        dogs = {"id": "q2", "text": "May dogs eat chocolate?", "relevant": ["may-dogs-eat-chocolate"]}
        nothing = {"id": "q3", "text": "xylophone quartz", "relevant": []}
        self.write("kept.jsonl", json.dumps(fish) + "\n")
        self.write("questions.jsonl", "".join(json.dumps(each) + "\n" for each in (fish, dogs, nothing)))
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        python = bin_folder / "python"
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CHATBOT_", "GIT_"))},
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            **{f"GIT_{who}_{what}": "test@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        origin = shlex.quote(str(folder / "origin"))
        self.sh(f"git init -q -b main . && git add . && git commit -qm begun && git clone -q --bare . {origin}")
        self.sh(f"git remote add origin {origin} && git fetch -q origin && git checkout -qb edit")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def sh(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-e", "-c", script], cwd=self.folder, env={**self.environment, **environment},
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("content-ci"))


@pytest.fixture(scope="module")
def checked(repository: Repository) -> subprocess.CompletedProcess[str]:
    """`check.sh` on an edit that it lets pass: a new entry, and another answer that is not in the list. After it there
    is an index of what was merged."""
    pets = repository.folder / "corpus" / "pets.md"
    before = pets.read_text("utf-8")
    pets.write_text(before.replace("Twice a day", "Thrice a day"), encoding="utf-8")
    repository.write("corpus/birds.md", "## Can parrots talk?\n\nSome learn words.\n")
    done = repository.sh(CHECK)
    pets.write_text(before, encoding="utf-8")
    return done


def test_an_edit_of_what_is_not_kept_passes(repository: Repository, checked: subprocess.CompletedProcess[str]) -> None:
    """And the reviewer sees what it changes, though only the listed questions are kept. Red where the page names an
    option that is not there, and when all questions are asked in spite of `--only-queries`."""
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "new: Can parrots talk?" in checked.stdout
    assert "answer edited: How often should I feed my cat?" in checked.stdout
    assert re.search(r"^1 question asked of b-000001-\w+ and of the draft; other answers: none$", checked.stdout, re.M)
    assert repository.sh("git status --porcelain").stdout == "?? corpus/birds.md\n"
    assert repository.sh("git worktree list").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "edit", "command", "message"),
    [
        ("pets.md", lambda text: text.replace("Flakes, once", "Flakes, twice"), ("--only-queries",),
         "1 answer would change, and 0 are allowed"),
        ("pets.md", lambda text: text.replace("reviewed: 2026-01-31", "reviewed: soon"), ("lint",), "is not a date"),
        ("pets.md", lambda text: re.sub(r"(?s)## May dogs.*?(?=## How long)", "", text), ("evaluate",),
         "success_at_1 is 0.5, under 0.8"),
    ],
    ids=["kept answer", "lint", "evaluate"],
)  # fmt: skip
@pytest.mark.usefixtures("checked")
def test_each_gate_fails_where_it_must(
    name: str, edit: object, command: tuple[str, ...], message: str, repository: Repository
) -> None:
    """Red without `--fail-on-change 0` or `--only-queries` on the page, and without its limits."""
    path = repository.folder / "corpus" / name
    before = path.read_text("utf-8")
    try:
        path.write_text(edit(before), encoding="utf-8")  # type: ignore[operator]
        assert path.read_text("utf-8") != before
        done = repository.sh(lines_with(*command))
    finally:
        path.write_text(before, encoding="utf-8")
    assert done.returncode == 1
    assert message in done.stderr


def test_it_is_published_by_a_build_and_by_a_server(repository: Repository, tmp_path: Path) -> None:
    """With an edit, and with one that the server refuses, which fails the pipeline."""
    index, corpus = tmp_path / "index", repository.folder / "corpus"
    assert repository.sh(BUILD, FAQ_INDEX=str(index)).returncode == 0
    built = current_build(index)
    rebuilding = Rebuilding(Token(TOKEN), Rebuilds(corpus, index))
    server = Server(Sites(Site(Bot.open(index), Health(), rebuilding=rebuilding)), UNLIMITED, chat_page=False)
    with running_server(server) as url:
        to = {"FAQ_URL": url, "FAQ_TOKEN": TOKEN}
        (corpus / "new.md").write_text("## Do snakes hear?\n\nThey feel sound.\n")
        done = repository.sh(PUBLISH, **to)
        assert done.returncode == 0, done.stdout + done.stderr
        published = json.loads(done.stdout)["report"]["build_id"]
        assert published == current_build(index) != built
        (corpus / "new.md").write_bytes(b"\xff")
        done = repository.sh(PUBLISH, **to)
        (corpus / "new.md").unlink()
        assert done.returncode == 1
        assert [problem["file"] for problem in json.loads(done.stdout)["problems"]] == ["new.md"]
        done = repository.sh(PUBLISH, FAQ_URL=url, FAQ_TOKEN="x" * 32)
        assert (done.returncode, "401" in done.stderr) == (22, True)


def test_the_files_of_both_services_run_these_scripts() -> None:
    github, gitlab = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.S))
    steps = {name: [step.get("run") for step in job["steps"]] for name, job in github["jobs"].items()}
    for name in ("check", "publish"):
        assert steps[name][-1] == gitlab[name]["script"][-1] == f"sh -e {name}.sh"
