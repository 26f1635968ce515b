"""Makes text comparable: cleaning, match keys, slugs, sentences, hashes."""

import datetime
import functools
import hashlib
import re
import string
import unicodedata
from collections.abc import Iterator
from typing import Literal

from chatbot.core.scripts import (
    UNSPACED,
    apart,
    ascii_digits,
    is_mark,
    is_unspaced,
    marks_of,
    plain_letters,
    without_joiners,
)
from chatbot.core.sentence_marks import (
    ABBREVIATIONS,
    ASKING_END,
    LIST_MARK,
    PARTED_ABBREVIATION,
    QUESTION_MARKS,
    SENTENCE_END,
    UNITS_CUT_SHORT,
)

# Zero-width and direction-changing characters: they hide text or reorder it and carry no meaning in a
# question. ZWJ and ZWNJ (U+200D, U+200C) stay: emoji and Indic and Persian spelling need them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIDDEN = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029]|{_INVISIBLE.pattern}|{_SURROGATE.pattern}")

# Ordering the combining marks of one letter takes time quadratic in their number. Unicode's stream-safe text has at
# most 30, far more than any language needs. One character may decompose into two marks, so runs of 15 are checked.
_MOST_MARKS = 30
_MAY_BE_MARKED = re.compile(f"[^\x00-\u02ff]{{{_MOST_MARKS // 2},}}")

# Apostrophes and zero-width characters: zero-width spaces, directions, soft hyphen, joiners, variation selectors, tags;
# also the dot that remains when the Turkish capital I is lower-cased.
_NO_LETTER = re.compile(
    "['`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032\uff07"
    "\u00ad\u0307\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_PLAIN = rf"[{UNSPACED}]|[^\W_{UNSPACED}]+"
_PLAIN_ASCII_WORD = re.compile(r"[^\W_]+")
_BARRED = str.maketrans("\u0142\u0111\u00f8\u0131", "ldoi")  # letters whose stroke is no mark of its own

_LETTER = re.compile(r"[^\W_]")
_ASCII_OF_WORD = string.ascii_letters + string.digits + "._"
_ASCII_WORD = re.compile(r"[^\W_][\w+#]*")  # for `match_key`

_QUESTION_MARKS = frozenset(QUESTION_MARKS)

_GREEK_END = re.compile("[\u0370-\u03ff\u1f00-\u1fff](?:[^\\W\\d_]{0,3}|[\\s\\d.,\u00bb\"')]{0,20})[;\u037e]$")
_ARMENIAN_END = re.compile("\u055e[^\u0589.:!]*[\u0589:]?$")  # no sentence ends after the mark


def clean(text: str) -> str:
    """NFC, without control, zero-width and bidirectional override characters, newlines as "\\n"."""
    if text.isascii() and text.isprintable():  # as most are
        return text
    text = _LINE_BREAK.sub("\n", text)
    return _normalized("NFC", _INVISIBLE.sub("", _CONTROL.sub("", text)))


def visible(text: str, keep: str = "") -> str:
    """`text` with escapes such as "\\x1b" for characters that hide, reorder or break it, except those in `keep`.

    For messages with file names, which may contain any character.
    """
    return _HIDDEN.sub(lambda match: match[0] if match[0] in keep else match[0].encode("unicode_escape").decode(), text)


def is_text(text: str) -> bool:
    """False where `text` has a lone surrogate, which cannot be encoded."""
    return text.isascii() or not _SURROGATE.search(text)


def without_surrogates(text: str) -> str:
    """`text` without lone surrogates."""
    return _SURROGATE.sub("", text)


def one_line(text: str) -> str:
    """`text` on one line, with each run of white space replaced by one blank, and none at the ends."""
    return " ".join(text.split())


def match_key(text: str) -> str:
    """The key of a text. Texts with equal keys are the same question: case, width, punctuation, the script of its
    digits and joiners that only say how letters are drawn are ignored.

    Combining marks are kept, since most Indian scripts need them, and so are "+" and "#" after a letter, as in "C++".
    """
    text = _normalized("NFKC", text).casefold()
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text))
    text = ascii_digits(without_joiners(text)).replace("i\u0307", "i")
    return " ".join(re.findall(rf"[^\W_][\w+#{marks_of(text)}]*", text))


def without_accents(word: str) -> str:
    """A word of Latin letters without the marks on them."""
    if word.isascii():
        return word
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare.translate(_BARRED)


def spelled_plainly(text: str) -> str:
    """`text` in NFKC, its letters and digits in their plain forms, with a blank wherever a script without blanks begins
    or ends; ASCII as it is."""
    return text if text.isascii() else apart(plain_letters(without_joiners(_normalized("NFKC", text))))


def plain_words(text: str) -> list[str]:
    """The words of `text`, for word-by-word comparison. Stricter than `match_key` about what hides words from programs.

    Apostrophes, zero-width characters and joiners within a word are removed. An underscore separates words. Letters are
    in their plain form (`chatbot.core.scripts`). Where a script has no blanks, each character is a word.
    """
    plain = _normalized("NFKC", _NO_LETTER.sub("", text)).casefold()
    if plain.isascii():
        return _PLAIN_ASCII_WORD.findall(plain)
    plain = spelled_plainly(_NO_LETTER.sub("", plain))
    marks = marks_of(plain)
    return re.findall(
        rf"[{UNSPACED}][{marks}]*|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{marks}])*" if marks else _PLAIN, plain
    )


