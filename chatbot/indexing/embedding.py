"""Passages to vectors. Only a text that no earlier build holds is encoded, and that once.

The vectors come in parts, since those of a large FAQ are many times as large as its texts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from chatbot.core.types import Passage
from chatbot.encoding.protocols import Encoder, Progress
from chatbot.search.vectors import HALF_FROM, Vectors

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
    known = {passage.text: row for row, passage in enumerate(old[0])} if old else {}
    fresh = Counter(passage.text for passage in passages if passage.text not in known)
    parts = _parts(passages, part, encoder, old[1] if old else None, known, fresh, progress)
    return Vectors.of(parts, len(passages), len(passages) >= half_from), len(fresh)


def _parts(
    passages: Sequence[Passage],
    size: int,
    encoder: Encoder,
    old: Vectors | None,
    known: Mapping[str, int],
    fresh: Mapping[str, int],
    progress: Progress | None,
) -> Iterator[np.ndarray]:
    """(some, dim) float32 each, together those of `passages`. `known`: text -> row of `old`; `fresh`: text -> how
    often it comes."""
    repeated: dict[str, np.ndarray] = {}
    encoded = 0
    for begin in range(0, len(passages), size):
        texts = [passage.text for passage in passages[begin : begin + size]]
        missing = [text for text in dict.fromkeys(texts) if text in fresh and text not in repeated]
        new = encoder.encode_passages(missing, progress and _shifted(progress, encoded, len(fresh)))
        encoded += len(missing)
        vector_of = dict(zip(missing, new, strict=True))
        repeated |= {text: vector.copy() for text, vector in vector_of.items() if fresh[text] > 1}
        vector_of |= repeated
        reused = [at for at, text in enumerate(texts) if text in known]
        others = [at for at, text in enumerate(texts) if text not in known]
        width = len(vector_of[texts[others[0]]]) if others else old.dim if old else 0
        part = np.empty((len(texts), width), np.float32)
        if old and reused:
            part[reused] = old.rows([known[texts[at]] for at in reused])
        for at in others:
            part[at] = vector_of[texts[at]]
        yield part


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)
