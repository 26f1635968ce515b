"""Only one program at a time writes into an index."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from chatbot.core.errors import IndexRefused
from chatbot.indexing.disk import make_folder, require_file


@contextlib.contextmanager
def locked(index: Path) -> Iterator[None]:
    """The kernel frees the lock when the process ends, however it ends."""
    try:
        make_folder(index)
        lock = _opened(index / "LOCK")
    except OSError as error:
        raise IndexRefused(
            f"{error.filename or index}: cannot be written ({error.strerror}); name another index with --index"
        ) from None
    try:
        _lock(lock, index)
        yield
    finally:
        with contextlib.suppress(OSError):  # the lock is gone whatever closing it says, and a build may be published
            lock.close()


def _opened(path: Path) -> IO[bytes]:
    """Made where it is missing; OSError for a pipe or a device, which are neither waited for nor opened."""
    with contextlib.suppress(FileNotFoundError):
        require_file(path.stat(), path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    lock = os.fdopen(os.open(path, flags, 0o666), "ab")
    require_file(os.fstat(lock.fileno()), path)
    return lock


def _lock(lock: IO[bytes], index: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise IndexRefused(f"{index}: another build is running; wait until it has ended") from None
    except OSError as error:
        raise IndexRefused(
            f"{index / 'LOCK'}: cannot be locked ({error.strerror}); name an index on another disk with --index"
        ) from None
