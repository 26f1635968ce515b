"""Files and folders that outlive a power cut, and reading that never waits.

What is written is on the disk only after `fsync` of the file, and has its name only after `fsync` of its folder.
"""

import errno
import hashlib
import mmap
import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import IO

from chatbot.core.errors import IndexRefused
from chatbot.core.text import sha256
from chatbot.search.vectors import aligned

MAPPED_FROM = 256 * 1024 * 1024  # bytes; a copy of a smaller file never matters


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a file, but of one that is larger than `most` only its beginning, one byte more than that."""
    with open_file(path) as file:
        return file.read(min(most, os.fstat(file.fileno()).st_size) + 1)


def open_file(path: Path) -> IO[bytes]:
    """To read it. OSError, at once, for a pipe, a device or a folder."""
    file = open(path, "rb", opener=_not_waiting)  # noqa: SIM115  # for whoever called
    try:
        require_file(os.fstat(file.fileno()), path)
    except OSError:
        file.close()
        raise
    return file


def read_verified(path: Path, size: int, digest: str) -> bytes:
    """The content of a file of that many bytes with that SHA-256; IndexRefused for any other."""
    try:
        data = read_bytes(path, size)
    except OSError as error:
        raise IndexRefused(unreadable(path, error)) from None
    if len(data) != size or sha256(data) != digest:
        raise IndexRefused(_damaged(path))
    return data


def map_verified(path: Path, size: int, digest: str, mapped_from: int = MAPPED_FROM) -> memoryview:
    """As `read_verified`, in memory that is `aligned`. A large file is mapped: it is read when it is needed, and
    processes that serve the same build share it.

    A mapped file must not be shortened while it is served: the process would end. Builds are write-once, and deleting
    one is no harm. A small file is copied, so that nothing that is done to it later matters.
    """
    try:
        with open(path, "rb", opener=_not_waiting) as file:
            actual = os.fstat(file.fileno())
            require_file(actual, path)
            if actual.st_size == size > 0:
                if size < mapped_from:
                    memory = aligned(size)
                    if file.readinto(memory) == size and sha256(memory) == digest:
                        return memory
                # Read, not through the mapping, so that the pages do not count as memory of this process.
                elif hashlib.file_digest(file, "sha256").hexdigest() == digest:
                    return memoryview(mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ))
    except OSError as error:
        raise IndexRefused(unreadable(path, error)) from None
    raise IndexRefused(_damaged(path))


def unreadable(path: Path, error: OSError) -> str:
    """Another build does not help where a file is whole and may not be read."""
    remedy = "check its permissions" if isinstance(error, PermissionError) else "build the index again"
    return f"{path}: cannot be read ({error.strerror}); {remedy}"


def _damaged(path: Path) -> str:
    return f"{path}: damaged (its size or hash is wrong); build the index again"


def _not_waiting(name: str, flags: int) -> int:
    """A pipe in the place of a file must not hold up whoever reads it."""
    return os.open(name, flags | os.O_NONBLOCK)


def require_file(status: os.stat_result, path: Path) -> None:
    """OSError for a pipe, a device or a folder."""
    if not stat.S_ISREG(status.st_mode):
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


def require_space(index: Path, sizes: Collection[int], again: str = "build again") -> None:
    """IndexRefused where the disk has no room for files of these sizes, in bytes: a disk that is not filled harms
    nobody else. `again`: what to do then."""
    disk = os.statvfs(index)
    needed = sum(sizes) + (len(sizes) + 4) * disk.f_frsize  # folders, CURRENT, and what is rounded
    free = disk.f_bavail * disk.f_frsize
    if disk.f_blocks and free < needed:  # no blocks at all: a file system that does not tell
        raise IndexRefused(
            f"{index}: the disk is full: {needed / 1e6:.1f} MB are needed and {free / 1e6:.1f} MB are free; "
            f"make room and {again}; the index that worked is unchanged"
        )
