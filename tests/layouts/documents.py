"""FAQ as documents: reStructuredText, AsciiDoc, Word, PDF."""

import io
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from random import Random

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from fpdf import FPDF

from tests.furniture import WORDS, Furniture
from tests.layouts.bank import Pair, Part, indented
from tests.layouts.layout import Layout
from tests.layouts.shapes import LINK, spelled


def _rst(part: Part) -> str:
    if part.kind == "code":
        return f".. code-block:: sh\n\n{indented(chr(10).join(part.items), 3)}"
    marks = {"p": "", "ul": "* "}
    items = (LINK.sub(r"`\1 <\2>`_", item) for item in part.items)
    return "\n".join(marks.get(part.kind, f"{n}. ") + item for n, item in enumerate(items, 1))


def rst(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    parts = ["FAQ\n===" if rng.random() < 0.5 else "##########\nQuestions\n##########"]
    if "generator" in own.kinds:
        parts.insert(0, ".. meta::\n   :description: all of it\n\n.. Is this old? ask Jo\n\n.. _faq:")
    if "contents" in own.kinds:
        parts.append(".. contents:: On this page\n   :local:\n   :depth: 1")
    underline = rng.choice("-~^")
    for at, pair in enumerate(pairs):
        if "top" in own.kinds:
            parts.append(f".. _q{at}:")
        line = "" if at in numbers else "\n" + underline * len(pair.question)
        parts += [pair.question + line, *map(_rst, pair.parts)]
    if "copyright" in own.kinds:
        parts += [".. |year| replace:: 2024", WORDS[own.lang]["copyright"][0][0]]
    return "faq.rst", "\n\n".join([*parts, ""]).encode()


def _adoc(part: Part) -> str:
    if part.kind == "code":
        return "[source,sh]\n----\n" + "\n".join(part.items) + "\n----"
    mark = {"p": "", "ul": "* ", "ol": ". "}[part.kind]
    return "\n".join(mark + LINK.sub(r"\2[\1]", item) for item in part.items)


def adoc(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    head = "= Frequently asked questions"
    if "generator" in own.kinds:
        head += "\nJo Miller <jo@mill.example>\nv1.2, 2024-03-01\n:icons: font\n// Is this old? ask Jo"
    if "contents" in own.kinds:
        head += "\n:toc:\n:toc-title: On this page"
    parts = [head]
    for at, pair in enumerate(pairs):
        anchor = f"[[q{at}]]\n" if "top" in own.kinds else ""
        parts += [anchor + ("" if at in numbers else "== ") + pair.question, *map(_adoc, pair.parts)]
    if "copyright" in own.kinds:
        parts += ["'''", WORDS[own.lang]["copyright"][0][0]]
    return "faq.adoc", "\n\n".join([*parts, ""]).encode()


def adoc_list(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """The form that AsciiDoc has for questions and answers."""
    parts = ["= FAQ\n\n[qanda]"]
    for at, pair in enumerate(pairs):
        mark = "" if at in numbers else "::"
        said = "\n\n".join(map(_adoc, pair.parts)) or "{empty}"  # or the next question would share its answer
        block = f"+\n--\n{said}\n--" if len(pair.parts) > 1 else said
        parts.append(f"{pair.question}{mark}\n{block}")
    return "faq.adoc", "\n\n".join([*parts, ""]).encode()


def _link(paragraph: Paragraph, label: str, address: str) -> None:
    """python-docx reads links and does not write any."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(label)
    link.append(run._r)
    paragraph._p.append(link)


def _fill(paragraph: Paragraph, text: str) -> None:
    begin = 0
    for found in LINK.finditer(text):
        paragraph.add_run(text[begin : found.start()])
        _link(paragraph, found[1], found[2])
        begin = found.end()
    paragraph.add_run(text[begin:])


def _word_answer(word: Word, pair: Pair) -> None:
    styles = {"ul": "List Bullet", "ol": "List Number"}
    for part in pair.parts:
        for item in part.items:
            _fill(word.add_paragraph(style=styles.get(part.kind)), item)


def _word(
    pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int], style: str
) -> tuple[str, bytes]:
    word = docx.Document()
    words = WORDS[own.lang]
    if "menu" in own.kinds:
        word.sections[0].header.paragraphs[0].text = words["menu"][0][0]
    if "copyright" in own.kinds:
        word.sections[0].footer.paragraphs[0].text = words["copyright"][0][0]
    if rng.random() < 0.7:
        word.add_heading("Frequently asked questions", rng.choice((0, 1)))
    if "contents" in own.kinds:
        word.add_paragraph(words["contents"][0][0], style="TOC Heading")
        for at, pair in enumerate(pairs, 1):
            word.add_paragraph(f"{pair.question}\t{at}")
    for at, pair in enumerate(pairs):
        if style:
            word.add_paragraph(pair.question, style=None if at in numbers else style)
        else:
            word.add_paragraph().add_run(pair.question).bold = at not in numbers
        _word_answer(word, pair)
    _drop_table_styles(word)
    file = io.BytesIO()
    word.save(file)
    return "faq.docx", file.getvalue()


def _drop_table_styles(word: Word) -> None:
    """They are most of what python-docx writes, no FAQ here has a table, and a page would take half a second to read.
    Documents with all of them are read in test_word.py."""
    styles = word.styles.element
    for style in [*styles.iterchildren(qn("w:style"), qn("w:latentStyles"))]:
        if style.get(qn("w:type")) in ("table", None):
            styles.remove(style)


def word_headings(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    return _word(pairs, own, rng, numbers, "Heading 2")


def word_bold(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    return _word(pairs, own, rng, numbers, "")


class _Pages(FPDF):
    top, bottom = "", ""

    def header(self) -> None:
        self.set_font("helvetica", size=8)
        if self.top:
            self.cell(0, 8, self.top, new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("helvetica", size=8)
        self.cell(0, 8, f"{self.bottom}  {self.page_no()}", align="C")


def pdf(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    file = _Pages()
    file.top = "The Old Mill - FAQ" if "menu" in own.kinds else ""
    file.bottom = WORDS["en"]["copyright"][0][0] if "copyright" in own.kinds else ""
    file.add_page()

    def write(text: str, size: int, style: str = "", left: int = 0) -> None:
        file.set_font("helvetica", style, size)
        file.set_x(10 + left)
        file.multi_cell(0, size / 2, text, align="L", new_x="LMARGIN", new_y="NEXT")

    if rng.random() < 0.7:
        write("Frequently asked questions", 20, "B")
    if "contents" in own.kinds:
        write("Contents", 14, "B")
        for pair in pairs:
            write(f"{pair.question} {'.' * 30} 2", 10)
    style = rng.choice(("", "B"))
    for at, pair in enumerate(pairs):
        file.ln(4)
        write(pair.question, *((10, "") if at in numbers else (14, style)))
        for part in pair.parts:
            file.ln(2)
            marks = {"p": "", "ul": "\u00b7 "}
            for n, item in enumerate(part.items, 1):
                write(marks.get(part.kind, f"{n}. ") + spelled(item), 10, "", 0 if part.kind == "p" else 5)
    return "faq.pdf", bytes(file.output())


LAYOUTS: dict[str, Layout] = {
    "rst": Layout(rst, "no line below the question", statements=True),
    "adoc": Layout(adoc, "no mark before the question", statements=True),
    "adoc qanda": Layout(adoc_list, "no mark behind the question", statements=True),
    "docx headings": Layout(word_headings, "a question in the style of text", statements=True, code=False),
    "docx bold": Layout(word_bold, "a question that is not bold", code=False),
    "pdf": Layout(pdf, "a question in the size of text", code=False, blocks=False),
}
