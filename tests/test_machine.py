"""What a process takes of its machine."""

import gc
import os
import re
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from chatbot.core import machine
from tests.command import ROOT
from tests.process import server_process

THP = Path("/sys/kernel/mm/transparent_hugepage/enabled")
has_huge_pages = pytest.mark.skipif(
    not THP.exists() or "[never]" in THP.read_text(), reason="this machine has no huge pages"
)


def tunables_of(pid: int) -> list[str]:
    """glibc takes its list apart in place, so that each tunable seems to be a variable of its own."""
    environment = Path(f"/proc/{pid}/environ").read_text().replace("\0", ":").split(":")
    return [value.removeprefix("GLIBC_TUNABLES=") for value in environment if "glibc." in value]


@has_huge_pages
@pytest.mark.model
@pytest.mark.parametrize("command", [("-m", "chatbot", "serve"), ("app.py",)])
def test_the_encoder_of_a_server_is_in_huge_pages(
    command: tuple[str, ...], shipped_index: Path, tmp_path: Path
) -> None:
    """Red without the restart, when it is another process that serves, and without `arena_max`."""
    with server_process(tmp_path / "absent", shipped_index, tmp_path / "log", command=command) as server:
        server.wait_until()
        pages = re.search(r"AnonHugePages:\s*(\d+) kB", Path(f"/proc/{server.process.pid}/smaps_rollup").read_text())
        assert pages
        assert int(pages[1]) > 40_000


def test_who_has_set_it_has_decided(index: Path, tmp_path: Path) -> None:
    """Red when the environment is overwritten."""
    own = "glibc.malloc.hugetlb=0"
    with server_process(tmp_path / "absent", index, tmp_path / "log", GLIBC_TUNABLES=own) as server:
        server.wait_until()
        assert tunables_of(server.process.pid) == [own]


@has_huge_pages
def test_other_tunables_stay(index: Path, tmp_path: Path) -> None:
    """Red when any tunable is taken for a decision, and when the others are lost."""
    own = "glibc.malloc.tcache_count=6"
    with server_process(tmp_path / "absent", index, tmp_path / "log", GLIBC_TUNABLES=own) as server:
        server.wait_until()
        assert tunables_of(server.process.pid) == [own, *machine.HUGE_PAGES.split(":")]


@has_huge_pages
def test_a_server_whose_tunables_are_taken_away_begins_anew_once() -> None:
    """As glibc takes them from a program with capabilities of its own (`setcap`, for a port below 1024). Red when only
    they tell that it has begun anew: it never stops doing so, and says nothing."""
    code = (
        "import os; os.environ.pop('GLIBC_TUNABLES', None); print('begins', flush=True); "
        "from chatbot.core.machine import prepare_to_serve; prepare_to_serve(); print('goes on')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.stdout.split("\n") == ["begins", "begins", "goes on", ""]


def test_only_cores_that_the_process_may_run_on_count() -> None:
    """Red with `os.cpu_count`."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("this machine has one core")
    code = "import os; os.sched_setaffinity(0, {0}); from chatbot.core.machine import cores; print(cores())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


@pytest.mark.parametrize(
    ("quota", "cores"), [("50000 100000\n", 1), ("150000 100000\n", 2), ("max 100000\n", 4), ("", 4), (None, 4)]
)
def test_a_container_may_use_as_many_cores_as_its_quota_pays_for(
    quota: str | None, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red without the quota, and when half a core is none."""
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    assert machine.cores(tmp_path / "cpu.max") == cores


def test_garbage_is_collected_and_the_rest_is_out_of_the_collectors_sight() -> None:
    """Red without `collect`, and without `freeze`."""

    class Circular:
        def __init__(self) -> None:
            self.itself = self

    garbage, kept = Circular(), Circular()
    is_collected, is_gone = weakref.ref(garbage), weakref.ref(kept)
    del garbage
    machine.freeze_garbage_collector()
    assert not is_collected()
    del kept
    gc.collect()
    assert is_gone()
    gc.unfreeze()
    gc.collect()
    assert not is_gone()
    gc.freeze()


def test_an_object_with_a_cached_method_is_freed_at_once() -> None:
    """Red with `lru_cache` alone."""

    class Doubler:
        def __init__(self) -> None:
            self.calls = 0
            self.doubled = machine.cached_method(1, self._doubled)

        def _doubled(self, number: int) -> int:
            self.calls += 1
            return 2 * number

    doubler = Doubler()
    assert [doubler.doubled(number) for number in (1, 1, 2, 1)] == [2, 2, 4, 2]
    assert doubler.calls == 3
    is_gone = weakref.ref(doubler)
    gc.disable()
    del doubler
    assert not is_gone()
    gc.enable()
