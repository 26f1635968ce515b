"""Hyperlinks on cells of a workbook, which are stored apart from the cells, and their addresses apart again."""

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
_SHORT = 80  # characters; a longer text gets its link below


def links_of(packed: zipfile.ZipFile, path: str, hyperlinks: Sequence[bytes]) -> Mapping[tuple[int, int], str]:
    """(column, row) -> address of the links of the sheet at `path`. `hyperlinks`: the attributes of each element."""
    if not hyperlinks:
        return {}
    folder, name = posixpath.split(path.lstrip("/"))
    try:
        relations = packed.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    except KeyError:
        return {}
    addresses = {attributes.get(b"Id", b""): attributes.get(b"Target", b"") for relation in _RELATION.findall(relations)
                 for attributes in [dict(_ATTRIBUTE.findall(relation))]}  # fmt: skip
    links: dict[tuple[int, int], str] = {}
    for attributes in hyperlinks:
        cell, name_of = _CELL.search(attributes), _ID.search(attributes)
        address = html.unescape(addresses.get(name_of[1], b"").decode("utf-8", "replace")) if name_of else ""
        if cell and _LEADS_OUT.fullmatch(address):
            links[column_number(cell[1]), int(cell[2])] = address
    return links


def as_link(text: str, address: str) -> str:
    """`text` as a link. A long text gets the link below it; one that shows the address stays unchanged."""
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
