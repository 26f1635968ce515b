"""Passages to vectors. Only a text that no earlier build holds is encoded, and that once.

The vectors come in parts, since those of a large FAQ are many times as large as its texts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from chatbot.core.types import Passage
from chatbot.encoding.protocols import Encoder, Progress
from chatbot.search.faiss_engine import ExactIndex, is_half
from chatbot.search.protocols import VectorIndex

_PART = 32_768  # passages; enough of them that batches of like length lose nothing


def embed(
    passages: Sequence[Passage],
    encoder: Encoder,
    old: tuple[Sequence[Passage], VectorIndex] | None = None,
    progress: Progress | None = None,
) -> tuple[ExactIndex, int]:
    """The index of `passages`, and how many texts were encoded for it.

    `old`: passages of an earlier build with their vectors, of the same encoder.
    """
    if old and is_half(len(old[1])) and not is_half(len(passages)):
        old = None  # its vectors were rounded, and those of a build from scratch would not be
    known = {passage.text: row for row, passage in enumerate(old[0])} if old else {}
    fresh = Counter(passage.text for passage in passages if passage.text not in known)
    parts = _parts(passages, encoder, old[1] if old else None, known, fresh, progress)
    return ExactIndex.of(parts, len(passages)), len(fresh)


def _parts(
    passages: Sequence[Passage],
    encoder: Encoder,
    old: VectorIndex | None,
    known: Mapping[str, int],
    fresh: Mapping[str, int],
    progress: Progress | None,
) -> Iterator[np.ndarray]:
    """(some, dim) float32 each, together those of `passages`. `known`: text -> row of `old`; `fresh`: text -> how
    often it comes."""
    repeated: dict[str, np.ndarray] = {}
    encoded = 0
    for begin in range(0, len(passages), _PART):
        texts = [passage.text for passage in passages[begin : begin + _PART]]
        missing = [text for text in dict.fromkeys(texts) if text in fresh and text not in repeated]
        new = encoder.encode_passages(missing, progress and _shifted(progress, encoded, len(fresh)))
        encoded += len(missing)
        found = dict(zip(missing, new, strict=True))
        repeated |= {text: vector.copy() for text, vector in found.items() if fresh[text] > 1}
        found |= repeated
        reused = [at for at, text in enumerate(texts) if text in known]
        others = [at for at, text in enumerate(texts) if text not in known]
        width = len(found[texts[others[0]]]) if others else old.dim if old else 0
        part = np.empty((len(texts), width), np.float32)
        if old and reused:
            part[reused] = old.vectors([known[texts[at]] for at in reused])
        for at in others:
            part[at] = found[texts[at]]
        yield part


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)
