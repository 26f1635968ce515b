"""What encoding a question costs with several encoders, exported as an index keeps them, side by side.

python -m tests.bench.encoding [--rounds N] ENCODER ENCODER ...

Each ENCODER is named as in bot.toml. The labelled questions of the shipped corpus are encoded one by one, every
question by each encoder in turn; CPU time of the process, so run it with OMP_NUM_THREADS=1.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.encoding.protocols import Encoder
from tests.bench.measure import percentile
from tests.conftest import ROOT
from tests.exported import exported

_QUESTIONS = ROOT / "tests" / "data" / "shipped_questions.jsonl"
_WARM_UP = 20  # questions that are not counted


def seconds(encoders: Sequence[Encoder], questions: Sequence[str], rounds: int) -> list[list[float]]:
    """Of each encoder, for each question of each round."""
    spent: list[list[float]] = [[] for _ in encoders]
    for turn, question in enumerate([*questions[:_WARM_UP], *questions * rounds]):
        for encoder, took in zip(encoders, spent, strict=True):
            started = time.process_time()
            encoder.encode_queries([question])
            if turn >= _WARM_UP:
                took.append(time.process_time() - started)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.encoding", description=__doc__.split("\n")[0])
    parser.add_argument("encoders", nargs="+", metavar="ENCODER", help="as in bot.toml")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="through the questions (default: 3)")
    options = parser.parse_args()
    questions = [json.loads(line)["text"] for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch, str(at)) for at, _ in enumerate(options.encoders)]
        encoders = [
            exported(folder, BotSettings(encoder=name)) for folder, name in zip(folders, options.encoders, strict=True)
        ]
        spent = seconds(encoders, questions, options.rounds)
    first = statistics.median(spent[0])
    for name, took in zip(options.encoders, spent, strict=True):
        median, slow = statistics.median(took), percentile(took, 95)
        print(
            f"{name}: p50 {median * 1e3:.2f} ms, p95 {slow * 1e3:.2f} ms, {median / first:.3f} of {options.encoders[0]}"
        )


if __name__ == "__main__":
    main()
