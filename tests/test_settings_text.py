"""A bot.toml that is huge or cunning: one sentence, in the time that a good one takes."""

import json
import os
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.core.errors import SettingsError
from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.builder import checked_corpus, settings_of
from tests.command import run_chatbot

DEEP = "[" * 5000 + "]" * 5000
NESTED = "{" + "a={" * 5000 + "}" * 5001
HALF_DEEP = "[" * 300 + "]" * 300  # which tomllib reads
STEPS = ".".join("a" * 60)
HEX = "0x" + "f" * 5000  # which Python reads and does not write
BOMBS = {
    "a number of 5,000 digits": (f"question_limit = {'9' * 5000}", "bot.toml:1: a number is too long"),
    "another below good lines": (f'title = "a"\nlang = "en"\nx = {"1_1" * 3000}', "bot.toml:3: a number is too long"),
    "a hexadecimal one": (f"question_limit = {HEX}", "bot.toml:1: question_limit: beyond what is read"),
    "a share of 400 digits": (f"tolerated_false_answers = {'9' * 400}", "bot.toml:1: tolerated_false_answers: beyond"),
    "a title that is such a number": (f"title = {HEX}", "bot.toml:1: title: beyond what is read"),
    "a date that is such a number": (f"[[notices]]\nid = 'a'\nreviewed = {HEX}", "bot.toml:1: notices"),
    "lists 5,000 deep": (f"starters = {DEEP}", "bot.toml: lists or tables are nested too deeply"),
    "lists 5,000 deep in a notice": (f"[[notices]]\nany_of = {DEEP}", "bot.toml: lists or tables are nested too"),
    "tables 5,000 deep": (f"columns = {NESTED}", "bot.toml: lists or tables are nested too deeply"),
    "lists 300 deep": (f"title = {HALF_DEEP}", "bot.toml:1: title: "),
    "tables 12,000 deep": (
        "title = " + f"{{{STEPS}=" * 200 + "1" + "}" * 200, "bot.toml:1: title: beyond what is read",
    ),
    "a key of 200,000 parts": ("a" + ".a" * 200_000 + " = 1", "bot.toml: over 256 KB"),
    "a key of 100,000 parts": ("a" + ".a" * 100_000 + " = 1", "bot.toml:1: a key of over 64 parts"),
    "quoted parts": ('x = 1\n"a"' + ' . "a"' * 30_000 + " = 1", "bot.toml:2: a key of over 64 parts"),
    "a head of 100,000 parts": ("[a" + ".a" * 100_000 + "]", "bot.toml:1: a key of over 64 parts"),
    "a key within a table": ("columns = {a" + ".a" * 100_000 + " = 1}", "bot.toml:1: a key of over 64 parts"),
    "a word of 250,000 letters": (f"{'a' * 250_000} = 1", "bot.toml:1: aaa"),
    "250,000 blanks": (f'title = "a"\n{" " * 250_000}\ntitle = "b"', "bot.toml:3: title: stands twice"),
    "250,000 quotes": (f"title = {chr(34) * 249_999}", "bot.toml:1: not valid TOML"),
    "20,000 keys": ("\n".join(f"k{number} = 1" for number in range(20_000)), "bot.toml: over 50 mistakes"),
    "a value of 250,000 letters": (f'backend = "{"x" * 250_000}"', "must be one of fp32, int8, torch"),
    "300 KB": ("#" * 300_000, "bot.toml: over 256 KB, the most that is read of it; shorten it"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_named_in_a_sentence_that_can_be_read(name: str, tmp_path: Path) -> None:
    """Red without: each of the limits, each of the errors that are caught. Some are red by never ending."""
    text, said = BOMBS[name]
    (tmp_path / "bot.toml").write_text(text)
    (tmp_path / "a.md").write_text("# Good?\n\nYes.\n")
    with pytest.raises(SettingsError) as found:
        load_bot_settings(tmp_path, env={})
    assert said in str(found.value)
    assert len(found.value.problems) <= 51
    assert all(len(mistake.message) <= 1000 for mistake in found.value.problems)
    content = checked_corpus(tmp_path, *settings_of(tmp_path))
    assert [problem.message for problem in content.errors] == [mistake.message for mistake in found.value.problems]


def test_a_file_with_a_hole_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    """Red, for want of memory, without the limit of what is read."""
    with (tmp_path / "bot.toml").open("wb") as file:
        os.truncate(file.fileno(), 1 << 40)
    (tmp_path / "a.md").write_text("# Good?\n\nYes.\n")
    with pytest.raises(SettingsError, match="over 256 KB"):
        load_bot_settings(tmp_path, env={})
    assert [entry.question for entry in read_corpus(tmp_path).entries] == ["Good?"]
    assert checked_corpus(tmp_path, *settings_of(tmp_path)).errors


def test_what_an_owner_may_write_is_read(tmp_path: Path) -> None:
    """Long lists on one line, long texts, words joined by dots. Red when lines or dots in texts are counted."""
    asked = [f"What is the {number}th question that has no answer?" for number in range(3000)]
    dotted = "www." + ".".join(["part"] * 40) + ".example"
    lines = [
        f"unanswerable = {json.dumps(asked)}",
        'disclaimer = """\n' + "No. " * 100 + '\n"""',
        "# " + "see. " * 100,
        f'greeting = "{"Hello. " * 300}"',
        f'contact = "{dotted}"',
    ]
    (tmp_path / "bot.toml").write_text("\n".join(lines))
    settings = load_bot_settings(tmp_path, env={})
    assert (len(settings.unanswerable), settings.contact) == (3000, dotted)


def test_a_build_of_one_is_refused_and_the_index_stays(corpus: Path, index: Path) -> None:
    before = (index / "CURRENT").read_bytes()
    text, said = BOMBS["lists 5,000 deep"]
    (corpus / "bot.toml").write_text(text)
    done = run_chatbot("build", "--corpus", corpus, "--index", index)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"error: {said}")
    assert (index / "CURRENT").read_bytes() == before
