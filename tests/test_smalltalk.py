"""Small talk is what a whole message consists of, and never what a question contains."""

import string
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content.corpus import read_corpus
from chatbot.core.locales import LANGUAGES, locale_of
from chatbot.dialogue.smalltalk import KINDS, contact_first, small_talk
from chatbot.dialogue.smalltalk_table import PARTS, SAID, tables
from tests.conftest import ROOT

SMALL_TALK = [
    ("hi", "hello", "en"),
    ("Hello there!", "hello", "en"),
    ("good morning :)", "hello", "en"),
    ("hiiii", "hello", "en"),
    ("HELLOOOO!!!", "hello", "en"),
    ("hey 👋😀", "hello", "en"),
    ("hi bot, how are you today?", "hello", "en"),
    ("what's up", "hello", "en"),
    ("What\u2019s up?", "hello", "en"),
    ("ｈｅｌｌｏ", "hello", "en"),
    ("hel\u200blo", "hello", "en"),
    ("good evening everyone :D", "hello", "en"),
    ("is anybody there?", "hello", "en"),
    ("thanks a lot", "thanks", "en"),
    ("thx", "thanks", "en"),
    ("thanks!!!", "thanks", "en"),
    ("ok thank you very much", "thanks", "en"),
    ("great, thanks for your help <3", "thanks", "en"),
    ("Thank you so much, that was helpful!", "thanks", "en"),
    ("no thanks", "thanks", "en"),
    ("cheers mate", "thanks", "en"),
    ("bye", "bye", "en"),
    ("Bye-bye!", "bye", "en"),
    ("thanks, bye", "bye", "en"),
    ("good night", "bye", "en"),
    ("see ya later 👋", "bye", "en"),
    ("ok that's all for now, have a nice day", "bye", "en"),
    ("who are you?", "who", "en"),
    ("hi, who are you", "who", "en"),
    ("who made you", "who", "en"),
    ("what is your name", "who", "en"),
    ("are you a robot?", "human", "en"),
    ("Are you human", "human", "en"),
    ("hello, am I talking to a real person?", "human", "en"),
    ("are you ChatGPT?", "human", "en"),
    ("can I talk to a human please", "contact", "en"),
    ("Talk to a human!", "contact", "en"),
    ("i want to speak with a real person please", "contact", "en"),
    ("hello, could you please put me through to customer service", "contact", "en"),
    ("Is there a real person I can talk to?", "contact", "en"),
    ("I don't want to talk to a bot", "contact", "en"),
    ("are you a bot? let me speak to somebody", "contact", "en"),
    ("agent", "contact", "en"),
    ("representative", "contact", "en"),
    ("operator!", "contact", "en"),
    ("can I call you", "contact", "en"),
    ("What's your phone number?", "contact", "en"),
    ("e-mail address", "contact", "en"),
    ("how do i contact support", "contact", "en"),
    ("can someone call me back", "contact", "en"),
    ("who can I contact?", "contact", "en"),
    ("contact", "contact", "en"),
    ("speek to a humn", "contact", "en"),
    ("phone nubmer", "contact", "en"),
    ("custmer suport", "contact", "en"),
    ("help", "help", "en"),
    ("what can you do?", "help", "en"),
    ("how does this work", "help", "en"),
    ("can you help me please", "help", "en"),
    ("hallo", "hello", "de"),
    ("Grüß Gott", "hello", "de"),
    ("vielen Dank für die Hilfe", "thanks", "de"),
    ("Tschüss!", "bye", "de"),
    ("Wer bist du?", "who", "de"),
    ("bist du ein Mensch?", "human", "de"),
    ("Was kannst du?", "help", "de"),
    ("Ich möchte mit einem Menschen sprechen", "contact", "de"),
    ("Telefonnummer", "contact", "de"),
    ("bonjour", "hello", "fr"),
    ("merci beaucoup", "thanks", "fr"),
    ("au revoir", "bye", "fr"),
    ("qui es-tu ?", "who", "fr"),
    ("êtes-vous un robot ?", "human", "fr"),
    ("qu'est-ce que tu sais faire ?", "help", "fr"),
    ("Je voudrais parler à un conseiller", "contact", "fr"),
    ("numéro de téléphone", "contact", "fr"),
    ("¡Hola!", "hello", "es"),
    ("muchas gracias por la ayuda", "thanks", "es"),
    ("hasta luego", "bye", "es"),
    ("¿Quién eres?", "who", "es"),
    ("eres un robot", "human", "es"),
    ("¿qué puedes hacer?", "help", "es"),
    ("quiero hablar con una persona", "contact", "es"),
    ("atención al cliente", "contact", "es"),
    ("Buongiorno", "hello", "it"),
    ("grazie mille", "thanks", "it"),
    ("arrivederci", "bye", "it"),
    ("chi sei?", "who", "it"),
    ("sei una persona vera?", "human", "it"),
    ("cosa sai fare?", "help", "it"),
    ("vorrei parlare con un operatore", "contact", "it"),
    ("numero di telefono", "contact", "it"),
    ("olá, tudo bem?", "hello", "pt"),
    ("muito obrigada", "thanks", "pt"),
    ("tchau", "bye", "pt"),
    ("quem é você?", "who", "pt"),
    ("você é um robô?", "human", "pt"),
    ("o que você sabe fazer", "help", "pt"),
    ("quero falar com um atendente", "contact", "pt"),
    ("goedemorgen", "hello", "nl"),
    ("dank je wel voor de hulp", "thanks", "nl"),
    ("tot ziens", "bye", "nl"),
    ("wie ben je?", "who", "nl"),
    ("ben je een mens?", "human", "nl"),
    ("wat kun je?", "help", "nl"),
    ("ik wil met een medewerker spreken", "contact", "nl"),
    ("mag ik iemand spreken?", "contact", "nl"),
    ("Cześć!", "hello", "pl"),
    ("czesc", "hello", "pl"),
    ("Milo mi!", "hello", "pl"),
    ("dziękuję bardzo", "thanks", "pl"),
    ("do widzenia", "bye", "pl"),
    ("kim jesteś?", "who", "pl"),
    ("czy jesteś człowiekiem?", "human", "pl"),
    ("co potrafisz?", "help", "pl"),
    ("chcę porozmawiać z człowiekiem", "contact", "pl"),
    ("numer telefonu", "contact", "pl"),
    ("Здравствуйте!", "hello", "ru"),
    ("спасибо большое", "thanks", "ru"),
    ("до свидания", "bye", "ru"),
    ("кто ты?", "who", "ru"),
    ("ты робот?", "human", "ru"),
    ("что ты умеешь?", "help", "ru"),
    ("позовите оператора", "contact", "ru"),
    ("номер телефона", "contact", "ru"),
    ("السلام عليكم", "hello", "ar"),
    ("مرحبـــا", "hello", "ar"),
    ("شُكْرًا جزيلاً", "thanks", "ar"),
    ("مع السلامة", "bye", "ar"),
    ("من أنت؟", "who", "ar"),
    ("هل أنت روبوت؟", "human", "ar"),
    ("ماذا يمكنك أن تفعل؟", "help", "ar"),
    ("أريد التحدث مع موظف", "contact", "ar"),
    ("رقم الهاتف", "contact", "ar"),
    ("Merhaba!", "hello", "tr"),
    ("TEŞEKKÜR EDERİM", "thanks", "tr"),
    ("tesekkurler", "thanks", "tr"),
    ("hoşça kalın", "bye", "tr"),
    ("sen kimsin?", "who", "tr"),
    ("robot musun?", "human", "tr"),
    ("neler yapabilirsin", "help", "tr"),
    ("bir temsilciyle görüşmek istiyorum", "contact", "tr"),
    ("telefon numaranız nedir?", "contact", "tr"),
    ("שלום", "hello", "he"),
    ("שָׁלוֹם", "hello", "he"),
    ("תודה רבה על העזרה", "thanks", "he"),
    ("להתראות", "bye", "he"),
    ("מי אתה?", "who", "he"),
    ("האם אתה רובוט?", "human", "he"),
    ("מה אתה יודע לעשות?", "help", "he"),
    ("אני רוצה לדבר עם נציג", "contact", "he"),
    ("מספר טלפון", "contact", "he"),
    ("नमस्ते", "hello", "hi"),
    ("बहुत बहुत धन्यवाद", "thanks", "hi"),
    ("अलविदा", "bye", "hi"),
    ("आप कौन हैं?", "who", "hi"),
    ("क्या आप रोबोट हैं?", "human", "hi"),
    ("आप क्या कर सकते हैं?", "help", "hi"),
    ("मुझे किसी इंसान से बात करनी है", "contact", "hi"),
    ("फ़ोन नंबर", "contact", "hi"),
    ("फोन नंबर", "contact", "hi"),
    ("你好", "hello", "zh"),
    ("您好！", "hello", "zh"),
    ("你好，谢谢你的帮助", "thanks", "zh"),
    ("謝謝", "thanks", "zh"),
    ("再见", "bye", "zh"),
    ("你是谁？", "who", "zh"),
    ("你是机器人吗", "human", "zh"),
    ("你能做什么", "help", "zh"),
    ("我想找人工客服", "contact", "zh"),
    ("請問如何聯絡客服？", "contact", "zh"),
    ("联系方式", "contact", "zh"),
    ("こんにちは", "hello", "ja"),
    ("こんにちは〜！", "hello", "ja"),
    ("こんにちは、ありがとう", "thanks", "ja"),
    ("ありがとうございました", "thanks", "ja"),
    ("さようなら", "bye", "ja"),
    ("あなたは誰ですか？", "who", "ja"),
    ("ロボットですか", "human", "ja"),
    ("何ができますか？", "help", "ja"),
    ("担当者と話したいです", "contact", "ja"),
    ("お問い合わせ", "contact", "ja"),
    ("電話番号を教えてください", "contact", "ja"),
]

