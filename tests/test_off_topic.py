"""Questions on anything, in the language of the corpus: what they find is not offered as near."""

from pathlib import Path

import pytest

from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.dialogue.bot import Bot
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from chatbot.indexing.off_topic import language_of, off_topic_for, off_topic_questions

LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "hi", "it", "ja", "nl", "pl", "pt", "ru", "tr", "zh"]
# An FAQ of three entries, and what is asked in vain; no list holds these questions.
FAQS = {
    "de": (
        "## Wie bekomme ich einen Bibliotheksausweis?\n\nMit Ihrem Personalausweis an der Theke, für 20 Euro.\n\n"
        "## Wie lange darf ich Bücher behalten?\n\nBücher vier Wochen, Filme zwei Wochen.\n\n"
        "## Kann ich die Leihfrist verlängern?\n\nJa, zweimal, online oder am Telefon.\n",
        ["Gibt es ein Kino auf dem Mars?", "Hauptstadt von Peru?", "Ich will sterben", "Wer hat das Telefon erfunden?"],
    ),
    "fr": (
        "## Comment s'inscrire à la piscine ?\n\nÀ l'accueil, avec une pièce d'identité et une photo.\n\n"
        "## Quels sont les horaires d'ouverture ?\n\nDu mardi au dimanche de 9 h à 20 h.\n\n"
        "## Le bonnet de bain est-il obligatoire ?\n\nOui, pour tout le monde.\n",
        ["Y a-t-il un cinéma sur Mars ?", "Capitale du Pérou ?", "Je veux mourir", "Qui a inventé le téléphone ?"],
    ),
    "pl": (
        "## Jak zapisać dziecko do przedszkola?\n\nProszę złożyć wniosek w sekretariacie do końca marca.\n\n"
        "## Ile kosztuje pobyt w przedszkolu?\n\nCzesne wynosi 600 złotych miesięcznie.\n\n"
        "## W jakich godzinach jest otwarte?\n\nOd poniedziałku do piątku od 6:30 do 17:30.\n",
        ["Czy na Marsie jest kino?", "Stolica Peru?", "Chcę umrzeć", "Kto wynalazł telefon?"],
    ),
    "tr": (
        "## Otele giriş saati kaç?\n\nGiriş saat 14:00'ten sonra, çıkış 12:00'ye kadar.\n\n"
        "## Kahvaltı fiyata dahil mi?\n\nEvet, kahvaltı 7 ile 10 arasında dahildir.\n\n"
        "## Odada internet var mı?\n\nTüm odalarda ücretsiz internet var.\n",
        ["Peru'nun başkenti?", "Ölmek istiyorum", "Telefonu kim icat etti?", "Bana bir şarkı söyle"],
    ),
    # No list: the entries themselves say what is near.
    "fi": (
        "## Mihin aikaan hotelliin voi kirjautua?\n\nKello 14 jälkeen, lähtö viimeistään kello 12.\n\n"
        "## Kuuluuko aamiainen hintaan?\n\nKyllä, aamiainen tarjoillaan kello 7–10.\n\n"
        "## Onko huoneissa verkkoyhteys?\n\nKaikissa huoneissa on ilmainen yhteys.\n",
        ["Perun pääkaupunki?", "Haluan kuolla", "Kuka keksi puhelimen?", "Laula minulle laulu"],
    ),
}


@pytest.mark.model  # the encoder must know the languages
@pytest.mark.parametrize("lang", FAQS)
def test_what_anything_finds_is_not_offered_in_any_language(lang: str, real_encoder: Encoder, tmp_path: Path) -> None:
    """Nothing in bot.toml says which it is. Red where all are tried with questions in English: each then gets all
    three entries."""
    page, asked = FAQS[lang]
    (tmp_path / "faq.md").write_text(page, encoding="utf-8")
    build(tmp_path / "faq.md", tmp_path / "index", BotSettings(), real_encoder)
    bot = Bot.open(tmp_path / "index", real_encoder)
    replies = [bot.ask(question).replies[0] for question in asked]
    assert sum(reply.status == "unknown" for reply in replies)
    assert [reply for reply in replies if reply.status == "unknown" and reply.suggestions] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_is_told_from_the_others(lang: str) -> None:
    """Red where a sentence without blanks is a word."""
    questions = off_topic_questions(lang)
    assert len(set(questions)) == len(questions) >= 60
    at_once = 2 if lang in ("ja", "zh") else 6  # about what one entry holds
    for at in range(0, len(questions) - at_once, at_once):
        entry = Entry("a", questions[at], " ".join(questions[at + 1 : at + at_once]))
        assert language_of([entry]) == lang
        assert off_topic_for([entry], "en").questions == questions


@pytest.mark.parametrize("question", ["Mihin aikaan hotelliin voi kirjautua?", "체크인은 몇 시인가요?", "zzz 123", ""])
def test_a_language_without_a_list_is_none_of_them(question: str) -> None:
    assert language_of([Entry("a", question, question)]) == ""
    assert language_of([]) == ""


GERMAN = [
    Entry(f"d{at}", text, "Das steht in der Ordnung.", lang="de")
    for at, text in enumerate(off_topic_questions("de")[:6])
]
ENGLISH = [
    Entry(f"e{at}", text, "It is in the rules.", lang="en") for at, text in enumerate(off_topic_questions("en")[:4])
]
UKRAINIAN = [Entry("u", "Як отримати картку?", "Потрібен паспорт і фотографія.")]


@pytest.mark.parametrize(
    ("entries", "lang", "lists", "told"),
    [
        (GERMAN, "en", ["de"], "German"),  # the words count, whatever is said
        (GERMAN[:1], "fr", ["de"], "German"),
        ([*GERMAN, *ENGLISH], "de", ["de", "en"], "German and English"),
        ([Entry("a", "K-300 42", "X-1")], "de", ["de"], "German"),
        ([Entry("a", "K-300 42", "X-1")], "en", ["en"], "English: no list is in the language of the FAQ"),
        (UKRAINIAN, "uk", ["en", "ru"], 'English and Russian: no list is in "uk"'),
        ([Entry("a", "체크인은 몇 시인가요?", "오후 두 시입니다.")], "ko", ["en"], 'English: no list is in "ko"'),
        ([], "en", [], ""),
    ],
)
def test_a_corpus_is_tried_in_its_languages(entries: list[Entry], lang: str, lists: list[str], told: str) -> None:
    """And where there is no list, in English and in the nearest by its letters, which the report says. Red where
    `lang` of bot.toml alone decides."""
    anything = off_topic_for(entries, lang)
    assert anything.questions == tuple(text for name in lists for text in off_topic_questions(name))
    assert anything.told == told
    assert anything.is_own == ("no list" not in told)
