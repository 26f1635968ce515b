"""The command line as a user runs it: in a process of its own."""

import subprocess
import sys
import tempfile

from tests.forked import ROOT, ForkedProcess, environment_with

__all__ = ["ROOT", "run_chatbot"]


def run_chatbot(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m chatbot ARGUMENTS`, from the root of the project.

    The process is forked from one that has imported the package (see `tests.forking`), unless it is a server, which
    restarts itself, or a variable of Python's own is set, which only a new one reads.
    """
    command = [sys.executable, "-m", "chatbot", *map(str, arguments)]
    env = environment_with(environment)
    if arguments[:1] == ("serve",) or any(name.startswith("PYTHON") for name in environment):
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600)
    with tempfile.NamedTemporaryFile("r") as output, tempfile.NamedTemporaryFile("r") as errors:
        process = ForkedProcess("commands", arguments, env, output.name, errors.name)
        return subprocess.CompletedProcess(command, process.wait(600), output.read(), errors.read())
