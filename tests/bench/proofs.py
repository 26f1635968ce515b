"""Writes what sentence-transformers makes of some texts with the encoders that ship.

    python -m tests.bench.proofs

By these vectors a build tries its export of such an encoder, see `chatbot/encoding/proofs.py`. Needed again when an
encoder or the texts change.
"""

from chatbot.encoding.models import ENGLISH, MULTILINGUAL, MULTILINGUAL_BASE
from chatbot.encoding.proofs import Proof
from chatbot.encoding.sentence_transformers import load_model

NAMES = (ENGLISH, "base", MULTILINGUAL, MULTILINGUAL_BASE)


def main() -> None:
    for name in NAMES:
        encoder = load_model(name, "cpu")
        print(f"{name}: {Proof.of(encoder, encoder.centres).write(encoder.fingerprint)}")


if __name__ == "__main__":
    main()
