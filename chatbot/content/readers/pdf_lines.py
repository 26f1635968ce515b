"""A line of a PDF page: text, position, style; and its list mark."""

import re
from dataclasses import dataclass

WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_BULLET = re.compile(
    r"\s*(?:[-*\u2022\u2023\u25aa\u25cf\u25cb\u25e6\u2043\u2013\u00b7\u25a0\uf0b7\uf0a7]|o(?=\s))\s+(?=\S)"
)
_NUMBER = re.compile(r"\s*\(?(\d{1,3})[.)]\s+(?=\S)")


@dataclass(slots=True)
class PageLine:
    """`height`, `across`: position on the page, 0 to 1 from the bottom and the left; `right`: x of its end;
    `first`: width of its first word.

    `bold`: all of it is bold; `lead`: number of bold letters at its beginning; `ends_bold`: its last letters are bold.
    `is_soft`: it ends with a hyphen that breaks a word. `parts`: its parts with space between, such as table cells.
    """

    text: str
    page: int
    x: float
    y: float
    height: float
    across: float
    size: float
    bold: bool
    code: bool
    right: float = 0.0
    first: float = 0.0
    lead: int = 0
    ends_bold: bool = False
    is_soft: bool = False
    parts: tuple["PageLine", ...] = ()
    number: int = 0

    @property
    def starts_bold(self) -> bool:
        return self.lead > 0


def mark_of(line: PageLine) -> str:
    """The bullet or number that opens `line`, with the blanks after it."""
    match = _BULLET.match(line.text) or _NUMBER.match(line.text)
    return match[0] if match else ""


def number_of(line: PageLine) -> int:
    match = _NUMBER.match(line.text)
    return int(match[1]) if match else 0
