"""What an editor writes of an entry, whatever the format of its file."""

from dataclasses import dataclass

from chatbot.core.errors import ContentError
from chatbot.core.text import clean, is_date, match_key, one_line
from chatbot.core.types import Entry


@dataclass(frozen=True, slots=True)
class Fields:
    """What an editor writes of an entry."""

    question: str
    answer: str = ""  # Markdown; empty: a gap
    alternates: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""  # "name", "address", "name address" or "[name](address)"
    reviewed: str = ""  # ISO date
    review_by: str = ""  # ISO date

    @classmethod
    def of(cls, entry: Entry) -> "Fields":
        source = " ".join(filter(None, (entry.source, entry.url if entry.url != entry.source else "")))
        return cls(entry.question, entry.answer, entry.alternates, entry.tags, source, entry.reviewed, entry.review_by)

    @property
    def normalized(self) -> "Fields":
        """As it is read back: without blanks and characters that no text has."""
        answer = "\n".join(line if line.strip() else "" for line in clean(self.answer).split("\n"))
        wordings = dict.fromkeys(one_line(clean(text)) for text in self.alternates)
        return Fields(
            one_line(clean(self.question)),
            answer.strip("\n").rstrip(),
            tuple(text for text in wordings if match_key(text)),
            tuple(dict.fromkeys(tag for text in self.tags if (tag := one_line(clean(text)).strip()))),
            *(one_line(clean(text)) for text in (self.source, self.reviewed, self.review_by)),
        )


def checked(fields: Fields) -> Fields:
    """`fields`, normalized; ContentError for what no entry may have."""
    fields = fields.normalized
    if not match_key(fields.question):
        raise ContentError("the question has no words; write one")
    for name in ("reviewed", "review_by"):
        value = getattr(fields, name)
        if value and not is_date(value):
            raise ContentError(f"{name}: {value!r} is no date; write it as 2026-01-31")
    return fields
