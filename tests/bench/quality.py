"""How good the answers are on labelled sets that the constants were not learnt on.

    python -m tests.bench.quality --data DIR [--cache DIR] [--as-shipped] [--sets NAME ...] [--learn FILE]

DIR holds a folder for each set with entries.jsonl and queries.jsonl; entries_oos.jsonl and queries_oos.jsonl, where
they are, serve for abstention. Without --as-shipped each set is left out in turn: the weights of ranking, and weights,
intercept and cuts of the probability, are learnt on the others. There are families of sets, which count the same
in what is learnt and in the means, however many sets they have:

    intents    short wordings without real answers
    answers    rich answers, whose headings may say little
    languages  the same in other languages; for "multilingual" only, which is learnt on them, too
    across     questions in other languages on English entries; likewise, and for the weights of ranking alone
    pages      FAQ pages as they come: those in DIR/pages and in tests/bench/sets/pages; a quarter is left out at a time

--learn learns on everything and writes the file that the program reads (chatbot/search/parameters.json); with
--encoder multilingual what belongs to that encoder alone.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.core.text import sha256
from chatbot.encoding.models import ENGLISH, MULTILINGUAL
from chatbot.encoding.protocols import Encoder
from chatbot.insight import metrics
from chatbot.search.calibration import FEATURES
from chatbot.search.parameters import PARAMETERS
from chatbot.search.ranking import Weights
from tests.bench.baselines import DENSE_QUESTION
from tests.bench.cached_encoder import CachedEncoder
from tests.bench.labelled import Measured, Prepared, measure, prepare, prepare_page
from tests.bench.learning import SEED, TOLERATED, Decision, learn_weights, refit, shipped, with_probability
from tests.bench.measure import machine
from tests.exported import exported

_XQUAD = "xquad_"
FAMILIES = {
    "rasa_sara": "intents",
    "covidq": "intents",
    "sofmattress": "intents",
    "banking77_oos": "intents",
    "jhu_covid": "answers",
    "datatalks_faq": "answers",
    "xquad_en": "answers",
    **{f"{_XQUAD}{lang}": "languages" for lang in "de es ru zh ar tr hi".split()},
}
T = TypeVar("T")

SETS = (*(name for name, kind in FAMILIES.items() if kind != "languages"), "pages")
IN_LANGUAGES = tuple(name for name, kind in FAMILIES.items() if kind == "languages")
OWN_PAGES = Path(__file__).parent / "sets" / "pages"
_FOLDS = 4  # of pages
# Of questions without an answer that an encoder of its own may answer on the sets. What tells a neighbour's question by
# names and opposites knows English: in other languages the balanced cut answers three of ten on pages never seen.
_TOLERATED = 0.15
_UNSURE = 0.35  # of the cut: from there on it is a "did you mean"


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
    for rate, cut in ((rate, decision.tolerated[rate]) for rate in TOLERATED):
        row[f"false at {rate:.0%}"] = metrics.false_answer_rate(judged, cut)
        row[f"answered at {rate:.0%}"] = metrics.answered_share_answerable(judged, cut)
    return row


def families(sets: Mapping[str, T], without: str | None = None) -> list[list[T]]:
    """The sets of each family, without the one that is left out, and without other sets of its fold of pages."""
    grouped: dict[str, list[T]] = {}
    for name, found in sets.items():
        if without is None or _unit(name) != _unit(without):
            grouped.setdefault(family(name), []).append(found)
    return list(grouped.values())


def family(name: str) -> str:
    return FAMILIES.get(name, "pages")


def _unit(name: str) -> str:
    """What is left out together."""
    return name if name in FAMILIES else f"fold {sum(name.encode()) % _FOLDS}"


def table(rows: Mapping[str, Mapping[str, float | None]]) -> str:
    """Markdown, with the mean of each family and of these means below; single pages are not listed."""
    heads = list(next(iter(rows.values())))
    grouped: dict[str, list[Mapping[str, float | None]]] = {}
    for name, row in rows.items():
        grouped.setdefault(family(name), []).append(row)
    means = {f"mean of {name}": _mean(heads, own) for name, own in grouped.items()}
    shown = {name: row for name, row in rows.items() if family(name) != "pages"}
    shown |= means | {"mean": _mean(heads, list(means.values()))}
    width = max(map(len, shown))
    lines = [f"| {'set':{width}} | {' | '.join(f'{head:>5}' for head in heads)} |"]
    lines.append(f"|{'-' * (width + 2)}|{'|'.join('-' * (max(len(head), 5) + 1) + ':' for head in heads)}|")
    for name, row in shown.items():
        cells = (f"{'-' if row[head] is None else f'{row[head]:.3f}':>{max(len(head), 5)}}" for head in heads)
        lines.append(f"| {name:{width}} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean(heads: Sequence[str], rows: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    known = {head: [row[head] for row in rows if row[head] is not None] for head in heads}
    return {head: float(np.mean(values)) if values else None for head, values in known.items()}


def _encoder(options: argparse.Namespace, scratch: Path) -> Encoder:
    encoder = exported(scratch, BotSettings(encoder=options.encoder, backend=options.backend))
    return CachedEncoder(encoder, options.cache) if options.cache else encoder


def _prepare(options: argparse.Namespace, encoder: Encoder) -> tuple[dict[str, Prepared], dict[str, Prepared]]:
    """(sets to rank, sets to abstain on) by name; a page is of both."""
    answerable: dict[str, Prepared] = {}
    mixed: dict[str, Prepared] = {}
    for name in options.sets:
        if name == "pages":
            continue
        folder = options.data / name
        lang = name.removeprefix(_XQUAD) if name in IN_LANGUAGES else "en"
        answerable[name] = mixed[name] = prepare(folder / "entries.jsonl", folder / "queries.jsonl", encoder, lang)
        if (folder / "queries_oos.jsonl").is_file():
            mixed[name] = prepare(folder / "entries_oos.jsonl", folder / "queries_oos.jsonl", encoder, lang)
    if "pages" in options.sets:
        for path in sorted([*(options.data / "pages").glob("*/questions.tsv"), *OWN_PAGES.glob("*/questions.tsv")]):
            page = prepare_page(path.parent, encoder)
            if page is None:
                print(f"{path.parent.name}: cannot be built, and is left out", file=sys.stderr)
            else:
                answerable[path.parent.name] = mixed[path.parent.name] = page
    mixed = {name: found for name, found in mixed.items() if not all(query.relevant for query in found.asked)}
    return answerable, mixed


def _across(options: argparse.Namespace, encoder: Encoder) -> list[Prepared]:
    english = options.data / f"{_XQUAD}en" / "entries.jsonl"
    names = [name for name in options.sets if name in IN_LANGUAGES]
    return [prepare(english, options.data / name / "queries.jsonl", encoder) for name in names]


def report(options: argparse.Namespace, encoder: Encoder) -> None:
    answerable, mixed = _prepare(options, encoder)
    if not options.as_shipped and len({_unit(name) for name in mixed}) < 2:
        print("leaving one out needs two sets with unanswerable questions; add --as-shipped", file=sys.stderr)
        sys.exit(2)
    if options.learn:
        learnt = learn_weights([*families(answerable), *filter(None, [_across(options, encoder)])])
        measured = {name: measure(found.with_off_topic(), learnt) for name, found in mixed.items()}
        own = None if options.encoder == ENGLISH else {options.encoder: encoder.fingerprint}
        written = _parameters(learnt, refit(families(measured)), list(mixed), own)
        options.learn.write_text(written, encoding="utf-8")
        print(f"{options.learn}: written")
        return
    units = {_unit(name): name for name in answerable}
    weights = {
        unit: None if options.as_shipped else learn_weights(families(answerable, name)) for unit, name in units.items()
    }
    ranking = {name: ranking_row(measure(found, weights[_unit(name)])) for name, found in answerable.items()}
    how = "as shipped" if options.as_shipped else "learnt on the other sets"
    print(f"S@1 and S@5, weights {how}; S@1 of simple methods\n\n{table(ranking)}\n")
    rows: dict[str, dict[str, float | None]] = {}
    notes: dict[str, str] = {}
    for unit, weighed in weights.items():
        # The others are ranked with the same weights: their features are what the probability is learnt from.
        own = [name for name in mixed if _unit(name) == unit]
        if not own:
            continue
        if options.as_shipped:
            measured = {name: measure(mixed[name]) for name in own}
        else:
            measured = {name: measure(found.with_off_topic(), weighed) for name, found in mixed.items()}
        decision = shipped(encoder.fingerprint) if options.as_shipped else refit(families(measured, own[0]))
        rows |= {name: abstention_row(measured[name].own(), decision) for name in own}
        cuts = ", ".join(f"{decision.tolerated[rate]:.3f} for {rate:.0%}" for rate in TOLERATED)
        notes[unit] = f"{unit}: answered from {decision.balanced:.3f}; {cuts}"
    if rows:
        print(f"Abstention, constants {how}\n\n{table(rows)}\n")
        print("\n".join(notes.values()))


def _parameters(weights: Weights, decision: Decision, sets: Sequence[str], own: Mapping[str, str] | None = None) -> str:
    """What `chatbot/search/parameters.json` says. `own`: name -> fingerprint of the encoder whose constants these are,
    where they are its own."""

    def rounded(values: Sequence[float]) -> list[float]:
        return [round(value, 4) for value in values]

    before = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    cuts = list(decision.tolerated), list(decision.tolerated.values())
    cut = round(float(np.interp(_TOLERATED, *cuts)), 3) if own else decision.balanced
    encoder = "".join(f" --encoder {name}" for name in own or ())
    learnt = {
        "provenance": {
            "command": f"python -m tests.bench.quality --data DIR{encoder} --learn chatbot/search/parameters.json",
            "commit": machine()["commit"],
            "seed": SEED,
            "sets": list(sets),
        },
        "ranking": {
            "rewords": rounded(weights.rewords),
            "asks": rounded(weights.asks),
            "words": round(weights.words, 4),
            "known": weights.known,
            "trust": before["ranking"]["trust"],
        },
        "probability": {
            "features": list(FEATURES),
            "weights": rounded(decision.weights),
            "intercept": round(decision.intercept, 4),
            "scales": rounded(decision.scales),
            "answered_from": cut,
            "unsure_from": round(_UNSURE * decision.balanced, 3),
            "typical": 7.5,
            "least_typical": 5.0,
            "tolerated": [[0.0, 1.0], *([rate, cut] for rate, cut in decision.tolerated.items())],
        },
    }
    if not own:
        return json.dumps(before | learnt, indent=1) + "\n"
    [(name, fingerprint)] = own.items()
    others = [one for one in before["encoders"] if one["name"] != name]
    of_int8 = sha256(f"{fingerprint} int8".encode())[:16]
    encoders = [*others, {"name": name, "fingerprints": [fingerprint, of_int8], **learnt}]
    return json.dumps(before | {"encoders": encoders}, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with a folder for each set")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors here: encoding takes minutes")
    parser.add_argument("--as-shipped", action="store_true", help="the constants of the program, leaving no set out")
    parser.add_argument(
        "--sets",
        nargs="+",
        metavar="NAME",
        help=f"of {', '.join((*SETS, *IN_LANGUAGES))} (default: all that the encoder reads)",
    )
    parser.add_argument("--learn", type=Path, metavar="FILE", help="learn on all sets, and write FILE")
    parser.add_argument("--encoder", default="default", metavar="NAME", help="as in bot.toml (default: default)")
    parser.add_argument("--backend", default="fp32", metavar="NAME", help="as in bot.toml (default: fp32)")
    options = parser.parse_args(arguments)
    options.sets = options.sets or (*SETS, *(IN_LANGUAGES if options.encoder == MULTILINGUAL else ()))
    for name in set(options.sets) - {"pages"}:
        if not (options.data / name / "entries.jsonl").is_file():
            parser.error(f"{options.data / name / 'entries.jsonl'}: there is no such file; name sets that are there")
    with tempfile.TemporaryDirectory() as scratch:
        report(options, _encoder(options, Path(scratch)))


if __name__ == "__main__":
    main()
