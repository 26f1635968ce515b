"""What an encoder alone is good for: dense-question search with several encoders, set by set, against the first.

python -m tests.bench.encoders --data DIR [--cache DIR] [--sample N] [--system] ENCODER ENCODER ...

Each ENCODER is named as in bot.toml. DIR is that of `tests.bench.quality`. An entry is found by the cosine of its
question; S@1 is over questions that have an answer, AUROC tells those from the others by the best cosine. Differences
are to the first encoder, with 95 % intervals over the questions, which are the same for both. With --system the whole
system answers instead, as it ships, and "joint" is the share of all questions that it handles rightly.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from chatbot.content.corpus import read_corpus
from chatbot.encoding.protocols import Encoder
from chatbot.encoding.sentence_transformers import load_model
from chatbot.insight import metrics
from chatbot.insight.evaluate import read_queries
from chatbot.insight.metrics import Judged
from tests.bench.baselines import dense_question
from tests.bench.cached_encoder import CachedEncoder
from tests.bench.labelled import measure, prepare
from tests.bench.learning import shipped
from tests.bench.quality import SETS

FAR = ("rasa_sara", "jhu_covid", "covidq", "sofmattress")  # unlike what the adapter that ships was learnt from
_RESAMPLES = 1000
_SEED = 1

Figure = Callable[[Sequence[Judged], np.ndarray], np.ndarray]  # of judged queries, counted (m, n) times: (m,)


def success(judged: Sequence[Judged], counts: np.ndarray) -> np.ndarray:
    right = np.array([j.right_first for j in judged], float)
    answerable = np.array([j.is_answerable for j in judged], float)
    return metrics.quotient(counts @ (right * answerable), counts @ answerable)


def joint(judged: Sequence[Judged], counts: np.ndarray) -> np.ndarray:
    """NaN where every question has an answer."""
    if all(j.is_answerable for j in judged):
        return np.full(len(counts), np.nan)
    cut = shipped().balanced
    handled = np.array([metrics.joint_accuracy([j], cut) for j in judged], float)
    return metrics.quotient(counts @ handled, counts.sum(axis=1))


FIGURES: dict[str, Figure] = {"S@1": success, "AUROC": metrics.auroc_over}
SYSTEM_FIGURES: dict[str, Figure] = {**FIGURES, "joint": joint}


def ask(encoder: Encoder, folder: Path, suffix: str, sample: int, system: bool) -> list[Judged]:
    """Of a set, or with the suffix "_oos" of that part of it that has questions without an answer."""
    if system:
        return measure(prepare(folder / f"entries{suffix}.jsonl", folder / f"queries{suffix}.jsonl", encoder)).judged
    entries = read_corpus(folder / f"entries{suffix}.jsonl").entries
    queries = read_queries(folder / f"queries{suffix}.jsonl")
    if len(queries) > sample:
        queries = [queries[row] for row in np.random.default_rng(0).permutation(len(queries))[:sample]]
    return dense_question(entries, queries, encoder)


def rows(folder: Path, encoders: Sequence[Encoder], sample: int, system: bool) -> dict[str, np.ndarray]:
    """figure -> (encoders, 1 + resamples): of the queries as they are, then of each resample, the same for all."""
    mixed = "_oos" if (folder / "queries_oos.jsonl").is_file() else ""
    found = {}
    figures = SYSTEM_FIGURES if system else FIGURES
    asked = {suffix: [ask(encoder, folder, suffix, sample, system) for encoder in encoders] for suffix in {"", mixed}}
    for name, figure in figures.items():
        judged = asked["" if name == "S@1" else mixed]
        n = len(judged[0])
        drawn = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), _RESAMPLES)
        counts = np.concatenate([np.ones((1, n)), drawn])
        found[name] = np.array([figure(one, counts) for one in judged])
    return found


def shown(values: np.ndarray, first: np.ndarray) -> str:
    """A figure, its difference to that of the first encoder, and the interval of that."""
    if np.isnan(values[0]):
        return "-"
    low, high = np.nanquantile(values[1:] - first[1:], (0.025, 0.975))
    difference = "" if values is first else f" {values[0] - first[0]:+.3f} [{low:+.3f}, {high:+.3f}]"
    return f"{values[0]:.3f}{difference}"


def report(options: argparse.Namespace) -> None:
    names = options.encoders
    encoders: list[Encoder] = [load_model(name) for name in names]
    if options.cache:
        encoders = [CachedEncoder(encoder, options.cache) for encoder in encoders]
    sets = {name: rows(options.data / name, encoders, options.sample, options.system) for name in options.sets}
    for figure in SYSTEM_FIGURES if options.system else FIGURES:
        print(f"\n{figure}\n\n| set | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
        found = {name: figures[figure] for name, figures in sets.items()}
        told = {name: values for name, values in found.items() if not np.isnan(values[0, 0])}
        far = [values for name, values in told.items() if name in FAR]
        if far:
            found[f"mean of {len(far)}"] = np.mean(far, axis=0)
        for name, values in found.items():
            cells = [shown(one, one if at == 0 else values[0]) for at, one in enumerate(values)]
            print(f"| {name} | {' | '.join(cells)} |")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.encoders", description=__doc__.split("\n")[0])
    parser.add_argument("encoders", nargs="+", metavar="ENCODER", help="as in bot.toml")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with a folder for each set")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors here: encoding takes minutes")
    parser.add_argument("--sets", nargs="+", default=SETS, metavar="NAME", help=f"of {', '.join(SETS)} (default: all)")
    parser.add_argument("--sample", type=int, default=10**9, metavar="N", help="at most N questions of a set")
    parser.add_argument("--system", action="store_true", help="ask the whole system, all questions, not the cosine")
    report(parser.parse_args(arguments))


if __name__ == "__main__":
    main()
