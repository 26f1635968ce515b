import pytest

from chatbot.search.lexical import LexicalIndex
from chatbot.search.words import joined_codes, lexicon_of, words_of


@pytest.mark.parametrize("code", ["K-300", "K 300", "k300", "K300", "k-300"])
def test_a_code_is_one_word_however_it_is_written(code: str) -> None:
    assert words_of(f"How do I descale the {code}?")[-1] == "k300"


@pytest.mark.parametrize("text", ["at 5 or in 300 days", "my 2 cats", "page 12", "all 50 states", "by 10 pm"])
def test_a_number_after_a_common_word_is_no_code(text: str) -> None:
    assert joined_codes(text) == text


def test_words_find_a_code_however_it_is_written() -> None:
    """Red where question or entry is looked up as it is typed."""
    index = LexicalIndex.of(["Descale the K-200 with vinegar", "Descale the K-300 with acid"])
    for typed in ("descale k300", "descale K 300", "descale the K-300"):
        scores, _ = index.scores(typed)
        assert scores[1] > scores[0], typed


def test_rarity_grows_from_words_that_say_nothing_to_words_that_nobody_knows() -> None:
    tells = [lexicon_of("en").rarity(word) for word in ("the", "people", "delivery", "sciatica", "zzqx")]
    assert tells == sorted(tells)
    assert tells[0] == 0.05
    assert tells[-1] == 4.0


def test_content_leaves_out_what_carries_no_meaning_and_knows_forms_of_a_word() -> None:
    lexicon = lexicon_of("en-GB")
    assert lexicon.content("How do I cancel my bookings?") == {"cancel": "cancel", "book": "bookings"}
    assert "book" in lexicon.stems("A booked seat")


def test_other_languages_have_their_own_words() -> None:
    german = lexicon_of("de")
    assert "wie" not in german.content("Wie kann ich die Lieferung verfolgen?").values()
    assert german.stem("Lieferungen".casefold()) == german.stem("lieferung")


@pytest.mark.parametrize("lang", ["xx", "tlh", '"><img src=x>', "", "zh"])
def test_a_language_that_no_list_knows_has_words_all_the_same(lang: str) -> None:
    assert lexicon_of(lang).content("alpha beta") or lang == ""
