"""What lint names beyond what the readers find: each with its line, a rule and what to do."""

import dataclasses
import datetime
import json
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.lint import check_reviews
from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.core.text import one_line
from chatbot.core.types import Entry
from chatbot.indexing.builder import checked_corpus
from tests.command import run_chatbot


@pytest.mark.parametrize(
    ("text", "line", "rule", "severity"),
    [
        ("# A?\nx\n\ncaf\u00c3\u00a9", 4, "mojibake", "warning"),
        ("# A?\nIt\u00e2\u20ac\u2122s", 2, "mojibake", "warning"),
        ("# A?\nx\ufffd", 2, "mojibake", "warning"),
        ("# A?\nSee [x](/y).", 1, "site-link", "warning"),
        ("# A?\nSee [x](javascript:y).", 2, "bad-link", "warning"),
        ("# A?\nx\n<a href='//y.example'>x</a>", 3, "bad-link", "warning"),
        ("# A?\nSee [x](https://\u0430pple.example).", 2, "odd-link", "warning"),
        ("# A?\nx ![y](https://y.example/z.png)", 2, "picture", "warning"),
        ("# A?\n**--**", 1, "empty-answer", "warning"),
        ("# A\nWhy is it?", 1, "swapped", "warning"),
        ("# A?\n##B?\nx", 2, "no-heading", "warning"),
        ("# A?\nx\n\nB?\n\ny", 4, "question-in-answer", "warning"),
        ("# A?\nx\n\n```\n# b", 4, "not-closed", "warning"),
        ("# A?\nx\n\n```\n# B?", 4, "not-closed", "error"),
        ("## A?\nx:\n```sh\ny\n\n## Fees\nNone.", 3, "not-closed", "error"),
        ("# A?\nx\n\nAlso askd:\n- y", 4, "unknown-key", "warning"),
        ("# A?\nx\n\nReview by: tomorrow", 4, "bad-date", "error"),
        (f"# {'A' * 1001}?\nx", 1, "long-question", "error"),
        (f"# {chr(0xFDFA) * 100}?\nx", 1, "long-question", "error"),
        ("# A?\n" + "x" * 33_000, 1, "long-answer", "error"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, text: str, line: int, rule: str, severity: str) -> None:
    (tmp_path / "a.md").write_text(text)
    [problem] = read_corpus(tmp_path).problems
    assert (problem.line, problem.rule, problem.severity) == (line, rule, severity)
    assert len(problem.message) > 30


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# A?\n[x](javascript:alert(1)) or (y)", '"javascript:alert(1)"'),
        ("# A?\n[x](/y)(z)", '"/y"'),
        ("# A?\nIt\u00e2\u20ac\u2122s mojibake all over", '"It\u00e2\u20ac\u2122s mojibake"'),
        ("# A?\nWe really like caf\u00c3\u00a9s a lot here", '"really like caf\u00c3\u00a9s a lot here"'),
        ("# A?\n" + "x" * 99 + "\ufffd" + "y" * 99, f'"{"x" * 40}\ufffd{"y" * 39}"'),
    ],
)
def test_what_is_quoted_is_whole(tmp_path: Path, text: str, shown: str) -> None:
    """Red without: parentheses in an address, the ends of words around mojibake, or the most that is shown of one."""
    (tmp_path / "a.md").write_text(text)
    [problem] = read_corpus(tmp_path).problems
    assert shown in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "Caf\u00e9, na\u00efve, \u00c3 bient\u00f4t, S\u00c3O PAULO, \u00bfQu\u00e9?",
        "`[x](/y)` and [x](https://x.example/a_(b)) and [y](mailto:a@b.example) and [z](tel:112)",
        "#1 is a number.\n\nSee ?\n\n```\n#x\n```",
    ],
)
def test_what_is_right_is_not_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.md").write_text(f"# A?\nYes.\n{text}".replace("#1", "No. 1").replace("See ?", "See."))
    assert not read_corpus(tmp_path).problems


