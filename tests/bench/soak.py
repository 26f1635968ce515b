"""A long run: questions at 70 % of what the server can answer, then at 200 %, while the FAQ is edited and built again.

    python -m tests.bench.soak [--minutes 30] [--overload 5] [--every 60] [--sleep 30]

Real process, real encoder, the corpus that ships and one entry more, which names the edition. Every `--every` seconds
that entry is edited, and a process of its own builds and publishes. An answer is mixed where one build is seen to give
two editions. Memory is compared between the end of the first tenth and the end; overload must give answers, or 429, 503
and 504 that say when to try again. Questions and builds share the cores with the server, so that its capacity is what
is left to it, as on a small machine. Exit status 1 where a promise does not hold.
"""

import argparse
import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load import capacity, question
from tests.command import ROOT
from tests.http_client import Answer, Client
from tests.process import UNLIMITED, ServerProcess, server_process

EDITION = "Which edition of this FAQ is it?"
_SHARE_OF_EDITION = 10  # every so many questions is for the edition
_PUT_OFF = (429, 503, 504)
_DRIFT = 0.05  # of the memory, at most
_ANSWERED = 0.98  # of the questions at 70 %, at least; the others are put off while a build takes the cores
_FAILED = "connection lost"


@dataclass
class Seen:
    """What the answers of one phase were."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # of those that were answered
    editions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # build -> what it said
    without_retry: int = 0

    def note(self, answer: Answer, is_edition: bool) -> None:
        self.statuses[str(answer.status)] += 1
        if answer.status in _PUT_OFF:
            self.without_retry += "retry-after" not in answer.headers
        elif answer.status == 200:
            self.seconds.append(answer.seconds)
            if is_edition:
                body = json.loads(answer.body)
                said = body["replies"][0]["answer"]
                self.editions[body["build_id"]].add(said["text"] if said else "no answer")

    @property
    def failed(self) -> int:
        return sum(count for status, count in self.statuses.items() if status not in ("200", *map(str, _PUT_OFF)))

    @property
    def mixed(self) -> int:
        return sum(len(said) > 1 for said in self.editions.values())

    def summary(self) -> dict[str, object]:
        ordered = sorted(self.seconds)
        at = (
            {f"p{share}_ms": round(ordered[len(ordered) * share // 100] * 1000) for share in (50, 99)}
            if ordered
            else {}
        )
        kept = {"failed": self.failed, "mixed": self.mixed, "without_retry_after": self.without_retry}
        return {"statuses": dict(self.statuses), **at, "builds": len(self.editions), **kept}


async def asked(port: int, rate: float, seconds: float) -> Seen:
    """Questions that arrive at `rate` a second, whether or not those before them are answered."""
    seen, running = Seen(), set[asyncio.Task[None]]()

    async def ask(n: int) -> None:
        is_edition = n % _SHARE_OF_EDITION == 0
        try:
            seen.note(await Client(port, keep=False).ask(EDITION if is_edition else question()), is_edition)
        except ConnectionError:
            seen.statuses[_FAILED] += 1

    begun = time.perf_counter()
    for n in range(int(rate * seconds)):
        task = asyncio.create_task(ask(n))
        running.add(task)
        task.add_done_callback(running.discard)
        await asyncio.sleep(max(begun + (n + 1) / rate - time.perf_counter(), 0))
    await asyncio.gather(*running)
    return seen


async def edited(corpus: Path, index: Path, every: float, failures: list[str]) -> None:
    """Edits and builds, again and again."""
    for edition in range(2, 10**9):
        await asyncio.sleep(every)
        write_edition(corpus, edition)
        command = [sys.executable, "-m", "chatbot", "build", "--corpus", str(corpus), "--index", str(index)]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=pipe, cwd=ROOT)
        _, errors = await process.communicate()
        if process.returncode:
            failures.append(errors.decode(errors="replace").strip()[-300:])


def write_edition(corpus: Path, edition: int) -> None:
    (corpus / "edition.md").write_text(f"# {EDITION}\n\nThis is edition {edition}.\n", encoding="utf-8")


async def phase(
    server: ServerProcess, folders: tuple[Path, Path], rate: float, seconds: float, every: float
) -> tuple[dict[str, object], bool]:
    """What was seen, and whether every promise held."""
    failures: list[str] = []
    editing = asyncio.create_task(edited(*folders, every, failures))
    first = await asked(server.port, rate, seconds / 10)
    before = server.resident()
    rest = await asked(server.port, rate, seconds * 9 / 10)
    editing.cancel()
    with contextlib.suppress(asyncio.CancelledError):  # and not what else ended it
        await editing
    drift = server.resident() / before - 1
    both = [seen.summary() for seen in (first, rest)]
    is_well = not any(seen.failed or seen.mixed or seen.without_retry for seen in (first, rest))
    is_swapped = len(first.editions.keys() | rest.editions.keys()) > 1 or seconds < 2 * every
    is_well = is_well and is_swapped
    found = {"rate": round(rate, 1), "first_tenth": both[0], "rest": both[1], "memory_mb": before // 10**6}
    answered = round(sum(len(seen.seconds) for seen in (first, rest)) / (rate * seconds), 4)
    return {
        **found,
        "drift": round(drift, 3),
        "answered": answered,
        "failed_builds": failures,
    }, is_well and not failures


async def measure(server: ServerProcess, folders: tuple[Path, Path], options: argparse.Namespace) -> bool:
    most = await capacity(server.port, 10)
    calm, is_calm = await phase(server, folders, 0.7 * most, options.minutes * 60, options.every)
    print(json.dumps({"phase": "70 %", **calm}), flush=True)
    much, is_borne = await phase(server, folders, 2 * most, options.overload * 60, options.every)
    print(json.dumps({"phase": "200 %", **much}), flush=True)
    await asyncio.sleep(options.sleep)
    after = await asked(server.port, 0.3 * most, 10)
    print(json.dumps({"phase": "after", **after.summary(), "faults": server.faults()[:5]}), flush=True)
    holds = float(str(calm["drift"])) < _DRIFT and float(str(calm["answered"])) > _ANSWERED
    return is_calm and is_borne and holds and not after.failed and not server.faults()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, help="at 70 %% (default: 30)")
    parser.add_argument("--overload", type=float, default=5, help="minutes at 200 %% (default: 5)")
    parser.add_argument("--every", type=float, default=60, help="seconds between two edits (default: 60)")
    parser.add_argument("--sleep", type=float, default=30, help="seconds of rest before the last look (default: 30)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        corpus, index = folder / "corpus", folder / "index"
        shutil.copytree(ROOT / "corpus", corpus)
        write_edition(corpus, 1)
        limits = {name: value for name, value in UNLIMITED.items() if name != "CHATBOT_DEADLINE"}
        with server_process(corpus, index, folder / "log", **limits) as server:
            server.wait_until(seconds=300)
            server.wait_until("/", 200, "<gradio-app", seconds=300)
            return 0 if asyncio.run(measure(server, (corpus, index), options)) else 1


if __name__ == "__main__":
    sys.exit(main())
