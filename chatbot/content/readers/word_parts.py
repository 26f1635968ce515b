"""The parts of a Word document with text, and fields, which the library does not read."""

import io
import re
import zipfile
from collections.abc import Mapping

PARTS = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
_FIELD = re.compile(rb"""</?(?:\w+:)?fldSimple\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")


def with_parts(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The document with some of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(file, "w") as fresh:
        for name in packed.namelist():
            fresh.writestr(name, changed.get(name) or packed.read(name))
    return file.getvalue()


def with_fields_as_text(data: bytes) -> bytes:
    """The document with the values of its fields, such as dates, as text, since the library ignores fields."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist() if PARTS.fullmatch(name)}
    changed = {name: text for name, part in parts.items() if (text := _FIELD.sub(b"", part)) != part}
    return with_parts(data, changed) if changed else data
