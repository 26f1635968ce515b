"""What the product says stands in a file for each language: whole, used, and in that language."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.core.errors import UsageError
from chatbot.core.locales import (
    FALLBACK,
    LANGUAGES,
    LOCALES,
    Locale,
    direction_of,
    language_of,
    locale_of,
    preferred,
    read_locale,
)
from tests.conftest import ROOT

ENGLISH = locale_of(FALLBACK)
PLACE = re.compile(r"\{\w*\}")
# Words that are the same in English.
SAME = {
    "fr": {"source", "conversation", "contact"},
    "nl": {"contact"},
    "pt": {"chat"},
    "de": {"undo"},
}


def texts_of(locale: Locale) -> Iterator[tuple[str, str, str]]:
    """(section, key, text) of all that is said; of a list each item."""
    for section, texts in dataclasses.asdict(locale).items():
        for key, text in texts.items():
            for each in [text] if isinstance(text, str) else text:
                yield section, key, each


def test_the_languages_of_the_pages() -> None:
    assert tuple("en ar de es fr he hi it ja nl pl pt ru tr zh".split()) == LANGUAGES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_keeps_the_places_of_the_english_one(lang: str) -> None:
    """Red with `{limit}` left out, or spelt otherwise, in one file."""
    for (section, key, text), (*place, english) in zip(texts_of(locale_of(lang)), texts_of(ENGLISH), strict=True):
        assert [section, key] == place
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(english)), (section, key)
        assert text == text.strip(), (section, key)


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != FALLBACK])
def test_nothing_is_left_in_english(lang: str) -> None:
    """Red with one text copied from `en.toml`; and, in other scripts, with one Latin word too many."""
    for (section, key, text), (*_, english) in zip(texts_of(locale_of(lang)), texts_of(ENGLISH), strict=True):
        if section not in ("dates", "languages") and key not in SAME.get(lang, ()):
            assert text != english, (section, key)
        if lang in ("ar", "he", "hi", "ja", "ru", "zh"):
            assert re.findall("[A-Za-z]+", PLACE.sub("", text)) in ([], ["JavaScript"]), (section, key)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_is_named_in_every_other(lang: str) -> None:
    names = locale_of(lang).languages
    assert names.keys() == set(LANGUAGES)
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text.replace('undo = "Undo"\n', ""), "locales/xx.toml: widget.undo: Field required"),
        (lambda text: text.replace("undo =", "redo = 'Redo'\nundo ="), "locales/xx.toml: widget.redo: Unexpected"),
        (lambda text: text.replace('undo = "Undo"', 'undo = ""'), "locales/xx.toml: widget.undo: String should have"),
        (lambda text: text.replace('undo = "Undo"', "undo = 3"), "locales/xx.toml: widget.undo: Input should be"),
        (lambda text: text.replace('"December",', ""), "locales/xx.toml: dates.months: Tuple should have"),
        (lambda text: text.replace("[faq]", "[faq"), "locales/xx.toml: not valid TOML"),
    ],
)
def test_a_spoilt_file_is_named_with_the_key(spoil: object, told: str, tmp_path: Path) -> None:
    """Red without `extra`, and with a default for any field."""
    path = tmp_path / "xx.toml"
    assert callable(spoil)
    path.write_text(spoil((LOCALES / "en.toml").read_text("utf-8")), "utf-8")
    with pytest.raises(UsageError, match=re.escape(told)):
        read_locale(path)


def test_no_word_is_kept_that_nobody_says() -> None:
    """Nor said that nobody has. Red with a key of `Chat` that no page uses, and with a misspelt one in a script."""
    web = ROOT / "chatbot" / "web"
    pages = [
        web / "gradio_page" / name for name in ("chat.js", "messages.py", "page.py", "templates/first_page.html.jinja")
    ]
    chat = "".join(path.read_text("utf-8") for path in pages)
    widget = (web / "widget" / "widget.js").read_text("utf-8")
    asked = set(re.findall(r'T\("(\w+)"', chat)) | {"late", "not_sent"}
    shown = asked | set(re.findall(r"said(?:\.chat|\.shared)?\.(\w+)", chat))
    in_widget = set(re.findall(r"\bT\.(\w+)", widget)) | {"unsure", "unknown", "gap", "up", "down"}
    of: dict[str, set[str]] = {}
    for section, key, _ in texts_of(ENGLISH):
        of.setdefault(section, set()).add(key)
    assert of["chat"] - shown == set()
    assert of["widget"] - in_widget == set()
    assert of["shared"] - shown - in_widget == set()
    assert asked <= of["chat"] | of["shared"]
    assert in_widget <= of["widget"] | of["shared"]
    assert of["shared"].isdisjoint(of["chat"] | of["widget"])  # the scripts get them as one table


@pytest.mark.parametrize(
    ("tag", "spoken", "direction"),
    [
        ("pt-BR", "pt", "ltr"), ("zh-Hant-TW", "zh", "ltr"), ("zh-TW", "zh", "ltr"), ("en-GB", "en", "ltr"),
        ("EN_us", "en", "ltr"), ("nb", "en", "ltr"), ("cmn-Hans", "zh", "ltr"), ("iw", "he", "rtl"),
        ("ar-EG", "ar", "rtl"), ("fa", "en", "rtl"), ("ur-PK", "en", "rtl"), ("az-Arab-IR", "en", "rtl"),
        ("fa-Latn", "en", "ltr"), ("", "en", "ltr"), (" de ", "de", "ltr"), ("x-private", "en", "ltr"),
        ("constructor", "en", "ltr"), ('"><img src=x>', "en", "ltr"), ("-", "en", "ltr"), ("../de", "en", "ltr"),
    ],
)  # fmt: skip
def test_a_tag_finds_its_language(tag: str, spoken: str, direction: str) -> None:
    """Red with region, script or case left on it; with a file looked for under any name."""
    assert language_of(tag) == spoken
    assert direction_of(tag) == direction
    assert locale_of(tag) is locale_of(spoken)


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("sv, zh-TW;q=0.8, en;q=0.5", "zh"), ("sv", "en"), ("*", "en"), ("", "en")],
)
def test_the_first_language_that_a_browser_accepts_and_we_speak(accepted: str, spoken: str) -> None:
    assert preferred(accepted) == spoken


def test_dates_are_written_as_the_language_writes_them() -> None:
    """Red with months in their nominative, or in the order of another language."""
    written = {lang: locale_of(lang).date("2026-03-05") for lang in ("en", "de", "pl", "ru", "zh", "ja", "ar", "he")}
    assert list(written.values()) == [
        *("March 5, 2026", "5. März 2026", "5 marca 2026", "5 марта 2026 г.", "2026年3月5日", "2026年3月5日"),
        *("5 مارس 2026", "5 במרץ 2026"),
    ]
    assert locale_of("de").date("soon") == "soon"


def test_a_language_is_named_where_an_answer_is_in_another() -> None:
    """By its code where nobody knows a name."""
    for lang, tag, told in [
        ("en", "zh-Hant", "This answer is in Chinese."),
        ("de", "en-GB", "Diese Antwort ist auf Englisch."),
        ("fr", "ar", "Cette réponse est en arabe."),
        ("ja", "sv", "この回答はsvです。"),
    ]:
        locale = locale_of(lang)
        assert locale.shared.answer_in.format(language=locale.name_of(tag)) == told
