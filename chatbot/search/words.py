"""Words as evidence: which words carry meaning, how rare each is in its language, and which forms are one word.

Rarity is measured in the language, not in the corpus: in a FAQ of thirty entries nearly every word is rare, and a word
that only a visitor uses does not occur. The frequencies are those of wordfreq (Speer 2022), the stems those of
Snowball (Porter 2001). docs/languages.md tells how words of each language are compared, and what that brings.
"""

import gzip
import math
import re
from collections.abc import Iterable, Mapping, Set
from functools import cache, cached_property, lru_cache

from chatbot.core.locales import base_of
from chatbot.core.scripts import is_letters, without_article, without_particle
from chatbot.core.text import match_key, spelled_plainly, without_accents
from chatbot.search.grams import GramFrequencies, grams_of, is_in_grams
from chatbot.search.relations import relations

_TEXTS = 16_384  # that are remembered with their stems
_TELLING = 4  # letters of a word that tells a language
_STEMS = 8192  # words that are remembered with their stem
RAREST, COMMONEST = 4.0, 0.05  # of `rarity`
_UNSEEN = 1e-7  # the frequency that a word has which the list does not hold
_FUNCTION = 1e-3  # from this frequency on a word of a language other than English carries no meaning

_POSSESSIVE = re.compile(r"['\u2019]s\b", re.I)
_APOSTROPHE = re.compile("['\u2019]")
# "K-300", "K 300" and "k300" are one code; over a blank only behind one letter, as "buy 2" and "tax 2024" are none.
_CODE = re.compile(r"(?<![^\W_])(?:([a-z]{1,3})-?(\d{1,5}[a-z]?)|([b-hj-z])\s(\d{1,5}[a-z]?))(?![^\W_])", re.I)
# The same in other languages, many of which have words of one small letter ("y 5", "z 300").
_CODE_ELSEWHERE = re.compile(
    r"(?<![^\W_])(?:([A-Za-z]{1,3})-?(\d{1,5}[A-Za-z]?)|([b-cf-hjmnp-rtxB-HJ-Z])\s(\d{1,5}[A-Za-z]?))(?![^\W_])"
)
# A verb and a word that turns it round are one word.
_IN_OR_OUT = re.compile(r"\b(check|log|sign|opt|clock)(?:ing|ed)?[\s-](in|out)\b", re.I)
_DIGIT = re.compile(r"\d")
_NO_CODE = frozenset(
    "a act age all am an and any are as at be can do for get had has have how i if in is it just km cm mm kg g l ml mb"
    " gb tb ft mg mph hr hrs min may my no of off on one or our out per pm re see so than the to top up us via was we"
    " who with you by day from after page did not but its now".split()
)
_EMPTY = frozenset(
    "a an and are as at be been but by can could did do does doing for from had has have how i if in into is it its"
    " just may me might my no not of on or our shall should so some that the their them then there these they this"
    " those to too us was we were what when where which who whom whose why will with would yes you your am any about"
    " im ive dont cant does get got theres here".split()
)
# Snowball's names of the languages that it knows.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Whose words run together at an apostrophe, as "l'heure"; and those that hang endings on names by one.
_ELIDING, _HANGING = frozenset(("ca", "fr", "it")), frozenset(("az", "tr"))
_ELISION = re.compile(r"(?<=[^\W\d_])['\u2019](?=[^\W\d_])")
_HANGING_ENDING = re.compile(r"(?<=\w)['\u2019]\w+")
# Whose visitors leave out accents where their keyboard has none, so that words without them are taken for the same.
_TYPED_WITHOUT_ACCENTS = frozenset("ca cs de es et eu fr ga hr hu it lt lv nl pl pt ro sk sl sq tr".split())


def joined_codes(text: str, lang: str = "en") -> str:
    """`text` with each code in one piece: "K-300" and "K 300" become "K300"."""
    if not _DIGIT.search(text):  # as most texts
        return text
    return (_CODE if lang == "en" else _CODE_ELSEWHERE).sub(_in_one_piece, text)


def _in_one_piece(code: re.Match[str]) -> str:
    letters, digits = code[1] or code[3], code[2] or code[4]
    return code[0] if letters.casefold() in _NO_CODE else letters + digits


def words_of(text: str, lang: str = "en") -> list[str]:
    """The words of `text` as they are looked up: small letters in their plain form, codes in one piece, no apostrophes,
    and where a script has no blanks, the pieces of `grams_of`."""
    text = spelled_plainly(text)
    if lang == "zh" and not text.isascii():
        text = text.translate(_simplified())
    elif lang in _ELIDING:
        text = _ELISION.sub(" ", text)
    elif lang in _HANGING:
        text = _HANGING_ENDING.sub("", text)
    if _APOSTROPHE.search(text):
        text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    text = _IN_OR_OUT.sub(r"\1\2", text)
    words = match_key(joined_codes(text, lang)).split()
    if text.isascii():
        return words
    return [piece for word in words for piece in (grams_of(word) if is_in_grams(word) else (word,))]


