"""Whether the right part of an answer is marked, or nothing, on labelled questions and answers.

    python -m tests.bench.highlights [--failed] [--learn]

Judged on tests/bench/sets/highlights.jsonl: a mark is right where it holds one of the parts that are right, wrong where
it does not, and wrong as well where nothing ought to be marked. --learn learns the weights on tests/bench/sets/train,
other pages with other questions, and writes them into chatbot/search/parameters.json.
"""

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.content.corpus import read_corpus
from chatbot.content.render import plain_line
from chatbot.core.settings import BotSettings
from chatbot.core.text import match_key, sentences
from chatbot.dialogue.answers import part_of
from chatbot.dialogue.highlight import Sentence, evidence_of, nothing_of
from chatbot.encoding.protocols import Encoder
from chatbot.search.parameters import PARAMETERS
from chatbot.search.words import lexicon_of
from tests.bench.measure import machine
from tests.bench.sets.tables import rows_of
from tests.exported import exported

SETS = Path(__file__).parent / "sets"
_PENALTY = 0.002
# What no page taught, as few questions of the pages ask for a day: a sentence on that day, or on others.
_DAYS = {4: 2.5, 5: -3.0}
_FROM = 0.6


class Item(NamedTuple):
    question: str
    heading: str
    answer: str
    right: Sequence[str]  # parts of the answer, one of which is to be marked; none where nothing is


def judged_items() -> list[Item]:
    lines = (SETS / "highlights.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [Item(one["question"], one["heading"], one["answer"], [] if one["none"] else one["right"]) for one in found]


def taught_items() -> Iterator[Item]:
    """Questions for a fact, with the sentence that states it, and rewordings of an entry's question, with none."""
    for folder in sorted((SETS / "train").iterdir()):
        answers = {match_key(entry.question): entry for entry in read_corpus(folder / "corpus").entries}
        for row in rows_of(folder / "questions.tsv"):
            entry = answers.get(match_key(row["expected"].partition("|")[0]))
            if entry and (row["sentence"] or row["kind"] == "heading"):
                yield Item(row["question"], entry.question, entry.answer, [row["sentence"]] if row["sentence"] else [])


def learn(items: Sequence[Item], encoder: Encoder) -> dict[str, object]:
    """What `parameters.json` says of it: a softmax over the sentences and nothing."""
    from scipy.optimize import minimize

    lexicon = lexicon_of("en")
    cases = []
    for item in items:
        spans, heard, nearness = _heard(item, encoder)
        right = [
            at for at, (begin, end) in enumerate(spans) if any(_is_part(p, item.answer[begin:end]) for p in item.right)
        ]
        if len(spans) > 1 and bool(right) == bool(item.right):
            evidence = evidence_of(item.question, item.heading, heard, lexicon)
            nothing = np.array(nothing_of(item.question, nearness, heard, lexicon))
            cases.append((evidence, nothing, right or [len(spans)]))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = _PENALTY * float(flat @ flat), 2 * _PENALTY * flat
        for evidence, nothing, right in cases:
            scores = np.append(evidence @ flat[:9], nothing @ flat[9:])
            odds = np.exp(scores - scores.max())
            wanted = odds[right].sum()
            total += float(np.log(odds.sum() / wanted)) / len(cases)
            change = odds / odds.sum()
            change[right] -= odds[right] / wanted
            slope = slope + np.concatenate((change[:-1] @ evidence, change[-1] * nothing)) / len(cases)
        return total, slope

    found = minimize(loss, np.zeros(14), jac=True, method="L-BFGS-B").x
    weights = [_DAYS.get(at, round(float(value), 3)) for at, value in enumerate(found[:9])]
    return {"weights": weights, "nothing": [round(float(value), 3) for value in found[9:]], "from": _FROM}


def _is_part(part: str, sentence: str) -> bool:
    part, sentence = part.strip("*_ "), sentence.strip("*_ ")
    return part in sentence or sentence in part


def _heard(item: Item, encoder: Encoder) -> tuple[list[tuple[int, int]], list[Sentence], float]:
    """(spans of the sentences, how they are heard, how near the heading is)."""
    spans = [span for span in sentences(item.answer) if plain_line(item.answer[slice(*span)])]
    texts = [plain_line(item.answer[slice(*span)]) for span in spans]
    query = encoder.encode_queries([item.question])[0]
    cosines = encoder.encode_passages([*texts, item.heading]) @ query
    return spans, [Sentence(*one) for one in zip(texts, cosines[:-1].tolist(), strict=True)], float(cosines[-1])


def verdict(item: Item, encoder: Encoder) -> tuple[str, str]:
    """("right", "wrong" or "nothing", what is marked)."""
    spans, heard, nearness = _heard(item, encoder)
    marked = part_of(item.question, item.heading, item.answer, nearness, spans, heard, lexicon_of("en"))
    if marked is None:
        return "nothing", ""
    text = item.answer[slice(*marked)]
    return ("right" if any(part in text for part in item.right) else "wrong"), text


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.highlights", description=__doc__.split("\n")[0])
    parser.add_argument("--failed", action="store_true", help="list what is marked wrongly")
    parser.add_argument("--learn", action="store_true", help="learn the weights again, and write them")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        encoder = exported(Path(scratch), BotSettings())
        if options.learn:
            said = json.loads(PARAMETERS.read_text(encoding="utf-8"))
            provenance = {"command": "python -m tests.bench.highlights --learn", "commit": machine()["commit"]}
            said["highlight"] = {"provenance": provenance, **learn(list(taught_items()), encoder)}
            PARAMETERS.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
            print(said["highlight"])
            return
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for item in judged_items():
            found, marked = verdict(item, encoder)
            counts["to be marked" if item.right else "nothing to be marked"][found] += 1
            if options.failed and found == "wrong":
                print(f"{item.question} -> {marked}")
    for name, count in counts.items():
        print(name, dict(count))
    total = sum(counts.values(), Counter())
    print(f"right or nothing {1 - total['wrong'] / total.total():.3f}, wrong {total['wrong'] / total.total():.3f}")


if __name__ == "__main__":
    main()
