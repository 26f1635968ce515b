"""`/api/rebuild`: the holder of the token starts a build and sees how it went. A server without a token has no such
route."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from chatbot.dialogue.bot import Bot
from chatbot.web.described import errors
from chatbot.web.guard import error_body
from chatbot.web.rebuilds import Rebuild, Rebuilds, State
from chatbot.web.tokens import Token

_PATH = "/api/rebuild"


class RebuildRequest(BaseModel):
    """With `dry_run` nothing is published: the answers that would change are listed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class RebuildBegun:
    """`status_url`: where to ask how it went, on the same server."""

    status_url: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Texts that were encoded, and how many there are; both 0 before that begins."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RebuildStatus:
    """`report`: what `build --json` prints, once `status` is "done"; of a dry run what `build --dry-run --json` prints.
    When it is "failed": `error` says why, and `problems` names each mistake of the corpus with file and line.
    `served`: the build that answers now; a new one does within two seconds."""

    id: str
    status: State
    dry_run: bool
    begun: str  # ISO 8601, UTC
    seconds: float  # that it took; 0 while it runs
    progress: Progress
    report: Mapping[str, Any] | None
    error: Mapping[str, str] | None
    problems: list[Any]
    served: str


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """Who may ask, and what is done then."""

    token: Token
    rebuilds: Rebuilds


def add_rebuild(app: FastAPI, bot: Bot, rebuilding: Rebuilding, root_path: str) -> None:
    """Adds the routes to `app`. `root_path`: where a proxy shows the server."""
    token, rebuilds = rebuilding.token, rebuilding.rebuilds
    body = {"required": True, "content": {"application/json": {"schema": RebuildRequest.model_json_schema()}}}

    # The body is read here: FastAPI would judge it before anybody has asked for the token.
    @app.post(
        _PATH,
        status_code=202,
        response_model=RebuildBegun,
        responses=errors(400, 401, 403, 409, 413, 415, 422, 429, 503),
        openapi_extra={"requestBody": body},
    )
    async def rebuild(request: Request) -> Response:
        """Builds the corpus of the server and publishes it. Needs the token: `Authorization: Bearer TOKEN`."""
        if refused := _refused(token, request):
            return refused
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return JSONResponse(error_body("not_json", "send the body as application/json"), 415)
        try:
            asked = RebuildRequest.model_validate_json(await request.body())
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            if first["type"] == "json_invalid":
                return JSONResponse(error_body("not_json", "the request body is not valid JSON"), 400)
            message = 'the body must be {} or {"dry_run": true}'
            return JSONResponse(error_body("invalid_request", message), 422)
        begun, is_new = rebuilds.begin(asked.dry_run)
        answer = {"status_url": f"{root_path}{_PATH}/{begun.id}"}
        headers = {"location": f"rebuild/{begun.id}"}  # relative, so that it is right behind any proxy
        if is_new:
            return JSONResponse(answer, 202, headers)
        message = "a build is running that may lack your last edits; wait until it has ended and ask again"
        return JSONResponse({**error_body("busy", message), **answer}, 409, {**headers, "retry-after": "5"})

    @app.get(_PATH + "/{rebuild_id}", response_model=RebuildStatus, responses=errors(401, 403, 404, 429, 503))
    async def status(rebuild_id: str, request: Request) -> Response:
        """How a build goes, or how it went. Needs the token."""
        if refused := _refused(token, request):
            return refused
        found = rebuilds.find(rebuild_id)
        if found is None:
            message = "this server knows no such build; it forgets them when it restarts"
            return JSONResponse(error_body("not_found", message), 404)
        return JSONResponse(dataclasses.asdict(_status(found, bot)))


def _refused(token: Token, request: Request) -> Response | None:
    refusal = token.refusal(request.headers)
    if refusal is None:
        return None
    headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else {}
    return JSONResponse(error_body(refusal.code, refusal.message), refusal.status, headers)


def _status(rebuild: Rebuild, bot: Bot) -> RebuildStatus:
    document = rebuild.document if rebuild.state != "running" else {}
    return RebuildStatus(
        id=rebuild.id,
        status=rebuild.state,
        dry_run=rebuild.is_dry_run,
        begun=rebuild.begun,
        seconds=rebuild.seconds,
        progress=Progress(rebuild.done, rebuild.total),
        report=document if rebuild.state == "done" else None,
        error=document.get("error"),
        problems=document.get("problems", []) if rebuild.state == "failed" else [],
        served=bot.build.id if bot.is_ready else "",
    )
