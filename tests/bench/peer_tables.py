"""Figures of several programs to tables, ratios and a chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Figures = Mapping[str, Mapping[str, float]]  # program → metric → figure; what was not measured is not there

VERBATIM, PLAIN = "Verbatim", "sentence-transformers + FAISS"


@dataclass(frozen=True)
class Metric:
    key: str
    title: str
    digits: int
    more_is_better: bool = False
    compared: bool = True  # whether a ratio of it says something

    def ratio(self, ours: float, theirs: float) -> float:
        """How many times better `ours` is; below 1 it is worse."""
        return ours / theirs if self.more_is_better else theirs / ours


METRICS = (
    Metric("ask_cpu_p50_ms", "question, CPU ms p50", 1),
    Metric("ask_cpu_p95_ms", "question, CPU ms p95", 1),
    Metric("ask_wall_p50_ms", "question, wall ms p50", 1),
    Metric("ask_wall_p95_ms", "question, wall ms p95", 1),
    Metric("cold_cpu_s", "cold start, CPU s", 2),
    Metric("cold_wall_s", "cold start, wall s", 2),
    Metric("cold_peak_mb", "cold start, peak MB", 0),
    Metric("update_cpu_s", "10 changed, CPU s", 2),
    Metric("update_encoded", "texts encoded", 0, compared=False),
    Metric("encoded_per_cpu_s", "texts encoded per CPU s", 1, more_is_better=True),
    Metric("build_cpu_s", "whole build, CPU s", 1),
    Metric("passages", "passages", 0, compared=False),
    Metric("disk_mb", "index, MB", 1),
    Metric("model_mb", "its own model, MB", 1, compared=False),
    Metric("same_first", "first as plain", 3, compared=False),
    Metric("right_first", "first is the source", 3, compared=False),
)


@dataclass(frozen=True)
class Ratio:
    metric: Metric
    ours: float
    plain: float | None  # times better than PLAIN, None where PLAIN has no such figure
    best: float  # times better than the best of the others
    best_name: str


def ratios(figures: Figures) -> list[Ratio]:
    """Of each compared metric that Verbatim and anybody else has."""
    found = []
    for metric in METRICS:
        ours = figures.get(VERBATIM, {}).get(metric.key)
        others = {
            name: row[metric.key]
            for name, row in figures.items()
            if not name.startswith(VERBATIM) and metric.key in row
        }
        if not metric.compared or ours is None or not others:
            continue
        best = min(others, key=lambda name: metric.ratio(ours, others[name]))
        plain = metric.ratio(ours, others[PLAIN]) if PLAIN in others else None
        found.append(Ratio(metric, ours, plain, metric.ratio(ours, others[best]), best))
    return found


def absolute_table(figures: Figures) -> str:
    """A program a row."""
    used = [metric for metric in METRICS if any(metric.key in row for row in figures.values())]
    rows = [
        [name, *(f"{row[m.key]:,.{m.digits}f}" if m.key in row else "" for m in used)] for name, row in figures.items()
    ]
    return _table(["", *(metric.title for metric in used)], rows)


def ratio_table(found: Sequence[Ratio]) -> str:
    """A metric a row: how many times better Verbatim is; below 1 it is worse."""
    rows = [
        [
            ratio.metric.title,
            f"{ratio.ours:,.{ratio.metric.digits}f}",
            "" if ratio.plain is None else f"{ratio.plain:.2f}",
            f"{ratio.best:.2f}",
            ratio.best_name,
        ]
        for ratio in found
    ]
    return _table(["Verbatim is better by", VERBATIM, f"than {PLAIN}", "than the best of the others", "which is"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def chart(found: Sequence[Ratio], title: str, path: Path) -> None:
    """Bars of ratios on a logarithmic scale; the suffix of `path` decides the format.

    It brings its own paper, so that it reads the same on a light and on a dark page.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    figure = Figure(figsize=(8.5, 0.62 * len(found) + 1.6), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    series = (
        (PLAIN, "#2b6cb0", -0.2, [ratio.plain for ratio in found]),
        ("the best of the others", "#dd6b20", 0.2, [ratio.best for ratio in found]),
    )
    for label, colour, offset, values in series:
        places = [at + offset for at, value in enumerate(values) if value]
        widths = [value for value in values if value]
        bars = axes.barh(places, [width - 1 for width in widths], 0.36, left=1, color=colour, label=f"than {label}")
        axes.bar_label(bars, [f"{width:.2g}" for width in widths], padding=3, fontsize=9, color="#1a202c")
    axes.axvline(1, color="#1a202c", linewidth=1)
    axes.set_xscale("log")
    low = min([1.0, *(ratio.best for ratio in found)])
    high = max([1.0, *(ratio.plain or ratio.best for ratio in found)])
    axes.set_xlim(low / 1.5, high * 1.5)
    axes.xaxis.set_major_locator(LogLocator(10, (1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(found)), [ratio.metric.title for ratio in found])
    axes.invert_yaxis()
    axes.set_title(title, fontsize=11, loc="left")
    axes.set_xlabel("times better; left of 1 worse")
    figure.legend(loc="outside lower center", ncols=2, fontsize=9, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)
