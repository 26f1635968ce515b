"""Words of the world's scripts and languages: what reads as one word is looked up as one."""

import io
import unicodedata

import numpy as np
import pytest

from chatbot.core.text import match_key
from chatbot.search.grams import GramFrequencies, grams_of
from chatbot.search.lexical import LexicalIndex
from chatbot.search.words import lexicon_of, words_of

UNSPACED = {
    "zh": ("图书馆几点开门", "图书馆周末几点开门？", "游泳池的门票多少钱？"),
    "ja": ("図書館は何時に開く", "図書館は週末何時に開きますか？", "プールの入場料はいくらですか？"),
    "th": ("ห้องสมุดเปิดกี่โมง", "ห้องสมุดเปิดกี่โมงในวันเสาร์", "ค่าเข้าสระว่ายน้ำเท่าไร"),
    "km": ("បណ្ណាល័យបើកម៉ោងប៉ុន្មាន", "បណ្ណាល័យបើកម៉ោងប៉ុន្មាននៅថ្ងៃសៅរ៍", "អាងហែលទឹកតម្លៃប៉ុន្មាន"),
    "ko": ("도서관은 몇 시에 여나요", "도서관이 몇 시에 열리나요?", "수영장 입장료는 얼마인가요?"),
}

# Each row reads as one word, however it is typed.
ONE_WORD = {
    "ar": ["مُدَرِّسَة", "مدرسة", "مدرســة", "المدرسة", "مدرسه", "والمدرسة", "للمدرسة"],
    "ar-alef": ["إجازة", "اجازة", "أجازة"],
    "fa": ["کتاب", "كتاب"],
    "he": ["שָׁלוֹם", "שלום"],
    "he-the": ["מחיר", "המחיר", "במחיר"],
    "hi": ["ज़रूरत", "जरूरत"],
    "hi-nasal": ["पाँच", "पांच"],
    "ru": ["ещё", "еще", "Ещё"],
    "el": ["ώρες", "ωρες", "ΩΡΕΣ"],
    "tr": ["İstanbul", "istanbul", "İstanbul'da"],
    "es": ["reservación", "reservacion", "reservaciones"],
    "fr": ["réservation", "reservation", "réservations"],
    "pl": ["książka", "ksiazka"],
    "de": ["Öffnung", "öffnung", "Öffnungen"],
    "ja": ["ﾌﾟｰﾙ", "プール"],
}


@pytest.mark.parametrize("lang", UNSPACED)
def test_a_sentence_without_blanks_is_found_by_what_it_shares(lang: str) -> None:
    """Red where a sentence without blanks is one word."""
    asked, right, wrong = UNSPACED[lang]
    scores, possible = LexicalIndex.of([wrong, right], lang).scores(asked)
    assert scores[1] > 2 * scores[0]
    assert scores[1] < possible


def test_a_single_character_is_a_word() -> None:
    """Red with pairs alone."""
    scores, _ = LexicalIndex.of(["小猫吃什么？", "小狗吃什么？"], "zh").scores("猫")
    assert scores[0] > 0 == scores[1]


@pytest.mark.parametrize("name", ONE_WORD)
def test_a_word_is_the_same_however_it_is_typed(name: str) -> None:
    """Red without plain letters for ar, fa, he, hi, ru and el; without stems or accents taken off for the others."""
    lexicon = lexicon_of(name.partition("-")[0])
    forms = [{lexicon.term(word) for word in lexicon.words(typed)} for typed in ONE_WORD[name]]
    assert all(form == forms[0] for form in forms), forms


@pytest.mark.parametrize("zero", "٠۰०০๐０𝟎߀")
def test_a_digit_is_a_digit_in_every_script(zero: str) -> None:
    """Red where digits stay as they are."""
    digits = "".join(chr(ord(zero) + digit) for digit in (1, 9, 8))
    assert all(map(unicodedata.decimal, digits))
    assert words_of(digits) == ["198"]
    assert match_key(f"{digits}?") == match_key("198")


