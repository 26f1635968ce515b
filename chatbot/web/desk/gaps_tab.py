"""The tab Gaps: questions that the FAQ lists without an answer, those that visitors ask first.

The button beside each opens it in the form of the tab Entries.
"""

import gradio as gr

from chatbot.core.templates import rendered
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.presses import QUIET
from chatbot.web.desk.reports import PERIODS, READING, USUAL, report_of

_TEMPLATE = "web/desk/templates/gaps.html.jinja"


def gaps_tab(desk: Desk, tab: gr.Tab) -> None:
    """Lays out the tab; what it shows is computed when somebody opens it."""

    def shown(days: str) -> str:
        made = report_of(desk, days)
        demand = {one["entry_id"]: one["trend"] for one in made.document.get("gaps", [])}
        gaps = [entry for entry in desk.bot.build.entries if entry.is_gap]
        gaps.sort(key=lambda entry: -demand[entry.id]["now"] if entry.id in demand else 0)
        return rendered(_TEMPLATE, gaps=gaps, demand=demand, error=made.error)

    period = gr.Radio(list(PERIODS.items()), value=USUAL, label="Asked within")
    gaps = gr.HTML(READING, elem_classes="ours", label="Gaps")
    tab.select(shown, period, gaps, **QUIET)
    period.change(shown, period, gaps, **QUIET)
