"""What forbids an answer, or asks for choices, whatever the probability is; and what no build may do."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.settings import BotSettings
from chatbot.core.types import Turn
from chatbot.dialogue.bot import Bot
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from chatbot.indexing.selfcheck import least_cut
from chatbot.search.words import lexicon_of
from tests.bench.sets.tables import rows_of
from tests.conftest import ROOT

pytestmark = pytest.mark.model

SHOP = """# Kettle help

## How do I descale the K-200 kettle?
Fill the K-200 with equal parts of water and vinegar, boil it once and rinse twice.

## How do I descale the K-300 kettle?
The K-300 has a coated floor: use citric acid in cold water, and never boil it.

## Which items can't be returned?
Water filters and gift cards can't be returned.

## How long does delivery take?
Two to four working days inside the country.

## How do I get an invoice?
Your invoice is sent as a PDF by e-mail when the parcel leaves us.

## How long is the warranty of the kettle?
Three years from the day of purchase.
"""


def bot_of(tmp_path: Path, encoder: Encoder, text: str, **settings: object) -> Bot:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "faq.md").write_text(text, encoding="utf-8")
    chosen = dataclasses.replace(BotSettings(), **settings)  # type: ignore[arg-type]
    # The questions that every build is tried with are not encoded anew.
    reuse = encoder.export.index if encoder.export else None
    build(corpus, tmp_path / "index", chosen, encoder, reuse=reuse)
    return Bot.open(tmp_path / "index", encoder)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Bot:
    listed = ("Do you sell toasters?", "How do I clean the filter?")
    return bot_of(tmp_path_factory.mktemp("shop"), real_encoder, SHOP, unanswerable=listed)


def status(bot: Bot, question: str) -> str:
    return bot.ask(question).replies[0].status


@pytest.mark.parametrize(
    "question",
    [
        "How do I descale the K-400 kettle?",
        "Which items can be returned?",
        "How long is the warranty of the toaster?",
    ],
)
def test_the_neighbours_question_is_never_answered(shop: Bot, question: str) -> None:
    assert status(shop, question) in ("unsure", "unknown")


def test_what_forbids_an_answer_is_no_slip_to_mend(shop: Bot) -> None:
    asked = ["How do I descale the K-400 kettle?", "Do you sell toasters?", "How do I get an invoice?"]
    found = shop.served.find(asked, 3)
    assert [shop.served.judge.is_free(one) for one in found] == [False, False, True]


def test_an_explanation_says_what_the_conflict_is(shop: Bot) -> None:
    [reply] = shop.ask("How do I descale the K-400 kettle?", explain=True).replies
    assert reply.explanation is not None
    assert reply.explanation.conflict == "code"


@pytest.mark.parametrize("question", ["descale k300", "how to descale my K 300", "descale the k-300 kettle please"])
def test_a_code_finds_its_entry_however_it_is_written(shop: Bot, question: str) -> None:
    [reply] = shop.ask(question).replies
    found = [reply.answer.entry_id] if reply.answer else [near.entry_id for near in reply.suggestions]
    assert found[0] == "how-do-i-descale-the-k-300-kettle"


@pytest.mark.parametrize("question", ["Do you sell toasters?", "do you sell a toaster", "How do I clean the filter?"])
def test_what_the_owner_lists_as_unanswerable_is_not_answered(shop: Bot, question: str) -> None:
    assert status(shop, question) != "answered"


def test_a_question_listed_as_unanswerable_word_for_word_is_said_to_have_no_answer(shop: Bot) -> None:
    assert status(shop, "Do you sell toasters?") == "unknown"


def test_the_list_binds_where_an_entry_asks_nearly_the_same(tmp_path: Path, real_encoder: Encoder) -> None:
    """Red where what is as near to an entry's own question goes before the list."""
    listed = "How long is the warranty of a kettle?"
    bot = bot_of(tmp_path, real_encoder, SHOP, unanswerable=(listed,))
    assert status(bot, listed) == "unknown"
    assert status(bot, "How long is the warranty of the kettle?") == "answered"


def test_the_build_names_what_it_would_answer_were_it_not_listed(tmp_path: Path, real_encoder: Encoder) -> None:
    listed = ("How long does shipping take?", "Who won the world cup in 1998?")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "faq.md").write_text(SHOP, encoding="utf-8")
    report = build(corpus, tmp_path / "index", BotSettings(unanswerable=listed), real_encoder)
    assert report.expectation.near_topic_answered == listed[:1]
    assert status(Bot.open(tmp_path / "index", real_encoder), listed[0]) == "unknown"


