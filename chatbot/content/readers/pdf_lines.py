"""A line of a page of PDF: its words, where it stands, how it is set; and what opens it."""

import re
from dataclasses import dataclass

WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_BULLET = re.compile(
    r"\s*(?:[-*\u2022\u2023\u25aa\u25cf\u25cb\u25e6\u2043\u2013\u00b7\u25a0\uf0b7\uf0a7]|o(?=\s))\s+(?=\S)"
)
_NUMBER = re.compile(r"\s*\(?(\d{1,3})[.)]\s+(?=\S)")


@dataclass(slots=True)
class PageLine:
    """`height`: how far up the page it stands, `across`: how far to the right, 0 to 1; `right`: where it ends;
    `first`: how wide its first word is.

    `bold`: all of it is; `lead`: as many of its first letters are; `ends_bold`: its last ones are. `is_soft`: it ends
    with a hyphen that breaks a word. `parts`: what stands on it with room between, as cells of a table do.
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
    """The bullet or number that opens `line`, with the blanks behind it."""
    found = _BULLET.match(line.text) or _NUMBER.match(line.text)
    return found[0] if found else ""


def number_of(line: PageLine) -> int:
    found = _NUMBER.match(line.text)
    return int(found[1]) if found else 0
