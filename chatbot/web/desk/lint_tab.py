"""The tab Lint: what is wrong in the files of the corpus, by file and line."""

import gradio as gr

from chatbot.core.templates import rendered
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.presses import QUIET

_TEMPLATE = "web/desk/templates/lint.html.jinja"


def lint_tab(desk: Desk, tab: gr.Tab) -> None:
    """Lays out the tab; the files are read when somebody opens it."""

    def shown(by_meaning: bool, again: bool = False) -> str:
        meaning = ["--index", str(desk.index), "--meaning"] if by_meaning else []
        checked = desk.verbs.run("lint", "--corpus", str(desk.corpus), *meaning, again=again)
        problems = sorted(
            checked.document.get("problems", []),
            key=lambda one: (one["severity"] != "error", one["file"], one["line"]),
        )
        return rendered(_TEMPLATE, content=checked.document, problems=problems, error=checked.error)

    with gr.Row(elem_classes="tools"):
        meaning = gr.Checkbox(
            label="Also near duplicates, and entries that take each other's questions", info="This takes longer."
        )
        again = gr.Button("Check again", scale=0)
    problems = gr.HTML("<p>Reading the files …</p>", elem_classes="ours", label="Problems")
    # Files may have been edited a moment ago.
    for event in (tab.select, meaning.change, again.click):
        event(lambda by_meaning: shown(by_meaning, again=True), meaning, problems, **QUIET)
