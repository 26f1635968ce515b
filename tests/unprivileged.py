"""`python -m tests.unprivileged ARGUMENTS`: Python with these, without root's right to read and write everything.

Tests are often run as root, to whom permissions mean nothing. Others have no such right to give up.
"""

import ctypes
import os
import sys

_DROP = 24  # prctl: PR_CAPBSET_DROP
_RIGHTS = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH

if __name__ == "__main__":
    for right in _RIGHTS:
        ctypes.CDLL(None).prctl(_DROP, right, 0, 0, 0)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])  # with it the right is gone
