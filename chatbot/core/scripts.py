"""Letters and digits of the world's scripts, in the one form by which words are compared.

People leave out what they take for granted (the vowel marks of Arabic and Hebrew, the dot of Hindi's borrowed sounds,
the accents of Greek, the two dots of the Russian yo), stretch words with a line, and have several keys for what reads
as one letter. Readers see one word; so does a search.
"""

import itertools
import re
import unicodedata
from collections import Counter
from functools import lru_cache

# Scripts that put no blanks between words: Han, kana, Thai, Lao, Burmese, Khmer. Hangul puts them between phrases only.
_CJK = "\u3005-\u3007\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
_CJK += "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
_SOUTH_EAST = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f"
_SOUTH_EAST += "\u109a-\u109d\u1780-\u17d3\u17d7\u17dc\u17dd\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"
UNSPACED = _CJK + _SOUTH_EAST  # for a class of a regular expression
_UNSPACED_BEGIN = re.compile(rf"[{UNSPACED}]")
_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
IN_GRAMS = UNSPACED + _HANGUL  # whose words are looked up by their pieces
# Arabic, Indic scripts and Hangul hang particles on what stands beside them, be it a number or a foreign name.
_HANGING = f"\u0600-\u06ff\u0900-\u0dff{_HANGUL}"
_BORDER = re.compile(
    rf"(?<=[{UNSPACED}])(?=[^\W_{UNSPACED}])|(?<=[^\W_{UNSPACED}])(?=[{UNSPACED}])"
    rf"|(?<=[{_HANGING}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_HANGING}])"
)

# What is written or left out as one likes: the vowel marks and the stretching line of Arabic, the points of Hebrew,
# the dot below a letter of Hindi; also the dot that remains when the Turkish capital I is lower-cased.
_OPTIONAL = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u093c]|(?<=[iI])\u0307"
)
_ALIKE = str.maketrans(
    "\u0623\u0625\u0622\u0671\u0649\u06cc\u06a9\u06c1\u06c0\u0929\u0931\u0934\u0901\u0451\u0401"
    "\u03ac\u03ad\u03ae\u03af\u03cc\u03cd\u03ce\u03ca\u03cb\u0390\u03b0\u0386\u0388\u0389\u038a\u038c\u038e\u038f",
    "\u0627\u0627\u0627\u0627\u064a\u064a\u0643\u0647\u0647\u0928\u0930\u0933\u0902\u0435\u0415"
    "\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9\u03b9\u03c5\u03b9\u03c5\u0391\u0395\u0397\u0399\u039f\u03a5\u03a9",
)
# "And", "in", "as", "to" and "the", as Arabic and Hebrew write them: as part of the next word.
_ARABIC_ARTICLE = re.compile("^[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=..)")
_PARTICLE = re.compile(
    "^(?:[\u0648\u0641\u0628\u0643\u0644](?=...)|\u05d5?[\u05d4\u05d1\u05dc\u05db\u05de\u05e9](?=...)|\u05d5(?=...))"
)
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
# Joiners that say how letters are drawn. Between Arabic letters the non-joiner parts two halves of a word.
_JOINER = re.compile("(?<![\u0600-\u08ff])\u200c|\u200d")


_LETTERS = 200  # of a text, that tell its script


def script_of(text: str) -> str:
    """The script of most of its letters, as Unicode names it, such as "LATIN" or "CJK"; "" where it has none. Kana
    stand among Han characters, and are these."""
    letters = list(itertools.islice(filter(str.isalpha, text), _LETTERS))
    counts = Counter(map(_script, letters))
    return counts.most_common(1)[0][0] if counts else ""


@lru_cache(4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0]
    return "CJK" if name in ("HIRAGANA", "KATAKANA") else name


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9."""
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def without_joiners(text: str) -> str:
    """`text` without the joiners that only say how its letters are drawn."""
    return _JOINER.sub("", text)


def plain_letters(text: str) -> str:
    """`text`, in NFKC, with each letter in its plain form and the digits of every script as 0 to 9; ASCII as it is.

    Accents stay: what they tell differs between languages.
    """
    return text if text.isascii() else ascii_digits(_OPTIONAL.sub("", text.translate(_ALIKE)))


def without_article(word: str) -> str:
    """An Arabic word, in plain letters, without its article and the particles before that."""
    return _ARABIC_ARTICLE.sub("", word)


def without_particle(word: str) -> str:
    """An Arabic or Hebrew word without its first letters, where these may be a particle: or a part of the word."""
    return _PARTICLE.sub("", word)


def apart(text: str) -> str:
    """`text` with a blank wherever a script that has none, or that hangs particles on foreign words, meets another:
    "iPhone12\u7684" is two words."""
    return text if text.isascii() else _BORDER.sub(" ", text)


def is_mark(character: str) -> bool:
    """True for a combining mark, such as a vowel sign of Hindi or Thai."""
    return unicodedata.category(character)[0] == "M"


def marks_of(text: str) -> str:
    """The combining marks in `text`, each once: with letters they make words, and `\\w` leaves most of them out."""
    return "".join(sorted(filter(is_mark, set(text))))


def is_unspaced(text: str) -> bool:
    """True where `text` begins in a script without blanks."""
    return _UNSPACED_BEGIN.match(text) is not None


def is_letters(word: str) -> bool:
    """True for letters alone, with their marks. To `str.isalpha` the vowel signs of Hindi or Thai are no letters."""
    return word.isalpha() or (word[:1].isalpha() and all(c.isalpha() or is_mark(c) for c in word))
