"""The tab Try: why a question gets its reply, and what would change that."""

from dataclasses import dataclass

import gradio as gr

from chatbot.core.errors import ChatbotError
from chatbot.core.templates import rendered
from chatbot.core.types import Answer, Reply, Suggestion
from chatbot.insight.explain import Explained, Why, explain
from chatbot.insight.explain_text import changes_told, matched_told, obstacles_told, verdict_told, words_told
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.drafts import draft_of
from chatbot.web.desk.presses import QUIET
from chatbot.web.desk.shown_answer import shown_answer

_TEMPLATE = "web/desk/templates/try.html.jinja"
_BADGES = {
    "answered": "Answered",
    "unsure": "Did you mean …",
    "unknown": "Not answered",
    "gap": "A gap: listed without an answer",
    "smalltalk": "Small talk",
}


@dataclass(frozen=True, slots=True)
class _Bar:
    """A word of the question, as the tab shows it."""

    text: str
    share: int  # of the most important word's drop, percent; 0 where it speaks against the entry
    says: str


def try_tab(desk: Desk) -> None:
    """Lays out the tab."""
    with gr.Row(elem_classes="tools"):
        question = gr.Textbox(label="A question, as a visitor would ask it", lines=1, max_lines=4, autofocus=False)
        button = gr.Button("Try it", variant="primary", scale=0)
    reasons = gr.HTML("", elem_classes="ours", label="Why")

    def shown(message: str) -> str:
        return tried(desk, message)

    question.submit(shown, question, reasons, **QUIET)
    button.click(shown, question, reasons, **QUIET)


def tried(desk: Desk, message: str) -> str:
    """HTML that says what `message` gets, why, and what would change it. Nobody else is told that it was asked."""
    try:
        explained = explain(desk.bot.served, message)
    except ChatbotError as error:
        return rendered(_TEMPLATE, error=f"{str(error)[:1].upper()}{str(error)[1:]}.", explained=None, questions=[])
    questions = [_shown(why, explained, desk) for why in explained.questions]
    return rendered(_TEMPLATE, error="", explained=explained, questions=questions)


def _shown(why: Why, explained: Explained, desk: Desk) -> dict[str, object]:
    return {
        "why": why,
        "badge": _BADGES[why.reply.status],
        "first": _first(why.reply),
        "answer": shown_answer(why.reply.answer.html, desk.chat_page) if why.reply.answer else "",
        "draft": draft_of([why.reply.question]) if why.reply.status in ("unsure", "unknown") else "",
        "verdict": verdict_told(why),
        "matched": matched_told(why),
        "words": words_told(why),
        "bars": _bars(why),
        "obstacles": obstacles_told(why),
        "changes": changes_told(why),
        "is_one_of_several": len(explained.questions) > 1,
    }


def _first(reply: Reply) -> Answer | Suggestion | None:
    """The entry that is shown or offered first."""
    if reply.status == "smalltalk":
        return None
    return reply.answer or reply.gap or next(iter(reply.suggestions), None)


def _bars(why: Why) -> list[_Bar]:
    most = max((word.drop for word in why.words), default=0.0)
    return [
        _Bar(
            word.text,
            round(100 * max(word.drop, 0.0) / most) if most > 0 else 0,
            f"{word.drop:+.2f}" + (", in the entry" if word.bm25 else ", not in the entry"),
        )
        for word in why.words
    ]