def test_a_review_is_due_on_the_day_after_its_date() -> None:
    """Red without: the comparison, or with "<=" in it."""
    entry = Entry("a", "A?", "x", review_by="2026-03-01", file="a.md", line=7)
    assert not list(check_reviews([entry], datetime.date(2026, 3, 1)))
    [problem] = check_reviews([entry, dataclasses.replace(entry, review_by="soon")], datetime.date(2026, 3, 2))
    assert (str(problem)[:7], problem.rule, problem.severity) == ("a.md:7:", "review-due", "warning")


def test_settings_are_named_with_the_line_that_says_so(corpus: Path) -> None:
    """Red without: `located`."""
    (corpus / "bot.toml").write_text(
        'encoder = "hashing"\nreranker = "./none"\nstarters = [\n  "Where is Atlantis?",\n]\n'
    )
    settings = BotSettings(encoder="hashing", reranker="./none", starters=("Where is Atlantis?",))
    problems = {problem.rule: problem for problem in checked_corpus(corpus, settings).problems}
    assert str(problems["unknown-starter"]).startswith("bot.toml:4: ")
    assert str(problems["no-reranker"]).startswith("bot.toml:2: ")
    assert problems["no-reranker"].severity == "error"


def test_mistakes_in_the_settings_stand_in_one_list_with_those_of_the_content(corpus: Path, tmp_path: Path) -> None:
    """Red without: `settings_of` in lint, or `sound_settings` in build; either ended at the first wrong setting."""
    (corpus / "bot.toml").write_text('titel = "A"\nencoder = "hashing"\nlang = 3\n')
    (corpus / "bad.md").write_bytes(b"\xff")
    wrong = {("bot.toml", 1, "unknown-setting"), ("bot.toml", 3, "wrong-type"), ("bad.md", 1, "encoding")}
    index = tmp_path / "none"
    for verb in (["lint"], ["lint", "--meaning"], ["build", "--index", index]):
        done = run_chatbot(*verb, "--corpus", corpus, "--json")
        found = {(p["file"], p["line"], p["rule"]) for p in json.loads(done.stdout)["problems"]}
        assert found >= wrong
        assert done.returncode == 1
    assert not index.exists()
    assert len(json.loads(run_chatbot("lint", "--corpus", corpus, "--json").stdout)["ledger"]) > 3
    plain = run_chatbot("lint", "--corpus", corpus).stderr
    assert "error: bot.toml:3: lang: 3 must be a text in quotes [wrong-type]" in plain


@pytest.mark.parametrize(
    ("data", "line", "rule", "message"),
    [
        (b'title = "A"\nencoder = "hashing"\ntitle = "B"\n', 3, "duplicate-key", "title: stands twice; keep one"),
        (b'title = "A"\nlang = en\n', 2, "toml", "not valid TOML: Invalid value"),
        (b'title = "A"\nlang = "\xe9"\n', 2, "encoding", "not UTF-8 text (byte 20 of the file); save it as UTF-8"),
    ],
)
def test_settings_that_cannot_be_read_are_a_problem_with_its_line(
    corpus: Path, data: bytes, line: int, rule: str, message: str
) -> None:
    """Red without: the reading of bytes that are no text in `located`, or `_broken`."""
    (corpus / "bot.toml").write_bytes(data)
    done = run_chatbot("lint", "--corpus", corpus, "--json", CHATBOT_ENCODER="hashing")
    [problem] = [p for p in json.loads(done.stdout)["problems"] if p["severity"] == "error"]
    assert (problem["file"], problem["line"], problem["rule"]) == ("bot.toml", line, rule)
    assert problem["message"].startswith(message)
    assert done.returncode == 1


def test_a_key_of_json_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    text = '[\n{"question": "A?", "answer": "a"},\n{\n "question": "B?",\n "answer": "b",\n "answer": "c"\n}]'
    (tmp_path / "a.json").write_text(text)
    [problem] = read_corpus(tmp_path).problems
    assert (problem.line, problem.rule) == (6, "duplicate-key")


