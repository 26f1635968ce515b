"""What a process uses of its machine: cores, huge pages, temporary folders, garbage collection."""

import contextlib
import gc
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

P = ParamSpec("P")
T = TypeVar("T")

# Memory that threads allocate gets no huge pages, unless there is only one arena.
HUGE_PAGES = "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
_RESTARTED = "VERBATIM_BEGUN_ANEW"  # environment variable with the id of a process that has restarted itself
_HUGE_PAGES_HERE = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: CPU microseconds, and the period that they are for


@cache
def cores(quota_of: Path = _QUOTA) -> int:
    """The number of cores that this process may use, within the limits of its container and its CPU affinity."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):  # no container, or one without a limit
        quota, period = map(int, quota_of.read_text(encoding="ascii").split())
        count = min(count, math.ceil(quota / period))
    return max(count, 1)


def prepare_to_serve() -> None:
    """Sets what libraries read from the environment when they are loaded. Call it before any of them is loaded.

    BLAS gets one thread: requests share the cores, and the matrices of one request are too small to be shared.

    glibc is told to use huge pages. A question reads the whole encoder, 40 MB, and with pages of 4 KB a fifth of its
    time goes into address translation. glibc reads this only when a process starts, so this process restarts itself
    once, with the same process id. If `glibc.malloc.hugetlb` is set already, nothing changes.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    has_restarted = os.environ.pop(_RESTARTED, "") == str(os.getpid())
    if sys.executable and not has_restarted and "glibc.malloc.hugetlb" not in tunables and _has_huge_pages():
        os.environ[_RESTARTED] = str(os.getpid())
        os.environ["GLIBC_TUNABLES"] = f"{tunables}:{HUGE_PAGES}" if tunables else HUGE_PAGES
        with contextlib.suppress(OSError):  # a process that may not start programs continues without
            os.execv(sys.executable, sys.orig_argv)


@contextlib.contextmanager
def temporary_folder(*variables: str) -> Iterator[None]:
    """A temporary folder for what libraries would write into the home directory or a shared place.

    `variables`: the environment variables that name it to libraries. Variables that are set already stay.
    """
    unset = [name for name in variables if name not in os.environ]
    with tempfile.TemporaryDirectory(prefix="verbatim-", ignore_cleanup_errors=True) as folder:
        os.environ.update(dict.fromkeys(unset, folder))
        try:
            yield
        finally:
            for name in unset:
                del os.environ[name]


def freeze_garbage_collector() -> None:
    """Excludes all present objects from garbage collection: what a server has loaded stays.

    A full collection would scan them, a tenth of a second and more in which nobody is answered. Garbage among what is
    new since the last call is collected first. What was excluded before is freed when nothing refers to it any more;
    so what a server replaces must not refer to itself, see `cached_method`.
    """
    gc.collect()
    gc.freeze()


def cached_method(size: int, method: Callable[P, T]) -> Callable[P, T]:
    """`method` of one object with a cache of `size` results, which ends with the object.

    `lru_cache` alone would have the object refer to itself by way of the cache.
    """
    weak = WeakMethod(method)

    @lru_cache(size)
    def cached(*args: P.args, **kwargs: P.kwargs) -> T:
        bound = weak()
        assert bound, "called through the object that has it"
        return bound(*args, **kwargs)

    return cast(Callable[P, T], cached)


def _has_huge_pages() -> bool:
    try:
        return "[never]" not in _HUGE_PAGES_HERE.read_text(encoding="ascii")
    except OSError:
        return False