QUESTIONS = """
hi, can I run with a bad back?
hello, does running hurt the spine
Good morning! My back hurts.
good morning stretches for the back
good evening run
is it good to run in the morning
what's up with my back
hey there is a pain in my hip
how are you supposed to stretch
how are you able to run with back pain
nice to run with you
is anyone there who treats backs
hello kitty shoes
hi hat
hello world in python
thanks, but what about jumping?
thanks, and how long?
thank you. And yoga?
is it good to say thanks
thanks for the answer, but is cycling better
ok and jumping
ok
great
yes
no
very much
thank you card for a physiotherapist
cheers after a marathon, is beer bad
no thanks to my back I cannot run
bye-bye back pain exercises
goodbye back pain, does it work
how do I say goodbye to sciatica
when do I see you
good night sleep with back pain
have a good run
take care of my back
that is all on the left side
who are you supposed to see about back pain
who is a good doctor
what are you supposed to do when it hurts
what is your opinion on standing desks
what is this pain in my back
what is my name
who made these shoes
who made you run
are you a runner
are you sure
are you a robot or what about my back
are you allowed to run with sciatica
is this a slipped disc
is this normal
is this a real injury
can a human run 100 km
am I talking too much while running
can I talk to a doctor about my back
talk to a physiotherapist
contact lenses
phone number of the clinic in Leeds
human resources
human rights
contract
contact sport
call the police
support group for back pain
can I call you a liar
I need to talk to my doctor
can I phone abroad
how do I change my phone number
I want to help someone
someone
can I
wie wechsle ich meine Telefonnummer
puis-je appeler un taxi
quiero una pizza
help my back hurts
can you help me with my back
what can you do about back pain
what can you do for sciatica
what do you do when it hurts
how does this work with a slipped disc
how do you work out with back pain
how do you run
what should I ask my doctor
start running
how do I start
danke, aber was ist mit Springen?
hallo, darf ich mit Rückenschmerzen laufen
was kannst du gegen Rückenschmerzen empfehlen
guten Lauf
merci, et le vélo ?
bonjour, puis-je courir avec un mal de dos ?
comment ça marche avec une hernie
gracias, ¿y saltar?
hola, me duele la espalda
qué puedes hacer contra el dolor
grazie, ma posso saltare?
ciao, mi fa male la schiena
obrigado, e pular?
bom dia, posso correr
bedankt, maar mag ik springen
hoe werkt dit met een hernia
dzięki, a skakanie?
dobry trening na plecy
спасибо, а прыгать можно?
привет, болит спина
شكرا ولكن هل يمكنني القفز
مرحبا ظهري يؤلمني
merhaba, sırtım ağrıyor
teşekkürler, peki zıplamak
telefonumu nasıl değiştiririm
nasıl çalışabilirim
שלום, כואב לי הגב
תודה, ומה עם קפיצות?
מי אתה אוהב
नमस्ते, मुझे पीठ में दर्द है
धन्यवाद, और कूदना?
फ़ोन कैसे चार्ज करें
मन
你好，我背疼
谢谢，那跳绳呢
电话费怎么交
人工智能是什么
怎么联系医生看背
客服软件多少钱
こんにちは、背中が痛いです
ありがとうカードはありますか
電話で注文できますか
人間ドックの予約
連絡先の変更
👋
🙏
?!
:)
""".strip().splitlines()


