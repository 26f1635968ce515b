"""Word documents become HTML, a block a line; what could do harm is refused in one sentence."""

import io
import zipfile
from collections.abc import Mapping

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from chatbot.content.readers.source import Unreadable
from chatbot.content.readers.word import as_html, read_word, text_of_line

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


def written(document: "docx.document.Document") -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def changed(data: bytes, parts: Mapping[str, bytes], without: str = "-") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in {**{name: old.read(name) for name in old.namelist()}, **parts}.items():
            if name != without:
                new.writestr(name, part)
    return file.getvalue()


def simple() -> bytes:
    document = docx.Document()
    document.add_heading("May I?", 2)
    document.add_paragraph("Yes.")
    return written(document)


def test_headings_lists_tables_and_emphasis_stay() -> None:
    """Red without: the title, a style of one's own that is based on a heading, or lists in lists."""
    document = docx.Document()
    document.add_heading("Shop", 0)
    document.add_heading("May I?", 1)
    own = document.styles.add_style("My Question", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 2"]
    document.add_paragraph("And I?", style="My Question")
    line = document.add_paragraph("Yes, ")
    line.add_run("surely").bold = True
    line.add_run(" & <so>").add_break()
    line.add_run("there")
    document.add_paragraph("a", style="List Bullet")
    document.add_paragraph("b", style="List Bullet 2")
    document.add_paragraph("one", style="List Number")
    document.add_paragraph().add_run("How?").bold = True
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Q", "A"
    html = as_html(written(document))
    assert html.split("\n") == [
        *("<h1>Shop</h1>", "<h1>May I?</h1>", "<h2>And I?</h2>"),
        "<p>Yes, <strong>surely</strong> &amp; &lt;so&gt;<br />there</p>",
        *("<ul>", "<li>a", "<ul>", "<li>b</li></ul></li></ul>", "<ol>", "<li>one</li></ol>"),
        *(
            "<p><strong>How?</strong></p>",
            "<table>",
            "<tr>",
            "<td>",
            "<p>Q</p></td>",
            "<td>",
            "<p>A</p></td></tr></table>",
        ),
    ]
    assert text_of_line(html.split("\n")[3]) == "Yes, surely & <so> there"


def test_a_picture_leaves_its_words_for_the_ledger() -> None:
    document = docx.Document()
    document.add_paragraph("x")
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    document.add_picture(io.BytesIO(png))
    html = as_html(written(document))
    assert '<img alt="' in html
    assert "base64" not in html


def test_a_footnote_is_told_where_it_is_pointed_to() -> None:
    """Red without: `_with_notes_in_place`; it would be part of the last answer."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    text = "<w:p><w:r><w:t>Not on Sunday.</w:t></w:r></w:p>"
    notes = f'<w:footnotes {space}><w:footnote w:id="2">{text}</w:footnote></w:footnotes>'
    document = docx.Document()
    run = document.add_paragraph("Open daily").add_run()
    mark = docx.oxml.parse_xml(f'<w:footnoteReference {space} w:id="2"/>')
    run._r.append(mark)
    document.add_paragraph("The end.")
    data = written(document)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        relations = packed.read("word/_rels/document.xml.rels")
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    relations = relations.replace(b"</Relationships>", relation.encode())
    html = as_html(changed(data, {"word/_rels/document.xml.rels": relations, "word/footnotes.xml": notes.encode()}))
    assert html.split("\n") == ["<p>Open daily (Not on Sunday.)</p>", "<p>The end.</p>"]


def test_text_that_is_hidden_is_not_read() -> None:
    """Red without: a run that is hidden, or one whose style, or that of its paragraph, hides it."""
    document = docx.Document()
    document.styles.add_style("Staff", WD_STYLE_TYPE.CHARACTER).font.hidden = True
    document.styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH).font.hidden = True
    document.add_heading("May I?", 2)
    paragraph = document.add_paragraph("Yes.")
    paragraph.add_run(" Secret 1").font.hidden = True
    paragraph.add_run(" Secret 2", style="Staff")
    paragraph.add_run(" Do.").font.hidden = False
    document.add_paragraph("Secret 3", style="Note")
    document.add_paragraph("", style="Note").add_run("Please.").font.hidden = False
    read = read_word("a.docx", written(document))
    assert [block.words for block in read.blocks] == ["May I?", "Yes. Do.", "Please."]
    assert [(problem.rule, problem.severity) for problem in read.problems] == [("hidden", "warning")]
    assert not read_word("a.docx", simple()).problems


def test_what_a_field_shows_is_text() -> None:
    """Red without: the fields as text; the library passes them over."""
    data = simple()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("word/document.xml")
    field = b'Yes, </w:t></w:r><w:fldSimple w:instr="IF 2 > 1"><w:r><w:t>at noon</w:t></w:r></w:fldSimple><w:r><w:t>.'
    assert b"Yes." in text
    shown = as_html(changed(data, {"word/document.xml": text.replace(b"Yes.", field)}))
    assert "at noon." in shown


def test_macros_and_templates_are_not_looked_at() -> None:
    target = (
        b'<Relationship Id="rId98" TargetMode="External" Target="file:///etc/passwd" Type="http://x/attachedTemplate"/>'
    )
    with zipfile.ZipFile(io.BytesIO(simple())) as packed:
        relations = packed.read("word/_rels/document.xml.rels").replace(
            b"</Relationships>", target + b"</Relationships>"
        )
    data = changed(
        simple(), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "word/_rels/document.xml.rels": relations}
    )
    assert as_html(data) == "<h2>May I?</h2>\n<p>Yes.</p>"


@pytest.mark.parametrize(
    ("data", "rule", "says"),
    [
        (b"", "empty-file", "empty"),
        (written(docx.Document()), "empty-file", "holds no text"),
        (simple()[:2000], "docx", "damaged"),
        (b"%PDF-1.7\n%%EOF", "docx", "not a .docx document"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "docx", "an old Word document"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "docx", "locked by a password"),
        (changed(simple(), {}, without="word/document.xml"), "docx", "not a Word document"),
        (changed(simple(), {"word/document.xml": b"<w:document"}), "docx", "not a Word document that can be read"),
        (changed(simple(), {"word/document.xml": LAUGHS.encode() + b"<x>&b;</x>"}), "docx", "document type"),
        (changed(simple(), {"word/styles.xml": LAUGHS.encode() + b"<x>&b;</x>"}), "docx", "document type"),
        (changed(simple(), {"word/media/x.bin": bytes(65 << 20)}), "too-large", "unpacks to over 64 MB"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, rule: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        as_html(data)
    line, found, message = refused.value.args
    assert (line, found) == (0, rule)
    assert says in message
    assert "\n" not in message
