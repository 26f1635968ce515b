"""What the tests of Dockerfile and deploy/ share: the tools that read such files, and the files."""

import os
import shutil

import pytest

from tests.forked import ROOT

DEPLOY = ROOT / "deploy"
_PLACES = os.pathsep.join(
    (str(ROOT / ".venv" / "deploy" / "bin"), os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin")
)


def found(name: str) -> str | None:
    """The path of a program, or None."""
    return shutil.which(name, path=_PLACES)


def tool(name: str, from_where: str = "make deploy-tools") -> str:
    """The path of a program; the test is skipped where it is missing."""
    path = found(name)
    if not path:
        pytest.skip(f"needs {name}: {from_where}")
    return path
