"""The JSON API: the contract other programs rely on. Errors are `{"error": {"code", "message"}}`."""

import dataclasses
import json
import logging
import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from chatbot.content.owner_texts import contact_of, owner_blocks
from chatbot.core.blocks import Blocks
from chatbot.core.errors import ChatbotError, EngineDown, EngineSlow, NotReady, QuestionRefused
from chatbot.core.types import Contact, Replies, Reply, Suggestion, Turn
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.reply_ids import REPLY_ID
from chatbot.insight.redaction import redacted
from chatbot.web.described import REPLIES, REPLY_EXAMPLE, SUGGESTED, errors, example
from chatbot.web.guard import error_body
from chatbot.web.health import Health

_AFTER = "id of the last reply that the client saw in this conversation; one that is not of the last day counts as none"

_REASON, _NOTE = 200, 1000  # characters that the log takes; the rest is cut off

_log = logging.getLogger("chatbot.feedback")
_DOWN = "the search is down at the moment; try again soon"
_SLOW = "the search took too long; try again soon"

# What arrives is cut off long before it is looked at; the question's own limit is a setting and answers 422.
_Text = Annotated[str, StringConstraints(max_length=20_000)]
_Short = Annotated[str, StringConstraints(max_length=200)]

_Typed = Annotated[str, Query(max_length=1000, examples=["how long does"])]
_Top = Annotated[int, Field(ge=0, le=20)]

_REPLIES = TypeAdapter(Replies)

Verdict = Literal["up", "down", "none_of_these"]


class HistoryTurn(BaseModel):
    """One line of the conversation so far; `entry_id` is that of the answer which was shown."""

    role: Literal["user", "assistant"]
    text: _Text
    entry_id: _Short | None = None


class AskRequest(BaseModel):
    """A message and what was said before it, since the server keeps no conversation. `lang` and `tags` narrow what may
    be shown, `top` is the most suggestions. `after` only tells the owner's journal which questions belong together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How long does back pain last?"},
                {
                    "question": "and how do I prevent it?",
                    "history": [
                        {"role": "user", "text": "What causes back pain in runners?"},
                        {"role": "assistant", "text": "Most often ...", "entry_id": "what-causes-back-pain-in-runners"},
                    ],
                    "top": 3,
                },
            ]
        }
    )

    question: str
    history: Annotated[list[HistoryTurn], Field(max_length=20)] = []
    top: _Top = 3
    lang: _Short | None = None
    tags: Annotated[list[_Short], Field(max_length=20)] = []
    explain: bool = False
    after: Annotated[str | None, Field(description=_AFTER, examples=[REPLY_EXAMPLE])] = None


@dataclasses.dataclass(frozen=True, slots=True)
class EntryResponse:
    """One entry; `reply` is what the bot says when it is picked from suggestions."""

    entry_id: str
    question: str
    alternates: Sequence[str]
    tags: Sequence[str]
    lang: str
    reply: Reply


@dataclasses.dataclass(frozen=True, slots=True)
class StartersResponse:
    """What a client shows before the first question."""

    starters: Sequence[str]
    title: str
    greeting: str
    placeholder: str
    disclaimer: str
    contact: str
    lang: str
    question_limit: int  # characters
    reasons: Sequence[str]  # offered to who finds a reply not helpful; none: nobody is asked
    greeting_blocks: Blocks
    contact_link: Contact | None  # the contact, as every reply without an answer has it


class FeedbackRequest(BaseModel):
    """What a visitor thinks of one reply that this server gave in the last day; the last word on a reply counts. Of
    `reason` the first 200 characters are taken, of `note` the first 1,000, without personal details."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reply_id": REPLY_EXAMPLE, "verdict": "down", "reason": "out of date", "note": ""}]
        }
    )

    reply_id: Annotated[str, StringConstraints(pattern=f"^{REPLY_ID}$")]
    verdict: Verdict
    reason: _Text = ""
    note: _Text = ""


