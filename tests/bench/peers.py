"""Verbatim against what one would take instead: the same weights, the same 5,000 questions and answers, one machine.

    python -m tests.bench.peers [--peers NAME ...] [--rounds 3] [--threads 1] [--backend int8]
                                [--json FILE] [--chart FILE]

Each peer gets an environment of its own with pinned packages, byte-compiled, below `--venvs`, where it is found again.
Nothing is fetched while anything is measured. Some twenty minutes on two free cores, and a quarter of an hour for the
environments the first time; `--entries 1000 --rounds 1` is a quick look. Measured processes take turns, round by
round, so that what else the machine does falls on all alike: the ratios are what to read, and CPU time rather than
wall time on a machine that does other things.

- Peers get a passage for each entry, question and answer together, as their tutorials do it. Verbatim makes several,
  as it does for everybody: the question, question and answer, each sentence. So its index is larger and its build
  encodes more, and both are counted.
- A peer must be told which ids have changed. Verbatim gets the edited file and finds out.
- A question is asked in a process that has answered others, in CPU and wall milliseconds; "ranking only" is
  Verbatim without the reply: what the peers do. A cold start is a process that opens the index, answers and ends.
- The passages are encoded once, by sentence-transformers at its defaults, and all peers but the plain one would spend
  the same on it with torch: their builds find the vectors in a cache, and the CPU time of that encoding is added.
  txtai runs the model by transformers itself, which is taken to cost the same. Verbatim's build is measured whole.
- "First as plain" is the share of questions with the same first entry as sentence-transformers and FAISS give; the
  questions are made up, and it shows that all do the same work, not who finds better.
"""

import argparse
import json
import random
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.measure import Failed, compile_modules, environment, machine, model_folder, packages, run
from tests.bench.peer_rounds import OURS, Bench, say
from tests.bench.peer_tables import PLAIN, VERBATIM, absolute_table, chart, ratio_table, ratios
from tests.bench.questions import faqs

_CHANGED = 10  # entries of an update

_TORCH = ("torch==2.13.0", "transformers==5.23.0", "numpy==2.4.6")
_SBERT = ("sentence-transformers==6.2.0", *_TORCH)
_FAISS = "faiss-cpu==1.15.1"
_LLAMA = "llama-index-core==0.14.25 llama-index-vector-stores-faiss==0.7.0 llama-index-embeddings-huggingface==0.8.0"


@dataclass(frozen=True)
class Peer:
    title: str
    pins: tuple[str, ...]


PEERS = {
    "plain": Peer(PLAIN, (*_SBERT, _FAISS)),
    "txtai": Peer("txtai, hybrid", (*_TORCH, "txtai==9.14.0", _FAISS)),
    "haystack": Peer("Haystack, in memory", (*_SBERT, "haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0")),
    "langchain": Peer(
        "LangChain, FAISS", (*_SBERT, _FAISS, "langchain-community==0.4.2", "langchain-huggingface==1.2.3")
    ),
    "llama_index": Peer("LlamaIndex, FAISS", (*_SBERT, _FAISS, *_LLAMA.split())),
    "chroma": Peer("Chroma", (*_SBERT, "chromadb==1.5.9")),
}


def interpreter(folder: Path, pins: Sequence[str], pip_arguments: Sequence[str]) -> Path:
    """The Python of the environment in `folder`, made anew where it is not there with these pins."""
    python, stamp = folder / "bin" / "python", folder / "pins.json"
    wanted = json.dumps([sys.version, *sorted(pins)])
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing {folder.name}: {' '.join(pins)}")
        env = environment(None)
        run([sys.executable, "-m", "venv", "--clear", folder], env)
        run([python, "-m", "pip", "install", "--disable-pip-version-check", *pip_arguments, *pins], env)
        compile_modules(python)
        stamp.write_text(wanted)
    return python


