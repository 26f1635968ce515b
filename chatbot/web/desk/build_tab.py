"""The tab Build: what is served, what a build would change, and the way back."""

from typing import Any

import gradio as gr

from chatbot.core.templates import rendered
from chatbot.web.desk.build_facts import history_of, is_behind, served_facts
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.presses import QUIET, on_press
from chatbot.web.rebuilds import Rebuild

_BUSY = (
    "Another build was running, so nothing was begun for you. It may lack your last edits. "
    "Press again when it has ended."
)
_CHANGES = {
    "gained": "answered now",
    "lost": "answered no more",
    "other": "another answer",
    "edited": "same entry, other words",
    "gap": "another gap is named",
}


def build_tab(desk: Desk, tab: gr.Tab) -> None:
    """Lays out the tab. While a build runs, it looks once a second how far that is, and else never."""
    watch = gr.Timer(1, active=False)
    served = gr.HTML("", elem_classes="ours", label="What is served")
    with gr.Row(elem_classes="tools"):
        attempt = gr.Button("Try without publishing")
        publish = gr.Button("Publish", variant="primary")
    refused = gr.HTML("", elem_classes="ours", label="Your order")
    progress = gr.HTML("", elem_classes="ours", label="Progress")
    history = gr.HTML("", elem_classes="ours", label="Builds")
    # In the browser: which order is of this page, so that nobody takes that of somebody else for theirs.
    mine = gr.Textbox("", visible=False)
    all_of_it = [served, progress, history, watch]

    def shown(own: str) -> tuple[str, str, str, gr.Timer]:
        runs = desk.rebuilds.kept()
        run = runs[0] if runs else None
        values: dict[str, Any] = {"run": run, "runs": runs, "mine": own, "changes": _CHANGES}
        return (
            rendered("web/desk/templates/served.html.jinja", served=served_facts(desk)),
            rendered("web/desk/templates/progress.html.jinja", **values),
            rendered("web/desk/templates/history.html.jinja", builds=history_of(desk), **values),
            gr.Timer(active=bool(run and (run.state == "running" or is_behind(desk, run)))),
        )

    def begun(begin: tuple[Rebuild, bool], own: str) -> tuple[Any, ...]:
        run, is_new = begin
        said = "" if is_new else rendered("web/desk/templates/refused.html.jinja", said=_BUSY)
        own = run.id if is_new else own
        return *shown(own), said, own

    def ticked(own: str) -> tuple[Any, Any, Any, Any]:
        """While a build runs, the rest, for which all files are read, is as it was."""
        runs = desk.rebuilds.kept()
        if not runs or runs[0].state != "running":
            return shown(own)
        progress = rendered("web/desk/templates/progress.html.jinja", run=runs[0], mine=own, changes=_CHANGES)
        return gr.skip(), progress, gr.skip(), gr.skip()

    tab.select(shown, mine, all_of_it, **QUIET)
    watch.tick(ticked, mine, all_of_it, **QUIET | {"show_progress": "hidden"})
    ordered = [*all_of_it, refused, mine]
    attempt.click(lambda own: begun(desk.rebuilds.begin(is_dry_run=True), own), mine, ordered, **QUIET)
    publish.click(lambda own: begun(desk.rebuilds.begin(), own), mine, ordered, **QUIET)
    on_press("roll-back", lambda build, own: begun(desk.rebuilds.roll_back(build), own), ordered, [mine])
