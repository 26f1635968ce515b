"""Several questions in a message, and what leans on the question before, in every language that has a table."""

import itertools
import re

import pytest

from chatbot.dialogue.conversation import asks_for_price, is_question, lacks_subject, leans, split, stands_alone
from chatbot.dialogue.cues import cues_for, languages

# Language: words that link, and questions as they are typed without a mark, none about a thing of the one before.
QUESTIONS = {
    "en": (
        ["and", "but", "and also"],
        ["when do you open the pool", "how much is the entrance fee", "can I park my car there"],
    ),
    "de": (
        ["und", "und auch", "oder"],
        ["wann öffnet ihr am Sonntag", "was kostet der Eintritt", "kann ich mit Karte bezahlen"],
    ),
    "fr": (
        ["et", "et aussi", "ou"],
        ["quand ouvrez-vous le dimanche", "combien coûte l'entrée", "peut-on payer par carte"],
    ),
    "es": (
        ["y", "y también", "pero"],
        ["cuándo abren los domingos", "cuánto cuesta la entrada", "puedo pagar con tarjeta"],
    ),
    "it": (
        ["e", "e anche", "oppure"],
        ["quando aprite la domenica", "quanto costa il biglietto", "posso pagare con la carta"],
    ),
    "pt": (
        ["e", "e também", "mas"],
        ["quando abrem no domingo", "quanto custa a entrada", "posso pagar com cartão"],
    ),
    "nl": (
        ["en", "en ook", "of"],
        ["wanneer gaat het zwembad open", "wat kost de toegang", "kan ik met pin betalen"],
    ),
    "pl": (
        ["i", "oraz", "a także"],
        ["kiedy otwieracie w niedzielę", "ile kosztuje bilet wstępu", "czy mogę zapłacić kartą"],
    ),
    "ru": (
        ["и", "а также", "и ещё"],
        ["когда вы открываетесь в воскресенье", "сколько стоит вход", "можно заплатить картой"],
    ),
    "tr": (
        ["ve", "peki", "ve ayrıca"],
        ["pazar günü ne zaman açılıyorsunuz", "giriş ücreti ne kadar", "kartla ödeyebilir miyim"],
    ),
    "ar": (
        ["و"],
        ["متى تفتحون يوم الأحد", "كم سعر تذكرة الدخول", "هل يمكن الدفع بالبطاقة"],
    ),
    "he": (
        ["ו"],
        ["מתי אתם פותחים ביום ראשון", "כמה עולה הכניסה לבריכה", "האם אפשר לשלם בכרטיס"],
    ),
    "hi": (
        ["और", "तथा"],
        ["रविवार को पुस्तकालय कब खुलता है", "प्रवेश टिकट कितने का है", "क्या कार्ड से भुगतान हो सकता है"],
    ),
    "zh": (
        ["，", "，还有", "，另外"],
        ["星期天几点开门", "门票多少钱", "能不能用信用卡付款"],
    ),
    "ja": (
        ["、", "、それと", "、また"],
        ["日曜日は何時に開きますか", "入場料はいくらですか", "カードで払えますか"],
    ),
}

