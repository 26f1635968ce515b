"""Pairs of entries that are taken for each other, as the report lists and draws them."""

from pathlib import Path

import pytest

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.insight.report_text import report_text
from chatbot.insight.rival_pairs import numbers_of, rival_pairs
from chatbot.insight.usage import Contrary, Picks
from chatbot.verbs import report
from tests.visits import NOW, Visit, write_journal

FAQ = """\
## How do I return shoes?

In the box.

## How do I return my shoes?

By the courier.

## How do I wash wool socks?

By hand.

## How do I wash my wool socks?

By hand.

## How do I return shoes in size E42?

Unworn.

## How do I return shoes in size E43?

Never.

## Do you sell bread?

On Sundays.

## When do you open?
"""
RETURN, MY, BREAD = "how-do-i-return-shoes", "how-do-i-return-my-shoes", "do-you-sell-bread"
NO_PICKS = Picks(0, 0, 0, ())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "faq.md").write_text(FAQ, encoding="utf-8")
    build(folder / "faq.md", folder / "index", BotSettings(encoder="hashing"), HashingEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def bot(index: Path) -> Bot:
    return Bot.open(index, HashingEncoder())


def test_what_the_search_takes_for_another_is_found(bot: Bot) -> None:
    """Red when the entry itself may be ranked, and when pairs below the offer count."""
    found = rival_pairs(NO_PICKS, bot.served)
    assert {RETURN, MY} in [{pair.first_id, pair.second_id} for pair in found]
    assert min(pair.probability for pair in found) >= bot.build.calibration.unsure_from
    assert all(BREAD not in (pair.first_id, pair.second_id) for pair in found)


def test_one_answer_and_another_code_make_no_rivals(bot: Bot) -> None:
    """Red without the groups of answers, and without conflicts."""
    pairs = [{pair.first_id, pair.second_id} for pair in rival_pairs(NO_PICKS, bot.served)]
    assert {"how-do-i-wash-wool-socks", "how-do-i-wash-my-wool-socks"} not in pairs
    assert {f"how-do-i-return-shoes-in-size-{code}" for code in ("e42", "e43")} not in pairs


def test_pairs_that_visitors_took_for_each_other_come_first(bot: Bot) -> None:
    """In both directions, however far they are for the search. Red when a pick of an entry that is gone is told."""
    contrary = (
        Contrary(BREAD, "", RETURN, "", 2), Contrary(RETURN, "", BREAD, "", 1), Contrary(RETURN, "", "gone", "", 9)
    )  # fmt: skip
    found = rival_pairs(Picks(0, 12, 0, contrary), bot.served)
    assert (found[0].first_id, found[0].second_id, found[0].picks) == (BREAD, RETURN, 3)
    assert found[1].picks == 0
    assert list(numbers_of(found).items())[:2] == [(BREAD, 1), (RETURN, 2)]


def test_the_report_tells_them(index: Path, tmp_path: Path) -> None:
    visits = [Visit(5, "shoe bread", "unsure", BREAD, 0.3, picked=RETURN) for _ in range(2)]
    done = report(write_journal(tmp_path / "j.db", visits), index, now=NOW)
    assert done.report.rivals[0].picks == 2
    text = report_text(done.report)
    pair = f"  Do you sell bread? [{BREAD}] and How do I return shoes? [{RETURN}]"
    assert f"{pair}: 2 times one was picked although the other came first" in text
