"""The lines of a text file, and the role of each."""

import codecs
import re
from collections.abc import Sequence

from chatbot.content.ledger import Content, LedgerLine, Role
from chatbot.content.readers.encodings import display_name, guessed_encoding
from chatbot.core.problem import Problem, Severity
from chatbot.core.text import clean
from chatbot.core.types import Entry

_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)


_HEAD = 4096  # bytes
_CONVERT = "save it as UTF-8, or convert it from the encoding it has: iconv -f windows-1252 -t UTF-8 FILE > NEW"
# The encodings that browsers and programs mean by these names.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030"}
_MEANT |= {"euc_kr": "cp949", "iso8859-9": "cp1254"}


class Unreadable(Exception):
    """The file cannot be read. `args`: (line, rule, message); line 0 is the whole file."""


def decoded(data: bytes) -> str:
    """The text of a file. Unreadable names the line that is not UTF-8."""
    try:
        text = data.decode(_encoding(data))
    except (UnicodeDecodeError, LookupError) as error:
        if not isinstance(error, UnicodeDecodeError):
            raise Unreadable(0, "encoding", "names an encoding that is not known; save it as UTF-8") from None
        message = f"not UTF-8 text (byte {error.start} of the file), and no other encoding is sure; {_CONVERT}"
        raise Unreadable(data.count(b"\n", 0, error.start) + 1, "encoding", message) from None
    if not text.strip():
        raise Unreadable(0, "empty-file", "empty; write entries into it or delete it")
    return text


def made_utf8(data: bytes) -> tuple[bytes, tuple[int, str]]:
    """(`data` as UTF-8, (line, note for the owner)) for data in another encoding, if that is certain but not stated.

    Other data is returned unchanged, with (0, "").
    """
    first = 0
    try:
        named = _encoding(data)
        data.decode(named)
        if named == "utf-16" or b"\0" not in data[:_HEAD]:  # a text in UTF-16 may be no mistake in UTF-8
            return data, (0, "")
    except (UnicodeDecodeError, LookupError) as error:
        first = error.start if isinstance(error, UnicodeDecodeError) else 0
    guess = guessed_encoding(data)
    if not guess:
        return data, (0, "")
    name = f"{display_name(guess.codec)} ({guess.language})"
    note = f"not UTF-8, and names no encoding that fits; read as {name}, so look at its letters and save it as UTF-8"
    return data.decode(guess.codec).encode(), (data.count(b"\n", 0, first) + 1, note)


def _encoding(data: bytes) -> str:
    """UTF-16 by its byte order mark; what an HTML page states, if it is not UTF-8; else UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if charset := _CHARSET.search(data[:_HEAD]):
            named = charset[1].decode("ascii")
            return _MEANT.get(codecs.lookup(named).name, named)
    return "utf-8-sig"


class SourceFile:
    """Lines are counted from 1. The last `note` for a line replaces earlier ones."""

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
