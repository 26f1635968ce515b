"""The locks of deploy/ hold what the lists name, all that it needs, and nothing without a hash."""

import json
import re
import subprocess
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deployed import tool
from tests.locks import FOLDER, LISTS, TORCH_LOCK, blocks
from tests.test_serving_environment import pins

LOCKS = {name: blocks((FOLDER / name).read_text()) for name in (*LISTS, TORCH_LOCK)}
TORCH = LOCKS[TORCH_LOCK]


def named_in(made_of: Path) -> dict[str, str]:
    """The pins of a list, and of the one that it includes."""
    found = {canonicalize_name(name): version for name, version in pins(made_of).items()}
    for included in re.findall(r"^-r (.+)$", made_of.read_text(), re.MULTILINE):
        found |= named_in(made_of.parent / included)
    return found


@pytest.mark.parametrize("lock", LISTS)
def test_a_lock_holds_the_versions_of_its_list(lock: str) -> None:
    """Red when a list is edited and `make lock` forgotten."""
    locked = {name: version for name, (version, _) in (*LOCKS[lock].items(), *TORCH.items())}
    named = named_in(LISTS[lock])
    assert named
    assert {name: locked.get(name) for name in named} == named, "run: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes_and_no_address(lock: str) -> None:
    text = (FOLDER / lock).read_text()
    assert len(LOCKS[lock]) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))  # none twice
    assert all("--hash=sha256:" in lines for _, lines in LOCKS[lock].values())
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize("lock", LISTS)
def test_a_lock_holds_all_that_its_packages_need(lock: str) -> None:
    """As far as they are installed here: what is missing from a lock is not installed, with `--no-deps`."""
    there = LOCKS[lock].keys() | (TORCH.keys() if lock == "requirements-build.lock" else set())
    missing = []
    for name in there:
        try:
            needed = [Requirement(text) for text in requires(name) or []]
        except PackageNotFoundError:
            continue
        for one in needed:
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                missing += [f"{name} needs {one.name}"] if canonicalize_name(one.name) not in there else []
    assert missing == []


def test_one_version_in_all_locks() -> None:
    for name in set.intersection(*(set(LOCKS[lock]) for lock in LISTS)):
        assert len({LOCKS[lock][name][0] for lock in LISTS}) == 1, name


def test_nothing_of_torch_is_served() -> None:
    for lock in ("requirements-serve.lock", "requirements-milvus.lock"):
        assert not {"torch", "triton", "transformers", "sentence-transformers"} & LOCKS[lock].keys()
    assert not {"torch", "triton"} & LOCKS["requirements-build.lock"].keys()
    assert "torch" in TORCH


def test_the_bill_of_materials_lists_the_lock(tmp_path: Path) -> None:
    """CycloneDX, valid by its own schema, as `make sbom` writes it."""
    written = tmp_path / "sbom.json"
    command = [tool("cyclonedx-py"), "requirements", "--output-reproducible", "--validate", "-o", written]
    subprocess.run([*map(str, command), FOLDER / "requirements-serve.lock"], check=True, capture_output=True)
    document = json.loads(written.read_text())
    assert document["bomFormat"] == "CycloneDX"
    listed = {canonicalize_name(one["name"]): one["version"] for one in document["components"]}
    assert listed == {name: version for name, (version, _) in LOCKS["requirements-serve.lock"].items()}
