"""A verb of the command line in a process of its own, while the server answers.

So it does not hold Python's lock, which answers need, and its low priority leaves the cores to them. Its report is that
of the command line.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

PROGRAM = (sys.executable, "-m", "chatbot")

_ROOT = str(Path(__file__).parents[2])  # where `python -m chatbot` finds the program
_POLITE = 10  # priority: after whoever is asked a question


def started(command: Sequence[str], out: IO[str]) -> subprocess.Popen[str]:
    """Begins `command`, which prints into `out`; what it says beside that is read from `stderr` of the result.

    OSError where it cannot be started.
    """
    path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, encoding="utf-8",
        errors="backslashreplace", env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    with contextlib.suppress(OSError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, process.pid, _POLITE)
    return process
