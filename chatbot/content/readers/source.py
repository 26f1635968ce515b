"""A text file being read: its lines, and what became of each."""

import re
from collections.abc import Sequence

from chatbot.content.ledger import Content, LedgerLine, Problem, Role, Severity
from chatbot.text import clean
from chatbot.types import Entry

_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)


class Unreadable(Exception):
    """(line, rule, message): the file cannot be read; line 0 is the file as a whole."""


def decoded(data: bytes) -> str:
    """The text of a file; Unreadable names the line that is not UTF-8."""
    try:
        text = data.decode(_encoding(data))
    except (UnicodeDecodeError, LookupError) as error:
        if not isinstance(error, UnicodeDecodeError):
            raise Unreadable(0, "encoding", "names an encoding that is not known; save it as UTF-8") from None
        message = f"not UTF-8 text (byte {error.start} of the file); save it as UTF-8"
        raise Unreadable(data.count(b"\n", 0, error.start) + 1, "encoding", message) from None
    if not text.strip():
        raise Unreadable(0, "empty-file", "empty; write entries into it or delete it")
    return text


def _encoding(data: bytes) -> str:
    """UTF-16 by its byte order mark, what a page of HTML says where that is not UTF-8, else UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if found := _CHARSET.search(data[:4096]):
            return found[1].decode("ascii")
    return "utf-8-sig"


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
