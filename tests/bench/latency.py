"""How long a question takes beyond its encoding, in CPU time of one core, at 1,000 to 100,000 entries.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m tests.bench.latency
    python -m tests.bench.latency --hostile     wall time of all of `Bot.ask` on hostile messages, with the real model

The exact scan of all vectors is memory-bound and reported by itself; "rest" is `Bot.ask` without it: the words, the
evidence, the order, the probability, the reply. Without the two variables BLAS and FAISS work on every core, and the
CPU time of one thread says nothing; they are read when numpy is loaded.
"""

import argparse
import contextlib
import cProfile
import dataclasses
import pstats
import tempfile
import time
from pathlib import Path

import numpy as np

from chatbot.core.errors import QuestionRefused
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.types import Turn
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.indexing.build import Build
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.search.protocols import Hits
from tests.bench.synthetic import Synthetic
from tests.conftest import ROOT
from tests.test_bad_input import HUGE, LONG, SHORT

_WARM_UP = 20  # questions that are not counted


class Clocked:
    """Counts the CPU time of the searches of an engine, and of the comparison of a query with all vectors."""

    def __init__(self, build: Build) -> None:
        self._engine, self._vectors = build.engine, build.vectors
        self.seconds = 0.0

    def search(self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None) -> Hits:
        started = time.thread_time()
        hits = self._engine.search(queries, k, allowed)
        self.seconds += time.thread_time() - started
        return hits

    def cosines(self, query: np.ndarray, n: int) -> np.ndarray:
        started = time.thread_time()
        cosines = self._vectors.cosines(query, n)
        self.seconds += time.thread_time() - started
        return cosines

    def rows(self, rows: np.ndarray) -> np.ndarray:
        return self._vectors.rows(rows)


def measured(n: int, alternates: int, questions: int, profile: bool) -> str:
    synthetic = Synthetic(n, alternates)
    clocked = Clocked(synthetic.build)
    bot = Bot(Served(dataclasses.replace(synthetic.build, engine=clocked, vectors=clocked), synthetic))
    texts = synthetic.questions(questions + _WARM_UP)
    bot.ask(texts[0])  # makes the ranker
    spent, scanned = [], []
    profiler = cProfile.Profile()
    for at, text in enumerate(texts):
        if profile and at == _WARM_UP:
            profiler.enable()
        before = clocked.seconds
        started = time.thread_time()
        bot.ask(text)
        spent.append(time.thread_time() - started)
        scanned.append(clocked.seconds - before)
    profiler.disable()
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(18)
    all_in, scan = np.array(spent[_WARM_UP:]), np.array(scanned[_WARM_UP:])
    passages = len(synthetic.build.passages)
    return f"| {n:7,} | {alternates:10} | {passages:8,} | {row(all_in - scan)} | {row(scan)} | {row(all_in)} |"


def row(seconds: np.ndarray) -> str:
    return " / ".join(f"{ms:.2f}" for ms in np.percentile(seconds * 1000, [50, 95, 99]))


def hostile(rounds: int = 3) -> None:
    """Every message of tests/test_bad_input.py, as a question and as history."""
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        settings = load_bot_settings(ROOT / "corpus", env={})
        encoder = encoder_of(Path(scratch), settings)
        build(ROOT / "corpus", Path(scratch), settings, encoder)
        bot = Bot.open(Path(scratch), encoder)
    bot.ask("warm up")
    walls: list[tuple[float, str]] = []
    for _ in range(rounds):
        bot.served = dataclasses.replace(bot.served)  # which remembers nothing
        for name, text in (SHORT | LONG | HUGE).items():
            for how, ask in {
                "asked": lambda text=text: bot.ask(text),
                "history": lambda text=text: bot.ask("and that?", [Turn("user", text)] * 20, tags=[text]),
            }.items():
                started = time.perf_counter()
                with contextlib.suppress(QuestionRefused):
                    ask()
                walls.append((time.perf_counter() - started, f"{name}, {how}"))
    seconds = np.array([wall for wall, _ in walls])
    print(f"{len(walls)} messages, p50 / p95 / p99 of wall time in ms: {row(seconds)}; the slowest:")
    for wall, name in sorted(walls, reverse=True)[:6]:
        print(f"  {wall * 1000:7.1f} ms  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency", description=__doc__.split("\n")[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N")
    parser.add_argument("--alternates", type=int, nargs="+", default=[0, 3], metavar="N")
    parser.add_argument("--questions", type=int, default=300, metavar="N")
    parser.add_argument("--profile", action="store_true", help="also print where the time goes")
    parser.add_argument("--hostile", action="store_true", help="hostile messages with the real model instead")
    options = parser.parse_args()
    if options.hostile:
        hostile()
        return
    print(
        "CPU ms, p50 / p95 / p99\n\n| entries | alternates | passages | rest | scan | all |\n|--:|--:|--:|--:|--:|--:|"
    )
    for n in options.entries:
        for alternates in options.alternates:
            print(measured(n, alternates, options.questions, options.profile), flush=True)


if __name__ == "__main__":
    main()
