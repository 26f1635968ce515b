"""Every format gives the same entries, and loses no line."""

import dataclasses
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart

from chatbot.content.corpus import read_corpus
from chatbot.content.formats import READERS
from chatbot.content.ledger import Content
from chatbot.core.text import seal
from chatbot.core.types import Entry
from tests.formats import ENTRIES, WRITERS


def read(tmp_path: Path, name: str, data: bytes) -> Content:
    (tmp_path / name).write_bytes(data)
    return read_corpus(tmp_path / name)


def bare(entry: Entry) -> Entry:
    """Without what hangs on the file: where it stood."""
    return dataclasses.replace(entry, file="", line=0)


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_five_entries_come_out_of_every_format(tmp_path: Path, name: str) -> None:
    """Red without: the lang of <html>, or with every "*" escaped."""
    content = read(tmp_path, name, WRITERS[name](ENTRIES))
    assert not content.problems
    assert [dataclasses.replace(bare(entry), html="") for entry in content.entries] == list(ENTRIES)
    reference = read(tmp_path, "reference.jsonl", WRITERS["faq.jsonl"](ENTRIES)).entries
    assert [bare(entry) for entry in content.entries] == [bare(entry) for entry in reference]
    assert [seal(e.question, e.answer) for e in content.entries] == [seal(e.question, e.answer) for e in ENTRIES]
    assert len({entry.line for entry in content.entries}) == len(ENTRIES)


IN_LAYOUTS = (".rst", ".adoc", ".docx", ".pdf")  # written by tests/layouts
OTHER_NAMES = {".htm": ".html", ".markdown": ".md", ".mdx": ".md"}


@pytest.mark.parametrize(("suffix", "known"), OTHER_NAMES.items())
def test_a_suffix_of_the_same_format_is_read_alike(suffix: str, known: str, tmp_path: Path) -> None:
    for end in (suffix, known):
        (tmp_path / end[1:]).mkdir()
        (tmp_path / end[1:] / f"faq{end}").write_text("<h2>Why?</h2>\n\nSo.\n\n<h2>How?</h2>\n\nLike this.\n")
    one, other = (read_corpus(tmp_path / end[1:]).entries for end in (suffix, known))
    assert [bare(entry) for entry in one] == [bare(entry) for entry in other]
    assert [entry.question for entry in one] == ["Why?", "How?"]


def test_every_format_is_among_them() -> None:
    assert {Path(name).suffix for name in WRITERS} | {".txt", *OTHER_NAMES, *IN_LAYOUTS} == set(READERS)


def test_a_copied_page_gives_the_same_as_far_as_it_can_say_it(tmp_path: Path) -> None:
    plain = [dataclasses.replace(e, tags=(), lang="", alternates=(), source="", url="", reviewed="") for e in ENTRIES]
    page = "\n\n".join(f"{entry.question}\n{entry.answer}" for entry in plain)
    content = read(tmp_path, "faq.txt", page.encode())
    assert [(e.question, e.answer, e.is_gap) for e in content.entries] == [
        (e.question, e.answer, e.is_gap) for e in plain
    ]
    assert "<ul>\n<li>in the morning</li>\n<li>in the evening</li>\n</ul>" in content.entries[0].html


@pytest.mark.parametrize("name", WRITERS)
def test_an_id_survives_an_edit_of_the_answer(tmp_path: Path, name: str) -> None:
    """Red without: an id made of question and answer."""
    if name.endswith(".html"):
        edited = WRITERS[name](ENTRIES).replace(b"Twice", b"Thrice").replace(b"flakes", b"worms")
    else:
        changed = [dataclasses.replace(e, answer=e.answer and e.answer + "\n\nMore.") for e in ENTRIES]
        edited = WRITERS[name](changed)
    content = read(tmp_path, name, edited)
    assert [entry.id for entry in content.entries] == [entry.id for entry in ENTRIES]
    assert [entry.answer for entry in content.entries] != [entry.answer for entry in ENTRIES]


def test_a_sheet_of_a_chart_is_passed_over(tmp_path: Path) -> None:
    """Red without: `read_chartsheet`; a sheet without its chart made the whole workbook unreadable."""
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["faq.xlsx"](ENTRIES)))
    book.create_chartsheet("Empty", 0)
    book.create_chartsheet("Sales").add_chart(BarChart())
    file = io.BytesIO()
    book.save(file)
    content = read(tmp_path, "faq.xlsx", file.getvalue())
    assert not content.problems
    assert [entry.question for entry in content.entries] == [entry.question for entry in ENTRIES]
