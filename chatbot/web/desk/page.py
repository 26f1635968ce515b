"""The page of the desk: its tabs, each from a module of its own."""

from functools import cache
from typing import Annotated, Any

import gradio as gr
from fastapi import FastAPI
from gradio.state_holder import StateHolder
from pydantic import Field, JsonValue, create_model
from starlette.middleware.cors import CORSMiddleware

from chatbot.core.templates import rendered
from chatbot.web.desk.build_tab import build_tab
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.entries_tab import entries_tab
from chatbot.web.desk.form import ENTRIES, DraftPlace, opened
from chatbot.web.desk.gaps_tab import gaps_tab
from chatbot.web.desk.lint_tab import lint_tab
from chatbot.web.desk.presses import on_press
from chatbot.web.desk.report_tab import report_tab
from chatbot.web.desk.try_tab import try_tab
from chatbot.web.desk.unanswered_tab import unanswered_tab
from chatbot.web.gradio_page.mounting import mount
from chatbot.web.gradio_page.queue_gate import Join
from chatbot.web.static_files import sent_text, static_text

_SESSIONS = 50  # pages whose choices Gradio remembers; that of the page which was used longest ago goes first
_LONGEST = 600.0  # seconds that a report may take


def mounted_desk(desk: Desk) -> FastAPI:
    """An app of its own with the page at its root. Whoever asks it for something may have it: see `entrance.py`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Without it Gradio would allow every other site to read what it answers.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    page = _page(desk)
    page.state_session_capacity = _SESSIONS
    joins = {number: _join(len(event.inputs)) for number, event in page.fns.items() if event.fn}
    script = f"<script>{sent_text('desk/desk.js')}</script>"
    mount(
        app, page, joins, StateHolder(), stream=_LONGEST, forgets=False, css=static_text("desk/desk.css"), head=script
    )
    return app


@cache
def _join(inputs: int) -> type[Join]:
    """What an event with so many inputs takes."""
    values = Annotated[list[JsonValue], Field(min_length=inputs, max_length=inputs)]
    fields: dict[str, Any] = {"data": (values, ...), "event_data": (JsonValue, None)}
    return create_model(f"JoinOf{inputs}", __base__=Join, **fields)


def _page(desk: Desk) -> gr.Blocks:
    title = desk.bot.build.settings.title
    with gr.Blocks(title=f"Editors' desk: {title}", analytics_enabled=False) as page:
        gr.HTML(rendered("web/desk/templates/header.html.jinja", title=title, chat_page=desk.chat_page))
        with gr.Tabs() as tabs:
            with gr.Tab("Try", id="try"):
                try_tab(desk)
            with gr.Tab("Entries", id=ENTRIES):
                entries = entries_tab(desk)
            form = DraftPlace(tabs, entries.draft)
            with gr.Tab("Unanswered", id="unanswered") as unanswered:
                unanswered_tab(desk, unanswered, form)
            with gr.Tab("Gaps", id="gaps") as gaps:
                gaps_tab(desk, gaps)
            with gr.Tab("Lint", id="lint") as lint:
                lint_tab(desk, lint)
            with gr.Tab("Build", id="build") as build:
                build_tab(desk, build)
            with gr.Tab("Report", id="report") as report:
                report_tab(report)
        # What stands in a tab is not there before somebody opens it; these are pressed in several.
        for name in ("edit", "add-wording"):
            on_press(name, opened, form.outputs)
    return page
