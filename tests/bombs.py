"""Files made to break parsers, small enough to be sent by anybody."""

import io
import zipfile
import zlib
from collections.abc import Mapping

import openpyxl


def _workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _repacked(changed: Mapping[str, bytes], packed: bytes = b"") -> bytes:
    """A workbook with some of its parts replaced."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(packed or _workbook([["question", "answer"], ["Why?", "So."]]))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in {**parts, **changed}.items():
            book.writestr(name, data)
    return file.getvalue()


def _lying_zip() -> bytes:
    """100 MB of zeros that claim to be ten bytes."""
    packed = bytearray(_repacked({"xl/media/x.bin": bytes(100 << 20)}))
    real = (100 << 20).to_bytes(4, "little")
    return bytes(packed.replace(real, (10).to_bytes(4, "little")))


def _sheet(inside: str, dimension: str = "A1:B2") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<worksheet xmlns="{space}"><dimension ref="{dimension}"/><sheetData>{inside}</sheetData></worksheet>'.encode()
    )


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_HEAD = f'<row r="1">{_cell("A1", "question")}{_cell("B1", "answer")}</row>'
_FAR = f'{_HEAD}<row r="1048576">{_cell("A1048576", "Why?")}{_cell("XFD1048576", "So.")}</row>'
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_ENTITIES = (
    f'<!DOCTYPE x [<!ENTITY a0 "ha">{_LAUGHS}]><worksheet><sheetData><row><c>&a9;</c></row></sheetData></worksheet>'
)
_SHEET = "xl/worksheets/sheet1.xml"

BOMBS: dict[str, bytes] = {
    "open-anchors.html": b"<a " * 100_000,
    "open-comments.html": b"<!--" * 100_000,
    "declarations.html": b"<![" * 50_000,
    "cdata.html": b"<![CDATA[" * 50_000,
    "divs.html": b"<div>" * 100_000,
    "lists.html": b"<h2>Why?</h2>" + b"<ul><li>" * 50_000,
    "end-tags.html": b"<div>" * 190 + b"</p>" * 200_000,
    "details.html": b"<details><summary>Why?</summary>x" * 20_000,
    "attributes.html": b"<p " + b"a=b " * 50_000 + b">Why?</p>",
    "entities.html": b"<h2>Why?</h2>" + b"&#x10FFFF;&amp" * 20_000,
    "inline.html": b"<h2>Why?</h2>" + b"<b><i>x</i>" * 20_000,
    "table.html": b"<h2>Why?</h2><table><tr>" + b"<td>x" * 20_000,
    "deep-json-ld.html": b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script><h2>Why?</h2>So.",
    "declarations-2.html": b"<!DOCTYPE " * 30_000,
    "instructions.html": b"<?" * 100_000,
    "script.html": b"<script>" + b"</scrip" * 50_000,
    "quotations.md": b"# Why?\n" + b">" * 100_000,
    "pictures.md": b"# Why?\n" + b"![" * 15_000,
    "links.md": b"# Why?\n" + b"[a](" * 8_000,
    "stars.md": b"# Why?\n" + b"*a_ " * 8_000,
    "ticks.md": b"# Why?\n" + b"".join(b"`" * n + b" " for n in range(1, 240)),
    "divs.md": b"# Why?\n" + b"<div>" * 6_000,
    "wide-table.md": b"# Why?\n" + b"|a" * 5_000 + b"\n" + b"|-" * 5_000 + b"\n",
    "front-matter.md": b"---\n" + b"tags: [a, b]\n" * 50_000 + b"---\n# Why?\nSo.",
    "headings.md": b"# Why?\n" * 20_000,
    "lists.md": b"# Why?\n" + b"".join(b" " * n + b"- x\n" for n in range(1500)),
    "ligatures.txt": "\ufdfa".encode() * 100_000 + b"?\nYes.",
    "question-marks.txt": b"?\n" * 100_000,
    "marks.txt": ("a" + "\u0300\u0316" * 100_000 + "?\nYes.").encode(),
    "quotes.csv": b"question,answer\n" + b'Why?,"So.\n' * 50_000,
    "long-cell.csv": b"question,answer\nWhy?," + b"x" * 1_000_000,
    "columns.csv": b"question,answer" + b",x" * 200_000 + b"\nWhy?,So.\n",
    "lines.csv": b'question,answer\nWhy?,"' + b"\n" * 300_000 + b'"\n',
    "brackets.json": b"[" * 1_000_000,
    "objects.json": b'{"a":' * 300_000,
    "digits.json": b'[{"question": "Why?", "answer": "So.", "id": ' + b"9" * 1_000_000 + b"}]",
    "keys.json": b'[{"question": "Why?", ' + b",".join(b'"%d": 1' % n for n in range(100_000)) + b', "0": 1}]',
    "nan.jsonl": b'{"question": "Why?", "answer": NaN}\n' * 20_000,
    "deep-answer.jsonl": b'{"question": "Why?", "answer": ' + b"[" * 900 + b"]" * 900 + b"}",
    "empty-objects.jsonl": b"{}\n" * 50_000,
    "laughs.yaml": b"a: &a [x]\n" + b"".join(b"%c: &%c [%s]\n" % (n, n, b"*%c," % (n - 1) * 9) for n in range(98, 110)),
    "brackets.yaml": b"[" * 200_000,
    "dashes.yml": b"- " * 5_000,
    "keys.yaml": b"? " * 5_000,
    "tags.yml": b'- question: !!python/object/apply:os.system ["true"]\n  answer: So.',
    "documents.yaml": b"- question: Why?\n  answer: So.\n---\n" * 10_000,
    "anchors.yml": b"".join(b"- &a%d x\n- *a%d\n" % (n, n) for n in range(20_000)),
    "quotes.yaml": b'- question: "Why?\n' * 50_000,
    "directives.rst": b"Why?\n====\n\n" + b"".join(b" " * n + b".. note::\n\n" for n in range(0, 900, 3)),
    "marks.rst": b"Why?\n====\n\n" + b"``a`_ *b" * 20_000,
    "blocks.adoc": b"= Why?\n\n" + b"====\n" * 50_000,
    "lists.adoc": b"= Why?\n\n" + b"".join(b"*" * min(n, 400) + b" x\n" for n in range(1, 1500)),
    "zeros.docx": _repacked({"word/media/x.bin": bytes(100 << 20)}),
    "not-a-zip.docx": b"PK\x03\x04" + zlib.compress(b"x" * 1000),
    "objects.pdf": b"%PDF-1.4\n"
    + b"1 0 obj\n<< /Kids [1 0 R] >>\nendobj\n" * 20_000
    + b"trailer << /Root 1 0 R >>\n%%EOF",
    "cut.pdf": b"%PDF-1.7\n" + b"<<" * 100_000,
    "zeros.xlsx": _repacked({"xl/media/x.bin": bytes(100 << 20)}),
    "lying.xlsx": _lying_zip(),
    "laughs.xlsx": _repacked({_SHEET: _ENTITIES.encode()}),
    "far-cell.xlsx": _repacked({_SHEET: _sheet(_FAR, "A1:XFD1048576")}),
    "rows.xlsx": _repacked({_SHEET: _sheet(_HEAD + "<row>" * 1_000_000)}),
    "parts.xlsx": _repacked({f"x/{n}": b"" for n in range(2_000)}),
    "cut.xlsx": _workbook([["question", "answer"], ["Why?", "So."]])[:-300],
    "not-a-zip.xlsx": b"PK\x03\x04" + zlib.compress(b"x" * 1000),
}
