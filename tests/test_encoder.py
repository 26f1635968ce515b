"""The real model: what it gives, and every way in which it can be missing or wrong."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import EncoderError
from chatbot.core.settings import BotSettings
from chatbot.encoding.models import find_model
from chatbot.encoding.protocols import Encoder, loaded_once
from chatbot.encoding.sentence_transformers import load_model
from tests.conftest import ROOT
from tests.exported import exported


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers(tmp_path: Path) -> None:
    """Of "base"; those of "default": test_shipped_adapter.py."""
    from sentence_transformers import SentenceTransformer

    base = exported(tmp_path, BotSettings(encoder="base"))
    plain = SentenceTransformer(str(find_model("base").folder), local_files_only=True)
    texts = ["Should I run if my back hurts?", "x", "A much longer text. " * 30, "Should I run if my back hurts?"]
    passages = base.encode_passages(texts)
    np.testing.assert_allclose(passages, plain.encode(texts, normalize_embeddings=True), atol=2e-6)
    np.testing.assert_allclose(base.encode_queries(texts), passages, atol=2e-6)
    assert passages.dtype == np.float32
    assert base.encode_passages([]).shape == (0, 0)


@pytest.mark.model
def test_meaning_beats_letters(real_encoder: Encoder) -> None:
    query = real_encoder.encode_queries(["my spine aches when I jog"])[0]
    same, letters = real_encoder.encode_passages(["Why does my back hurt when I run?", "My wine takes when I job"])
    assert query @ same > query @ letters + 0.1


def test_loading_is_put_off_until_something_is_encoded() -> None:
    code = (
        "import sys; from chatbot.encoding.sentence_transformers import load_model; e = load_model('default'); "
        "assert len(e.fingerprint) == 16; e.encode_passages([]); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_what_several_threads_ask_for_at_once_is_loaded_once() -> None:
    """Red with `functools.cached_property` of Python 3.12 and later."""
    loads = []

    class Model:
        @loaded_once
        def weights(self) -> object:
            loads.append(self)
            time.sleep(0.1)
            return object()

    models = [Model(), Model()]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda model: model.weights, models * 4))
    assert len(loads) == len(set(found)) == 2
    assert found == [model.weights for model in models] * 4


@pytest.mark.model
def test_a_folder_that_is_no_model_is_refused_when_used(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(EncoderError, match="not a model of sentence-transformers"):
        load_model(str(tmp_path)).encode_queries(["a"])