PARK = """# Park

## Are dogs allowed?
Yes, on a lead.

## What if I bring the bike back late?
The first 20 minutes are free, then each hour costs 4 euros.

## What does the summer camp offer?
Five days of games in July, for children of 6 to 10. It costs 180 euros.

## What does the park cost to visit?
Adults pay 12 euros, children nothing.
"""


def test_what_it_costs_is_asked_of_what_was_shown(tmp_path: Path, real_encoder: Encoder) -> None:
    """Red without `asks_for_price`: the nearest entry on money is the answer to all of them."""
    bot = bot_of(tmp_path, real_encoder, PARK)

    def asked(question: str, shown: str = "", before: str = "") -> tuple[str, str | None]:
        history = [Turn("user", before), Turn("assistant", "...", shown)] if before else []
        [reply] = bot.ask(question, history).replies
        return reply.status, reply.answer and reply.answer.entry_id

    assert asked("What does it cost?") == ("answered", "what-does-the-park-cost-to-visit")
    camp = "what-does-the-summer-camp-offer"
    assert asked("how much does it cost", camp, "What does the summer camp offer?") == ("answered", camp)
    for question in ("is it free?", "how much does it cost"):
        assert asked(question, "are-dogs-allowed", "Are dogs allowed?") == ("unsure", None)


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("how lnog does delivrey take", "how-long-does-delivery-take"),
        ("waranty lenght of the ketle", "how-long-is-the-warranty-of-the-kettle"),
        ("recieve invioce", "how-do-i-get-an-invoice"),
    ],
)
def test_slips_cost_no_answer(shop: Bot, typed: str, entry: str) -> None:
    [reply] = shop.ask(typed).replies
    shown = [reply.answer.entry_id] if reply.answer else [near.entry_id for near in reply.suggestions]
    assert reply.status in ("answered", "unsure")
    assert shown[0] == entry


def test_a_reading_without_slips_undoes_neither_a_list_nor_a_conflict(tmp_path: Path, real_encoder: Encoder) -> None:
    """Red where a beginning that turns a word round is taken for a slip: "reinstall" is near "install"."""
    text = "# Notes\n\n## How do I install Quillnote?\nRun the setup.\n\n## How do I sync notes?\nSign in.\n"
    bot = bot_of(tmp_path, real_encoder, text, unanswerable=("How do I reinstall Quillnote?",))
    assert status(bot, "how do i instal quillnote") == "answered"
    for question in ("How do I reinstall Quillnote?", "How do I uninstall Quillnote?"):
        assert status(bot, question) != "answered", question


def test_a_word_that_several_entries_hold_gives_choices(shop: Bot) -> None:
    [reply] = shop.ask("kettle").replies
    assert reply.status == "unsure"
    assert len(reply.suggestions) == 3


def test_every_own_question_is_answered(shop: Bot) -> None:
    for entry in shop.build.entries:
        [reply] = shop.ask(entry.question).replies
        assert (reply.status, reply.answer and reply.answer.entry_id) == ("answered", entry.id)


def test_the_least_cut_lets_one_in_a_hundred_pass_and_is_never_out_of_reach() -> None:
    assert least_cut(np.linspace(0, 0.5, 100)) == pytest.approx(0.5 * 98 / 99, abs=1e-5)
    assert least_cut(np.full(100, 0.95)) == 0.7
    assert least_cut(np.zeros(0)) == 0.0


def test_one_question_before_does_not_make_an_answer(shop: Bot, shipped: Bot) -> None:
    """Red where a reading in context need hold nothing of what was typed."""
    off = (ROOT / "chatbot" / "indexing" / "off_topic" / "en.txt").read_text(encoding="utf-8").splitlines()[:95]
    for bot, question in (
        (shipped, "Why does my back hurt when I run?"),
        (shipped, "How long does back pain usually last?"),
        (shop, "How long does delivery take?"),
    ):
        shown = bot.ask(question).replies[0].answer
        assert shown is not None
        before = [Turn("user", question), Turn("assistant", "", shown.entry_id)]
        alone = {text for text in off if status(bot, text) == "answered"}
        after = {text for text in off if any(r.status == "answered" for r in bot.ask(text, before).replies)}
        assert after <= alone


