"""The stages of the Dockerfile without a container engine: its very commands, each stage in a root of its own.

Such a root is the file system of this machine, read-only, in a mount namespace, with the folders of the stage in their
places. What differs from an image: the base is this machine instead of `python:...-slim`.
"""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.forked import ROOT

FOLDERS = ("app", "opt/build", "opt/serve", "data")  # what the stages write
_ROOT = """
set -eu
root=$1 stage=$2 mode=$3 python=$4 work=$5
shift 5
mount -t tmpfs -o size=16m tmpfs "$root"
for one in $(ls /); do
  if [ -L "/$one" ]; then cp -P "/$one" "$root/$one"
  elif [ -d "/$one" ] && [ "$one" != opt ]; then mkdir -p "$root/$one"; fi
done
for one in usr etc proc dev sys $(cd / && ls -d opt/* var work home root mnt srv 2> /dev/null); do
  if [ -d "/$one" ]; then
    mkdir -p "$root/$one"
    mount --bind "/$one" "$root/$one"
    case $one in proc | dev | sys) ;; *) mount -o remount,ro,bind "$root/$one" ;; esac
  fi
done
mkdir -p "$root/base" "$root/names"
mount --bind "$python" "$root/base"
mount -o remount,ro,bind "$root/base"
ln -s /base/bin/python3 "$root/names/python"
mount -t tmpfs tmpfs "$root/tmp"
for one in app opt/build opt/serve data; do
  mkdir -p "$root/$one"
  if [ -d "$stage/$one" ]; then
    mount --bind "$stage/$one" "$root/$one"
    if [ "$mode" = ro ] && [ "$one" != data ]; then mount -o remount,ro,bind "$root/$one"; fi
  fi
done
mount -o remount,ro "$root"
exec chroot "$root" /bin/sh -c 'cd "$1"; shift; exec "$@"' in-root "$work" "$@"
"""


@dataclass
class Stage:
    name: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    user: str = ""
    entrypoint: Sequence[str] = ()
    command: Sequence[str] = ()
    health: Sequence[str] = ()
    work: str = "/"

    def begun(self, arguments: Sequence[str], mode: str, **environment: str) -> list[str]:
        """A command that runs `arguments` in this stage; `mode`: "rw", or "ro" as with a read-only root."""
        path = (
            f"{self.environment.get('PATH', '').removesuffix(':$PATH')}:/base/bin:/names:/usr/local/bin:/usr/bin:/bin"
        )
        # A Python that was built elsewhere looks for its library there, where not every user may read.
        library = {"LD_LIBRARY_PATH": "/base/lib"}
        variables = {**library, **self.environment, **environment, "PATH": path.lstrip(":")}
        root = self.folder / "root"
        root.mkdir(exist_ok=True)
        as_user = [] if not self.user else [
            "setpriv", *("--reuid", self.user.partition(":")[0], "--regid", self.user.partition(":")[2]),
            *("--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
        ]  # fmt: skip
        inside = ["env", *(f"{name}={value}" for name, value in variables.items()), *arguments]
        settings = [str(root), str(self.folder), mode, sys.base_prefix, self.work]
        return ["unshare", "-m", "sh", "-c", _ROOT, "root", *settings, *as_user, *inside]


def instructions(text: str) -> list[tuple[str, str]]:
    """(FROM, "..."), ... with lines that go on joined, and without comments."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = lines.replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def made(folder: Path, chosen: Mapping[str, str], outside: Mapping[str, str]) -> dict[str, Stage]:
    """Makes all stages below `folder`. `chosen`: `--build-arg`. `outside`: further variables, for pip.

    CalledProcessError where a command fails.
    """
    stages: dict[str, Stage] = {}
    defaults: dict[str, str] = {}
    stage: Stage | None = None
    for word, rest in instructions((ROOT / "Dockerfile").read_text("utf-8")):
        if word == "FROM":
            name = rest.partition(" AS ")[2] or "last"
            stage = stages[name] = Stage(name, folder / name)
            for one in FOLDERS:
                (stage.folder / one).mkdir(parents=True)
        elif stage is None:
            assert word == "ARG"
            name, _, default = rest.partition("=")
            defaults[name] = default
        else:
            _applied(stage, stages, word, rest, chosen, outside)
    return stages


def _applied(
    stage: Stage,
    stages: Mapping[str, Stage],
    word: str,
    rest: str,
    chosen: Mapping[str, str],
    outside: Mapping[str, str],
) -> None:
    values = {**stage.environment, **stage.arguments}
    filled = re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], rest) if word == "COPY" else rest
    if word == "ARG":
        name, _, default = rest.partition("=")
        stage.arguments[name] = chosen.get(name, default.strip('"'))
    elif word == "ENV":
        stage.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
    elif word == "COPY":
        _copied(stage, stages, shlex.split(filled))
    elif word == "RUN":
        subprocess.run(stage.begun(["sh", "-c", rest], "rw", **outside, **stage.arguments), check=True)
    elif word == "WORKDIR":
        stage.work = rest
    elif word == "USER":
        stage.user = rest
    elif word in ("ENTRYPOINT", "CMD"):
        setattr(stage, {"ENTRYPOINT": "entrypoint", "CMD": "command"}[word], _list(rest))
    elif word == "HEALTHCHECK":
        stage.health = _list(rest.partition(" CMD ")[2])
    else:
        assert word in ("VOLUME", "EXPOSE"), word


def _list(text: str) -> list[str]:
    return [part.strip(' "') for part in text.strip("[]").split(",")]


def _copied(stage: Stage, stages: Mapping[str, Stage], words: Sequence[str]) -> None:
    options = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--"))
    *sources, target = [word for word in words if not word.startswith("--")]
    to = stage.folder / (target if target.startswith("/") else f"{stage.work}/{target}").strip("/")
    for source in sources:
        at = stages[options["from"]].folder / source.strip("/") if "from" in options else ROOT / source
        if at.is_dir():
            shutil.copytree(at, to, symlinks=True, dirs_exist_ok=True, ignore=None if "from" in options else _ignored)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy2(at, to)
    if "chown" in options:
        user, group = map(int, options["chown"].split(":"))
        for one in (to, *to.rglob("*")):
            os.chown(one, user, group, follow_symlinks=False)


def _ignored(folder: str, names: list[str]) -> list[str]:
    """As .dockerignore says."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    return [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def size_of(folder: Path) -> int:
    """Bytes of all files, as an image counts them."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
