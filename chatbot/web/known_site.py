"""What a server of many sites remembers of each, whether it is open or closed."""

import dataclasses

from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.site_folders import SiteFolder
from chatbot.insight.journal_schema import journal_path
from chatbot.web.health import Health
from chatbot.web.rebuild_api import Rebuilding
from chatbot.web.rebuilds import Rebuilds
from chatbot.web.sites import Site
from chatbot.web.tokens import Token


class KnownSite:
    """One site from its first request until its folder goes or the server ends: its figures, its builds, which replies
    it gave, who is signed in. So nobody notices that it was closed in between."""

    def __init__(
        self, folder: SiteFolder, settings: ServerSettings, rebuild_token: Token | None, desk_token: Token | None
    ) -> None:
        """`settings`: of the server. The tokens: None where nobody may build or edit it over HTTP."""
        self.folder = folder
        # By which host it is asked for is looked at before: see `many_sites.py`.
        self.where = dataclasses.replace(settings, corpus=folder.corpus, index=folder.index, allowed_hosts=())
        self.journal = journal_path(self.where)
        self.rebuilds = Rebuilds(folder.corpus, folder.index)
        rebuilding = Rebuilding(rebuild_token, self.rebuilds) if rebuild_token else None
        self.site = Site(Bot(), Health("loading"), folder.name, rebuilding=rebuilding)
        # The state of the corpus that could not be built: it is not tried again before something changes.
        self.failed: object = None
        self.failed_with = ""  # the code of the error
        if desk_token:
            self._add_desk(desk_token)

    @property
    def is_broken(self) -> bool:
        """Whether it has nothing to answer from, and will not before somebody helps."""
        return self.site.health.status == "failed" and not self.site.bot.is_ready

    def close(self) -> None:
        """Ends what runs for it."""
        self.rebuilds.close()
        if self.site.desk:
            self.site.desk.close()

    def _add_desk(self, token: Token) -> None:
        from chatbot.web.desk.desk import Desk
        from chatbot.web.desk.serving import ServedDesk

        where = self.where
        page = "" if where.desk_port else "../"
        desk = Desk(self.site.bot, where.corpus, where.index, self.journal, self.rebuilds, page, where.desk_writes)
        self.site.desk = ServedDesk(desk, token, where, self.site.images)
