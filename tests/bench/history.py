"""Keeps what was measured: one line for each run of a benchmark, with commit and machine.

    python -m tests.bench.pages DIR --json | python -m tests.bench.history pages

Reads what a benchmark prints, a JSON document or Markdown tables, and prints it again. `--show NAME` compares the last
two runs of a benchmark.
"""

import argparse
import datetime
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.measure import machine
from tests.command import ROOT

HISTORY = ROOT / "docs" / "bench" / "history.jsonl"

_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|[-:| ]+\|")


def figures_of(text: str) -> Any:
    """The JSON document, or for each row of the tables its numbers by column. ValueError where there is neither."""
    if text.lstrip().startswith(("{", "[")):
        return json.loads(text)
    rows = dict(_rows(text))
    if not rows:
        raise ValueError("neither a JSON document nor a table; give what a benchmark prints")
    return rows


def _rows(text: str) -> Iterator[tuple[str, dict[str, float | str]]]:
    heads: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            heads = []
        elif not _RULE.fullmatch(line):
            cells = [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]
            if heads:
                name, *values = cells
                yield f"{heads[0]} {name}", {head: _number(one) for head, one in zip(heads[1:], values, strict=True)}
            else:
                heads = cells


def _number(cell: str) -> float | str:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return cell


def append(name: str, figures: Any, path: Path = HISTORY) -> None:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    known = machine()
    line = {"bench": name, "date": today, "commit": known.pop("commit"), "machine": known, "figures": figures}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def compared(name: str, path: Path = HISTORY) -> str:
    """The figures of the last two runs, one a line, and their ratio."""
    runs = [run for run in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if run["bench"] == name]
    if len(runs) < 2:
        return f"{name}: {len(runs)} runs are kept; two are needed"
    before, after = (dict(_flat(run["figures"])) for run in runs[-2:])
    lines = [f"{name}: {runs[-2]['commit']} and {runs[-1]['commit']}"]
    for key in before.keys() & after.keys():
        ratio = f"{after[key] / before[key]:.3f}" if before[key] else "-"
        lines.append(f"{key}: {before[key]:g} {after[key]:g} {ratio}")
    return "\n".join([lines[0], *sorted(lines[1:])])


def _flat(figures: Any, prefix: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(figures, Mapping):
        for key, value in figures.items():
            yield from _flat(value, f"{prefix}{key} / ")
    elif isinstance(figures, list):
        for at, value in enumerate(figures):
            yield from _flat(value, f"{prefix}{at} / ")
    elif isinstance(figures, int | float) and not isinstance(figures, bool):
        yield prefix.removesuffix(" / "), float(figures)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.history", description=__doc__.split("\n")[0])
    parser.add_argument("name", help="of the benchmark, such as pages")
    parser.add_argument("--show", action="store_true", help="compare the last two runs that are kept")
    options = parser.parse_args()
    if options.show:
        print(compared(options.name))
        return
    text = sys.stdin.read()
    print(text, end="")
    try:
        append(options.name, figures_of(text))
    except ValueError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
