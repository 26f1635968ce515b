"""What the journal costs an answer: the same questions with and without it, side by side in one run.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m tests.bench.journal [--encoder default]

The corpus that ships, with the hashing encoder: an answer takes a millisecond then, so that a tenth of one can be seen.
Two bots take turns, question by question, so that whatever else the machine does hits both; both have a subscriber
already, as a server's metrics are one. Each question is new, so that none is answered from memory. Wall time, and the
processor's time of the thread that answers, in ms at the median; "cost" is the median of the differences of pairs.
"""

import argparse
import dataclasses
import tempfile
import time
from pathlib import Path

import numpy as np

from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.insight.journal import Journal
from chatbot.insight.redaction import redacted
from tests.conftest import ROOT

_ASKED = (
    "how long should I rest after back pain {n}",
    "what is the offside rule in football number {n}",
    "can I run {n} km with a sore back",
    "which bus goes to platform {n}",
    "should I see a doctor about my back after {n} weeks",
)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--questions", type=int, default=2000)
    options.add_argument("--encoder", default="hashing", help="default: that which ships")
    given = options.parse_args()
    count: int = given.questions
    with tempfile.TemporaryDirectory(prefix="verbatim-") as name:
        folder = Path(name)
        settings = dataclasses.replace(load_bot_settings(ROOT / "corpus", env={}), encoder=given.encoder)
        encoder = encoder_of(folder / "index", settings)
        build(ROOT / "corpus", folder / "index", settings, encoder)
        print("| journal | wall without / with | cost | processor without / with | cost | lost |")
        print("|---|--:|--:|--:|--:|--:|")
        for keeps in ("off", "unanswered", "all"):
            bots = [Bot.open(folder / "index", encoder) for _ in range(2)]
            for bot in bots:
                bot.events.subscribe(lambda event: None)
            chosen = dataclasses.replace(settings, journal=keeps)
            journal = Journal(folder / f"{keeps}.db", lambda chosen=chosen: chosen)  # type: ignore[misc]
            bots[1].events.subscribe(journal.record)
            cells = []
            for times in _asked(bots, count):
                without, with_journal = np.median(times, axis=1)
                cells += [f"{without:.3f} / {with_journal:.3f}", f"{np.median(times[1] - times[0]):.3f}"]
            assert bots[1].events.flush(60)
            journal.close()
            print(f"| {keeps} | {' | '.join(cells)} | {journal.lost} |", flush=True)
    texts = [_ASKED[number % len(_ASKED)].format(n=number) for number in range(1000)]
    started = time.process_time()
    for text in texts:
        redacted(text)
    print(f"\nredacted: {time.process_time() - started:.3f} ms of the processor for each question")


def _asked(bots: list[Bot], count: int) -> np.ndarray:
    """Milliseconds, (2, 2, count): wall and processor, without and with the journal."""
    times = np.zeros((2, 2, count))
    for number in range(-20, count):
        question = _ASKED[number % len(_ASKED)].format(n=number + 100)
        for which in (0, 1) if number % 2 else (1, 0):
            wall, processor = time.perf_counter(), time.thread_time()
            bots[which].ask(question)
            if number >= 0:
                times[:, which, number] = time.perf_counter() - wall, time.thread_time() - processor
    return times * 1000


if __name__ == "__main__":
    main()
