"""The links that lie on cells of a workbook: they stand apart from the cells, and their addresses apart from both."""

import html
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence

_CELL = re.compile(rb'\bref="([A-Z]{1,3})(\d{1,7})(?::[A-Z]{1,3}\d{1,7})?"')
_ID = re.compile(rb'\b\w+:id="([^"]*)"')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^<>]*)>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')
_LEADS_OUT = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>]+", re.IGNORECASE)
_SHORT = 80  # characters; a longer answer is no link as a whole


def links_of(packed: zipfile.ZipFile, path: str, found: Sequence[bytes]) -> Mapping[tuple[int, int], str]:
    """(column, row) -> address, for the links of the sheet at `path`. `found`: the attributes of each."""
    if not found:
        return {}
    folder, name = posixpath.split(path.lstrip("/"))
    try:
        relations = packed.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    except KeyError:
        return {}
    addresses = {own.get(b"Id", b""): own.get(b"Target", b"") for one in _RELATION.findall(relations)
                 for own in [dict(_ATTRIBUTE.findall(one))]}  # fmt: skip
    links: dict[tuple[int, int], str] = {}
    for attributes in found:
        cell, name_of = _CELL.search(attributes), _ID.search(attributes)
        address = html.unescape(addresses.get(name_of[1], b"").decode("utf-8", "replace")) if name_of else ""
        if cell and _LEADS_OUT.fullmatch(address):
            links[column_number(cell[1]), int(cell[2])] = address
    return links


def as_link(text: str, address: str) -> str:
    """`text` as a link; a long one with the link below, and one that says the address as it is."""
    words = text.strip()
    if not words or address.removeprefix("mailto:").rstrip("/") in words or "](" in words:
        return text
    address = address.replace("(", "%28").replace(")", "%29")
    if "\n" in words or len(words) > _SHORT:
        return f"{text.rstrip()}\n\n<{address}>"
    plain = re.sub(r"([\[\]])", r"\\\1", words)
    return f"[{plain}]({address})"


def column_number(letters: bytes) -> int:
    """The number of a column such as "AB"."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