# A question and its answer in each of thirty languages.
LANGUAGES = (
    ("Wie lange dauert die Lieferung?", "Zwei bis vier Werktage innerhalb des Landes."),
    ("Combien coûte la livraison ?", "La livraison est gratuite à partir de cinquante euros."),
    ("¿Dónde está la biblioteca?", "En la calle Mayor, junto al parque."),
    ("Qual è l'orario di apertura?", "Dalle nove alle diciotto, dal lunedì al venerdì."),
    ("Como posso pagar a conta?", "Por transferência bancária ou cartão."),
    ("Hoe kan ik mijn wachtwoord wijzigen?", "Via de instellingen van uw account."),
    ("Hvordan får jeg en kvittering?", "Vi sender den med e-post samme dag."),
    ("Hur lång är garantin?", "Tre år från köpdatumet."),
    ("Miten voin peruuttaa tilauksen?", "Ota yhteyttä asiakaspalveluun kahden päivän sisällä."),
    ("Jak mogę zwrócić towar?", "W ciągu czternastu dni od zakupu."),
    ("Kde najdu nejbližší pobočku?", "Seznam poboček je na mapě."),
    ("Hogyan regisztrálhatok?", "Töltse ki az űrlapot a honlapon."),
    ("Cum îmi schimb adresa?", "Din contul dumneavoastră, la secțiunea profil."),
    ("Nasıl üye olabilirim?", "Formu doldurup gönderin."),
    ("Как оплатить штраф?", "На сайте или в отделении банка."),
    ("Як змінити тариф?", "Зателефонуйте оператору."),
    ("Πώς ακυρώνω το εισιτήριο;", "Με ένα μήνυμα στο γραφείο."),
    ("Къде се намира офисът?", "На площада до общината."),
    ("图书馆几点开门？", "每天上午九点开门，周一休息。"),
    ("どうやって予約しますか？", "電話またはウェブサイトで予約できます。"),
    ("배송은 얼마나 걸리나요?", "이틀에서 사흘 정도 걸립니다."),
    ("كيف يمكنني تغيير كلمة المرور؟", "من إعدادات الحساب."),
    ("איך אפשר לבטל הזמנה?", "בטלפון או באתר."),
    ("मैं बिल कैसे भर सकता हूँ?", "ऑनलाइन या शाखा में।"),
    ("আমি কীভাবে নিবন্ধন করব?", "ফর্ম পূরণ করুন।"),
    ("ฉันจะคืนสินค้าได้อย่างไร", "ภายในสิบสี่วันหลังจากซื้อ"),
    ("Làm thế nào để đổi mật khẩu?", "Trong phần cài đặt tài khoản."),
    ("Bagaimana cara membayar?", "Dengan kartu atau transfer bank."),
    ("Je, ninaweza kulipa vipi?", "Kwa simu au benki."),
    ("Kaip atšaukti užsakymą?", "Parašykite mums laišką."),
)

PAGE = ROOT / "tests" / "bench" / "sets" / "pages" / "council"


def answered_share(tmp_path: Path, encoder: Encoder, text: str, told: Mapping[str, str]) -> float:
    """Of the questions of a page, as it is written in `text`, that are answered or offered with the right entry.

    `told`: what stands in place of a heading.
    """
    bot = bot_of(tmp_path, encoder, text)
    rows = [row for row in rows_of(PAGE / "questions.tsv") if row["expected"]]
    good = 0
    for row in rows:
        [*replies] = bot.ask(row["question"]).replies
        shown = [replies[0].answer.question] if replies[0].answer else [s.question for s in replies[0].suggestions]
        wanted = [told.get(heading, heading) for heading in row["expected"].split("|")]
        right = any(heading in found for found in shown[:3] for heading in wanted)
        good += right and replies[0].status in ("answered", "unsure")
    return good / len(rows)


