"""What must hold for any FAQ and any question: replies hang on what is said, not on where it stands."""

import dataclasses
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chatbot.content.corpus import read_corpus
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry, Reply
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from tests.conftest import ROOT
from tests.sizes import sizes

HASHING = HashingEncoder()
# Words of two topics that share no letters worth speaking of, so that "unrelated" means something without a model.
WORDS = "back run pain desk sleep walk knee lift chair stretch warm week doctor heat jump muscle shoe hill rest".split()
FOREIGN = "quiz vortex fjord gnocchi zephyr cwm jukebox onyx bivouac hydro ubuntu phlox tzatziki yggdrasil".split()

word = st.sampled_from(WORDS)
phrase = st.lists(word, min_size=3, max_size=7).map(" ".join)
answer = st.lists(phrase.map(lambda text: text.capitalize() + "."), min_size=1, max_size=4).map(" ".join)


@st.composite
def entries(draw: st.DrawFn, least: int = 3, most: int = 12) -> list[Entry]:
    """Entries whose wordings are all different, some with one and the same answer, some without any."""
    wordings = draw(st.lists(phrase, min_size=least, max_size=most, unique=True))
    found = [Entry(f"e{at}-{hash_of(text)}", text.capitalize() + "?", draw(answer)) for at, text in enumerate(wordings)]
    if draw(st.booleans()):
        found[0] = dataclasses.replace(found[0], answer=found[1].answer)
    if draw(st.booleans()):
        found[2] = dataclasses.replace(found[2], answer="")
    return found


def hash_of(text: str) -> str:
    """Ids in no order."""
    return f"{random.Random(text).randrange(1000):03}"


