"""A command of ours with strace around it: which hosts it and its children contact, and which files they write."""

import ipaddress
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import ROOT

_MAKERS = "mkdir,mkdirat,mknod,mknodat,symlink,symlinkat,link,linkat,rename,renameat,renameat2"
_ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
# Followed into children; the folder of each descriptor; not stopped at other calls; strace not as the parent, so that
# a signal for the command reaches it.
_HOW = ("-f", "-y", "-s", "300", "--seccomp-bpf", "-D")
_OPENED_TO_WRITE = re.compile("O_CREAT|O_WRONLY|O_RDWR")
_NAME = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"')
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)")


@dataclass(frozen=True)
class Watch:
    """`folder` holds what the command found in the place of a user's own: an empty home directory, and an empty one
    for temporary files. What the command does is in `trace`."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def trace(self) -> Path:
        return self.folder / "trace"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing but what the machine needs: no XDG_*, no folder of a cache, no switch of the developer's."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "OMP_NUM_THREADS") if name in os.environ}
        return {**kept, "HOME": str(self.home), "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, *command: object) -> list[str]:
        calls = f"trace=network,open,openat,creat,{_MAKERS}"
        return ["strace", *_HOW, "-e", calls, "-o", str(self.trace), *map(str, command)]

    def run(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """`python -m chatbot ARGUMENTS`."""
        return subprocess.run(
            self.command(sys.executable, "-m", "chatbot", *arguments),
            cwd=ROOT, env={**self.environment, **more}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip

    def strangers(self) -> list[str]:
        """The calls with an address of another host, or of a name server, which may well be on this one."""
        found = []
        for call, rest in self._calls():
            address = _ADDRESS.search(rest)
            if call in ("connect", "sendto", "sendmsg", "sendmmsg") and address:
                port, host = int(address[1]), ipaddress.ip_address(address[2])
                if port == 53 or not host.is_loopback:
                    found.append(f"{call}({rest}")
        return found

    def written(self) -> set[Path]:
        """Every file or folder that was made, or opened to be written, but for what Python compiled."""
        found = set()
        for call, rest in self._calls():
            writes = call in _MAKERS.split(",") or call == "creat" or _OPENED_TO_WRITE.search(rest)
            if writes and "= -1 E" not in rest and "__pycache__" not in rest:
                found |= {Path(folder or ROOT, name) for folder, name in _NAME.findall(rest)}
        return found

    def left(self) -> list[str]:
        """What is there now and was not before."""
        folders = (self.home, self.temporary)
        return [str(path.relative_to(self.folder)) for folder in folders for path in folder.rglob("*")]

    def _calls(self) -> list[tuple[str, str]]:
        lines = self._lines()
        return [(found[1], found[2]) for line in lines if (found := _CALL.match(line))]

    def _lines(self) -> list[str]:
        """What was seen, once all processes and threads have ended: strace may be a bit behind them."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            lines = self.trace.read_text(errors="replace").splitlines()
            running = {line.split()[0] for line in lines} - {line.split()[0] for line in lines if " +++ " in line}
            if lines and not running:
                return lines
            time.sleep(0.05)
        raise AssertionError("what is watched has not ended")


def watch(folder: Path) -> Watch:
    """Skips the test where strace is missing or may not look at other processes."""
    if not shutil.which("strace"):
        pytest.skip("needs strace (apt-get install strace)")
    watching = Watch(folder)
    for own in (watching.home, watching.temporary):
        own.mkdir(parents=True)
    tried = subprocess.run(watching.command("true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"strace may not look at processes here: {tried.stderr.strip()[-200:]}")
    return watching
