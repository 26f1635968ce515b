"""Where every source line went.

An editor must be able to see that nothing was lost: each line of a file that is not blank is the
question, an alternate, part of the answer or metadata of an entry, or it was dropped for a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.types import Entry

Role = Literal["question", "alternate", "answer", "metadata", "entry", "dropped"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line that is not blank. `role` "entry" is a whole entry in one line, as in a .jsonl file."""

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
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader makes of one file, or `read_corpus` of them all."""

    entries: Sequence[Entry] = ()
    ledger: Sequence[LedgerLine] = ()
    problems: Sequence[Problem] = ()

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
    )
