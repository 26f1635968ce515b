"""One turn of the chat page, for Gradio's event and for the page before Gradio has loaded. Knows no Gradio."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, Field, StringConstraints

from chatbot.content.render import POSITION, rendered_markdown
from chatbot.core.errors import EngineDown, QuestionRefused
from chatbot.core.settings import BotSettings
from chatbot.core.types import Notice
from chatbot.dialogue.bot import Bot
from chatbot.web.gradio_page.messages import (
    Message,
    last_reply_of,
    noticed,
    put_off,
    refused,
    said_by_bot,
    said_by_visitor,
    turns_of,
)
from chatbot.web.gradio_page.queue_gate import ShownMessage


class TurnRequest(BaseModel):
    """What was typed, or the id of the entry that was picked, and what was said before."""

    question: Annotated[str, StringConstraints(max_length=20_000)]
    entry_id: Annotated[str, StringConstraints(max_length=200)] = ""
    conversation: Annotated[list[ShownMessage], Field(max_length=40)] = []


def add_chat_turn(app: FastAPI, bot: Bot) -> None:
    """Adds the route that the page asks before Gradio is there."""

    @app.post("/api/turn", include_in_schema=False)
    def turn(request: TurnRequest) -> dict[str, list[Message]]:
        conversation = [each.model_dump(exclude_none=True) for each in request.conversation]
        return {"messages": messages_of_turn(bot, request.question, request.entry_id, conversation)}


def messages_of_turn(bot: Bot, question: str, entry_id: str, conversation: list[Message]) -> list[Message]:
    """What was typed and the replies to it; with an id, that entry, but one of an older index is asked for.

    Each has its `html` beside it, for the page before Gradio is there.
    """
    return _with_html(bot.build.settings, _messages(bot, question, entry_id, conversation))


def messages_of_notices(settings: BotSettings, notices: Sequence[Notice]) -> list[Message]:
    """What is to be read first where there is no reply."""
    return _with_html(settings, [noticed(notice, settings) for notice in notices])


def _with_html(settings: BotSettings, messages: list[Message]) -> list[Message]:
    origins = settings.image_origins
    return [
        {**each, "html": POSITION.sub("", rendered_markdown(each["content"][0]["text"], origins=origins))}
        for each in messages
    ]


def _messages(bot: Bot, question: str, entry_id: str, conversation: list[Message]) -> list[Message]:
    after = last_reply_of(conversation)
    reply = bot.show(entry_id, after=after) if entry_id else None
    settings = bot.build.settings
    if reply:
        return [said_by_visitor(reply.question), said_by_bot(reply, settings)]
    try:
        result = bot.ask(question, turns_of(conversation), after=after)
    except QuestionRefused as error:
        if error.code == "empty_question":
            return []
        notices = [noticed(notice, settings) for notice in error.notices]
        return [said_by_visitor(question[:200]), *notices, refused(error.code, question, settings)]
    except EngineDown as error:
        notices = [noticed(notice, settings) for notice in error.notices]
        return [said_by_visitor(question), *notices, put_off(question, settings)]
    notices = [noticed(notice, settings) for notice in result.notices]
    several = len(result.replies) > 1
    replies = [said_by_bot(reply, settings, several) for reply in result.replies]
    return [said_by_visitor(question), *notices, *replies]
