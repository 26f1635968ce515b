"""How a tab puts a new entry into the form of the tab Entries."""

from dataclasses import dataclass

import gradio as gr

ENTRIES = "entries"  # id of the tab
EMPTY = "#"  # what is asked for by who wants an empty form; the Markdown of a draft begins so, too


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft goes, and the tabs, of which that of the form is shown then."""

    tabs: gr.Tabs
    draft: gr.Textbox

    @property
    def outputs(self) -> tuple[gr.Tabs, gr.Textbox]:
        """Of an event that gives `opened`."""
        return self.tabs, self.draft


def opened(asked: str) -> tuple[gr.Tabs, str]:
    """The form with this entry: see `Entries.draft`."""
    return gr.Tabs(selected=ENTRIES), asked
