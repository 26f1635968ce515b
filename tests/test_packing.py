"""Weights of 4 bits stay what they are in the export: no vector changes, and they take an eighth."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from chatbot.core.settings import BotSettings
from chatbot.encoding.onnx import MODEL, OnnxEncoder, verified_facts
from chatbot.encoding.packing import _in_blocks, is_packable
from chatbot.encoding.sentence_transformers import load_model
from chatbot.indexing.encoders import KeptEncoder, encoder_of
from tests.tiny import tiny_model

TEXTS = ["Where is the library?", "", "\u56fe\u4e66\u9986\u5728\u54ea\u91cc\uff1f", "opening hours " * 30]


def rounded(weights: np.ndarray) -> np.ndarray:
    """Each block of 32 in a row as 16 multiples of one scale, of either sign."""
    blocks = weights.reshape(len(weights), -1, 32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[..., None], 2)
    scale = np.float16(largest / -8).astype(np.float32)
    steps = np.clip(np.rint(blocks / np.where(scale, scale, 1)), -8, 7)
    return np.asarray((steps * scale).reshape(weights.shape), np.float32)


@pytest.mark.parametrize("seed", range(20))
def test_what_was_rounded_is_found_again_to_the_last_bit(seed: int) -> None:
    """Red without the second sign of a scale (blocks whose largest weight is positive), and with 15 steps."""
    dice = np.random.default_rng(seed)
    weights = dice.normal(size=(40, 96)).astype(np.float32) * dice.choice([1e-4, 1, 100], size=(40, 1))
    weights[seed, 32:64] = 0  # a block of nothing
    weights[:, :32] = np.rint(weights[:, :32])  # and blocks of few values
    wanted = rounded(weights)
    found = _in_blocks(wanted)
    assert found is not None
    numbers, scales = found
    assert numbers.max() < 16
    again = (numbers.astype(np.float32) - 8) * scales[..., None]
    np.testing.assert_allclose(again.reshape(wanted.shape), wanted, rtol=2e-7)


def test_what_was_not_rounded_stays_as_it_is() -> None:
    dice = np.random.default_rng(0)
    weights = rounded(dice.normal(size=(40, 64)).astype(np.float32))
    assert is_packable(weights)
    spoilt = weights.copy()
    spoilt[39, 63] += 0.3 * np.abs(weights[39, 32:]).max()  # one weight between two steps
    assert not is_packable(spoilt)
    assert not is_packable(dice.normal(size=(40, 64)).astype(np.float32))
    assert not is_packable(weights[:, :40])  # no whole blocks


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model whose matrices were rounded to 4 bits."""
    from safetensors.numpy import load_file, save

    folder = tiny_model(tmp_path_factory.mktemp("packed"))
    [weights] = folder.rglob("model.safetensors")
    tensors = {
        name: rounded(values) if (values.ndim == 2 and "word" in name) or name.endswith("dense.weight") else values
        for name, values in load_file(weights).items()
    }
    weights.write_bytes(save(tensors, metadata={"format": "pt"}))
    return folder


@pytest.mark.model
@pytest.mark.parametrize("backend", ["fp32", "int8"])
def test_an_export_keeps_four_bits_and_every_vector(
    model: Path, tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red without `pack`; in other halves of a byte than `MatMulNBits` reads; with halves of the table mixed up."""
    monkeypatch.setattr("chatbot.encoding.packing._WORTH_IT", 1000)  # the matrices of this model are small
    settings = BotSettings(encoder=str(model), backend=backend)
    kept, plain = encoder_of(tmp_path, settings), load_model(str(model))
    assert isinstance(kept, KeptEncoder)
    kept.keep(TEXTS)
    [folder] = (tmp_path / "encoders").iterdir()
    graph = onnx.load(str(folder / MODEL)).graph
    kinds = [node.op_type for node in graph.node]
    assert ("MatMulNBits" in kinds) is (backend == "fp32")
    table = next(tensor for tensor in graph.initializer if tensor.name.endswith("_packed") and tensor.dims[0] > 30_000)
    assert tuple(table.dims) == (30_522, 16)
    served = OnnxEncoder(folder, verified_facts(folder))
    cosines = (served.encode_passages(TEXTS) * plain.encode_passages(TEXTS)).sum(1)
    assert cosines.min() > (0.9999 if backend == "fp32" else 0.9)
