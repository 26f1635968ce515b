"""An answer as the desk shows it: the HTML of a build, in which links to entries are relative to the server."""

import re
from html import escape

from chatbot.content.render import ENTRY_LINK

_LINK = re.compile(r'<a href="(?P<address>[^"]*)"(?P<rest>[^>]*)>(?P<words>.*?)</a>', re.DOTALL)


def shown_answer(html: str, server: str) -> str:
    """`html`, cleaned, with links that work in the desk, too. They open a tab of their own: what is in a form stays.

    `server`: its address as the desk's page sees it; where that is unknown (""), a link to an entry is plain words.
    """

    def link(match: re.Match[str]) -> str:
        address = match["address"]
        if address.startswith(ENTRY_LINK):
            if not server:
                return match["words"]
            address = escape(server) + address
        return f'<a href="{address}" target="_blank"{match["rest"]}>{match["words"]}</a>'

    return _LINK.sub(link, html)