@pytest.mark.parametrize(("message", "kind", "lang"), SMALL_TALK)
def test_small_talk_is_answered_in_its_language(message: str, kind: str, lang: str) -> None:
    reply = small_talk(message, "Cats & {dogs}")
    assert reply is not None
    assert (reply.kind, reply.lang) == (kind, lang)
    assert "Cats & {dogs}" in reply.text


@pytest.mark.parametrize("message", QUESTIONS)
def test_a_message_with_one_word_more_is_a_question(message: str) -> None:
    assert small_talk(message, "T") is None


def test_both_tables_are_long_enough_to_mean_something() -> None:
    assert len(SMALL_TALK) >= 60
    assert len(QUESTIONS) >= 60
    assert {(kind, lang) for _, kind, lang in SMALL_TALK if kind} == {
        (kind, lang) for kind in KINDS for lang in LANGUAGES
    }


def test_no_question_of_the_shipped_faq_is_small_talk() -> None:
    entries = read_corpus(ROOT / "corpus").entries
    wordings = [wording for entry in entries for wording in (entry.question, *entry.alternates)]
    assert len(wordings) > 150
    assert [wording for wording in wordings if small_talk(wording, "T")] == []


def test_small_talk_is_understood_and_answered_in_every_language() -> None:
    assert tables().keys() == set(LANGUAGES)
    assert set(SAID) == set(KINDS) - {"contact"}
    for lang, table in tables().items():
        assert set(table.phrases.values()) == {*KINDS, *PARTS, "filler"}, lang
        assert table.about, lang
        texts = set(asdict(locale_of(lang).small_talk).values())
        assert len(texts) == len(KINDS) + 1
        for text in texts:
            assert text.count("{title}") == 1, text
            assert len(text) <= 130, text


