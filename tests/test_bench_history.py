"""The file that keeps what was measured, and what writes it."""

import json
import re
from pathlib import Path

import pytest

from tests.bench.history import HISTORY, append, compared, figures_of

TABLE = """\
S@1 of sets

| set  |   S@1 | entries |
|------|------:|--------:|
| one  | 0.125 |   1,000 |
| two  |     - |      20 |

| page | exact |
|---|--:|
| bank | 1.000 |
"""


def test_tables_and_json_are_read() -> None:
    assert figures_of(TABLE) == {
        "set one": {"S@1": 0.125, "entries": 1000.0},
        "set two": {"S@1": "-", "entries": 20.0},
        "page bank": {"exact": 1.0},
    }
    assert figures_of('{"a": [1, 2]}') == {"a": [1, 2]}
    with pytest.raises(ValueError, match="neither"):
        figures_of("no figures here\n")


def test_runs_are_appended_and_compared(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    append("pages", {"bank": {"first": 0.5}}, path)
    assert compared("pages", path) == "pages: 1 runs are kept; two are needed"
    append("pages", {"bank": {"first": 0.75}}, path)
    append("speed", {"ask": 1}, path)
    assert compared("pages", path).splitlines()[1:] == ["bank / first: 0.5 0.75 1.500"]


def test_every_run_that_is_kept_names_bench_date_commit_and_machine() -> None:
    runs = [json.loads(line) for line in HISTORY.read_text(encoding="utf-8").splitlines()]
    assert {"speed", "scale", "build", "peers", "quality", "pages", "seed", "latency"} <= {run["bench"] for run in runs}
    for run in runs:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", run["date"])
        assert re.match(r"[0-9a-f]{7,12}", run["commit"]), run["bench"]
        assert {"cpu", "cores"} <= run["machine"].keys()
        assert run["figures"]
