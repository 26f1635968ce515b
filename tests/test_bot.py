"""Messages to replies, on a corpus small enough to know every answer."""

import dataclasses
import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import IndexRefused, QuestionRefused, UsageError
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.text import seal
from chatbot.core.types import Reply
from chatbot.dialogue.answerer import Local
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.indexing.builder import build as build_index

CONTACT = "smalltalk-contact"


def reply(bot: Bot, message: str, **options: object) -> Reply:
    [only] = bot.ask(message, **options).replies  # type: ignore[arg-type]
    return only


def test_the_answer_is_the_entry_word_for_word(bot: Bot, pets: Build) -> None:
    found = reply(bot, "may  dogs eat chocolate")
    entry = pets.entries[pets.row_of["may-dogs-eat-chocolate"]]
    assert found.status == "answered"
    assert found.answer is not None
    assert (
        found.answer.text
        == entry.answer
        == "No, chocolate is **poisonous** for dogs:\n\n1. call your vet at once;\n2. keep the wrapper."
    )
    assert found.answer.html == entry.html
    assert found.answer.sha256 == seal(entry.question, entry.answer)
    assert found.answer.short is None  # the list is the answer, and is not cut
    assert (found.answer.source, found.answer.url, found.answer.reviewed) == (
        "The vet",
        "https://vet.example/",
        "2026-01-31",
    )
    assert found.answer.entry_id not in [near.entry_id for near in found.suggestions]


def test_an_alternate_wording_finds_its_entry(bot: Bot) -> None:
    found = reply(bot, "When does a cat eat?")
    assert found.answer is not None
    assert found.answer.question == "How often should I feed my cat?"


def test_what_the_faq_does_not_know_is_not_answered(bot: Bot) -> None:
    found = reply(bot, "xylophone quartz")
    assert (found.status, found.answer) == ("unknown", None)
    assert found.probability < bot.build.calibration.unsure_from
    assert found.suggestions == []  # red without `_near`: three of the three entries would be "nearest"


def test_a_gap_says_so_and_is_never_suggested(bot: Bot) -> None:
    found = reply(bot, "How long do hamsters live?")
    assert (found.status, found.answer) == ("gap", None)
    for question in ("hamsters", "How long do hamsters live?", "do hamsters live long or do goldfish"):
        assert "how-long-do-hamsters-live" not in [near.entry_id for near in reply(bot, question).suggestions]


def test_top_limits_the_suggestions(bot: Bot) -> None:
    assert [len(reply(bot, "goldfish food", top=top).suggestions) for top in (0, 1, 9)][:2] == [0, 1]


def test_tags_and_language_narrow_what_is_shown(bot: Bot) -> None:
    assert reply(bot, "may dogs eat chocolate", tags=["pets"]).status == "answered"
    assert reply(bot, "may dogs eat chocolate", tags=["cars"]).answer is None
    assert reply(bot, "may dogs eat chocolate", tags=["cars"]).suggestions == []
    assert reply(bot, "may dogs eat chocolate", lang="de").status == "answered"  # entries without a language fit all


@pytest.mark.parametrize(("lang", "found"), [("en", True), ("EN-us", True), ("de", False), ("en-GB", True)])
def test_a_region_is_understood_where_its_language_is_spoken(pets: Build, lang: str, found: bool) -> None:
    english = [dataclasses.replace(entry, lang="en-GB") for entry in pets.entries]
    bot = Bot(Served(dataclasses.replace(pets, entries=english), HashingEncoder()))
    assert (reply(bot, "may dogs eat chocolate", lang=lang).answer is not None) is found


def test_a_gap_must_be_near_to_be_named(bot: Bot) -> None:
    assert reply(bot, "hamsters and other small animals that live in cages").status != "gap"


