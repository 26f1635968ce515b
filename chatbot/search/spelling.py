"""Spelling correction of a question: a second reading, in addition to the one that was typed.

A word that neither the corpus nor the language has is replaced by the nearest known word: letters swapped, missing,
doubled or wrong, up to two of them in a long word; words without a space, or with one too many. Words of the corpus are
preferred. They are never changed, nor are codes and numbers. The lookup is SymSpell's (Garbe 2012).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chatbot.core.scripts import is_letters, marks_of
from chatbot.core.text import spelled_plainly
from chatbot.search.grams import is_in_grams
from chatbot.search.words import Lexicon

if TYPE_CHECKING:
    from symspellpy import SymSpell

_SHORTEST = 4  # letters of a word that is looked up: a shorter one is too easily another
_LONG = 7  # letters from which on a word may have two slips
_PARTS = 3  # letters, at least, of each of two words that were run together
_PREFIX = 7  # letters by which SymSpell looks up
# In decimal digits of likelihood: a slip; a word of the corpus; letters only left out or swapped.
_SLIP, _OWN, _LEFT_OUT = 2.5, 1.5, 1.0
_TURNS = ("un", "de", "dis", "re", "non", "mis")
_MOSTLY = 0.6  # of the words of a corpus must be of its language
_RARE = 1e-7  # the frequency of a word that only the corpus knows
_WORD = r"(?:[^\W\d_]|[{marks}\u0640])+(?:['\u2019](?:[^\W\d_]|[{marks}\u0640])+)?"
_WITH_CAPITALS = ("de", "lb")  # whose nouns are written so, names or not


class Speller:
    """Of one corpus and its language."""

    def __init__(self, words: Iterable[str], lexicon: Lexicon) -> None:
        """`words`: all of the corpus, in small letters."""
        self._own = {word: 1 for word in words if is_letters(word)}
        self._lexicon = lexicon

    def corrected(self, text: str) -> str:
        """`text` without spelling mistakes; unchanged where there is none that can be corrected."""
        if not self._reads:
            return text
        joined = self._joined(text)
        words = re.compile(_WORD.format(marks=marks_of(joined)))
        return words.sub(lambda match: match[0] if self._is_name(joined, match) else self._word(match[0]), joined)

    @cached_property
    def _reads(self) -> bool:
        """False without a list of the words, or where the corpus is in another language: all would be slips."""
        return bool(self._lexicon.frequencies) and self._lexicon.share_listed(self._own) >= _MOSTLY

    def _word(self, word: str) -> str:
        small = spelled_plainly(word).casefold()
        if len(small) < _SHORTEST or not is_letters(small) or is_in_grams(small) or self._is_known(small):
            return word
        return self._nearest(small) or self._apart(small) or word

    def _is_known(self, word: str) -> bool:
        if word in self._own or self._lexicon.is_listed(word):
            return True
        # Beside English a word has so many forms that no list holds them all.
        return self._lexicon.lang != "en" and self._lexicon.stem(word) in self._own_stems

    @cached_property
    def _own_stems(self) -> frozenset[str]:
        return frozenset(map(self._lexicon.stem, self._own))

    def _nearest(self, word: str) -> str | None:
        from symspellpy import Verbosity

        reach = 2 if len(word) >= _LONG else 1
        near = {
            one.term: one.distance
            for speller, within in ((_of_language(self._lexicon), 1), (self._corpus, reach))
            for one in speller.lookup(word, Verbosity.ALL, max_edit_distance=within)
        }
        likely = [term for term in near if _begins_alike(word, term)]
        return max(likely, key=lambda term: (self._likelihood(word, term, near[term]), term), default=None)

    def _likelihood(self, word: str, meant: str, slips: int) -> float:
        """Of `meant` having become `word`, in decimal digits, up to a constant."""
        likelihood = math.log10(self._lexicon.frequencies.get(meant, _RARE)) - _SLIP * slips
        likelihood += _OWN * (meant in self._own)
        return likelihood + _LEFT_OUT * (sorted(word) == sorted(meant) or not Counter(word) - Counter(meant))

    def _apart(self, word: str) -> str | None:
        """The two known words that it is made of, the one of the corpus first."""
        cuts = range(_PARTS, len(word) - _PARTS + 1)
        pairs = [(word[:at], word[at:]) for at in cuts if self._is_known(word[:at]) and self._is_known(word[at:])]
        if not pairs:
            return None
        frequency = self._lexicon.frequencies.get
        best = max(
            pairs, key=lambda pair: (sum(part in self._own for part in pair), min(frequency(p, 0) for p in pair))
        )
        return " ".join(best)

    def _is_name(self, text: str, word: re.Match[str]) -> bool:
        """True for a word with a capital within a sentence."""
        before = text[: word.start()].rstrip()
        is_capital = word[0][0].isupper() and self._lexicon.lang not in _WITH_CAPITALS
        return is_capital and bool(before) and before[-1] not in ".?!:"

    def _joined(self, text: str) -> str:
        """With words of the corpus put together that were torn apart, as "del ivery"."""

        def join(match: re.Match[str]) -> str:
            one, two = match[1].casefold(), match[2].casefold()
            is_split = one + two in self._own and not (self._is_known(one) and self._is_known(two))
            return one + two if is_split else match[0]

        return re.sub(r"\b([^\W\d_]{2,}) ([^\W\d_]{2,})\b", join, text)

    @cached_property
    def _corpus(self) -> "SymSpell":
        return _symspell(self._own, 2)


@cache
def _of_language(lexicon: Lexicon) -> "SymSpell":
    """Takes a fifth of a second, and so only when the first slip comes, and once for all builds of a language."""
    return _symspell(lexicon.frequencies, 1)


def _begins_alike(word: str, meant: str) -> bool:
    """False where the first letter is another, which few slips do, or where a beginning is lost that turns a word
    round: "uninstall" is no slip of "install"."""
    if word[:2] == meant[1::-1]:
        return True
    return word[0] == meant[0] and all(meant.startswith(turn) for turn in _TURNS if word.startswith(turn))


def _symspell(words: Mapping[str, float], reach: int) -> "SymSpell":
    from symspellpy import SymSpell

    speller = SymSpell(max_dictionary_edit_distance=reach, prefix_length=_PREFIX)
    for word in words:
        if is_letters(word):
            speller.create_dictionary_entry(word, 1)
    return speller
