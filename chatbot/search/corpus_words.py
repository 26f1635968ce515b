"""What a corpus itself tells of its words, where no list knows its language.

Rarity is measured in the language wherever there is a list of it. Without one, every word would be equally rare, "the"
as much as "descale": then a word is as rare as the entries that hold it are few. That is nearly as good
(docs/languages.md). It serves, too, where `lang` of bot.toml is another language than the entries'.
"""

import math

from chatbot.search.lexical import LexicalIndex
from chatbot.search.words import COMMONEST, RAREST, Lexicon, lexicon_of

_MOSTLY = 0.4  # of the words must be listed: fewer are when the list is of another language
_OFTEN = 0.4  # of the entries hold a word that carries no meaning by itself
_FEWEST = 5  # entries that tell which words are common
_UNKNOWN = "und"  # BCP 47, so that no rules of the language named wrongly apply
_SAMPLE = 3000  # words that are looked up in the list


class CorpusLexicon(Lexicon):
    """Of one corpus. It goes when another build is served."""

    def __init__(self, lang: str, index: LexicalIndex) -> None:
        super().__init__(lang)
        self._index = index

    def rarity(self, word: str) -> float:
        holding = self._index.share_holding(word) * self._index.entries + 0.5
        entries = self._index.entries + 0.5
        return max(RAREST * math.log(entries / holding) / math.log(entries / 0.5), COMMONEST)

    def is_empty(self, word: str) -> bool:
        return self._index.entries >= _FEWEST and self._index.share_holding(word) >= _OFTEN


def lexicon_for(index: LexicalIndex, lang: str) -> Lexicon:
    """Of the language `lang`, as BCP 47, or of the corpus of `index`, where no list knows most of its words."""
    lexicon = lexicon_of(lang)
    if not lexicon.frequencies:
        return CorpusLexicon(lexicon.lang, index)
    words = index.words
    is_other = lexicon.share_listed(words[:: max(len(words) // _SAMPLE, 1)]) < _MOSTLY
    return CorpusLexicon(_UNKNOWN, index) if is_other else lexicon
