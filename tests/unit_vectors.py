"""Vectors of length 1, at random."""

import numpy as np

_RNG = np.random.default_rng(7)


def unit(n: int, d: int = 16) -> np.ndarray:
    """(n, d) float32."""
    vectors = _RNG.normal(size=(n, d)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
