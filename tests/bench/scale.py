"""What 10,000, 100,000 and 1,000,000 passages cost: to build, to load, to search, to ask, to keep.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m tests.bench.scale --scratch DIR [--json FILE] [--chart FILE]

Each FAQ is written as tables and built by the real `build`, but for the encoder: its vectors are made up, see
tests/bench/synthesised.py. Building and serving have a process each, so that CPU seconds and the most memory are theirs
alone. "ask" is all of `Bot.ask` but the encoding of the question. Recall is that of questions no choice was made by,
against all passages; "first" is how often the same entry comes first as with an exact index.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.builder import build
from chatbot.search.candidates import Depths
from chatbot.search.exact import ExactIndex
from chatbot.search.ranking import Ranker
from tests.bench.measure import machine
from tests.bench.synthesised import SynthesisedEncoder, base_vectors, questions_about, write_corpus
from tests.command import ROOT

_PER_ENTRY = 5  # passages
DEPTH = Depths().passages
_QUESTIONS, _WARM_UP = 300, 20


def built(scratch: Path, passages: int) -> dict[str, Any]:
    corpus, index = scratch / f"corpus-{passages}", scratch / f"index-{passages}"
    if not corpus.is_dir():
        write_corpus(corpus, passages // _PER_ENTRY)
    shutil.rmtree(index, ignore_errors=True)
    encoder = SynthesisedEncoder(base_vectors(scratch / "base.npy"))
    before, started = _cpu(), time.perf_counter()
    report = build(corpus, index, BotSettings(), encoder)
    assert report.passages == passages
    return {"build_cpu_s": _cpu() - before, "build_wall_s": time.perf_counter() - started, "build_mb": _most_mb()}


def served(scratch: Path, passages: int) -> dict[str, Any]:
    index = scratch / f"index-{passages}"
    encoder = SynthesisedEncoder(base_vectors(scratch / "base.npy"))
    before, started = _cpu(), time.perf_counter()
    opened = open_build(index)
    bot = Bot(Served(opened, encoder))
    bot.ask("who won?")  # makes what is made once
    found = {"load_cpu_s": _cpu() - before, "load_wall_s": time.perf_counter() - started}
    found["load_mb"] = _most_mb()
    rows = np.random.default_rng(8).choice(len(opened.entries), _QUESTIONS + _WARM_UP, replace=False)
    entries = [opened.entries[row] for row in rows]
    encoder.about = questions_about([(int(entry.id[1:]), entry.question) for entry in entries])
    texts = list(encoder.about)
    vectors = encoder.encode_queries(texts)
    known = dict(zip(texts, vectors, strict=True))
    encoder.encode_queries = lambda texts: np.array([known[text] for text in texts])  # type: ignore[method-assign]
    found |= _clocked("search", lambda at: opened.engine.search(vectors[at : at + 1], DEPTH), len(texts))
    found |= _clocked("ask", lambda at: bot.ask(texts[at]), len(texts))
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    facts = {name: opened.search[name] for name in ("kind", "clusters", "probes")}
    facts["recall_at_10_said"] = opened.search["recall_at_10"]
    return found | facts | {"disk_mb": size / 1e6} | _compared(opened, vectors, texts)


def _compared(opened: Build, vectors: np.ndarray, texts: Sequence[str]) -> dict[str, Any]:
    """The same questions asked of an exact index of the same vectors."""
    exact = ExactIndex(opened.vectors, opened.passages.finding)
    recall = {}
    for k in (10, DEPTH):
        hits, truth = (engine.search(vectors, k).rows for engine in (opened.engine, exact))
        recall[k] = float(np.mean([len(set(a) & set(b)) / k for a, b in zip(hits, truth, strict=True)]))
    ranker = Ranker(opened.geometry, opened.vectors, exact, opened.lexical, opened.calibration.trust)
    both = [subject.rank(vectors, texts, 1) for subject in (opened.ranker, ranker)]
    same = [one[0].entry == other[0].entry for one, other in zip(*both, strict=True)]
    return {"recall_at_10": recall[10], f"recall_at_{DEPTH}": recall[DEPTH], "same_first": float(np.mean(same))}


def _clocked(name: str, act: Callable[[int], object], n: int) -> dict[str, float]:
    spent = []
    for at in range(n):
        started = time.thread_time()
        act(at)
        spent.append(time.thread_time() - started)
    p50, p95 = np.percentile(np.array(spent[_WARM_UP:]) * 1000, [50, 95])
    return {f"{name}_p50_ms": float(p50), f"{name}_p95_ms": float(p95)}


def _cpu() -> float:
    """Seconds of this process and of those it started and that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _most_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_a_process(step: str, scratch: Path, passages: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.scale", "--scratch", scratch, "--passages", passages, "--step", step]
    done = subprocess.run([*map(str, command)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


_STEPS = {"build": built, "serve": served}
_COLUMNS = {
    "kind": "index",
    "build_cpu_s": "build CPU s",
    "build_mb": "build MB",
    "load_cpu_s": "load CPU s",
    "load_wall_s": "load s",
    "load_mb": "served MB",
    "disk_mb": "disk MB",
    "search_p50_ms": "search p50 ms",
    "search_p95_ms": "p95",
    "ask_p50_ms": "ask p50 ms",
    "ask_p95_ms": "p95",
    "recall_at_10": "recall@10",
    "same_first": "same first",
}


def table(rows: Sequence[dict[str, Any]]) -> str:
    lines = ["| passages | " + " | ".join(_COLUMNS.values()) + " |", "|--:" * (len(_COLUMNS) + 1) + "|"]
    for row in rows:
        cells = [row[key] if isinstance(row[key], str) else f"{row[key]:,.4g}" for key in _COLUMNS]
        lines.append(f"| {row['passages']:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(rows: Sequence[dict[str, Any]], file: Path) -> None:
    """The CPU time of a question over the number of passages, both logarithmic, with a line for what grows linearly."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4))
    sizes = [row["passages"] for row in rows]
    for key, label, mark in (("ask", "all of a question but its encoding", "o"), ("search", "vector search", "s")):
        [line] = axes.plot(sizes, [row[f"{key}_p50_ms"] for row in rows], marker=mark, label=f"{label}, median")
        own = {"color": line.get_color(), "alpha": 0.5, "marker": mark}
        axes.plot(sizes, [row[f"{key}_p95_ms"] for row in rows], ":", label="95th percentile", **own)
    linear = [rows[0]["search_p50_ms"] * size / sizes[0] for size in sizes]
    axes.plot(sizes, linear, "--", color="gray", label="if it grew with the passages")
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="CPU ms, one core")
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, bbox_inches="tight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--scratch", type=Path, required=True, help="keeps corpora, indexes and base vectors: 3 GB")
    parser.add_argument("--reuse", action="store_true", help="do not build again what an earlier run has built")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--chart", type=Path, metavar="FILE", help=".svg or .png")
    parser.add_argument("--step", choices=_STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(_STEPS[options.step](options.scratch, options.passages[0])))
        return
    options.scratch.mkdir(parents=True, exist_ok=True)
    base_vectors(options.scratch / "base.npy")
    rows = []
    for passages in options.passages:
        kept = options.scratch / f"built-{passages}.json"
        if not (options.reuse and kept.is_file()):
            kept.write_text(json.dumps(_in_a_process("build", options.scratch, passages)))
        rows.append({"passages": passages, **json.loads(kept.read_text())})
        rows[-1] |= _in_a_process("serve", options.scratch, passages)
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(table(rows))
    if options.json:
        known = machine() | {"threads": os.environ.get("OMP_NUM_THREADS", "all")}
        options.json.write_text(json.dumps({"machine": known, "rows": rows}, indent=1) + "\n")
    if options.chart:
        draw(rows, options.chart)


if __name__ == "__main__":
    main()
