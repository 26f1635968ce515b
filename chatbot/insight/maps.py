"""The pictures of the report: a map of what is asked and written, rivals, the course of the shares, reliability.

No words of visitors or of entries stand in a picture: topics and rivals have numbers, those of the report.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from chatbot.core.errors import UsageError
from chatbot.core.machine import temporary_folder
from chatbot.insight.course import Step
from chatbot.insight.implied_cut import ENOUGH
from chatbot.insight.plots import BLUE, DPI, FILES, GREY, ORANGE, reliability_figure
from chatbot.insight.report import Pictured, Report
from chatbot.insight.rival_pairs import RivalPair, numbers_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RED = "#c53030"
_WIDTH, _HEIGHT = 4.4, 3.4  # inches: letters stay readable on a phone
_TOPICS = 20  # with a number
_RIVALS = 30  # pairs
_QUESTIONS = 2000  # dots, the latest


class Drawn(NamedTuple):
    name: str  # of its file, without the suffix
    title: str
    alt: str  # what it shows, for those who do not see it
    figure: "Figure"


def drawings(report: Report, pictured: Pictured) -> Iterator[Drawn]:
    """Those for which there is something to show. They must be saved before the next one is asked for."""
    with temporary_folder(FILES):
        if any(step.answered or step.helpful for step in report.course):
            yield Drawn("course", "Shares over time", _alt_of_course(report), _course(report.course))
        if len(pictured.entries) + len(pictured.questions.texts) > 2:
            yield Drawn("map", "Map of entries and questions", _alt_of_map(report, pictured), _map(report, pictured))
        if report.rivals:
            yield Drawn("rivals", "Entries taken for each other", _alt_of_rivals(report), _rivals(report.rivals))
        if len(pictured.judged) >= ENOUGH:
            alt = "How often the first entry was right, by the probability that it had; of what visitors judged."
            figure = reliability_figure(pictured.judged)
            figure.set_size_inches(_WIDTH + 0.6, _HEIGHT + 1.6)
            figure.axes[0].title.set_fontsize(9)
            yield Drawn("reliability", "Reliability of the probability", alt, figure)


def write_pictures(report: Report, pictured: Pictured, folder: Path) -> None:
    """As PNG, in a folder that exists."""
    for drawn in drawings(report, pictured):
        path = folder / f"{drawn.name}.png"
        try:
            drawn.figure.savefig(path, dpi=DPI)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from None


def positions(pictured: Pictured) -> tuple[np.ndarray, np.ndarray]:
    """((entries, 2), (questions, 2)) in the plane that keeps most of how the entries and questions differ.

    Each axis points so that its largest number is positive: otherwise the same map could come out mirrored.
    """
    from sklearn.decomposition import PCA

    vectors = np.concatenate((pictured.vectors, pictured.questions.vectors.reshape(-1, pictured.vectors.shape[1])))
    flat = PCA(2, svd_solver="covariance_eigh").fit_transform(vectors)
    largest = flat[np.abs(flat).argmax(axis=0), [0, 1]]
    flat = flat * np.where(largest < 0, -1, 1)
    return flat[: len(pictured.vectors)], flat[len(pictured.vectors) :]


def _map(report: Report, pictured: Pictured) -> "Figure":
    figure, axes = _figure(_HEIGHT + 1)
    entries, questions = positions(pictured)
    low = {one.entry_id for one in report.low_rated}
    kinds = (
        ("entry", BLUE, "o", [not entry.is_gap and entry.id not in low for entry in pictured.entries]),
        ("entry that was rated down", RED, "s", [not entry.is_gap and entry.id in low for entry in pictured.entries]),
        ("gap", ORANGE, "D", [entry.is_gap for entry in pictured.entries]),
    )
    dots = questions[-_QUESTIONS:]
    axes.scatter(*dots.T, s=6, color=GREY, alpha=0.5, linewidths=0, label="unanswered question")
    for label, color, marker, chosen in kinds:
        if any(chosen):
            axes.scatter(*entries[np.array(chosen)].T, s=22, color=color, marker=marker, linewidths=0, label=label)
    for number, rows in enumerate(pictured.topics[:_TOPICS], 1):
        middle = questions[pictured.questions.text_of[list(rows)]].mean(axis=0)
        axes.annotate(
            str(number), middle, ha="center", va="center", fontsize=10, fontweight="bold",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": GREY},
        )  # fmt: skip
    axes.spines[:].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=2, frameon=False, fontsize=9)
    return figure


def _course(steps: Sequence[Step]) -> "Figure":
    figure, axes = _figure(_HEIGHT)
    days = [step.begin.date() for step in steps]
    for label, color, shares, shift in (
        ("answered", BLUE, [step.answered for step in steps], -0.1),
        ("rated helpful", ORANGE, [step.helpful for step in steps], 0.1),
    ):
        known = [(at, share) for at, share in enumerate(shares) if share]
        if known:
            at = np.array([at for at, _ in known]) + shift
            middle = np.array([share.count / share.of for _, share in known])
            ends = np.array([share.interval for _, share in known])
            reach = np.abs(ends.T - middle)
            axes.errorbar(
                at, middle, reach, color=color, marker="o", markersize=5, linewidth=1.5, capsize=3, label=label
            )
    axes.set_ylim(0, 1.02)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
    every = max(len(steps) // 5, 1)
    axes.set_xticks(range(0, len(steps), every), [f"{day:%m-%d}" for day in days[::every]])
    axes.set_xlabel("the day, or the first day of the week")
    axes.grid(axis="y", color="#e2e8f0")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=2, frameon=False)
    return figure


def _rivals(pairs: Sequence[RivalPair]) -> "Figure":
    """Entries on a circle, those that are taken for each other side by side; a line for each pair."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    figure, axes = _figure(_WIDTH)
    pairs = pairs[:_RIVALS]
    numbers = numbers_of(pairs)
    order = _in_groups([(numbers[pair.first_id], numbers[pair.second_id]) for pair in pairs])
    angles = {number: 2 * np.pi * (0.25 - at / len(order)) for at, number in enumerate(order)}
    places = {number: np.array((np.cos(angle), np.sin(angle))) for number, angle in angles.items()}
    for pair in reversed(pairs):  # the most picked lie above
        one, two = places[numbers[pair.first_id]], places[numbers[pair.second_id]]
        curve = Curve([one, 0.35 * (one + two), two], [Curve.MOVETO, Curve.CURVE3, Curve.CURVE3])
        color, width = (RED, 1.5 + min(pair.picks, 10) / 3) if pair.picks else (BLUE, 0.5 + 2 * pair.probability)
        axes.add_patch(PathPatch(curve, fill=False, edgecolor=color, linewidth=width))
    for number, (x, y) in places.items():
        axes.text(
            x, y, str(number), ha="center", va="center", fontsize=9, fontweight="bold",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": GREY},
        )  # fmt: skip
    for color, label in ((RED, "picked by visitors"), (BLUE, "near for the search")):
        axes.plot([], [], color=color, linewidth=2, label=label)
    axes.set_xlim(-1.15, 1.15)
    axes.set_ylim(-1.15, 1.15)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=2, frameon=False, fontsize=9)
    return figure


