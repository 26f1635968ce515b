"""The documents keep to the truth: their commands run, their files exist, their verbs are all there are."""

import datetime
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from chatbot import verbs
from chatbot.cli.parser import parser
from chatbot.content.formats import READERS
from chatbot.content.notices import check_notices
from chatbot.core.settings import BotSettings, ServerSettings, described
from chatbot.core.settings_sources import load_bot_settings
from tests.command import run_chatbot
from tests.conftest import ROOT
from tests.settings_page import with_tables

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "RELEASE.md",
    "SECURITY.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
COMMANDS = sorted(
    {
        command
        for document in DOCUMENTS
        if document != "docs/content-ci.md"  # whose commands belong together: test_content_ci.py
        for command in re.findall(r"^python -m chatbot (.*?)(?:\s+#.*)?$", (ROOT / document).read_text("utf-8"), re.M)
    }
)


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
    # Whatever is read or written lies in a folder of its own, and not in the checkout.
    named = re.compile(r"[\w-]+(\.[a-z]+)+|pictures|my-faq|my-index")
    arguments = [str(tmp_path / argument) if named.fullmatch(argument) else argument for argument in arguments]
    where = {"CHATBOT_CORPUS": str(corpus), "CHATBOT_INDEX": str(index)}
    if str(tmp_path / "my-faq") in arguments and arguments[0] in ("lint", "build"):
        shutil.copytree(corpus, tmp_path / "my-faq")  # as `init` would make one
    if arguments[0] in ("journal", "report", "suggest"):
        shutil.copy(ROOT / "tests" / "data" / "journal-1.db", tmp_path / "journal.db")
    if str(tmp_path / "faq.key.pub") in arguments or ("--key" in arguments and arguments[0] == "pack"):
        verbs.new_key(tmp_path / "faq.key")
    if arguments[0] == "pull":
        verbs.pack(index, tmp_path / "faq.verbatim", tmp_path / "faq.key")
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


@pytest.mark.parametrize("document", DOCUMENTS)
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
    table = (ROOT / "docs" / "formats.md").read_text("utf-8").split("| file in `corpus/` |")[1].split("\n\n")[0]
    for suffix in READERS:
        assert f"`{suffix}`" in table


SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_every_setting_has_a_row_with_default_meaning_and_limits() -> None:
    """Red with what is changed in the code alone. `python -m tests.settings_page` writes the rows."""
    assert with_tables(SETTINGS) == SETTINGS
    for model in (BotSettings, ServerSettings):
        for name, field in described(model).items():
            assert f"\n| `{name}` | " in SETTINGS
            assert len(field.description or "") > 10, name


def test_the_notice_in_the_settings_is_one(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", SETTINGS, re.S)
    (tmp_path / "bot.toml").write_text(example)
    settings = load_bot_settings(tmp_path, env={})
    assert not [problem for problem in check_notices(settings.notices, datetime.date(2026, 2, 1))]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 250


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
