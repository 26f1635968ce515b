"""Figures to tables for a terminal."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_SWEEP_HEADS = {
    "threshold": "cut",
    "answered_share": "answered",
    "answered_share_answerable": "of answerable",
    "answered_precision": "precision",
    "false_answer_rate": "false answers",
    "joint_accuracy": "joint accuracy",
}


def figures_table(figures: Mapping[str, Any]) -> str:
    """A line for each figure, with its interval where it has one."""
    intervals = figures["intervals"]
    lines = [f"{'':28} {'value':>8}   95 % interval"]
    for name, value in figures.items():
        if isinstance(value, int | float) or value is None:
            interval = intervals.get(name)
            between = f"   {interval[0]:.4f} to {interval[1]:.4f}" if interval else ""
            lines.append(f"{name:28} {_cell(value):>8}{between}")
    return "\n".join(lines)


def sweep_table(sweep: Sequence[Mapping[str, float | None]]) -> str:
    """A line for each cut."""
    widths = [max(len(head), 6) for head in _SWEEP_HEADS.values()]
    rows = [[f"{row['threshold']:.2f}", *(_cell(row[name]) for name in list(_SWEEP_HEADS)[1:])] for row in sweep]
    return "\n".join(_aligned(row, widths) for row in [list(_SWEEP_HEADS.values()), *rows])


def _aligned(cells: Iterable[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value)
    return f"{value:.4f}" if value <= 1 else f"{value:.1f}"


def failed_list(failed: Sequence[Mapping[str, Any]]) -> str:
    """A line for each question that was handled wrongly, and one each for what was shown and what was wanted."""
    return "\n".join(line for one in failed for line in _failure(one)) or "none was handled wrongly"


def failures_file(name: str, failed: Sequence[Mapping[str, Any]]) -> bytes:
    """`failed` as a file of this name holds it."""
    as_json = name.casefold().endswith(".json")
    text = json.dumps(failed, ensure_ascii=False, indent=1) if as_json else failed_list(failed)
    return f"{text}\n".encode()


def _failure(one: Mapping[str, Any]) -> list[str]:
    nearest = f"{one['question']} [{one['first']}]" if one["first"] else "nothing"
    wanted = [f"{question or 'not in the FAQ'} [{name}]" for name, question in one["wanted"].items()]
    return [
        f"{one['how']}: {one['text']}",
        f"    {'got' if one['how'] != 'no answer' else 'nearest'}: {nearest}, probability {one['probability']:.2f}",
        f"    wanted: {' or '.join(wanted) or 'no answer'}",
    ]
