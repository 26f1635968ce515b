"""How long the notices take: a question of 500 characters against 20 rules of 20 phrases, and the shipped ones.

python -m tests.bench.notices
"""

import random
import statistics
import string
import time

from chatbot.content.notices import NoticeChecker
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.types import NoticeRule
from tests.conftest import ROOT

RUNS = 200


def milliseconds(checker: NoticeChecker, message: str) -> str:
    """Median and 99th percentile of CPU time."""
    times = []
    for _ in range(RUNS):
        started = time.process_time_ns()
        checker.check(message)
        times.append((time.process_time_ns() - started) / 1e6)
    return f"{statistics.median(times):.2f} ms, p99 {statistics.quantiles(times, n=100)[98]:.2f} ms"


def main() -> None:
    rng = random.Random(1)
    words = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 10))) for _ in range(300)]

    def phrases() -> tuple[str, ...]:
        return tuple(" ".join(rng.choices(words, k=rng.randint(1, 3))) for _ in range(20))

    rules = [NoticeRule(id=f"r{at}", level="info", text="T", any_of=phrases()) for at in range(20)]
    own = " ".join(rng.choices(words, k=99))[:500]
    ours = load_bot_settings(ROOT / "corpus", env={}).notices
    text = " ".join(entry.text for entry in ours)
    for name, checker, message in [
        (
            "20 x 20 phrases, every word is one of theirs",
            NoticeChecker(rules),
            own,
        ),
        ("20 x 20 phrases, an ordinary text", NoticeChecker(rules), text[:500]),
        ("the shipped notices, their own text", NoticeChecker(ours), text[:500]),
        ("the shipped notices, 100,000 characters", NoticeChecker(ours), (text * 100)[:100_000]),
    ]:
        print(f"{name:46} {milliseconds(checker, message)}")


if __name__ == "__main__":
    main()
