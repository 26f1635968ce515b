"""Passages to vectors. Only a text that no earlier build holds is encoded, and that once.

The vectors come in parts, since those of a large FAQ are many times as large as its texts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from chatbot.core.types import Passage
from chatbot.encoding.protocols import Encoder, Progress
from chatbot.search.vectors import HALF_FROM, Vectors

_Key = tuple[str, bool]  # text, and whether it is encoded as a question
_WORDINGS = ("question", "alternate")
_PART = 32_768  # passages; enough of them that batches of like length lose nothing


def embed(
    passages: Sequence[Passage],
    encoder: Encoder,
    old: tuple[Sequence[Passage], Vectors] | None = None,
    progress: Progress | None = None,
    *,
    part: int = _PART,
    half_from: int = HALF_FROM,
) -> tuple[Vectors, int]:
    """The vectors of `passages`, and how many texts were encoded for it.

    `old`: passages of an earlier build with their vectors, of the same encoder. `part`: passages that are encoded
    together. `half_from`: so many vectors are kept in half precision.
    """
    if old and old[1].is_half and len(passages) < half_from:
        old = None  # its vectors were rounded, and those of a build from scratch would not be
    apart = encoder.tells_apart
    known = {_key(passage, apart): row for row, passage in enumerate(old[0])} if old else {}
    row_of = np.fromiter((known.get(_key(passage, apart), -1) for passage in passages), np.int64, len(passages))
    fresh = Counter(_key(passages[at], apart) for at in np.flatnonzero(row_of < 0).tolist())
    parts = _parts(passages, part, encoder, old[1] if old else None, row_of, fresh, progress)
    return Vectors.of(parts, len(passages), len(passages) >= half_from), len(fresh)


def _key(passage: Passage, apart: bool) -> _Key:
    """Passages with one key have one vector. A wording is a question, and encoded as one where the encoder tells these
    `apart`: asked word for word, it is found with a cosine of 1."""
    return passage.text, apart and passage.kind in _WORDINGS


def _parts(
    passages: Sequence[Passage],
    size: int,
    encoder: Encoder,
    old: Vectors | None,
    row_of: np.ndarray,
    fresh: Mapping[_Key, int],
    progress: Progress | None,
) -> Iterator[np.ndarray]:
    """(some, dim) float32 each, together those of `passages`. `row_of`: of each its row in `old`, -1 for none; `fresh`:
    key of those -> how often it comes."""
    repeated: dict[_Key, np.ndarray] = {}
    encoded = 0
    for begin in range(0, len(passages), size):
        rows = row_of[begin : begin + size]
        others = {at: _key(passages[begin + at], encoder.tells_apart) for at in np.flatnonzero(rows < 0).tolist()}
        missing = [key for key in dict.fromkeys(others.values()) if key not in repeated]
        vector_of = _encoded(missing, encoder, progress and _shifted(progress, encoded, len(fresh)))
        encoded += len(missing)
        repeated |= {key: vector.copy() for key, vector in vector_of.items() if fresh[key] > 1}
        vector_of |= repeated
        if old and not others:
            yield old.rows(rows)
            continue
        part = np.empty((len(rows), len(next(iter(vector_of.values())))), np.float32)
        if old:
            part[rows >= 0] = old.rows(rows[rows >= 0])
        for at, key in others.items():
            part[at] = vector_of[key]
        yield part


def _encoded(keys: Sequence[_Key], encoder: Encoder, progress: Progress | None) -> dict[_Key, np.ndarray]:
    """The vector of each of `keys`."""
    questions = [key for key in keys if key[1]]
    others = [key for key in keys if not key[1]]
    vectors = dict(zip(others, encoder.encode_passages([text for text, _ in others], progress), strict=True))
    if questions:
        vectors |= zip(questions, encoder.encode_queries([text for text, _ in questions]), strict=True)
        if progress:
            progress(len(keys), len(keys))
    return vectors


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)
