"""An encoder as it is served: exported to ONNX, run by onnxruntime. The only door to onnxruntime and tokenizers.

Importing torch takes seconds, and a question costs three times the processor there that the very same weights cost
here. `chatbot/encoding/export.py` writes the folder that is read here:

    encoder.json      what belongs to the vectors beside the weights; size and SHA-256 of the other files, and its own
    model.onnx        token ids -> vectors, pooling and all
    model.words       its table of words, where that is large
    tokenizer.json    text -> token ids; or, of a large vocabulary, sentencepiece.model
"""

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.core.errors import EncoderError
from chatbot.core.machine import cores
from chatbot.core.text import sha256
from chatbot.encoding.batching import MOST, Combiner
from chatbot.encoding.centring import Centres, without
from chatbot.encoding.pieces import PIECES, TOKENIZER, PieceTokenizer
from chatbot.encoding.protocols import Progress, loaded_once, unit

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FORMAT = 2
FACTS, MODEL, WORDS = "encoder.json", "model.onnx", "model.words"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")  # what a model may take
_FACTS_LIMIT = 64 * 1024  # characters
_TOKENS = 512  # in a batch: what is between two layers then stays in the cache
_SLICE = 1024  # passages between two reports of progress


@dataclass(frozen=True, slots=True)
class ExportedFacts:
    """What `encoder.json` says."""

    fingerprint: str  # see `Encoder`
    backend: str  # "fp32" or "int8"; "torch" where the model cannot be exported, and `trouble` says why
    trouble: str = ""
    tried_with: str = ""  # the versions with which it could not be exported
    name: str = ""  # which the settings gave it; another release may know another encoder by it
    dim: int = 0
    max_tokens: int = 0
    lower_case: bool = False
    query_prompt: str = ""
    passage_prompt: str = ""
    inputs: Sequence[str] = ()  # names of the tensors that the model takes
    query_centre: Sequence[float] = ()  # what is taken away from the vectors, see `centring.py`
    passage_centre: Sequence[float] = ()
    least_cosine: float = 0.0  # of texts through sentence-transformers and through this
    mean_cosine: float = 0.0
    files: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)  # name -> size, sha256

    def to_json(self) -> str:
        values = {"format": FORMAT, **dataclasses.asdict(self)}
        return json.dumps({**values, "sha256": _seal(values)}, indent=1)


def _seal(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode())


def verified_facts(folder: Path) -> ExportedFacts:
    """The facts of the encoder in `folder`, every file of which is as it was exported. EncoderError otherwise."""
    facts = read_facts(folder)
    with _refusing(folder / FACTS):
        for name, expected in facts.files.items():
            if digest(folder / name) != expected:
                raise ValueError(f"the size or hash of {name} is wrong")
    return facts


def read_facts(folder: Path) -> ExportedFacts:
    """What `encoder.json` in `folder` says; the files beside it are not looked at. EncoderError where it is damaged or
    of another version of the program."""
    path = folder / FACTS
    with _refusing(path), path.open(encoding="utf-8") as file:
        values = json.loads(file.read(_FACTS_LIMIT))
        seal = values.pop("sha256")
        if values.get("format") != FORMAT:
            raise ValueError("it is of another format")
        if _seal(values) != seal:
            raise ValueError("its hash is wrong")
        del values["format"]
        return ExportedFacts(**values)


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """What goes wrong with `path`, or the files that it names, becomes one sentence."""
    try:
        yield
    except OSError as error:
        remedy = "check its permissions" if isinstance(error, PermissionError) else "build the index again"
        raise EncoderError(f"{error.filename or path}: cannot be read ({error.strerror}); {remedy}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EncoderError(f"{path}: damaged ({error}); build the index again") from None


def digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


class OnnxEncoder:
    """The encoder in `folder`, whose files were verified. It is loaded by the first text that is encoded."""

    export = None  # it is one

    def __init__(self, folder: Path, facts: ExportedFacts) -> None:
        self._folder = folder
        self._facts = facts
        self.fingerprint = facts.fingerprint
        self.tells_apart = facts.query_prompt != facts.passage_prompt
        self._centres = Centres(np.array(facts.query_centre, np.float32), np.array(facts.passage_centre, np.float32))
        # One a core: encoding needs no lock of Python. In int8 texts are run one by one, so that company only delays.
        self._together = Combiner(self._encode_queries, cores(), 1 if facts.backend == "int8" else MOST)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """On one thread: a question is too short to be shared among cores."""
        return self._together(texts)

    def _encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        ids = self._ids(self._facts.query_prompt, texts)
        vectors = np.empty((len(texts), self._facts.dim if texts else 0), np.float32)
        for batch in self._batches(ids):
            vectors[batch] = self._run([ids[at] for at in batch])
        return without(self._centres.queries, unit(vectors))

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """In batches of like length, so that little is padded, and one batch a core, so that no core waits."""
        vectors = np.empty((len(texts), self._facts.dim if texts else 0), np.float32)
        order = np.argsort([-len(text) for text in texts], kind="stable")
        with ThreadPoolExecutor(cores()) as pool:
            for begin in range(0, len(order), _SLICE):
                rows = order[begin : begin + _SLICE]
                ids = self._ids(self._facts.passage_prompt, [texts[row] for row in rows])
                batches = self._batches(ids)
                parts = pool.map(self._run, ([ids[at] for at in batch] for batch in batches))
                for batch, part in zip(batches, parts, strict=True):
                    vectors[rows[batch]] = part
                if progress:
                    progress(begin + len(rows), len(order))
        return without(self._centres.passages, unit(vectors))

    def _ids(self, prompt: str, texts: Sequence[str]) -> list[list[int]]:
        texts = [prompt + text for text in texts]
        if self._facts.lower_case:
            texts = [text.lower() for text in texts]
        return self._tokenizer(texts)

    def _batches(self, ids: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """Rows of `ids` that are run together, the longest first.

        In int8 each is run alone, as a batch has one scale for the activations of all: in company a text would get
        another vector.
        """
        lengths = np.array([len(own) for own in ids], np.int64)
        order = np.argsort(-lengths, kind="stable")
        batches = []
        begin = 0
        while begin < len(order):
            size = 1 if self._facts.backend == "int8" else max(_TOKENS // int(lengths[order[begin]]), 1)
            batches.append(order[begin : begin + size])
            begin += size
        return batches

    def _run(self, ids: Sequence[Sequence[int]]) -> np.ndarray:
        """(len(ids), dim)"""
        length = max(map(len, ids))
        tokens = np.zeros((len(ids), length), np.int64)
        mask = np.zeros_like(tokens)
        for row, own in enumerate(ids):
            tokens[row, : len(own)] = own
            mask[row, : len(own)] = 1
        given = dict(zip(INPUTS, (tokens, mask, np.zeros_like(tokens)), strict=True))
        vectors: np.ndarray = self._session.run(None, {name: given[name] for name in self._facts.inputs})[0]
        return vectors

    @loaded_once
    def _tokenizer(self) -> Callable[[Sequence[str]], list[list[int]]]:
        """Texts to the ids of each."""
        if PIECES in self._facts.files:
            return PieceTokenizer(self._folder / PIECES, self._facts.max_tokens).ids
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._facts.max_tokens)
        return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)]

    @loaded_once
    def _session(self) -> "InferenceSession":
        """By its path, so that onnxruntime maps the table of words into memory."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the cores share batches, not a batch
        options.log_severity_level = 3
        model = self._folder / MODEL
        try:
            return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises a dozen kinds
            reason = str(error).splitlines()[0][:200]
            raise EncoderError(f"{model}: cannot be loaded ({reason}); build the index again") from None