def test_a_variable_for_what_the_site_says_is_refused(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where it is passed over: then the owner would look for the reason in vain."""
    monkeypatch.setenv("CHATBOT_UNANSWERABLE", "who is the boss?")
    with pytest.raises(UsageError, match="CHATBOT_UNANSWERABLE: no variable changes what a site says"):
        Bot.open(index, HashingEncoder())


def test_the_environment_overrides_the_settings_of_the_build(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_QUESTION_LIMIT", "5")
    with pytest.raises(QuestionRefused, match="5 are allowed"):
        Bot.open(index).ask("cat food")


def test_a_picked_suggestion_is_shown_by_its_id(bot: Bot) -> None:
    shown = bot.show("what-do-goldfish-eat")
    assert shown is not None
    assert shown.answer is not None
    assert (shown.status, shown.probability, shown.answer.question) == ("answered", 1.0, "What do goldfish eat?")
    assert "what-do-goldfish-eat" not in [near.entry_id for near in shown.suggestions]
    gap = bot.show("how-long-do-hamsters-live")
    assert gap is not None
    assert (gap.status, gap.answer) == ("gap", None)
    assert bot.show("no-such-entry") is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "empty_question"),
        (" \n\t", "empty_question"),
        ("?!", "empty_question"),
        ("\u200b\u200e", "empty_question"),
        ("\U0001f431", "empty_question"),
        ("x" * 501, "question_too_long"),
        ("half \ud83d", "not_text"),
    ],
)
def test_what_is_no_question_is_refused(bot: Bot, message: str, code: str) -> None:
    with pytest.raises(QuestionRefused) as error:
        bot.ask(message)
    assert error.value.code == code
    assert message not in str(error.value) or not message.strip()


@pytest.mark.parametrize("message", ["x" * 500, "кошка", "<b>'; DROP TABLE entries--", "\x00cat\x1b[31m"])
def test_odd_questions_get_a_proper_reply(bot: Bot, message: str) -> None:
    assert reply(bot, message).status in ("answered", "unsure", "unknown", "gap")


def test_the_same_question_gets_the_same_reply_but_for_its_id(bot: Bot) -> None:
    first, second = reply(bot, "cat food"), reply(bot, "cat food")
    assert first.id != second.id
    assert dataclasses.replace(first, id="") == dataclasses.replace(second, id="")


@pytest.mark.parametrize("message", ["hello", "Thanks a lot!", "are you a robot?"])
def test_small_talk_is_answered_as_such(bot: Bot, message: str) -> None:
    found = reply(bot, message)
    assert (found.status, found.suggestions) == ("smalltalk", [])
    assert found.answer is not None
    assert found.answer.entry_id.startswith("smalltalk-")
    assert found.answer.sha256 == seal("", found.answer.text)


def test_who_asks_for_a_person_is_told_so_once(bot: Bot) -> None:
    """Red when a request for a person is told before the next question, and when "This is useless." gets a "no"."""
    found = reply(bot, "This is useless. Let me talk to a human!")
    assert found.answer is not None
    assert (found.status, found.answer.entry_id) == ("smalltalk", CONTACT)
    assert found.contact is not None
    assert found.contact.text == "Ask the vet."
    assert reply(bot, "hello").contact is None
    both = bot.ask("I want to speak to a person. May dogs eat chocolate?").replies
    assert [one.answer and one.answer.entry_id for one in both] == [CONTACT, "may-dogs-eat-chocolate"]
    assert reply(bot, "Can I talk to a human about xylophone quartz?").status == "smalltalk"
    assert reply(bot, "contact lenses").status != "smalltalk"


def test_an_entry_about_contact_wins_and_no_other_does(corpus: Path, tmp_path: Path) -> None:
    """Red without `is_about_contact`: the goldfish would have the last word, or nobody; and when a bot without a
    contact promises one."""
    (corpus / "bot.toml").write_text('title = "Pets"\nencoder = "hashing"\n')
    (corpus / "more.md").write_text("# How do I contact you?\nCall 01.\n\n# Can I speak with a cat in person?\nNo.")
    build_index(corpus, tmp_path / "i", load_bot_settings(corpus), HashingEncoder())
    bot = Bot.open(tmp_path / "i")
    found = reply(bot, "how can I contact you please")
    assert found.answer is not None
    assert (found.status, found.answer.text) == ("answered", "Call 01.")
    found = reply(bot, "can I speak with a person")
    assert found.answer is not None
    assert (found.status, found.answer.entry_id) == ("smalltalk", CONTACT)
    assert "names no contact" in found.answer.text


def test_small_talk_gives_way_to_an_entry_that_asks_the_same(corpus: Path, tmp_path: Path) -> None:
    (corpus / "more.md").write_text("# Who are you?\nThe cat.")
    build_index(corpus, tmp_path / "i", load_bot_settings(corpus), HashingEncoder())
    found = reply(Bot.open(tmp_path / "i"), "who are you")
    assert found.answer is not None
    assert (found.status, found.answer.text) == ("answered", "The cat.")


NOTICE = """
disclaimer = "No vet."

[[notices]]
id = "poison"
level = "emergency"
text = "Call a vet now."
any_of = ["ate chocolate", "poisoned"]
review_by = "2099-01-01"
must_fire = ["my dog ate chocolate"]
must_not_fire = ["may dogs eat chocolate"]
"""


def test_a_notice_comes_with_every_kind_of_reply_and_with_errors(corpus: Path, tmp_path: Path) -> None:
    with (corpus / "bot.toml").open("a") as settings:
        settings.write(NOTICE)
    build_index(corpus, tmp_path / "i", load_bot_settings(corpus), HashingEncoder())
    warned = Bot.open(tmp_path / "i")
    for message in ("My dog ATE chocolate!", "poisoned xylophone", "hello, poisoned"):
        assert [notice.id for notice in warned.ask(message).notices] == ["poison"], message
    assert list(warned.ask("may dogs eat chocolate").notices) == []
    with pytest.raises(QuestionRefused) as error:
        warned.ask("poisoned " + "x" * 600)
    assert [notice.text for notice in error.value.notices] == ["Call a vet now."]


def test_an_encoder_that_did_not_build_the_index_is_refused(pets: Build) -> None:
    with pytest.raises(IndexRefused, match="was made by another encoder"):
        Bot(Served(dataclasses.replace(pets, fingerprint="another"), HashingEncoder()))


def test_the_short_answer_is_a_part_of_the_text(bot: Bot) -> None:
    found = reply(bot, "feed my cat, and kittens? small meals?")
    assert found.answer is not None
    assert found.answer.short == "Kittens need four small meals."
    assert found.answer.highlight is not None
    assert found.answer.text[slice(*found.answer.highlight)] == found.answer.short


def test_a_reply_explains_itself_when_asked(bot: Bot) -> None:
    [found] = bot.ask("when does a cat eat", explain=True).replies
    assert found.explanation is not None
    why = found.explanation
    assert why.first.matched == "When does a cat eat?"  # the alternate, not the question
    assert why.first.entry_id == "how-often-should-i-feed-my-cat"
    assert why.runner_up is not None
    assert why.runner_up.entry_id != why.first.entry_id
    assert why.margin == pytest.approx(why.first.score - why.runner_up.score)
    assert why.gap is not None
    assert why.gap.entry_id == "how-long-do-hamsters-live"
    calibration = bot.build.calibration
    probability = calibration.probabilities(np.array([list(why.features.values())]))[0]
    assert found.probability == pytest.approx(probability, abs=1e-4)
    assert (why.answered_from, why.unsure_from) == (calibration.answered_from, calibration.unsure_from)
    assert reply(bot, "when does a cat eat").explanation is None


def test_an_answer_of_one_sentence_has_no_short_form(bot: Bot) -> None:
    found = reply(bot, "What do goldfish eat?")
    assert found.answer is not None
    assert found.answer.short is None


def test_a_source_that_is_no_web_address_is_not_a_link(corpus: Path, tmp_path: Path) -> None:
    (corpus / "more.md").write_text("# Is this a link?\nNo.\n\nUrl: javascript:alert(1)")
    build_index(corpus, tmp_path / "i", load_bot_settings(corpus), HashingEncoder())
    found = reply(Bot.open(tmp_path / "i"), "Is this a link?")
    assert found.answer is not None
    assert found.answer.url == ""


def test_what_is_no_longer_served_is_freed_at_once(index: Path) -> None:
    """A server excludes it from garbage collection, so no part of it may refer to itself. Red where one does."""
    bot = Bot.open(index, HashingEncoder())
    for question in ("do cats sleep", "can dogs eat chocolat", "goldfish food and hamster age", "hello", "xyzzy"):
        bot.ask(question)
    bot.suggest("do cats")
    build = bot.build
    parts = [bot.served, bot.served.judge, build, build.ranker, build.lexical, build.geometry, build.vectors]
    parts += [build.engine, build.aligner, build.speller, build.passages]
    gone = [weakref.ref(part) for part in parts]
    other = Local(Served.open(index, HashingEncoder()))
    gc.disable()
    try:
        del build, parts
        bot.answerer = other
        assert not [part for part in gone if part()]
    finally:
        gc.enable()
