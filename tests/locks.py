"""The locks of deploy/: every package of a list and all that it needs, each with the hashes of its files.

`python -m tests.locks` writes them again, with uv (`make lock`). They hold for Python 3.11 and newer, on any machine.
"""

import re
import subprocess
import sys
from pathlib import Path

from tests.deployed import found
from tests.forked import ROOT

FOLDER = ROOT / "deploy"
# Lock -> the list that it is made of.
LISTS = {
    "requirements-serve.lock": ROOT / "chatbot" / "serve-requirements.txt",
    "requirements-milvus.lock": FOLDER / "requirements-milvus.in",
    "requirements-build.lock": ROOT / "requirements.txt",
}
TORCH_LOCK = "requirements-torch.lock"  # which is of requirements.txt, too; apart, since it may come from elsewhere
_OF_TORCH = re.compile(r"torch|triton|nvidia-.*|cuda-.*")
_BLOCK = re.compile(r"^([\w.-]+)==(\S+)(.*\n(?: +--hash=.*\n)+)", re.MULTILINE)


def blocks(text: str) -> dict[str, tuple[str, str]]:
    """Name -> version, and all the lines of a lock that are about it."""
    return {block[1]: (block[2], block[0]) for block in _BLOCK.finditer(text)}


def resolved(made_of: Path) -> str:
    """What uv makes of a list. CalledProcessError where it cannot."""
    command = [
        found("uv") or "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header",
        "--generate-hashes", "--no-annotate", "--python", sys.executable, str(made_of),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def write_locks() -> None:
    for lock, made_of in LISTS.items():
        packages = blocks(resolved(made_of))
        for name, of_torch in ((lock, False), (TORCH_LOCK, True)):
            lines = [text for one, (_, text) in packages.items() if bool(_OF_TORCH.fullmatch(one)) == of_torch]
            if lines:
                source = made_of.relative_to(ROOT)
                (FOLDER / name).write_text(f"# Made of {source} by `make lock`.\n{''.join(lines)}")


if __name__ == "__main__":
    try:
        write_locks()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"error: the locks stay as they are, as uv could not resolve a list ({error})")
