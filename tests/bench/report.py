"""What the report of a large journal costs: CPU seconds and peak memory, with the encoder that ships.

    python -m tests.bench.report [--rows N] [--html FILE]

A seeded generator writes the journal: replies of 60 days, four tenths of them questions in vain, in as many wordings as
words can be joined, with ratings and picks. The index is that of the corpus that ships, built first and not counted.
"""

import argparse
import json
import multiprocessing
import os
import random
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.insight.report_page import report_page
from chatbot.verbs import report
from tests.bench.measure import machine
from tests.conftest import ROOT
from tests.process import peak
from tests.visits import NOW, Visit, write_journal

_SEED = 1
_DAYS = 60
_ASKS = ("how do I", "can I", "what happens if I", "when should I", "is it safe to", "please tell me how to")
_DOES = "book cancel move pay return claim renew print change find share lend repair insure delay extend".split()
_WHAT = "a room,the invoice,my parking permit,the pool,a locker,my boat,a visa,the lift,a piano,my licence".split(",")
_ENDS = (
    "",
    " today",
    " online",
    " for my son",
    " without a card",
    " on Sunday",
    " from abroad",
    " a second time",
    " when it rains",
    " by post",
)


def visits(n: int, served: Build) -> Iterator[Visit]:
    """`n` replies, oldest first."""
    rng = random.Random(_SEED)  # not for secrets
    entries = [entry.id for entry in served.entries if not entry.is_gap]
    for row in range(n):
        days_ago = _DAYS * (1 - row / n)
        entry = rng.choice(entries)
        conversation = rng.randrange(n // 2)
        if rng.random() < 0.4:
            words = f"{rng.choice(_ASKS)} {rng.choice(_DOES)} {rng.choice(_WHAT)}{rng.choice(_ENDS)}?"
            picked = rng.choice(entries) if rng.random() < 0.1 else ""
            yield Visit(days_ago, words, "unsure", entry, 0.6 * rng.random(), conversation, picked=picked)
        else:
            verdict = rng.choice(("up", "up", "down", "", "", "", "", ""))
            yield Visit(days_ago, None, "answered", entry, 0.5 + rng.random() / 2, conversation, verdict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000, metavar="N")
    parser.add_argument("--html", type=Path, metavar="FILE", help="keep the page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        index, settings = Path(scratch) / "index", load_bot_settings(ROOT / "corpus")
        build(ROOT / "corpus", index, settings, encoder_of(index, settings))
        journal = write_journal(Path(scratch) / "journal.db", visits(options.rows, open_build(index)))
        with multiprocessing.get_context("spawn").Pool(1) as process:  # the memory of the build is not counted
            figures, page = process.apply(measured, (journal, index))
    if options.html:
        options.html.write_text(page, encoding="utf-8")
    print(json.dumps({"rows": options.rows, **figures, "machine": machine()}, indent=1))


def measured(journal: Path, index: Path) -> tuple[dict[str, float], str]:
    """(the figures of this process, the page)."""
    done = report(journal, index, now=NOW)
    page = report_page(done.report, done.pictured)
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "different questions": len(done.pictured.questions.texts),
        "not read": done.report.not_read,
        "topics": len(done.report.unanswered) + done.report.rare_topics,
        "CPU seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak MB": peak(os.getpid()) // 2**20,
    }
    return figures, page


if __name__ == "__main__":
    main()
