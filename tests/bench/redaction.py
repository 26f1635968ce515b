"""How many ordinary questions `redacted` takes something out of, by set, and which.

python -m tests.bench.redaction
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from chatbot.insight.redaction import redacted
from tests.conftest import SHARED

PLACEHOLDER = re.compile(r"\[(?:email|phone|iban|card|id|ip|name|address|date of birth|number|token|url)\]")


def shared_questions() -> Mapping[str, Sequence[str]]:
    """Set -> its questions and entries' wordings, without repetitions."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted((SHARED / "data").glob("*/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            found.setdefault(path.parent.name, {})[record.get("text") or record["question"]] = None
    for path in sorted((SHARED / "data" / "pages").glob("*/questions.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                found.setdefault("pages", {})[row["question"]] = None
    return {name: list(texts) for name, texts in found.items()}


def changed(questions: Sequence[str]) -> Iterator[tuple[str, str]]:
    for question in questions:
        after = redacted(question)
        if PLACEHOLDER.search(after):
            yield question, after


def main() -> None:
    sets = dict(shared_questions())
    everything = sum(map(len, sets.values()))
    total = 0
    print("| set | questions | changed |\n|---|--:|--:|")
    listed = []
    for name, questions in sets.items():
        found = list(changed(questions))
        total += len(found)
        listed += [(name, *pair) for pair in found]
        print(f"| {name} | {len(questions)} | {len(found)} ({len(found) / len(questions):.2%}) |")
    print(f"| all | {everything} | {total} ({total / everything:.2%}) |")
    for name, before, after in listed:
        print(f"{name}: {before}\n    {after}")


if __name__ == "__main__":
    main()
