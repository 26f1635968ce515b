"""What a process may have of its machine: cores, huge pages for a server's memory, and room for files in passing."""

import contextlib
import gc
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# What threads allocate gets none, unless they share the memory of the first.
HUGE_PAGES = "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
_BEGUN_ANEW = "VERBATIM_BEGUN_ANEW"  # in the environment: the number of a process that has
_HUGE_PAGES_HERE = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds of processor, and in how many


@cache
def cores() -> int:
    """Cores that this process may use: neither those of others in a container, nor those it is kept away from."""
    own = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):  # no container, or one that may use them all
        quota, period = map(int, _QUOTA.read_text(encoding="ascii").split())
        own = min(own, math.ceil(quota / period))
    return max(own, 1)


def prepare_to_serve() -> None:
    """Sets what libraries read from the environment when they are loaded. Call before any of them is.

    BLAS gets one thread: requests share the cores, and what is multiplied for one of them is too little to share.

    glibc is told to ask for huge pages. A question reads the whole encoder, 40 MB, and in pages of 4 KB a fifth of its
    time goes into finding them. glibc hears of it when a process begins, so this one begins anew, under the same
    number, and once: from a program with capabilities of its own glibc takes what it is told. Whoever has set
    `glibc.malloc.hugetlb` has decided.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    has_begun_anew = os.environ.pop(_BEGUN_ANEW, "") == str(os.getpid())
    if sys.executable and not has_begun_anew and "glibc.malloc.hugetlb" not in tunables and _has_huge_pages():
        os.environ[_BEGUN_ANEW] = str(os.getpid())
        os.environ["GLIBC_TUNABLES"] = f"{tunables}:{HUGE_PAGES}" if tunables else HUGE_PAGES
        with contextlib.suppress(OSError):  # a process that must not start programs goes on as it is
            os.execv(sys.executable, sys.orig_argv)


@contextlib.contextmanager
def passing_folder(*variables: str) -> Iterator[None]:
    """A new folder for what libraries would leave in the home directory, or under a name that all users of the machine
    share; gone afterwards. `variables`: where in the environment they look for it. Whoever has set one has decided."""
    unset = [name for name in variables if name not in os.environ]
    with tempfile.TemporaryDirectory(prefix="verbatim-", ignore_cleanup_errors=True) as folder:
        os.environ.update(dict.fromkeys(unset, folder))
        try:
            yield
        finally:
            for name in unset:
                del os.environ[name]


def set_aside() -> None:
    """Has the garbage collector pass over all that there is now: what a server has loaded stays, and each full
    collection would look through it, a tenth of a second in which nobody is answered. What was set aside before and
    is garbage by now is collected first."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _has_huge_pages() -> bool:
    try:
        return "[never]" not in _HUGE_PAGES_HERE.read_text(encoding="ascii")
    except OSError:
        return False
