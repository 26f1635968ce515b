"""Rows of a table: quotes, lengths, separators, names of columns."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.readers.table import read_table


def read(text: str) -> Content:
    return joined(read_table("f.csv", text))


def test_a_quote_that_is_not_closed_costs_one_row() -> None:
    """Red without: strict quotes, and the next line as a new row."""
    rows = "".join(f"Q{n}?,a{n}\n" for n in range(10_000))
    content = read(f'question,answer\nOpen?,"not closed\n{rows}Last?,"closed"\n')
    assert [(problem.line, problem.rule) for problem in content.problems] == [(2, "quote")]
    assert len(content.entries) == 10_001
    assert [line.line for line in content.dropped] == [2]


@pytest.mark.parametrize("row", ["A?,b,c", "A?"])
def test_a_row_of_another_length_is_named_and_not_guessed(row: str) -> None:
    """Red without: the length of rows, shorter or longer."""
    content = read(f"question,answer\n{row}\nB?,b")
    assert [(problem.line, problem.rule) for problem in content.problems] == [(2, "row-length")]
    assert [entry.question for entry in content.entries] == ["B?"]


def test_many_broken_rows_end_the_reading() -> None:
    """Red without: the limit of broken rows."""
    content = read("question,answer\n" + 'A?,"a"b\n' * 30)
    assert [problem.rule for problem in content.problems] == ["quote"] * 20 + ["broken-rows"]
    assert len(content.dropped) == 30


def test_a_closed_quote_that_holds_rows_is_a_warning() -> None:
    """Red without: the look into cells of several lines."""
    [problem] = read('question,answer\nA?,"a\nB?,b\nC?,c"\nD?,d').problems
    assert (problem.line, problem.rule) == (2, "swallowed-row")


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        ('Delivery times,"Two days\nReturns policy,Thirty days\nParking lots,Yes"\nOpening hours,Nine', True),
        ('Prices,"Two sizes:\nsmall, for 1,000 euros\nlarge, for 2,000"\nOpening hours,Nine', False),
        ('Who,"You, me\nand others, too,\nof course"\nOpening hours,Nine', False),
    ],
)
def test_rows_without_question_marks_are_told_from_prose(rows: str, warned: bool) -> None:
    """Red where only a question is taken for a row."""
    problems = [problem.rule for problem in read(f"question,answer\n{rows}").problems]
    assert problems == (["swallowed-row"] if warned else [])


def test_names_of_columns_in_any_order_and_spelling() -> None:
    content = read("sep=;\nAnswer;Review by;QUESTION;note\na;2027-01-01;A?;\n;;;\n")
    [entry] = content.entries
    assert (entry.question, entry.answer, entry.review_by, entry.line) == ("A?", "a", "2027-01-01", 3)
    assert not content.problems
    assert [line.reason for line in content.dropped] == ["empty row"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question,anwser\nA?,a", "f.csv:1: the first row names no column answer; it must name them"),
        ("Alpha,beta\nGamma,delta", "f.csv:1: the first row names no column question nor answer"),
        ("question,answer,answer\nA?,a,b", 'f.csv:1: two columns are named "answer"'),
        ("question,answer\n", "f.csv: holds no entry"),
        ("question,answer\n,a", 'f.csv:2: the entry has no "question"'),
        ("question,answer,mark\nA?,a,1", 'f.csv:2: the field "mark" is not used'),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    assert str(read(text).problems[0]).startswith(message)
