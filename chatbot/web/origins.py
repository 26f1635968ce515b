"""Which other sites may ask: those of `allowed_origins`, and a line in the log about each that may not."""

import logging
import re
from collections.abc import Callable, Collection, Iterator

from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.core.origin import is_origin
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.routes import route_of

_log = logging.getLogger("chatbot.server")

_LABEL = re.compile(r"[a-z0-9_-]+")
_NAMED = 50  # sites at most that get a line: whoever makes up names must not fill the log


class AllowedOrigins(Collection[str]):
    """Those of the build that is served: a new build may name others."""

    def __init__(self, bot: Bot, of: Callable[[BotSettings], tuple[str, ...]]) -> None:
        """`of`: which setting names them."""
        self._bot, self._of = bot, of

    def _now(self) -> tuple[str, ...]:
        return self._of(self._bot.build.settings) if self._bot.is_ready else ()

    def __contains__(self, origin: object) -> bool:
        return isinstance(origin, str) and any(_is_meant(origin, by) for by in self._now())

    def __iter__(self) -> Iterator[str]:
        """The exact ones: who may show the chat page in a frame, where a `*` would stand for any number of labels."""
        return (origin for origin in self._now() if "*" not in origin)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def refuses(self, origin: str) -> bool:
        """False while there is no build that could say."""
        return self._bot.is_ready and origin not in self


def _is_meant(origin: str, by: str) -> bool:
    """`by` is an origin, or one with `*` for its first label; both compared as they stand, as browsers write them."""
    head, star, tail = by.partition("*")
    if not star:
        return origin == by
    ends = origin.startswith(head) and origin.endswith(tail)
    return ends and _LABEL.fullmatch(origin[len(head) : -len(tail)]) is not None


class RefusalsLogged:
    """Logs each site once that asks and is not in the list. Browsers hide the answer from its pages and say little: an
    owner who wrote http instead of https, or left out www, would not know why."""

    def __init__(self, app: ASGIApp, allowed: AllowedOrigins) -> None:
        self._app = app
        self._allowed = allowed
        self._named: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope["path"]) if scope["type"] == "http" else None
        if route and route.is_cross_origin:
            self._look_at({name: value.decode("latin-1") for name, value in scope["headers"]})
        await self._app(scope, receive, send)

    def _look_at(self, headers: dict[bytes, str]) -> None:
        origin = headers.get(b"origin", "")
        if not origin or origin in self._named or len(self._named) >= _NAMED or not self._allowed.refuses(origin):
            return
        # The own page sends its origin, too. Browsers say so, but for those of before 2023 and plain http.
        is_own = origin.partition("//")[2] == headers.get(b"host")
        if headers.get(b"sec-fetch-site", "same-origin" if is_own else "") == "same-origin":
            return
        if origin == "null":
            message = "a page without an origin asked, opened as a file or in a sandboxed frame; it can get no answer"
        elif is_origin(origin):
            message = f'a page on {origin} asked and got no answer; "{origin}" is not in allowed_origins of bot.toml'
        else:
            return
        self._named.add(origin)
        _log.warning(message)
