"""The chat page. Gradio takes seconds to import: only `serve` comes here.

The page holds the conversation; the server keeps none of it. What the browser sends back is read as
turns (role, text, entry shown), and only what is new is sent out. What stands around conversation and box is in
`first_page.py`, and is there before Gradio is.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.state_holder import SessionState, StateHolder
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.core.errors import EngineDown, QuestionRefused
from chatbot.core.locales import direction_of, locale_of
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.api import refusal
from chatbot.web.gradio_page.first_page import first_page, gradio_parts
from chatbot.web.gradio_page.messages import Message
from chatbot.web.gradio_page.mounting import mount
from chatbot.web.gradio_page.queue_gate import STREAM, UNREAD, AnswerJoin, AskJoin, Join
from chatbot.web.gradio_page.turn import messages_of_turn

# `chat.js` shows what was typed at once and keeps it until the answer before it has come. Events without a
# Python function stay in the browser.
_NEXT = "() => window.verbatim.next()"
_SETTLE = "said => window.verbatim.settle(said)"
_SYNC = "() => window.verbatim.sync()"

_JOINS: dict[str, type[Join]] = {"answer": AnswerJoin, "ask": AskJoin}


def mount_chat_page(app: FastAPI, bot: Bot, *, unread: int = UNREAD, stream: float = STREAM) -> Callable[[], None]:
    """Mounts the page at "/", below every route that `app` has already.

    `unread`: sessions whose answers wait to be read. `stream`: seconds that one answer may take.
    Returns what gives it the texts of the build that is served by then, for whoever opens it from there on.
    """
    page, box = _page(bot)
    joins = {number: _JOINS[event.name] for number, event in page.fns.items() if event.fn}
    mounted = mount(app, page, joins, _KeepsNothing(), unread=unread, stream=stream)
    mounted.app = Dressed(mounted.app, bot)

    def refresh() -> None:
        settings = bot.build.settings
        for attribute, value in _texts(settings).items():
            setattr(box, attribute, value)
        page.title = settings.title
        page.config = page.get_config_file()

    return refresh


class Dressed:
    """Pure ASGI: what Gradio sends as its page becomes a part of ours."""

    def __init__(self, app: ASGIApp, bot: Bot) -> None:
        self._app = app
        self._bot = bot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].removeprefix(scope.get("root_path", "")) not in ("", "/"):
            await self._app(scope, receive, send)
            return
        body = bytearray()

        async def collect(message: Any) -> None:
            body.extend(message.get("body", b""))

        await self._app({**scope, "method": "GET"}, receive, collect)
        page = first_page(self._bot.build.settings, gradio_parts(body.decode()))
        await HTMLResponse(page, headers={"cache-control": "no-cache"})(scope, receive, send)


class _KeepsNothing(StateHolder):  # type: ignore[misc]  # Gradio has no types
    """Gradio keeps the last inputs and outputs of 10,000 sessions, conversations and all. Here each event gets a state
    of its own, which ends with it: the browser sends all that an event needs."""

    def __getitem__(self, session_id: str) -> SessionState:
        return SessionState(self.blocks)


class _Handlers:
    """What the page asks of the server, and what programs do."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def answer(self, question: str, entry_id: str, conversation: list[Message] | None) -> list[Message]:
        return messages_of_turn(self._bot, question, entry_id, conversation or [])

    def ask(self, question: str) -> dict[str, Any]:
        """The body of `POST /api/ask`, for `gradio_client`."""
        try:
            return dataclasses.asdict(self._bot.ask(question))
        except (QuestionRefused, EngineDown) as error:
            return refusal(error)


def _texts(settings: BotSettings) -> dict[str, Any]:
    """What of the box comes from `bot.toml`."""
    said = locale_of(settings.lang)
    return {
        "label": said.chat.your_question,
        "placeholder": settings.placeholder,
        "rtl": direction_of(settings.lang) == "rtl",
        "submit_btn": said.shared.send,
    }


def _page(bot: Bot) -> tuple[gr.Blocks, gr.Textbox]:
    """The page, and the box, whose texts come from `bot.toml`."""
    settings = bot.build.settings
    on = _Handlers(bot)
    with gr.Blocks(title=settings.title, analytics_enabled=False, fill_height=True) as page:
        chat = gr.Chatbot(
            label="Conversation",
            show_label=False,
            elem_id="conversation",
            scale=1,
            min_height=0,
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            autoscroll=False,
            group_consecutive_messages=False,
        )
        typed, picked, before = gr.Textbox(visible=False), gr.Textbox(visible=False), gr.JSON(visible=False)
        said = gr.JSON(visible=False)
        send = gr.Button("Send what is to be asked", visible="hidden", elem_id="send")
        sync = gr.Button("Show what was said", visible="hidden", elem_id="sync")
        with gr.Row(elem_id="ask"):
            # No `max_length`: it would cut a pasted text without a word. `chat.js` counts and says so.
            box = gr.Textbox(**_texts(settings), show_label=False, lines=1, max_lines=6, container=False)

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        sync.click(None, None, chat, js=_SYNC, trigger_mode="multiple", **quick)
        turn = send.click(None, None, [typed, picked, before], js=_NEXT, trigger_mode="multiple", **quick)
        turn = turn.then(on.answer, [typed, picked, before], said, trigger_mode="multiple", **quick)
        turn.then(None, said, said, js=_SETTLE, trigger_mode="multiple", **quick)
        gr.api(on.ask, api_name="ask")
    return page, box
