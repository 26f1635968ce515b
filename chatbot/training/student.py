"""The encoder that learns: the weights that it starts from stay as they are, an adapter beside them learns."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import Linear, Parameter, functional

from chatbot.core.errors import EncoderError
from chatbot.encoding.adapter import Adapter, question_digest
from chatbot.encoding.models import FoundModel
from chatbot.encoding.sentence_transformers import SentenceTransformersEncoder, prompts_of

_LAYERS = ".layer."  # in the names of what is inside the transformer's layers
_BATCH = 64


class Student:
    """A model of `chatbot.encoding.models` and its new adapter."""

    def __init__(self, start: FoundModel, rank: int, max_tokens: int, seed: int, device: str) -> None:
        """`device`: of torch. EncoderError without PEFT, and for a model whose weights cannot be identified."""
        peft = _peft()
        if not start.weights:
            raise EncoderError(f"{start.folder}: has its weights in several files; an adapter needs one, to name them")
        self._start = start
        self._model = SentenceTransformersEncoder(start.folder, start.fingerprint(), "cpu", start.adapter).load()
        self._model.max_seq_length = max_tokens
        transformer = self._model[0].model
        changed = [
            name for name, part in transformer.named_modules() if isinstance(part, Linear) and _LAYERS in f".{name}"
        ]
        torch.manual_seed(seed)
        settings = peft.LoraConfig(r=rank, lora_alpha=rank, target_modules=changed, lora_dropout=0.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PEFT's, of Python's own libraries
            peft.inject_adapter_in_model(settings, transformer)
        self._model.to(device)
        # Without dropout: the same text twice is the same vector, and what is learnt is repeatable.
        self._model.eval()
        self._changed = changed
        named = dict(transformer.named_parameters())
        self.learning: Mapping[str, Parameter] = {name: named[name] for name in sorted(named) if ".lora_" in name}

    @property
    def device(self) -> torch.device:
        return next(iter(self.learning.values())).device

    def vectors(self, texts: Sequence[str], as_query: bool = False) -> torch.Tensor:
        """(len(texts), d) of length 1, through which can be learnt; as of passages, or as of what visitors type."""
        query, passage = prompts_of(self._model)
        prompt = query if as_query else passage
        given = self._model.preprocess([prompt + text for text in texts])
        given = {key: value.to(self.device) if hasattr(value, "to") else value for key, value in given.items()}
        return functional.normalize(self._model(given)["sentence_embedding"], dim=1)

    def encoded(self, texts: Sequence[str]) -> np.ndarray:
        """The same as numbers, float32."""
        order = np.argsort([len(text) for text in texts], kind="stable")
        parts = []
        with torch.inference_mode():
            for begin in range(0, len(order), _BATCH):
                parts.append(self.vectors([texts[row] for row in order[begin : begin + _BATCH]]).cpu().numpy())
        sorted_vectors = np.concatenate(parts)
        vectors: np.ndarray = np.empty_like(sorted_vectors)
        vectors[order] = sorted_vectors
        return vectors

    def forget(self, share: float) -> None:
        """So much of what was learnt."""
        with torch.no_grad():
            for name, parameter in self.learning.items():
                if ".lora_B." in name:
                    parameter.mul_(1 - share)

    def adapter(self, questions: Iterable[str] = ()) -> Adapter:
        """What was learnt, together with the adapter that was started from. `questions`: of a corpus, learnt from."""
        changes = {}
        for name in self._changed:
            down, up = (self.learning[f"{name}.lora_{side}.default.weight"].detach().cpu().numpy() for side in "AB")
            changes[name] = (down.copy(), up.copy())
        folder = "" if self._start.is_official else str(self._start.folder.resolve())
        learnt = Adapter(self._start.weights, 1.0, changes, folder, frozenset(map(question_digest, questions)))
        return Adapter.read(self._start.adapter).and_then(learnt) if self._start.adapter else learnt


def _peft() -> Any:
    try:
        import peft
    except ImportError as error:
        raise EncoderError(f"learning needs PEFT, which only it does ({error}); run: pip install peft") from None
    return peft
