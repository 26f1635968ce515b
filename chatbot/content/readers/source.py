"""A text file being read: its lines, and what became of each."""

from collections.abc import Sequence

from chatbot.content.ledger import Content, LedgerLine, Problem, Role, Severity
from chatbot.text import clean
from chatbot.types import Entry


class SourceFile:
    """Lines are counted from 1. The last `note` on a line is the one that counts."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = dict(enumerate(clean(text).split("\n"), 1))
        self.problems: list[Problem] = []
        self._ledger: dict[int, LedgerLine] = {}

    def note(self, number: int, role: Role, reason: str = "") -> None:
        if line := self.lines[number].strip():
            self._ledger[number] = LedgerLine(self.file, number, role, line, reason)

    def problem(self, number: int, rule: str, message: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(self.file, number, rule, message, severity))

    def content(self, entries: Sequence[Entry]) -> Content:
        return Content(entries, [self._ledger[number] for number in sorted(self._ledger)], self.problems)
