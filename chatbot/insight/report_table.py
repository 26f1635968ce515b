"""The report for programs: as JSON, and as a table for spreadsheets. docs/report.md says what each field means."""

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chatbot.content.cells import safe_cell
from chatbot.indexing.rehearsal import Share
from chatbot.insight.report import Report
from chatbot.insight.trend import Trend

_COLUMNS = (
    "kind entry_id question text now before trend cosine taken of lifted up down times detail answered_now asked_again"
).split()


def as_json(value: Any) -> Any:
    """`value`, such as a report, as JSON holds it: times as text, shares and trends with what follows from them."""
    if isinstance(value, Share):
        return value.as_json()
    if isinstance(value, Trend):
        return {"now": value.now, "before": value.before, "says": value.says}
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%MZ")
    if dataclasses.is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(one) for one in value]
    return value


def as_table(report: Report) -> bytes:
    """CSV in which nothing runs as a formula: a row for each thing to do, with its `kind`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({name: safe_cell("" if value is None else str(value)) for name, value in row.items()})
    return out.getvalue().encode("utf-8-sig")


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    for one in report.unanswered:
        topic, forecast = one.topic, one.forecast
        yield {
            "kind": "unanswered",
            "entry_id": topic.nearest_id,
            "question": topic.nearest,
            "text": "\n".join(topic.examples),
            **_of_trend(topic.trend),
            "cosine": f"{topic.cosine:.3f}",
            "taken": forecast and forecast.taken.count,
            "of": forecast and forecast.taken.of,
            "lifted": None if one.lifted is None else f"{one.lifted:.4f}",
            "detail": "gap" if topic.nearest_is_gap else "",
            "answered_now": one.answered_now.count,
            "asked_again": one.answered_now.of,
        }
    if report.answered_topics:
        yield {"kind": "answered_since", "times": report.answered_questions, "detail": report.answered_topics}
    for gap in report.gaps:
        yield {"kind": "gap", "entry_id": gap.entry_id, "question": gap.question, **_of_trend(gap.trend)}
    for low in report.low_rated:
        reasons = [f"{reason}: {n}" for reason, n in low.reasons.items()]
        yield {
            "kind": "low_rated",
            "entry_id": low.entry_id,
            "question": low.question,
            "text": "\n".join(low.notes),
            "up": low.up,
            "down": low.down,
            "detail": "\n".join(reasons),
        }
    for near in report.nearly_refused:
        yield {
            "kind": "nearly_refused",
            "entry_id": near.entry_id,
            "question": near.question,
            "times": near.times,
            "detail": f"{near.lowest:.3f}",
        }
    for pair in report.picks.contrary:
        yield {
            "kind": "contrary_pick",
            "entry_id": pair.picked_id,
            "question": pair.picked,
            "times": pair.times,
            "detail": pair.first_id,
        }
    for rivals in report.rivals:
        yield {
            "kind": "rivals",
            "entry_id": rivals.first_id,
            "question": rivals.first,
            "text": rivals.second,
            "times": rivals.picks,
            "detail": "\n".join([rivals.second_id, *[f"{rivals.probability:.3f}"] * bool(rivals.probability)]),
        }
    for unused in report.never_used or ():
        yield {"kind": "never_used", "entry_id": unused.entry_id, "question": unused.question}


def _of_trend(trend: Trend) -> dict[str, Any]:
    return {"now": trend.now, "before": trend.before, "trend": trend.says}
