"""Where every source line went.

An editor must be able to see that nothing was lost: each line of a file that is not blank is the
question, an alternate, part of the answer or metadata of an entry, or it was dropped for a reason.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from chatbot.core.text import visible
from chatbot.core.types import Entry

TO_WRITE = "write into bot.toml which they are:\n"  # behind it a message has lines to be copied
_BREAK = "\n"

Role = Literal["question", "alternate", "answer", "metadata", "entry", "markup", "dropped"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line that is not blank.

    `role` "entry" is several of the others in one line, such as an entry of a .jsonl file; "markup" is a line without
    words of its own, such as a bracket of JSON or a tag of HTML.
    """

    file: str
    line: int  # counted from 1
    role: Role
    text: str
    reason: str = ""  # why it was dropped, or merged with another line


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the editor should mend; an error stops the build, a warning does not."""

    file: str
    line: int  # 0: the file as a whole
    rule: str
    message: str  # what is wrong and what to do
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line, whatever the name of the file holds; below it what to write into bot.toml, where it says that."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        what, said, lines = self.message.partition(TO_WRITE)
        return f"{visible(f'{where}: {what}')}{said}{visible(lines, keep=_BREAK)}"


@dataclass(frozen=True, slots=True)
class Place:
    """An anchor of the entry at `line`, or, with `url`, where the page itself stands."""

    file: str
    anchor: str
    line: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many questions were read of a file, of those that it seems to hold."""

    file: str
    read: int
    seen: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader makes of one file, or `read_corpus` of them all."""

    entries: Sequence[Entry] = ()
    ledger: Sequence[LedgerLine] = ()
    problems: Sequence[Problem] = ()
    places: Sequence[Place] = ()
    coverage: Sequence[Coverage] = ()

    @property
    def gaps(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_gap]

    @property
    def dropped(self) -> list[LedgerLine]:
        return [line for line in self.ledger if line.role == "dropped"]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


def joined(parts: Iterable[Content]) -> Content:
    parts = list(parts)
    return Content(
        [entry for part in parts for entry in part.entries],
        [line for part in parts for line in part.ledger],
        [problem for part in parts for problem in part.problems],
        [place for part in parts for place in part.places],
        [one for part in parts for one in part.coverage],
    )


_SHAPES: dict[str, Any] = {
    "entries": Entry,
    "ledger": LedgerLine,
    "problems": Problem,
    "places": Place,
    "coverage": Coverage,
}
_VALUES = {kind: attrgetter(*(f.name for f in dataclasses.fields(shape))) for kind, shape in _SHAPES.items()}


def content_as_json(content: Content) -> dict[str, list[tuple[Any, ...]]]:
    """`content` for another process: rows of values, as a long table has too many of them to name each."""
    return {kind: [values(item) for item in getattr(content, kind)] for kind, values in _VALUES.items()}


def content_from_json(found: Mapping[str, Sequence[Sequence[Any]]]) -> Content:
    def frozen(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return Content(**{kind: [shape(*map(frozen, row)) for row in found[kind]] for kind, shape in _SHAPES.items()})
