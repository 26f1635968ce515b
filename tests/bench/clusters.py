"""How well questions are grouped by meaning, on labelled sets: adjusted Rand index, 1 for the labels' own groups.

    python -m tests.bench.clusters --data DIR

Of banking77_oos the 1,025 questions on its topic that it does not answer are grouped, of 27 hidden intents; of the
other sets the questions that they answer, with the entry or intent as the label. What is common is measured on the
entries of the set, as in a build.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from chatbot.core.settings import BotSettings
from chatbot.encoding.protocols import Encoder
from chatbot.insight.clusters import clusters
from tests.exported import exported

_SETS: Mapping[str, Callable[[Any], Any]] = {
    "banking77_oos": lambda query: query.get("kind") == "in_domain_unanswerable" and query["intent"],
    "covidq": lambda query: tuple(query["relevant"]),
    "rasa_sara": lambda query: tuple(query["relevant"]),
    "sofmattress": lambda query: query["relevant"] and query["intent"],
    "jhu_covid": lambda query: query["relevant"] and query["relevant"][0],
}


class Labelled(NamedTuple):
    texts: list[str]
    labels: list[str]
    entries: list[str]  # the questions of the FAQ


def labelled_questions(data: Path) -> dict[str, Labelled]:
    return {name: _read(data / name, label) for name, label in _SETS.items()}


def _read(folder: Path, label: Callable[[Any], Any]) -> Labelled:
    queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    entries = [json.loads(line)["question"] for line in (folder / "entries.jsonl").open(encoding="utf-8")]
    own = [(query["text"], str(label(query))) for query in queries if label(query)]
    return Labelled([text for text, _ in own], [name for _, name in own], entries)


def grouped(asked: Labelled, encoder: Encoder) -> np.ndarray:
    """(n,) the number of each question's group."""
    vectors = encoder.encode_queries(asked.texts)
    common = encoder.encode_queries(asked.entries).mean(axis=0)
    numbers = np.empty(len(asked.texts), int)
    for number, rows in enumerate(clusters(vectors, common)):
        numbers[rows] = number
    return numbers


def adjusted_rand(asked: Labelled, numbers: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(asked.labels, numbers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    data = labelled_questions(parser.parse_args().data)
    print("| set | questions | labels | groups | adjusted Rand |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="verbatim-") as folder:
        encoder = exported(Path(folder), BotSettings())
        for name, asked in data.items():
            numbers = grouped(asked, encoder)
            counts = f"{len(asked.texts)} | {len(set(asked.labels))} | {numbers.max() + 1}"
            print(f"| {name} | {counts} | {adjusted_rand(asked, numbers):.2f} |")


if __name__ == "__main__":
    main()
