"""What a build costs: all of it, nothing new, one edited answer, ten. CPU seconds of whole processes, and their memory.

    python -m tests.bench.build [--entries 10000] [--form csv] [--encoder default] [--json FILE] [--chart FILE]

Beside it what sentence-transformers takes, at its defaults, for the encoding of the same passages alone.
"""

import argparse
import csv
import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.measure import Ran, bar_chart, compile_modules, environment, machine, model_folder, run

_ENCODE = """
import json, sys
from sentence_transformers import SentenceTransformer
texts = [json.loads(line)["text"] for line in open(sys.argv[2])]
SentenceTransformer(sys.argv[1], device="cpu").encode(texts)
"""


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


def edit(content: Path, answers: int) -> None:
    """Adds a word to so many of the first answers."""
    for file in sorted(path for path in content.iterdir() if path.suffix != ".toml"):
        text, edited = re.subn(r"\.(?=\n|</p>)", " indeed.", file.read_text(), count=answers)
        file.write_text(text)
        answers -= edited
        if not answers:
            return


def built(content: Path, index: Path) -> dict[str, Any]:
    """One `python -m chatbot build`: CPU and wall seconds, most memory, passages encoded."""
    command = [sys.executable, "-m", "chatbot", "build", "--corpus", content, "--index", index, "--json"]
    ran = run(command, environment(None))
    report = json.loads(ran.output)
    return _row(ran, report["passages"], report["encoded"])


def encoded_plainly(index: Path) -> dict[str, Any]:
    """`model.encode` of all passages of the build, in a process of its own."""
    [passages] = (index / "builds").glob("*1-*/passages.jsonl")
    ran = run([sys.executable, "-c", _ENCODE, model_folder(), passages], environment(None))
    count = len(passages.read_text().splitlines())
    return _row(ran, count, count)


def _row(ran: Ran, passages: int, encoded: int) -> dict[str, Any]:
    return {
        "cpu_s": round(ran.cpu_s, 1),
        "wall_s": round(ran.wall_s, 1),
        "most_memory_mb": round(ran.peak_mb),
        "passages": passages,
        "encoded": encoded,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.build", description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--form", choices=("csv", "html"), default="csv", help="one table, or pages of five entries")
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--chart", type=Path, metavar="FILE")
    options = parser.parse_args()
    compile_modules(Path(sys.executable))
    with tempfile.TemporaryDirectory(prefix="verbatim-build-") as scratch:
        content = corpus(Path(scratch, "corpus"), options.entries, options.encoder, options.form)
        index = Path(scratch, "index")
        rows = {"all of it": built(content, index)}
        if options.encoder == "default":
            rows["plain model.encode"] = encoded_plainly(index)
        rows["nothing new"] = built(content, index)
        for answers in (1, 10):
            edit(content, answers)
            rows[f"{answers} edited"] = built(content, index)
    print("| | CPU s | wall s | memory MB | passages | encoded |", "|---|--:|--:|--:|--:|--:|", sep="\n")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(map(str, row.values()))} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps({**machine(), "entries": options.entries, "rows": rows}, indent=1))
    if options.chart:
        bar_chart({name: row["cpu_s"] for name, row in rows.items()}, "CPU seconds", options.chart)


if __name__ == "__main__":
    main()
