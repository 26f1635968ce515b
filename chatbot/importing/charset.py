"""Bytes from the web as text: in which encoding they are written is told in several places, and not always rightly."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEAD = 4096  # bytes at the beginning in which a page may name its encoding
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
# Python's names of encodings of text; it has others that no page is written in, some of them slow.
_OF_TEXT = re.compile(r"(utf-(8|16|32)|cp\d|iso|koi8|gb|big5|shift_jis|euc|mac|tis|johab|hz)")
_ONE_BYTE = re.compile(r"cp12\d\d|cp\d{3}$|iso8859|koi8|mac|tis")
_SEVERAL = 2  # letters
_WIDE = ("utf-16", "utf-32")  # two bytes and more for a letter
# What browsers read as Windows-1252, since those who say the one mostly mean the other.
_LATIN = frozenset({"iso8859-1", "ascii"})


def as_utf8(data: bytes, content_type: str) -> tuple[bytes, str]:
    """(the text of `data` in UTF-8, what an owner should know of it or ""). `content_type`: the header of that name.

    A byte order mark counts first, then the header, then what the page says of itself; then UTF-8 is tried. Where none
    of them can be right, the bytes are taken for Windows-1252. Letters that are UTF-8 count more than what names an
    encoding of one byte a letter: such a text would hardly ever be UTF-8 by chance.
    """
    candidates = _candidates(data, content_type)
    if _ONE_BYTE.match(candidates[0]) and _letters_of_utf8(data) >= (1 if "utf-8" in candidates[:-1] else _SEVERAL):
        return data, f"is said to be in {candidates[0]}, but is UTF-8, and is read as that"
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.encode("utf-8", "replace"), ""
    note = "says no encoding that it is in; read as Windows-1252, so look at its accents and quotation marks"
    return data.decode("cp1252", "replace").encode(), note


def _letters_of_utf8(data: bytes) -> int:
    """How many letters of several bytes there are, where all of it is UTF-8."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return 0
    return sum(not letter.isascii() for letter in text)


def _candidates(data: bytes, content_type: str) -> list[str]:
    named = [encoding for mark, encoding in _BOMS if data.startswith(mark)]
    head = data[:_HEAD]
    if found := _HEADER.search(content_type):
        named += _known(found[1])
    for pattern in (_META, _XML):
        if inside := pattern.search(head):
            # What could be read byte by byte is not in UTF-16, whatever it says.
            named += [name for name in _known(inside[1].decode("ascii", "replace")) if name[:6] not in _WIDE]
    return [*named, "utf-8"]


def _known(label: str) -> list[str]:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return []
    if name in _LATIN:
        return ["cp1252"]
    return [name] if _OF_TEXT.match(name) else []
