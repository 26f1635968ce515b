"""The chat page. The only door to Gradio, which takes seconds to import: only `serve` comes here.

The page holds the conversation; the server keeps none of it. What the browser sends back is read as
turns (role, text, entry shown), and only what is new is sent out.
"""

import os
import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: it would call home
import gradio as gr

from chatbot.dialogue.bot import Bot
from chatbot.errors import QuestionRefused
from chatbot.web.api import REPLY_ID, record_feedback
from chatbot.web.messages import Message, literal, message, noticed, said_by_bot, said_by_visitor, turns_of

# One question at a time: what is typed waits in the browser until the answer before it has been appended. A round trip
# to empty the box would wipe what a quick visitor types meanwhile, and two answers on the way at once could overwrite
# each other.
_STASH = "question => { (window.verbatimAsked ??= []).push(question); return ''; }"
_NEXT = """async () => {
  for (let waited = 0; window.verbatimBusy && waited < 10000; waited += 20) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  window.verbatimBusy = true;
  return window.verbatimAsked.shift() ?? "";
}"""
# A link such as "/?q=..." brings a question along, to be read before it is sent.
_PREFILL = "() => (new URLSearchParams(location.search).get('q') ?? '').slice(0, 2000)"
# Appends what is new and brings the visitor's own line to the top, so that a notice and the beginning of the
# answer are seen; Gradio's own scrolling would show the end.
_APPEND = """(chat, said) => {
  window.verbatimBusy = false;
  setTimeout(() => {
    const log = document.querySelector("#conversation [role=log]");
    const asked = [...log.querySelectorAll("[data-testid=user]")].at(-1);
    if (asked && said) {
      log.scrollTop += asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 16;
    }
  }, 100);
  return [[...(chat || []), ...(said || [])], null];
}"""


def mount_chat_page(app: FastAPI, bot: Bot) -> None:
    """Mounts the page at "/", below every route that `app` has already."""
    page = _page(bot)
    page.queue(default_concurrency_limit=None, max_size=200, api_open=False)
    # Gradio checks file paths sent by a browser only in an app that it believes to be launched.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=_theme(),
        css_paths=Path(__file__).parent / "static" / "chat.css",
        head='<meta name="color-scheme" content="light dark">',
        footer_links=[],
        run_history=False,
        max_file_size="1kb",
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
    )
    # Gradio's idle loop wakes 1,000 times a second; 50 times is enough and costs a quarter of the processor time.
    page._queue.sleep_when_free = 0.02


class _Handlers:
    """What happens on each event of the page; each returns the messages that are new."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def answer(self, question: str, conversation: list[Message]) -> list[Message]:
        """What was typed and the replies to it."""
        try:
            result = self._bot.ask(question, turns_of(conversation))
        except QuestionRefused as error:
            if error.code == "empty_question":
                return []
            notices = [noticed(notice) for notice in error.notices]
            return [said_by_visitor(question[:200]), *notices, message("assistant", literal(str(error)))]
        notices = [noticed(notice) for notice in result.notices]
        several = len(result.replies) > 1
        replies = [said_by_bot(reply, self._bot.build.settings, several) for reply in result.replies]
        return [said_by_visitor(question), *notices, *replies]

    def show(self, conversation: list[Message], picked: gr.SelectData) -> list[Message]:
        """The entry behind a chip, by its id; a chip of an older index is asked as a question."""
        reply = self._bot.show(str(picked.value))
        if reply is None:
            return self.answer(str(picked._data.get("label") or picked.value), conversation)
        return [said_by_visitor(reply.question), said_by_bot(reply, self._bot.build.settings)]

    def start(self, conversation: list[Message], picked: gr.SelectData) -> list[Message]:
        """A starter question."""
        return self.answer(str(picked.value["text"]), conversation)

    def rate(self, conversation: list[Message], rating: gr.LikeData) -> None:
        rated = conversation[int(rating.index)] if int(rating.index) < len(conversation) else {}
        reply_id = str((rated.get("metadata") or {}).get("id"))
        if re.fullmatch(REPLY_ID, reply_id):
            record_feedback(reply_id, "up" if rating.liked is True or rating.liked == "Like" else "down")


def _page(bot: Bot) -> gr.Blocks:
    settings = bot.build.settings
    on = _Handlers(bot)
    with gr.Blocks(title=settings.title, analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(f"# {literal(settings.title)}", elem_id="title")
        chat = gr.Chatbot(
            label="Conversation",
            show_label=False,
            elem_id="conversation",
            scale=1,
            min_height=240,
            examples=[{"text": question} for question in settings.starters],
            placeholder=literal(settings.greeting),
            buttons=[],
            latex_delimiters=[],
            autoscroll=False,
            group_consecutive_messages=False,
        )
        typed, said = gr.Textbox(visible=False), gr.JSON(visible=False)
        with gr.Row(elem_id="ask"):
            box = gr.Textbox(
                label="Your question",
                show_label=False,
                placeholder=settings.placeholder,
                submit_btn="Send",
                max_length=settings.question_limit,
                max_lines=4,
                autofocus=True,
                container=False,
            )
        if settings.disclaimer:
            gr.Markdown(literal(settings.disclaimer), elem_id="disclaimer")

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(None, None, box, js=_PREFILL, **quick)
        asked = box.submit(None, box, box, js=_STASH, trigger_mode="multiple", **quick)
        asked = asked.then(None, None, typed, js=_NEXT, trigger_mode="multiple", **quick)
        for event in (
            asked.then(on.answer, [typed, chat], said, trigger_mode="multiple", **quick),
            chat.example_select(on.start, chat, said, **quick),
            chat.option_select(on.show, chat, said, **quick),
        ):
            event.then(None, [chat, said], [chat, said], js=_APPEND, trigger_mode="multiple", **quick)
        chat.like(on.rate, chat, None, **quick)
    return page


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
