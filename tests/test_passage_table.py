"""Passages as columns, and texts that are read when they are asked for."""

import json

import numpy as np
import pytest

from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Passage

PASSAGES = [
    Passage(0, "question", "Wie groß? 大きい"),
    Passage(0, "alternate", 'a "quoted" \\ one\u2028two\x85three'),
    Passage(0, "question_answer", "Wie groß? So.", 0, 3),
    Passage(1, "question", ""),
    Passage(12, "sentence", '{"entry": 5, "kind": "question", "', 4, 44),
]


def lines(passages: list[Passage], **form: object) -> bytes:
    names = Passage.__dataclass_fields__
    return "".join(json.dumps({n: getattr(p, n) for n in names}, **form) + "\n" for p in passages).encode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        lines(PASSAGES, ensure_ascii=False),
        lines(PASSAGES, ensure_ascii=False).rstrip(b"\n"),
        lines(PASSAGES, sort_keys=True),  # not as a build writes it
        lines(PASSAGES, separators=(",", ":")),
    ],
    ids=["as built", "no last line break", "other order", "other blanks"],
)
def test_what_is_read_is_what_was_written(data: bytes) -> None:
    """Red without: the reading of lines of another form; ends of lines where JSON has none."""
    table, plain = PassageTable.read(data), PassageTable(PASSAGES)
    assert list(table) == PASSAGES == [table[row] for row in range(5)]
    assert (table[-1], table[1:3], len(table)) == (PASSAGES[-1], PASSAGES[1:3], 5)
    np.testing.assert_array_equal(table.entry, [0, 0, 0, 1, 12])
    np.testing.assert_array_equal(table.entry, plain.entry)
    np.testing.assert_array_equal(table.kind, plain.kind)
    assert table.rows_of("question", "sentence").tolist() == [0, 3, 4]
    with pytest.raises(IndexError):
        table[5]


def test_many_passages_are_read_one_by_one_and_all_at_once_alike() -> None:
    many = [Passage(row, "sentence", f"text {row}") for row in range(2500)]
    table = PassageTable.read(lines(many))
    assert list(table) == many
    assert [table[row] for row in (0, 999, 1000, 2499)] == [many[row] for row in (0, 999, 1000, 2499)]


@pytest.mark.parametrize(
    "data", [b"nonsense\n", b'{"entry": 0}\n', b'{"entry": 0, "kind": "x", "text": ""}\n', b"[]\n"]
)
def test_lines_that_are_no_passages_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        PassageTable.read(data)


def test_no_passages() -> None:
    assert list(PassageTable.read(b"")) == []
