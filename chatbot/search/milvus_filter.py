"""Which passages may be hits, as expressions of Milvus."""

import json
import re
from collections.abc import Sequence

import numpy as np

from chatbot.search.protocols import Condition

LANGUAGE, TAGS = "lang", "tags"
Filter = str  # an expression; "" lets all through

_MOST_ROWS = 16_384  # that one expression names
# What means the same in every reader of expressions. Others are told by row.
_PLAIN = re.compile(r"[^\"'\\{}\x00-\x1f\x7f]{0,1000}")


def filters_of(allowed: np.ndarray | None, condition: Condition | None) -> Sequence[Filter]:
    """Expressions that together let through what is `allowed`, (passages,) bool, and no passage twice. In words where
    `condition` has words that can be said; else by the numbers of the rows that are in, or of those that are out."""
    if allowed is None:
        return [""]
    if condition is not None and all(map(_PLAIN.fullmatch, (*condition.languages, *condition.tags))):
        return [_in_words(condition)]
    rows, others = np.flatnonzero(allowed), np.flatnonzero(~allowed)
    if not len(others):
        return [""]
    if len(others) <= min(_MOST_ROWS, len(rows)):
        return [f"row not in {others.tolist()}"]
    return [f"row in {rows[at : at + _MOST_ROWS].tolist()}" for at in range(0, len(rows), _MOST_ROWS)]


def _in_words(condition: Condition) -> Filter:
    said = []
    if condition.languages:
        said.append(f"{LANGUAGE} in {_list(condition.languages)}")
    if condition.tags:
        said.append(f"array_contains_all({TAGS}, {_list(condition.tags)})")
    return " and ".join(said)


def _list(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
