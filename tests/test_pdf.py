"""PDF becomes blocks by the look of its lines; what holds no text is refused in one sentence."""

import io
import zlib
from collections.abc import Callable

import pypdf
import pytest
from fpdf import FPDF

from chatbot.content.document import Document
from chatbot.content.readers.pdf import read_pdf
from chatbot.content.readers.source import Unreadable
from tests.blocks import lost, markdown

LONG = "We send it as soon as we can, which is mostly on the day after you have asked us for it, and never later than"


class Page(FPDF):
    """A sheet with text of 11 points, and with a head and foot that are as one likes them."""

    head = ""
    foot = ""

    def header(self) -> None:
        if self.head:
            self.put(self.head.replace("{n}", str(self.page_no())), 9)

    def footer(self) -> None:
        if self.foot:
            self.set_y(-15)
            self.put(self.foot.replace("{n}", str(self.page_no())), 9)

    def put(self, text: str, size: float = 11, style: str = "", font: str = "Helvetica", indent: float = 0) -> None:
        self.set_font(font, style, size)
        self.set_x(self.l_margin + indent)
        self.multi_cell(0, size * 0.45, text, new_x="LMARGIN", new_y="NEXT", align="L")


def read(write: Callable[[Page], None], head: str = "", foot: str = "") -> Document:
    return read_pdf("faq.pdf", made(write, head, foot))


def made(write: Callable[[Page], None], head: str = "", foot: str = "") -> bytes:
    page = Page()
    page.head, page.foot = head, foot
    page.add_page()
    write(page)
    return bytes(page.output())


def test_headings_go_by_size_and_wrapped_lines_are_joined() -> None:
    """Red without: the joining of lines of a heading or a paragraph, or a break at the end of a short line."""

    def write(page: Page) -> None:
        page.put("Shop", 22, "B")
        page.put("How long does it take until what I have asked you for is at my door in the far north?", 15, "B")
        page.put(f"{LONG} three days. {LONG} a week.")
        page.put("A line of its own.")
        page.put("And when?", 15, "B")
        page.put("Soon.")

    document = read(write)
    assert markdown(document) == [
        "# Shop",
        "## How long does it take until what I have asked you for is at my door in the far north?",
        f"{LONG} three days. {LONG} a week.",
        "A line of its own.",
        "## And when?",
        "Soon.",
    ]
    assert document.any_heading
    assert document.blocks[1].line == 2
    assert document.lines[2].startswith("How long does it take")


def test_bold_lines_stay_bold_where_sizes_tell_nothing() -> None:
    def write(page: Page) -> None:
        for question, answer in (("May I come to you on a Sunday?", "Yes.\nSurely."), ("So?", "No.")):
            page.put(question, style="B")
            page.put(answer)

    document = read(write)
    assert markdown(document) == ["**May I come to you on a Sunday?**", "Yes.", "Surely.", "**So?**", "No."]
    assert not document.any_heading


def test_lists_and_code() -> None:
    def write(page: Page) -> None:
        page.put("Do this:")
        page.put(f"1. {LONG} now")
        page.put("2. Wait")
        page.put("- a", indent=10)
        page.put("- b", indent=10)
        page.put("3. Go")
        page.ln(5)
        page.put("run:\n  now", font="Courier")

    assert markdown(read(write)) == [
        "Do this:",
        f"1. {LONG} now\n2. Wait\n   - a\n   - b\n3. Go",
        "```\nrun:\n  now\n```",
    ]


def test_a_word_that_is_parted_at_the_end_of_a_line_is_whole_again() -> None:
    """Red without: the compounds, whose hyphen stays."""
    fill = "We tell you all that you must know about it in many words, and what is more, we exam"
    document = read(
        lambda page: page.put(f"{fill}-\nine it. A well-known thing. {fill[:-4]} it is well-\nknown to all.")
    )
    text = markdown(document)[0]
    assert "examine it." in text
    assert "well-known to all" in text


def test_heads_feet_and_numbers_of_pages_are_dropped() -> None:
    """Red without: a line that differs by the number of the page, or with the same question on two pages."""

    def write(page: Page) -> None:
        for at in range(3):
            page.put(f"Is it number {at}?", 15, "B")
            page.put("Yes.")
            if at < 2:
                page.add_page()

    document = read(write, head="Shop FAQ, page {n}", foot="- {n} -")
    assert markdown(document) == [text for at in range(3) for text in (f"# Is it number {at}?", "Yes.")]
    assert sorted(document.dropped.values()) == ["page header"] * 3 + ["page number"] * 3
    assert not lost(document)


def test_a_paragraph_goes_on_across_a_page_of_which_only_the_number_stands_between() -> None:
    def write(page: Page) -> None:
        page.put(LONG)
        page.put(LONG[:90])
        page.add_page()
        page.put("or another.")

    assert markdown(read(write, foot="{n}"))[-1].endswith(f"{LONG[:90].strip()} or another.")


