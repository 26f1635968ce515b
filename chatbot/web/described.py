"""What /openapi.json says beyond the types: examples of answers, and of every error."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from chatbot.core.types import Notice
from chatbot.web.guard import error_body

_ERRORS = {
    400: ("not_json", "the request body is not valid JSON"),
    401: ("unauthorized", "the token is missing or wrong; send it as: Authorization: Bearer TOKEN"),
    403: ("cross_site", "this address is not for pages of other sites"),
    404: ("not_found", "there is nothing at this address"),
    409: ("busy", "a build is running that may lack your last edits; wait until it has ended and ask again"),
    413: ("body_too_large", "the request has more than 64 KB; send less"),
    415: ("not_json", "send the body as application/json"),
    422: ("empty_question", "there are no words in the question; type a few"),
    429: ("too_many_requests", "too many requests from here; wait a little"),
    503: ("busy", "the server is busy; try again in a moment"),
    504: ("timeout", "answering took too long; try again"),
}

SUGGESTED = {"entry_id": "how-long-does-back-pain-last", "question": "How long does back pain last?"}
_ANSWER = {
    **SUGGESTED,
    "text": "Most back pain gets better within some weeks. See a doctor if it does not.",
    "html": "<p>Most back pain gets better within some weeks. See a doctor if it does not.</p>",
    "short": "Most back pain gets better within some weeks.",
    "highlight": [0, 45],
    "source": "NHS",
    "url": "https://www.nhs.uk/conditions/back-pain/",
    "reviewed": "2026-01-31",
    "blocks": [
        {"type": "paragraph", "content": ["Most back pain gets better within some weeks. See a doctor if it does not."]}
    ],
    "marks": [[0, 45]],
    "link": "https://www.nhs.uk/conditions/back-pain/#:~:text=Most%20back%20pain%20gets%20better%20within%20some%20weeks.",
    "sha256": "0f343b0931126a20f133d67c2b018a3b5f0e1f2c3d4a5b6c7d8e9f0a1b2c3d4e",
}
REPLY_EXAMPLE = "0000002a9f86d081884c7d659a2feaa0"
_REPLY = {
    "id": REPLY_EXAMPLE,
    "question": "how long until my back is better",
    "status": "answered",
    "answer": _ANSWER,
    "probability": 0.93,
    "suggestions": [],
    "context": "",
}
REPLIES = {"replies": [_REPLY], "notices": [], "build_id": "b-000042-1a2b3c", "took_ms": 8.1}


class ErrorDetail(BaseModel):
    """`code` is stable and for programs, `message` one sentence for people."""

    code: str
    message: str


class ErrorResponse(BaseModel):
    """`notices`: where a question is refused, what the owner wants read all the same."""

    error: ErrorDetail
    notices: list[Notice] | None = None


def example(body: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": body}}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the description says of errors, with an example of each."""
    return {
        status: {
            "model": ErrorResponse,
            "description": message,
            "content": {"application/json": {"example": error_body(code, message)}},
        }
        for status, (code, message) in _ERRORS.items()
        if status in statuses
    }
