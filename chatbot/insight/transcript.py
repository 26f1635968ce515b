"""Compares the answers of a saved conversation with the FAQ, word for word."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chatbot.core.errors import ContentError
from chatbot.core.text import seal
from chatbot.core.types import Entry
from chatbot.insight.files import read_utf8

# "same": as the FAQ has it now. "edited": a true seal, but the entry has other words now. "removed": a true seal, but
# there is no such entry. "altered": not the words that were sealed. "own words": small talk, not from the FAQ.
Finding = Literal["same", "edited", "removed", "altered", "own words"]


@dataclass(frozen=True, slots=True)
class Checked:
    """One answer of a transcript."""

    path: str  # where it stands, such as replies.0.answer
    entry_id: str
    finding: Finding


def read_transcript(path: Path) -> Any:
    """Any JSON document that holds answers as `POST /api/ask` gives them. ContentError says what is wrong with it."""
    try:
        return json.loads(read_utf8(path))
    except json.JSONDecodeError as error:
        raise ContentError(f"{path}:{error.lineno}: not JSON ({error.msg}); give what `ask --json` printed") from None
    except RecursionError:
        raise ContentError(f"{path}: nested too deeply; give what `ask --json` printed") from None


def check_transcript(document: Any, entries: Mapping[str, Entry]) -> list[Checked]:
    """Every answer in `document`, however deep it stands. `entries`: by id, as served."""
    return [Checked(path, answer["entry_id"], _finding(answer, entries)) for path, answer in _answers(document)]


def _finding(answer: Mapping[str, Any], entries: Mapping[str, Entry]) -> Finding:
    if seal(answer["question"], answer["text"]) != answer["sha256"]:
        return "altered"
    if answer["entry_id"].startswith("smalltalk-") and not answer["question"]:
        return "own words"
    entry = entries.get(answer["entry_id"])
    if entry is None:
        return "removed"
    if seal(entry.question, entry.answer) != answer["sha256"]:
        return "edited"
    shown = {"html": entry.html, "source": entry.source, "blocks": json.loads(entry.blocks or "[]")}
    short = answer.get("short") or ""
    is_same = short in entry.answer and all(_bare(answer.get(k, v)) == _bare(v) for k, v in shown.items())
    return "same" if is_same else "altered"


def _bare(shown: Any) -> Any:
    """HTML without the white space between its tags, which another release may have set otherwise."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", shown) if isinstance(shown, str) else shown


def _answers(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, answer) in the order of the document; without recursion, since a file may nest as it likes."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        inner: list[tuple[str, Any]] = []
        if isinstance(value, dict):
            if all(isinstance(value.get(key), str) for key in ("entry_id", "question", "text", "sha256")):
                yield path, value
            inner = [(f"{path}.{key}" if path else key, item) for key, item in value.items()]
        elif isinstance(value, list):
            inner = [(f"{path}.{at}" if path else str(at), item) for at, item in enumerate(value)]
        waiting += reversed(inner)
