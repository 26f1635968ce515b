"""A server asks for huge pages, as the same process that was started."""

import re
from pathlib import Path

import pytest

from tests.process import server_process

THP = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.model
@pytest.mark.parametrize("command", [("-m", "chatbot", "serve"), ("app.py",)])
def test_the_encoder_of_a_server_is_in_huge_pages(
    command: tuple[str, ...], shipped_index: Path, tmp_path: Path
) -> None:
    """Red without the restart, or when it is another process that serves."""
    if not THP.exists() or "[never]" in THP.read_text():
        pytest.skip("this machine has no huge pages")
    with server_process(tmp_path / "absent", shipped_index, tmp_path / "log", command=command) as server:
        server.wait_until()
        pages = re.search(r"AnonHugePages:\s*(\d+) kB", Path(f"/proc/{server.process.pid}/smaps_rollup").read_text())
        assert pages
        assert int(pages[1]) > 20_000


def test_who_has_set_it_has_decided(index: Path, tmp_path: Path) -> None:
    """Red when the environment is overwritten."""
    own = "glibc.malloc.hugetlb=0"
    with server_process(tmp_path / "absent", index, tmp_path / "log", GLIBC_TUNABLES=own) as server:
        server.wait_until()
        assert f"GLIBC_TUNABLES={own}\0" in Path(f"/proc/{server.process.pid}/environ").read_text()
