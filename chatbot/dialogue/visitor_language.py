"""In which of the languages of an FAQ a question is asked: by its letters, or where these tell nothing, by the words
that entries in that language alone have, and those that show how it asks (`cues.py`)."""

from collections import Counter
from collections.abc import Sequence

from chatbot.core.locales import base_of
from chatbot.core.scripts import script_of
from chatbot.core.text import plain_words
from chatbot.core.types import Entry
from chatbot.dialogue.cues import cues_of

_READ = 100_000  # characters of the entries in a language


class Languages:
    """Those that the entries of one FAQ are in."""

    def __init__(self, entries: Sequence[Entry], lang: str) -> None:
        """`lang`: of the FAQ, and so of the entries that name none."""
        self._default = base_of(lang)
        texts: dict[str, str] = {}
        for entry in entries:
            own = base_of(entry.lang) or self._default
            if len(texts.get(own, "")) < _READ:
                texts[own] = f"{texts.get(own, '')} {entry.question} {entry.answer}"
        self._scripts = {own: script_of(text) for own, text in texts.items()}
        every = Counter(word for text in texts.values() for word in set(plain_words(text)))
        self._words = {
            own: {word for word in plain_words(text) if every[word] == 1} | cues_of(own).known
            for own, text in texts.items()
        }

    @property
    def are_several(self) -> bool:
        return len(self._scripts) > 1

    def of(self, question: str) -> str:
        """The language of `question`, one of those of the FAQ; that of the FAQ itself where nothing tells."""
        script = script_of(question)
        written = [own for own, used in self._scripts.items() if used == script]
        if len(written) == 1:
            return written[0]
        said = plain_words(question)
        counts = {own: sum(word in words for word in said) for own, words in self._words.items()}
        return max(counts, key=lambda own: (counts[own], own == self._default), default=self._default)

    def is_in(self, entry: Entry, lang: str) -> bool:
        """Whether `entry` is in `lang`, as `of` names it."""
        return (base_of(entry.lang) or self._default) == lang
