"""What entries do to each other, found by meaning: near duplicates and rivals."""

import json
from pathlib import Path

from chatbot.core.problem import Problem
from chatbot.core.settings import BotSettings
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build, checked_by_meaning
from tests.command import run_chatbot

SETTINGS = BotSettings(encoder="hashing")


def corpus_of(folder: Path, *entries: tuple[str, str, list[str]]) -> Path:
    folder.mkdir()
    lines = [json.dumps({"question": q, "answer": a, "alternates": also}) for q, a, also in entries]
    (folder / "faq.jsonl").write_text("\n".join(lines))
    (folder / "bot.toml").write_text('encoder = "hashing"')
    return folder


def found(corpus: Path, rule: str) -> list[Problem]:
    content = checked_by_meaning(corpus, SETTINGS, HashingEncoder(), corpus.parent / "none")
    return [problem for problem in content.problems if problem.rule == rule]


CATS = ("How often should I feed my old cat?", "Twice.", [])
CATS_AGAIN = ("How often should I feed my old cats?", "Thrice.", [])
FISH = ("Which water do fish need?", "Clean water.", ["Is tap water fine for a fish?"])


def test_questions_that_say_nearly_the_same_are_named_with_both_places(tmp_path: Path) -> None:
    """Red without: the lower triangle of the table of cosines left out twice, or NEAR at 1."""
    [problem] = found(corpus_of(tmp_path / "c", CATS, FISH, CATS_AGAIN), "near-duplicate")
    assert (problem.severity, {problem.line}) == ("warning", {1})
    assert "(faq.jsonl:3, cosine" in problem.message


def test_one_answer_to_two_wordings_is_no_duplicate(tmp_path: Path) -> None:
    same = (CATS_AGAIN[0], CATS[1], [])
    assert not found(corpus_of(tmp_path / "c", CATS, FISH, same), "near-duplicate")


def test_an_entry_that_takes_the_questions_of_another_is_named(tmp_path: Path) -> None:
    """Red without: the limit of two wordings, or wordings asked of an index that still holds them."""
    thief = ("Why is the garden hedge brown in winter frost?", "Frost.", ["brown garden hedge in winter frost"])
    robbed = ("Which tool cuts wood?", "A saw.", ["brown hedge of the garden, frost", "winter frost on a garden hedge"])
    [problem] = found(corpus_of(tmp_path / "c", thief, robbed, FISH), "rival")
    assert problem.line == 2
    assert '(faq.jsonl:1) would come first; write more wordings of "which-tool-cuts-wood"' in problem.message
    once = (robbed[0], robbed[1], [robbed[2][0], "Which tool cuts wood well?"])
    assert not found(corpus_of(tmp_path / "d", thief, once, FISH), "rival")


def test_a_build_and_lint_report_them_alike(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "c", CATS, FISH, CATS_AGAIN)
    report = build(corpus, tmp_path / "index", SETTINGS, HashingEncoder())
    expected = checked_by_meaning(corpus, SETTINGS, HashingEncoder(), tmp_path / "index").problems
    assert report.content.problems == expected
    done = run_chatbot("lint", "--meaning", "--corpus", corpus, "--index", tmp_path / "index", "--json")
    assert done.returncode == 0, done.stderr
    rules = [p["rule"] for p in json.loads(done.stdout)["problems"]]
    # The hashing encoder, to which questions on anything seem near, would also have it refuse most of what it says.
    assert rules == [p.rule for p in expected] == ["near-duplicate", "would-refuse"]
    assert json.loads(run_chatbot("lint", "--corpus", corpus, "--json").stdout)["problems"] == []


def test_lint_by_meaning_publishes_nothing(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "c", CATS, FISH)
    found(corpus, "rival")
    assert not (tmp_path / "none").exists()
