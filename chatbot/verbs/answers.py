"""Verbs that answer from a build, or write out what it would answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.core.errors import ContentError
from chatbot.core.settings_sources import apply_overrides
from chatbot.core.types import Replies

if TYPE_CHECKING:
    from chatbot.dialogue.bot import Bot
    from chatbot.insight.explain import Why
    from chatbot.insight.transcript import Checked


def open_bot(index: str | Path) -> "Bot":
    """The published build with its encoder, for many questions: `open_bot("index").ask("...")`. IndexRefused or
    EncoderError where it cannot be opened."""
    from chatbot.dialogue.bot import Bot

    return Bot.open(Path(index))


def ask(index: str | Path, question: str, top: int = 3, explain: bool = False) -> Replies:
    """One reply for each question in `question`, as `POST /api/ask` gives them. QuestionRefused where there is none.
    IndexRefused or EncoderError where the index cannot be opened.

    Opens the index for this one question. `open_bot` keeps it open; its `ask` takes a history and filters, too.
    `top`: the most suggestions. `explain`: each reply says why.
    """
    return open_bot(index).ask(question, top=top, explain=explain)


def explain(index: str | Path, question: str, top: int = 3) -> "tuple[Replies, Sequence[Why]]":
    """What `ask` gives, and for each reply in full why: the words that carried it, what stood against it, and what
    would change it, which is tried in copies of the build. Errors as `ask`."""
    from chatbot.insight.explain import explain

    bot = open_bot(index)
    return bot.ask(question, top=top, explain=True), explain(bot.served, question, top).questions


@dataclass(frozen=True, slots=True)
class CheckedTranscript:
    build_id: str
    answers: "Sequence[Checked]"


def check_transcript(index: str | Path, transcript: str | Path) -> CheckedTranscript:
    """Every answer of a saved conversation against the FAQ, word for word. ContentError where it holds none."""
    from chatbot.indexing.build import open_build
    from chatbot.insight.transcript import check_transcript, read_transcript

    build = open_build(Path(index))
    answers = check_transcript(read_transcript(Path(transcript)), {entry.id: entry for entry in build.entries})
    if not answers:
        raise ContentError(f"{transcript}: holds no answer; give what `ask --json` or POST /api/ask gave")
    return CheckedTranscript(build.id, answers)


@dataclass(frozen=True, slots=True)
class Exported:
    """The whole FAQ of a build as files."""

    build_id: str
    entries: int  # with an answer
    gaps: int
    page: bytes  # HTML that stands alone, for any web host; empty where it was not asked for
    table: bytes  # CSV for spreadsheets, which a corpus may hold again; likewise


def export(index: str | Path, page: bool = True, table: bool = True) -> Exported:
    """Every entry of the published build, as a page and as a table. IndexRefused where it cannot be opened."""
    from chatbot.content.faq_table import faq_table
    from chatbot.indexing.build import open_build
    from chatbot.web.faq.page import faq_page, inlined, inlined_script
    from chatbot.web.static_files import sent_text

    build = open_build(Path(index))
    html = ""
    if page:
        style, script = inlined(sent_text("faq/faq.css")), inlined_script(sent_text("faq/faq.js"))
        html = faq_page(build.entries, apply_overrides(build.settings), style, script)
    gaps = sum(entry.is_gap for entry in build.entries)
    rows = faq_table(build.entries) if table else b""
    return Exported(build.id, len(build.entries) - gaps, gaps, html.encode(), rows)
