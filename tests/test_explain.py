"""Why a question gets its reply: the same as the bot says, word by word, and what would change it as it was tried."""

import dataclasses
import json
from pathlib import Path

import pytest

from chatbot.cli.main import main
from chatbot.core.errors import QuestionRefused
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.types import Replies
from chatbot.dialogue.bot import Bot
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from chatbot.insight.explain import Explained, Why, explain
from chatbot.insight.explain_text import account_of
from tests.conftest import ROOT
from tests.test_judging import bot_of

CAT = "how-often-should-i-feed-my-cat"
QUESTIONS = [
    "When does a cat eat?",
    "when does a cat eat, and may dogs have chocolate?",
    "How often should I feed my cat? And do dogs eat chocolate? Thanks!",
    "How long do hamsters live?",
    "what is the weather in Lisbon",
    "hello",
    "This is useless. Let me talk to a person!",
    "cat",
    "goldfisch food flakes",
    "how long?",
    "and when jumping?",
]


def why(bot: Bot, question: str) -> Why:
    [one] = explain(bot.served, question).questions
    return one


def same(bot: Bot, question: str) -> tuple[Explained, Replies]:
    return explain(bot.served, question), bot.ask(question, explain=True)


def assert_same(bot: Bot, question: str) -> None:
    explained, replies = same(bot, question)
    unsigned = [dataclasses.replace(reply, id="") for reply in replies.replies]
    assert [one.reply for one in explained.questions] == unsigned
    assert explained.build_id == replies.build_id
    assert list(explained.notices) == list(replies.notices)


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_explains_the_very_reply_that_visitors_get(bot: Bot, question: str) -> None:
    """Red when it reads the message in another way than the bot: in one piece, or with its pleasantries."""
    assert_same(bot, question)


