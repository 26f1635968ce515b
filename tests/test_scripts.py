"""The checker of the scripts: what it finds, and what it says where it cannot look."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

WEB = Path("chatbot/web")
CHECKER = ROOT / "tests" / "node_modules" / "typescript"
needs_checker = pytest.mark.skipif(
    not (shutil.which("node") and CHECKER.is_dir()), reason="needs node and TypeScript: npm ci --prefix tests"
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The scripts, their types and the checker, to be changed."""
    scripts = [path.relative_to(ROOT) for kind in ("*.js", "*.d.ts") for path in (ROOT / WEB).rglob(kind)]
    for path in (*scripts, Path("tests/check_scripts.sh"), Path("tests/tsconfig.json")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def checked(project: Path, path: str = os.environ["PATH"]) -> tuple[bool, str]:
    """Whether all is well, and what is told."""
    shell = shutil.which("sh")
    assert shell
    done = subprocess.run(
        [shell, "tests/check_scripts.sh"], cwd=project, env={"PATH": path}, capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stdout + done.stderr


# (script, what stands in it, what is written instead, what is told)
MISTAKES = [
    ("faq/faq.js", "location.hash &&", "location.hush &&", "Property 'hush' does not exist"),
    ("gradio_page/chat.js", "hasWords(text)", "hasWord(text)", "Cannot find name 'hasWord'"),
    (
        "widget/widget.js",
        "beginningOf(answer.text)",
        "beginningOf(answer.marks)",
        "not assignable to parameter of type",
    ),
    ("shared.js", "const activate = at =>", "const activate = (at, unused) =>", "implicitly has an 'any' type"),
]


@needs_checker
def test_mistakes_in_scripts_are_found(copy: Path) -> None:
    """Whatever one script takes from the other included. Red without `checkJs`, and without `strict`."""
    (copy / "tests" / "node_modules").symlink_to(CHECKER.parent)
    for script, old, new, _ in MISTAKES:
        text = (copy / WEB / script).read_text("utf-8")
        assert text.count(old) == 1
        (copy / WEB / script).write_text(text.replace(old, new), "utf-8")
    is_well, said = checked(copy)
    assert not is_well
    for script, _, _, told in MISTAKES:
        assert any(f"{script}(" in line and told in line for line in said.splitlines()), (script, said)


@needs_checker
def test_the_scripts_are_as_their_types_say() -> None:
    assert checked(ROOT) == (True, "")


def test_without_the_checker_the_reason_is_told(copy: Path, tmp_path: Path) -> None:
    """And nothing fails, as a machine need not have npm or reach its registry."""
    for name, told in (("cat", "node is not installed"), ("node", "TypeScript is not installed")):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to("/bin/true")
        (tmp_path / "bin" / "dirname").unlink(missing_ok=True)
        (tmp_path / "bin" / "dirname").symlink_to(shutil.which("dirname") or "")
        is_well, said = checked(copy, str(tmp_path / "bin"))
        assert is_well
        assert f"The scripts were not checked: {told}" in said
