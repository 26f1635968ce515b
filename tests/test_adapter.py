"""An adapter: the files of PEFT, put into the weights, and refused where it does not belong."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import EncoderError
from chatbot.core.settings import BotSettings
from chatbot.encoding.adapter import CONFIG, TENSORS, Adapter
from chatbot.encoding.models import FoundModel, find_model
from chatbot.encoding.sentence_transformers import load_model
from chatbot.indexing.encoders import KeptEncoder, encoder_of
from tests.tiny import tiny_model

pytestmark = pytest.mark.model

TEXTS = ["Should I run?", "back pain", "Much longer than the others. " * 20]
CHANGED = ("encoder.layer.0.attention.self.query", "encoder.layer.1.intermediate.dense")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FoundModel:
    return find_model(str(tiny_model(tmp_path_factory.mktemp("tiny"))))


def drawn(model: FoundModel, seed: int = 0, rank: int = 4) -> Adapter:
    """An adapter out of a die, for a tiny model of its own folder."""
    rng = np.random.default_rng(seed)
    shapes = dict(zip(CHANGED, ((32, 32), (64, 32)), strict=True))
    changes = {
        name: (rng.normal(0, 0.1, (rank, width)).astype(np.float32), rng.normal(0, 1, (high, rank)).astype(np.float32))
        for name, (high, width) in shapes.items()
    }
    return Adapter(model.weights, 0.5, changes, str(model.folder))


def test_what_is_written_is_read_again(model: FoundModel, tmp_path: Path) -> None:
    adapter = drawn(model)
    adapter.write(tmp_path / "a")
    modes = {path.stat().st_mode for path in (tmp_path / "a").iterdir()}
    assert len(modes) == 1  # red when safetensors writes the file, which keeps it from all but one user
    read = Adapter.read(tmp_path / "a")
    assert (read.base_sha256, read.scale, read.base_folder) == (model.weights, 0.5, str(model.folder))
    assert read.changes.keys() == adapter.changes.keys()
    for name, parts in adapter.changes.items():
        for part, again in zip(parts, read.changes[name], strict=True):
            np.testing.assert_array_equal(part.astype(np.float16).astype(np.float32), again)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`")  # PEFT asks transformers for it
def test_its_vectors_are_those_that_peft_gives(model: FoundModel, tmp_path: Path) -> None:
    """And not those of the model without it."""
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer

    drawn(model).write(tmp_path / "a")
    ours = load_model(str(tmp_path / "a"), "cpu", centred=False).encode_passages(TEXTS)
    plain = load_model(str(model.folder), "cpu", centred=False).encode_passages(TEXTS)
    theirs = SentenceTransformer(str(model.folder), device="cpu")
    theirs[0].model = PeftModel.from_pretrained(theirs[0].model, str(tmp_path / "a"))
    np.testing.assert_allclose(ours, theirs.encode_document(TEXTS, normalize_embeddings=True), atol=1e-5)
    assert (ours * plain).sum(1).max() < 0.99


def test_two_adapters_as_one(model: FoundModel) -> None:
    one, two = drawn(model), replace(drawn(model, seed=1, rank=2), scale=3.0)
    apart, together = (load_model(str(model.folder), "cpu").load() for _ in range(2))
    for adapter in (one, two):
        adapter.put_into(apart[0].model, Path())
    one.and_then(two).put_into(together[0].model, Path())
    np.testing.assert_allclose(apart.encode(TEXTS), together.encode(TEXTS), atol=1e-5)


def test_an_index_keeps_the_model_with_its_adapter(model: FoundModel, tmp_path: Path) -> None:
    drawn(model).write(tmp_path / "a")
    kept = encoder_of(tmp_path / "index", BotSettings(encoder=str(tmp_path / "a")))
    assert isinstance(kept, KeptEncoder)
    kept.keep(TEXTS)
    wanted = load_model(str(tmp_path / "a"), "cpu")
    assert kept.fingerprint == wanted.fingerprint != load_model(str(model.folder)).fingerprint
    np.testing.assert_allclose(kept.encode_queries(TEXTS), wanted.encode_queries(TEXTS), atol=1e-4)


def test_the_fingerprint_follows_tensors_and_scale(model: FoundModel, tmp_path: Path) -> None:
    adapter = drawn(model)
    for name, one in {
        "a": adapter,
        "same": adapter,
        "tensors": drawn(model, 1),
        "scale": replace(adapter, scale=2.0),
    }.items():
        one.write(tmp_path / name)
    found = [load_model(str(tmp_path / name)).fingerprint for name in ("a", "same", "tensors", "scale")]
    assert found[0] == found[1]
    assert len(set(found)) == 3


def test_an_adapter_for_another_model_is_refused(model: FoundModel, tmp_path: Path) -> None:
    wide = {CHANGED[0]: (np.zeros((2, 64), np.float32), np.zeros((32, 2), np.float32))}
    for changes in (wide, {"encoder.layer.9.output.dense": drawn(model).changes[CHANGED[0]]}):
        adapter = Adapter(model.weights, 1.0, changes, str(model.folder))
        adapter.write(folder := tmp_path / str(len(changes)) / next(iter(changes)))
        with pytest.raises(EncoderError, match="which the model has not in that shape"):
            load_model(str(folder), "cpu").encode_queries(["a"])


def test_other_weights_than_those_it_was_learnt_on_are_refused(model: FoundModel, tmp_path: Path) -> None:
    replace(drawn(model), base_sha256="0" * 64).write(tmp_path / "a")
    with pytest.raises(EncoderError, match=r"the weights are not the official ones .* was learnt on others"):
        load_model(str(tmp_path / "a"))


@pytest.mark.parametrize(
    "damage", ["cut", "nonsense", "half", "more", "other kind", "rank", "not a number", "no scale"]
)
def test_a_damaged_adapter_is_refused(model: FoundModel, tmp_path: Path, damage: str) -> None:
    from safetensors.numpy import load_file, save_file

    folder = tmp_path / "a"
    drawn(model).write(folder)
    path = folder / TENSORS
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "nonsense":
        path.write_bytes(b"nonsense")
    elif damage == "half":
        tensors = load_file(path)
        tensors.popitem()
        save_file(tensors, path)
    elif damage == "more":
        save_file({**load_file(path), "base_model.model.embeddings.weight": np.zeros(3, np.float16)}, path)
    elif damage in ("rank", "not a number"):
        tensors = load_file(path)
        name = next(name for name in tensors if "lora_B" in name)
        tensors[name] = tensors[name][:, 1:].copy() if damage == "rank" else tensors[name] * np.float16("nan")
        save_file(tensors, path)
    elif damage == "no scale":
        config = json.loads((folder / CONFIG).read_text())
        (folder / CONFIG).write_text(json.dumps({**config, "r": 0}))
    else:
        config = json.loads((folder / CONFIG).read_text())
        (folder / CONFIG).write_text(json.dumps({**config, "peft_type": "IA3"}))
    with pytest.raises(EncoderError, match=r"not a (plain )?LoRA adapter|model.safetensors: is damaged at encoder"):
        Adapter.read(folder)
    # Nothing is said of a model that cannot be exported: red when the adapter is taken for the model.
    kept = encoder_of(tmp_path / "index", BotSettings(encoder=str(folder)))
    assert isinstance(kept, KeptEncoder)
    with pytest.raises(EncoderError, match=re.escape(str(folder))) as caught:
        kept.keep(TEXTS)
    assert caught.type is EncoderError