# After something was shown: these lean on it.
FOLLOW_UPS = {
    "en": ["and for children?", "what about Sunday?", "is that safe?", "how much is it?"],
    "de": [
        "und was kostet das?",
        "und für Kinder?",
        "wie lange dauert es?",
        "geht das auch online?",
        "und am Wochenende",
    ],
    "fr": ["et pour les enfants ?", "et ça coûte combien ?", "c'est obligatoire ?", "et le dimanche"],
    "es": ["¿y para los niños?", "y los domingos?", "¿eso es obligatorio?", "¿cuánto cuesta eso?"],
    "it": ["e per i bambini?", "e la domenica?", "quanto costa questo?", "è obbligatorio anche questo?"],
    "pt": ["e para crianças?", "e aos domingos?", "isso é obrigatório?", "quanto custa isso?"],
    "nl": ["en voor kinderen?", "en op zondag?", "wat kost dat?", "kan dat ook online?"],
    "pl": ["a dla dzieci?", "a w niedzielę?", "ile to kosztuje?", "czy to jest obowiązkowe?"],
    "ru": ["а для детей?", "а в воскресенье?", "сколько это стоит?", "это обязательно?"],
    "tr": ["peki çocuklar için?", "ya hafta sonu?", "bu ne kadar?", "bu zorunlu mu?"],
    "ar": ["وماذا عن الأطفال؟", "وللأطفال؟", "كم سعره؟", "هل هذا ضروري؟"],
    "he": ["ומה עם ילדים?", "ובשבת?", "כמה זה עולה?", "האם זה חובה?"],
    "hi": ["और बच्चों के लिए?", "और रविवार को?", "इसकी कीमत क्या है?", "क्या यह ज़रूरी है?"],
    "zh": ["那周末呢？", "儿童呢", "这个多少钱？", "它安全吗？", "需要吗"],
    "ja": ["いくらですか？", "子供は？", "それはいくらですか", "では週末は？", "必要ですか"],
}
NO_SUBJECT = {
    "en": ["how long?", "is that safe?"],
    "de": ["wie lange?", "ist das sicher?", "und warum?"],
    "fr": ["et pourquoi ?", "c'est dangereux ?"],
    "es": ["¿y por qué?", "¿eso es peligroso?"],
    "it": ["e perché?", "questo è pericoloso?"],
    "pt": ["e por quê?", "isso é perigoso?"],
    "nl": ["en waarom?", "is dat veilig?"],
    "pl": ["a dlaczego?", "czy to jest bezpieczne?"],
    "ru": ["а почему?", "это опасно?"],
    "tr": ["peki neden?", "bu güvenli mi?"],
    "ar": ["ولماذا؟", "هل هذا خطير؟"],
    "he": ["ולמה?", "האם זה מסוכן?"],
    "hi": ["और क्यों?", "क्या यह सुरक्षित है?"],
    "zh": ["为什么呢？", "那是什么时候？", "这个安全吗？"],
    "ja": ["なぜですか？", "それはいつですか？", "それは安全ですか？"],
}  # fmt: skip
PRICES = {
    "de": "was kostet das?", "fr": "et ça coûte combien ?", "es": "¿cuánto cuesta eso?", "it": "quanto costa questo?",
    "pt": "quanto custa isso?", "nl": "wat kost dat?", "pl": "ile to kosztuje?", "ru": "сколько это стоит?",
    "tr": "bunun fiyatı ne kadar?", "ar": "كم سعر هذا؟", "he": "כמה זה עולה?", "hi": "इसकी कीमत क्या है?",
    "zh": "这个多少钱？", "ja": "それの料金はいくらですか？",
}  # fmt: skip
WHOLE = {
    "de": [
        "Was kostet der Eintritt für Kinder und Erwachsene?",
        "Ich bin Schüler und was ich brauche, ist ein Ausweis",
    ],
    "fr": ["combien coûte l'entrée pour les enfants et les adultes"],
    "es": ["cuánto cuesta la entrada para niños y adultos"],
    "ru": ["сколько стоит вход для детей и взрослых"],
    "tr": ["çocuklar ve yetişkinler için giriş ne kadar", "ben öğrenciyim ve giriş ücreti ne kadar"],
    "ar": ["كم سعر التذكرة للأطفال والكبار"],
    "hi": ["बच्चों और बड़ों के लिए टिकट कितने का है", "मैं छात्र हूँ और टिकट कितने का है"],
    "zh": ["我是学生，门票多少钱？", "儿童和老人的门票多少钱"],
    "ja": ["私は学生ですが、入場料はいくらですか", "子供と大人の料金はいくらですか"],
}


def each(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(lang, text) for lang, texts in table.items() for text in texts]


def test_every_table_is_tried() -> None:
    assert set(languages()) == set(QUESTIONS) == set(FOLLOW_UPS) == set(NO_SUBJECT)


@pytest.mark.parametrize("lang", QUESTIONS)
def test_two_questions_in_one_sentence_are_proposed(lang: str) -> None:
    """Every two of them, with every link. Red where clauses are known of English alone."""
    links, questions = QUESTIONS[lang]
    for one, two in itertools.permutations(questions, 2):
        for link in links:
            is_written_on = len(link) == 1 and lang in ("ar", "he")
            blanks = ("", "") if lang in ("zh", "ja") else (" ", "" if is_written_on else " ")
            joint = f"{one}{blanks[0]}{link}{blanks[1]}{two}"
            for mark in ("", "?", "？") if lang in ("zh", "ja") else ("", "?"):
                [part] = split(joint + mark, "Bad", lang)
                assert len(part.clauses) == 2, joint
                assert re.sub(r"\W", "", part.clauses[0]) == re.sub(r"\W", "", one)
                assert two in part.clauses[1]


