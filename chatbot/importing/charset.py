"""Bytes from the web as text. Several places state the encoding, and not always correctly."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEAD = 4096  # bytes at the beginning of a page that may name its encoding
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
# Python's names of text encodings. It has other codecs that no page uses, some of them slow.
_OF_TEXT = re.compile(r"(utf-(8|16|32)|cp\d|iso|koi8|gb|big5|shift_jis|euc|mac|tis|johab|hz)")
_ONE_BYTE = re.compile(r"cp12\d\d|cp\d{3}$|iso8859|koi8|mac|tis")
_SEVERAL = 2  # letters beyond ASCII
_WIDE = ("utf-16", "utf-32")  # at least two bytes a letter
# Encodings that browsers read as Windows-1252, since pages that state them mostly mean it.
_LATIN = frozenset({"iso8859-1", "ascii"})


def as_utf8(data: bytes, content_type: str) -> tuple[bytes, str]:
    """(the text of `data` as UTF-8, a note for the owner or ""). `content_type`: the HTTP header.

    A byte order mark counts first, then the header, then what the page states; then UTF-8 is tried. If none of them can
    be right, the bytes are read as Windows-1252. Valid UTF-8 letters count more than a stated one-byte encoding: such a
    text would hardly ever be UTF-8 by chance.
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
    """The number of letters beyond ASCII, if all of the data is UTF-8; else 0."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return 0
    return sum(not letter.isascii() for letter in text)


def _candidates(data: bytes, content_type: str) -> list[str]:
    named = [encoding for mark, encoding in _BOMS if data.startswith(mark)]
    head = data[:_HEAD]
    if header := _HEADER.search(content_type):
        named += _known(header[1])
    for pattern in (_META, _XML):
        if inside := pattern.search(head):
            # A declaration that could be read byte by byte is not in UTF-16, whatever it states.
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
