"""An encoder without a model: letters only, no meaning.

For tests, and for trying a corpus where no model is installed (`encoder = "hashing"`): it finds questions
that share words or parts of words, and starts at once.
"""

from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from chatbot.core.text import match_key

DIM = 512
_SIZES = (3, 4, 5)


class HashingEncoder:
    """Counts of letter n-grams, each hashed to one of 512 columns with a sign, scaled to length 1."""

    fingerprint = "hashing-ngram-v1"
    export = None
    tells_apart = False

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        vectors = np.zeros((len(texts), DIM), np.float32)
        for row, text in enumerate(texts):
            padded = f" {match_key(text)} "
            for size in _SIZES:
                for begin in range(len(padded) - size + 1):
                    code = crc32(padded[begin : begin + size].encode("utf-8", "replace"))
                    vectors[row, (code >> 1) % DIM] += 1.0 if code & 1 else -1.0
            if progress and (row % 1024 == 1023 or row == len(texts) - 1):
                progress(row + 1, len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[lengths[:, 0] == 0, 0] = 1.0  # no letters at all: still a unit vector
        return vectors / np.where(lengths == 0, 1.0, lengths)
