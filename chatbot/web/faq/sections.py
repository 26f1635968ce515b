"""The parts of the FAQ page: by the headings that the questions stand under in their files, or by their first tags."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from chatbot.core.types import Entry

_FEWEST = 4  # questions, below which parts are in the way
_MOST = 0.6  # of the questions: more parts than that part nothing


class Part(NamedTuple):
    """Questions under one heading; "" where there is none."""

    heading: str
    entries: list[Entry]


def parts_of(entries: Sequence[Entry]) -> list[Part]:
    """`entries` in parts, each as it comes first; those without a heading are the last part. One part where neither
    headings nor tags part them well."""
    for heading_of in (_section, _first_tag):
        parts = _parted(entries, heading_of)
        if len(entries) >= _FEWEST and 2 <= len(parts) <= _MOST * len(entries):
            return parts
    return [Part("", list(entries))]


def _parted(entries: Sequence[Entry], heading_of: Callable[[Entry], str]) -> list[Part]:
    parts: dict[str, Part] = {}
    for entry in entries:
        heading = heading_of(entry)
        parts.setdefault(heading, Part(heading, [])).entries.append(entry)
    return sorted(parts.values(), key=lambda part: not part.heading)


def _section(entry: Entry) -> str:
    return entry.section


def _first_tag(entry: Entry) -> str:
    return entry.tags[0] if entry.tags else ""
