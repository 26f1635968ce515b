"""What became of every source line.

An editor must be able to see that nothing was lost. Each line that is not blank is the question, an alternate, part of
the answer or metadata of an entry, or it was dropped for a reason.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

from chatbot.core.problem import Problem
from chatbot.core.types import Entry

Role = Literal["question", "alternate", "answer", "metadata", "entry", "markup", "dropped"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line that is not blank.

    `role` "entry": one line has several roles, such as an entry of a .jsonl file. "markup": a line without words of its
    own, such as a bracket of JSON or a tag of HTML.
    """

    file: str
    line: int  # counted from 1
    role: Role
    text: str
    reason: str = ""  # why it was dropped, or merged with another line


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchor of the entry at `line`; with `url`, the address of the page itself."""

    file: str
    name: str
    line: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the questions of a file were read. `seen`: how many it seems to hold."""

    file: str
    read: int
    seen: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader makes of one file, or `read_corpus` of all files."""

    entries: Sequence[Entry] = ()
    ledger: Sequence[LedgerLine] = ()
    problems: Sequence[Problem] = ()
    anchors: Sequence[Anchor] = ()
    coverage: Sequence[Coverage] = ()
    # Of entries with links within the site: (file, line, question) -> the answer with these links as the file has them.
    written: Mapping[tuple[str, int, str], str] = field(default_factory=dict)

    def as_written(self, entry: Entry) -> Entry:
        """`entry`, one of these, with the links within the site as its file has them: for who edits the file."""
        answer = self.written.get((entry.file, entry.line, entry.question), entry.answer)
        return dataclasses.replace(entry, answer=answer)

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
        [anchor for part in parts for anchor in part.anchors],
        [coverage for part in parts for coverage in part.coverage],
    )


_SHAPES: dict[str, Any] = {
    "entries": Entry,
    "ledger": LedgerLine,
    "problems": Problem,
    "anchors": Anchor,
    "coverage": Coverage,
}
_VALUES = {kind: attrgetter(*(f.name for f in dataclasses.fields(shape))) for kind, shape in _SHAPES.items()}


def content_as_json(content: Content) -> dict[str, list[tuple[Any, ...]]]:
    """`content` for another process, as rows of values: naming each value would make long tables much larger."""
    return {kind: [values(item) for item in getattr(content, kind)] for kind, values in _VALUES.items()}


def content_from_json(values: Mapping[str, Sequence[Sequence[Any]]]) -> Content:
    def frozen(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    rows: dict[str, Any] = {kind: [shape(*map(frozen, row)) for row in values[kind]] for kind, shape in _SHAPES.items()}
    return Content(**rows)
