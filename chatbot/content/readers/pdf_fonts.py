"""Widths of the letters of PDF fonts, from which the end of a line is known.

A font lists widths by character code. A separate table maps codes to letters.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from chatbot.content.readers.pdf_lines import WIDE

_RANGES = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_MOST_LETTERS = 70_000  # of a font
_LONGEST_TABLE = 2_000_000  # bytes
# Widths of an ordinary font in thousandths of its size, for files that list none.
_NARROW, _MIDDLE, _CAPITAL, _BROAD = 260, 525, 680, 850
_NARROW_LETTERS = frozenset("ijl.,:;'|!I ftr()[]/-")
_BROAD_LETTERS = frozenset("mwMW@%\u2014")


class Widths:
    """The widths of the letters of one font."""

    def __init__(self, font: Mapping[str, Any] | None) -> None:
        try:
            self._known = dict(islice(_listed(font), _MOST_LETTERS)) if font else {}
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):  # a damaged font
            self._known = {}

    def of(self, text: str) -> float:
        """The width of `text` in font sizes."""
        return sum(self._known.get(letter) or _usual(letter) for letter in text) / 1000


def _usual(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return _NARROW
    if letter in _BROAD_LETTERS:
        return _BROAD
    return 1000 if WIDE.match(letter) else _CAPITAL if letter.isupper() else _MIDDLE


def _listed(font: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    letters = _letters(font)
    if font.get("/Subtype") == "/Type0":
        inner = font["/DescendantFonts"].get_object()[0].get_object()
        default = float(inner.get("/DW", 1000))
        widths = dict(islice(_ranges(inner.get("/W")), _MOST_LETTERS))
        for code, letter in letters.items():
            yield letter, widths.get(code, default)
        return
    first = int(font.get("/FirstChar", 0))
    listed = font["/Widths"].get_object() if "/Widths" in font else []
    for code, width in enumerate(listed[:256], first):
        letter = letters.get(code) or bytes([code % 256]).decode("cp1252", "ignore")
        if letter:
            yield letter, float(width)


def _ranges(widths: Any) -> Iterator[tuple[int, float]]:
    """ "7 [500 600] 9 12 550": one width each for 7 and 8, the same one for 9 to 12."""
    values = list(widths.get_object()) if widths is not None else []
    at = 0
    while at + 1 < len(values):
        first, second = int(values[at]), values[at + 1].get_object()
        if isinstance(second, list):
            yield from enumerate(map(float, second), first)
            at += 2
        else:
            for code in range(first, int(second) + 1):
                yield code, float(values[at + 2])
            at += 3


def _letters(font: Mapping[str, Any]) -> dict[int, str]:
    """Code -> letter. Codes for several letters are left out, since their width is that of all of them."""
    if "/ToUnicode" not in font:
        return {}
    table = font["/ToUnicode"].get_object().get_data()[:_LONGEST_TABLE]
    return {code: letter for code, letter in islice(_mapped(table), _MOST_LETTERS) if len(letter) == 1}


def _mapped(table: bytes) -> Iterator[tuple[int, str]]:
    for kind, body in _RANGES.findall(table):
        values = [value for value, *_ in _HEX.findall(body) if value]
        if kind == b"char":
            for code, letter in zip(values[::2], values[1::2], strict=False):
                yield int(code, 16), _text(letter)
        elif b"[" not in body:
            for first, last, letter in zip(values[::3], values[1::3], values[2::3], strict=False):
                text = _text(letter)
                for step, code in enumerate(range(int(first, 16), int(last, 16) + 1) if len(text) == 1 else ()):
                    yield code, chr(min(ord(text) + step, 0x10FFFF))


def _text(value: bytes) -> str:
    return bytes.fromhex(re.sub(r"\s", "", value.decode("ascii"))).decode("utf-16-be", "ignore")