def _in_groups(edges: Sequence[tuple[int, int]]) -> list[int]:
    """All numbers, each group of connected ones together."""
    near: dict[int, list[int]] = {}
    for one, two in edges:
        near.setdefault(one, []).append(two)
        near.setdefault(two, []).append(one)
    order: dict[int, None] = {}
    for begin in near:
        waiting = [begin]
        while waiting:
            number = waiting.pop()
            if number not in order:
                order[number] = None
                waiting += reversed(near[number])
    return list(order)


def _figure(height: float) -> tuple["Figure", Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    return figure, axes


def _alt_of_course(report: Report) -> str:
    parts = [
        f"{step.begin:%Y-%m-%d}: {step.answered.count / step.answered.of:.0%}"
        for step in report.course
        if step.answered
    ]
    return f"Answered share with 95 % intervals, from {parts[0]} to {parts[-1]}." if parts else "Ratings over time."


def _alt_of_rivals(report: Report) -> str:
    picked = sum(bool(pair.picks) for pair in report.rivals)
    return (
        f"{len(report.rivals)} pairs of entries that are taken for each other, {picked} of them by visitors; "
        "the numbers are those of the table."
    )


def _alt_of_map(report: Report, pictured: Pictured) -> str:
    return (
        f"{len(pictured.entries)} entries and {len(pictured.questions.texts)} unanswered questions, near each other "
        f"where they mean alike; the numbers are the {min(len(report.unanswered), _TOPICS)} first topics of the table."
    )
