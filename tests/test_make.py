"""`make run` installs when the list of packages says something new, and at no other time."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")

PYTHON = """#!/bin/sh
case "$*" in *"pip install"*) test -z "$FAILS" || exit 1;; esac
echo "$*" >> "$LOG"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The Makefile and the lists, with an environment whose Python only writes down what it is asked to do."""
    for name in ("Makefile", "requirements.txt", "tests/requirements.txt", "tests/package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o755)
    npm = tmp_path / "bin" / "npm"  # the real one would fetch
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\n")
    npm.chmod(0o755)
    return tmp_path


def made(project: Path, target: str, fails: str = "") -> list[str]:
    """What its Python was asked to do."""
    log = project / "log"
    log.write_text("")
    environment = {"PATH": f"{project / 'bin'}:{os.environ['PATH']}", "LOG": str(log), "FAILS": fails}
    done = subprocess.run(["make", target], cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert bool(done.returncode) == bool(fails), done.stderr
    return ["install" if "pip install" in line else line.split()[0] for line in log.read_text().splitlines()]


def test_a_new_time_installs_nothing_and_a_new_line_does(project: Path) -> None:
    """Red when times are compared, as a checkout gives every file a new one."""
    assert made(project, "run") == ["install", "-m", "app.py"]
    assert made(project, "run") == ["app.py"]
    for name in ("requirements.txt", "tests/requirements.txt", ".venv/bin/python"):
        os.utime(project / name, (4e9, 4e9))
    assert made(project, "run") == ["app.py"]
    with (project / "requirements.txt").open("a") as file:
        file.write("another==1.0\n")
    assert made(project, "run") == ["install", "-m", "app.py"]
    assert made(project, "run") == ["app.py"]


def test_what_could_not_be_installed_is_tried_again(project: Path) -> None:
    """Red when the list is kept before the packages are there."""
    assert made(project, "run", fails="yes") == []
    assert made(project, "run") == ["install", "-m", "app.py"]


def test_the_packages_of_the_tests_follow_both_lists(project: Path) -> None:
    assert made(project, "installed-tests") == ["install", "-m", "install"]
    assert made(project, "installed-tests") == []
    with (project / "tests" / "requirements.txt").open("a") as file:
        file.write("another==1.0\n")
    assert made(project, "installed-tests") == ["install"]


KNOWN = "Found 3 known vulnerabilities in 1 package"  # of a version that has some
TRACE = "Traceback\n  File x\nConnectionError: no route"


@pytest.mark.parametrize(
    ("said", "status", "of_known", "told"),
    [
        ("No known vulnerabilities found", 0, KNOWN, "No known vulnerabilities found"),
        ("Found 1 known vulnerability in 1 package", 1, KNOWN, "Found 1 known vulnerability"),
        (TRACE, 1, TRACE, "index of vulnerabilities could not be asked"),
        (TRACE, 1, KNOWN, "audited.txt: could not be audited"),
        ("No known vulnerabilities found", 0, "No known vulnerabilities found", "knows of none in pyyaml 5.3"),
    ],
)
def test_an_audit_ends_in_one_sentence(project: Path, said: str, status: int, of_known: str, told: str) -> None:
    """What pip-audit says without a network is a trace of 75 lines. Red without its redirection, and without the
    question for a version whose vulnerabilities are known."""
    audit = project / ".venv" / "audit"
    (audit / "bin").mkdir(parents=True)
    (project / "deploy").mkdir()
    (project / "deploy" / "a.lock").touch()
    for name in ("audit.sh", "audit-requirements.txt"):
        shutil.copy(ROOT / "tests" / name, project / "tests")
    known = f"case $* in *canary*) cat '{project}/known' >&2; exit {int(of_known != said or status)};; esac\n"
    for name, text in (("bandit", ""), ("pip-audit", f"{known}cat '{project}/said' >&2; exit {status}\n")):
        (audit / "bin" / name).write_text(f"#!/bin/sh\n{text}")
        (audit / "bin" / name).chmod(0o755)
    (project / "said").write_text(f"{said}\n")
    (project / "known").write_text(f"{of_known}\n")
    shutil.copy(ROOT / "tests" / "audit-requirements.txt", audit / "installed.txt")
    done = subprocess.run(
        ["make", "-o", "installed", "audit"], cwd=project, env={**os.environ, "LOG": os.devnull},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode > 0) == (told != "No known vulnerabilities found")
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make")]
    assert len(lines) == 1
    assert told in lines[0]
