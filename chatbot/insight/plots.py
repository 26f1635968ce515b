"""Two pictures of the probability: whether it keeps its word, and how well it tells the two kinds apart.

The only door to matplotlib. It is imported when a picture is asked for, and without pyplot: no window system, no state
of the process.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.core.errors import UsageError
from chatbot.core.machine import temporary_folder
from chatbot.insight.metrics import BINS, Judged, bin_of, expected_calibration_error, probability_and_outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RELIABILITY, SCORES = "reliability.png", "scores.png"
DPI = 150
FILES = "MPLCONFIGDIR"  # where matplotlib keeps its list of fonts; by itself, in the home directory
BLUE, ORANGE, GREY = "#2b6cb0", "#dd6b20", "#718096"
_SCORE_BINS = 40


def plot_folder(folder: Path) -> None:
    """Makes `folder` where it is missing. UsageError when it cannot be one, or when matplotlib is not there.

    To be called before the long work, so that a mistake is known at once.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{folder}: is a file; name a folder for the pictures") from None
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made ({error.strerror}); name another folder") from None
    require_matplotlib()


def require_matplotlib() -> None:
    """UsageError where it is not there."""
    try:
        with temporary_folder(FILES):
            import matplotlib  # noqa: F401
    except ImportError as error:
        raise UsageError(f"pictures need matplotlib ({error}); run: pip install -r requirements.txt") from None


def write_plots(judged: Sequence[Judged], threshold: float, folder: Path) -> None:
    """`reliability.png` and `scores.png` in `folder`; `threshold`: the probability from which a query is answered."""
    with temporary_folder(FILES):
        for name, figure in ((RELIABILITY, reliability_figure(judged)), (SCORES, _scores(judged, threshold))):
            try:
                figure.savefig(folder / name, dpi=DPI)
            except OSError as error:
                raise UsageError(f"{folder / name}: cannot be written ({error.strerror})") from None


def reliability(judged: Sequence[Judged]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(BINS,) each: mean probability, share of right first entries (both NaN in an empty bin), number of queries."""
    probability, right = probability_and_outcome(judged)
    at = bin_of(probability)
    count = np.bincount(at, minlength=BINS)
    size = np.where(count, count, np.nan)
    return np.bincount(at, probability, BINS) / size, np.bincount(at, right, BINS) / size, count


def reliability_figure(judged: Sequence[Judged]) -> "Figure":
    mean, share, count = reliability(judged)
    figure, (curve, bars) = _figure(6.4, 7.0, height_ratios=[3, 1])
    curve.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.2, label="a probability that keeps its word")
    filled = count > 0
    curve.plot(mean[filled], share[filled], color=BLUE, linewidth=2, marker="o", markersize=7, label="measured")
    error = expected_calibration_error(judged)
    curve.set_title(f"Reliability: {len(judged):,} questions, expected calibration error {error:.3f}")
    curve.set_ylabel("share with a right entry first")
    curve.set_ylim(-0.03, 1.03)
    curve.set_yticks(np.linspace(0, 1, 6))
    curve.legend(loc="best", frameon=False)
    drawn = bars.bar((np.arange(BINS) + 0.5) / BINS, count, width=0.9 / BINS, color=BLUE, alpha=0.55)
    bars.bar_label(drawn, labels=[f"{n:,}" for n in count], padding=2, fontsize=9)
    bars.margins(y=0.25)
    bars.set_ylabel("questions")
    bars.set_xlabel("probability that the first entry answers the question")
    return figure


def _scores(judged: Sequence[Judged], threshold: float) -> "Figure":
    figure, both = _figure(7.2, 5.6)
    edges = np.linspace(0, 1, _SCORE_BINS + 1)
    for axes, color, kind, answerable in zip(
        both, (BLUE, ORANGE), ("answerable", "unanswerable"), (True, False), strict=True
    ):
        values = [j.probability for j in judged if j.is_answerable is answerable]
        axes.hist(values, bins=edges, color=color, alpha=0.8)
        axes.axvline(threshold, color="black", linewidth=1.5, linestyle="--")
        axes.set_ylim(0, max(1.0, axes.get_ylim()[1] * 1.1))  # also where there are none of a kind
        axes.set_ylabel("questions")
        over = sum(value >= threshold for value in values)
        axes.set_title(f"{kind}: {len(values):,} questions, {over:,} answered", loc="left", fontsize=11, color=color)
    side, shift = ("right", -6) if threshold > 0.75 else ("left", 6)
    both[0].annotate(
        f"answered from {threshold:g}", (threshold, 1), (shift, -3), xycoords=("data", "axes fraction"),
        textcoords="offset points", va="top", ha=side, fontsize=9, bbox={"color": "white", "alpha": 0.8, "pad": 1},
    )  # fmt: skip
    both[1].set_xlabel("probability that the first entry answers the question")
    return figure


def _figure(width: float, height: float, height_ratios: Sequence[float] = (1, 1)) -> tuple["Figure", Any]:
    """A figure of two axes, one above the other, over the same probabilities from 0 to 1."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(width, height), layout="constrained")
    both = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": list(height_ratios)})
    for axes in both:
        axes.set_xlim(0, 1)
        axes.set_xticks(np.linspace(0, 1, 11))
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#e2e8f0")
        axes.set_axisbelow(True)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    return figure, both
