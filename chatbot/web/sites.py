"""One FAQ of a server, and how a request finds it.

A server holds one site or several. They share its limits, its log and its encoders; nothing else.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.types import Scope

from chatbot.dialogue.bot import Bot
from chatbot.web.guard import host_of
from chatbot.web.health import Health
from chatbot.web.metrics import Metrics
from chatbot.web.origins import AllowedOrigins
from chatbot.web.rebuild_api import Rebuilding

if TYPE_CHECKING:  # a server without a desk loads nothing of it
    from chatbot.web.desk.serving import ServedDesk

_BY_PATH = "/s/"


class Site:
    """All that belongs to one FAQ: who answers, whether it can, which other sites may ask, and its figures."""

    def __init__(
        self,
        bot: Bot,
        health: Health,
        name: str = "",
        hosts: Collection[str] = (),
        rebuilding: Rebuilding | None = None,
        desk: "ServedDesk | None" = None,
    ) -> None:
        """`name`: in its address, /s/NAME/, and its label in the metrics; "" for the site of all other addresses.
        `hosts`: names of the server under which it is found, too, without port. `rebuilding`: None where nobody may
        have it built over HTTP. `desk`: None where nobody may edit it over HTTP."""
        self.bot = bot
        self.health = health
        self.rebuilding = rebuilding
        self.desk = desk
        self.name = name
        self.hosts = frozenset(host.lower() for host in hosts)
        self.origins = AllowedOrigins(bot, lambda settings: settings.allowed_origins)
        self.images = AllowedOrigins(bot, lambda settings: settings.image_origins)
        self.metrics = Metrics(bot, health, name)


class Sites:
    """Those of one server: the main one, and others by their names and hosts."""

    def __init__(self, main: Site, *others: Site) -> None:
        """ValueError where two sites have one name or host."""
        self.main = main
        self._others = others
        for what, taken in (("name", [site.name for site in others]), ("host", [h for s in self for h in s.hosts])):
            if twice := sorted({one for one in taken if taken.count(one) > 1}):
                raise ValueError(f"two sites have the {what} {twice[0]!r}; give each its own")

    def __iter__(self) -> Iterator[Site]:
        return iter((self.main, *self._others))

    def find(self, scope: Scope) -> tuple[Site, str]:
        """The site that a request is for, and the path within it. What names no site is for the main one."""
        path: str = scope["path"]
        if path.startswith(_BY_PATH):
            name, slash, rest = path.removeprefix(_BY_PATH).partition("/")
            if slash and name in self._by_name:
                return self._by_name[name], f"/{rest}"
        return self._by_host.get(host_of(scope), self.main) if self._by_host else self.main, path

    @cached_property
    def _by_name(self) -> Mapping[str, Site]:
        return {site.name: site for site in self._others}

    @cached_property
    def _by_host(self) -> Mapping[str, Site]:
        return {host: site for site in self for host in site.hosts}
