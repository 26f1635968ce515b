"""Two FAQs with one encoder have one model in memory, and none longer than somebody uses it."""

import gc
import shutil
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.pool import EncoderPool
from chatbot.encoding.sentence_transformers import load_model
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import KeptEncoder, encoder_of
from tests.conftest import write_corpus
from tests.tiny import tiny_model

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def indexes(model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two that keep one encoder each, the same."""
    folder = tmp_path_factory.mktemp("two")
    settings = BotSettings(encoder=str(model))
    build(write_corpus(folder / "corpus"), folder / "a", settings, encoder_of(folder / "a", settings))
    return folder / "a", Path(shutil.copytree(folder / "a", folder / "b"))


def run_by(served: Served) -> Any:
    assert isinstance(served.encoder, KeptEncoder)
    return served.encoder._encoder


def test_two_indexes_share_one_encoder_which_is_loaded_once(
    indexes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each still knows its own copy. Red where the pool is not handed on, and with `encoder` given back as it is."""
    import onnxruntime

    loaded, load = [], onnxruntime.InferenceSession
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda *given, **named: loaded.append(1) or load(*given, **named)
    )
    pool = EncoderPool()
    first, second = (Served.open(index, pool=pool) for index in indexes)
    assert run_by(first) is run_by(second)
    for served in (first, second):
        assert served.find(["May dogs eat chocolate?"], 1)[0].candidates
    assert len(loaded) == 1
    assert [served.encoder.export and served.encoder.export.index for served in (first, second)] == list(indexes)
    assert run_by(Served.open(indexes[0], pool=EncoderPool())) is not run_by(first)


def test_an_encoder_that_nobody_uses_any_more_is_freed(indexes: tuple[Path, Path]) -> None:
    """Not while one of two still uses it. Red with a dictionary that holds what is in it."""
    folder, pool = indexes[0].parent, EncoderPool()
    build(folder / "corpus", folder / "hashed", BotSettings(encoder="hashing"), HashingEncoder())
    bots = [Bot(Served.open(index, pool=pool)) for index in indexes]
    assert bots[0].ask("May dogs eat chocolate?")
    used = weakref.ref(run_by(bots[0].served))
    assert run_by(bots[1].served) is used()
    for bot in bots:
        gc.collect()
        assert used() is not None
        bot.served = Served.open(folder / "hashed", pool=pool)
    gc.collect()
    assert used() is None


def test_what_is_run_in_another_way_is_another_encoder(model: Path) -> None:
    """Red when the pool goes by the fingerprint alone."""
    pool = EncoderPool()
    first, second = load_model(str(model), "cpu"), load_model(str(model), "cpu")
    assert pool.shared(first, "sentence-transformers", "cpu") is first
    assert pool.shared(second, "sentence-transformers", "cpu") is first
    assert pool.shared(second, "sentence-transformers", "auto") is second


class Slow(str):
    """Is looked up slowly enough for others to come meanwhile."""

    def __hash__(self) -> int:
        time.sleep(0.005)
        return super().__hash__()


def test_threads_that_come_at_once_get_one_encoder() -> None:
    """Red without the lock."""
    pool, start = EncoderPool(), threading.Barrier(8)

    def shared(_: int) -> HashingEncoder:
        start.wait(60)
        return pool.shared(HashingEncoder(), Slow("here"))

    with ThreadPoolExecutor(8) as threads:
        assert len({id(one) for one in list(threads.map(shared, range(8)))}) == 1
