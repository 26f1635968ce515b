"""The form in which an entry is edited, with what visitors will see of it, and what is wrong with it."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from chatbot.core.errors import ChatbotError
from chatbot.core.templates import rendered
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.editor import NAMES, Checked, Editor, Form
from chatbot.web.desk.form import EMPTY
from chatbot.web.desk.presses import QUIET, on_pause, on_press

SILENT = QUIET | {"show_progress": "hidden", "trigger_mode": "always_last"}
# One after the other, so that what is said of an earlier text never replaces what is said of a later one.
_IN_ORDER = {"concurrency_limit": 1, "concurrency_id": "entry-form"}
_PREVIEWS = {"concurrency_limit": 1, "concurrency_id": "entry-preview"}
TO_FORM = "() => window.verbatimDesk.toForm()"
_UNLESS_TYPED = "note => document.activeElement?.matches('textarea, input') ? '' : note"


@dataclass(frozen=True, slots=True)
class EntryForm:
    """The form, for the tab that it stands in. `open`: takes what is asked for and the values of `boxes`, and gives
    those of `filled`. `written`: events after which a file has changed."""

    boxes: Sequence[Any]
    filled: Sequence[Any]
    draft: gr.Textbox
    open: Callable[..., list[Any]]
    written: Sequence[Callable[..., Any]]


def entry_form(desk: Desk, editor: Editor) -> EntryForm:
    """Lays out the form."""
    on = _Handlers(editor)
    said = gr.HTML(_said(Form(file=editor.usual_file())), elem_classes="ours", elem_id="entry-form", label="Entry")
    boxes, preview = _boxes(editor)
    with gr.Row(elem_classes="tools"):
        write = gr.Button("Write into the file", variant="primary", visible=desk.writes, min_width=180)
        to_patch = gr.Button("Show patch", variant="secondary" if desk.writes else "primary", min_width=130)
        empty = gr.Button("New entry", min_width=130)
    # Below the buttons, which must not move away from who is about to press one.
    noted = gr.HTML("", elem_classes="ours", label="Checked as it is written")
    outcome = gr.HTML("", elem_classes="ours", label="Patch, or what was written")
    draft = gr.Textbox(visible="hidden", label="Draft", elem_id="entry-draft")
    filled = [*boxes, said, noted, outcome, preview]
    by_name = dict(zip(NAMES, boxes, strict=True))

    on_pause(by_name["answer"].change, "preview", on.preview, boxes, preview, **SILENT, **_PREVIEWS)
    for name in NAMES:
        if name == "opened":
            continue
        # What was said of another text is not true of this one, and of a text that could not be checked, nothing is.
        by_name[name].change(None, noted, noted, js=_UNLESS_TYPED, **SILENT)
        if name != "keeps_id":
            looked = by_name[name].blur(on.look, boxes, noted, **SILENT, **_IN_ORDER)
            looked.failure(None, None, noted, js="() => ''", **SILENT)
    to_patch.click(on.patch, boxes, [noted, outcome], **QUIET, **_IN_ORDER)
    done = write.click(on.write, boxes, filled, **QUIET, **_IN_ORDER)
    for opens in (
        empty.click(lambda *values: on.open(EMPTY, *values), boxes, filled, **QUIET),
        on_press("drop-and-open", on.open_anyway, filled, boxes),
    ):
        opens.then(None, None, None, js=TO_FORM, **SILENT)
    drafted = draft.change(on.open, [draft, *boxes], filled, **QUIET)
    drafted.then(None, draft, draft, js=f"asked => {{ if (asked) ({TO_FORM})(); return ''; }}", **SILENT)
    return EntryForm(boxes, filled, draft, on.open, (done.then,))


def _boxes(editor: Editor) -> tuple[list[Any], Any]:
    """The components, in the order of `NAMES`; and the preview, which stands below the answer."""
    form = Form(file=editor.usual_file())
    question = gr.Textbox(label="Question", lines=1, max_lines=3)
    alternates = gr.Textbox(label="Also asked", info="Further wordings, one a line.", lines=3, max_lines=12)
    answer = gr.Textbox(label="Answer", info="Markdown. Empty: the question is listed without one.", lines=8)
    preview = gr.HTML(_preview(""), elem_classes="ours", label="As visitors see it")
    with gr.Row():
        tags = gr.Textbox(label="Tags", info="With commas between them.", min_width=160)
        source = gr.Textbox(label="Source", info="A name, an address, or both.", min_width=160)
    with gr.Row():
        reviewed = gr.Textbox(label="Reviewed", info="As 2026-01-31.", min_width=160)
        review_by = gr.Textbox(label="Next review", info="As 2027-01-31.", min_width=160)
    file = gr.Textbox(form.file, label="File", info="Of a new entry: a Markdown file of the corpus, or a new one.")
    keeps_id = gr.Checkbox(
        True, label="Keep its address when the question changes", info="Links to it go on to work.", visible=False
    )
    opened = gr.Textbox("", visible=False)
    return [question, alternates, answer, tags, source, reviewed, review_by, file, keeps_id, opened], preview


class _Handlers:
    """What the form asks of the server. Each gets all that stands in the form; the server keeps nothing of it."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def open(self, asked: str, *values: Any) -> list[Any]:
        """`asked`: the id of an entry, with a further wording in a second line; or the Markdown of a new one, which
        begins with "#". What stands in the form and was not saved stays."""
        form = Form.of(values)
        if not asked:
            return _unchanged()
        if form.has_unsaved:
            return _unchanged(said=_said(form, unsaved=asked))
        return self.open_anyway(asked, *values)

    def open_anyway(self, asked: str, *values: Any) -> list[Any]:
        """The same, and what stands in the form goes."""
        try:
            form = self._asked_for(asked)
        except ChatbotError as error:
            return _unchanged(said=_said(Form.of(values), error=str(error)))
        return self._filled(form, noted=self._look(form))

    def preview(self, *values: Any) -> str:
        return _preview(self._editor.preview(Form.of(values)))

    def look(self, *values: Any) -> str:
        return self._look(Form.of(values))

    def patch(self, *values: Any) -> tuple[str, str]:
        made = self._editor.check(Form.of(values))
        return _checked(made), _patched(made)

    def write(self, *values: Any) -> list[Any]:
        form = Form.of(values)
        try:
            made, backup = self._editor.write(form)
            again = self._editor.open(made.entry_id)
        except ChatbotError as error:
            return _unchanged(outcome=_checked(Checked(error=str(error))))
        return self._filled(again, outcome=_checked(made, is_written=True, backup=backup))

    def _asked_for(self, asked: str) -> Form:
        if asked == EMPTY:
            return Form(file=self._editor.usual_file())
        if asked.startswith("#"):
            return self._editor.drafted(asked)
        entry_id, _, wording = asked.partition("\n")
        return self._editor.open(entry_id, wording)

    def _look(self, form: Form) -> str:
        return _checked(self._editor.check(form)) if form.has_unsaved else ""

    def _filled(self, form: Form, noted: str = "", outcome: str = "") -> list[Any]:
        values = dict(zip(NAMES, form.values, strict=True))
        is_known = bool(form.entry_id)
        values["file"] = gr.Textbox(form.file, interactive=not is_known)
        values["keeps_id"] = gr.Checkbox(True, visible=is_known)
        return [*values.values(), _said(form), noted, outcome, _preview(self._editor.preview(form))]


def _unchanged(said: Any = None, outcome: Any = None) -> list[Any]:
    """The values of all that an event fills, as they stand, but for those that are given."""
    return [*[gr.skip()] * len(NAMES), said or gr.skip(), gr.skip(), outcome or gr.skip(), gr.skip()]


def _said(form: Form, unsaved: str = "", error: str = "") -> str:
    """The heading of the form. `unsaved`: what was asked for while something in the form was not saved."""
    # What the boxes with text hold, which come first, while nothing can be lost.
    saved = "" if form.has_unsaved else json.dumps(form.values[: NAMES.index("keeps_id")])
    return rendered("web/desk/templates/entry.html.jinja", form=form, unsaved=unsaved, error=error, saved=saved)


def _checked(made: Checked, is_written: bool = False, backup: str = "") -> str:
    return rendered("web/desk/templates/checked.html.jinja", made=made, is_written=is_written, backup=backup)


def _patched(made: Checked) -> str:
    link = base64.b64encode(made.patch.encode()).decode()
    return rendered("web/desk/templates/patch.html.jinja", made=made, link=link)


def _preview(html: str) -> str:
    return rendered("web/desk/templates/preview.html.jinja", html=html)
