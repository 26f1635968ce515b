"""Milvus beside FAISS: the same entries, what a graph of 100,000 passages finds, and what our own words cost there.

    OMP_NUM_THREADS=1 python -m tests.bench.engines --scratch DIR [--set DIR ...] [--passages N] [--json FILE]

"same": of 1,000 questions, how many get the same ten entries in the same order, with Milvus in a file and with FAISS;
the engine is asked, however small the corpus. Asked are the wordings of the corpus itself, whole and with a word left
out; of a labelled set (entries.jsonl, queries.jsonl) its queries. "recall" is that of the nearest ten passages, over
gRPC to a process of its own, against a comparison with all passages; vectors and words are made up, see
tests/bench/synthesised.py. "words" is the lexical index of the build.
"""

import argparse
import itertools
import json
import random
import shutil
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.builder import build
from chatbot.insight.evaluate import read_queries
from chatbot.search import milvus_engine
from chatbot.search.calibration import evenly
from chatbot.search.candidates import Depths
from chatbot.search.lexical import LexicalIndex
from chatbot.search.protocols import Labels, Place
from chatbot.search.ranking import Ranker, Weights
from chatbot.search.recall import nearest_of
from chatbot.search.vectors import Vectors
from tests.bench.measure import machine, percentile
from tests.bench.synthesised import SynthesisedEncoder, Words, base_vectors
from tests.command import ROOT
from tests.exported import exported
from tests.milvus import milvus_process

_QUESTIONS, _TOP, _BATCH = 1000, 10, 50


def same(name: str, corpus: Path, scratch: Path, encoder: Encoder, texts: Sequence[str] | None) -> dict[str, Any]:
    """`texts`: what is asked; None: what the corpus itself says."""
    builds = {}
    for engine, uri in (("faiss", ""), ("milvus", str(scratch / "embedded.db"))):
        index = scratch / f"index-{name}-{engine}"
        shutil.rmtree(index, ignore_errors=True)
        build(corpus, index, BotSettings(engine=engine, engine_uri=uri, engine_timeout=30.0), encoder)
        builds[engine] = open_build(index)
    asked = list(texts) if texts is not None else _own_questions(builds["faiss"])
    asked = [asked[at] for at in evenly(range(len(asked)), _QUESTIONS)]
    found = {engine: _tops(each, encoder, asked) for engine, each in builds.items()}
    order = [one == other for one, other in zip(*found.values(), strict=True)]
    kinds = [set(one) == set(other) for one, other in zip(*found.values(), strict=True)]
    passages = builds["faiss"].passages.finding
    return {"passages": passages, "questions": len(asked), "same": _mean(order), "same_in_any_order": _mean(kinds)}


def _own_questions(own: Build) -> list[str]:
    """The wordings of a corpus, and as many with a word left out as are needed."""
    wordings = [text for entry in own.entries for text in (entry.question, *entry.alternates)]
    dice = random.Random(1)
    asked = dict.fromkeys(wordings[:_QUESTIONS])
    for wording in itertools.cycle(wordings):
        if len(asked) >= _QUESTIONS:
            return list(asked)
        words = wording.split()
        left_out = dice.sample(range(len(words)), min(dice.randint(1, 3), len(words) - 1))
        asked[" ".join(word for at, word in enumerate(words) if at not in left_out)] = None


def _tops(each: Build, encoder: Encoder, texts: Sequence[str]) -> list[list[int]]:
    ranker = Ranker(
        each.geometry,
        each.vectors,
        each.engine,
        each.lexical,
        each.calibration.trust,
        Weights.shipped(each.fingerprint),
        Depths(all_up_to=0),
    )
    tops = []
    for begin in range(0, len(texts), _BATCH):
        some = texts[begin : begin + _BATCH]
        ranked = ranker.rank(encoder.encode_queries(some), some, _TOP)
        tops += [[candidate.entry for candidate in candidates] for candidates in ranked]
    return tops


