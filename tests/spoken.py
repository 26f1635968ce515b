"""What is read and heard of a page, in whatever state it is: visible texts, labels, titles and placeholders."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from fastapi.responses import HTMLResponse
from playwright.sync_api import Page

from chatbot.core.settings import BotSettings
from chatbot.core.types import NoticeRule
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.web.asgi import create_app
from chatbot.web.gradio_page.first_page import first_page
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server

# The owner's texts are in Greek, a script that none of our languages has: what is in another is ours.
FAQ = """\
---
source: Κτηνίατρος
reviewed: 2026-01-31
tags: [ζώα]
---
# Ζώα

## Τι τρώνε οι γάτες το πρωί;

Κροκέτες, δύο φορές την ημέρα.

## Τι τρώνε οι σκύλοι το βράδυ;

Κρέας, μία φορά την ημέρα.

# Σπίτι

## Πόσο ζουν τα χάμστερ;
"""
ANSWERED, UNSURE, GAP, UNKNOWN = "Τι τρώνε οι γάτες το πρωί;", "τρώνε", "Πόσο ζουν τα χάμστερ;", "ξψζ θφχ"
SEVERAL = "Τι τρώνε οι γάτες το πρωί; Τι τρώνε οι σκύλοι το βράδυ;"
NOTICED = "δηλητήριο"
NOTICE = NoticeRule(
    "d", "emergency", "Κτηνίατρος τώρα.", any_of=(NOTICED,), reviewed="2026-01-31", must_fire=(NOTICED,), source="Γ"
)

# Of the page and of what hangs in the roots of shadows, which are open in tests.
_COLLECT = """() => {
  const found = new Set([document.title, document.querySelector("meta[name=description]")?.content]);
  const read = root => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) read(node.shadowRoot);
      if (/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT)$/.test(node.tagName) || !node.checkVisibility()) continue;
      for (const name of ["aria-label", "title", "placeholder", "alt"]) found.add(node.getAttribute(name));
      for (const child of node.childNodes) if (child.nodeType === 3) found.add(child.data);
    }
  };
  read(document);
  return [...found].filter(Boolean).map(text => text.trim()).filter(text => /\\p{L}/u.test(text));
}"""
_GREEK = re.compile("[\u0370-\u03ff]")


def spoken(page: Page) -> set[str]:
    """All of our own texts that are seen or read out now."""
    return {text.rstrip(": ") for text in page.evaluate(_COLLECT) if not _GREEK.search(text)}


@dataclasses.dataclass
class Spoken:
    """A server whose FAQ changes its language at once, and a stranger's site with its widget."""

    bot: Bot
    url: str
    host: str

    def speak(self, lang: str) -> None:
        served = self.bot.served
        settings = dataclasses.replace(served.build.settings, lang=lang)
        self.bot.served = dataclasses.replace(served, build=dataclasses.replace(served.build, settings=settings))


@contextlib.contextmanager
def spoken_server(folder: Path) -> Iterator[Spoken]:
    (folder / "zoa.md").write_text(FAQ, encoding="utf-8")
    with host_site() as host:
        settings = BotSettings(
            title="Ζώα", starters=(ANSWERED,), contact="Γραφείο", disclaimer="Όχι", notices=(NOTICE,),
            allowed_origins=(address(host),),
        )  # fmt: skip
        build(folder / "zoa.md", folder / "index", settings, HashingEncoder())
        bot = Bot(Served(open_build(folder / "index"), HashingEncoder()))
        app = create_app(bot, chat_page=False, settings=UNLIMITED)

        @app.get("/")
        def page() -> HTMLResponse:
            """The chat page before Gradio, which says all that is ours."""
            return HTMLResponse(first_page(bot.build.settings))

        with running_server(app) as url:
            host.bot = url
            yield Spoken(bot, url, address(host))
