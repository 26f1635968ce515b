"""Files and folders that outlive a power cut, and reading that never waits.

What is written is on the disk only after `fsync` of the file, and is found again only after `fsync` of its folder.
"""

import errno
import os
import stat
from collections.abc import Collection
from pathlib import Path

from chatbot.core.errors import IndexRefused
from chatbot.core.text import sha256


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a file, but of one that is larger than `most` only its beginning, one byte more than that."""
    # Not to wait: a pipe in the place of a file must not hold up whoever reads it.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        found = os.fstat(file.fileno())
        require_file(found, path)
        return file.read(min(most, found.st_size) + 1)


def read_verified(path: Path, size: int, digest: str) -> bytes:
    """The content of a file of that many bytes with that SHA-256; IndexRefused for any other."""
    try:
        data = read_bytes(path, size)
    except OSError as error:
        raise IndexRefused(unreadable(path, error)) from None
    if len(data) != size or sha256(data) != digest:
        raise IndexRefused(f"{path}: damaged (its size or hash is wrong); build the index again")
    return data


def unreadable(path: Path, error: OSError) -> str:
    """A file that is whole and may not be read is not mended by another build."""
    remedy = "check its permissions" if isinstance(error, PermissionError) else "build the index again"
    return f"{path}: cannot be read ({error.strerror}); {remedy}"


def require_file(found: os.stat_result, path: Path) -> None:
    """OSError for a pipe, a device or a folder."""
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))


def make_folder(index: Path) -> None:
    """With those above it, and each so that a power cut does not take it away again."""
    missing = [path for path in (index, *index.parents) if not path.exists()]
    index.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def write_durably(path: Path, data: bytes | memoryview) -> None:
    """Its name is durable only after `sync_folder` of its folder."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Makes durable what another program wrote."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes durable which names the folder holds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def require_space(index: Path, sizes: Collection[int]) -> None:
    """IndexRefused where the disk has no room for files of these sizes, in bytes: a disk that is not filled harms
    nobody else."""
    disk = os.statvfs(index)
    needed = sum(sizes) + (len(sizes) + 4) * disk.f_frsize  # folders, CURRENT, and what is rounded
    free = disk.f_bavail * disk.f_frsize
    if disk.f_blocks and free < needed:  # no blocks at all: a file system that does not tell
        raise IndexRefused(
            f"{index}: the disk is full: {needed / 1e6:.1f} MB are needed and {free / 1e6:.1f} MB are free; "
            "make room and build again; the index that worked is unchanged"
        )