def test_every_phrase_is_small_talk_and_no_filler_is() -> None:
    for lang, table in tables().items():
        for phrase, kind in table.phrases.items():
            said = small_talk(" ".join(phrase), "T")
            if kind not in ("filler", *PARTS):
                assert said is not None, (lang, phrase)
            else:
                assert said is None or said.lang != lang, (lang, phrase)


def test_of_several_things_the_question_about_the_bot_is_answered() -> None:
    for message, kind in [
        ("hello and thanks", "thanks"),
        ("thanks, good bye", "bye"),
        ("thanks! what can you do?", "help"),
        ("hello, who are you? what can you do?", "who"),
        ("who are you, are you a robot? thanks", "human"),
    ]:
        reply = small_talk(message, "T")
        assert reply is not None
        assert reply.kind == kind


def test_the_language_of_the_faq_comes_first() -> None:
    """Red without `_first`: "contact" is a word of three languages."""
    for lang in ("en", "fr", "nl-BE", "fi"):
        reply = small_talk("contact", "T", lang)
        assert reply is not None
        assert reply.lang == (lang[:2] if lang != "fi" else "en")


def test_who_says_what_the_matter_is_asks_for_a_person_all_the_same() -> None:
    """Red without: `about`, and looking at what stands before it alone; with its words looked for one by one."""
    for message in (
        *("Can I talk to a human about my order?", "ich will mit jemandem reden wegen meiner Rechnung"),
        *("Je voudrais parler à un conseiller au sujet de ma facture", "我想找人工客服，因为我的订单没到"),
        *("müşteri temsilcisiyle görüşmek istiyorum çünkü siparişim gelmedi", "אני רוצה לדבר עם נציג לגבי ההזמנה"),
    ):
        assert small_talk(message, "T") is None
        reply = contact_first(message, "T", "en", True)
        assert reply is not None
        assert reply.kind == "contact"
    for message in ("contact lenses, what about them", "about a human", "Can I talk about my order?"):
        assert contact_first(message, "T", "en", True) is None


def test_a_word_that_exists_is_no_slip() -> None:
    """Red without `is_listed`: "contract" is a letter away from "contact"."""
    assert small_talk("contatc", "T") is not None
    assert small_talk("contract", "T") is None
    assert small_talk("sports", "T") is None


def test_a_long_message_is_no_small_talk() -> None:
    assert small_talk("hi " * 60, "T") is not None
    assert small_talk("hi " * 70, "T") is None
    assert small_talk("hi " * 1_000_000, "T") is None


@given(st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet=string.ascii_lowercase + " :)", max_size=30))
def test_no_message_is_too_odd(message: str) -> None:
    assert small_talk(message, "T") == small_talk(message, "T")
