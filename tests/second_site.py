"""A second FAQ for a server. All that it takes is here, and one line where a server is given its sites."""

from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.core.types import NoticeRule
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.web.health import Health
from chatbot.web.sites import Site

HOST = "plants.example"
ORIGIN = "https://garden.example"
PLANTS = """\
# Plants

## How often should I water my orchid?

Once a week, with **rain water**.

## May ferns stand in the sun?

No, ferns burn there.

## How long do tulips flower?
"""
LEAF = NoticeRule(
    *("leaf", "urgent", "Call the garden line."),
    any_of=("swallowed a leaf",),
    reviewed="2026-01-31",
    must_fire=("swallowed a leaf",),
)
SETTINGS = BotSettings(
    title="Greenhouse",
    greeting="Ask about orchids.",
    starters=("May ferns stand in the sun?",),
    encoder="hashing",
    contact="Ask the gardener.",
    lang="de",
    placeholder="About a plant ...",
    allowed_origins=(ORIGIN,),
    notices=(LEAF,),
    question_limit=300,
)


def write_plants(folder: Path) -> Path:
    """The index of it in `folder`."""
    (folder / "plants.md").write_text(PLANTS, encoding="utf-8")
    build(folder / "plants.md", folder / "index", SETTINGS, HashingEncoder())
    return folder / "index"


def plants(folder: Path) -> Site:
    return Site(Bot.open(write_plants(folder)), Health(has_page=True), "plants", hosts=(HOST,))
