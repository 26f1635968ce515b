"""The chat page. The only door to Gradio, which takes seconds to import: only `serve` comes here.

The page holds the conversation; the server keeps none of it. What the browser sends back is read as
role and text alone and is never handed out again as it came.
"""

import html
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: it would call home
import gradio as gr

from chatbot.config import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.errors import QuestionRefused
from chatbot.types import Answer, Reply, Turn
from chatbot.web.api import record_feedback

_KEPT = 40  # messages of the conversation that travel with each question
_REPLY_ID = re.compile(r"[0-9a-f]{16}")
_TAG = re.compile(r"<[^<>]*>")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|$]|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|:(?=//)|(?<=\bwww)\.")
# Raw HTML, images, links to other places than the web or mail, and indented lines that are no list.
_NOT_PLAIN_MARKDOWN = re.compile(
    r"<[a-zA-Z/!?]|!\[|\]\((?!https?://|mailto:|tel:)|^\[[^\]]+\]:|^(?: {4}|\t)(?![ \t]*(?:[-*+]|\d+[.)])\s)", re.M
)

Message = dict[str, Any]


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


def _page(bot: Bot) -> gr.Blocks:
    settings = bot.build.settings

    def answer(question: str, conversation: list[Message]) -> list[Message]:
        """What was typed, and the replies to it, below the conversation so far."""
        before = _trusted(conversation)
        turns = [Turn(message["role"], _plain(message["content"])) for message in before]
        try:
            replies = bot.ask(question, turns).replies
        except QuestionRefused as error:
            if error.code == "empty_question":
                return before
            return [*before, _said_by_visitor(question[:200]), {"role": "assistant", "content": _literal(str(error))}]
        return [*before, _said_by_visitor(question), *(_said_by_bot(reply, bot.build.settings) for reply in replies)]

    def show(conversation: list[Message], picked: gr.SelectData) -> list[Message]:
        """The entry behind a chip, by its id; a chip of an older index is asked as a question."""
        before = _trusted(conversation)
        entry_id, label = str(picked.value), str(picked._data.get("label") or picked.value)
        reply = bot.show(entry_id)
        if reply is None:
            return answer(label, conversation)
        return [*before, _said_by_visitor(reply.question), _said_by_bot(reply, bot.build.settings)]

    def start(conversation: list[Message], picked: gr.SelectData) -> list[Message]:
        return answer(str(picked.value["text"]), conversation)

    def rate(conversation: list[Message], rating: gr.LikeData) -> None:
        reply_id = str((conversation[int(rating.index)].get("metadata") or {}).get("id"))
        if _REPLY_ID.fullmatch(reply_id):
            record_feedback(reply_id, "up" if rating.liked is True or rating.liked == "Like" else "down")

    with gr.Blocks(title=settings.title, analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(f"# {_literal(settings.title)}", elem_id="title")
        chat = gr.Chatbot(
            label="Conversation",
            show_label=False,
            elem_id="conversation",
            scale=1,
            min_height=240,
            examples=[{"text": question} for question in settings.starters],
            placeholder=_literal(settings.greeting),
            buttons=[],
            latex_delimiters=[],
            group_consecutive_messages=False,
        )
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
            gr.Markdown(_literal(settings.disclaimer), elem_id="disclaimer")

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        box.submit(answer, [box, chat], chat, **quick)
        # In the browser, at once: a round trip would wipe what a quick visitor types meanwhile.
        box.submit(None, None, box, js="() => ''", **quick)
        chat.example_select(start, chat, chat, **quick)
        chat.option_select(show, chat, chat, **quick)
        chat.like(rate, chat, None, **quick)
    return page


def _trusted(conversation: Sequence[Message]) -> list[Message]:
    """Role, text and reply id of the last messages, as new objects; nothing else of what the browser sent."""
    kept = []
    for message in conversation[-_KEPT:]:
        content = message.get("content")
        parts = content if isinstance(content, list) else [content]
        text = "".join(
            str(part.get("text", "")) if isinstance(part, dict) else part if isinstance(part, str) else ""
            for part in parts
        )
        new: Message = {"role": "user" if message.get("role") == "user" else "assistant", "content": text}
        reply_id = str((message.get("metadata") or {}).get("id"))
        if _REPLY_ID.fullmatch(reply_id):
            new["metadata"] = {"id": reply_id}
        kept.append(new)
    return kept


def _said_by_visitor(question: str) -> Message:
    return {"role": "user", "content": _literal(question)}


def _said_by_bot(reply: Reply, settings: BotSettings) -> Message:
    chips = [{"label": near.question, "value": near.entry_id} for near in reply.suggestions]
    return {
        "role": "assistant",
        "content": "\n\n".join(_paragraphs(reply, settings, bool(chips))),
        "metadata": {"id": reply.id},
        "options": chips,
    }


def _paragraphs(reply: Reply, settings: BotSettings, has_chips: bool) -> list[str]:
    """Markdown, since Gradio also reads it out to screen readers as it stands. A line in *...* is small print."""
    if reply.answer:
        parts = [f"**{_literal(reply.answer.question)}**", _shown(reply.answer), _origin(reply.answer)]
        below = "*Related questions:*"
    elif reply.status == "unsure":
        parts = ["Did you mean one of these?" if has_chips else "I am not sure what you mean."]
        below = ""
    else:
        gap = reply.status == "gap"
        parts = [
            "This FAQ lists that question, but has no answer to it yet." if gap else "This FAQ has no answer to that."
        ]
        parts.append(_literal(settings.contact))
        below = "*The nearest questions it answers:*"
    return [part for part in [*parts, below if has_chips else ""] if part]


def _shown(answer: Answer) -> str:
    """The owner's Markdown as it stands; where Markdown might not show it as it is meant, the HTML of the build."""
    if _NOT_PLAIN_MARKDOWN.search(answer.text):
        # A blank line would end the HTML: line breaks become references.
        return answer.html.replace("\n", "&#10;")
    return answer.text


def _origin(answer: Answer) -> str:
    label = _literal(answer.source or answer.url)
    source = f"Source: [{label}]({answer.url})" if answer.url else f"Source: {label}" if label else ""
    reviewed = f"Reviewed {answer.reviewed}" if answer.reviewed else ""
    line = " \u00b7 ".join(part for part in (source, reviewed) if part)
    return f"*{line}*" if line else ""


def _literal(text: str) -> str:
    """`text` as itself in Markdown: what could be markup, a link or the mark of a list is a reference."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", text)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", markup))


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
