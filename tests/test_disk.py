"""What is read and written below the index: no waiting, no surprise, and room before work begins."""

import os
from pathlib import Path

import pytest

from chatbot.core.errors import IndexRefused
from chatbot.indexing.disk import make_folder, read_bytes, require_space


def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(tmp_path: Path) -> None:
    """Red without: O_NONBLOCK (hangs), the look at what kind of file it is (reads as empty)."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(tmp_path / "pipe", 10)
    (tmp_path / "endless").symlink_to("/dev/zero")
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(tmp_path / "endless", 10)


def test_no_more_is_read_than_was_asked_for_and_no_more_room_taken_than_is_there(tmp_path: Path) -> None:
    """Red without: the bound by the file's own size (MemoryError)."""
    (tmp_path / "a").write_bytes(b"0123456789")
    assert read_bytes(tmp_path / "a", 10) == b"0123456789"
    assert read_bytes(tmp_path / "a", 4) == b"01234"
    assert read_bytes(tmp_path / "a", 10**15) == b"0123456789"


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_disk_without_room_is_refused_in_megabytes_before_anything_is_written(tmp_path: Path) -> None:
    """Red without: the comparison."""
    require_space(tmp_path, [1])
    with pytest.raises(IndexRefused, match=r"10000000000\.0 MB are needed and \d+\.\d MB are free; make room"):
        require_space(tmp_path, [10**16])
    assert list(tmp_path.iterdir()) == []
