"""How alike texts should become: as the encoder says that is started from, or partly as a better one says.

It holds what is learnt to a geometry that is good for all kinds of text, where the pairs are of a few kinds.
"""

from collections.abc import Callable, Sequence

import numpy as np

from chatbot.encoding.protocols import Encoder

_AHEAD = 25  # steps whose texts are encoded together: those of like length waste no time on padding


class Teacher:
    """Texts of a step -> (n, n) cosines."""

    def __init__(
        self, texts: Callable[[int], Sequence[str]], start: Encoder, better: Encoder | None, trust: float
    ) -> None:
        """`texts`: of each step. Of the cosines `trust` is that of `better`, where there is one."""
        self._texts = texts
        self._shares = [(start, 1.0 if better is None else 1 - trust)]
        if better is not None:
            self._shares.append((better, trust))
        self._ahead: dict[int, list[np.ndarray]] = {}  # step -> the vectors of each encoder

    def cosines(self, step: int, steps: int) -> np.ndarray:
        """float32; `steps`: how many there will be."""
        if step not in self._ahead:
            first = step - step % _AHEAD  # wherever a run resumes: other company changes the last digits of a vector
            coming = range(first, min(first + _AHEAD, steps))
            texts = [self._texts(other) for other in coming]
            ends = np.cumsum([len(some) for some in texts])[:-1]
            flat = [text for some in texts for text in some]
            by_encoder = [np.split(encoder.encode_passages(flat), ends) for encoder, _ in self._shares]
            self._ahead = {other: [vectors[at] for vectors in by_encoder] for at, other in enumerate(coming)}
        parts = zip(self._ahead[step], self._shares, strict=True)
        return np.asarray(sum(share * (vectors @ vectors.T) for vectors, (_, share) in parts), np.float32)
