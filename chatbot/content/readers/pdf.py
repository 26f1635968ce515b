"""`.pdf`: the lines of text on its pages, with positions and fonts. The only door to pypdf.

Only page content is read: no scripts, forms or embedded files. A scan has no text and is refused.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from chatbot.content.document import Document
from chatbot.content.readers.pdf_blocks import fill
from chatbot.content.readers.pdf_fonts import Widths
from chatbot.content.readers.pdf_lines import WIDE, PageLine
from chatbot.content.readers.source import Unreadable
from chatbot.core.text import clean

_SAVE = "save it again as .pdf, or give its text as .docx or .md"
_LOCKED = "locked by a password; save it without one"
_SCAN = "holds no text, only pictures of it, as a scan does; let a program for text recognition read it first"
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_CODE = re.compile(r"courier|mono|consol|menlo|code|typewriter|cmtt", re.IGNORECASE)
_UNREADABLE_SHARE = 0.3  # share of characters without a meaning from which the text counts as unreadable
_MOST_PAGES = 2000
_WORD = re.compile(rf"{WIDE.pattern}|\S+?[-/](?=\w)|\S+")
_FORMS = re.compile("[\ufb00-\ufb06\ufb50-\ufdfb\ufe70-\ufefc]")  # ligatures, and Arabic presentation forms
_SOFT = re.compile("[\u00ad\u2010]\\s*$")  # browsers break words with U+2010, which nobody types
_ROOM = 0.15  # font sizes: the least space between two parts of a line


@dataclass
class _Piece:
    text: str
    x: float
    y: float
    size: float
    bold: bool
    code: bool
    widths: Widths

    @property
    def width(self) -> float:
        return self.widths.of(self.text.strip()) * self.size


def read_pdf(file: str, data: bytes) -> Document:
    start = data[:1024].lstrip()
    if not start:
        raise Unreadable(0, "empty-file", "empty; write entries into it or delete it")
    if b"%PDF-" not in start:
        raise Unreadable(0, "pdf", f"not a PDF, whatever its name says; {_SAVE}")
    document = Document(file, {})
    try:
        pages, textless = _pages(data)
    except (Unreadable, MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever the library meets in a damaged file
        message = f"not a PDF that can be read, or damaged ({type(error).__name__}); {_SAVE}"
        raise Unreadable(0, "pdf", message) from None
    words = "".join(line.text for page in pages for line in page)
    if not re.search(r"\w", words):
        raise Unreadable(0, "scan", _SCAN)
    if sum(unicodedata.category(letter) in ("Co", "Cn", "Cc") for letter in words) > len(words) * _UNREADABLE_SHARE:
        raise Unreadable(0, "pdf", f"its letters have no names, so that its text cannot be read; {_SAVE}")
    if textless:
        message = f"page {', '.join(map(str, textless[:10]))} shows a picture and no text; what it says is not read"
        document.problem(0, "scan", message, "warning")
    fill(document, pages)
    return document


def _pages(data: bytes) -> tuple[list[list[PageLine]], list[int]]:
    """The lines of each page, and the numbers of pages that are only a picture."""
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(0, "locked", _LOCKED)
        if len(reader.pages) > _MOST_PAGES:
            raise Unreadable(0, "too-large", f"over {_MOST_PAGES} pages; split it")
        pages: list[list[PageLine]] = []
        textless: list[int] = []
        for number, page in enumerate(reader.pages, 1):
            pages.append(list(_lines(page, number)))
            if not pages[-1] and "/XObject" in (page.get("/Resources") or {}):
                textless.append(number)
    except (DependencyError, FileNotDecryptedError):
        raise Unreadable(0, "locked", _LOCKED) from None
    return pages, textless


def _lines(page: Any, number: int) -> Iterator[PageLine]:
    pieces: list[_Piece] = []
    fonts: dict[int, Widths] = {}

    def visit(text: str, transform: Any, place: Any, font: Any, size: float) -> None:
        if not text:
            return
        x = place[4] * transform[0] + place[5] * transform[2] + transform[4]
        y = place[4] * transform[1] + place[5] * transform[3] + transform[5]
        scale = (abs(place[0]) or abs(place[1])) * (abs(transform[0]) or abs(transform[1]))
        name = str((font or {}).get("/BaseFont", ""))
        is_code = _CODE.search(name) is not None
        if id(font) not in fonts:
            fonts[id(font)] = Widths(font)
        pieces.append(_Piece(text, x, y, size * scale, _BOLD.search(name) is not None, is_code, fonts[id(font)]))

    page.extract_text(visitor_text=visit)
    line: list[_Piece] = []
    for piece in pieces:
        for at, text in enumerate(piece.text.split("\n")):
            if line and (at or _is_below(line[-1], piece)):
                yield from _line(line, number, page.mediabox)
                line = []
            if text.strip() or (text and line):
                line.append(replace(piece, text=text))
    if line:
        yield from _line(line, number, page.mediabox)


def _is_below(above: _Piece, piece: _Piece) -> bool:
    return bool(piece.text.strip()) and abs(above.y - piece.y) > 0.6 * max(above.size, piece.size, 1.0)


def _line(pieces: list[_Piece], page: int, sheet: Any) -> Iterator[PageLine]:
    whole = _page_line(pieces, page, sheet)
    if whole:
        groups = _parts(pieces)
        if len(groups) > 1:
            whole.parts = tuple(part for group in groups if (part := _page_line(group, page, sheet)))
        yield whole


def _parts(pieces: list[_Piece]) -> list[list[_Piece]]:
    """The pieces of a line in groups with more than a blank between them."""
    groups: list[list[_Piece]] = []
    right = 0.0
    for piece in pieces:
        if not piece.text.strip() and groups:
            groups[-1].append(piece)
            continue
        if groups and piece.x - right <= _ROOM * piece.size:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        right = piece.x + piece.width
    return groups


def _page_line(pieces: list[_Piece], page: int, sheet: Any) -> PageLine | None:
    inked = [piece for piece in pieces if piece.text.strip()]
    text = _cleaned("".join(piece.text for piece in pieces))
    if not text.strip():
        return None
    weight = sum(len(piece.text) for piece in inked)
    size = sum(piece.size * len(piece.text) for piece in inked) / weight
    letters = [piece for piece in inked if re.search(r"\w", piece.text)] or inked
    x, y = min(piece.x for piece in inked), max(piece.y for piece in inked)
    bold = all(piece.bold for piece in letters)
    lead = _cleaned(
        "".join(piece.text for piece in takewhile(lambda piece: piece.bold or not piece.text.strip(), pieces))
    )
    return PageLine(
        text=text.rstrip(),
        page=page,
        x=x,
        y=y,
        height=(y - float(sheet.bottom)) / (float(sheet.height) or 1.0),
        across=(x - float(sheet.left)) / (float(sheet.width) or 1.0),
        size=round(size * 2) / 2,
        bold=bold,
        code=all(piece.code for piece in letters),
        right=max(piece.x + piece.width for piece in inked),
        lead=len(text.rstrip()) if bold else len(lead.rstrip()),
        first=_first_word(inked),
        ends_bold=inked[-1].bold,
        is_soft=_SOFT.search("".join(piece.text for piece in pieces)) is not None,
    )


def _first_word(pieces: list[_Piece]) -> float:
    """The width of the first word, or of its part up to where it may be broken."""
    word = _WORD.match("".join(piece.text for piece in pieces).lstrip())
    left, width = len(word[0]) if word else 0, 0.0
    for at, piece in enumerate(pieces):
        text = (piece.text if at else piece.text.lstrip())[:left]
        width += piece.widths.of(text) * piece.size
        left -= len(text)
    return width


def _cleaned(text: str) -> str:
    # A soft hyphen at the end of a line is visible there.
    text = clean(_SOFT.sub("-", text).replace("\u00ad", ""))
    return _FORMS.sub(lambda form: unicodedata.normalize("NFKC", form[0]), text)
