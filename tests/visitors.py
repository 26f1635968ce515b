"""A small shop with visitors, for the tests of what the journal proposes."""

from collections.abc import Sequence
from pathlib import Path

from chatbot.dialogue.bot import Bot

SHOP = """\
# Shop

## Where is my order?

Also asked:
- when does my parcel arrive

We send a number to track it.

## How do I return shoes?

Put them into the box and bring it to any post office.

## Can I pay with a card?

Yes, with all cards.

## Do you repair bags?

We do, in the workshop behind the shop.

## When are you open?

From nine to six.

## Do you sell gift vouchers?

Yes, at the till.
"""
SETTINGS = """\
title = "Shop"
encoder = "hashing"
unanswerable = ["Do you sell used shoes?", "Is there a parking lot?"]
"""
ORDER, SHOES, CARD, BAGS = "where-is-my-order", "how-do-i-return-shoes", "can-i-pay-with-a-card", "do-you-repair-bags"


def write_shop(folder: Path, name: str = "faq.md", text: str = SHOP) -> Path:
    folder.mkdir()
    (folder / name).write_text(text, "utf-8")
    (folder / "bot.toml").write_text(SETTINGS, "utf-8")
    return folder


def tries(bot: Bot, questions: Sequence[str], pick: str = "", times: int = 3) -> None:
    """So many visitors ask these questions in turn, and then pick an entry."""
    for _ in range(times):
        after = ""
        for question in questions:
            after = bot.ask(question, after=after).replies[-1].id
        if pick:
            assert bot.show(pick, after=after)
