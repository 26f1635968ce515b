"""A workbook as it is shown: number formats, titles above, and what is hidden."""

import datetime
import io
from typing import Any

import openpyxl
import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from chatbot.content.readers.number_format import shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.25, "0%", "25%"), (0.25, "0 %", "25 %"), (0.125, "0.0%", "12.5%"), (-0.5, "0%", "-50%"),
        (datetime.time(9, 30), "hh:mm", "09:30"), (datetime.time(9, 5), "h:mm AM/PM", "9:05 AM"),
        (datetime.time(0, 5), "h:mm AM/PM", "12:05 AM"), (datetime.timedelta(hours=30), "[h]:mm", "30:00"),
        (datetime.timedelta(hours=30, minutes=5), "[hh]:mm:ss", "30:05:00"),
        (datetime.timedelta(0, 90), "[m]:ss", "1:30"),
        (datetime.datetime(2026, 3, 5), "dd.mm.yyyy", "05.03.2026"),
        (datetime.date(2026, 3, 5), "d. mmmm yyyy", "5. March 2026"),
        (datetime.datetime(2026, 3, 5, 17, 4), "yyyy-mm-dd hh:mm", "2026-03-05 17:04"),
        (datetime.datetime(2026, 3, 5), "mm-dd-yy", "2026-03-05"),
        (datetime.datetime(2026, 3, 5), "ddd d mmm yy", "Thu 5 Mar 26"),
        (datetime.datetime(2026, 3, 5), '[$-407]d" of "mmm', "5 of Mar"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"), (1234.5, "[$£-809]#,##0.00", "£1,234.50"), (3, "$0", "$3"),
        (4.5, '_-* #,##0.00\\ "€"_-;-* 0', "4.50 €"), (-4, "#,##0;[Red](#,##0)", "(4)"), (0, '0;-0;"none"', ""),
        (0.0, "General", "0"), (0.1 + 0.2, "General", "0.3"), (12.0, "General", "12"), (7, "00000", "00007"),
        (2.5, "0", "3"),
        (1.5, "0.###", "1.5"), (1234567, '0.0,,"M"', "1.2M"), (0.5, "# ?/?", "0.5"), (True, "General", "TRUE"),
        (5, "@", "5"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_its_format_says(value: object, code: str, text: str) -> None:
    assert shown(value, code) == (text or "0")


def book(*rows: list[Any]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    return made


def read(made: openpyxl.Workbook) -> Content:
    file = io.BytesIO()
    made.save(file)
    return joined(parse("f.xlsx", file.getvalue()))


def test_names_of_columns_below_titles_and_dates_of_reviews() -> None:
    made = book(["Tea house"], [], ["as of", 2026], ["Frage", "Antwort", "Reviewed"], ["Offen ab?", None, None])
    sheet: Any = made.active
    sheet["B5"], sheet["B5"].number_format = datetime.time(9, 30), "hh:mm"
    sheet["C5"], sheet["C5"].number_format = datetime.date(2026, 1, 31), "dd.mm.yyyy"
    content = read(made)
    [entry] = content.entries
    assert (entry.answer, entry.reviewed, entry.line) == ("09:30", "2026-01-31", 5)
    assert {line.line for line in content.dropped} == {1, 3}
    assert not content.problems


def test_what_is_hidden_is_left_out_with_one_note_each() -> None:
    """Red without: the look into the sheet itself; openpyxl tells nothing of it while reading."""
    made = book(
        ["Old answer", "Question", "Answer"], ["a", "A?", "1"], ["b", "B?", "2"], ["c", "C?", "3"], ["d", "D?", "4"]
    )
    sheet: Any = made.active
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["A"].hidden = True
    other: Any = made.create_sheet("drafts")
    other.append(["Question", "Answer"])
    other.append(["E?", "5"])
    other.sheet_state = "hidden"
    content = read(made)
    assert [(entry.question, entry.answer) for entry in content.entries] == [("A?", "1"), ("C?", "3")]
    assert [(problem.file, problem.severity) for problem in content.problems] == [
        ("f.xlsx", "warning"), ("f.xlsx", "warning"), ("f.xlsx#drafts", "warning")
    ]  # fmt: skip
    assert "2 hidden rows are left out (row 3, 5)" in content.problems[0].message
    assert "1 hidden column is left out (column A)" in content.problems[1].message


def test_a_sheet_that_names_nothing_is_told_with_its_columns() -> None:
    [problem] = read(book(["Anliegen", "Erläuterung"], ["Wie?", "So."])).errors
    assert problem.rule == "no-columns"
    assert '[columns]\nquestion = "Anliegen"\nanswer = "Erläuterung"\n' in problem.message


@pytest.mark.parametrize(
    ("rows", "severity", "words"),
    [
        ([["Anliegen", "Bescheid"], ["Who repairs it?", "The town."]], "error", 'it asks: "Who repairs it?"'),
        ([["Topic", "Info"], ["Pier hours", "9 to 5"]], "warning", 'its columns "Topic", "Info"'),
        ([["How to use this file?"], ["Fill in the first sheet."]], "", ""),
        ([["Made by", "Ann"]], "", ""),
    ],
)
def test_another_sheet_that_is_not_understood_is_told(rows: list[list[Any]], severity: str, words: str) -> None:
    """Red without: the look at the sheets that nothing was read of, or with one for sheets of notes."""
    made = book(["Question", "Answer"], ["Is it far?", "No."])
    other: Any = made.create_sheet("Pier")
    for row in rows:
        other.append(row)
    content = read(made)
    assert [entry.question for entry in content.entries] == ["Is it far?"]
    expected = [("f.xlsx#Pier", severity)] if severity else []
    assert [(problem.file, problem.severity) for problem in content.problems] == expected
    assert all(words in problem.message and 'the sheet "Pier"' in problem.message for problem in content.problems)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("f.csv", b"PK\x03\x04...xl/workbook.xml", "a workbook; rename it to .xlsx"),
        ("f.yaml", b"PK\x03\x04...word/document.xml", "a Word document"),
        ("f.csv", b"\xef\xbb\xbf <!DOCTYPE html>\n<html>", "a page of HTML"),
        ("f.json", b"<html><body>", "a page of HTML"),
        ("f.xlsx", b"<html><table>", "a page of HTML"),
        ("f.tsv", b"%PDF-1.7", "a PDF"),
        ("f.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "an old office program"),
        ("f.jsonl", b"\x1f\x8b\x08", "packed with gzip"),
        (
            "f.html",
            b"From: <Saved>\r\nContent-Type: multipart/related\r\n\r\n<h3>Is it w=C3=A4rm?</h3><p>Yes.</p>",
            "a mail, or a page",
        ),
        (
            "f.txt",
            b"Date: Mon\nFrom: a@b.example\nContent-Transfer-Encoding: base64\n\nIs it warm?\nYes =E2=80=93\n",
            "a mail, or a page",
        ),
    ],
)
def test_a_file_of_another_type_is_named_by_what_it_is(name: str, data: bytes, kind: str) -> None:
    [problem] = joined(parse(name, data)).problems
    assert (problem.rule, problem.line) == ("file-kind", 0)
    assert kind in problem.message


def test_a_merged_cell_is_said_beside_each_question() -> None:
    made = book(
        ["Note", "Category", "Question", "Answer"],
        ["x", "Hall", "How high is it?", "Ten metres."],
        ["x", None, "How wide is it?", None],
        ["x", "Hall", None, None],
        ["x", "Desk", "May I pay by card?", "Yes."],
        ["x", None, "May I pay later?", None],
    )
    sheet: Any = made.active
    sheet.column_dimensions["A"].hidden = True
    for cells in ("D2:D4", "B2:B3", "B5:B6"):
        sheet.merge_cells(cells)
    content = read(made)
    assert [(entry.question, entry.answer, entry.tags) for entry in content.entries] == [
        ("How high is it?", "Ten metres.", ("Hall",)),
        ("How wide is it?", "Ten metres.", ("Hall",)),
        ("May I pay by card?", "Yes.", ("Desk",)),
        ("May I pay later?", "", ("Desk",)),
    ]
    assert [line.role for line in content.ledger if line.line == 4] == ["dropped"]


def test_links_on_cells_of_answers_are_links() -> None:
    long = "A sentence that is too long to be a link as a whole, since it says much more than one thing, and at length."
    made = book(
        ["Question", "Answer", "Category"],
        ["How high is it?", "The wall [big]", "Hall"],
        ["How wide is it?", long, "Hall"],
        ["Where is it?", "See https://a.example/map", "Hall"],
        ["Who is it?", "Ann", "Hall"],
        ["Why is it?", "So.", "Hall"],
    )
    sheet: Any = made.active
    sheet["B2"].hyperlink = "https://a.example/wall_(1)?a=1&b=2"
    sheet["B3"].hyperlink = "https://a.example/wide"
    sheet["B4"].hyperlink = "https://a.example/map"
    sheet["B5"].hyperlink = "mailto:ann@a.example"
    sheet["B6"].hyperlink = "javascript:alert(1)"
    sheet["A2"].hyperlink = "https://a.example/no"
    content = read(made)
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("How high is it?", r"[The wall \[big\]](https://a.example/wall_%281%29?a=1&b=2)"),
        ("How wide is it?", f"{long}\n\n<https://a.example/wide>"),
        ("Where is it?", "See https://a.example/map"),
        ("Who is it?", "[Ann](mailto:ann@a.example)"),
        ("Why is it?", "So."),
    ]
    assert not content.problems
