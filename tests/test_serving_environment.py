"""The small environment: what chatbot/serve-requirements.txt names suffices to serve an index and to build it again."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.process import server_process

SMALL = ROOT / "chatbot" / "serve-requirements.txt"


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(), re.MULTILINE))


def test_both_lists_name_the_same_versions() -> None:
    small, whole = pins(SMALL), pins(ROOT / "requirements.txt")
    assert small
    assert small == {name: whole[name] for name in small}
    assert not {"torch", "transformers", "sentence-transformers"} & set(small)
    assert "cryptography" in small  # a replica that cannot check a signature may follow only unsigned archives


@pytest.mark.long
@pytest.mark.model
def test_an_environment_of_its_own_serves_and_builds(shipped_index: Path, tmp_path: Path) -> None:
    """Installs what is named and nothing else. Red when a package is missing from the list."""
    python = tmp_path / "venv" / "bin" / "python"
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    for command in (
        [sys.executable, "-m", "venv", tmp_path / "venv"],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", SMALL],
    ):
        subprocess.run([*map(str, command)], env=clean, check=True)
    packages = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    size = sum(path.lstat().st_size for path in packages.rglob("*"))
    print(f"{size / 1e6:.0f} MB of packages")
    assert not (packages / "torch").exists()
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(ROOT / "corpus", corpus)
    shutil.copytree(shipped_index, index)
    (corpus / "more.md").write_text("# May I juggle while running?\n\nYes, with two balls.\n")
    with server_process(corpus, index, tmp_path / "log", python=python) as server:
        server.wait_until(seconds=240)  # nothing is compiled yet
        [reply] = server.ask("juggling on a run?").json()["replies"]
        assert (reply["answer"] or reply["suggestions"][0])["entry_id"] == "may-i-juggle-while-running"
        server.wait_until("/", 200, "<gradio-app", seconds=240)
        assert server.wait_until().json()["status"] == "ready"
