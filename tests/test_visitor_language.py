"""An FAQ in several languages: each visitor gets the entry in his own, or hears in which language the answer is."""

from pathlib import Path

import pytest

from chatbot.core.locales import LANGUAGES, locale_of
from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.visitor_language import Languages
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.web.gradio_page.messages import said_by_bot

TWINS = {
    "en": "# What does the zoo ticket cost?\n\nTwelve euros.\n\n# May I bring my dog?\n\nNo.\n",
    "de": "# Was kostet das Ticket für den Zoo?\n\nZwölf Euro.\n\n# Wo ist der Parkplatz?\n\nHinter dem Tor.\n",
    "ru": "# Сколько стоит билет?\n\nДвенадцать евро.\n",
}


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for lang, text in TWINS.items():
        (corpus / f"{lang}.md").write_text(f"---\nlang: {lang}\n---\n{text}", encoding="utf-8")
    build(corpus, tmp_path / "index", BotSettings(title="Zoo", encoder="hashing"), HashingEncoder())
    return Bot.open(tmp_path / "index", HashingEncoder())


def test_the_language_of_a_question_is_told_by_its_letters_or_its_words(bot: Bot) -> None:
    """Red without the scripts (Russian), without the cues (German), and where a language is guessed that the FAQ does
    not have."""
    languages = bot.served.languages
    assert languages.are_several
    for question, lang in {
        "How much is it?": "en",
        "Was kostet denn das Ticket für uns alle?": "de",
        "Сколько?": "ru",
        "Combien coûte le billet pour les enfants ?": "en",
        "": "en",
        "12?": "en",
    }.items():
        assert languages.of(question) == lang
    assert not Languages(bot.build.entries[:1], "en").are_several


def test_each_visitor_gets_the_twin_in_his_language(bot: Bot) -> None:
    for question, lang in (
        ("What does the zoo ticket cost?", "en"),
        ("Was kostet das Ticket für den Zoo?", "de"),
        (
            "Сколько стоит билет?",
            "ru",
        ),
    ):
        [reply] = bot.ask(question).replies
        assert reply.answer
        assert reply.answer.lang == lang


def test_what_stands_in_another_language_alone_is_found_there(bot: Bot) -> None:
    """Red where only the visitor's own language is searched. A client that names a language gets no other."""
    [reply] = bot.ask("Извините: Wo ist der Parkplatz?").replies[-1:]
    assert reply.answer
    assert reply.answer.lang == "de"
    [reply] = bot.ask("Wo ist der Parkplatz?", lang="en").replies
    assert reply.status != "answered"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_in_which_language_an_answer_is(bot: Bot, lang: str) -> None:
    """In its own words; nothing of an answer in its own language. Red without the line."""
    [reply] = bot.ask("Was kostet das Ticket für den Zoo?").replies
    said = said_by_bot(reply, BotSettings(lang=lang))["content"][0]["text"]
    locale = locale_of(lang)
    line = locale.shared.answer_in.replace("{language}", locale.name_of("de"))
    assert (f"<small>{line}</small>" in said) is (lang != "de")


def test_a_lone_entry_in_a_script_answers_only_what_it_asks(bot: Bot) -> None:
    """Red without "alone": it stands out from all others, whatever is asked in its script."""
    [reply] = bot.ask("Сколько стоит один билет на завтра?").replies
    assert reply.status != "answered"
    [reply] = bot.ask("Сколько стоит билет?").replies
    assert reply.status == "answered"
    [why] = [bot.ask("Сколько стоит билет сегодня?", explain=True).replies[0]]
    assert why.explanation
