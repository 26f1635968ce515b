"""The tab Unanswered: what visitors asked in vain, by meaning, and a draft of an entry for each."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from chatbot.core.templates import rendered
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.drafts import draft_of, wordings_of
from chatbot.web.desk.form import EMPTY, DraftPlace, opened
from chatbot.web.desk.presses import QUIET, on_press
from chatbot.web.desk.reports import PERIODS, READING, USUAL, report_of

_TEMPLATE = "web/desk/templates/unanswered.html.jinja"


def unanswered_tab(desk: Desk, tab: gr.Tab, form: DraftPlace) -> None:
    """Lays out the tab; what it shows is computed when somebody opens it."""

    def shown(days: str, again: bool = False) -> str:
        made = report_of(desk, days, again)
        return rendered(
            _TEMPLATE,
            report=made.document,
            error=made.error,
            answered=_answered(made.document),
            rare=_rare(made.document),
        )

    def topic(number: str, days: str) -> Mapping[str, Any]:
        """`number`: of the topic, in the list that is shown."""
        topics = report_of(desk, days).document.get("unanswered", [])
        if not number.isdecimal() or int(number) >= len(topics):
            raise gr.Error("The list has changed; open it again.")
        found: Mapping[str, Any] = topics[int(number)]["topic"]
        return found

    def drafted(number: str, days: str) -> tuple[gr.Tabs, str]:
        return opened(draft_of(topic(number, days)["examples"]) or EMPTY)

    def gap_opened(number: str, days: str) -> tuple[gr.Tabs, str]:
        """The gap, with what visitors asked as its further wordings."""
        asked = topic(number, days)
        return opened("\n".join([asked["nearest_id"], *wordings_of(asked["examples"])]))

    with gr.Row(elem_classes="tools"):
        period = gr.Radio(list(PERIODS.items()), value=USUAL, label="Asked within")
        again = gr.Button("Read again", scale=0)
    topics = gr.HTML(READING, elem_classes="ours", label="Topics")
    tab.select(shown, period, topics, **QUIET)
    period.change(shown, period, topics, **QUIET)
    again.click(lambda days: shown(days, again=True), period, topics, **QUIET)
    on_press("draft", drafted, form.outputs, [period])
    on_press("fill-gap", gap_opened, form.outputs, [period])


def _answered(report: Mapping[str, Any]) -> str:
    """How much of what was asked in vain is answered by now."""
    if not report.get("answered_topics"):
        return ""
    return f"Answered since: {report['answered_topics']} more topics, {report['answered_questions']} questions in all."


def _rare(report: Mapping[str, Any]) -> str:
    """How much is not shown, because too few asked alike."""
    if not report.get("rare_topics"):
        return ""
    return f"{report['rare_questions']} more questions are not shown, as too few visitors asked alike."
