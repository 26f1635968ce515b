"""`--fail-under metric=value` and `--fail-over metric=value`: figures that a change must not make worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.core.errors import UsageError

UNDER, OVER = "--fail-under", "--fail-over"

_NO_ANSWERABLE = "the set holds no answerable question"
_NO_UNANSWERABLE = "the set holds no unanswerable question"
_NO_QUESTION = "the set holds no question"
# metric -> why a set may be unable to tell it
HIGHER_IS_BETTER = {
    "success_at_1": _NO_ANSWERABLE,
    "success_at_5": _NO_ANSWERABLE,
    "mrr_at_10": _NO_ANSWERABLE,
    "ndcg_at_10": _NO_ANSWERABLE,
    "map": _NO_ANSWERABLE,
    "precision_at_5": _NO_ANSWERABLE,
    "auroc": "it needs both answerable and unanswerable questions",
    "joint_accuracy": _NO_QUESTION,
    "joint_accuracy_best": _NO_QUESTION,
    "answered_share": _NO_QUESTION,
    "answered_share_answerable": _NO_ANSWERABLE,
    "answered_precision": "no question was answered",
}
LOWER_IS_BETTER = {
    "expected_calibration_error": _NO_QUESTION,
    "false_answer_rate": _NO_UNANSWERABLE,
}


@dataclass(frozen=True, slots=True)
class Limit:
    metric: str
    value: float
    is_ceiling: bool

    def broken(self, figures: Mapping[str, Any]) -> str | None:
        """How `figures` break this limit, None where they keep it. A figure that nobody can tell breaks it."""
        value = figures[self.metric]
        if value is None:
            return f"{self.metric} cannot be told ({(HIGHER_IS_BETTER | LOWER_IS_BETTER)[self.metric]})"
        if value > self.value if self.is_ceiling else value < self.value:
            return f"{self.metric} is {value:.6g}, {'over' if self.is_ceiling else 'under'} {self.value:g}"
        return None


def read_limits(under: Sequence[str], over: Sequence[str]) -> list[Limit]:
    """The limits that the two options ask for. UsageError says which one is wrong and what there is."""
    return [
        *(_limit(UNDER, text, HIGHER_IS_BETTER, LOWER_IS_BETTER, OVER) for text in under),
        *(_limit(OVER, text, LOWER_IS_BETTER, HIGHER_IS_BETTER, UNDER) for text in over),
    ]


def broken_limits(limits: Sequence[Limit], figures: Mapping[str, Any]) -> str:
    """One sentence that names each broken limit; empty when all are kept."""
    return "; ".join(filter(None, (limit.broken(figures) for limit in limits)))


def _limit(option: str, text: str, own: Mapping[str, str], others: Mapping[str, str], other: str) -> Limit:
    metric, _, number = text.partition("=")
    metric = metric.strip()
    if metric in others:
        better = "higher" if other == UNDER else "lower"
        raise UsageError(f"{option} {text}: {metric} is the better the {better} it is; use {other}")
    if metric not in own:
        raise UsageError(f'{option} {text}: there is no metric "{metric}" here; there are {", ".join(own)}')
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError(f"{option} {text}: write {metric}=NUMBER with a number from 0 to 1, such as {metric}=0.8")
    return Limit(metric, value, option == OVER)