@pytest.fixture(scope="module")
def page() -> str:
    return (PAGE / "corpus" / "faq.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder, page: str) -> float:
    return answered_share(tmp_path_factory.mktemp("usual"), real_encoder, page, {})


def changed(page: str, how: str) -> str:
    head, *parts = page.split("\n## ")
    if how == "one prefix":
        parts = [f"Wexley Town Council: {part}" for part in parts]
    elif how == "one suffix":
        parts = [part.replace("\n", " | Wexley Town Council\n", 1) for part in parts]
    elif how == "fifty unrelated":
        others = [
            (PAGE.parent / name / "corpus" / "faq.md").read_text("utf-8") for name in ("dialysis", "festival", "rail")
        ]
        parts += [part for other in others for part in other.split("\n## ")[1:]][:50]
    elif how == "thirty languages":
        parts += [f"{question}\n{answer}\n" for question, answer in LANGUAGES]
    elif how == "every answer twice":
        parts += [f"About this, {part}" for part in parts]
    else:
        assert how == "one-word headings"
        parts = [part.replace(heading, told, 1) for part, (heading, told) in zip(parts, _told(parts), strict=True)]
    return "\n## ".join([head, *parts])


def _told(parts: list[str]) -> Iterator[tuple[str, str]]:
    """(heading, the rarest word of it that no other heading became)"""
    lexicon, taken = lexicon_of("en"), set[str]()
    for part in parts:
        heading = part.partition("\n")[0]
        words = sorted(re.findall("[A-Za-z]{3,}", heading), key=lambda word: -lexicon.rarity(word.lower()))
        told = next(word for word in words if word.lower() not in taken)
        taken.add(told.lower())
        yield heading, told.capitalize()


@pytest.mark.parametrize(
    ("how", "less"),
    [
        ("one prefix", 0.05),
        ("one suffix", 0.05),
        ("fifty unrelated", 0.05),
        ("thirty languages", 0.05),
        ("one-word headings", 0.05),
        ("every answer twice", 0.08),  # the twin takes a place among the three that are offered
    ],
)
def test_the_form_of_a_corpus_changes_little(
    how: str, less: float, page: str, usual: float, tmp_path: Path, real_encoder: Encoder
) -> None:
    """Where no information is lost. Of 26 questions, one is .04."""
    told = dict(_told(page.split("\n## ")[1:])) if how == "one-word headings" else {}
    assert answered_share(tmp_path, real_encoder, changed(page, how), told) >= usual - less


def test_a_question_typed_with_the_name_that_all_begin_with_is_answered(
    page: str, tmp_path: Path, real_encoder: Encoder
) -> None:
    bot = bot_of(tmp_path, real_encoder, changed(page, "one prefix"))
    for entry in bot.build.entries[:5]:
        assert entry.question.startswith("Wexley Town Council: ")
        [reply] = bot.ask(entry.question).replies
        assert (reply.status, reply.answer and reply.answer.entry_id) == ("answered", entry.id)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_few_entries_answer_their_questions_and_refuse_the_rest(
    count: int, tmp_path: Path, real_encoder: Encoder
) -> None:
    few = "\n## ".join(SHOP.split("\n## ")[: count + 1])
    bot = bot_of(tmp_path, real_encoder, few)
    for entry in bot.build.entries:
        assert status(bot, entry.question) == "answered"
    [reply] = bot.ask("How do I get the scale out of my K-200?").replies
    assert (reply.answer or reply.suggestions[0]).entry_id == "how-do-i-descale-the-k-200-kettle"
    for off in ("Who won the world cup in 1998?", "How do I change a tyre?", "capital of Mongolia"):
        assert status(bot, off) != "answered", off


def test_headings_that_repeat_do_not_silence_the_bot(tmp_path: Path, real_encoder: Encoder) -> None:
    """A typical wrong answer is then the twin. Red where twins count as wrong."""
    answers = [part.partition("\n")[2].strip() for part in SHOP.split("\n## ")[1:]]
    text = "# Help\n" + "".join(f"\n## Kettles, {n}\n{answer}\n" for n, answer in enumerate(answers, 1))
    bot = bot_of(tmp_path, real_encoder, text)
    asked = {
        "how do I descale the K-200 with vinegar": "kettles-1",
        "is citric acid right for the K-300": "kettles-2",
        "can gift cards be returned": "kettles-3",
        "how many working days until it is delivered": "kettles-4",
        "is the invoice sent by e-mail": "kettles-5",
    }
    shown = 0
    for question, entry in asked.items():
        [reply] = bot.ask(question).replies
        found = [reply.answer.entry_id] if reply.answer else [near.entry_id for near in reply.suggestions]
        shown += found[:1] == [entry] and reply.status in ("answered", "unsure")
    assert shown >= 4


GERMAN = """# Hilfe

## Wie lange dauert die Lieferung?
Zwei bis vier Werktage innerhalb Deutschlands, ins Ausland bis zu neun Werktage.

## Wie entkalke ich den Wasserkocher?
Mit verdünntem Essig aufkochen, eine halbe Stunde einwirken lassen und zweimal spülen.
"""


@pytest.mark.parametrize(("text", "warned"), [(SHOP, False), (GERMAN, True)], ids=["English", "German"])
def test_a_faq_that_the_encoder_cannot_read_is_warned_of(
    text: str, warned: bool, tmp_path: Path, real_encoder: Encoder
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "faq.md").write_text(text, encoding="utf-8")
    report = build(corpus, tmp_path / "index", BotSettings(encoder="default"), real_encoder)
    assert ["unread-language" in {p.rule for p in report.content.problems}] == [warned]
