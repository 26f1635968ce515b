"""Further alternates in the files of a corpus: every format keeps its form, and nothing else changes."""

import difflib

import pytest

from chatbot.core.settings import BotSettings
from chatbot.importing.reading import read_bytes
from chatbot.importing.wordings import with_wordings

NEW = ["what's the price", '=1+1 "or" a|b, c; d']

WHO = '{"question": "Who?", "answer": "Me"}\n'
FILES = {
    "list.md": "# P\n\n## How long?\n\nAlso asked:\n\n* x y?\n* z?\n\nTwo.\n\n## And who?\n\nAlso asked:\n- no\n\nM.\n",
    "none.md": "## How long?\nTwo.\n\n## And who?\n\nMe.\n",
    "lines.md": "\ufeff## How long?\r\n\r\nTags: a\r\n\r\nTwo.\r\n\r\n## And who?\r\n\r\nMe.",
    "underlined.md": "How long?\n---------\n\nTwo\n\nAnd who?\n------\n\nMe\n",
    "table.csv": "question,answer\nHow long?,Two\nAnd who?,\"Me\nand you\"\n",
    "column.csv": 'id;question;alternates;answer\r\n1;"Long?";;a\r\n2;How long?;"a|b";"Two ""or""\r\nthree"\r\n'
    "3;Who?;;Me\r\n",
    "column.tsv": "question\talternates\tanswer\nHow long?\t\tTwo\n\nAnd who?\tx\tMe\n",
    "titles.csv": "Our FAQ,\n,\nQuestion,Answer\nHow long?,Two\nAnd who?,Me\n",
    "indented.json": '[\n {\n  "question": "How long?",\n  "answer": "{"\n },\n {"question":"Who?", "answer":"M"}\n]\n',
    "list.json": '{"faq": [{"question": "Who?", "answer": "Me"}, {"question": "How long?", "answer": "Two", '
    '"alternates": [\n   "x",\n   "y"\n  ]}]}\n',
    "short.json": '[{"answer":"Two","question":"How long?"},{"question":"Who?","answer":"Me"}]',
    "empty.jsonl": '{"question": "How long?", "alternates": [], "answer": "Two"}\n' + WHO,
    "one.jsonl": '{"question": "How long?", "alternates": "x", "answer": "Two"}\n' + WHO,
    "list.yaml": "faq:\n- question: How long?\n  alternates:\n    - x\n    - y\n  answer: Two\n- question: Who?\n"
    "  answer: Me\n",
    "none.yml": "- answer: Two\n  question: How long?\n\n- question: Who?\n  answer: |\n    Me\n    too\n",
    "flow.yaml": '- question: How long?\n  alternates: [x, "y]"]\n  answer: Two\n- question: Who?\n  answer: Me\n',
    "front.md": "---\nfaq:\n  - question: How long?\n    answer: Two\n  - question: Who?\n    answer: Me\n---\n\n# T\n",
    "tables.md": '+++\n[[faq]]\nquestion = "How long?"\nanswer = "Two"\n[[faq]]\nquestion = "Who?"\nanswer = "Me"\n'
    "+++\n\n# T\n",
    "arrays.md": '+++\n[[faq]]\nquestion = "How long?"\nalternates = [\n  "x",\n]\nanswer = "Two"\n+++\n\n# T\n',
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_format_gets_its_wordings_and_keeps_its_form(name: str) -> None:
    """Red when a format writes beside the list, or drops or reorders a line."""
    data = FILES[name].encode()
    before = read_bytes(name, data).entries
    [entry] = [entry for entry in before if entry.question == "How long?"]
    written, left = with_wordings(name, data, {(entry.line, entry.question): NEW}, BotSettings())
    assert left == []
    after = {entry.question: entry for entry in read_bytes(name, written).entries}
    assert set(after["How long?"].alternates) == {*entry.alternates, *NEW}
    assert {q: e.answer for q, e in after.items()} == {e.question: e.answer for e in before}
    lost = [line for line in difflib.ndiff(_lines(data), _lines(written)) if line.startswith("- ")]
    assert len(lost) <= 1 or name in ("table.csv", "titles.csv")  # a new column is in every row


def _lines(data: bytes) -> list[str]:
    return data.decode().splitlines(keepends=True)


@pytest.mark.parametrize("name", ["column.csv", "table.csv", "column.tsv"])
def test_no_cell_runs_as_a_formula(name: str) -> None:
    """Red without `safe_cell`."""
    data = FILES[name].encode()
    [entry] = [entry for entry in read_bytes(name, data).entries if entry.question == "How long?"]
    written, left = with_wordings(name, data, {(entry.line, entry.question): ["=1+1"]}, BotSettings())
    assert left == []
    assert "=1+1" in written.decode()
    assert all(f"{before}=1+1" not in written.decode() for before in ',;\t"')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "<h2>How long?</h2><p>Two.</p><h2>And who?</h2><p>Me.</p>"),
        ("plain.txt", "Q: How long?\nA: Two.\n\nQ: And who?\nA: Me.\n"),
        ("list.md", "## How long?\n\n- Two\n- three\n\n## And who?\n\nMe.\n"),  # the answer would continue the list
        ("nested.yaml", "How long?: Two\nAnd who?: Me\n"),
    ],
)
def test_what_cannot_be_written_is_left_to_the_editor(name: str, text: str) -> None:
    """Red when a change is not read back: then the answer that is a list would become wordings."""
    data = text.encode()
    lines = [(entry.line, entry.question) for entry in read_bytes(name, data).entries]
    assert with_wordings(name, data, {lines[0]: ["what is the time"]}, BotSettings()) == (data, lines[:1])


def test_of_several_entries_only_the_impossible_one_is_left() -> None:
    """Red when all are given up because of one."""
    data = b"## How long?\n\n- Two\n\n## And who?\n\nMe.\n"
    first, second = [(entry.line, entry.question) for entry in read_bytes("a.md", data).entries]
    written, left = with_wordings("a.md", data, {first: ["a b c"], second: ["d e f"]}, BotSettings())
    assert left == [first]
    assert written == b"## How long?\n\n- Two\n\n## And who?\n\nAlso asked:\n- d e f\n\nMe.\n"
