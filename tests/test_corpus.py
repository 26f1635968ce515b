"""Whole folders: which files are read, and every way in which one can be wrong."""

import dataclasses
import os
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus, source_bytes
from chatbot.content.lint import check_settings
from chatbot.core.errors import ContentError, UsageError
from chatbot.core.settings import BotSettings
from chatbot.core.types import NoticeRule
from chatbot.indexing.builder import checked_corpus


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "sub/c.jsonl", "README.md", ".hidden.md", ".git/d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"question": "C?", "answer": "c"}' if name.endswith("l") else f"# {name}?\nYes.")
    content = read_corpus(tmp_path)
    assert list(source_bytes(tmp_path)) == ["a.txt", "b.md", "sub/c.jsonl"]
    assert [entry.file for entry in content.entries] == ["a.txt", "b.md", "sub/c.jsonl"]


def test_one_file_is_a_corpus_too(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A?\nYes.")
    (tmp_path / "b.md").write_text("# B?\nYes.")
    assert [entry.question for entry in read_corpus(tmp_path / "a.md").entries] == ["A?"]


def test_answers_are_rendered_by_format(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A?\n**yes**")
    (tmp_path / "b.txt").write_text("B?\n**yes** <b>")
    assert [entry.html for entry in read_corpus(tmp_path).entries] == [
        "<p><strong>yes</strong></p>",
        "<p>**yes** &lt;b&gt;</p>",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.md": b"# Caf\xe9?\nYes."}, "a.md:1: not UTF-8 text (byte 5 of the file), and no other encoding is sure"),
        ({"a.txt": b"Ok?\nYes.\n\xff"}, "a.txt:3: not UTF-8 text"),
        ({"a.md": b" \n"}, "a.md: empty; write entries into it or delete it"),
        ({"a.txt": b"No question here."}, "a.txt: no question with an answer found"),
        ({"a.md": b"# A?\nOne.\n\nId: x\n\n# B?\nTwo.\n\nId: x"}, 'a.md:6: the id "x" is also that of a.md:1'),
        ({"a.md": b"# A?\nOne.\n\nId: x", "b.md": b"# B?\n1\n\nId: x"}, 'b.md:1: the id "x" is also that of a.md:1'),
        ({"a.md": b"# A?\n" + b"x" * 33_000}, 'a.md:1: "a": the answer is over 32 KB'),
        ({"a.md": b"# A?\nOne.\n\nReviewed: 1.2.2026"}, 'a.md:4: "a": reviewed "1.2.2026" is not a date'),
    ],
)
def test_every_mistake_is_an_error_with_its_place(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert message in "\n".join(map(str, read_corpus(tmp_path).errors))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "b.md").write_text("")
    (tmp_path / "c.md").write_text("# Fine?\nYes.")
    content = read_corpus(tmp_path)
    assert [problem.file for problem in content.errors] == ["a.md", "b.md"]
    assert [entry.question for entry in content.entries] == ["Fine?"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A?\nYes.")
    (tmp_path / "a.md").chmod(0)
    assert "a.md: cannot be read (Permission denied)" in str(read_corpus(tmp_path).errors[0])


def test_warnings_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A?\nAlso asked:\n- B?\n\nYes.\n\nUrl: www.example.org\n\n# B?\nNo.")
    (tmp_path / "notes.odt").write_bytes(b"x")
    content = read_corpus(tmp_path)
    assert not content.errors
    assert {problem.rule for problem in content.problems} == {"same-question", "bad-url", "no-reader"}


def test_no_folder_and_no_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder; create it and put FAQ entries"):
        read_corpus(tmp_path / "absent")
    with pytest.raises(ContentError, match=r"holds no FAQ file; add one that ends in \.txt"):
        read_corpus(tmp_path)
    (tmp_path / "a.odt").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"\.odt is not a format"):
        read_corpus(tmp_path / "a.odt")


def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.md").write_text("# A?\nYes.")
    [problem] = read_corpus(tmp_path).errors
    assert (problem.rule, problem.file) == ("file-name", "caf\\udce9.md")


def test_settings_and_entries_that_do_not_fit(corpus: Path) -> None:
    settings = BotSettings(starters=("What do goldfish eat", "Where is Atlantis?"), question_limit=30)
    content = checked_corpus(corpus, settings)
    assert [(problem.rule, problem.severity) for problem in content.problems] == [
        ("long-question", "warning"),
        ("unknown-starter", "warning"),
    ]
    assert '"Where is Atlantis?" is no question of the FAQ' in content.problems[1].message


def test_an_emergency_needs_a_disclaimer_and_a_question_stands_on_one_side_only(corpus: Path) -> None:
    rules = (NoticeRule("call", "info", "x", line=3), NoticeRule("ambulance", "emergency", "x", line=9))
    settings = BotSettings(notices=rules, unanswerable=("what do goldfish EAT", "Who made goldfish?"))
    problems = {problem.rule: problem for problem in check_settings(settings, read_corpus(corpus).entries)}
    assert set(problems) == {"no-disclaimer", "answerable-question"}
    assert {problem.severity for problem in problems.values()} == {"error"}
    assert str(problems["no-disclaimer"]).startswith("bot.toml:9: ")
    assert '"what do goldfish EAT"' in problems["answerable-question"].message
    calm = dataclasses.replace(settings, disclaimer="No doctor.", unanswerable=())
    assert not list(check_settings(calm, read_corpus(corpus).entries))


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf# A?\r\nYes.\r\n")
    assert [(entry.question, entry.answer) for entry in read_corpus(tmp_path).entries] == [("A?", "Yes.")]


def test_source_bytes_hold_the_settings_too(corpus: Path) -> None:
    assert sorted(source_bytes(corpus)) == ["bot.toml", "pets.md"]
