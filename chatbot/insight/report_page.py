"""The report as one page: no script, no request, its one stylesheet named by its hash in the policy."""

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from chatbot.core.templates import rendered
from chatbot.insight.maps import drawings
from chatbot.insight.report import Pictured, Report
from chatbot.insight.report_text import (
    LISTED,
    UNUSED_UNKNOWN,
    answered_text,
    before_text,
    cut_text,
    day,
    forecast_text,
    gap_text,
    more_text,
    now_text,
    other_notes_text,
    rare_text,
    rival_text,
    share_text,
)
from chatbot.insight.rival_pairs import numbers_of
from chatbot.insight.svg import inline_svg

_STYLES = Path(__file__).parent / "templates" / "report.css"


def report_page(report: Report, pictured: Pictured) -> str:
    """UTF-8 HTML."""
    styles = _STYLES.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    pictures = {
        drawn.name: (drawn.title, inline_svg(drawn.figure, drawn.name, drawn.alt))
        for drawn in drawings(report, pictured)
    }
    return rendered(
        "insight/templates/report.html.jinja",
        report=report,
        pictures=pictures,
        styles=Markup(styles),  # nosec B704: ours
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        before=before_text(report),
        cut=cut_text(report.cut),
        answered_since=answered_text(report),
        rare=rare_text(report),
        unused_unknown=UNUSED_UNKNOWN,
        day=day,
        share=share_text,
        forecast=forecast_text,
        gap=gap_text,
        now=now_text,
        listed=LISTED,
        more_text=more_text,
        rival=rival_text,
        low_notes=lambda n: other_notes_text(n) if n else "",
        numbers=numbers_of(report.rivals),
    )
