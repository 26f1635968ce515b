"""Hidden text of a Word document (Font, Hidden) is printed nowhere, so it is removed."""

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
            return data, False  # the library will report the error
        styles = _hidden_styles(roots.pop(_STYLES)) if _STYLES in roots else set()
        changed = {name: ElementTree.tostring(root) for name, root in roots.items() if _empty(root, styles)}
        if not changed:
            return data, False
    return with_parts(data, changed), True


def _hidden_styles(root: Any) -> set[str]:
    """The ids of styles with hidden text."""
    at = _space(root)
    styles = root.iter(f"{at}style")
    return {style.get(f"{at}styleId") or "" for style in styles if _vanishes(style.find(f"{at}rPr"), at)}


def _empty(root: Any, styles: set[str]) -> bool:
    """Removes the text of hidden runs. Returns whether there was any."""
    at = _space(root)
    any_removed = False
    for paragraph in root.iter(f"{at}p"):
        above = _style(paragraph.find(f"{at}pPr"), f"{at}pStyle", at) in styles
        for run in paragraph.iter(f"{at}r"):
            properties = run.find(f"{at}rPr")
            is_hidden = _vanishes(properties, at)
            if is_hidden or (is_hidden is None and (above or _style(properties, f"{at}rStyle", at) in styles)):
                children = [child for child in run if child is not properties]
                any_removed = any_removed or bool(children)
                for child in children:
                    run.remove(child)
    return any_removed


def _vanishes(properties: Any, at: str) -> bool | None:
    """Whether the properties hide the text; None where they do not say."""
    mark = properties.find(f"{at}vanish") if properties is not None else None
    return None if mark is None else (mark.get(f"{at}val") or "true") not in _OFF


def _style(properties: Any, tag: str, at: str) -> str:
    named = properties.find(tag) if properties is not None else None
    return "" if named is None else named.get(f"{at}val") or ""


def _space(root: Any) -> str:
    space = re.match(r"\{.*?\}", root.tag)
    return space[0] if space else ""
