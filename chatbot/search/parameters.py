"""The numbers that were learnt, and what from: `parameters.json`, read by the program and its tests alike."""

import json
from functools import cache
from pathlib import Path
from typing import Any

PARAMETERS = Path(__file__).with_name("parameters.json")


@cache
def parameters(fingerprint: str = "") -> dict[str, Any]:
    """As `tests/bench/quality.py --learn` wrote them. `fingerprint`: of the encoder whose vectors they are for; of one
    that has none of its own, those of the encoder that ships."""
    learnt: dict[str, Any] = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    own: dict[str, Any] = next((one for one in learnt["encoders"] if fingerprint in one["fingerprints"]), {})
    return learnt | own


def has_own_parameters(fingerprint: str) -> bool:
    """Whether there are any that were learnt for the encoder with that fingerprint."""
    return "fingerprints" in parameters(fingerprint)
