"""Builders that are killed, starved or raced: the old build is served or the new one, and the next build works.

`tests/crashes.py` plays the campaigns in a process of its own, and says what each outcome means.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.campaign import outcomes_of
from tests.sizes import sizes


def may_trace() -> bool:
    command = ["strace", "-e", "inject=fsync:error=EIO", "true"]
    return bool(shutil.which("strace")) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def may_mount() -> bool:
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/tmp"]
    return bool(shutil.which("unshare")) and subprocess.run(command, capture_output=True, check=False).returncode == 0


traced = pytest.mark.skipif(not may_trace(), reason="strace is not installed, or may not trace here")


def faults(outcomes: dict[str, int]) -> list[str]:
    return [name for name in outcomes if "FAULT" in name or "LOST" in name]


@sizes(normal=200, campaign=5_000)
def test_a_builder_that_is_killed_at_any_instant_costs_a_build_and_nothing_else(size: int, tmp_path: Path) -> None:
    """Red when CURRENT changes before the build is on the disk."""
    outcomes = outcomes_of("tests.crashes", "kills", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["killed, old"] > size / 4
    assert sum(outcomes.values()) == size


@sizes(normal=8, campaign=400)
def test_a_whole_build_from_a_corpus_may_be_killed(size: int, tmp_path: Path) -> None:
    """Red when the lock is a file that is deleted in the end."""
    outcomes = outcomes_of("tests.crashes", "killed_builds", tmp_path, size)
    assert faults(outcomes) == []
    assert sum(outcomes.values()) == size


@traced
@sizes(normal=1, campaign=5)
def test_a_builder_that_is_killed_at_any_system_call(size: int, tmp_path: Path) -> None:
    """Red when CURRENT is written in place."""
    outcomes = outcomes_of("tests.crashes", "killed_at_every_call", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["old"] > outcomes["new"] > 5


@traced
@sizes(normal=2, campaign=6)
def test_an_error_of_any_system_call_is_a_failure_exactly_if_the_old_build_is_still_served(
    size: int, tmp_path: Path
) -> None:
    """Red when closing the lock may fail, and when an error after the new CURRENT is an error of the build."""
    outcomes = outcomes_of("tests.crashes", "errors_at_every_call", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["refused"] > 20
    assert outcomes["published"] > 20


@pytest.mark.skipif(not may_mount(), reason="a disk of its own cannot be mounted here; the next test has a quota")
@sizes(normal=40, campaign=2_000)
def test_a_disk_that_is_full(size: int, tmp_path: Path) -> None:
    """Red when an error of writing is passed over and the build is not read back."""
    outcomes = outcomes_of("tests.crashes", "full_disk", tmp_path, size, before=("unshare", "-rm"))
    assert faults(outcomes) == []
    assert outcomes["refused"] > size / 10
    assert outcomes["published"] > size / 10


@sizes(normal=30, campaign=2_000)
def test_a_quota_that_is_used_up(size: int, tmp_path: Path) -> None:
    """Red when an error of writing is passed over and the build is not read back."""
    outcomes = outcomes_of("tests.crashes", "short_files", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["refused"] > size / 2


@sizes(normal=4, campaign=600)
def test_of_four_builders_one_has_the_lock_and_the_reader_reads_whole_builds(size: int, tmp_path: Path) -> None:
    """For so many seconds. Red without: flock."""
    outcomes = outcomes_of("tests.crashes", "race", tmp_path, size)
    assert faults(outcomes) == []
    assert min(outcomes["published"], outcomes["refused"], outcomes["read"]) > 10