def interpreters(
    names: Sequence[str], venvs: Path, one: bool, pip_arguments: Sequence[str]
) -> tuple[dict[str, Path], dict[str, str]]:
    """Title → interpreter of each peer that could be installed, and title → why not of each other."""
    if one:
        pins = sorted({pin for name in names for pin in PEERS[name].pins})
        python = interpreter(venvs / "one", pins, pip_arguments)
        return {PEERS[name].title: python for name in names}, {}
    pythons, left_out = {}, {}
    for name in names:
        try:
            pythons[PEERS[name].title] = interpreter(venvs / name, PEERS[name].pins, pip_arguments)
        except Failed as error:
            say(f"{PEERS[name].title} is left out: {error}")
            left_out[PEERS[name].title] = f"could not be installed: {error}"
    return pythons, left_out


def measured(bench: Bench, questions: int) -> None:
    chance = random.Random(3)
    bench.build_verbatim()
    bench.build_peers(bench.encode())
    bench.questions(chance.sample(list(bench.entries), questions))
    bench.cold_starts(bench.updates(chance.sample(list(bench.entries), _CHANGED)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="NAME", help=", ".join(PEERS))
    parser.add_argument("--entries", type=int, default=5_000, metavar="N")
    parser.add_argument("--questions", type=int, default=200, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of updates and cold starts")
    parser.add_argument("--threads", default="1", help='of BLAS and the like, or "all" for what libraries take')
    parser.add_argument("--backend", default="", help="`backend` of Verbatim's bot.toml; its own default without")
    parser.add_argument("--venvs", type=Path, default=Path(tempfile.gettempdir(), "verbatim-peers"), metavar="DIR")
    parser.add_argument("--one-venv", action="store_true", help="all in one environment; txtai starts slower in it")
    parser.add_argument("--pip-args", default="", help="such as an index with torch without CUDA", metavar="ARGS")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--chart", type=Path, metavar="FILE", help=".png or .svg: bars of the ratios")
    return parser.parse_args()


def main() -> None:
    options, started = _arguments(), time.perf_counter()
    model = model_folder()
    names = list(dict.fromkeys(["plain", *options.peers]))
    pythons, left_out = interpreters(names, options.venvs, options.one_venv, shlex.split(options.pip_args))
    if PLAIN not in pythons:
        sys.exit(f"{PLAIN}, which all are compared with, {left_out[PLAIN]}")
    compile_modules(Path(sys.executable))
    about = {
        "machine": machine(),
        "threads": options.threads,
        "backend": options.backend or "default",
        "versions": {title: packages(python) for title, python in {**pythons, VERBATIM: Path(sys.executable)}.items()},
    }
    with tempfile.TemporaryDirectory(prefix="verbatim-peers-") as work:
        bench = Bench(
            work=Path(work),
            model=model,
            pythons=pythons,
            modules=OURS | {PEERS[name].title: name for name in names},
            entries=faqs(options.entries),
            env=environment(None if options.threads == "all" else int(options.threads)),
            rounds=options.rounds,
            backend=options.backend,
            left_out=left_out,
        )
        try:
            measured(bench, options.questions)
        finally:  # of a run that breaks off, what there is
            report(bench, options, about, (time.perf_counter() - started) / 60)


def report(bench: Bench, options: argparse.Namespace, about: dict[str, Any], minutes: float) -> None:
    found = ratios(bench.figures)
    print(absolute_table(bench.figures), ratio_table(found), sep="\n\n")
    print(f"\n{options.entries} entries, {options.threads} thread(s), {minutes:.0f} minutes; {about['machine']}")
    for title, why in bench.left_out.items():
        print(f"LEFT OUT: {title}: {why}")
    if options.json:
        ratio_rows = {r.metric.key: {"plain": r.plain, "best": r.best, "best_name": r.best_name} for r in found}
        results = {"figures": bench.figures, "ratios": ratio_rows, "left_out": bench.left_out, "raw": bench.raw}
        options.json.write_text(json.dumps({**about, "load_after": machine()["load"], **results}, indent=1))
    if options.chart and found:
        chart(found, f"Verbatim, {options.entries:,} entries, same weights, {options.threads} thread(s)", options.chart)


if __name__ == "__main__":
    main()
