"""Text that a Word document hides (Font, Hidden): it is printed nowhere, so it is no part of what the document says."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree  # its parts hold no document type: word.py refuses one  # nosec B405

from chatbot.content.readers.word_parts import PARTS, with_parts

_STYLES = "word/styles.xml"
_MAY_HIDE = b":vanish"
_OFF = frozenset({"0", "false", "off"})


def without_hidden(data: bytes) -> tuple[bytes, bool]:
    """The document without its hidden text, and whether there was any."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if PARTS.fullmatch(name) or name == _STYLES]
        parts = {name: packed.read(name) for name in names}
        if not any(_MAY_HIDE in part for part in parts.values()):
            return data, False
        try:
            roots = {name: ElementTree.fromstring(part) for name, part in parts.items()}  # nosec B314
        except (ElementTree.ParseError, ValueError):
            return data, False  # the library says what is wrong
        styles = _hidden_styles(roots.pop(_STYLES)) if _STYLES in roots else set()
        changed = {name: ElementTree.tostring(root) for name, root in roots.items() if _empty(root, styles)}
        if not changed:
            return data, False
    return with_parts(data, changed), True


def _hidden_styles(root: Any) -> set[str]:
    """The ids of styles that hide what is written in them."""
    at = _space(root)
    styles = root.iter(f"{at}style")
    return {style.get(f"{at}styleId") or "" for style in styles if _vanishes(style.find(f"{at}rPr"), at)}


def _empty(root: Any, styles: set[str]) -> bool:
    """Takes the text out of runs that are hidden; whether there were any."""
    at = _space(root)
    found = False
    for paragraph in root.iter(f"{at}p"):
        above = _style(paragraph.find(f"{at}pPr"), f"{at}pStyle", at) in styles
        for run in paragraph.iter(f"{at}r"):
            own = run.find(f"{at}rPr")
            named = _vanishes(own, at)
            if named or (named is None and (above or _style(own, f"{at}rStyle", at) in styles)):
                said = [child for child in run if child is not own]
                found = found or bool(said)
                for child in said:
                    run.remove(child)
    return found


def _vanishes(properties: Any, at: str) -> bool | None:
    """None where nothing is said of it."""
    mark = properties.find(f"{at}vanish") if properties is not None else None
    return None if mark is None else (mark.get(f"{at}val") or "true") not in _OFF


def _style(properties: Any, tag: str, at: str) -> str:
    named = properties.find(tag) if properties is not None else None
    return "" if named is None else named.get(f"{at}val") or ""


def _space(root: Any) -> str:
    space = re.match(r"\{.*?\}", root.tag)
    return space[0] if space else ""
