"""What the files of a BERT say that is kept as sentence-transformers does, read without torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from chatbot.core.errors import EncoderError
from chatbot.encoding.adapter import Adapter

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class BertFiles:
    """A BERT whose vectors are the means of its tokens' vectors, of length 1."""

    weights: Mapping[str, np.ndarray]  # name, as transformers gives it -> float32
    layers: int
    heads: int
    width: int  # of its vectors
    epsilon: float
    max_tokens: int  # of a text
    query_prompt: str
    passage_prompt: str

    @property
    def words(self) -> np.ndarray:
        """The table of words, (words, width)."""
        return self.weights["embeddings.word_embeddings.weight"]

    @classmethod
    def read(cls, folder: Path, adapter: Path | None) -> Self:
        """EncoderError where a file is missing or damaged, or the adapter is for another model."""
        from safetensors.numpy import load_file

        try:
            config = _json(folder / "config.json")
            prompts = _json(folder / "config_sentence_transformers.json").get("prompts", {})
            weights = load_file(folder / WEIGHTS)
            return cls(
                Adapter.read(adapter).changed(weights, adapter) if adapter else weights,
                config["num_hidden_layers"],
                config["num_attention_heads"],
                config["hidden_size"],
                config["layer_norm_eps"],
                _json(folder / "sentence_bert_config.json")["max_seq_length"],
                prompts.get("query", ""),
                prompts.get("document", ""),
            )
        except EncoderError:
            raise
        except Exception as error:  # of files, JSON and the library, which tells apart a dozen kinds of damage
            raise EncoderError(f"{folder}: not a whole model ({type(error).__name__}: {error})") from error


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))
