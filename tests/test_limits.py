import pytest

from chatbot.errors import UsageError
from chatbot.insight.evaluate import figures
from chatbot.insight.limits import HIGHER_IS_BETTER, LOWER_IS_BETTER, broken_limits, read_limits
from chatbot.insight.metrics import Judged

FOUND = [Judged("1", frozenset("a"), ["a"], 0.9), Judged("2", frozenset("a"), ["b"], 0.1)]


def broken(under: list[str], over: list[str], found: list[Judged]) -> str:
    return broken_limits(read_limits(under, over), figures(found, 0.5))


def test_a_limit_that_is_met_exactly_is_kept() -> None:
    assert broken(["success_at_1=0.5", "answered_precision=1"], ["expected_calibration_error=0.1"], FOUND) == ""


def test_every_broken_limit_is_named() -> None:
    assert broken(["success_at_1=0.6", "map = 0.4", "answered_share=.7"], ["expected_calibration_error=0"], FOUND) == (
        "success_at_1 is 0.5, under 0.6; answered_share is 0.5, under 0.7; expected_calibration_error is 0.1, over 0"
    )


def test_a_figure_that_nobody_can_tell_breaks_its_limit() -> None:
    sentence = broken(["auroc=0"], ["false_answer_rate=1"], FOUND)
    assert sentence == (
        "auroc cannot be told (it needs both answerable and unanswerable questions); "
        "false_answer_rate cannot be told (the set holds no unanswerable question)"
    )
    assert "(no question was answered)" in broken(["answered_precision=0"], [], FOUND[1:])


def test_every_measure_has_a_limit() -> None:
    numbers = {name for name, value in figures(FOUND, 0.5).items() if not name.startswith("n_")} - {"threshold"}
    assert {*HIGHER_IS_BETTER, *LOWER_IS_BETTER} == numbers
    for metric in HIGHER_IS_BETTER:
        read_limits([f"{metric}=0.5"], [])
    for metric in LOWER_IS_BETTER:
        read_limits([], [f"{metric}=0.5"])


@pytest.mark.parametrize(
    ("under", "over", "message"),
    [
        ("beauty=1", "", 'no metric "beauty" here; there are success_at_1, success_at_5, '),
        ("", "beauty=1", "there are expected_calibration_error, false_answer_rate$"),
        ("n_queries=1", "", 'no metric "n_queries"'),
        ("false_answer_rate=0.1", "", "false_answer_rate is the better the lower it is; use --fail-over"),
        ("", "auroc=0.1", "auroc is the better the higher it is; use --fail-under"),
        ("auroc", "", "write auroc=NUMBER with a number from 0 to 1"),
        ("auroc=high", "", "write auroc=NUMBER"),
        ("auroc=80", "", "write auroc=NUMBER"),
        ("auroc=nan", "", "write auroc=NUMBER"),
        ("auroc=", "", "write auroc=NUMBER"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(under: str, over: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_limits([under] if under else [], [over] if over else [])