def test_signs_of_markdown_are_words() -> None:
    assert markdown(read(lambda page: page.put("*no* list_ `x` <b>"))) == ["\\*no\\* list\\_ \\`x\\` \\<b>"]


def locked(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made(lambda page: page.put("May I?"))))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_file_that_anybody_may_open_is_read() -> None:
    assert markdown(read_pdf("faq.pdf", locked(""))) == ["May I?"]


def bomb() -> bytes:
    """A page whose text is 200 MB of blanks."""
    packed = zlib.compress(bytes(200 << 20).replace(b"\0", b" "), 9)
    page = made(lambda page: page.put("x"))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page))
    stream = pypdf.generic.EncodedStreamObject()
    stream._data = packed
    stream[pypdf.generic.NameObject("/Filter")] = pypdf.generic.NameObject("/FlateDecode")
    writer.pages[0][pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "rule", "says"),
    [
        (b"", "empty-file", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "pdf", "not a PDF"),
        (b"PK\x03\x04" + bytes(100), "pdf", "not a PDF"),
        (b"%PDF-1.7\n", "pdf", "damaged"),
        (made(lambda page: page.put("May I?"))[:300], "pdf", "damaged"),
        (locked("secret"), "locked", "locked by a password"),
        (made(lambda page: page.rect(10, 10, 50, 50)), "scan", "only pictures"),
        (bomb(), "pdf", "damaged"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, rule: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_pdf("faq.pdf", data)
    line, found, message = refused.value.args
    assert (line, found) == (0, rule)
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize("count", [4, 5])
def test_few_cards_side_by_side_are_no_table(count: int) -> None:
    """Red without: the look at columns that ask in titles, where the first card stands outside of the rows."""

    def write(page: Page) -> None:
        top = page.get_y()
        for at in range(count):
            for text, style, size, below in ((f"Is it number {at}?", "B", 12, 0), (f"It is {at}, as told.", "", 11, 9)):
                page.set_font("Helvetica", style, size)
                page.set_xy(20 + 90 * (at % 2), top + 40 * (at // 2) + below)
                page.multi_cell(70, 5, f"{text} We said so in the hall." if below else text, align="L")

    asked = [text for text in markdown(read(write)) if "?" in text]
    assert [text.strip("#* ") for text in asked] == [f"Is it number {at}?" for at in range(count)]


def test_a_table_whose_answers_ask_is_one() -> None:
    def write(page: Page) -> None:
        top = page.get_y()
        answers = ("No, do they?", "Some. Are they yours?", "Yes.", "No.", "At noon.")
        for at, text in enumerate(text for n, answer in enumerate(answers) for text in (f"Is it {n}?", answer)):
            page.set_font("Helvetica", "B" if at % 2 == 0 else "", 11)
            page.set_xy(20 + 90 * (at % 2), top + 20 * (at // 2))
            page.multi_cell(70, 5, text, align="L")

    [table] = markdown(read(write))
    assert table.startswith("|  |")


def test_a_hyphen_of_the_word_stays_at_the_end_of_a_line() -> None:
    """Red without: the count of lines that break a word, the chain of words, the numbers, or the words on their own."""
    fill = f"{LONG} on the other side of this town, where we wait for you.\n" * 15

    def text(write: Callable[[Page], None]) -> str:
        return " ".join(markdown(read(write)))

    rare = text(
        lambda page: page.put(f"{fill}We tell you all that you must know of it, and here we have a wind-\nblown hat.")
    )
    assert "a wind-blown hat" in rare
    few = "We tell you all that you must know of it, and we have a {}\n{}. The aid is kept in cases."
    for first, second, whole in (
        ("state-of-the-", "art kit", "state-of-the-art kit"),
        ("second-", "hand kit", "second-hand kit"),
        ("cases-", "aid kit", "cases-aid kit"),
        ("exam-", "ple kit", "example kit"),
        ("wind-", "blown kit and a wind-blown hat", "wind-blown kit"),
        ("pine-", "tree, an oak-tree and a plum-tree", "pine-tree"),
    ):
        assert whole in text(lambda page, first=first, second=second: page.put(few.format(first, second)))


def test_a_word_that_a_program_broke_is_whole_whatever_the_rest_says() -> None:
    """Red without: the soft hyphen, what it says of hard ones, or words that stand elsewhere as a whole."""

    def write(page: Page) -> None:
        page.set_compression(False)
        page.put("We tell you all that you must know of it, and we have a second~\nhand kit.")
        page.put("And then there is what you may have been told at the sea about a wind-\nblown hat.")

    soft = made(write).replace(b"second~", b"second\xad")
    text = " ".join(markdown(read_pdf("f.pdf", soft)))
    assert "a secondhand kit" in text
    assert "a wind-blown hat" in text
    both = (
        "Handset here. We tell you all that you must know of it, and we have a hand-\nset. A hand. A set. It may be an"
        " oak-tree, a plum-tree or a pine-tree, which is one exam-\nple."
    )
    told = " ".join(markdown(read(lambda page: page.put(both))))
    assert "have a handset." in told
    assert "one example." in told
