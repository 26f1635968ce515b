"""How good the answers are on labelled sets that the constants were not learnt on.

python -m tests.bench.quality --data DIR [--cache DIR] [--as-shipped] [--sets NAME ...]

DIR holds a folder for each set with entries.jsonl and queries.jsonl; entries_oos.jsonl and queries_oos.jsonl, where
they are, serve for abstention. Without --as-shipped each set is left out in turn: the weights of ranking, and weights,
intercept and cuts of the probability, are learnt on the others.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from chatbot.config import BotSettings
from chatbot.insight import metrics
from chatbot.search.encoder import Encoder
from chatbot.search.ranking import Weights
from tests.bench.baselines import DENSE_QUESTION
from tests.bench.cached_encoder import CachedEncoder
from tests.bench.labelled import Measured, Prepared, measure, prepare
from tests.bench.learning import Decision, learn_weights, refit, shipped, with_probability
from tests.exported import exported

SETS = ("rasa_sara", "jhu_covid", "covidq", "sofmattress", "banking77_oos", "datatalks_faq")


def ranking_row(found: Measured) -> dict[str, float | None]:
    simple = {name: metrics.success_at(judged, 1) for name, judged in found.simple.items()}
    return {"S@1": metrics.success_at(found.judged, 1), "S@5": metrics.success_at(found.judged, 5), **simple}


def abstention_row(found: Measured, decision: Decision) -> dict[str, float | None]:
    judged = with_probability(found.judged, decision.probability(found))
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


def decision_for(name: str, sets: Mapping[str, Measured], as_shipped: bool) -> Decision:
    """The constants that the set `name` is judged with; without `as_shipped`, learnt on all the others."""
    return shipped() if as_shipped else refit([found for other, found in sets.items() if other != name])


def weights_for(name: str, sets: Mapping[str, Prepared], as_shipped: bool) -> Weights:
    """The same of the weights of ranking."""
    return Weights() if as_shipped else learn_weights([found for other, found in sets.items() if other != name])


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


def _encoder(options: argparse.Namespace, scratch: Path) -> Encoder:
    encoder = exported(scratch, BotSettings(encoder=options.encoder, backend=options.backend))
    return CachedEncoder(encoder, options.cache) if options.cache else encoder


def report(options: argparse.Namespace, encoder: Encoder) -> None:
    answerable: dict[str, Prepared] = {}
    mixed: dict[str, Prepared] = {}
    for name in options.sets:
        folder = options.data / name
        answerable[name] = prepare(folder / "entries.jsonl", folder / "queries.jsonl", encoder)
        mixed[name] = answerable[name]
        if (folder / "queries_oos.jsonl").is_file():
            mixed[name] = prepare(folder / "entries_oos.jsonl", folder / "queries_oos.jsonl", encoder)
    mixed = {name: found for name, found in mixed.items() if not all(query.relevant for query in found.asked)}
    if not options.as_shipped and min(len(answerable), len(mixed)) < 2:
        print("leaving one out needs two sets with unanswerable questions; add --as-shipped", file=sys.stderr)
        sys.exit(2)
    weights = {name: weights_for(name, answerable, options.as_shipped) for name in answerable}
    ranking = {name: ranking_row(measure(found, weights[name])) for name, found in answerable.items()}
    how = "as shipped" if options.as_shipped else "learnt on the other sets"
    print(f"S@1 and S@5, weights {how}; S@1 of simple methods\n\n{table(ranking)}\n")
    rows, notes = {}, []
    for name in mixed:
        # The others are ranked with the same weights: their features are what the probability is learnt from.
        measured = {other: measure(found, weights[name]) for other, found in mixed.items()}
        decision = decision_for(name, measured, options.as_shipped)
        rows[name] = abstention_row(measured[name], decision)
        cuts = ", ".join(f"{cut:.3f} for {rate:.0%}" for rate, cut in decision.tolerated.items())
        weighed = ", ".join(f"{value:.3g}" for value in weights[name])
        notes.append(f"{name}: ranking {weighed}; answered from {decision.balanced:.3f}; {cuts}")
    if rows:
        print(f"Abstention, constants {how}\n\n{table(rows)}\n")
        print("\n".join(notes))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with a folder for each set")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors here: encoding takes minutes")
    parser.add_argument("--as-shipped", action="store_true", help="the constants of the program, leaving no set out")
    parser.add_argument("--sets", nargs="+", default=SETS, metavar="NAME", help=f"of {', '.join(SETS)} (default: all)")
    parser.add_argument("--encoder", default="default", metavar="NAME", help="as in bot.toml (default: default)")
    parser.add_argument("--backend", default="fp32", metavar="NAME", help="as in bot.toml (default: fp32)")
    options = parser.parse_args(arguments)
    for name in options.sets:
        if not (options.data / name / "entries.jsonl").is_file():
            parser.error(f"{options.data / name / 'entries.jsonl'}: there is no such file; name sets that are there")
    with tempfile.TemporaryDirectory() as scratch:
        report(options, _encoder(options, Path(scratch)))


if __name__ == "__main__":
    main()
