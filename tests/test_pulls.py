"""Archives and pulls of which something is wrong: the old build is served or the new one, and the next pull works.

`tests/pulls.py` plays the campaigns in a process of its own.
"""

from pathlib import Path

import pytest

from tests.campaign import outcomes_of
from tests.sizes import sizes
from tests.test_crashes import faults, may_mount, traced


@sizes(normal=100, campaign=2_000)
def test_no_hostile_archive_is_installed(size: int, index: Path, tmp_path: Path) -> None:
    """Damaged, forged, wrongly signed and replayed ones. Red without any of: the hashes, the comparison of headers, the
    names, the signature, the time of packing, opening the build before it is published."""
    outcomes = outcomes_of("tests.pulls", "hostile", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["refused"] > size * 0.8
    assert sum(outcomes.values()) == size


@traced
@pytest.mark.parametrize("size", [-8, pytest.param(2, marks=pytest.mark.long)])
def test_a_pull_that_is_killed_at_any_system_call(size: int, index: Path, tmp_path: Path) -> None:
    """Eight of them by chance, or each twice. Red when the encoder comes after CURRENT, and when a rest of a killed
    pull is in the way."""
    outcomes = outcomes_of("tests.pulls", "killed_at_every_call", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["old"] > outcomes.get("new", 0)


@traced
@pytest.mark.parametrize("size", [-8, pytest.param(4, marks=pytest.mark.long)])
def test_an_error_of_any_system_call_during_a_pull(size: int, index: Path, tmp_path: Path) -> None:
    """Red when an error after the new CURRENT is an error of the pull."""
    outcomes = outcomes_of("tests.pulls", "errors_at_every_call", tmp_path, size)
    assert faults(outcomes) == []
    assert outcomes["refused"] > 1


@pytest.mark.skipif(not may_mount(), reason="a disk of its own cannot be mounted here")
@sizes(normal=12, campaign=500)
def test_a_disk_that_is_full_during_a_pull(size: int, index: Path, tmp_path: Path) -> None:
    """Red when an error of writing is passed over."""
    outcomes = outcomes_of("tests.pulls", "full_disk", tmp_path, size, before=("unshare", "-rm"))
    assert faults(outcomes) == []
    assert outcomes["refused"] > size / 10
    assert outcomes["pulled"] > size / 10
