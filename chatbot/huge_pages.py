"""Huge pages for a server's memory, where the machine has them."""

import contextlib
import os
import sys


def restart_with_huge_pages() -> None:
    """Lets this process begin anew, under the same number, with glibc told to ask for huge pages.

    A question reads the whole encoder, 40 MB, and in pages of 4 KB a fifth of its time goes into finding them. glibc
    takes that wish from the environment alone, and when a process begins. Whoever has set GLIBC_TUNABLES has decided.
    """
    if sys.platform == "linux" and "GLIBC_TUNABLES" not in os.environ:
        os.environ["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
        with contextlib.suppress(OSError):  # a process that must not start programs goes on as it is
            os.execv(sys.executable, sys.orig_argv)
