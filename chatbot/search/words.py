"""Words as evidence: which words carry meaning, how rare each is in its language, and which forms are one word.

Rarity is measured in the language, not in the corpus: in a FAQ of thirty entries nearly every word is rare, and a word
that only a visitor uses does not occur. The frequencies are those of wordfreq (Speer 2022), the stems those of
Snowball (Porter 2001).
"""

import math
import re
from collections.abc import Iterable, Mapping, Set
from functools import cache, lru_cache

from chatbot.core.text import match_key
from chatbot.search.relations import relations

_STEMS = 8192  # words that are remembered with their stem
_RAREST, _COMMONEST = 4.0, 0.05  # of `rarity`
_UNSEEN = 1e-7  # the frequency that a word has which the list does not hold
_FUNCTION = 1e-3  # from this frequency on a word of a language other than English carries no meaning

_POSSESSIVE = re.compile(r"['\u2019]s\b", re.I)
_APOSTROPHE = re.compile("['\u2019]")
# "K-300", "K 300" and "k300" are one code; over a blank only behind one letter, as "buy 2" and "tax 2024" are none.
_CODE = re.compile(r"(?<![^\W_])(?:([a-z]{1,3})-?(\d{1,5}[a-z]?)|([b-hj-z])\s(\d{1,5}[a-z]?))(?![^\W_])", re.I)
# A verb and a word that turns it round are one word.
_IN_OR_OUT = re.compile(r"\b(check|log|sign|opt|clock)(?:ing|ed)?[\s-](in|out)\b", re.I)
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
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip


def joined_codes(text: str) -> str:
    """`text` with each code in one piece: "K-300" and "K 300" become "K300"."""
    return _CODE.sub(_in_one_piece, text)


def _in_one_piece(code: re.Match[str]) -> str:
    letters, digits = code[1] or code[3], code[2] or code[4]
    return code[0] if letters.casefold() in _NO_CODE else letters + digits


def words_of(text: str) -> list[str]:
    """The words of `text` as they are looked up: small letters, codes in one piece, no apostrophes."""
    text = _IN_OR_OUT.sub(r"\1\2", _APOSTROPHE.sub("", _POSSESSIVE.sub("", text)))
    return match_key(joined_codes(text)).split()


class Lexicon:
    """What is known of the words of one language. Use `lexicon_of`, which keeps one for each."""

    def __init__(self, lang: str) -> None:
        """`lang`: as "en"; of a language that the lists do not know every word is equally rare and its own stem."""
        self.lang = lang
        self.frequencies: Mapping[str, float] = _frequencies(lang)
        self._stemmer = _stemmer(lang)
        self._stem = lru_cache(_STEMS)(lambda word: self._stemmer.stemWord(word) if self._stemmer else word)

    def stem(self, word: str) -> str:
        """Two forms of one word have one stem, mostly."""
        return str(self._stem(word))

    def rarity(self, word: str) -> float:
        """How much the word tells, about the decimal digits of its rarity: "the" 0.05, "delivery" 1.9, "descale" 4."""
        tells = -math.log10(self.frequencies.get(word, _UNSEEN)) - 2.5
        return min(max(tells, _COMMONEST), _RAREST)

    def is_empty(self, word: str) -> bool:
        """True for a word that carries no meaning by itself, as "the" and "how"."""
        return word in _EMPTY if self.lang == "en" else self.frequencies.get(word, 0.0) >= _FUNCTION

    def content(self, text: str) -> dict[str, str]:
        """Stem -> word of the words in `text` that carry meaning."""
        return {self.stem(word): word for word in words_of(text) if not self.is_empty(word)}

    @lru_cache(16_384)  # noqa: B019 - there is one lexicon for each language, and it stays
    def stems(self, text: str) -> frozenset[str]:
        """Of all words in `text`."""
        return frozenset(map(self.stem, words_of(text)))

    def weight(self, words: Iterable[str]) -> float:
        return sum(map(self.rarity, words))

    def covered(self, content: Mapping[str, str], stems: Set[str]) -> float:
        """The share of the weight of `content` (stem -> word) whose stems are among `stems`; 0 where there is none."""
        every = self.weight(content.values())
        return self.weight(word for stem, word in content.items() if stem in stems) / every if every else 0.0

    def is_listed(self, word: str) -> bool:
        """True for a word of the language that a list has; of English, WordNet's is another."""
        return word in self.frequencies or (self.lang == "en" and relations().is_word(word))


@cache
def lexicon_of(lang: str) -> Lexicon:
    """`lang`: BCP 47, as "en-GB"; "" is taken for English, which the encoders that ship read."""
    return Lexicon(lang.split("-")[0].lower() or "en")


def _frequencies(lang: str) -> Mapping[str, float]:
    import wordfreq  # a tenth of a second, which a build without questions need not pay

    try:
        return dict(wordfreq.get_frequency_dict(lang, "small"))
    except (LookupError, ValueError):  # no list of it, or no language at all
        return {}


def _stemmer(lang: str):  # type: ignore[no-untyped-def]
    import snowballstemmer

    return snowballstemmer.stemmer(_STEMMERS[lang]) if lang in _STEMMERS else None
