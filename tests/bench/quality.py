"""How good the answers are on labelled sets that the constants were not learnt on.

python -m tests.bench.quality --data DIR [--cache DIR] [--as-shipped] [--sets NAME ...]

DIR holds a folder for each set with entries.jsonl and queries.jsonl; entries_oos.jsonl and queries_oos.jsonl, where
they are, serve for abstention. Without --as-shipped each set is left out in turn: weights, intercept and cuts of the
probability are learnt on the others. The weights of ranking are those of the program in both modes.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.config import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.builder import build
from chatbot.insight import metrics
from chatbot.insight.evaluate import DEPTH, Query, read_queries
from chatbot.insight.metrics import Judged
from chatbot.search.calibration import Calibration, answered_from
from chatbot.search.encoder import Encoder, load_encoder
from chatbot.text import clean, one_line
from tests.bench.baselines import DENSE_QUESTION, baselines
from tests.bench.cached_encoder import CachedEncoder

SETS = ("rasa_sara", "jhu_covid", "covidq", "sofmattress", "banking77_oos", "datatalks_faq")
TOLERATED = (0.05, 0.1)
_BATCH = 512  # queries
_GRID = np.arange(1, 200) / 200  # cuts that are tried


class Measured(NamedTuple):
    """A set as the program ranks it, before anything is decided."""

    judged: list[Judged]  # with the probability that ships
    features: np.ndarray  # (queries, features): what the probability is made of
    simple: dict[str, list[Judged]]  # see `baselines`


class Decision(NamedTuple):
    """All that leaving a set out replaces."""

    probability: Callable[[Measured], np.ndarray]  # (queries,)
    balanced: float  # the cut where most is handled rightly, answerable and unanswerable counting the same
    tolerated: dict[float, float]  # share of unanswerable questions that may be answered -> cut


def shipped() -> Decision:
    """The constants of the program. The only place that asks for them."""
    return Decision(
        probability=lambda found: np.array([j.probability for j in found.judged]),
        balanced=answered_from(0.0),
        tolerated={rate: answered_from(rate) for rate in TOLERATED},
    )


def refit(sets: Sequence[Measured]) -> Decision:
    """Learns the constants on `sets`: each counts the same, and in each its answerable queries count half.

    Every one of them must hold answerable and unanswerable queries.
    """
    from sklearn.linear_model import LogisticRegression

    weights = np.concatenate([_balance(found.judged) for found in sets])
    right = np.concatenate([[j.right_first for j in found.judged] for found in sets])
    features = np.concatenate([found.features for found in sets])
    # Weights of mean 1 and next to no penalty: a handful of numbers are learnt from thousands of queries.
    model = LogisticRegression(C=1e6, max_iter=1000).fit(features, right, sample_weight=weights / weights.mean())

    def probability(found: Measured) -> np.ndarray:
        return np.asarray(model.predict_proba(found.features)[:, 1])

    seen = [_with(found.judged, probability(found)) for found in sets]
    false = np.array([np.mean([metrics.false_answer_rate(j, cut) for j in seen]) for cut in _GRID])
    return Decision(
        probability=probability,
        balanced=float(_GRID[np.argmax([np.mean([_balanced_joint(j, cut) for j in seen]) for cut in _GRID])]),
        tolerated={
            rate: float(_GRID[np.argmax(false <= rate)]) if (false <= rate).any() else 1.0 for rate in TOLERATED
        },
    )


def measure(entries: Path, queries: Path, encoder: Encoder) -> Measured:
    """Builds the FAQ of `entries` and asks it `queries`, as `evaluate` does."""
    asked = read_queries(queries)
    asked = [Query(query.id, one_line(clean(query.text)), query.relevant) for query in asked]
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        build(entries, Path(scratch), BotSettings(), encoder)
        bot = Bot.open(Path(scratch), encoder)
    calibration: Calibration = bot.build.calibration
    judged, features = [], []
    for begin in range(0, len(asked), _BATCH):
        batch = asked[begin : begin + _BATCH]
        texts = [query.text for query in batch]
        ranked = bot.build.ranker.rank(encoder.encode_queries(texts), texts, DEPTH)
        for query, candidates in zip(batch, ranked, strict=True):
            found = [bot.build.entries[candidate.entry].id for candidate in candidates]
            judged.append(Judged(query.id, query.relevant, found, calibration.probability(candidates)))
            features.append(calibration.features(candidates))
    return Measured(judged, np.array(features), baselines(bot.build.entries, asked, encoder))


def ranking_row(found: Measured) -> dict[str, float | None]:
    simple = {name: metrics.success_at(judged, 1) for name, judged in found.simple.items()}
    return {"S@1": metrics.success_at(found.judged, 1), "S@5": metrics.success_at(found.judged, 5), **simple}


def abstention_row(found: Measured, decision: Decision) -> dict[str, float | None]:
    judged = _with(found.judged, decision.probability(found))
    simple = found.simple[DENSE_QUESTION]
    row = {
        "AUROC": metrics.auroc(judged),
        "(dense q)": metrics.auroc(simple),
        "joint": metrics.joint_accuracy(judged, decision.balanced),
        "best cut": metrics.best_joint_accuracy(judged),
        "(dense q best)": metrics.best_joint_accuracy(simple),
        "ECE": metrics.expected_calibration_error(judged),
        "false": metrics.false_answer_rate(judged, decision.balanced),
        "answered": metrics.answered_share_answerable(judged, decision.balanced),
    }
    for rate, cut in decision.tolerated.items():
        row[f"false at {rate:.0%}"] = metrics.false_answer_rate(judged, cut)
        row[f"answered at {rate:.0%}"] = metrics.answered_share_answerable(judged, cut)
    return row


def decisions(sets: Mapping[str, Measured], as_shipped: bool) -> dict[str, Decision]:
    """For each set the constants that it is judged with; without `as_shipped`, learnt on all the others."""
    if as_shipped:
        return dict.fromkeys(sets, shipped())
    return {name: refit([other for at, other in sets.items() if at != name]) for name in sets}


def table(rows: Mapping[str, Mapping[str, float | None]]) -> str:
    """Markdown, with the mean of all sets below."""
    heads = list(next(iter(rows.values())))
    mean = {head: float(np.mean([row[head] for row in rows.values() if row[head] is not None])) for head in heads}
    width = max(map(len, [*rows, "mean"]))
    lines = [f"| {'set':{width}} | {' | '.join(f'{head:>5}' for head in heads)} |"]
    lines.append(f"|{'-' * (width + 2)}|{'|'.join('-' * (max(len(head), 5) + 1) + ':' for head in heads)}|")
    for name, row in [*rows.items(), ("mean", mean)]:
        cells = (f"{'-' if row[head] is None else f'{row[head]:.3f}':>{max(len(head), 5)}}" for head in heads)
        lines.append(f"| {name:{width}} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with a folder for each set")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors here: encoding takes minutes")
    parser.add_argument("--as-shipped", action="store_true", help="the constants of the program, leaving no set out")
    parser.add_argument("--sets", nargs="+", default=SETS, metavar="NAME", help=f"of {', '.join(SETS)} (default: all)")
    parser.add_argument("--encoder", default="default", metavar="NAME", help="as in bot.toml (default: default)")
    options = parser.parse_args(arguments)
    for name in options.sets:
        if not (options.data / name / "entries.jsonl").is_file():
            parser.error(f"{options.data / name / 'entries.jsonl'}: there is no such file; name sets that are there")
    encoder = load_encoder(options.encoder)
    if options.cache:
        encoder = CachedEncoder(encoder, options.cache)
    ranking, abstention = {}, {}
    for name in options.sets:
        folder = options.data / name
        found = measure(folder / "entries.jsonl", folder / "queries.jsonl", encoder)
        ranking[name] = ranking_row(found)
        label = name
        if (folder / "queries_oos.jsonl").is_file():
            label = f"{name} (oos)"
            found = measure(folder / "entries_oos.jsonl", folder / "queries_oos.jsonl", encoder)
        if any(not j.relevant for j in found.judged):
            abstention[label] = found
    print(f"S@1 and S@5, ranking as shipped; S@1 of simple methods\n\n{table(ranking)}\n")
    if not options.as_shipped and len(abstention) < 2:
        parser.error("leaving one out needs two sets with unanswerable questions; name more, or give --as-shipped")
    if abstention:
        decided = decisions(abstention, options.as_shipped)
        how = "constants as shipped" if options.as_shipped else "constants learnt on the other sets"
        rows = {name: abstention_row(found, decided[name]) for name, found in abstention.items()}
        print(f"Abstention, {how}\n\n{table(rows)}\n")
        for name, decision in decided.items():
            cuts = ", ".join(f"{cut:.3f} for {rate:.0%}" for rate, cut in decision.tolerated.items())
            print(f"{name}: answered from {decision.balanced:.3f}; {cuts}")


def _with(judged: Sequence[Judged], probability: np.ndarray) -> list[Judged]:
    return [Judged(j.query, j.relevant, j.ranked, float(p)) for j, p in zip(judged, probability, strict=True)]


def _balance(judged: Sequence[Judged]) -> np.ndarray:
    """(queries,): weights that sum to 1, half of it on the answerable queries."""
    answerable = np.array([bool(j.relevant) for j in judged])
    return np.where(answerable, 0.5 / max(answerable.sum(), 1), 0.5 / max((~answerable).sum(), 1))


def _balanced_joint(judged: Sequence[Judged], cut: float) -> float:
    right = [j.right_first if j.probability >= cut else not j.relevant for j in judged]
    return float(_balance(judged) @ np.array(right, float))


if __name__ == "__main__":
    main()