@pytest.mark.parametrize("lang", QUESTIONS)
def test_questions_on_their_own_lines_are_several_without_a_mark(lang: str) -> None:
    """Red where only English asks without a mark."""
    _, questions = QUESTIONS[lang]
    assert [part.text for part in split("\n".join(questions), "Bad", lang)] == questions
    assert all(is_question(question, lang) for question in questions)


@pytest.mark.parametrize(("lang", "text"), [("ko", "도서관은 몇 시에 여나요"), ("th", "ห้องสมุดเปิดกี่โมง")])
def test_a_language_without_a_table_asks_by_its_last_word(lang: str, text: str) -> None:
    """Red where only marks and tables tell."""
    assert is_question(text, lang)


@pytest.mark.parametrize(("lang", "message"), each(WHOLE))
def test_one_question_stays_whole(lang: str, message: str) -> None:
    """Red where a clause that asks makes a question of the one before it."""
    [part] = split(message, "Bad", lang)
    assert (part.text, part.clauses) == (message, ())


@pytest.mark.parametrize(("lang", "text"), each(FOLLOW_UPS))
def test_a_follow_up_leans_on_what_was_shown(lang: str, text: str) -> None:
    assert leans(text, lang)


@pytest.mark.parametrize("lang", QUESTIONS)
def test_a_complete_question_leans_on_nothing(lang: str) -> None:
    """Red where an article is taken for a pronoun, or every character of a sentence for a word."""
    questions = [question for question in QUESTIONS[lang][1] if len(question.split()) > 4 or lang in ("zh", "ja")]
    assert all(stands_alone(question, lang) for question in QUESTIONS[lang][1] if "there" not in question)
    assert not any(leans(question, lang) for question in questions if len(question) > 9 and "there" not in question)
    assert not any(lacks_subject(question, lang) for question in QUESTIONS[lang][1])


@pytest.mark.parametrize(("lang", "text"), each(NO_SUBJECT))
def test_what_names_no_subject(lang: str, text: str) -> None:
    assert lacks_subject(text, lang)


@pytest.mark.parametrize(("lang", "text"), PRICES.items())
def test_who_asks_only_for_the_price_asks_it_of_what_was_shown(lang: str, text: str) -> None:
    assert leans(text, lang)
    assert asks_for_price(text, lang) or lacks_subject(text, lang)


@pytest.mark.parametrize(("lang", "text"), [(lang, one) for lang, (_, asked) in QUESTIONS.items() for one in asked])
def test_a_visitor_may_write_another_language_than_the_faq(lang: str, text: str) -> None:
    """Red where only the FAQ's own table is looked at; English keeps its own wherever it can be read."""
    assert cues_for(f"{text}?", lang).lang == lang
    assert cues_for(f"{text}?", "de" if lang == "en" else "en").lang in (lang, "en")
    both = cues_for(" ".join(QUESTIONS[lang][1]), "de" if lang == "en" else "en")
    assert both.lang == lang


@pytest.mark.parametrize("text", ["no", "was it on", "pizza a la casa", "die", "do i", "me no", "in is of"])
def test_english_words_that_are_others_too_stay_english(text: str) -> None:
    assert cues_for(text, "en-GB").lang == "en"
    assert cues_for(text, "xx").lang == "en"


@pytest.mark.parametrize(
    "asked",
    [
        ["几点开门?", "门票多少钱?"],
        ["1、几点开门", "2、门票多少钱"],
        ["「行く？」と聞かれました。どうすればいいですか？", "料金はいくらですか？"],
        ["पुस्तकालय कब खुलता है।", "टिकट कितने का है।"],
        ["متى تفتحون؟", "كم السعر؟"],
        ["یہ کب کھلتا ہے؟", "ٹکٹ کتنے کا ہے؟"],
    ],
)
def test_questions_without_a_blank_between_are_several(asked: list[str]) -> None:
    """Red where marks need a blank behind them, or only those of Chinese need none."""
    parts = [part.text for part in split(" ".join(asked) if asked[0][0] == "1" else "".join(asked), "Bad", "zh")]
    assert [part.replace(" ", "") for part in parts] == [text.lstrip("12、").replace(" ", "") for text in asked]