def test_a_key_that_stands_twice_does_not_keep_the_rest_of_a_file_from_being_checked(tmp_path: Path) -> None:
    """Red without: `_name_twice` for lists or for lines, or with the keys of the entry before."""
    entries = [
        '{"question": "A?",\n "id": "x", "answer": "a", "id": "y", "answer": "b"}',
        '{"question": "B?", "answer": "b"}',
        '{"question": "C?", "answer": "c", "reviewed": "soon",\n "lang": "en", "lang": "de"}',
    ]
    (tmp_path / "a.json").write_text("[\n" + ",\n".join(entries) + "]")
    content = read_corpus(tmp_path)
    assert [entry.question for entry in content.entries] == ["A?", "B?", "C?"]
    found = [(p.line, p.rule, p.message.split()[0], p.severity) for p in content.problems]
    assert sorted(found) == [
        (3, "duplicate-key", '"answer"', "error"),
        (3, "duplicate-key", '"id"', "error"),
        (5, "bad-date", '"c":', "error"),
        (6, "duplicate-key", '"lang"', "error"),
    ]
    assert {line.role for line in content.ledger} == {"markup", "entry"}
    for name, text in (("a.jsonl", "\n".join(map(one_line, entries))), ("a.json", entries[0])):
        (tmp_path / name).write_text(text)
        content = read_corpus(tmp_path / name)
        assert {p.rule for p in content.problems} >= {"duplicate-key"}
        assert len(content.entries) == (3 if name == "a.jsonl" else 1)


def test_lint_says_the_same_to_people_and_to_programs(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<nav>x</nav>\n<nav>x</nav>\n<h2>A?</h2>\n<p>caf\u00c3\u00a9</p>\n<h2>B?</h2>")
    (tmp_path / "b.csv").write_text('question,answer\nC?,"c\nD?,d\n')
    done = run_chatbot("lint", "--corpus", tmp_path, "--json")
    body = json.loads(done.stdout)
    problems = [Problem(**problem) for problem in body["problems"]]
    assert {(p.file, p.line, p.rule) for p in problems} == {("a.html", 4, "mojibake"), ("b.csv", 2, "quote")}
    assert {line["role"] for line in body["ledger"]} <= {"question", "answer", "entry", "metadata", "markup", "dropped"}
    plain = run_chatbot("lint", "--corpus", tmp_path).stderr.splitlines()
    assert done.returncode == 1
    assert all(f"{problem.severity}: {problem} [{problem.rule}]" in plain for problem in problems)
    assert "dropped: a.html:1-2: navigation: <nav>x</nav>" in plain
    assert "gap: a.html:5: no answer yet: B?" in plain


@pytest.mark.parametrize(
    ("text", "encoder", "told"),
    [
        ("Zwei bis vier Werktage innerhalb Deutschlands, ins Ausland bis zu neun Werktage. Mit verd\u00fcnntem Essig "
         "aufkochen, eine halbe Stunde einwirken lassen und zweimal sp\u00fclen.", "default", 1),
        ("Zwei bis vier Werktage innerhalb Deutschlands, ins Ausland bis zu neun Werktage. Mit verd\u00fcnntem Essig "
         "aufkochen, eine halbe Stunde einwirken lassen und zweimal sp\u00fclen.", "hashing", 0),
        ("Two to four working days within the country, up to nine abroad. Boil it up with vinegar, let it stand for "
         "half an hour and rinse it twice with a lot of fresh water.", "default", 0),
    ],
)  # fmt: skip
def test_a_language_that_the_encoder_does_not_read_is_named(tmp_path: Path, text: str, encoder: str, told: int) -> None:
    """By `lint`, too, which needs no vectors for it."""
    (tmp_path / "faq.md").write_text(f"# Liefern?\n{text}\n")
    problems = checked_corpus(tmp_path, BotSettings(encoder=encoder)).problems
    assert [problem.rule for problem in problems].count("unread-language") == told
