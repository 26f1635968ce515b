"""Text to unit vectors by sentence-transformers, which is loaded only when needed. Which model: `models.py`."""

import contextlib
import importlib.util
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.core.errors import EncoderError
from chatbot.encoding.adapter import Adapter
from chatbot.encoding.batching import Combiner
from chatbot.encoding.centring import NOTHING, Centres, without
from chatbot.encoding.models import find_model
from chatbot.encoding.protocols import BATCH, Progress, loaded_once, unit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer


class SentenceTransformersEncoder:
    """A sentence-transformers model in a folder, with its own prompts, pooling and token limit.

    The model is loaded by the first call that encodes something: importing torch takes seconds, and a build
    that finds every vector in the build before needs none of it.
    """

    export = None

    def __init__(
        self, folder: Path, fingerprint: str, device: str = "auto", adapter: Path | None = None, *, centred: bool = True
    ) -> None:
        """`device`: "cpu", "cuda", or "auto": a GPU where there is one. `centred`: its vectors are centred where they
        need it, see `centring.py`."""
        self.fingerprint = fingerprint
        self.folder = folder
        self.adapter = adapter
        self._device = device
        self._may_be_centred = centred
        # One at a time, as torch shares a batch among all cores, and tokenizers of transformers are for one thread.
        self._together = Combiner(self._encode_queries, 1)

    @property
    def size(self) -> int:
        """Of its weights on disk, in bytes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*.safetensors"))

    @loaded_once
    def _model(self) -> "SentenceTransformer":
        return _load(self.folder, self.adapter, self._device)

    @property
    def tells_apart(self) -> bool:
        """Whether a text may have one vector as a question and another as a passage."""
        from sentence_transformers.base.modules import Router

        query_prompt, passage_prompt = prompts_of(self._model)
        return query_prompt != passage_prompt or any(isinstance(module, Router) for module in self._model)

    def require_device(self) -> None:
        """EncoderError where it is to run on a GPU, and torch finds none."""
        _require(self._device, self.folder)

    def load(self, **model_settings: object) -> "SentenceTransformer":
        """A copy of the model of its own, on the processor; `model_settings` are those of transformers."""
        return _load(self.folder, self.adapter, "cpu", **model_settings)

    @loaded_once
    def centres(self) -> Centres:
        """What is taken away from its vectors."""
        return Centres.of(self._encode_queries, self._encode_passages) if self._may_be_centred else NOTHING

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return without(self.centres.queries, self._together(texts))

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        return without(self.centres.passages, self._encode_passages(texts, progress))

    def _encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return unit(self._model.encode_query(list(texts), batch_size=BATCH, show_progress_bar=False))

    def _encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        # Batches of like length waste no time on padding; a slice of batches lets the caller see progress.
        order = np.argsort([-len(text) for text in texts], kind="stable")
        vectors: np.ndarray | None = None
        for begin in range(0, len(order), 16 * BATCH):
            rows = order[begin : begin + 16 * BATCH]
            part = self._model.encode_document([texts[row] for row in rows], batch_size=BATCH, show_progress_bar=False)
            if vectors is None:
                vectors = np.empty((len(texts), part.shape[1]), np.float32)
            vectors[rows] = part
            if progress:
                progress(begin + len(rows), len(order))
        return np.empty((0, 0), np.float32) if vectors is None else unit(vectors)


class Reranker:
    """A sentence-transformers cross-encoder: reads question and answer together, slowly, and so only the first few."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @loaded_once
    def _model(self) -> "CrossEncoder":
        return _load_cross_encoder(self._folder)

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """(len(texts),) float32: how well each text answers, higher is better."""
        pairs = [(query, text) for text in texts]
        scores = self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(scores, np.float32).reshape(len(texts))


def load_reranker(name: str) -> Reranker | None:
    """The cross-encoder that `bot.toml` names, a folder or a model of the hub; None for no name."""
    return Reranker(find_model(name, "`reranker` in bot.toml").folder) if name else None


def load_model(
    name: str, device: str = "auto", setting: str = "`encoder` in bot.toml", *, centred: bool = True
) -> SentenceTransformersEncoder:
    """The model of that name, which `setting` gives; see `find_model`. `centred`: its vectors are centred where they
    need it; False for what is trained, or compared with another library.

    The files are searched and hashed here, so that a missing (ModelMissing) or altered one is named at once.
    """
    model = find_model(name, setting)
    return SentenceTransformersEncoder(
        model.folder, model.fingerprint(), device, model.adapter, centred=centred and model.may_be_centred
    )


def prompts_of(model: "SentenceTransformer") -> tuple[str, str]:
    """What it wants before a question, and before a passage; most want nothing."""
    prompts = model.prompts
    passage = next((prompts[key] for key in ("document", "passage", "corpus") if key in prompts), "")
    return prompts.get("query", ""), passage


def has_gpu() -> bool:
    """Whether there seems to be one for torch to use, decided without torch: importing that takes seconds."""
    return any(Path("/dev").glob("nvidia[0-9]*")) and importlib.util.find_spec("torch") is not None


# Weights in safetensors from the disk alone, and no code that comes with a model.
_CAUTIOUS: dict[str, Any] = {
    "local_files_only": True,
    "trust_remote_code": False,
    "model_kwargs": {"use_safetensors": True},
}


def _require(device: str, folder: Path) -> None:
    if device == "cuda":
        with _loading(folder):
            import torch
        if not torch.cuda.is_available():
            raise EncoderError('torch finds no GPU; write device = "auto" in bot.toml, or install torch for your GPU')


def _load(folder: Path, adapter: Path | None, device: str, **model_settings: object) -> "SentenceTransformer":
    _require(device, folder)
    with _loading(folder):
        from sentence_transformers import SentenceTransformer

        settings = {**_CAUTIOUS["model_kwargs"], **model_settings}
        where = None if device == "auto" else device
        model = SentenceTransformer(str(folder), device=where, **{**_CAUTIOUS, "model_kwargs": settings})
    if adapter:
        Adapter.read(adapter).put_into(model[0].model, adapter)
    return model


def _load_cross_encoder(folder: Path) -> "CrossEncoder":
    with _loading(folder):
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(str(folder), **_CAUTIOUS)
    if model.num_labels != 1:
        raise EncoderError(f"{folder}: gives {model.num_labels} scores a pair; a re-ranker gives one")
    return model


@contextlib.contextmanager
def _loading(folder: Path) -> Iterator[None]:
    """Keeps the libraries quiet, and turns what they raise into one sentence."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    for name in ("sentence_transformers", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        yield
    except ImportError as error:
        raise EncoderError(f"{error}; run: pip install -r requirements.txt") from error
    except Exception as error:  # a folder that is no model fails in many ways inside three libraries
        raise EncoderError(f"{folder}: not a model of sentence-transformers ({error})") from error
