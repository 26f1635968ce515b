"""Tables with a row for each question: which column answers, and what stands beside."""

import io
from collections.abc import Callable, Sequence

import docx
import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse


def read(name: str, text: str | bytes) -> Content:
    return joined(parse(name, text if isinstance(text, bytes) else text.encode()))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + " - |" * len(rows[0]), *lines[1:]])


def as_html(rows: Sequence[Sequence[str]]) -> str:
    shown = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in shown)}</table>"


def as_word(rows: Sequence[Sequence[str]]) -> bytes:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for written, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(written.cells, row, strict=True):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_rst(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"   * - {row[0]}\n" + "".join(f"     - {cell}\n" for cell in row[1:]) for row in rows]
    return ".. list-table::\n   :header-rows: 1\n\n" + "".join(lines)


def as_asciidoc(rows: Sequence[Sequence[str]]) -> str:
    cells = "\n\n".join("\n".join(f"|{cell}" for cell in row) for row in rows)
    return f'[cols="{",".join("1" * len(rows[0]))}",options="header"]\n|===\n{cells}\n|===\n'


WRITE: dict[str, Callable[[Sequence[Sequence[str]]], str | bytes]] = {
    "f.md": as_markdown,
    "f.html": as_html,
    "f.rst": as_rst,
    "f.adoc": as_asciidoc,
    "f.docx": as_word,
}
TWO = [("Is it A?", "Yes."), ("Is it B?", "No.")]
NOTES = ["Not in May, nor on days when it rains", "Never where it is cold outside"]


@pytest.mark.parametrize("name", WRITE)
@pytest.mark.parametrize(
    "names", [("Question", "Answer", "Exception"), ("Q", "A", "Note"), ("Frage", "Antwort", "Ausnahme")]
)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_a_column_that_is_called_answer_answers(name: str, names: tuple[str, ...], order: tuple[int, ...]) -> None:
    rows = [names, *((*pair, note) for pair, note in zip(TWO, NOTES, strict=True))]
    content = read(name, WRITE[name]([[row[at] for at in order] for row in rows]))
    assert pairs(content) == TWO
    [problem] = content.problems
    assert (problem.rule, problem.severity) == ("unused-column", "warning")
    assert f'"{names[2]}" of the table, such as "{NOTES[0][:40]}"' in problem.message
    assert problem.line > 0


@pytest.mark.parametrize("name", ["f.md", "f.html"])
def test_where_no_column_is_called_answer_the_one_that_says_most_answers(name: str) -> None:
    rows = [("Query", "Tier", "Say"), ("Is it A?", "gold", "Yes, all year."), ("Is it B?", "iron", "No, never.")]
    content = read(name, str(WRITE[name](rows)).replace("td>", "th>", 6))
    assert pairs(content) == [("Is it A?", "Yes, all year."), ("Is it B?", "No, never.")]
    assert [problem.rule for problem in content.problems] == ["unused-column"]
    assert 'the column "Tier"' in content.problems[0].message


def test_a_table_without_names_tells_the_number_of_the_column() -> None:
    content = read("f.html", as_html([("Is it A?", "Yes, all year.", "gold"), ("Is it B?", "No, never.", "a")]))
    assert pairs(content) == [("Is it A?", "Yes, all year."), ("Is it B?", "No, never.")]
    assert [problem.message.partition(",")[0] for problem in content.problems] == ["the column number 3 of the table"]


@pytest.mark.parametrize("name", ["f.md", "f.html"])
def test_numbers_beside_questions_are_no_words(name: str) -> None:
    content = read(name, WRITE[name]([("#", "Question", "Answer"), ("1", *TWO[0]), ("2", *TWO[1])]))
    assert pairs(content) == TWO
    assert not content.problems


def test_cells_of_several_lines_below_names_of_several_lines() -> None:
    rows = [("Question\n(short)", "Answer\n(whole)"), *((question, f"{answer}\nMore.") for question, answer in TWO)]
    content = read("f.docx", as_word(rows))
    assert pairs(content) == [(question, f"{answer}  \nMore.") for question, answer in TWO]


@pytest.mark.parametrize("name", ["f.md", "f.html"])
def test_a_break_in_a_question_parts_words(name: str) -> None:
    content = read(name, WRITE[name]([("Question", "Answer"), ("How do I<br>pay?", "By card."), TWO[0]]))
    assert pairs(content) == [("How do I pay?", "By card."), TWO[0]]


SPANNED = "<tr><th>Question</th><th>Answer</th></tr>"


def test_a_cell_that_spans_rows_answers_each_of_them() -> None:
    rows = "<tr><td>Is it A?</td><td rowspan='2'><p>Yes.</p></td></tr><tr><td>Is it B?</td></tr>"
    content = read("f.html", f"<table>{SPANNED}{rows}<tr><td>Is it C?</td><td>No.</td></tr></table>")
    assert pairs(content) == [("Is it A?", "Yes."), ("Is it B?", "Yes."), ("Is it C?", "No.")]


def test_a_question_that_spans_rows_has_the_answers_of_all() -> None:
    rows = "<tr><td rowspan=2>Is it A?</td><td>Yes.</td></tr><tr><td>Mostly.</td></tr>"
    rows += "<tr><td>Is it B?</td><td>No.</td></tr>"
    assert pairs(read("f.html", f"<table>{SPANNED}{rows}</table>")) == [("Is it A?", "Yes.\n\nMostly."), TWO[1]]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ("<tr><td rowspan=2>Mon</td><td>9</td></tr><tr><td>11</td></tr>", ["| Mon | 9 |", "| Mon | 11 |"]),
        ("<tr><td>Mon</td><td rowspan=9>9</td></tr><tr><td>Tue</td></tr>", ["| Mon | 9 |", "| Tue | 9 |"]),
        ("<tr><td colspan=2>Shut</td></tr><tr><td>Tue</td><td>9</td></tr>", ["| Shut |  |", "| Tue | 9 |"]),
        ("<tr><td rowspan=0>Mon</td><td rowspan=x>9</td></tr>", ["| Mon | 9 |"]),
    ],
)
def test_values_stay_in_their_columns(rows: str, shown: list[str]) -> None:
    table = f"<table><tr><th>Day</th><th>Slot</th></tr>{rows}</table>"
    content = read("f.html", f"<h2>How does it go?</h2>{table}<h2>Who is last?</h2><p>Two.</p>")
    assert content.entries[0].answer.split("\n") == ["| Day | Slot |", "| --- | --- |", *shown]


def test_spans_without_measure_are_not_followed() -> None:
    first = "<tr>" + "<td rowspan=60000 colspan=900>x</td>" * 10 + "</tr>"
    page = f"<h2>Is it A?</h2><table>{first}{'<tr><td>y</td></tr>' * 100}</table><h2>Is it B?</h2><p>No.</p>"
    content = read("f.html", page)
    assert pairs(content)[1:] == TWO[1:]
    assert len(content.entries[0].answer) < 10_000
