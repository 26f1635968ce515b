"""Replies to messages that were asked before: the same as if they were found anew, and of the build that is served."""

import dataclasses
from pathlib import Path

import httpx
import pytest

from chatbot.core.errors import QuestionRefused
from chatbot.core.types import Replies, Reply, Turn
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.remembered import Asked, Remembered
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.builder import build

QUESTION = "When does a cat eat?"


def plain(said: Replies) -> Replies:
    """Without what is other in each reply."""
    return dataclasses.replace(said, took_ms=0, replies=[dataclasses.replace(r, id="") for r in said.replies])


def test_replies_are_those_that_were_given_with_ids_of_their_own(bot: Bot) -> None:
    """Red when the id is kept: a verdict on one visitor's reply would be one on another's."""
    first = bot.ask(QUESTION)
    again = bot.recalled(Asked(QUESTION))
    assert again is not None
    assert plain(first) == plain(again)
    assert first.replies[0].id != again.replies[0].id


def test_blanks_and_the_order_of_tags_change_nothing(bot: Bot) -> None:
    """Red when the message, or the tags, are taken as they come."""
    first = bot.ask(QUESTION, tags=["pets", "cats"])
    again = Asked(f"  {QUESTION.replace(' ', '  ')}\n", tags=["cats", "pets", "cats"])
    assert bot.recalled(again) is not None
    assert plain(bot.answered(again)) == plain(first)


def test_whatever_changes_replies_is_asked_anew(bot: Bot) -> None:
    """Red without any one of the fields of `Asked`, and when what was said before does not count."""
    bot.ask(QUESTION)
    before = [Turn("user", "May dogs eat chocolate?")]
    ways = [{"top": 1}, {"lang": "en"}, {"tags": ["pets"]}, {"explain": True}, {"history": before}]
    for way in ways:
        assert bot.recalled(Asked(QUESTION)._replace(**way)) is None, way  # type: ignore[arg-type]
    assert bot.recalled(Asked(QUESTION.replace(" ", "\n"))) is None  # a line of its own is a question of its own
    bot.ask(QUESTION, before)
    assert bot.recalled(Asked(QUESTION, before)) is None


def test_a_new_build_remembers_nothing(bot: Bot, corpus: Path, index: Path) -> None:
    """Red when replies are kept with the bot."""
    before = bot.ask(QUESTION)
    pets = corpus / "pets.md"
    pets.write_text(pets.read_text().replace("Twice a day.", "Thrice a day."))
    build(corpus, index, bot.build.settings, HashingEncoder())
    bot.served = Served(open_build(index), HashingEncoder())
    assert bot.recalled(Asked(QUESTION)) is None
    after = bot.ask(QUESTION)
    assert before.replies[0].answer is not None
    assert after.replies[0].answer is not None
    assert "Twice" in before.replies[0].answer.text
    assert "Thrice" in after.replies[0].answer.text


def test_a_refused_question_is_refused_again(bot: Bot) -> None:
    for _ in range(2):
        with pytest.raises(QuestionRefused):
            bot.ask("x" * 600)


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    """Red without the bound, and when what is asked often is forgotten."""
    remembered = Remembered()
    said = Replies([Reply("a", "q", "unknown", None, 0.0)], [], "b", 0.0)
    asked = [Asked(str(n)) for n in range(3000)]
    for one in asked:
        remembered.put(one, said)
        assert remembered.get(asked[0]) is not None
    assert sum(remembered.get(one) is not None for one in asked) == 1024
    assert remembered.get(asked[-1]) is not None
    assert remembered.get(asked[1]) is None


def test_hits_are_counted(client: httpx.Client, pets: Build) -> None:
    """Red when a remembered reply is not counted among the replies."""
    for _ in range(3):
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
    page = client.get("/metrics").text
    assert 'verbatim_remembered_total{hit="true"} 2.0' in page
    assert 'verbatim_remembered_total{hit="false"} 1.0' in page
    assert 'verbatim_replies_total{status="answered"} 3.0' in page
