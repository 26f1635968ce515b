"""`serve`: a port to listen on, and the site or the sites that answer there."""

import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.types import ASGIApp

from chatbot.content.corpus import path_exists
from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import DESK_TOKEN, REBUILD_TOKEN, STATUS_TOKEN
from chatbot.dialogue.bot import Bot
from chatbot.indexing.site_folders import SiteFolders
from chatbot.insight.journal_schema import journal_path
from chatbot.web.asgi import Server
from chatbot.web.connections import BoundedServer
from chatbot.web.digests import Digests
from chatbot.web.following import Follower
from chatbot.web.health import Health
from chatbot.web.lifecycle import Lifecycle, Shared
from chatbot.web.log import unhurried_log
from chatbot.web.many_sites import ManySites
from chatbot.web.rebuild_api import Rebuilding
from chatbot.web.rebuilds import Rebuilds
from chatbot.web.sites import Site, Sites
from chatbot.web.tokens import Token, token_of, tokens_of_sites

if TYPE_CHECKING:
    from chatbot.web.desk.serving import ServedDesk

_log = logging.getLogger("chatbot.server")


def serve(where: ServerSettings, ready: Callable[[Bot, str], None]) -> None:
    """Listens at once, builds what is stale, opens the index and answers until interrupted.

    Calls `ready` with the address when the first question can be answered. UsageError where there is nothing that
    could ever be served; any other trouble is logged, shown by /readyz, and ends when a build is published.
    """
    _refuse_busy_port(where.host, where.port, "--host and --port")
    journal_path(where)  # or it would be refused only when the first build is there
    if not where.follow and not path_exists(where.corpus) and not path_exists(where.index):
        raise UsageError(f"{where.corpus}: there is no such folder, nor is there an index in {where.index} to serve")
    shared = Shared()
    token, desk_token = token_of(), token_of(DESK_TOKEN)
    if where.follow and (token or desk_token):
        raise UsageError(
            f"{REBUILD_TOKEN if token else DESK_TOKEN}: a server that follows an archive builds nothing; unset it here "
            "and set it where the archive is packed"
        )
    also_at = _ports_of_desk(where) if desk_token else []
    rebuilds = Rebuilds(where.corpus, where.index)
    site = Site(Bot(), Health("loading"), rebuilding=Rebuilding(token, rebuilds) if token else None)
    if desk_token:
        site.desk = _desk_of(site, where, rebuilds, desk_token)
        at = also_at[0] if also_at else (where.host, where.port)
        _log.info("the editors' desk: %s/desk", _address(*at))
    elif where.desk_port:
        _log.warning("warning: desk_port is set, but there is no desk without %s", DESK_TOKEN)

    follower = Follower(where, site.health) if where.follow else None
    if follower:
        site.metrics.follow(lambda: follower.last_success, lambda: follower.failures)

    def life(site: Site, app: FastAPI) -> AbstractAsyncContextManager[None]:
        wait = follower.wait if follower else lambda: None
        return Lifecycle(
            site, app, where, lambda bot: ready(bot, _address(where.host, where.port)), shared, wait=wait
        ).running()

    server = _listening(Server(Sites(site), where, chat_page=False, life=life), where, also_at)
    with unhurried_log(), ExitStack() as stack:
        stack.enter_context(closing(rebuilds))
        if site.desk:
            stack.enter_context(closing(site.desk))
        if follower:
            stack.enter_context(closing(follower))
            follower.start()
        if where.notify_url:
            stack.enter_context(closing(Digests(where.notify_url, journal_path(where), where.index)))
        server.run()


def serve_many(where: ServerSettings, ready: Callable[[int, str], None]) -> None:
    """As `serve`, of the sites in the folder `where.sites`, each of which is opened when somebody asks for it.

    Calls `ready` with their number and the address as soon as the server listens. UsageError for what a server of many
    sites cannot do.
    """
    if where.workers > 1:
        raise UsageError("workers: a server of many sites answers in one process; start several servers instead")
    if where.follow:
        raise UsageError(
            "follow: a server of many sites follows no archive; run a server for each site that is to follow one"
        )
    if where.notify_url:
        raise UsageError("notify_url: a server of many sites sends no digests; run `report` for each site instead")
    if where.journal_file.name != str(where.journal_file):
        raise UsageError(
            f"journal_file: {where.journal_file}: each of many sites has its journal beside its index; "
            "name the file without a folder"
        )
    _refuse_busy_port(where.host, where.port, "--host and --port")
    folders = SiteFolders(Path(where.sites), where.index, where.allowed_hosts)
    rebuild_tokens, desk_tokens = tokens_of_sites(REBUILD_TOKEN), tokens_of_sites(DESK_TOKEN)
    also_at = _ports_of_desk(where) if desk_tokens else []
    app = ManySites(folders, where, rebuild_tokens, desk_tokens, token_of(STATUS_TOKEN))
    found = folders.listed.sites
    for name in sorted({*rebuild_tokens, *desk_tokens} - found.keys()):
        _log.warning("warning: there is a token for the site %s, but no such site in %s", name, where.sites)
    address = _address(where.host, where.port)
    with unhurried_log():
        _listening(app, where, also_at, lambda: ready(len(found), address)).run()


def _listening(
    app: ASGIApp,
    where: ServerSettings,
    also_at: Sequence[tuple[str, int]],
    listens: Callable[[], None] = lambda: None,
) -> BoundedServer:
    return BoundedServer(
        app,
        has_proxy=bool(where.trusted_proxies),
        also_at=also_at,
        listens=listens,
        host=where.host,
        port=where.port,
        log_level="warning",
        log_config=None,  # uvicorn's lines go where ours go
        proxy_headers=bool(where.trusted_proxies),
        forwarded_allow_ips=list(where.trusted_proxies),
    )


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _desk_of(site: Site, where: ServerSettings, rebuilds: Rebuilds, token: Token) -> "ServedDesk":
    from chatbot.web.desk.desk import Desk
    from chatbot.web.desk.serving import ServedDesk

    journal = journal_path(where, site.name)
    desk = Desk(
        site.bot, where.corpus, where.index, journal, rebuilds, "" if where.desk_port else "../", where.desk_writes
    )
    return ServedDesk(desk, token, where, site.images)


def _ports_of_desk(where: ServerSettings) -> list[tuple[str, int]]:
    """Where the desk listens, beside the site; none where they share the port."""
    if not where.desk_port:
        return []
    if where.desk_port == where.port:
        raise UsageError(f"desk_port: {where.port} is the port of everything else; choose another, or 0 to share it")
    host = where.desk_host or where.host
    _refuse_busy_port(host, where.desk_port, "CHATBOT_DESK_HOST and CHATBOT_DESK_PORT")
    return [(host, where.desk_port)]


def _refuse_busy_port(host: str, port: int, by: str) -> None:
    """Before anything is loaded: a busy port would otherwise show half a minute later. `by`: what chooses another."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(f"cannot listen on {host}:{port} ({error.strerror}); choose another with {by}") from None