def recall(scratch: Path, passages: int, exact_to: int) -> dict[str, Any]:
    """Of `passages` over gRPC, in a graph where there are more than `exact_to`."""
    encoder = SynthesisedEncoder(base_vectors(scratch / "base.npy"))
    words = Words(seed=5)
    vectors = Vectors(encoder.encode_passages([f"{words.some(3)} n{row // 4}" for row in range(passages)]))
    asked = [f"{words.some(3)} n{row}" for row in np.random.default_rng(6).integers(0, passages // 4, 2 * _QUESTIONS)]
    tuning, questions = (encoder.encode_queries(part) for part in (asked[:_QUESTIONS], asked[_QUESTIONS:]))
    entries = [Entry(f"n{n}", f"n{n}?", "So.") for n in range(-(-passages // 4))]
    labels = Labels(entries, np.arange(passages) // 4)
    with milvus_process(scratch / "server.db") as server:
        started = time.perf_counter()
        made = milvus_engine.prepare(
            vectors, passages, tuning, BotSettings(), labels, Place(server.uri, "bench"), exact_to
        )
        took = time.perf_counter() - started
        engine = milvus_engine.reopen(made.facts, {}, vectors, passages, BotSettings(engine_timeout=30.0))
        nearest = nearest_of(vectors, passages, questions)
        found, seconds = [], []
        for question in questions:
            started = time.perf_counter()
            found.append(engine.search(question[None], Depths().passages).rows[0, :_TOP])
            seconds.append(time.perf_counter() - started)
        milvus_engine.collect(Place(server.uri, "bench"), [])
    shares = [np.isin(own, best).mean() for own, best in zip(found, nearest, strict=True)]
    figures = {
        **{name: made.facts[name] for name in ("kind", "breadth", "recall_at_10")},
        "passages": passages,
        "recall": round(float(np.mean(shares)), 4),
        "prepare_s": round(took, 1),
        "search_ms_p50": round(1000 * percentile(seconds, 50), 1),
        "search_ms_p95": round(1000 * percentile(seconds, 95), 1),
    }
    print(json.dumps(figures), file=sys.stderr, flush=True)  # the next may take many minutes
    return figures


def words_of(entries: int) -> dict[str, Any]:
    """The build's own lexical index of so many entries, which have five passages each."""
    words = Words(seed=1)
    texts = [f"How do {words.some(6)} n{n}? {words.some(6)} {words.some(24)}" for n in range(entries)]
    index, took = _clocked(lambda: LexicalIndex.of(texts))
    data = bytes(index.to_bytes())
    del index
    tracemalloc.start()
    opened, read = _clocked(lambda: LexicalIndex.from_bytes(data))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    asked = [Words(seed=seed + 10).some(6) for seed in range(200)]
    milliseconds = [1000 * _clocked(lambda text=text: _searched(opened, text))[1] for text in asked]
    return {
        "entries": entries,
        "passages": 5 * entries,
        "build_cpu_s": round(took, 1),
        "disk_mb": round(len(data) / 1e6, 1),
        "open_cpu_s": round(read, 2),
        "memory_mb": round(held / 1e6, 1),
        "search_ms_p50": round(percentile(milliseconds, 50), 2),
        "search_ms_p95": round(percentile(milliseconds, 95), 2),
    }


def _searched(index: LexicalIndex, text: str) -> None:
    terms, _ = index.terms(text)
    index.scores_of(terms, index.best(terms, Depths().entries))


def _clocked(act: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = act()
    return result, time.process_time() - started


def _mean(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engines", description=__doc__.split("\n")[0])
    parser.add_argument("--scratch", type=Path, required=True, help="folder for what is made")
    parser.add_argument("--set", type=Path, action="append", default=[], help="folder of a labelled set")
    parser.add_argument("--passages", type=int, default=100_000, help="of the graph (default: 100,000)")
    parser.add_argument("--entries", type=int, nargs="*", default=[20_000, 200_000], help="of the lexical index")
    parser.add_argument("--only", choices=["same", "recall", "words"], help="one of the three")
    parser.add_argument("--json", type=Path, help="file to write the figures into")
    options = parser.parse_args(arguments)
    options.scratch.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {"machine": machine()}
    if options.only in (None, "words"):
        figures["words"] = [words_of(entries) for entries in options.entries]
    if options.only in (None, "recall"):
        figures["recall"] = [recall(options.scratch, options.passages, exact_to) for exact_to in (0, options.passages)]
    if options.only in (None, "same"):
        encoder = exported(options.scratch, BotSettings(encoder="default"))
        figures["same"] = {"shipped": same("shipped", ROOT / "corpus", options.scratch, encoder, None)}
        for folder in options.set:
            corpus = options.scratch / f"corpus-{folder.name}"
            corpus.mkdir(exist_ok=True)
            shutil.copy(folder / "entries.jsonl", corpus)
            texts = [query.text for query in read_queries(folder / "queries.jsonl")]
            figures["same"][folder.name] = same(folder.name, corpus, options.scratch, encoder, texts)
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
