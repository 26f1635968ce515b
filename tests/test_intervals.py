"""Bootstrap intervals: each resample's figure is that of the list with its queries repeated."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.insight import intervals, metrics
from chatbot.insight.metrics import Judged
from tests.test_metrics import JUDGED

MEASURES: dict[str, intervals.Measure] = {
    "s1": partial(metrics.success_at, k=1),
    "ndcg": partial(metrics.ndcg_at, k=10),
    "joint": partial(metrics.joint_accuracy, threshold=0.5),
    "precision": partial(metrics.answered_precision, threshold=0.5),
    "false": partial(metrics.false_answer_rate, threshold=0.5),
}


def mixed(n: int, seed: int = 0) -> list[Judged]:
    """Two in three answerable, of these half right, probabilities without meaning."""
    rng = np.random.default_rng(seed)
    return [
        Judged(str(i), frozenset("a" if i % 3 else ""), list("ab" if i % 2 else "ba"), round(float(rng.random()), 2))
        for i in range(n)
    ]


@given(JUDGED, st.data())
def test_a_weighted_figure_is_that_of_the_repeated_queries(found: list[Judged], data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=len(found), max_size=len(found)))
    repeated = [j for j, count in zip(found, counts, strict=True) for _ in range(count)]
    for weighted, plain in (
        (metrics.auroc_over, metrics.auroc),
        (metrics.calibration_error_over, metrics.expected_calibration_error),
    ):
        [value] = weighted(found, np.array([counts], float))
        expected = plain(repeated)
        assert np.isnan(value) if expected is None else value == pytest.approx(expected)


def test_the_interval_of_a_mean_is_the_quantiles_of_resampled_lists() -> None:
    found = mixed(40)
    drawn: dict[str, list[float]] = {name: [] for name in MEASURES}
    for counts in np.concatenate(list(intervals.resamples(len(found)))):
        repeated = [j for j, count in zip(found, counts, strict=True) for _ in range(int(count))]
        for name, measure in MEASURES.items():
            value = measure(repeated)
            assert value is not None
            drawn[name].append(value)
    of_means = intervals.of_means(found, MEASURES)
    for name in MEASURES:
        assert of_means[name] == pytest.approx(tuple(np.quantile(drawn[name], [0.025, 0.975])))


def test_intervals_hold_the_figure_and_are_as_wide_as_theory_says() -> None:
    found = mixed(900)
    low, high = intervals.of_means(found, MEASURES)["s1"] or (0.0, 0.0)
    assert low < 0.5 < high
    assert high - low == pytest.approx(2 * 1.96 * (0.25 / 600) ** 0.5, rel=0.1)  # of 600 answerable, half right
    for interval, value in (
        (intervals.of_auroc(found), metrics.auroc(found)),
        (intervals.of_calibration_error(found), metrics.expected_calibration_error(found)),
    ):
        assert interval is not None
        assert value is not None
        assert interval[0] < value < interval[1]
        assert interval[1] - interval[0] < 0.1


def test_a_small_calibration_error_lies_in_its_interval() -> None:
    """Resampling alone makes it larger: without taking that back it lies below."""
    found = [
        Judged(f"{tenth}-{at}", frozenset("a"), ["a" if at <= 2 * tenth else "b"], (tenth + 0.5) / 10)
        for tenth in range(10)
        for at in range(20)  # of which 1, 3, 5 ... right: every probability keeps its word
    ]
    interval, error = intervals.of_calibration_error(found), metrics.expected_calibration_error(found)
    assert interval is not None
    assert error == pytest.approx(0, abs=1e-12)
    assert interval[0] == 0.0
    assert interval[1] < 0.05


def test_the_same_set_gives_the_same_interval() -> None:
    assert intervals.of_means(mixed(50), MEASURES) == intervals.of_means(mixed(50), MEASURES)
    assert intervals.of_auroc(mixed(50)) == intervals.of_auroc(mixed(50))


def test_a_thousand_resamples_of_the_size_of_the_set() -> None:
    counts = np.concatenate(list(intervals.resamples(7)))
    assert counts.shape == (1000, 7)
    assert (counts.sum(axis=1) == 7).all()
    assert counts.std() == pytest.approx(1, abs=0.15)  # with replacement


def test_what_a_set_cannot_tell_has_no_interval() -> None:
    answerable = [Judged(str(i), frozenset("a"), ["a"], 0.2) for i in range(9)]
    unanswerable = Judged("no", frozenset(), ["a"], 0.2)
    found = intervals.of_means([*answerable, unanswerable], MEASURES)
    assert found["s1"] == (1.0, 1.0)
    assert found["false"] is None  # one query tells of no spread
    assert found["precision"] is None  # nothing answered
    assert intervals.of_auroc([*answerable, unanswerable]) is None
    assert intervals.of_calibration_error([unanswerable]) is None
    assert intervals.of_means([], MEASURES) == dict.fromkeys(MEASURES)
    assert intervals.of_auroc([]) is None
    assert intervals.of_calibration_error([]) is None


def test_a_resample_in_which_no_query_counts_is_left_out() -> None:
    """Two unanswerable of forty: one resample in eight holds neither."""
    found = [*(Judged(str(i), frozenset("a"), ["a"], 0.9) for i in range(38))]
    found += [Judged("x", frozenset(), ["a"], 0.9), Judged("y", frozenset(), ["a"], 0.1)]
    assert intervals.of_means(found, MEASURES)["false"] == (0.0, 1.0)
