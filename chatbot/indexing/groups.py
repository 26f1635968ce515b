"""Entries by what they show, and as words: two views of a corpus that a build is made of."""

from collections.abc import Sequence

from chatbot.content.render import strip_markup
from chatbot.core.types import Entry


def answer_groups(entries: Sequence[Entry]) -> list[int]:
    """For each entry the number of its answer: entries that show the same one are wordings of one question."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(entry.answer or f"\0{row}", len(numbers)) for row, entry in enumerate(entries)]


def lexical_text(entry: Entry) -> str:
    """All words of an entry."""
    return " ".join((entry.question, *entry.alternates, strip_markup(entry.answer)))
