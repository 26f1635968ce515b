"""Cells of a table that a spreadsheet opens: text that never runs as a formula, and lists in one cell.

Both have exact inverses: whatever was put into a cell is read from it again.
"""

import re
import unicodedata
from collections.abc import Iterable

_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # invisible letters and signs
_SEPARATORS = {"alternates": "|", "tags": "|,;"}  # separators of list items, beside line breaks


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe before it if it could run as a formula, or if `cell_text` would remove one."""
    return f"'{text}" if _may_run(text) else text


def cell_text(cell: str) -> str:
    """The inverse of `safe_cell`: the text without an apostrophe before a possible formula."""
    return cell[1:] if cell.startswith("'") and _may_run(cell) else cell


def list_cell(field: str, items: Iterable[str]) -> str:
    """One item a line, with a backslash before each separator within an item."""
    return "\n".join(re.sub(rf"([{_SEPARATORS[field]}])", r"\\\1", item) for item in items)


def cell_items(field: str, cell: str) -> list[str]:
    """The items of a cell, split at line breaks and at the separators of `field`, such as "|"."""
    items = re.split(rf"\n|(?<!\\)[{_SEPARATORS[field]}]", cell)
    return [re.sub(rf"\\([{_SEPARATORS[field]}])", r"\1", item) for item in items]


def _may_run(text: str) -> bool:
    """Whether a formula begins after any apostrophes, blanks and invisible characters. Full-width signs count, too.

    A tab or carriage return before anything else counts: it may move what follows into a cell of its own.
    """
    for character in text.lstrip("'"):
        if character in "\t\r":
            return True
        if unicodedata.category(character)[0] not in "CZM" and character not in _FILLERS:
            return unicodedata.normalize("NFKC", character)[0] in "=+-@"
    return False
