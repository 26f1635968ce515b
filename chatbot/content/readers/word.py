"""`.docx`: a Word document as HTML, which is read like any page. The only door to mammoth.

Macros, templates and other files are never opened. A document type declaration could grow without limit, so it is
refused; Word writes none.
"""

import io
import re
import zipfile
from html import unescape
from typing import Any
from xml.etree import ElementTree  # see below  # nosec B405

from chatbot.content.document import Document
from chatbot.content.readers.html_blocks import document_of
from chatbot.content.readers.source import Unreadable
from chatbot.content.readers.word_hidden import without_hidden
from chatbot.content.readers.word_parts import with_fields_as_text
from chatbot.content.readers.zipped import check_size
from chatbot.core.text import clean, one_line

_SAVE = "save it again as .docx"
_OLE = b"\xd0\xcf\x11\xe0"  # the start of old Office files, and of new ones with a password
_MAIN = re.compile(r"word/document\d*\.xml")
_STYLES = "word/styles.xml"
_MAP = (
    "p[style-name='Title'] => h1:fresh",
    "p[style-name='Quote'] => blockquote > p:fresh",
    "p[style-name='Intense Quote'] => blockquote > p:fresh",
    *(f"p[style-name='{name}'] => pre:separator('\\n')" for name in ("HTML Preformatted", "Source Code", "Code")),
    *(f"p[style-name='{toc} {level}'] => nav > p:fresh" for toc in ("toc", "TOC") for level in range(1, 10)),
    "p[style-name='TOC Heading'] => nav > p:fresh",
    *(
        f"p[style-name='List {name} {level}'] => {'ul|ol > li > ' * (level - 1)}{tag} > li:fresh"
        for name, tag in (("Bullet", "ul"), ("Number", "ol"))
        for level in (2, 3, 4, 5)
    ),
    "r[style-name='Code'] => code",
    "r[style-name='HTML Code'] => code",
    "r[style-name='Source Text'] => code",
)
_BLOCK = re.compile(r"(?=<(?:p|h[1-6]|ul|ol|li|table|thead|tbody|tr|td|th|blockquote|pre|dl|dt|dd|nav|div|hr)\b)")
_NOTE = re.compile(r'<li id="((?:foot|end)note-[\w-]+)">(.*?)</li>', re.DOTALL)
_NOTES = re.compile(r'<ol>(?:<li id="(?:foot|end)note-[\w-]+">.*?</li>)+</ol>', re.DOTALL)
_NOTE_REFERENCE = re.compile(r'<sup><a href="#((?:foot|end)note-[\w-]+)"[^>]*>.*?</a></sup>')
_BACK = re.compile(r'\s*<a href="#(?:foot|end)note-ref-[\w-]+">[^<]*</a>')
_PARAGRAPH = re.compile(r"</p>\s*<p>|</?p>")


def as_html(data: bytes) -> str:
    """The text of the document, each block on its own line. Unreadable for anything but a document."""
    if not data.strip():
        raise Unreadable(0, "empty-file", "empty; write entries into it or delete it")
    if data.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        message = f"locked by a password; {_SAVE} without one" if locked else f"an old Word document (.doc); {_SAVE}"
        raise Unreadable(0, "docx", message)
    check_size(data, "docx", "document", "split it, or take its pictures out")
    styles = _checked_styles(data)
    data, _ = without_hidden(with_fields_as_text(data))
    import mammoth  # type: ignore[import-untyped]

    try:
        html = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map="\n".join([*_MAP, *styles]),
            include_embedded_style_map=False,
            convert_image=lambda image: [mammoth.html.element("img", {"alt": one_line(image.alt_text or "picture")})],
        ).value
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever the library meets in a damaged file
        message = f"not a Word document that can be read ({type(error).__name__}); {_SAVE}"
        raise Unreadable(0, "docx", message) from None
    if not re.search(r"\w", re.sub("<[^>]*>", "", html)):
        raise Unreadable(0, "empty-file", "holds no text; write entries into it or delete it")
    return _BLOCK.sub("\n", clean(_with_notes_in_place(html))).lstrip("\n")


def text_of_line(html: str) -> str:
    """The text of a line of `as_html`."""
    return one_line(unescape(re.sub("<[^>]*>", " ", html)))


def _with_notes_in_place(html: str) -> str:
    """Puts footnotes where they are referenced: at the end of the document they would belong to the last answer."""
    notes = {note[1]: one_line(_PARAGRAPH.sub(" ", _BACK.sub("", note[2]))) for note in _NOTE.finditer(html)}
    if not notes:
        return html
    return _NOTE_REFERENCE.sub(lambda reference: f" ({notes.get(reference[1], '')})", _NOTES.sub("", html))


def _checked_styles(data: bytes) -> list[str]:
    """A map of the document's own heading styles. Unreadable for what no document may hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        if not any(map(_MAIN.fullmatch, names)):
            raise Unreadable(0, "docx", f"not a Word document, whatever its name says; {_SAVE}")
        for name in names:
            if name.endswith((".xml", ".rels")) and re.search(rb"<!(?:DOCTYPE|ENTITY)", packed.read(name)):
                message = f'its part "{name[:80]}" holds a document type, which Word does not write; {_SAVE}'
                raise Unreadable(0, "docx", message)
        styles = packed.read(_STYLES) if _STYLES in names else b""
    try:
        # Document types were refused above, and this process has limits.
        return list(_headings(ElementTree.fromstring(styles))) if styles else []  # nosec B314
    except (ElementTree.ParseError, ValueError):
        return []  # the library will report the error


def _headings(root: Any) -> "list[str]":
    """Styles with an outline level, their own or that of the style they are based on."""
    space = re.match(r"\{.*?\}", root.tag)
    at = space[0] if space else ""
    based: dict[str, str] = {}
    levels: dict[str, int] = {}
    for style in root.iter(f"{at}style"):
        name, base, level = (
            style.get(f"{at}styleId") or "",
            style.find(f"{at}basedOn"),
            style.find(f"{at}pPr/{at}outlineLvl"),
        )
        if base is not None:
            based[name] = base.get(f"{at}val") or ""
        if level is not None and (value := level.get(f"{at}val") or "").isdigit():
            levels[name] = int(value)
    mapped = []
    for name in {*based, *levels}:
        origin, seen = name, set[str]()
        while origin not in levels and origin in based and origin not in seen:
            seen.add(origin)
            origin = based[origin]
        if levels.get(origin, 9) < 9 and re.fullmatch(r"[\w-]+", name):
            mapped.append(f"p.{name} => h{min(levels[origin] + 1, 6)}:fresh")
    return sorted(mapped)


def read_word(file: str, data: bytes) -> Document:
    """The document of a .docx file. Its lines are its paragraphs, counted from 1."""
    html = as_html(data)
    document = document_of(file, html)
    document.lines = {number: text_of_line(line) for number, line in enumerate(html.split("\n"), 1)}
    document.any_heading = True
    if without_hidden(data)[1]:
        message = "text that is hidden in Word is not read; show it (Font, Hidden) if it is an answer's"
        document.problem(0, "hidden", message, "warning")
    return document
