"""`init`: a corpus of one's own, whole from the first minute."""

import json
import re
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.core.settings_sources import load_bot_settings
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build, checked_corpus
from tests.command import run_chatbot
from tests.conftest import ROOT

SHIPPED = (ROOT / "corpus" / "bot.toml").read_text(encoding="utf-8")
BANK = """\
# How do I block a lost card?

Call us day and night, or press "Block" in the app.

# What does a transfer abroad cost?

Within the country nothing, elsewhere 12 francs.

# When do I get my money back for a wrong booking?

Within eight weeks, if you tell us.
"""


def test_it_lints_clean_and_builds(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mine"
    done = run_chatbot("init", folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["bot.toml", "faq.md"]
    commands = re.findall(r"^  python -m chatbot (.+)$", done.stdout, re.M)
    assert [command.split()[0] for command in commands] == ["lint", "build", "serve"]
    env = {"CHATBOT_ENCODER": "hashing"}
    lint, build = (run_chatbot(*command.split(), **env) for command in commands[:2])
    assert lint.stdout == "3 answers, 0 gaps, 0 dropped lines, 0 problems\n"
    assert build.returncode == 0, build.stderr
    answer = run_chatbot("ask", "when are you open", "--index", f"{folder}-index", **env).stdout
    assert answer.startswith("When are you open?")


@pytest.mark.model
def test_the_real_encoder_finds_nothing_wrong_with_it(real_encoder: Encoder, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert run_chatbot("init", mine).returncode == 0
    assert build(mine, tmp_path / "index", load_bot_settings(mine), real_encoder).content.problems == []


def test_its_settings_belong_to_its_entries(tmp_path: Path) -> None:
    run_chatbot("init", tmp_path / "mine")
    settings, content = load_bot_settings(tmp_path / "mine"), read_corpus(tmp_path / "mine")
    assert set(settings.starters) == {entry.question for entry in content.entries}
    assert settings.contact
    assert any(entry.alternates for entry in content.entries)
    assert len((tmp_path / "mine" / "bot.toml").read_text().splitlines()) <= 12


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "a").mkdir()
    done = run_chatbot("init", tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        f"error: {tmp_path}: holds a, notes.txt; name a new folder, or import into this one\n",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "notes.txt"]
    for path in (tmp_path / "notes.txt", tmp_path / "notes.txt" / "below"):
        assert "is a file, or below one" in run_chatbot("init", path).stderr
    (tmp_path / "a").rmdir()
    assert json.loads(run_chatbot("init", tmp_path / "a", "--json").stdout)["next"]


def test_a_folder_that_cannot_be_made_is_one_sentence() -> None:
    done = run_chatbot("init", "/proc/mine")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "/proc/mine: cannot be written (" in done.stderr


def unrelated(corpus: Path) -> list[tuple[str, bool]]:
    """(rule, whether the line is known) of each finding on what was written for another FAQ."""
    problems = checked_corpus(corpus, load_bot_settings(corpus)).problems
    return [(p.rule, p.line > 0) for p in problems if p.rule.startswith(("unrelated", "unknown-starter"))]


def test_settings_of_another_faq_are_one_finding_each(tmp_path: Path) -> None:
    """Red without: `with_unrelated`, which has four starters named one by one."""
    (tmp_path / "bot.toml").write_text(SHIPPED, encoding="utf-8")
    (tmp_path / "bank.md").write_text(BANK)
    assert unrelated(tmp_path) == [
        ("unrelated-starters", True),
        ("unrelated-notices", True),
        ("unrelated-unanswerable", True),
    ]


def test_those_that_ship_belong_to_the_corpus_that_ships() -> None:
    assert unrelated(ROOT / "corpus") == []


def test_settings_that_belong_are_not_named(tmp_path: Path) -> None:
    """Few texts tell nothing, and neither must other scripts be unrelated for want of a word list."""
    (tmp_path / "bank.md").write_text(BANK)
    near = ["Can I block a card for a week?", "what does a card cost", "transfer money on a Sunday"]
    (tmp_path / "bot.toml").write_text(f"unanswerable = {json.dumps(near)}\n")
    assert unrelated(tmp_path) == []
    (tmp_path / "bot.toml").write_text('unanswerable = ["weather on Mars", "best pizza"]\n')
    assert unrelated(tmp_path) == []
    (tmp_path / "bank.md").write_text(
        "# \u5982\u4f55\u6302\u5931\u94f6\u884c\u5361\uff1f\n\n\u8bf7\u6253\u7535\u8bdd\u3002\n"
    )
    near = ["\u94f6\u884c\u5361\u8981\u94b1\u5417", "\u5982\u4f55\u529e\u5361", "\u7535\u8bdd\u94f6\u884c\u5462"]
    (tmp_path / "bot.toml").write_text(f'lang = "zh"\nunanswerable = {json.dumps(near, ensure_ascii=False)}\n')
    assert unrelated(tmp_path) == []


@pytest.mark.model
def test_meaning_decides_where_there_is_an_encoder(shipped_index: Path, tmp_path: Path) -> None:
    """Near questions in other words than any entry has: words name them, meaning does not; a foreign list both do.

    With the index that ships, which keeps an encoder that loads fast.
    """
    (tmp_path / "bank.md").write_text(BANK)
    other_words = [
        "my debit plastic got stolen",
        "wire funds to a foreign country",
        "reimburse me for an erroneous debit",
    ]
    foreign = ["how do I prune roses", "which soil do tomatoes need", "when should tulip bulbs be planted"]
    for listed, by_words, by_meaning in ((other_words, 1, 0), (foreign, 1, 1)):
        (tmp_path / "bot.toml").write_text(f"unanswerable = {json.dumps(listed)}\n")
        for more, count in (([], by_words), (["--meaning"], by_meaning)):
            done = run_chatbot("lint", "--corpus", tmp_path, "--index", shipped_index, "--json", *more)
            found = [p for p in json.loads(done.stdout)["problems"] if p["rule"] == "unrelated-unanswerable"]
            assert (listed[0], len(found)) == (listed[0], count)
            assert all(problem["line"] == 1 for problem in found)