@pytest.mark.parametrize("text", ["iPhone12的电池", "iPhone 12 的电池", "ｉＰｈｏｎｅ１２的电池", "iPhone 12的电池"])
def test_words_of_two_scripts_are_apart(text: str) -> None:
    """Red without a blank where the scripts meet."""
    assert words_of(text)[:1] in (["iphone12"], ["iphone"])
    assert {"的", "电池"} <= set(words_of(text))


@pytest.mark.parametrize("text", ["K-300的说明", "说明K 300", "k300 说明书", "Ｋ－３００的说明"])
def test_a_code_is_one_word_beside_any_script(text: str) -> None:
    assert "k300" in words_of(text, "zh")


@pytest.mark.parametrize(("lang", "text"), [("es", "entre 3 y 20"), ("it", "dal 3 e 10"), ("pl", "z 300 sztuk")])
def test_a_word_of_one_letter_makes_no_code_of_a_number(lang: str, text: str) -> None:
    """Red where English's rule is taken for all."""
    number = text.split()[1] if text[1] == " " else text.split()[3]
    assert number in words_of(text, lang)


def test_elided_articles_are_words_of_their_own() -> None:
    """Red where apostrophes only go away."""
    assert words_of("l'école et l’entrée", "fr") == ["l", "école", "et", "l", "entrée"]
    assert words_of("don't", "en") == ["dont"]


@pytest.mark.parametrize(
    ("one", "other"), [("क्‍षमा", "क्षमा"), ("İzmir", "izmir"), ("１２３", "123"), ("٣ أيام", "3 أيام")]
)
def test_keys_see_through_what_only_says_how_letters_are_drawn(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


def test_the_pieces_of_a_word_keep_their_marks() -> None:
    assert list(grams_of("ที่นี่")) == ["ที่นี่"]
    assert list(grams_of("水")) == ["水"]
    assert list(grams_of("开门")) == ["开", "开门", "门"]
    assert list(grams_of("プール")) == ["プー", "ール"]


def test_a_pair_at_the_border_of_two_words_is_as_rare_as_these_make_it() -> None:
    """Red where a pair that no listed word holds is taken for the rarest."""
    frequencies = GramFrequencies({"的": 0.06, "人民": 0.001, "门": 0.001})
    assert frequencies.of("人民") == pytest.approx(0.001)
    assert frequencies.of("的人") == pytest.approx(0.06 * 0.001)
    assert frequencies.of("民的") == pytest.approx(0.06 * 0.001)
    assert frequencies.of("火星") == 0.0
    chinese = lexicon_of("zh")
    assert chinese.is_empty("什么")
    assert chinese.rarity("的人") < chinese.rarity("图书") < chinese.rarity("龘龘")


def test_terms_are_stems_beside_english() -> None:
    """And survive a round trip, with the words for what reads slips. Red where German is looked up as it is typed."""
    texts = ["Die Bestellung ist unterwegs", "Der Garten ist offen"]
    index = LexicalIndex.from_bytes(LexicalIndex.of(texts, "de-AT").to_bytes())
    for typed in ("Bestellungen", "bestelung"):
        assert index.scores(typed)[0][0] > 0, typed
    assert "bestellung" in index.words
    assert LexicalIndex.of(texts, "en").scores("Bestellungen")[0][0] == 0


def test_english_is_kept_as_it_was() -> None:
    """Neither stems nor anything else is stored: the ranking was learnt with words. Red where English has stems."""
    index = LexicalIndex.of(["How do I cancel my bookings?"])
    with np.load(io.BytesIO(index.to_bytes())) as arrays:
        assert list(arrays) == ["terms", "begin", "entries", "weights", "n"]
        assert arrays["terms"].tobytes() == b"bookings\ncancel\ndo\nhow\ni\nmy"
