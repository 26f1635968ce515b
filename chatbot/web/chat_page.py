"""The chat page. The only door to Gradio, which takes seconds to import: only `serve` comes here.

The page holds the conversation; the server keeps none of it. What the browser sends back is read as
turns (role, text, entry shown), and only what is new is sent out.
"""

import dataclasses
import json
import os
from collections.abc import Callable
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: it would call home
# It would go through the last 10,000 turns after each one, for figures that nobody can see here.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
import gradio as gr
from gradio.state_holder import SessionState, StateHolder

from chatbot.config import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.errors import QuestionRefused
from chatbot.web.api import refusal
from chatbot.web.faq_page import direction_of
from chatbot.web.messages import Message, literal, message, noticed, said_by_bot, said_by_visitor, turns_of
from chatbot.web.queue_gate import AnswerJoin, AskJoin, Join, QueueGate
from chatbot.web.relative_page import RelativePage
from chatbot.web.static_files import STATIC, static_text, version_of

# `static/chat.js` keeps what was typed until the answer before it has been appended: a round trip to empty the box
# would wipe what a quick visitor types meanwhile. Events without a Python function stay in the browser.
_STASH = "question => window.verbatim.stash(question)"
_NEXT = "() => window.verbatim.next()"
_APPEND = "(chat, said) => window.verbatim.append(chat, said)"
_CLEAR = "() => window.verbatim.clear()"

_JOINS: dict[str, type[Join]] = {"answer": AnswerJoin, "ask": AskJoin}


def mount_chat_page(app: FastAPI, bot: Bot) -> Callable[[], None]:
    """Mounts the page at "/", below every route that `app` has already.

    Returns what gives it the texts of the build that is served by then, for whoever opens it from there on.
    """
    page, parts = _page(bot)
    page.queue(default_concurrency_limit=None, max_size=200, api_open=False)
    # Gradio checks file paths sent by a browser only in an app that it believes to be launched.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=_theme(),
        css_paths=STATIC / "chat.css",
        head=_head(bot.build.settings),
        footer_links=[],
        run_history=False,
        max_file_size="1kb",
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
    )
    # Gradio looks 100 times a second how far each turn has come, which no event here tells.
    page._queue.progress_update_sleep_when_free = 60
    joins = {number: _JOINS[event.name] for number, event in page.fns.items() if event.fn}
    # Around the mounted app alone, and not by `add_middleware`, which an app refuses once it serves.
    mounted = app.router.routes[-1]
    assert isinstance(mounted, Mount)
    assert isinstance(mounted.app, gr.routes.App)
    mounted.app.state_holder = _KeepsNothing()
    mounted.app.state_holder.set_blocks(page)
    mounted.app = QueueGate(RelativePage(mounted.app), joins, page._queue)

    def refresh() -> None:
        settings = bot.build.settings
        for name, texts in _texts(settings).items():
            for attribute, value in texts.items():
                setattr(parts[name], attribute, value)
        page.title, page.head = settings.title, _head(settings)
        page.config = page.get_config_file()

    return refresh


class _KeepsNothing(StateHolder):  # type: ignore[misc]  # Gradio has no types
    """Gradio keeps the last inputs and outputs of 10,000 sessions, conversations and all. Here each event gets a state
    of its own, which ends with it: the browser sends all that an event needs."""

    def __getitem__(self, session_id: str) -> SessionState:
        return SessionState(self.blocks)