def add_api(app: FastAPI, bot: Bot, health: Health) -> None:
    """Adds the routes and the error handlers to `app`."""

    @app.post("/api/ask", response_model=Replies, responses=example(REPLIES) | errors(400, 413, 422, 429, 503, 504))
    async def ask(request: AskRequest) -> Response:
        # Serialised here, as FastAPI would check once more what is of the right form.
        return Response(_REPLIES.dump_json(await _replies(bot, request)), media_type="application/json")

    @app.get("/api/starters", responses=errors(503))
    def starters() -> StartersResponse:
        settings = bot.build.settings
        return StartersResponse(
            starters=settings.starters,
            title=settings.title,
            greeting=settings.greeting,
            placeholder=settings.placeholder,
            disclaimer=settings.disclaimer,
            contact=settings.contact,
            lang=settings.lang,
            question_limit=settings.question_limit,
            reasons=settings.reasons,
            greeting_blocks=owner_blocks(settings.greeting),
            contact_link=contact_of(settings.contact),
        )

    @app.get("/api/suggest", responses=example({"suggestions": [SUGGESTED]}) | errors(422, 429, 503))
    def suggest(
        q: Annotated[str, Query(max_length=1000, examples=["how long does"])], top: _Top = 5
    ) -> dict[str, list[Suggestion]]:
        return {"suggestions": bot.suggest(q, top)}

    @app.get("/api/entries/{entry_id}", responses=errors(404, 422, 429, 503))
    def entry(
        entry_id: str, top: _Top = 3, after: Annotated[str, Query(description=_AFTER, examples=[REPLY_EXAMPLE])] = ""
    ) -> EntryResponse:
        build = bot.build
        reply = bot.show(entry_id, top, after)
        if reply is None or entry_id not in build.row_of:
            raise HTTPException(404, "there is no such entry")
        entry = build.entries[build.row_of[entry_id]]
        return EntryResponse(entry.id, entry.question, entry.alternates, entry.tags, entry.lang, reply)

    @app.post("/api/feedback", status_code=204, responses=errors(400, 404, 413, 422, 429, 503))
    def feedback(request: FeedbackRequest) -> None:
        # Before it is cut, as half of an address would not be recognised; and no more than that takes time.
        reason, note = (
            redacted(text[: 2 * most])[:most] for text, most in ((request.reason, _REASON), (request.note, _NOTE))
        )
        if not bot.rate(request.reply_id, request.verdict, reason, note):
            raise HTTPException(404, "this server gave no such reply in the last day")
        record_feedback(request.reply_id, request.verdict, reason, note)

    _add_health(app, bot, health)
    app.add_exception_handler(ChatbotError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def _add_health(app: FastAPI, bot: Bot, health: Health) -> None:
    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", responses=example({"status": "ready", "build_id": "b-000042-1a2b3c"}) | errors(422, 503))
    def readyz(page: bool = False) -> dict[str, str]:
        """With `page=1` only once the chat page is there, too; the API answers some seconds before."""
        status, why = health.shown
        reason = {"reason": why} if why else {}
        if not bot.is_ready:
            raise NotReady(f"the server is {status}: {why or 'it opens its index'}")
        if page and not health.has_page:
            raise NotReady("the chat page is not loaded yet; the API answers")
        return {"status": status, "build_id": bot.build.id, **reason}


async def _replies(bot: Bot, request: AskRequest) -> Replies:
    """Those that are remembered at once, others from a thread."""
    history = [Turn(turn.role, turn.text, turn.entry_id) for turn in request.history]
    asked = Asked(request.question, history, request.top, request.lang, request.tags, request.explain)
    after = request.after or ""
    replies = bot.recalled(asked, after)
    return await run_in_threadpool(bot.answered, asked, after) if replies is None else replies


def record_feedback(reply_id: str, verdict: Verdict, reason: str = "", note: str = "") -> None:
    """One JSON line in the log."""
    fields = {"event": "feedback", "reply_id": reply_id, "verdict": verdict, "reason": reason, "note": note}
    _log.info(json.dumps(fields))


def refusal(error: ChatbotError) -> dict[str, Any]:
    """The body that says why a question was refused, with what is to be read first all the same. Where the engine is,
    and what it says, is for the log."""
    message = (_SLOW if isinstance(error, EngineSlow) else _DOWN) if isinstance(error, EngineDown) else str(error)
    return error_body(error.code, message, error.notices if isinstance(error, QuestionRefused | EngineDown) else ())


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ChatbotError)
    if isinstance(error, NotReady):
        return JSONResponse(refusal(error), 503, {"retry-after": "3"})
    if isinstance(error, EngineDown):
        status = 504 if isinstance(error, EngineSlow) else 503
        return JSONResponse(refusal(error), status, {"retry-after": str(math.ceil(error.retry_after))})
    return JSONResponse(refusal(error), 422)


async def _invalid(request: Request, error: Exception) -> Response:
    """Names the field that is wrong, and never repeats its value."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0])
    if first["type"] == "json_invalid":
        return JSONResponse(error_body("not_json", "the request body is not valid JSON"), 400)
    field = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return JSONResponse(error_body("invalid_request", f"{field}: {first['msg']}"), 422)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # FastAPI: nested too deep, a number of too many digits, bytes of another encoding
        return JSONResponse(error_body("not_json", "the request body is not JSON that can be read"), 400)
    codes = {404: "not_found", 405: "method_not_allowed"}
    return JSONResponse(error_body(codes.get(error.status_code, "error"), error.detail), error.status_code)
