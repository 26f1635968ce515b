import dataclasses

import pytest

from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import Build

CAT, DOG, FISH = "how-often-should-i-feed-my-cat", "may-dogs-eat-chocolate", "what-do-goldfish-eat"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("what do g", [FISH]),
        ("choc", [DOG]),
        ("eat", [DOG, FISH, CAT]),  # own questions before the alternate "When does a cat eat?"
        ("eat choc", [DOG]),  # in any order
        ("WHAT   do", [FISH]),
        ("choclate", []),  # the unfinished word may become anything: a slip is not guessed
        ("choclate eat", [DOG]),
        ("hamsters", []),  # a gap has no answer
        ("zebra eat", []),
        ("", []),
        ("?!", []),
        ("x" * 100_000, []),
    ],
)
def test_questions_by_the_words_so_far(bot: Bot, typed: str, found: list[str]) -> None:
    assert [suggestion.entry_id for suggestion in bot.suggest(typed)] == found


def test_what_begins_as_typed_comes_first(bot: Bot) -> None:
    assert bot.suggest("what")[0].entry_id == FISH
    assert len(bot.suggest("e", 1)) == 1


def test_a_new_build_is_suggested_from_at_once(bot: Bot, pets: Build) -> None:
    assert bot.suggest("goldfish")
    entries = [dataclasses.replace(e, question=e.question.replace("goldfish", "carp")) for e in pets.entries]
    bot.served = dataclasses.replace(bot.served, build=dataclasses.replace(pets, entries=entries))
    assert [suggestion.question for suggestion in bot.suggest("carp")] == ["What do carp eat?"]
    assert bot.suggest("goldfish") == []


@pytest.mark.parametrize("typed", ["图书馆", "周末", "几点开", "ａｅｄ", "图书馆 开门"])
def test_what_was_typed_may_begin_anywhere_without_blanks(bot: Bot, pets: Build, typed: str) -> None:
    """Red where a sentence without blanks is one word."""
    entries = [dataclasses.replace(pets.entries[0], id="a", question="图书馆周末几点开门？哪里有AED", answer="九点。")]
    bot.served = dataclasses.replace(bot.served, build=dataclasses.replace(pets, entries=entries))
    assert [suggestion.entry_id for suggestion in bot.suggest(typed)] == ["a"]
    assert bot.suggest("书店") == []
