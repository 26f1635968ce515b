import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.text import clean, ends_as_question, is_text, match_key, one_line, plain_words, seal, sentences, slug


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See Dr. Smith, e.g. today. Then rest.", ["See Dr. Smith, e.g. today.", "Then rest."]),
        ("Use 2.5 kg at most. Stop.", ["Use 2.5 kg at most.", "Stop."]),
        ("  1. Warm up.\n  2. Run slowly", ["Warm up.", "Run slowly"]),
        ("- one\n- two", ["one", "two"]),
        ('He said "stop." She did.', ['He said "stop."', "She did."]),
        ("第一。第二！", ["第一。", "第二！"]),
        ("...", []),
        ("", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@given(st.text(alphabet=st.sampled_from("ab1 .!?\n-*)("), max_size=60))
def test_sentences_stand_in_order_and_lose_no_word(text: str) -> None:
    spans = list(sentences(text))
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    outside = list(text)
    for start, end in spans:
        outside[start:end] = [" "] * (end - start)
    # What no sentence holds is white space, punctuation or the mark of a list.
    assert len(match_key("".join(outside)).replace(" ", "")) <= text.count(".") + text.count(")")


def test_clean_keeps_what_is_seen_and_drops_what_is_not() -> None:
    assert clean("a\u200bb\u202ec\x07d\r\ne\u2028f") == "abcd\ne\nf"
    assert clean("e\u0301") == "\u00e9"
    assert clean("\U0001f469\u200d\U0001f4bb \u0646\u0645\u06cc\u200c\u0634\u0648\u062f") == (
        "\U0001f469\u200d\U0001f4bb \u0646\u0645\u06cc\u200c\u0634\u0648\u062f"
    )


@given(st.text())
def test_clean_twice_is_clean_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_is_text_knows_half_a_surrogate_pair() -> None:
    assert is_text("\U0001f600")
    assert not is_text("a\ud800")


def test_match_key_sees_through_case_width_and_punctuation() -> None:
    assert match_key("Is  it BAD\uff1f") == match_key("is it bad!") == "is it bad"
    day, gift = "\u0926\u093f\u0928", "\u0926\u093e\u0928"  # in Hindi, a vowel sign apart
    assert match_key(day) != match_key(gift)
    assert match_key("C++, C# & C") == "c++ c# c"
    assert match_key("STRASSE") == match_key("stra\u00dfe")


@pytest.mark.parametrize(
    ("line", "expected"), [("Why?", True), ("Why\uff1f", True), ("**Why?**", True), ("Why.", False), ("", False)]
)
def test_ends_as_question(line: str, expected: bool) -> None:
    assert ends_as_question(line) is expected


def test_slug() -> None:
    assert slug("Should I run, if my back hurts?") == "should-i-run-if-my-back-hurts"
    assert slug("¿Qué es esto?") == "qué-es-esto"
    assert slug("???").startswith("entry-")
    long = "why " * 100
    assert len(slug(long)) <= 80
    assert slug(long + "a") != slug(long + "b")


def test_one_line() -> None:
    assert one_line("  a\n b\t c ") == "a b c"


def test_seal_depends_on_every_character_and_on_the_border() -> None:
    assert seal("a", "bc") != seal("ab", "c")
    assert seal("a", "b") == seal("a", "b")


@pytest.mark.parametrize("marks", ["\u0300\u0316", "\u0f73", "\u0344", "\uff9e", "\u0958\u0300\u0316" * 9])
def test_no_letter_has_more_marks_than_can_be_put_in_order(marks: str) -> None:
    for long in (60, 300, 100_000):  # the last would take minutes otherwise
        text = "\u0915" + (marks * long)[:long]
        once = clean(text)
        assert clean(once) == once
        assert max(len(run) for run in re.findall("[\u0300\u0316\u0f71-\u0f74\u0308\u0301\u3099\uff9e]+", once)) <= 30
        assert plain_words(text) == plain_words(once)


def test_marks_and_scripts_that_people_use_stay_whole() -> None:
    for text in (
        "Z\u0351\u0346\u0301a\u0308\u0304lgo",
        "\u4e00\u65e5" * 40,
        "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48" * 20,
    ):
        assert clean(text) == unicodedata.normalize("NFC", text)
