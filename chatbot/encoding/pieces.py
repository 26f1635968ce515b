"""Text to the ids of a large vocabulary of pieces (SentencePiece, Kudo and Richardson 2018), as multilingual-e5-small
and its kind read it.

The same vocabulary is written twice: for transformers, which train and export, as `tokenizer.json`; and for
sentencepiece, which serves. 250,000 pieces take 54 MB of memory there and 282 MB in tokenizers 0.23.
"""

import contextlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.core.errors import ModelMissing

TOKENIZER, PIECES = "tokenizer.json", "sentencepiece.model"
_BOS, _PAD, _EOS, _UNK, _MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
_BLANK = "\u2581"  # how a piece writes a blank

# What is done to a character before NFKC; the model was trained with Unicode's rules of 2016 and these.
_DROPPED = "\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f"
_BLANKS = "\t\n\r\x0c\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd"
_NORMAL = ((re.compile(f"[{_DROPPED}]"), ""), (re.compile(f"[{_BLANKS}]"), " "))
_SEVERAL = re.compile(" {2,}")


def write_tokenizers(pieces: Sequence[str], scores: np.ndarray, folder: Path) -> None:
    """`pieces`: by token id, `scores`: (pieces,) their log-probabilities."""
    _write_for_transformers(pieces, scores, folder)
    _write_for_sentencepiece(pieces, scores, folder / PIECES)


def _write_for_transformers(pieces: Sequence[str], scores: np.ndarray, folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(list(zip(pieces, scores.tolist(), strict=True)), pieces.index(_UNK)))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(f"[{_DROPPED}]"), ""),
            normalizers.Replace(Regex(f"[{_BLANKS}]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(_SEVERAL.pattern), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_BLANK, "always")
    ends = [(end, pieces.index(end)) for end in (_BOS, _EOS)]
    tokenizer.post_processor = processors.TemplateProcessing(f"{_BOS} $A {_EOS}", f"{_BOS} $A {_EOS} $B {_EOS}", ends)
    tokenizer.save(str(folder / TOKENIZER))
    names = {"bos": _BOS, "eos": _EOS, "unk": _UNK, "pad": _PAD, "cls": _BOS, "sep": _EOS, "mask": _MASK}
    settings: dict[str, Any] = {f"{kind}_token": name for kind, name in names.items()}
    settings |= {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _write_for_sentencepiece(pieces: Sequence[str], scores: np.ndarray, path: Path) -> None:
    with _needed():
        from sentencepiece import sentencepiece_model_pb2

    messages: Any = sentencepiece_model_pb2  # its classes are made when it is imported
    model = messages.ModelProto()
    kinds = messages.ModelProto.SentencePiece
    special = {_BOS: kinds.CONTROL, _PAD: kinds.CONTROL, _EOS: kinds.CONTROL, _MASK: kinds.CONTROL, _UNK: kinds.UNKNOWN}
    for piece, score in zip(pieces, scores.tolist(), strict=True):
        model.pieces.add(piece=piece, score=score, type=special.get(piece, kinds.NORMAL))
    trained = model.trainer_spec
    trained.model_type = messages.TrainerSpec.UNIGRAM
    trained.vocab_size = len(pieces)
    trained.bos_piece, trained.eos_piece, trained.pad_piece, trained.unk_piece = _BOS, _EOS, _PAD, _UNK
    trained.bos_id, trained.eos_id, trained.pad_id, trained.unk_id = map(pieces.index, (_BOS, _EOS, _PAD, _UNK))
    model.normalizer_spec.name = "identity"  # `PieceTokenizer` has done it
    model.normalizer_spec.remove_extra_whitespaces = False
    path.write_bytes(model.SerializeToString())


class PieceTokenizer:
    """Text to token ids by sentencepiece, between the marks of begin and end."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        """`path`: as `write_tokenizers` wrote it. ModelMissing where sentencepiece is not installed."""
        with _needed():
            from sentencepiece import SentencePieceProcessor
        self._pieces = SentencePieceProcessor(model_file=str(path))
        self._most = max_tokens - 2

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Of each text at most `max_tokens`."""
        begin, end = self._pieces.bos_id(), self._pieces.eos_id()
        return [[begin, *ids[: self._most], end] for ids in self._pieces.encode([_normalized(text) for text in texts])]


def _normalized(text: str) -> str:
    for characters, replacement in _NORMAL:
        text = characters.sub(replacement, text)
    return _SEVERAL.sub(" ", unicodedata.normalize("NFKC", text))


@contextlib.contextmanager
def _needed() -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise ModelMissing("the multilingual model needs a package: run: pip install sentencepiece==0.2.3") from None
