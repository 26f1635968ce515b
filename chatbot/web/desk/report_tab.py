"""The tab Report: the whole report of the journal, in a frame in which no script runs."""

import gradio as gr

from chatbot.core.templates import rendered
from chatbot.web.desk.presses import QUIET
from chatbot.web.desk.reports import PERIODS, USUAL

_TEMPLATE = "web/desk/templates/report_frame.html.jinja"


def report_tab(tab: gr.Tab) -> None:
    """Lays out the tab; the report is made when somebody opens it."""

    def shown(days: str) -> str:
        return rendered(_TEMPLATE, days=days if days in PERIODS.values() else USUAL)

    period = gr.Radio(list(PERIODS.items()), value=USUAL, label="Period")
    frame = gr.HTML("", elem_classes="ours", label="Report")
    tab.select(shown, period, frame, **QUIET)
    period.change(shown, period, frame, **QUIET)
