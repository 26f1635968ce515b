"""The FAQ that ships, and the real page that it follows, with the real model."""

import datetime
import json
import re
import statistics
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.text import match_key
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.insight import metrics
from chatbot.insight.evaluate import judge, read_queries
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def content() -> Content:
    return read_corpus(ROOT / "corpus")


def test_it_is_free_of_problems(content: Content) -> None:
    assert content.problems == []
    assert len(content.entries) - len(content.gaps) >= 30
    assert len(content.gaps) == 1


def test_every_answer_has_alternates_tags_and_a_date_beside_its_source(content: Content) -> None:
    for entry in content.entries:
        if entry.is_gap:
            continue
        assert len(entry.alternates) >= 2, entry.id
        assert entry.tags, entry.id
        assert bool(entry.source) == bool(entry.reviewed), entry.id
        if entry.reviewed:
            assert datetime.date.fromisoformat(entry.reviewed) <= datetime.date.today()


def test_no_wording_serves_two_entries(content: Content) -> None:
    wordings = [match_key(wording) for entry in content.entries for wording in (entry.question, *entry.alternates)]
    assert len(wordings) == len(set(wordings))


def test_its_starters_are_its_questions(content: Content) -> None:
    settings = load_bot_settings(ROOT / "corpus")
    assert settings.disclaimer
    assert settings.contact
    assert set(settings.starters) <= {entry.question for entry in content.entries}


def test_no_sentence_is_that_of_the_page(content: Content, shared: Path) -> None:
    """No run of eight words of an answer stands on the page that the FAQ follows."""

    def runs(text: str) -> set[str]:
        words = match_key(text).split()
        return {" ".join(words[at : at + 8]) for at in range(len(words) - 7)}

    page = runs((shared / "seed" / "running-back-pain.txt").read_text(encoding="utf-8"))
    for entry in content.entries:
        assert not runs(entry.answer) & page, entry.id


@pytest.mark.model
def test_every_wording_of_the_shipped_corpus_finds_its_entry(shipped: Bot, content: Content) -> None:
    for entry in content.entries:
        for wording in (entry.question, *entry.alternates):
            [reply] = shipped.ask(wording).replies
            found = reply.answer.entry_id if reply.answer else reply.suggestions[0].entry_id
            assert reply.status == "gap" if entry.is_gap else found == entry.id, wording


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["what is the capital of France", "how do I bake bread", "who won the world cup in 1998"]
)
def test_what_has_nothing_to_do_with_backs_is_not_answered(shipped: Bot, question: str) -> None:
    [reply] = shipped.ask(question).replies
    assert (reply.status, reply.answer) == ("unknown", None)


@pytest.mark.model
def test_every_question_of_the_real_page_is_covered(shipped: Bot, shared: Path) -> None:
    for entry in read_corpus(shared / "seed").entries:
        [reply] = shipped.ask(entry.question).replies
        assert reply.status == "answered", (entry.question, reply.probability)


@pytest.mark.model
def test_the_labelled_questions_of_the_shipped_corpus(shipped: Bot) -> None:
    """Written by somebody who saw neither the entries nor their wordings, only what each is about."""
    path = ROOT / "tests" / "data" / "shipped_questions.jsonl"
    kinds = {line["id"]: line["kind"] for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    judged = judge(shipped, read_queries(path))
    assert {kind: list(kinds.values()).count(kind) for kind in set(kinds.values())} == {
        "answerable": 219, "near_topic": 135, "off_topic": 72,
    }  # fmt: skip
    assert {entry for j in judged for entry in j.relevant} <= shipped.build.row_of.keys()

    def answered(kind: str) -> float:
        cut = shipped.build.calibration.answered_from
        return statistics.mean(j.probability >= cut for j in judged if kinds[j.query] == kind)

    success = metrics.success_at(judged, 1)
    assert success is not None
    assert success >= 0.92
    assert answered("answerable") >= 0.8
    assert answered("near_topic") <= 0.15
    assert answered("off_topic") <= 0.02


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder, shared: Path) -> Bot:
    index = tmp_path_factory.mktemp("seed")
    build(shared / "seed", index, BotSettings(), real_encoder)
    return Bot(Served(open_build(index), real_encoder))


@pytest.mark.model
def test_each_question_of_the_real_page_word_for_word(seed: Bot) -> None:
    for entry in seed.build.entries:
        [reply] = seed.ask(entry.question).replies
        if entry.is_gap:
            assert reply.status == "gap"
        else:
            assert reply.answer is not None, entry.question
            assert (reply.status, reply.answer.entry_id, reply.answer.text) == ("answered", entry.id, entry.answer)


PARAPHRASES = {
    "I get back ache whenever I jog, what's the reason?": "why-does-my-back-hurt-when-i-go-running",
    "How can I prevent my back from aching on runs?": "how-do-i-stop-my-back-from-hurting-when-i-run",
    "Could hopping up and down give me back ache?": "can-jumping-make-your-back-hurt",
    "is a slow jog harmful to my spine": "is-jogging-bad-for-your-back",
    "my back is sore, is it ok to go for a run": "should-i-run-if-my-back-hurts",
    "do back extensions do harm?": "are-hyperextensions-bad-for-your-back",
    "when may I start running again with a painful lower back": "should-i-run-if-my-lower-back-hurts",
    "exercises for a stronger back for runners": "how-do-i-strengthen-my-back-for-running",
    "signs of a hyperextended back": "how-do-you-know-if-you-hyperextended-your-back",
    "how to prevent overextending my spine": "how-do-you-stop-a-hyperextended-spine",
    "Does jogging lead to pain in the lumbar area?": "can-running-or-jogging-cause-lower-back-pain",
    "does leaping harm the back": "is-jumping-bad-for-your-back",
    "why is my low back ache sometimes there and sometimes gone": "why-does-my-lower-back-pain-come-and-go",
    "typical lumbar injuries of runners": "what-are-the-most-common-lower-back-injuries-for-runners",
}


@pytest.mark.model
def test_paraphrases_of_the_real_page(seed: Bot) -> None:
    found = {}
    for question in PARAPHRASES:
        [reply] = seed.ask(question).replies
        found[question] = reply.answer.entry_id if reply.answer else reply.suggestions[0].entry_id
    wrong = {question: entry for question, entry in found.items() if entry != PARAPHRASES[question]}
    assert len(wrong) <= 2, wrong


def test_nothing_of_the_development_data_is_in_the_project(shared: Path) -> None:
    ours = " ".join(
        match_key(path.read_text(encoding="utf-8"))
        for pattern in ("*.md", "corpus/*", "chatbot/**/*.py", "chatbot/**/*.txt", "docs/*.md")
        for path in ROOT.glob(pattern)
        if path.is_file() and path.suffix in (".md", ".py", ".toml", ".txt", ".jsonl")
    )
    for path in sorted((shared / "data").glob("*/queries.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[:300]:
            text = match_key(json.loads(line)["text"])
            if len(re.findall(r"\w+", text)) >= 6:
                assert f" {text} " not in ours, text
