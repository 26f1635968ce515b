"""What sentence-transformers makes of some texts with the encoders that ship, kept to try their exports by.

The weights of these encoders are known by their hash, and so are the vectors that they give. An export that gives them
is right, and no torch is needed to see it. `python -m tests.bench.proofs` writes them; a test makes them anew.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from chatbot.core.errors import EncoderError
from chatbot.encoding.centring import Centres
from chatbot.encoding.protocols import Encoder

_FOLDER = Path(__file__).with_name("proven")  # <fingerprint>.npz
# Short, long, empty, and in scripts and signs that a tokenizer may treat in its own way.
TEXTS = (
    "Why does my back hurt when I go running?",
    "back pain",
    "",
    " two  blanks\tand a tab\n",
    "UPPER and lower CASE",
    "\u00dc\u00f1\u00ee\u00e7\u00f6d\u00e9 na\u00efve \u201cquoted\u201d \u2014 caf\u00e9",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \u0928\u092e\u0938\u094d\u0924\u0947",
    "\u0645\u0631\u062d\u0628\u0627",
    "emoji \U0001f3c3\u200d\u2642\ufe0f and #1 c++ @ 50% <b>",
    "A sentence that is repeated until no model reads to its end. " * 120,
)


class Proof(NamedTuple):
    """Of one encoder."""

    queries: np.ndarray  # (len(TEXTS), d) float32, each of `TEXTS` as a question
    passages: np.ndarray  # and as a passage
    centres: Centres

    @classmethod
    def of(cls, encoder: Encoder, centres: Centres) -> "Proof":
        return cls(encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS), centres)

    def write(self, fingerprint: str) -> Path:
        path = _path(fingerprint)
        query_centre, passage_centre = self.centres
        np.savez(
            path,
            queries=self.queries,
            passages=self.passages,
            query_centre=query_centre,
            passage_centre=passage_centre,
        )
        return path


def proof_of(fingerprint: str) -> Proof | None:
    """That of the encoder of that fingerprint, where one is kept."""
    path = _path(fingerprint)
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Proof(kept["queries"], kept["passages"], Centres(kept["query_centre"], kept["passage_centre"]))
    except Exception as error:  # numpy and zipfile raise a dozen kinds
        raise EncoderError(f"{path}: damaged ({type(error).__name__}); install the program again") from None


def _path(fingerprint: str) -> Path:
    return _FOLDER / f"{fingerprint}.npz"
