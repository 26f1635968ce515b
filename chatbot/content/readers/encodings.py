"""Guesses the encoding of a text that does not state it: the only one in which the text makes words of a language.

A letter that the language does not have, or a sign between the letters of a word, excludes an encoding. The right one
must have the most common words of the language, and clearly more of them than any other decoding of the same bytes.
"""

import re
from typing import NamedTuple

_SAMPLE = 200_000  # bytes that are examined
_SIGNS = frozenset("“”„‘’‚–—…•·\u00a0\u00ad«»‹›€£§©®™°±×½¼¾²³ºª→●■‰")
_NOT_AFTER_LETTERS = frozenset("±×½¼¾§©→●■•„«‚‹")  # no word ends in one of these
_ANYWHERE = frozenset("\u2019\u00ad\u2013\u00b7\u02bc")  # signs that may stand between two letters of a word
_WIDE = ("utf-16-le", "utf-16-be")  # a blank or the end of a line has a byte that is 0
_SURE = 0.02  # share of words that must be common ones
_CLEARLY = 1.5  # times as many as in any other decoding
_FEWEST = 2  # common words


class Language(NamedTuple):
    """`letters`: those beyond ASCII. `words`: its most common ones."""

    encodings: str
    letters: str
    words: str


_WEST, _EAST = "cp1252 mac_roman cp850 cp437", "cp1250 iso8859-2 cp852"
_CYRILLIC = "cp1251 koi8-r cp866 iso8859-5 mac_cyrillic"
_LANGUAGES = {
    "English": Language(_WEST, "éèêëïîüöäçñáíóâà", "the and you is are to of in for how what can do we your"),
    "German": Language(_WEST, "äöüßÄÖÜéàèÉ", "der die das und ist sie ich wie für nicht wir auf mit ein eine kann was"),
    "French": Language(
        _WEST, "éèêëàâçîïôûùüœÉÈÊÀÇÎÔÂ", "le la les des est vous pour et en un une dans je que à où sur"
    ),
    "Spanish": Language(_WEST, "áéíóúñüÁÉÍÓÚÑ¿¡", "el la los de que y en un una es se por para con cómo qué puedo su"),
    "Portuguese": Language(
        _WEST, "áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÇ", "o a os de que e em um uma é para com não como se do da"
    ),
    "Italian": Language(_WEST, "àèéìíòóùÀÈÉÌÒÙ", "il la di che e è per un una con non come si in del della sono posso"),
    "Dutch": Language(_WEST, "éëïèêóöüáäçÉ", "de het een en is van ik je voor niet met hoe wat kan op zijn u wij"),
    "Swedish": Language(_WEST, "åäöÅÄÖéÉ", "och att det är en ett som för på av jag inte hur kan vi du med"),
    "Danish or Norwegian": Language(
        _WEST, "æøåÆØÅéÉ", "og det er en et som for på av jeg ikke hvordan kan vi du med til"
    ),
    "Finnish": Language(_WEST, "äöåÄÖÅ", "ja on ei se että miten voi ovat olla tai voin kun mitä myös"),
    "Polish": Language(_EAST, "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "i w na nie się do z jest że jak czy można o są co dla po"),
    "Czech": Language(
        _EAST, "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "a je na se v to že jak do za si ne nebo pro při by jsem"
    ),
    "Slovak": Language(
        _EAST, "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ", "a je na sa v to že ako do za si nie pre pri by som"
    ),
    "Hungarian": Language(_EAST, "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", "a az és nem hogy is van egy meg mit hogyan lehet ha vagy kell"),
    "Romanian": Language(
        "cp1250 iso8859-2 iso8859-16", "ăâîşţșțĂÂÎŞŢȘȚ", "de la și şi în nu cu este o un pe care sau cum pentru"
    ),
    "Croatian or Slovene": Language(_EAST, "čćđšžČĆĐŠŽ", "i je u na se da za su ne kako ili in ki ali od s može"),
    "Turkish": Language("cp1254 cp857", "çğıöşüÇĞİÖŞÜâî", "ve bir bu için ne nasıl mı mi ile da de var olarak daha"),
    "Russian": Language(_CYRILLIC, "", "и в не на с что как по для или это я вы мы от из к у можно"),
    "Ukrainian": Language("cp1251 koi8-u", "", "і в не на з що як по для або це я ви ми від до у та"),
    "Bulgarian": Language("cp1251", "", "и в не на с че как по за или това се да от е са ли"),
    "Greek": Language("cp1253 iso8859-7 cp737", "", "και το να η ο την του της με για από στο πώς που θα είναι μου τι"),
    "Hebrew": Language("cp1255 iso8859-8", "", "של את על לא זה אני עם או כל איך מה האם יש אם הוא"),
    "Arabic": Language("cp1256 iso8859-6", "", "في من على إلى هل ما لا هو أن كيف أو مع هذا التي كل"),
    "Japanese": Language("cp932 euc_jp iso2022_jp", "", "の は に を が て で と か ます です ください い し"),
    "Chinese": Language("gb18030 big5", "", "的 是 在 了 有 不 可以 您 如何 什么 吗 我 们 什麼 嗎 們 請 请 和 怎"),
    "Korean": Language("cp949", "", "이 는 을 를 에 의 다 요 하 수 있 니까 습니다 어떻게"),
}
_HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_SCRIPTS = {
    "Russian": "[\u0401\u0410-\u044f\u0451]",
    "Ukrainian": "[\u0404\u0406\u0407\u0410-\u044f\u0454\u0456\u0457\u0490\u0491]",
    "Bulgarian": "[\u0410-\u044f]",
    "Greek": "[\u0384-\u03ce]",
    "Hebrew": "[\u05b0-\u05f4]",
    "Arabic": "[\u060c-\u06d3]",
    "Japanese": f"[{_HAN}\u3005\u3040-\u30ff]",
    "Chinese": f"[{_HAN}]",
    "Korean": "[\u3000-\u303f\u3131-\u318e\uac00-\ud7a3\uff00-\uffef]",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_WITHOUT_BLANKS = frozenset({"Japanese", "Chinese", "Korean"})


class Guess(NamedTuple):
    """`codec`: Python's name of the encoding."""

    codec: str
    language: str


def guessed_encoding(data: bytes) -> Guess | None:
    """The encoding of a text that is not UTF-8 and names none; None where it is uncertain."""
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: (sample.rfind(b"\n") + 1) & ~1] or sample
    best: dict[str, tuple[float, Guess]] = {}  # decoded sample -> its best guess
    for language, known in _LANGUAGES.items():
        for codec in [*(_WIDE if b"\0" in sample else ()), *known.encodings.split()]:
            try:
                text = sample.decode(codec)
            except UnicodeDecodeError:
                continue
            share = _share_of_common_words(text, language, known)
            if share > best.get(text, (0.0,))[0]:
                best[text] = share, Guess(codec, language)
    ranked = sorted(best.values(), key=lambda share_and_guess: -share_and_guess[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] < _CLEARLY * ranked[1][0]):
        return None
    try:
        data.decode(ranked[0][1].codec)
    except UnicodeDecodeError:
        return None
    return ranked[0][1]


def _share_of_common_words(text: str, language: str, known: Language) -> float:
    """The share of common words of the language; 0 where the text has characters that the language does not have."""
    script = _SCRIPTS.get(language, "")
    if _CONTROL.search(text) or not _may_be(text, language, re.compile(script or f"[{known.letters}]")):
        return 0.0
    common = known.words.split()
    if language in _WITHOUT_BLANKS:
        count, every = sum(map(text.count, common)), len(re.findall(script, text))
    else:
        words = re.findall(r"[^\W\d_]+", text.casefold())
        count, every = sum(word in common for word in words), len(words)
    return count / every if count >= max(_FEWEST, _SURE * every) else 0.0


def _may_be(text: str, language: str, letters: re.Pattern[str]) -> bool:
    """Whether all letters belong to the language and no sign stands between the letters of a word."""
    for match in re.finditer(r"[^\x00-\x7f]", text):
        if letters.match(match[0]):
            continue
        if match[0] not in _SIGNS:
            return False
        around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        if match[0] in _NOT_AFTER_LETTERS and text[match.start() - 1 : match.start()].isalpha():
            return False
        is_inside = len(around) == 2 and around.isalpha() and language not in _WITHOUT_BLANKS
        if is_inside and match[0] not in _ANYWHERE:
            return False
    return True


def display_name(codec: str) -> str:
    """The name of an encoding as programs show it."""
    return codec.replace("cp125", "windows-125").replace("cp932", "shift_jis").replace("_", "-")
