"""What the form of the tab Entries does with an entry: opens, checks, gives as a patch, writes.

The form holds all that it needs to go on in the editor's browser, also the hash of the file as it was opened.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace

from chatbot.content.blocks import document_of
from chatbot.content.ledger import Content
from chatbot.content.links import linked_answer
from chatbot.core.errors import ChatbotError, ContentError
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.text import match_key
from chatbot.importing.changes import BACKUPS, write_change
from chatbot.importing.editing import Edit, added, edited, file_hash, found
from chatbot.importing.entry_fields import Fields
from chatbot.importing.reading import read_bytes
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.listing import Listing
from chatbot.web.desk.shown_answer import shown_answer

NEW_FILE = "new-entries.md"


@dataclass(frozen=True, slots=True)
class Form:
    """The form as an editor sees it, all in text."""

    question: str = ""
    alternates: str = ""  # one a line
    answer: str = ""  # Markdown
    tags: str = ""  # with commas
    source: str = ""
    reviewed: str = ""
    review_by: str = ""
    file: str = NEW_FILE
    keeps_id: bool = True
    opened: str = ""  # JSON: what was opened, "" for nothing

    @classmethod
    def of(cls, values: Sequence[object]) -> "Form":
        """From the values of the components, in the order of `NAMES`. A browser may send anything."""
        given = dict(zip(NAMES, values, strict=True))
        texts = {name: str(value or "") for name, value in given.items() if name != "keeps_id"}
        return cls(**texts, keeps_id=given["keeps_id"] is not False)

    @property
    def values(self) -> list[object]:
        return [getattr(self, name) for name in NAMES]

    @property
    def fields(self) -> Fields:
        return Fields(
            self.question,
            self.answer,
            tuple(self.alternates.splitlines()),
            tuple(self.tags.split(",")),
            self.source,
            self.reviewed,
            self.review_by,
        ).normalized

    @property
    def base(self) -> dict[str, str]:
        """What was opened: `id`, `hash` of the file, `text`; empty for nothing and for a new entry."""
        try:
            read = json.loads(self.opened or "{}")
        except ValueError:
            read = None
        return {str(key): str(value) for key, value in read.items()} if isinstance(read, dict) else {}

    @property
    def entry_id(self) -> str:
        """Of the entry that was opened; "" for a new one."""
        return self.base.get("id", "")

    @property
    def has_unsaved(self) -> bool:
        """Whether something stands in the form that was not there when it was opened."""
        return _text_of(self.fields) != self.base.get("text", _text_of(Fields("")))


NAMES = tuple(field.name for field in fields(Form))


@dataclass(frozen=True, slots=True)
class Checked:
    """What becomes, or would become, of the text in the form."""

    edit: Edit | None = None
    error: str = ""  # why there is no change

    @property
    def problems(self) -> Sequence[Problem]:
        return self.edit.problems if self.edit else ()

    @property
    def file(self) -> str:
        return self.edit.change.file if self.edit else ""

    @property
    def entry_id(self) -> str:
        return self.edit.entry.id if self.edit else ""

    @property
    def old_id(self) -> str:
        return self.edit.old_id if self.edit else ""

    @property
    def is_change(self) -> bool:
        return self.edit is not None and self.edit.change.after != self.edit.change.before

    @property
    def patch(self) -> str:
        """As text; of a file that is not UTF-8 there is none."""
        try:
            return self.edit.change.patch.decode() if self.edit else ""
        except UnicodeDecodeError:
            return ""

    @property
    def lines(self) -> int:
        """Lines that change, come or go."""
        changed = [line[:1] for line in self.patch.splitlines()[2:]]
        return max(changed.count("-"), changed.count("+"))


class Editor:
    """Entries of one corpus, for any number of editors."""

    def __init__(self, desk: Desk, listing: Listing) -> None:
        self._desk = desk
        self._listing = listing

    def open(self, entry_id: str, more: str = "") -> Form:
        """The form with an entry; `more`: further wordings, one a line, which are not saved yet.

        ContentError."""
        content, _ = self._listing.content()
        entry = found(content, entry_id)
        own = Fields.of(content.as_written(entry))
        base = {"id": entry.id, "hash": file_hash(self._desk.corpus, entry.file), "text": _text_of(own.normalized)}
        form = _form(own, entry.file, json.dumps(base))
        return replace(form, alternates=_joined(own.alternates, more.splitlines())) if more else form

    def drafted(self, markdown: str) -> Form:
        """The form with a new entry, from Markdown as it stands in a corpus; or with the entry that asks the same
        already, such as a gap, and with the further wordings of the draft."""
        own = _draft_fields(markdown)
        content, _ = self._listing.content()
        key = match_key(own.question)
        same = next((one for one in content.entries if key and match_key(one.question) == key), None)
        if same is None:
            return _form(own, self.usual_file(), "")
        form = self.open(same.id)
        answer = form.answer or own.answer
        return replace(form, answer=answer, alternates=_joined(form.alternates.splitlines(), own.alternates))

    def usual_file(self) -> str:
        """Where new entries go: the file for them, or that of a corpus which is one file."""
        return self._desk.corpus.resolve().name if self._desk.corpus.is_file() else NEW_FILE

    def preview(self, form: Form) -> str:
        """The answer as visitors will see it: cleaned HTML, with links that work in the desk."""
        try:
            content, settings = self._listing.content()
        except ChatbotError:
            content, settings = Content(), BotSettings()
        is_copied = form.file.lower().endswith(".txt")
        answer = linked_answer(form.fields.answer, form.file, content, settings.site)
        html = document_of(answer, is_copied, settings.site, settings.image_origins).html
        return shown_answer(html, self._desk.chat_page)

    def check(self, form: Form) -> Checked:
        """What would be written, and what is wrong with it."""
        try:
            edit = self._edit(form)
        except ChatbotError as error:
            return Checked(error=str(error))
        return Checked(edit)

    def write(self, form: Form) -> tuple[Checked, str]:
        """Writes it into its file: (what was written, where the file as it was is kept, "" for a new one or none).

        ContentError where the desk may not write, or the next build would stop at it; the file is as it was then.
        """
        if not self._desk.writes:
            raise ContentError("this desk does not write files; take the patch, or set CHATBOT_DESK_WRITES=true")
        edit = self._edit(form)
        if edit.errors:
            raise ContentError(f"not written, as the next build would stop: {edit.errors[0]}")
        backup = write_change(self._desk.corpus, edit.change) if edit.change.after != edit.change.before else None
        place = "/".join(backup.parts[backup.parts.index(BACKUPS) :]) if backup else ""
        return Checked(edit), place

    def _edit(self, form: Form) -> Edit:
        before, settings = self._listing.content()
        if not form.entry_id:
            return added(self._desk.corpus, settings, form.file, form.fields, before=before)
        seen = form.base.get("hash", "")
        return edited(
            self._desk.corpus, settings, form.entry_id, form.fields, keeps_id=form.keeps_id, seen=seen, before=before
        )


def _form(own: Fields, file: str, opened: str) -> Form:
    return Form(
        own.question,
        "\n".join(own.alternates),
        own.answer,
        ", ".join(own.tags),
        own.source,
        own.reviewed,
        own.review_by,
        file,
        True,
        opened,
    )


def _joined(wordings: Sequence[str], more: Sequence[str]) -> str:
    known = {match_key(text) for text in wordings}
    return "\n".join([*wordings, *(text for text in more if match_key(text) not in known)])


def _draft_fields(markdown: str) -> Fields:
    """What `markdown` says of one entry, whose answer may be still to be written."""
    for ending in ("", "\n\nx\n"):  # without an answer, what does not ask is read as a title
        if entries := read_bytes("draft.md", (markdown.rstrip() + ending).encode()).entries:
            own = Fields.of(entries[0])
            return replace(own, answer="") if ending else own
    return Fields(markdown.strip().partition("\n")[0].lstrip("# "))


def _text_of(own: Fields) -> str:
    return json.dumps(asdict(own))
