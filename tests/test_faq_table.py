"""The FAQ as a table: no cell runs as a formula, and put into a corpus it gives the same entries."""

import dataclasses
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from chatbot.content.faq_table import faq_table
from chatbot.content.ledger import joined
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.records import read_jsonl
from chatbot.core.errors import ContentError
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from tests.command import run_chatbot
from tests.formats import ENTRIES, WRITERS
from tests.test_cells import ANYTHING, PAYLOADS, parsed, runs

FIELDS = ("id", "question", "alternates", "answer", "tags", "lang", "source", "url", "reviewed", "review_by")


def built(folder: Path, name: str, data: bytes) -> list[Entry]:
    """The entries of a build of this one file, without what hangs on the file: where they stood."""
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus" / name).write_bytes(data)
    build(folder / "corpus", folder / "index", BotSettings(encoder="hashing"), HashingEncoder())
    return list(open_build(folder / "index").entries)


def bare(entries: Sequence[Entry]) -> list[Entry]:
    return [dataclasses.replace(entry, file="", line=0) for entry in entries]


def entry_of(**values: object) -> Entry:
    """As a reader of named fields would give it."""
    reading = FieldReading("f.jsonl")
    assert not reading.add(values, 1)
    [entry] = reading.taken().entries
    return entry


def test_of_three_hundred_payloads_in_every_column_none_begins_as_a_formula() -> None:
    """Red without: the safe cells, in any one column."""
    payloads = [payload for payload in PAYLOADS if "\n" not in payload.strip()]
    assert len(payloads) >= 300
    for at, payload in enumerate(payloads):
        values = {name: [payload] if name in ("alternates", "tags") else payload for name in FIELDS}
        table = faq_table([entry_of(**values)])
        header, cells = parsed(table.decode("utf-8-sig"))
        assert header == list(FIELDS)
        assert [cell for cell in cells if runs(cell)] == [], at


@pytest.mark.parametrize("name", ["faq.md", "comma.csv", "faq.xlsx", "faq.jsonl", "details.html"])
def test_the_five_entries_of_a_build_come_back_from_its_table(tmp_path: Path, name: str) -> None:
    """Red without: any one column; with tags joined as a list of Python."""
    entries = built(tmp_path / "one", name, WRITERS[name](ENTRIES))
    table = faq_table(entries)
    assert bare(built(tmp_path / "other", "faq.csv", table)) == bare(entries)
    assert [row[0] for row in parsed(table.decode("utf-8-sig"))] == ["id", *(entry.id for entry in ENTRIES)]


WORDING = ANYTHING.map(lambda text: f"{text} why?")
ADDRESS = st.sampled_from(["", "https://a.example/x", "http://b.example/?q=(1)"])
SOURCE = st.lists(ANYTHING | ADDRESS | st.sampled_from(["[a](https://c.example/)", "The vet"]), max_size=3).map(
    " ".join
)
ENTRY = st.fixed_dictionaries(
    {"question": WORDING, "answer": st.lists(ANYTHING | st.sampled_from(PAYLOADS), max_size=4).map("\n".join)},
    optional={
        "alternates": st.lists(WORDING, max_size=3),
        "tags": st.lists(ANYTHING, max_size=3),
        "lang": st.sampled_from(["en", "pt-BR"]),
        "source": SOURCE,
        "url": ADDRESS,
        "reviewed": st.just("2026-01-31"),
        "review_by": st.just("2099-01-31"),
    },
)


def lines_of(found: list[dict[str, object]]) -> bytes:
    """JSON lines, each with an id of its own, one of them an answer that is no gap."""
    found = [*found, {"question": "Is there an answer?", "answer": "Yes."}]
    return "\n".join(json.dumps({"id": f"-{at}", **values}) for at, values in enumerate(found)).encode()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ENTRY, max_size=4))
