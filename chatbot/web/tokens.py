"""Tokens of those who may change what the server serves. They come from the environment and from nowhere else.

Only the hash of a token is kept, so that no trace and no log can show it.
"""

import hashlib
import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from hmac import compare_digest

from starlette.datastructures import Headers

from chatbot.core.errors import UsageError
from chatbot.core.settings_sources import REBUILD_TOKEN

_LEAST = 32  # bytes
_SENDABLE = re.compile(r"[\x21-\x7e]+")  # what a header holds as it stands
_BEARER = re.compile(r"bearer ([\x21-\x7e]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    code: str
    message: str


CROSS_SITE = Refusal(403, "cross_site", "this address is not for pages of other sites")


class Token:
    """What a request must bring as `Authorization: Bearer TOKEN`."""

    __slots__ = ("_digest",)

    def __init__(self, token: str) -> None:
        self._digest = _digest(token)

    def refusal(self, headers: Headers) -> Refusal | None:
        """Why a request with these `headers` may not do what the token allows; None where it may."""
        if is_of_another_site(headers):
            return CROSS_SITE
        if self.is_right(bearer_of(headers)):
            return None
        return Refusal(401, "unauthorized", "the token is missing or wrong; send it as: Authorization: Bearer TOKEN")

    def is_right(self, given: str) -> bool:
        """Whether `given` is the token. That takes the same time for all, as it must not tell how near one is."""
        return compare_digest(_digest(given), self._digest)


def token_of(variable: str = REBUILD_TOKEN, environment: MutableMapping[str, str] = os.environ) -> Token | None:
    """The token in `variable`; None where it is not set. UsageError for one that could be guessed or not be sent.

    It is taken out of the environment, so that no process that is started from here inherits it.
    """
    token = environment.pop(variable, None)
    if token is None:
        return None
    if len(token.encode("utf-8", "surrogateescape")) < _LEAST:
        raise UsageError(
            f"{variable}: is shorter than {_LEAST} bytes; make one with `openssl rand -hex {_LEAST}`, or unset it"
        )
    if not _SENDABLE.fullmatch(token):
        raise UsageError(f"{variable}: holds a blank or a letter beyond ASCII, which no header can carry; make another")
    return Token(token)


def tokens_of_sites(variable: str, environment: MutableMapping[str, str] = os.environ) -> Mapping[str, Token]:
    """Name of a site -> its token, from the variables that begin with `variable`, such as CHATBOT_DESK_TOKEN_PLANTS.

    UsageError as `token_of`; for the same token of two sites, as whoever has one of them must not get to the other; and
    for `variable` itself, which says of no site that it is meant.
    """
    if variable in environment:
        raise UsageError(f"{variable}: with --sites each site has a token of its own; set {variable}_NAME instead")
    found: dict[str, Token] = {}
    named: dict[str, str] = {}  # token -> its variable
    for name in sorted(name for name in environment if name.startswith(f"{variable}_")):
        value = environment[name]
        token = token_of(name, environment)
        if token is None:
            continue
        if value in named:
            raise UsageError(f"{named[value]} and {name} are the same token; give each site its own")
        named[value] = name
        found[name.removeprefix(f"{variable}_").lower().replace("_", "-")] = token
    return found


def bearer_of(headers: Headers) -> str:
    """What a request brings as `Authorization: Bearer`; "" for nothing, for several and for other schemes."""
    given = headers.getlist("authorization")
    bearer = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    return bearer[1] if bearer else ""


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def is_of_another_site(headers: Headers) -> bool:
    """Whether a page of another site sent the request, as browsers tell. Programs tell nothing."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("//")[2] != headers.get("host")
