"""Notices in the scripts and languages of the world: however a visitor types, and not inside of other words."""

import unicodedata

import pytest

from chatbot.content.notices import NoticeChecker
from chatbot.core.text import without_accents
from chatbot.core.types import NoticeRule

# Language: a phrase of a rule, messages that hold it, and some that only look like it.
PHRASES = {
    "zh": ("胸口痛", ["我胸口痛怎么办", "胸 口 痛！", "【胸口痛】", "今天胸口\n痛"], ["胸口不舒服", "痛胸口", "口痛"]),
    "ja": ("胸が痛い", ["昨日から胸が痛いです", "胸が、痛い", "むね？胸が痛い！"], ["胸は大丈夫", "痛い胸が"]),
    "th": ("เจ็บหน้าอก", ["ผมเจ็บหน้าอกมาก", "เจ็บ หน้าอก"], ["เจ็บหน้า", "หน้าอกเจ็บ"]),
    "ko": ("가슴 통증", ["어제부터 가슴 통증 있어요", "가슴, 통증"], ["통증 가슴"]),
    "ar": (
        "ألم في الصدر",
        ["عندي ألم في الصدر", "أَلَم في الصَّدْر", "الم فى الصدر", "ألــم في الصــدر", "وألم في الصدر", "الألم في صدر"],
        ["ألم في الصدرية", "صدر في ألم", "مؤلم في الصدر"],
    ),
    "he": ("כאב בחזה", ["יש לי כאב בחזה", "כְּאֵב בַּחָזֶה", "וכאב בחזה חזק"], ["מכאיב בחזהו", "חזה כאב"]),
    "hi": ("सीने में दर्द", ["मुझे सीने में दर्द है", "सीने  में दर्द!", "सीने\u200d में दर्द"], ["सीने में दर्दनाक", "दर्द सीने में"]),
    "hi-dot": ("ज़हर खा लिया", ["मैंने जहर खा लिया", "ज़हर खा लिया"], ["जहर"]),
    "fa": ("درد قفسه سینه", ["من درد قفسه سینه دارم", "درد قفسه سينه"], ["دردسر قفسه سینه"]),
    "ru": ("тяжёлый приступ", ["у меня тяжелый приступ", "ТЯЖЁЛЫЙ ПРИСТУП"], ["приступ тяжёлый"]),
    "el": ("πόνος", ["έχω πόνο πόνος", "ΠΟΝΟΣ", "πονος"], ["πόνοςα"]),
    "tr": ("göğüs ağrısı", ["göğüs ağrısı var", "GÖĞÜS AĞRISI", "gogus agrisi"], ["ağrısı göğüs", "göğüslük ağrısı"]),
    "es": ("me duele el oído", ["me duele el oido", "ME DUELE EL OÍDO"], ["me duele el oidor"]),
    "fr": ("mal au cœur", ["j'ai mal au cœur", "MAL AU CŒUR"], ["mal au cœurs"]),
    "de": ("mir ist übel", ["mir ist ubel", "Mir ist ÜBEL"], ["mir ist übelst"]),
    "digits": ("40 grad", ["fieber von ４０ Grad", "٤٠ grad", "४० grad"], ["400 grad", "41 grad"]),
    "mixed": ("AED 在哪", ["AED在哪里", "ａｅｄ在哪", "请问aed 在哪"], ["AEDX在哪"]),
}  # fmt: skip


def rule_for(phrase: str) -> NoticeChecker:
    return NoticeChecker([NoticeRule(id="r", level="info", text="T", any_of=(phrase,), review_by="2030-01-01")])


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_is_seen_however_it_is_typed(name: str) -> None:
    """Red for ar, hi, fa, ru, el and digits without plain letters; for tr, es and de without accents taken off; for ar
    and he without particles; for hi and th where words are cut at their marks."""
    phrase, typed, others = PHRASES[name]
    checker = rule_for(phrase)
    assert [text for text in typed if not checker.check(text)] == []
    assert [text for text in others if checker.check(text)] == []


@pytest.mark.parametrize("name", PHRASES)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_normal_form_of_a_message_does_not_matter(name: str, form: str) -> None:
    phrase, typed, _ = PHRASES[name]
    checker = rule_for(phrase)
    for text in (phrase, *typed):
        assert checker.check(unicodedata.normalize(form, text)), text  # type: ignore[arg-type]
    assert rule_for(unicodedata.normalize(form, phrase)).check(typed[0])  # type: ignore[arg-type]


def test_accents_that_were_typed_are_meant() -> None:
    """Red where all accents are taken off: in Vietnamese they are other words."""
    assert rule_for("ngã").check("tôi bị ngã")
    assert rule_for("ngã").check("toi bi nga")
    assert rule_for("nga").check("tôi bị ngã")
    assert not rule_for("ngã").check("tôi bị ngà")
    assert without_accents("ngã") == "nga"
