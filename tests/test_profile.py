"""The health profile: what it demands is named where it is missing, and a FAQ that has it is built."""

import dataclasses
import datetime
import json
import re
from pathlib import Path

import pytest

from chatbot.content.notices import NoticeChecker
from chatbot.content.profile import CRISIS
from chatbot.core.errors import ContentError
from chatbot.core.locales import LANGUAGES
from chatbot.core.profiles import default_of
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build, checked_corpus, settings_of
from tests.command import run_chatbot
from tests.conftest import ROOT

TODAY = datetime.datetime.now(datetime.UTC).date()
BOT = """\
profile = "health"
encoder = "hashing"
disclaimer = "No medical advice."

[[notices]]
id = "crisis"
level = "emergency"
text = "Call somebody now."
source = "The clinic https://clinic.example/crisis"
review_by = 2999-01-31
any_of = ["kill myself", "suicide"]
must_fire = ["I want to kill myself"]
"""
FAQ = f"""\
---
source: The clinic <https://clinic.example/>
reviewed: {TODAY}
---
## How long does a sprain last?

Two to six weeks.

## May I run with a cold?

Source: The other clinic <https://other.example/>
Reviewed: {TODAY}

Without fever, slowly.

## What about a fever?
"""
SOURCES = re.compile("(?m)^(source|Source): .*\n")
REVIEWS = re.compile("(?m)^(reviewed|Reviewed): .*\n")
PAST = TODAY - datetime.timedelta(days=1)
LONG_AGO = TODAY - datetime.timedelta(days=3 * 365 + 1)
TO_COME = TODAY + datetime.timedelta(days=3)


def health(folder: Path, bot: str = BOT, faq: str = FAQ, name: str = "faq.md") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "bot.toml").write_text(bot, encoding="utf-8")
    (folder / name).write_text(faq, encoding="utf-8")
    return folder


def found(corpus: Path) -> list[str]:
    """Such as "error bot.toml:1 no-disclaimer"."""
    settings, mistakes = settings_of(corpus)
    problems = checked_corpus(corpus, settings, mistakes).problems
    return [f"{problem.severity} {problem.file}:{problem.line} {problem.rule}" for problem in problems]


def bot(old: str, new: str = "") -> tuple[str, str]:
    assert old in BOT
    return BOT.replace(old, new), FAQ


def faq(old: str | re.Pattern[str], new: str = "", count: int = 0) -> tuple[str, str]:
    changed = re.sub(old if isinstance(old, re.Pattern) else re.escape(old), new, FAQ, count=count)
    assert changed != FAQ
    return BOT, changed


