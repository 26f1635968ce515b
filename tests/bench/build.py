"""What a build costs: all of it, nothing new, and one edited answer. CPU seconds of whole processes, and their memory.

python -m tests.bench.build [--entries 10000] [--form csv] [--encoder default] [--json FILE]
"""

import argparse
import csv
import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.command import ROOT


def corpus(folder: Path, entries: int, encoder: str, form: str) -> Path:
    """So many questions and answers of three sentences, of made-up words; the same at each run.

    `form`: "csv" for one table, or "html" for pages of five entries each.
    """
    chance = random.Random(5)
    syllables = (
        "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so".split()
    )
    words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(4000)]
    folder.mkdir()
    (folder / "bot.toml").write_text(f'encoder = "{encoder}"\n')
    rows = []
    for _ in range(entries):
        answer = " ".join(f"{' '.join(chance.choices(words, k=10)).capitalize()}." for _ in range(3))
        rows.append((f"How do I {' '.join(chance.choices(words, k=6))}?", answer))
    if form == "csv":
        with (folder / "faq.csv").open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("question", "answer"), *rows])
    else:
        for at in range(0, entries, 5):
            parts = (f"<details><summary>{q}</summary><p>{a}</p></details>" for q, a in rows[at : at + 5])
            (folder / f"page-{at // 5:06}.html").write_text("\n".join(parts))
    return folder


def edit(content: Path) -> None:
    """Adds a word to the first answer."""
    file = min(path for path in content.iterdir() if path.suffix != ".toml")
    file.write_text(re.sub(r"\.(?=\n|</p>)", " indeed.", file.read_text(), count=1))


def built(content: Path, index: Path) -> dict[str, Any]:
    """One `python -m chatbot build`: CPU and wall seconds, most memory, passages encoded."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "chatbot", "build", "--corpus", content, "--index", index, "--json"]
    done = subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(done.stdout)
    return {
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "wall_s": round(time.perf_counter() - started, 1),
        "most_memory_mb": round(after.ru_maxrss / 1024),  # of the largest so far
        "passages": report["passages"],
        "encoded": report["encoded"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--form", choices=("csv", "html"), default="csv", help="one table, or pages of five entries")
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        content = corpus(Path(scratch, "corpus"), options.entries, options.encoder, options.form)
        index = Path(scratch, "index")
        rows = {"all of it": built(content, index), "nothing new": built(content, index)}
        edit(content)
        rows["one edited answer"] = built(content, index)
    for name, row in rows.items():
        print(f"{name:18} {row}", flush=True)
    ratio = rows["one edited answer"]["cpu_s"] / rows["all of it"]["cpu_s"]
    print(f"one edit costs 1/{1 / ratio:.0f} of the whole build's CPU time")
    if options.json:
        machine = {"machine": platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()}
        options.json.write_text(json.dumps({**machine, "entries": options.entries, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
