"""The command line as a user runs it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_chatbot(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m chatbot ARGUMENTS`, from the root of the project."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("CHATBOT_")}
    return subprocess.run(
        [sys.executable, "-m", "chatbot", *map(str, arguments)],
        cwd=ROOT,
        env={**env, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