CRISIS_NOTICE = BOT[BOT.index("[[notices]]") :]
MATRIX: list[tuple[tuple[str, str], list[str]]] = [
    ((BOT, FAQ), []),
    # Missing
    (bot('disclaimer = "No medical advice."\n'), ["error bot.toml:4 no-disclaimer"]),
    (bot('"No medical advice."', '" "'), ["error bot.toml:5 no-disclaimer"]),
    (bot(CRISIS_NOTICE), ["error bot.toml:1 no-crisis-notice"]),
    ((BOT[: BOT.index("disclaimer")], FAQ), ["error bot.toml:1 no-disclaimer", "error bot.toml:1 no-crisis-notice"]),
    (bot('"emergency"', '"urgent"'), ["error bot.toml:1 no-crisis-notice"]),
    (
        bot(CRISIS_NOTICE, CRISIS_NOTICE.replace("kill myself", "heart attack")),
        ["error bot.toml:1 no-crisis-notice"],
    ),
    (bot('profile = "health"', 'profile = "health"\nlang = "de"'), ["error bot.toml:1 no-crisis-notice"]),
    (bot('profile = "health"', 'profile = "health"\nlang = "sv"'), []),  # of no language of the pages
    (
        (BOT.replace(CRISIS_NOTICE, 'lang = "sv"\n'), FAQ),
        ["error bot.toml:1 no-crisis-notice"],
    ),
    (bot('source = "The clinic https://clinic.example/crisis"\n'), ["error bot.toml:5 no-source"]),
    (bot("review_by", "reviewed"), ["error bot.toml:5 no-review", "error bot.toml:5 future-date"]),
    (bot("review_by = 2999-01-31", f"reviewed = {TODAY}"), ["error bot.toml:5 no-review"]),
    (faq(SOURCES), ["error faq.md:4 incomplete-entry", "error faq.md:8 incomplete-entry"]),
    (faq(REVIEWS), ["error faq.md:4 incomplete-entry", "error faq.md:8 incomplete-entry"]),
    (faq(SOURCES, count=1), ["error faq.md:4 incomplete-entry"]),
    (faq(REVIEWS, count=1), ["error faq.md:4 incomplete-entry"]),
    (faq(re.compile("(?s)^---.*?---\n")), ["error faq.md:1 incomplete-entry"]),
    # To be written
    (bot("No medical advice.", "TODO: write it"), ["error bot.toml:3 todo"]),
    (bot('"No medical advice."', '"No advice."\ncontact = "TODO: whom"'), ["error bot.toml:4 todo"]),
    (bot("Call somebody now.", "TODO: whom to call"), ["error bot.toml:5 todo"]),
    (bot("The clinic https", "TODO: name https"), ["error bot.toml:5 todo"]),
    (faq("Two to six weeks", "TODO: weeks"), ["error faq.md:5 todo"]),
    (faq("The other clinic", "TODO: name"), ["error faq.md:9 todo"]),
    # Dates
    (faq(f"Reviewed: {TODAY}", "Reviewed: soon"), ["error faq.md:12 bad-date"]),
    (faq(f"Reviewed: {TODAY}", f"Reviewed: {TO_COME}"), ["error faq.md:9 future-date"]),
    (faq(f"Reviewed: {TODAY}", f"Reviewed: {TODAY + datetime.timedelta(days=1)}"), []),
    (faq(f"Reviewed: {TODAY}", f"Reviewed: {PAST}"), []),
    (faq(f"Reviewed: {TODAY}", f"Reviewed: {LONG_AGO}"), ["warning faq.md:9 review-due"]),
    (faq(f"Reviewed: {TODAY}", f"Reviewed: {LONG_AGO}\nReview_by: 2999-01-31"), []),
    (faq(f"Reviewed: {TODAY}", f"Reviewed: {TODAY}\nReview_by: {PAST}"), ["warning faq.md:9 review-due"]),
    (bot("2999-01-31", f"{PAST}"), ["warning bot.toml:5 notice-review"]),
    # The general profile demands none of it
    (bot('"health"', '"general"'), []),
    ((BOT[len('profile = "health"\n') :], SOURCES.sub("", REVIEWS.sub("", FAQ))), []),
    (bot('"health"', '"healthy"'), ["error bot.toml:1 bad-value"]),
]


@pytest.mark.parametrize(("files", "problems"), MATRIX)
def test_what_is_missing_fails_and_what_is_past_warns(
    files: tuple[str, str], problems: list[str], tmp_path: Path
) -> None:
    """RELIABILITY H3. Red without any of the checks of `content/profile.py`."""
    corpus = health(tmp_path / "corpus", *files)
    assert found(corpus) == problems


def test_the_matrix_is_of_a_size() -> None:
    assert len(MATRIX) >= 30


def test_the_build_fails_by_name_and_the_index_stays(tmp_path: Path) -> None:
    """And is made where all is there, with a past review among its warnings. Red without `check_profile` in
    `checked_corpus`."""
    index = tmp_path / "index"
    corpus = health(tmp_path / "corpus", bot("2999-01-31", f"{PAST}")[0])
    report = build(corpus, index, load_bot_settings(corpus), HashingEncoder())
    assert "notice-review" in {problem.rule for problem in report.content.problems}
    before = (index / "CURRENT").read_bytes()
    health(corpus, faq=SOURCES.sub("", FAQ, count=1))
    message = r'faq\.md:4: "how-long-does-a-sprain-last": has no source; profile "health" needs it: write "Source: NAME'
    with pytest.raises(ContentError, match=message):
        build(corpus, index, load_bot_settings(corpus), HashingEncoder())
    assert (index / "CURRENT").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "entry", "how"),
    [
        ("faq.md", "## Question {n}?\n\nAnswer {n}.\n\n", "or `source` and `reviewed` in front matter for the whole"),
        ("faq.html", "<h2>Question {n}?</h2><p>Answer {n}.</p>\n", 'write "Source: NAME https://ADDRESS" and "Review'),
        ("faq.csv", "Question {n}?,Answer {n}.\n", "fill in the column `source` and `reviewed`"),
        ("faq.jsonl", '{{"question": "Question {n}?", "answer": "Answer {n}."}}\n', "write the key `source` and"),
    ],
)
def test_of_many_entries_one_problem_names_the_first(name: str, entry: str, how: str, tmp_path: Path) -> None:
    """How many there are, and how all of them are given what is missing. Red with a problem for each."""
    text = "".join(entry.format(n=number) for number in range(300, 600))
    corpus = health(tmp_path / "corpus", BOT, ("question,answer\n" if name.endswith("csv") else "") + text, name)
    problems = checked_corpus(corpus, load_bot_settings(corpus)).errors
    [problem] = [one for one in problems if one.rule == "incomplete-entry"]
    assert problem.message.startswith('300 answers have no source or no date of review; profile "health" needs it')
    assert how in problem.message
    assert re.search(r'they are "question-300" \(line \d+\), .*"question-304" \(line \d+\) \.\.\.$', problem.message)