def word_count(text: str) -> int:
    """How many words `text` has; where a script has no blanks, two characters count as one."""
    words = plain_words(text)
    unspaced = 0 if text.isascii() else sum(map(is_unspaced, words))
    return len(words) - unspaced // 2


def _normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    """`text` in a normal form, with at most `_MOST_MARKS` marks on a letter."""
    if text.isascii():  # ASCII text is normalised and has no marks
        return text
    return unicodedata.normalize(form, _MAY_BE_MARKED.sub(_with_few_marks, text))


def _with_few_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        has_letter, count = _marks(character)
        marks = count if has_letter else marks + count
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


@functools.lru_cache(4096)
def _marks(character: str) -> tuple[bool, int]:
    """(whether it has more than combining marks, how many marks it ends in)."""
    decomposed = unicodedata.normalize(
        "NFKD", character
    )  # a character that is no mark may decompose into marks, as U+0F73 does
    bare = len(decomposed)
    while bare and unicodedata.combining(decomposed[bare - 1]):
        bare -= 1
    return bare > 0, len(decomposed) - bare


def shortened(word: str) -> set[str]:
    """`word`, and the word without each one of its letters. Two words that differ by one typo share one of these.

    Some words that differ by two typos do, too, such as "abcde" and "bcdef".
    """
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def slug(question: str) -> str:
    """A stable, readable id: letters and digits of the question joined by "-", at most 80 characters.

    Long questions keep their first words and end in 8 hexadecimal digits of a hash, so that questions with the same
    beginning get different ids.
    """
    joined = match_key(question).replace("+", "-plus").replace("#", "-sharp").replace(" ", "-").replace("_", "-")
    if len(joined) <= 80:
        return joined or "entry-" + sha256(question)[:8]
    return joined[:71].rstrip("-") + "-" + sha256(joined)[:8]


def ends_as_question(line: str) -> bool:
    """Whether a line ends as a question. Greek uses ";" at the end, Armenian a mark within the word; Chinese, Japanese,
    Korean and Thai have words that ask without a mark."""
    bare = line.rstrip(" \t\"'\u2019\u201d\u00bb\u300d\u300f\uff09\u3011*_")
    if bare[-1:] in (";", "\u037e"):
        return _GREEK_END.search(bare) is not None
    if "\u055e" in bare and _ARMENIAN_END.search(bare):
        return True
    last = bare[-1:]
    return last in _QUESTION_MARKS or (not last.isascii() and ASKING_END.search(bare) is not None)


def list_mark(line: str) -> re.Match[str] | None:
    """The "- ", "1. " or "a) " that opens `line`, or None."""
    return LIST_MARK.match(line)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence of `text`, in characters, without the white space around it.

    A line break ends a sentence, as in lists and headings. A list mark belongs to no sentence.
    """
    begin = 0
    for stop in SENTENCE_END.finditer(text):
        if _is_abbreviation(text, stop):
            continue
        yield from _trimmed(text, begin, stop.end())
        begin = stop.end()
    yield from _trimmed(text, begin, len(text))


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    if stop.group() != ".":
        return False
    at = stop.start()
    last = _last_word(text, at)
    if last.isdigit():
        return _opens_line(text, at - len(last)) or _is_in_parted(text, at)
    if len(last) == 1 and not last.isascii() and _opens_line(text, at - 1):
        return True  # the mark of an item
    if last in UNITS_CUT_SHORT:
        return text[at + 1 :].lstrip()[:1].islower()
    return last in ABBREVIATIONS or _is_in_parted(text, at)


def _is_in_parted(text: str, at: int) -> bool:
    """Whether the full stop at `at` is one of an abbreviation that is written apart, as in "z. B."."""
    parted = PARTED_ABBREVIATION.finditer(text, max(at - 12, 0), at + 12)
    return any(found.start() <= at < found.end() for found in parted)


def _opens_line(text: str, at: int) -> bool:
    return not text[:at].rpartition("\n")[2].strip()


def ends_with_abbreviation(text: str, end: int) -> bool:
    """Whether the full stop at `end` belongs to the word before it, as in "vs.", "U.S." or "J. Smith"."""
    last = _last_word(text, end)
    is_initial = len(last) == 1 and last.isalpha() and last != "i" and not is_unspaced(last)
    return last in ABBREVIATIONS or is_initial or "." in last.strip(".") or _is_in_parted(text, end)


def _last_word(text: str, end: int) -> str:
    """The letters, digits and full stops directly before `end`, at most 20, in lower case."""
    before = text[max(end - 20, 0) : end]
    if before.isascii():
        return before[len(before.rstrip(_ASCII_OF_WORD)) :].lower()
    begin = end
    while begin > max(end - 20, 0) and _is_of_word(text[begin - 1]):
        begin -= 1
    return text[begin:end].casefold()


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character in "._" or is_mark(character)


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    mark = LIST_MARK.match(text, begin, end)
    while begin < end and text[begin].isspace():
        begin += 1
    if mark is not None and not PARTED_ABBREVIATION.match(text, begin, end):
        begin = max(begin, mark.end())
    while end > begin and text[end - 1].isspace():
        end -= 1
    if _LETTER.search(text, begin, end) or match_key(text[begin:end]):  # `match_key` knows more letters, but is slower
        yield begin, end


def is_date(text: str) -> bool:
    """Whether `text` is a full ISO date, such as 2026-01-31."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_web_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def sha256(data: str | bytes | memoryview) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def seal(question: str, answer: str) -> str:
    """The SHA-256 that proves the words of a transcript: of the question, a NUL and the answer."""
    return sha256(f"{question}\0{answer}")
