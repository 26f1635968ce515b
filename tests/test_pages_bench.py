"""The yardstick of pages: what counts as handled, and that a page that cannot be read counts as failed."""

from pathlib import Path

import pytest

from chatbot.encoding.hashing import HashingEncoder
from tests.bench.highlights import judged_items, taught_items
from tests.bench.neighbours import SUITES
from tests.bench.pages import Asked, ask_page, figures, table
from tests.bench.quality import OWN_PAGES
from tests.bench.sets.tables import rows_of
from tests.conftest import ROOT

SETS = ROOT / "tests" / "bench" / "sets"


def asked(kind: str, expected: str, status: str, *found: str) -> Asked:
    return Asked("p", kind, "?", frozenset(filter(None, [expected])), status, found)


def test_what_counts_by_hand() -> None:
    rows = [
        asked("heading", "a", "answered", "a", "b"),
        asked("detail", "a", "answered", "b", "a"),  # wrong, though the right one stands below
        asked("detail", "a", "unsure", "b", "c", "a"),
        asked("messy", "a", "unsure", "b", "c", "d", "a"),  # too far down to be seen
        asked("messy", "a", "unknown", "a"),
        asked("near", "", "answered", "b"),
        asked("near", "", "unsure", "b"),
        asked("off", "", "unknown"),
    ]
    assert figures(rows) == {
        "questions": 8,
        "first": 2 / 5,
        "details first": 0.0,
        "answered": 1 / 5,
        "offered": 2 / 5,
        "near answered": 1 / 2,
        "near silent": 0.0,
        "off answered": 0.0,
        "handled": 4 / 8,
    }
    assert figures([asked("off", "", "answered", "a")])["handled"] == 0
    assert "| all | 8 | 0.400 |" in table({"all": figures(rows)})


def page(folder: Path, text: str) -> Path:
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus" / "faq.md").write_text(text)
    (folder / "questions.tsv").write_text(
        "kind\tquestion\texpected\nheading\tHow deep is the lake?\tHow deep is the lake?\noff\tzzz\t\n"
    )
    return folder


def test_a_page_is_built_and_asked(tmp_path: Path) -> None:
    read = ask_page(page(tmp_path / "lake", "## How deep is the lake?\n\nTen metres.\n"), HashingEncoder())
    assert [(one.status, one.handled) for one in read] == [("answered", True), ("unknown", True)]


def test_every_question_of_a_page_that_cannot_be_built_is_handled_wrongly(tmp_path: Path) -> None:
    """Red where a refusal of everything would count for questions without an answer."""
    unread = ask_page(page(tmp_path / "broken", "---\nlang: en\n## How deep?\n\nTen.\n"), HashingEncoder())
    assert [one.handled for one in unread] == [False, False]


@pytest.mark.parametrize("folder", sorted(path.parent for path in SETS.glob("*/*/questions.tsv")), ids=lambda p: p.name)
def test_the_sets_name_headings_of_their_pages(folder: Path) -> None:
    text = (folder / "corpus" / "faq.md").read_text(encoding="utf-8")
    headings = {line.removeprefix("## ").strip() for line in text.splitlines() if line.startswith("## ")}
    rows = rows_of(folder / "questions.tsv")
    assert len(rows) >= 38
    for row in rows:
        assert set(filter(None, row["expected"].split("|"))) <= headings, row["question"]
        assert (row["kind"] in ("near", "off")) == (not row["expected"])


def test_the_other_sets_are_whole() -> None:
    assert len(list(OWN_PAGES.glob("*/questions.tsv"))) == 11
    cases = [case for suite in SUITES for case in rows_of(SETS / suite / "cases.tsv")]
    assert len(cases) >= 600
    assert len({(case["faq"], case["question"]) for case in cases}) == len(cases)
    items = judged_items()
    assert len(items) >= 150
    assert all(part in item.answer for item in items for part in item.right)
    assert {item.question for item in items}.isdisjoint(item.question for item in taught_items())