@pytest.mark.model
def test_over_many_questions_of_visitors_both_say_the_same(shipped: Bot) -> None:
    lines = (ROOT / "tests" / "data" / "shipped_questions.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line)["text"] for line in lines]
    assert len(asked) > 50
    for question in asked[::3]:
        assert_same(shipped, question)


def test_nobody_is_told_of_what_an_editor_tries(bot: Bot) -> None:
    """Red when it goes through `Bot.ask`, which tells the journal."""
    seen: list[object] = []
    bot.events.subscribe(seen.append)
    explain(bot.served, "When does a cat eat?")
    assert bot.events.flush(5)
    assert seen == []


def test_what_the_bot_refuses_is_refused(bot: Bot) -> None:
    with pytest.raises(QuestionRefused, match="no words"):
        explain(bot.served, "?!")


def test_a_word_that_carries_an_answer_lowers_the_fit_when_it_is_left_out(bot: Bot) -> None:
    """Red when another word is left out than the one that is named, or when the first entry changes with it."""
    found = why(bot, "so when does a cat eat usually")
    assert [word.text for word in found.words] == "so when does a cat eat usually".split()
    drop = {word.text: word.drop for word in found.words}
    assert min(drop["cat"], drop["eat"]) > max(drop["so"], drop["usually"])
    assert drop["usually"] < 0
    assert found.match is not None
    assert (found.match.kind, found.match.wording) == ("alternate", "When does a cat eat?")


def test_the_words_that_the_entry_shares_are_told_with_their_weight(bot: Bot) -> None:
    found = why(bot, "poisonous chocolate for dogs tomorrow")
    weight = {word.text: word.bm25 for word in found.words}
    assert weight["tomorrow"] == 0
    assert min(weight["chocolate"], weight["dogs"]) > 0
    assert found.unknown == ("tomorrow",)


def test_what_would_change_it_is_really_tried(corpus: Path, tmp_path: Path) -> None:
    """What is foretold of a further alternate is what a build with it does. Red when the wording is put into another
    entry, or when no passage of it is searched."""
    question = "meals of a feline"
    where = ["--corpus", str(corpus), "--index", str(tmp_path / "i")]
    assert main(["build", *where]) == 0
    before = Bot.open(tmp_path / "i", HashingEncoder())
    found = why(before, question)
    assert found.reply.status != "answered"
    trial = found.trials[0]
    assert (trial.status, trial.first_id) == ("answered", trial.entry_id)
    text = (corpus / "pets.md").read_text("utf-8")
    heading = f"## {trial.question}\n\n"
    alternates = f"Also asked:\n- {question}\n"
    changed = text.replace(f"{heading}Also asked:\n", heading + alternates)
    (corpus / "pets.md").write_text(changed if changed != text else text.replace(heading, f"{heading}{alternates}\n"))
    assert main(["build", *where]) == 0
    [reply] = Bot.open(tmp_path / "i", HashingEncoder()).ask(question).replies
    assert reply.status == trial.status
    assert reply.answer is not None
    assert reply.answer.entry_id == trial.entry_id
    assert reply.probability == pytest.approx(trial.probability, abs=0.05)


def test_a_build_that_is_too_large_is_not_copied_and_that_is_said(bot: Bot) -> None:
    [large] = explain(bot.served, "meals of a feline", largest=10).questions
    assert (large.is_tried, large.trials) == (False, ())
    assert any("were not tried, as the FAQ is too large" in sentence for sentence in account_of(large))


SHOP = """# Kettle help

## How do I descale the K-200 kettle?
Fill the K-200 with equal parts of water and vinegar, boil it once and rinse twice.

## How do I descale the K-300 kettle?
The K-300 has a coated floor: use citric acid in cold water, and never boil it.

## How long does delivery take?
Two to four working days inside the country.

## How long is the warranty of the kettle?
Three years from the day of purchase.
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Bot:
    return bot_of(tmp_path_factory.mktemp("why"), real_encoder, SHOP, unanswerable=("Do you sell toasters?",))


@pytest.mark.model
def test_each_obstacle_is_named_with_the_words_that_make_it(shop: Bot) -> None:
    code = why(shop, "How do I descale the K-400 kettle?")
    assert code.obstacles == ("conflict",)
    assert (code.missing, code.unknown) == (("k400",), ("k400",))
    assert set(code.instead) <= {"k200", "k300"}
    told = " ".join(account_of(code))
    assert "It seems to ask for another code, number, year or letter: “k400” is not in the entry" in told
    assert "In no entry of the FAQ: “k400”." in told
    listed = why(shop, "do you sell toasters")
    assert listed.obstacles == ("listed",)
    assert "take “Do you sell toasters?” out of `unanswerable`" in " ".join(account_of(listed))
    brief = why(shop, "kettle")
    assert "choices" in brief.obstacles
    far = why(shop, "who painted the ceiling of the chapel")
    assert far.obstacles == ("threshold",)
    assert not far.is_near
    assert code.is_near
    explanation = far.reply.explanation
    assert explanation is not None
    below = f"{explanation.answered_from - far.reply.probability:.3f}"
    assert f"Its probability is {below} below what an answer needs." in account_of(far)
    assert why(shop, "How long does delivery take?").obstacles == ()


def test_a_gap_and_small_talk_are_told_as_what_they_are(bot: Bot) -> None:
    gap = account_of(why(bot, "How long do hamsters live?"))
    assert gap[0].startswith("The FAQ lists this question and has no answer yet: “How long do hamsters live?”")
    assert "Write an answer for “How long do hamsters live?” (how-long-do-hamsters-live)." in gap
    assert why(bot, "How long do hamsters live?").trials == ()
    assert account_of(why(bot, "hello")) == ["Taken as small talk (hello), so no entry was shown."]


def test_the_command_tells_it_too(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(corpus, tmp_path / "i", load_bot_settings(corpus), HashingEncoder())
    where = ["--index", str(tmp_path / "i")]
    assert main(["ask", "so when does a cat eat usually", "--explain", *where]) == 0
    said = capsys.readouterr().out
    assert "  - Carried by “" in said
    assert "  - With “so when does a cat eat usually” among the alternates of “" in said
    assert main(["ask", "so when does a cat eat usually", "--explain", "--json", *where]) == 0
    body = json.loads(capsys.readouterr().out)
    [one] = body["why"]
    assert len(body["replies"]) == 1
    assert "reply" not in one
    assert {"words", "match", "obstacles", "trials", "unknown"} <= one.keys()
    assert main(["ask", "so when does a cat eat usually", "--json", *where]) == 0
    assert "why" not in json.loads(capsys.readouterr().out)
