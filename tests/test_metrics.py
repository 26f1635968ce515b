"""Each measure on lists short enough to work out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.insight import metrics
from chatbot.insight.metrics import Judged


def judged(relevant: str, ranked: str, probability: float = 0.5) -> Judged:
    return Judged("q", frozenset(relevant), list(ranked), probability)


# Right at rank 1; at rank 3; two right ones at 2 and 4; not found; nothing ranked; unanswerable.
SET = [
    judged("a", "abc"),
    judged("c", "abc"),
    judged("bd", "abcd"),
    judged("x", "abc"),
    judged("a", ""),
    judged("", "abc"),
]


def test_measures_of_rank_count_every_answerable_query() -> None:
    assert metrics.success_at(SET, 1) == 1 / 5
    assert metrics.success_at(SET, 5) == 3 / 5
    assert metrics.mrr_at(SET, 10) == pytest.approx((1 + 1 / 3 + 1 / 2) / 5)
    assert metrics.precision_at(SET, 5) == pytest.approx((1 / 5 + 1 / 5 + 2 / 5) / 5)
    assert metrics.mean_average_precision(SET) == pytest.approx((1 + 1 / 3 + (1 / 2 + 2 / 4) / 2) / 5)
    third = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert metrics.ndcg_at(SET, 10) == pytest.approx((1 + 1 / 2 + third) / 5)


def test_ndcg_is_one_when_there_are_more_right_entries_than_places() -> None:
    assert metrics.ndcg_at([judged("abc", "ab")], 2) == pytest.approx(1)


def test_without_queries_to_measure_there_is_no_figure() -> None:
    unanswerable = [judged("", "a")]
    assert metrics.success_at(unanswerable, 1) is None
    assert metrics.auroc(unanswerable) is None
    assert metrics.joint_accuracy([], 0.5) is None
    assert metrics.best_joint_accuracy([]) is None
    assert metrics.expected_calibration_error([]) is None
    assert metrics.answered_precision([judged("a", "a", 0.1)], 0.5) is None
    assert metrics.false_answer_rate([judged("a", "a")], 0.5) is None
    assert metrics.answered_share_answerable(unanswerable, 0.5) is None


PROBABILITIES = st.sampled_from([0.0, 0.1, 0.5, 0.5001, 0.9, 1.0])
JUDGED = st.lists(
    st.builds(judged, st.sampled_from(["", "a", "b"]), st.sampled_from(["a", "b", ""]), PROBABILITIES), min_size=1
)


@given(JUDGED)
def test_auroc_is_the_share_of_ordered_pairs(found: list[Judged]) -> None:
    yes = [j.probability for j in found if j.relevant]
    no = [j.probability for j in found if not j.relevant]
    pairs = [(y > n) + (y == n) / 2 for y in yes for n in no]
    assert metrics.auroc(found) == (pytest.approx(np.mean(pairs)) if pairs else None)


@given(JUDGED)
def test_best_joint_accuracy_is_the_best_of_all_thresholds(found: list[Judged]) -> None:
    thresholds = [-1.0, 2.0, *(j.probability for j in found)]
    assert metrics.best_joint_accuracy(found) == pytest.approx(
        max(metrics.joint_accuracy(found, t) or 0 for t in thresholds)
    )


def test_joint_accuracy_and_what_was_answered() -> None:
    found = [
        judged("a", "a", 0.9),
        judged("a", "b", 0.8),
        judged("a", "a", 0.2),
        judged("", "a", 0.7),
        judged("", "a", 0.1),
    ]
    assert metrics.joint_accuracy(found, 0.5) == 2 / 5
    assert metrics.answered_share(found, 0.5) == 3 / 5
    assert metrics.answered_precision(found, 0.5) == 1 / 3
    assert metrics.answered_share_answerable(found, 0.5) == 2 / 3
    assert metrics.false_answer_rate(found, 0.5) == 1 / 2
    assert metrics.false_answer_rate(found, 0.7) == 1 / 2  # a probability at the cut is answered


def test_expected_calibration_error() -> None:
    found = [judged("a", "a", 0.95), judged("a", "b", 0.95), judged("", "a", 0.05), judged("a", "a", 1.0)]
    # Bin 0.9 to 1.0: mean probability 2.9 / 3, two of three right; bin 0 to 0.1: 0.05 against none.
    assert metrics.expected_calibration_error(found) == pytest.approx((abs(2.9 - 2) + 0.05) / 4)