class _Handlers:
    """What the page asks of the server, and what programs do."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def answer(self, question: str, entry_id: str, conversation: list[Message]) -> list[Message]:
        """What was typed and the replies to it; with an id, that entry, but one of an older index is asked for."""
        reply = self._bot.show(entry_id) if entry_id else None
        settings = self._bot.build.settings
        if reply:
            return [said_by_visitor(reply.question), said_by_bot(reply, settings)]
        try:
            result = self._bot.ask(question, turns_of(conversation or []))
        except QuestionRefused as error:
            if error.code == "empty_question":
                return []
            notices = [noticed(notice, settings) for notice in error.notices]
            return [said_by_visitor(question[:200]), *notices, message("assistant", literal(str(error)))]
        notices = [noticed(notice, settings) for notice in result.notices]
        several = len(result.replies) > 1
        replies = [said_by_bot(reply, settings, several) for reply in result.replies]
        return [said_by_visitor(question), *notices, *replies]

    def ask(self, question: str) -> dict[str, Any]:
        """The body of `POST /api/ask`, for `gradio_client`."""
        try:
            return dataclasses.asdict(self._bot.ask(question))
        except QuestionRefused as error:
            return refusal(error)


def _texts(settings: BotSettings) -> dict[str, dict[str, Any]]:
    """What of each part of the page comes from `bot.toml`."""
    is_rtl = direction_of(settings.lang) == "rtl"
    texts: dict[str, dict[str, Any]] = {
        "title": {"value": f"# {literal(settings.title)}"},
        "conversation": {
            "examples": [{"text": question} for question in settings.starters],
            "placeholder": literal(settings.greeting),
        },
        "box": {"placeholder": settings.placeholder, "max_length": settings.question_limit},
        "disclaimer": {"value": literal(settings.disclaimer), "visible": bool(settings.disclaimer)},
    }
    return {name: {**parts, "rtl": is_rtl} for name, parts in texts.items()}


def _page(bot: Bot) -> tuple[gr.Blocks, dict[str, gr.components.Component]]:
    """The page, and those parts of it whose texts come from `bot.toml`."""
    settings = bot.build.settings
    texts = _texts(settings)
    on = _Handlers(bot)
    with gr.Blocks(title=settings.title, analytics_enabled=False, fill_height=True) as page:
        title = gr.Markdown(**texts["title"], elem_id="title")
        chat = gr.Chatbot(
            **texts["conversation"],
            label="Conversation",
            show_label=False,
            elem_id="conversation",
            scale=1,
            min_height=240,
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            autoscroll=False,
            group_consecutive_messages=False,
        )
        typed, picked, said = gr.Textbox(visible=False), gr.Textbox(visible=False), gr.JSON(visible=False)
        send_picked = gr.Button("Send what was picked", visible="hidden", elem_id="send-picked")
        send_failure = gr.Button("Say that it failed", visible="hidden", elem_id="send-failure")
        with gr.Row(elem_id="ask"):
            box = gr.Textbox(
                **texts["box"],
                label="Your question",
                show_label=False,
                submit_btn="Send",
                max_lines=1,
                autofocus=True,
                container=False,
            )
        disclaimer = gr.Markdown(**texts["disclaimer"], elem_id="disclaimer")

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        chat.clear(None, None, None, js=_CLEAR, **quick)
        stashed = box.submit(None, box, box, js=_STASH, trigger_mode="multiple", **quick)
        for turn in (stashed.then, send_picked.click):
            turn = turn(None, None, [typed, picked], js=_NEXT, trigger_mode="multiple", **quick)
            turn = turn.then(on.answer, [typed, picked, chat], said, trigger_mode="multiple", **quick)
            turn.then(None, [chat, said], [chat, said], js=_APPEND, trigger_mode="multiple", **quick)
        send_failure.click(None, [chat, said], [chat, said], js=_APPEND, trigger_mode="multiple", **quick)
        gr.api(on.ask, api_name="ask")
    return page, {"title": title, "conversation": chat, "box": box, "disclaimer": disclaimer}


def _head(settings: BotSettings) -> str:
    data = {
        "lang": settings.lang,
        "dir": direction_of(settings.lang),
        "reasons": json.dumps(settings.reasons),
        "limit": str(settings.question_limit),
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    script = f'<script src="chat.js?v={version_of(static_text("chat.js"))}" {attributes}></script>'
    return f'<meta name="color-scheme" content="light dark">{script}'


def _theme() -> gr.themes.Base:
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Soft(
        primary_hue="teal", neutral_hue="slate", radius_size="lg", font=fonts, font_mono=["ui-monospace", "monospace"]
    )
    # Darker than the stock theme: its button and its small print miss the contrast of 4.5 : 1 that readers need.
    return theme.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_text_color_dark="white",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
    )
