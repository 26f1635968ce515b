"""Detects files whose first bytes show that their suffix is wrong."""

import re
from pathlib import PurePosixPath

from chatbot.content.readers.source import Unreadable

_TEXTS = frozenset({".txt", ".md", ".html", ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml"})
_DATA = frozenset({".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".xlsx"})
_HEAD = 4000  # bytes
_MAIL = re.compile(rb"\s*(?:From|Date|MIME-Version|Return-Path|Received|Delivered-To|Content-Type): .*\n", re.I)
_ENCODED = re.compile(rb"^Content-(?:Transfer-Encoding: *(?:quoted-printable|base64)|Type: *multipart/)", re.I | re.M)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)


def check_kind(name: str, data: bytes) -> None:
    """Raises Unreadable for a file that cannot be what its suffix says."""
    suffix = PurePosixPath(name).suffix.lower()
    kind = ""
    if suffix in _TEXTS and data.startswith(b"PK\x03\x04"):
        kind = _packed(data)
    elif suffix in _TEXTS and data.startswith(b"%PDF-"):
        kind = "a PDF; rename it to .pdf, or save its text"
    elif suffix in _TEXTS | _DATA and data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        kind = "a file of an old office program, or one locked by a password; save it again as .xlsx or .csv"
    elif suffix in _TEXTS and data.startswith(b"\x1f\x8b"):
        kind = "packed with gzip; unpack it"
    elif suffix in _TEXTS and _MAIL.match(data) and _ENCODED.search(data[:_HEAD]):
        kind = (
            "a mail, or a page saved as one (.mhtml); save the page as .html, or copy the text of the mail into a .txt"
        )
    elif suffix in _DATA and _PAGE.match(data[:2000]):
        kind = "a page of HTML; rename it to .html, or export it again"
    if kind:
        raise Unreadable(0, "file-kind", f"another type than its suffix says: it is {kind}")


def _packed(data: bytes) -> str:
    for part, kind in ((b"xl/", "a workbook; rename it to .xlsx"), (b"word/", "a Word document; rename it to .docx")):
        if part in data[:4096] or part in data[-65_536:]:
            return kind
    return "a zip archive; unpack it"