def bot_of(found: Sequence[Entry], encoder: Encoder = HASHING, files: int = 1, **chosen: object) -> Bot:
    """The bot of `found`, spread over so many files in their order, by way of a published build."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for at in range(files):
            lines = [
                json.dumps({"id": e.id, "question": e.question, "answer": e.answer, "alternates": e.alternates})
                for e in found[at * len(found) // files : (at + 1) * len(found) // files]
            ]
            if lines:
                (corpus / f"{at}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        build(corpus, Path(folder, "index"), BotSettings(**chosen), encoder)  # type: ignore[arg-type]
        return Bot(Served(open_build(Path(folder, "index")), encoder))


def ask(bot: Bot, question: str, top: int = 3) -> Reply:
    return dataclasses.replace(bot.ask(question, top=top).replies[0], id="")


def first(bot: Bot, question: str) -> str | None:
    """The id of the entry that comes first, answered or suggested."""
    reply = ask(bot, question)
    if reply.answer:
        return reply.answer.entry_id
    return reply.suggestions[0].entry_id if reply.suggestions else None


def assert_same(one: Reply, other: Reply) -> None:
    assert one.probability == pytest.approx(other.probability, abs=1e-6)
    assert dataclasses.replace(one, probability=0) == dataclasses.replace(other, probability=0)


def examples(normal: int, campaign: int, *strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """The test on so many examples, each of them a corpus that is built."""

    def decorated(test: Callable[..., None]) -> Any:
        def tried(size: int) -> None:
            chosen = settings(max_examples=size, suppress_health_check=[HealthCheck.too_slow])
            chosen(given(*strategies)(test))()

        tried.__name__, tried.__doc__ = test.__name__, test.__doc__
        return sizes(normal, campaign)(tried)

    return decorated


@examples(6, 200, entries(), phrase, st.integers(1, 20))
def test_the_same_question_gets_the_same_reply_however_many_suggestions_are_asked_for(
    found: list[Entry], question: str, top: int
) -> None:
    bot = bot_of(found)
    reply, wider = ask(bot, question), ask(bot, question, top)
    assert ask(bot, question) == reply
    shared = min(3, top)
    assert wider.suggestions[:shared] == reply.suggestions[:shared]
    assert_same(
        dataclasses.replace(wider, suggestions=()),
        dataclasses.replace(reply, suggestions=()),
    )


@examples(
    6, 200, entries(), st.randoms(use_true_random=False), st.integers(1, 4), st.lists(phrase, min_size=3, max_size=5)
)
def test_the_order_of_entries_and_files_does_not_matter(
    found: list[Entry], chance: random.Random, files: int, questions: list[str]
) -> None:
    shuffled = chance.sample(found, len(found))
    one, other = bot_of(found), bot_of(shuffled, files=files)
    assert one.build.calibration == other.build.calibration
    for question in (*questions, found[0].question, "zzz"):
        assert_same(ask(one, question), ask(other, question))


def test_the_order_of_files_does_not_matter_to_what_is_sampled() -> None:
    """A corpus from which calibration takes a sample, and with entries of the same score."""
    chance = random.Random(5)
    found = [
        Entry(f"e{at}", f"{' '.join(chance.sample(WORDS, 4))} {at % 250}?", f"{' '.join(chance.sample(WORDS, 6))}.")
        for at in range(900)
    ]
    found = [dataclasses.replace(e, alternates=(f"{' '.join(chance.sample(WORDS, 5))}",)) for e in found]
    away = {"unanswerable": tuple(" ".join(chance.sample(FOREIGN, 3)) for _ in range(25))}
    one = bot_of(found, **away)
    other = bot_of(chance.sample(found, len(found)), files=7, **away)
    assert one.build.calibration == other.build.calibration
    for at in range(40):
        question = " ".join(chance.sample(WORDS, 3 + at % 3))
        assert_same(ask(one, question, 20), ask(other, question, 20))


@examples(6, 200, entries(least=8), st.lists(st.sampled_from(FOREIGN), min_size=4, max_size=7, unique=True), st.data())
def test_an_unrelated_entry_changes_no_clear_answer(
    found: list[Entry], foreign: list[str], data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from(found)).question
    bot = bot_of(found)
    reply = ask(bot, question)
    assume(reply.answer and reply.probability > bot.build.calibration.answered_from + 0.3)
    stranger = Entry("0-stranger", " ".join(foreign).capitalize() + "?", " ".join(reversed(foreign)).capitalize() + ".")
    after = ask(bot_of([*found, stranger]), question)
    assert (after.status, after.answer) == ("answered", reply.answer)


@examples(8, 200, entries(), phrase, st.data())
def test_a_wording_that_is_added_to_an_entry_finds_it(found: list[Entry], wording: str, data: st.DataObject) -> None:
    assume(all(set(wording.split()) != set(e.question[:-1].casefold().split()) for e in found))
    at = data.draw(st.integers(0, len(found) - 1))
    assume(found[at].answer)
    found[at] = dataclasses.replace(found[at], alternates=(wording,))
    assert first(bot_of(found), wording) == found[at].id


def test_a_wording_finds_its_entry_however_often_another_says_its_words() -> None:
    wording = "can nurses buy quartz lamps for winter evenings when northern offices close early and trains run late"
    parrot = Entry("parrot", "What do nurses buy?", f"{wording.capitalize()}. " * 5)
    right = Entry("right", "Is light good?", "Yes. " + "It mostly is a matter of taste and habit. " * 8)
    others = [Entry(f"e{n}", f"Number {n}?", f"It is {n}.") for n in range(30)]
    plain = bot_of([parrot, right, *others])
    loud = dataclasses.replace(plain.build.calibration, trust=1.3)
    assert first(plain, wording) == "parrot"
    taught = bot_of([parrot, dataclasses.replace(right, alternates=(wording,)), *others])
    for calibration in (taught.build.calibration, loud):
        bot = Bot(Served(dataclasses.replace(taught.build, calibration=calibration), HASHING))
        assert first(bot, wording) == "right"


@examples(6, 200, entries(), st.lists(phrase, min_size=1, max_size=3))
def test_an_answer_is_the_entry_word_for_word(found: list[Entry], questions: list[str]) -> None:
    bot = bot_of(found)
    text_of = {entry.id: entry.answer for entry in found}
    for question in (*questions, found[0].question, found[1].question):
        for reply in bot.ask(question).replies:
            assert (reply.status in ("answered", "smalltalk")) == (reply.answer is not None)
            if reply.answer:
                assert reply.answer.text == text_of[reply.answer.entry_id]
                assert reply.answer.short is None or reply.answer.short in reply.answer.text


class Remembering:
    """An encoder that encodes no text twice, and each by itself: the numbers of a batch hang on its other texts."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}
        self.fingerprint, self.tells_apart, self.export = encoder.fingerprint, encoder.tells_apart, None

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_passages(texts)  # the model has no prompts

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(missing, self._encoder.encode_passages(missing), strict=True))
        return np.array([self._known[text] for text in texts])


@pytest.mark.model
def test_all_this_holds_for_the_shipped_corpus_and_the_real_model(real_encoder: Encoder) -> None:
    encoder = Remembering(real_encoder)
    found = list(read_corpus(ROOT / "corpus").entries)
    stranger = Entry("0-stranger", "Which wine goes with oysters?", "A dry white one, such as Muscadet.")
    one, wider = bot_of(found, encoder), bot_of([*found, stranger], encoder)
    chance = random.Random(3)
    others = [bot_of(chance.sample(found, len(found)), encoder, files=files) for files in (1, 3)]
    text_of = {entry.id: entry.answer for entry in found}
    wordings = {wording: entry for entry in found for wording in (entry.question, *entry.alternates)}
    clear = 0
    for question in (*chance.sample(list(wordings), 60), "is it bad to run", "wine and oysters", "running shoes age"):
        reply = ask(one, question)
        for other in others:
            assert_same(reply, ask(other, question))
        assert ask(one, question, 9).suggestions[:3] == reply.suggestions
        if question in wordings and not wordings[question].is_gap:
            assert first(one, question) == wordings[question].id
        if reply.answer:
            assert reply.answer.text == text_of[reply.answer.entry_id]
            assert reply.answer.short is None or reply.answer.short in reply.answer.text
            if reply.probability > one.build.calibration.answered_from + 0.1:
                assert ask(wider, question).answer == reply.answer
                clear += 1
    assert clear > 20
