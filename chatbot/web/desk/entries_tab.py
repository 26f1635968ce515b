"""The tab Entries: what stands in the corpus, found by words or by meaning, and beside it the form."""

from dataclasses import dataclass

import gradio as gr

from chatbot.core.templates import rendered
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.editor import Editor
from chatbot.web.desk.entry_form import SILENT, TO_FORM, entry_form
from chatbot.web.desk.listing import FILTERS, SHOWN, Listing
from chatbot.web.desk.presses import on_pause, on_press


@dataclass(frozen=True, slots=True)
class Entries:
    """What other tabs need of the form. `draft`: takes the Markdown of a new entry, or the id of one that is there with
    a further wording in a second line, and shows it in the form."""

    draft: gr.Textbox


def entries_tab(desk: Desk) -> Entries:
    """Lays out the tab; the list is read when somebody opens the page, and what stands in the form stays whatever is
    searched for."""
    listing = Listing(desk)

    def listed(search: str, kind: str, shown: int = SHOWN) -> str:
        page = listing.page(search, kind, shown)
        return rendered("web/desk/templates/entries.html.jinja", page=page, step=SHOWN)

    def more(shown: str, search: str, kind: str) -> str:
        """`shown`: how many were."""
        return listed(search, kind, SHOWN + (int(shown) if shown.isdecimal() and len(shown) < 9 else 0))

    with gr.Row(elem_id="entries"):
        with gr.Column(scale=2, min_width=300):
            search = gr.Textbox(label="Search by words, file or meaning", lines=1)
            kind = gr.Dropdown(list(FILTERS.items()), value="all", label="Which", filterable=False)
            rows = gr.HTML(lambda: listed("", "all"), elem_classes="ours", elem_id="entries-found", label="Entries")
        with gr.Column(scale=3, min_width=300, elem_id="entry-column"):
            form = entry_form(desk, Editor(desk, listing))
    on_pause(search.change, "search", listed, [search, kind], rows, **SILENT)
    for event in (kind.change, *form.written):
        event(listed, [search, kind], rows, **SILENT)
    on_press("edit-listed", form.open, form.filled, form.boxes).then(None, None, None, js=TO_FORM, **SILENT)
    on_press("more-entries", more, [rows], [search, kind]).then(None, None, None, js=_TO_MORE, **SILENT)
    return Entries(form.draft)


_TO_MORE = "() => window.verbatimDesk.toRow(Number(window.verbatimDesk.value))"
