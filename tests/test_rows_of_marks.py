"""A table with a row for each question and one for its answer, told apart by nothing but the marks before them."""

import io

import openpyxl
import pytest

from chatbot.content.ledger import joined
from chatbot.content.parser import parse

ROWS = [("Q.", "How do I pay?"), ("A.", "By card."), ("Q.", "Where to park"), ("A.", "Here."), ("Q.", "When?")]
WANTED = [("How do I pay?", "By card."), ("Where to park", "Here."), ("When?", "")]
MARKS = [
    ("Q", "A"),
    ("Question:", "Answer:"),
    ("F", "A"),
    ("**P.**", "**R.**"),
    ("(Q)", "(A)"),
    ("问", "答"),
    ("S:", "S:"),
]


def rows(marks: tuple[str, str]) -> list[tuple[str, str]]:
    return [(marks["Q.A.".index(mark) // 2], words) for mark, words in ROWS]


def workbook(told: list[tuple[str, str]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(("Our FAQ",))
    for row in told:
        book.active.append(("", *row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def page(told: list[tuple[str, str]]) -> str:
    return (
        "<table>" + "\n".join(f"<tr><td>{mark}</td><td><p>{words}</p></td></tr>" for mark, words in told) + "</table>"
    )


WRITE = {
    "f.csv": lambda told: "\n".join(f'{mark},"{words}"' for mark, words in told).encode(),
    "f.tsv": lambda told: "\n".join(f"\t{mark}\t{words}" for mark, words in told).encode(),
    "f.xlsx": workbook,
    "f.html": lambda told: page(told).encode(),
    "f.md": lambda told: ("| | |\n|-|-|\n" + "\n".join(f"| {mark} | {words} |" for mark, words in told)).encode(),
}


@pytest.mark.parametrize("name", WRITE)
@pytest.mark.parametrize("marks", [("Q.", "A."), *MARKS])
def test_rows_are_pairs(name: str, marks: tuple[str, str]) -> None:
    content = joined(parse(name, WRITE[name](rows(marks))))
    assert [(entry.question, entry.answer) for entry in content.entries] == WANTED
    assert not content.errors
    kept = [line.role for line in content.ledger if any(words in line.text for _, words in ROWS)]
    assert "dropped" not in kept


def test_an_answer_goes_on_in_rows_below() -> None:
    table = b'Q,Why?\nA,"One,\ntwo"\n,Three.\nQ,When?\nA,Now.\n'
    content = joined(parse("f.csv", table))
    assert [(e.line, e.answer) for e in content.entries] == [(1, "One,\ntwo\n\nThree."), (5, "Now.")]
