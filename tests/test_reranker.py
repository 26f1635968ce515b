"""The optional cross-encoder, with a real one: small, and with weights from a die, since only the wiring is ours."""

from pathlib import Path

import pytest

from chatbot.content.render import strip_markup
from chatbot.core.errors import EncoderError
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.models import find_model
from chatbot.encoding.sentence_transformers import Reranker, load_reranker
from chatbot.indexing.build import Build

pytestmark = pytest.mark.model


def cross_encoder(folder: Path, labels: int) -> Path:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(find_model("base").folder)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    loaded = load_reranker(str(cross_encoder(tmp_path_factory.mktemp("cross"), 1)))
    assert loaded is not None
    return loaded


def order(bot: Bot, question: str) -> list[int]:
    [found] = bot.served.find([question], 4)
    return [candidate.entry for candidate in found.candidates]


def test_the_first_ten_are_put_in_its_order(pets: Build, reranker: Reranker) -> None:
    question = "what do they eat"
    plain, second = Bot(Served(pets, HashingEncoder())), Bot(Served(pets, HashingEncoder(), reranker))
    scores = reranker.scores(question, [f"{e.question} {strip_markup(e.answer)}" for e in pets.entries])
    assert order(second, question) == sorted(range(len(pets.entries)), key=lambda row: -scores[row])
    assert order(second, question) != order(plain, question)
    [reply] = second.ask(question, explain=True).replies
    assert reply.explanation is not None
    assert pets.row_of[reply.explanation.first.entry_id] in order(second, question)[:2]  # a gap may stand before it


def test_a_question_asked_word_for_word_stays_first(pets: Build, reranker: Reranker) -> None:
    bot = Bot(Served(pets, HashingEncoder(), reranker))
    for row, entry in enumerate(pets.entries):
        assert order(bot, entry.question)[0] == row


def test_bot_toml_names_it(index: Path, pets: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Bot.open(index, HashingEncoder()).served.reranker is None
    monkeypatch.setenv("CHATBOT_RERANKER", str(cross_encoder(tmp_path / "cross", 1)))
    assert Bot.open(index, HashingEncoder()).served.reranker is not None


def test_a_model_that_is_no_reranker_is_named(tmp_path: Path) -> None:
    loaded = load_reranker(str(cross_encoder(tmp_path / "two", 2)))
    assert loaded is not None
    with pytest.raises(EncoderError, match="gives 2 scores a pair"):
        loaded.scores("a", ["b"])
    with pytest.raises(EncoderError, match="correct `reranker` in bot"):
        load_reranker("./nothing-here")
