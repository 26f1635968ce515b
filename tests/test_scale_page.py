"""docs/SCALE.md reckons with what stands in docs/bench, and reckons right."""

import json
import math
import re
from typing import Any

import pytest

from chatbot.indexing.store import KEEP
from chatbot.search.candidates import Depths
from chatbot.search.milvus_engine import _GRAPH
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "SCALE.md").read_text("utf-8")
_BENCH = ROOT / "docs" / "bench"


def kept(name: str) -> Any:
    return json.loads((_BENCH / f"{name}.json").read_text())


MILLION = kept("scale")["rows"][1]
SPEED = kept("speed")
BUILD_CPU = kept("build")["rows"]["all of it"]["cpu_s"]  # seconds, for 50,000 passages
# Seconds to bring 100,000 passages into an engine, without a graph and with it.
ENGINE = {row["kind"]: row["prepare_s"] for row in kept("engines")["recall"] if row["passages"] == 100_000}
AT_ONCE = KEEP + 1  # builds that are there before the oldest goes
QUESTION = 9.5  # ms, of docs/measured.md
PER_CORE = 50_000 / BUILD_CPU  # passages in a second
BASE = SPEED["cold"]["serve"]["peak_mb"]
GPU, LOAD, PRICE = 10_000, 0.7, 0.04
KNOWN = SPEED["serving"]["Verbatim, repeated"]["32"]["per_cpu_s"]


def cost(h: float) -> float:
    """CPU seconds of a question."""
    return ((1 - h) * QUESTION + h * 1000 / KNOWN) / 1000


def nodes(gigabytes: float) -> int:
    return math.ceil(gigabytes / (64 * 0.75))


# The beginning of a line of a table -> the figures of its cells.
INPUTS = {
    "E: a build": [BUILD_CPU],
    "of these beyond encoding": [MILLION["build_cpu_s"]],
    "M: memory": [MILLION["load_mb"]],
    "the same with none": [BASE],
    "memory of the build": [MILLION["build_mb"]],
    "opening them": [MILLION["load_cpu_s"]],
    "a search among": [MILLION["search_p50_ms"]],
    "disk of one build": [MILLION["disk_mb"]],
    "a question that was asked before": [KNOWN],
    "writing 100,000 passages": [ENGINE["FLAT"], ENGINE["HNSW"]],
    "different questions": [SPEED["serving"]["Verbatim, fp32"]["32"]["per_s"]],
}
RECKONED = {
    "encoding, hours of a core | 41": [1e7 / PER_CORE / 3600] * 2,
    "on 32 cores": [1e7 / PER_CORE / 3600 / 32] * 2,
    "on a GPU": [1e7 / GPU / 60] * 2,
    # `BUILD_CPU` is all of a build, also what each passage costs beyond encoding, which all of them do again.
    "of a day with 1 %": [(1e5 / PER_CORE + (10 - 0.1) * MILLION["build_cpu_s"]) / 60] * 2,
    "of each build": [ENGINE["FLAT"] * 100 / 3600, ENGINE["HNSW"] * 100 / 3600],
    "memory to build": [10 * MILLION["build_mb"] / 1000],
    "memory of each server": [(10 * (MILLION["load_mb"] - BASE) + BASE) / 1000],
    "start of a server": [10 * MILLION["load_cpu_s"]],
    "disk for three": [AT_ONCE * 10 * MILLION["disk_mb"] / 1000] * 2,
    "encoding, hours of a core | 4,079": [1e9 / PER_CORE / 3600],
    "on ten GPUs": [1e9 / GPU / 3600 / 10],
    "vectors as they are": [1e9 * 384 * 4 / 1e9],
    "memory of the engine for four builds, and its disk, GB; nodes of": [AT_ONCE * 18, nodes(AT_ONCE * 18)],
    "memory of the engine for four builds, and its disk, GB; nodes |": [AT_ONCE * 1800, nodes(AT_ONCE * 1800)],
    "the same with SQ8, GB": [AT_ONCE * 650, nodes(AT_ONCE * 650)],
    "with two replicas": [2 * nodes(AT_ONCE * 650)],
    "writing all vectors into": [ENGINE["FLAT"] * 10_000 / 3600, ENGINE["HNSW"] * 10_000 / 3600],
    "beyond encoding, hours": [1000 * MILLION["build_cpu_s"] / 3600],
}
for share in (0, 0.5, 0.9):
    CORES = 1e4 * cost(share) / LOAD
    RECKONED[f"{share:g} |"] = [
        CORES, math.ceil(round(CORES) / 2), 1e6 * cost(share) / LOAD / 3600, 1e6 * cost(share) / LOAD / 3600 * PRICE
    ]  # fmt: skip


@pytest.mark.parametrize("begin", [*INPUTS, *RECKONED])
def test_a_figure_is_as_it_was_measured_or_reckoned(begin: str) -> None:
    """To its last digit: what is shown is rounded."""
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| {begin}")]
    assert len(lines) == 1, begin
    cells = lines[0].partition(begin.partition(" |")[0])[2].split("`")[0]
    shown = [
        text.replace(",", "") for text in re.findall(r"(?<![\w.])\d[\d,]*\.?\d*(?![\w%])", cells.partition("|")[2])
    ]
    for expected, text in zip((INPUTS | RECKONED)[begin], shown, strict=False):
        step = 10 ** -len(text.partition(".")[2])
        assert abs(float(text) - expected) <= step * 0.51, (begin, text, expected)
    assert len(shown) >= len((INPUTS | RECKONED)[begin])


def test_the_time_of_a_question_is_that_of_the_comparison() -> None:
    measured = (ROOT / "docs" / "measured.md").read_text("utf-8")
    assert f"| Verbatim | {QUESTION} |" in measured
    assert f"Q: CPU time of a question, all of it, ms | {QUESTION} |" in PAGE


def test_what_the_page_says_of_the_program_is_so() -> None:
    assert f"for HNSW with {_GRAPH['M']} neighbours" in PAGE
    assert f"{Depths().passages} neighbours once" in PAGE
    assert f"| builds that are in the engine's memory | {AT_ONCE} |" in PAGE
    assert f"Before you rent {nodes(AT_ONCE * 1800)} nodes" in PAGE
    assert f"the {1e9 / PER_CORE / 3600:,.0f} hours" in PAGE
