"""Cells of a table that a spreadsheet opens: text that is never taken for a formula, and lists in one cell.

Each has its inverse, and both are exact: whatever was put into a cell is read from it again.
"""

import re
import unicodedata
from collections.abc import Iterable

_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that show nothing
_PARTS = {"alternates": "|", "tags": "|,;"}  # what parts the items of a list, beside line breaks


def safe_cell(text: str) -> str:
    """`text` with an apostrophe before it where it could run as a formula, or where `cell_text` would take one away."""
    return f"'{text}" if _may_run(text) else text


def cell_text(cell: str) -> str:
    """The text of which `safe_cell` made `cell`: without an apostrophe that stands before what could be a formula."""
    return cell[1:] if cell.startswith("'") and _may_run(cell) else cell


def list_cell(field: str, items: Iterable[str]) -> str:
    """One item a line, with a backslash before each character in it that would part it."""
    return "\n".join(re.sub(rf"([{_PARTS[field]}])", r"\\\1", item) for item in items)


def cell_items(field: str, cell: str) -> list[str]:
    """The items of a cell, parted by line breaks and by what parts the items of `field`, such as "|"."""
    items = re.split(rf"\n|(?<!\\)[{_PARTS[field]}]", cell)
    return [re.sub(rf"\\([{_PARTS[field]}])", r"\1", item) for item in items]


def _may_run(text: str) -> bool:
    """Whether a formula opens behind any apostrophes, blanks and characters that show nothing, in full width too.

    A tab or carriage return before anything else counts: it may bring what follows into a cell of its own.
    """
    for character in text.lstrip("'"):
        if character in "\t\r":
            return True
        if unicodedata.category(character)[0] not in "CZM" and character not in _FILLERS:
            return unicodedata.normalize("NFKC", character)[0] in "=+-@"
    return False