class Lexicon:
    """What is known of the words of one language. Use `lexicon_of`, which keeps one for each."""

    def __init__(self, lang: str) -> None:
        """`lang`: as "en"; of a language that the lists do not know every word is equally rare and its own stem."""
        self.lang = lang
        self._stem = lru_cache(_STEMS)(self._stemmed)
        self._rarity = lru_cache(_STEMS)(self._measured_rarity)

    @cached_property
    def frequencies(self) -> Mapping[str, float]:
        """Word, in its plain form -> its share of all words of the language; empty where no list knows it."""
        return _frequencies(self.lang)

    @cached_property
    def _stemmer(self):  # type: ignore[no-untyped-def]
        import snowballstemmer

        return snowballstemmer.stemmer(_STEMMERS[self.lang]) if self.lang in _STEMMERS else None

    @cached_property
    def _grams(self) -> GramFrequencies:
        return GramFrequencies(self.frequencies)

    def words(self, text: str) -> list[str]:
        """See `words_of`."""
        return words_of(text, self.lang)

    def term(self, word: str) -> str:
        """What BM25 counts `word` as: its stem; in English the word itself, by which its weights were learnt."""
        return word if self.lang == "en" else self.stem(word)

    def stem(self, word: str) -> str:
        """Two forms of one word have one stem, mostly."""
        return self._stem(word)

    def _stemmed(self, word: str) -> str:
        if is_in_grams(word):
            return word
        word = self._without_clitics(word)
        stem = str(self._stemmer.stemWord(word)) if self._stemmer else word
        return without_accents(stem) if self.lang in _TYPED_WITHOUT_ACCENTS else stem

    def _without_clitics(self, word: str) -> str:
        """Without the "and", "in" and "the" that Arabic and Hebrew write as part of the next word. In Hebrew they are
        letters of words, too: there the rest must be a word that is used more than the whole."""
        if self.lang == "ar":
            return without_article(word)
        rest = without_particle(word) if self.lang == "he" else word
        return rest if self.frequency(rest) > self.frequency(word) else word

    def frequency(self, word: str) -> float:
        """Share of all words of the language, or of all pieces of words, that are this one; 0.0 where it is in no
        list."""
        return self._grams.of(word) if is_in_grams(word) else self.frequencies.get(word, 0.0)

    def rarity(self, word: str) -> float:
        """How much the word tells, about the decimal digits of its rarity: "the" 0.05, "delivery" 1.9, "descale" 4."""
        return self._rarity(word)

    def _measured_rarity(self, word: str) -> float:
        tells = -math.log10(max(self.frequency(word), _UNSEEN)) - 2.5
        return min(max(tells, COMMONEST), RAREST)

    def is_empty(self, word: str) -> bool:
        """True for a word that carries no meaning by itself, as "the" and "how"."""
        return word in _EMPTY if self.lang == "en" else self.frequency(word) >= _FUNCTION

    def content(self, text: str) -> dict[str, str]:
        """Stem -> word of the words in `text` that carry meaning."""
        return {self.stem(word): word for word in self.words(text) if not self.is_empty(word)}

    def stems(self, text: str) -> frozenset[str]:
        """Of all words in `text`."""
        return _stems(self.lang, text)

    def weight(self, words: Iterable[str]) -> float:
        return sum(map(self.rarity, words))

    def covered(self, content: Mapping[str, str], stems: Set[str]) -> float:
        """The share of the weight of `content` (stem -> word) whose stems are among `stems`; 0 where there is none."""
        every = self.weight(content.values())
        return self.weight(word for stem, word in content.items() if stem in stems) / every if every else 0.0

    def is_listed(self, word: str) -> bool:
        """True for a word of the language that a list has; of English, WordNet's is another."""
        if is_in_grams(word):
            return self.frequency(word) > 0
        return word in self.frequencies or (self.lang == "en" and relations().is_word(word))

    def share_listed(self, words: Iterable[str]) -> float:
        """Of those that are long enough to tell the language; 1.0 where there are none."""
        long = [word for word in words if is_in_grams(word) or (len(word) >= _TELLING and is_letters(word))]
        return sum(map(self.is_listed, long)) / len(long) if long else 1.0


@cache
def lexicon_of(lang: str) -> Lexicon:
    """`lang`: BCP 47, as "en-GB"; "" is taken for English, which the encoders that ship read."""
    return Lexicon(base_of(lang) or "en")


@lru_cache(_TEXTS)
def _stems(lang: str, text: str) -> frozenset[str]:
    lexicon = lexicon_of(lang)
    return frozenset(map(lexicon.stem, lexicon.words(text)))


@cache
def _simplified() -> Mapping[int, str]:
    """Traditional Chinese characters -> what is written for them elsewhere; wordfreq looks words up so, too."""
    import msgpack
    from wordfreq.util import data_path

    with gzip.open(data_path("_chinese_mapping.msgpack.gz")) as file:
        mapping: Mapping[int, str] = msgpack.load(file, raw=False, strict_map_key=False)
    return mapping


def _frequencies(lang: str) -> Mapping[str, float]:
    import wordfreq  # a tenth of a second, which a build without questions need not pay

    if lang not in wordfreq.available_languages("small"):  # it would take the list of a neighbour, and say so
        return {}
    listed: Mapping[str, float] = wordfreq.get_frequency_dict(lang, "small")
    if lang == "en":
        return dict(listed)
    frequencies: dict[str, float] = {}
    for word, frequency in listed.items():
        plain = spelled_plainly(word)
        if lang == "zh":
            plain = plain.translate(_simplified())
        frequencies[plain] = frequencies.get(plain, 0.0) + frequency
    return frequencies