def test_of_many_files_one_problem_names_the_first(tmp_path: Path) -> None:
    """Such as a folder with a question in each file."""
    corpus = health(tmp_path / "corpus")
    for number in range(30):
        (corpus / f"q{number:02}.md").write_text(f"## Question {number}?\n\nAnswer {number}.\n")
    [problem] = checked_corpus(corpus, load_bot_settings(corpus)).errors
    assert (problem.file, problem.line) == ("q00.md", 1)
    assert problem.message.startswith("30 answers in 30 files have no source or no date of review")
    assert '"question-1" (q01.md:1)' in problem.message


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_crisis_is_known_in_each_language_of_the_pages(language: str, tmp_path: Path) -> None:
    """And the notice that is asked for can be written. Red with a language left out of `CRISIS`."""
    words = BOT.replace("kill myself", CRISIS[language]).replace("I want to " + CRISIS[language], CRISIS[language])
    corpus = health(tmp_path / "corpus", f'lang = "{language}"\n{words}')
    assert not [problem for problem in found(corpus) if "crisis" in problem]


def test_no_variable_switches_it_off(tmp_path: Path) -> None:
    corpus = health(tmp_path / "corpus", bot(CRISIS_NOTICE)[0])
    done = run_chatbot("build", "--corpus", corpus, "--index", tmp_path / "index", CHATBOT_PROFILE="general")
    assert done.returncode == 2
    assert "CHATBOT_PROFILE: no variable changes what a site says" in done.stderr


def test_what_it_decides_about_other_settings() -> None:
    """The journal is off unless the owner wants one."""
    assert {name: default_of("journal", name) for name in ("general", "health")} == {
        "general": "unanswered",
        "health": "off",
    }
    assert BotSettings().profile == "general"


# `init --profile health`


def test_a_health_faq_begins_with_what_is_still_to_be_written(tmp_path: Path) -> None:
    """`lint` lists it all, by line; with it written, it builds without a word. Red with a "TODO:" that is let pass."""
    folder = tmp_path / "clinic"
    done = run_chatbot("init", folder, "--profile", "health")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'Replace every "TODO:"; lint lists them.' in done.stdout
    done = run_chatbot("lint", "--corpus", folder, "--json")
    problems = json.loads(done.stdout)["problems"]
    assert done.returncode == 1
    assert {problem["severity"] for problem in problems} == {"error"}
    text = {name: (folder / name).read_text("utf-8") for name in ("bot.toml", "faq.md")}
    todo = sum(each.count("TODO") for each in text.values())
    assert todo == 8
    assert {problem["rule"] for problem in problems} == {"todo", "bad-date"}
    (folder / "bot.toml").write_text(text["bot.toml"].replace("TODO: ", ""))
    (folder / "faq.md").write_text(text["faq.md"].replace("TODO: ", "").replace("TODO", f"{TODAY}"))
    done = run_chatbot("build", "--corpus", folder, "--index", tmp_path / "index", CHATBOT_ENCODER="hashing")
    assert (done.returncode, "error" in done.stderr, "warning" in done.stderr) == (0, False, False), done.stderr
    [crisis] = [rule for rule in load_bot_settings(folder).notices if rule.id == "crisis"]
    assert NoticeChecker([crisis]).check(CRISIS["en"])
    assert datetime.date.fromisoformat(crisis.review_by) - TODAY <= datetime.timedelta(days=366)


def test_another_profile_is_refused(tmp_path: Path) -> None:
    done = run_chatbot("init", tmp_path / "x", "--profile", "wealth")
    assert done.returncode == 2
    assert not (tmp_path / "x").exists()


def test_the_faq_that_ships_does_not_claim_it(tmp_path: Path) -> None:
    """36 of its 51 answers are in this project's own words and name no source, so the profile would refuse it. If this
    fails because all have one, set `profile = "health"` in corpus/bot.toml."""
    settings = dataclasses.replace(load_bot_settings(ROOT / "corpus", env={}), profile="health")
    rules = {problem.rule for problem in checked_corpus(ROOT / "corpus", settings).errors}
    assert rules == {"incomplete-entry"}