@example(
    [{"question": "Why?", "answer": "So.", "source": "A https://a.example/x https://b.example/", "url": "http://b/()"}]
)
@example([{"question": "Why?", "answer": "So.", "alternates": ["\u200b", "a|b"], "tags": ["a, b", "c\\"]}])
def test_a_table_is_made_of_any_entries(found: list[dict[str, object]]) -> None:
    """It proves itself: what would not come back is refused. Red without: the source that holds an address, escaped."""
    entries = joined([read_jsonl("f.jsonl", lines_of(found).decode())]).entries
    assume(len(entries) == len(found) + 1)
    rows = parsed(faq_table(entries).decode("utf-8-sig"))
    assert len(rows) == len(entries) + 1
    assert not [cell for row in rows for cell in row if runs(cell)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ENTRY, max_size=4))
def test_any_entries_come_back_from_a_build_of_their_table(found: list[dict[str, object]]) -> None:
    """Red without: the apostrophe taken away, or an item that is nothing but zero-width left out."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            entries = built(Path(folder, "one"), "faq.jsonl", lines_of(found))
        except ContentError:
            assume(False)
        again = built(Path(folder, "other"), "faq.csv", faq_table(entries))
        assert bare(again) == bare(entries)


def test_an_answer_of_html_comes_back_as_it_is() -> None:
    """Red without: the line break before it."""
    table = faq_table([Entry("a", "Why?", "<p>So.</p>")])
    assert parsed(table.decode("utf-8-sig"))[1][2] == "\n<p>So.</p>"


def test_columns_that_no_entry_fills_are_left_out_but_question_and_answer() -> None:
    [header, row] = parsed(faq_table([Entry("a", "Why?", "")]).decode("utf-8-sig"))
    assert (header, row) == (["id", "question", "answer"], ["a", "Why?", ""])


def test_the_bytes_are_as_excel_and_rfc_4180_want_them() -> None:
    """Red without: the mark of UTF-8, the quotes around every cell, the carriage returns."""
    table = faq_table([Entry("a", 'Why "x"?', "one\ntwo", file="b"), Entry("caf\u00e9", "Who?", "=1", file="a")])
    lines = ['"id","question","answer"', '"caf\u00e9","Who?","\'=1"', '"a","Why ""x""?","one\ntwo"', ""]
    assert table == b"\xef\xbb\xbf" + "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    "entry",
    [
        Entry(
            "a", "Why?", "So.", alternates=("w" * 900,) * 150, file="f.jsonl", line=7
        ),  # a cell of 135,000 characters
        Entry("a", "Why?", "So.", source="] https://b.example/", url="https://a.example/", file="f.jsonl", line=7),
    ],
)
def test_what_a_table_cannot_hold_is_refused_by_name(entry: Entry) -> None:
    """Red without: the table read back."""
    with pytest.raises(ContentError, match=r'^f\.jsonl:7: "a": a table cannot hold this entry as it is; shorten'):
        faq_table([entry, Entry("b", "Who?", "They.")])


def test_export_writes_the_table_and_says_so(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    done = run_chatbot("export", "--csv", file, "--json", CHATBOT_INDEX=str(index))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told | {"build_id": ""} == {"files": [str(file)], "build_id": "", "entries": 3, "gaps": 1}
    assert file.read_bytes() == faq_table(open_build(index).entries)
    both = run_chatbot("export", "--csv", file, "--html", tmp_path / "faq.html", CHATBOT_INDEX=str(index))
    assert both.stdout.startswith(f"{tmp_path / 'faq.html'} and {file}: 3 answers and 1 gap of ")
    assert (tmp_path / "faq.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = built(tmp_path / "again", "faq.csv", file.read_bytes())
    assert bare(again) == bare(open_build(index).entries)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say what to write: --html FILE, --csv FILE, or both"),
        (["--csv", "no-such-folder/faq.csv"], "no-such-folder/faq.csv: cannot be written (No such file or directory)"),
        (["--csv", "chatbot"], "chatbot: cannot be written (Is a directory); name another file"),
        (["--csv", "x/../x.out", "--html", "x.out"], "x.out: named for the page and for the table; name two files"),
    ],
)
def test_a_wrong_place_to_write_is_named(index: Path, arguments: list[str], message: str) -> None:
    done = run_chatbot("export", *arguments, CHATBOT_INDEX=str(index))
    assert (done.returncode, done.stderr.startswith(f"error: {message}")) == (2, True), done.stderr
    assert done.stderr.count("\n") == 1
