"""The numbers that were learnt, and what from: `parameters.json`, read by the program and its tests alike."""

import json
from functools import cache
from pathlib import Path
from typing import Any

PARAMETERS = Path(__file__).with_name("parameters.json")


@cache
def parameters() -> dict[str, Any]:
    """As `tests/bench/quality.py --learn` wrote them."""
    learnt: dict[str, Any] = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    return learnt
