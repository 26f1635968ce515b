"""Lists of questions and answers in TOML front matter, between two "+++" lines: `[[faqs]]` or `faqs = [{...}]`."""

import tomllib
from collections.abc import Iterator
from functools import partial
from typing import Any

from chatbot.content.ledger import Content
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.record_fields import Reasons, add_records, finished
from chatbot.content.readers.record_shapes import records_of
from chatbot.content.readers.record_values import Node

FENCE = "+++"
_MOST = 400  # lines of one list


def read_toml_lists(file: str, lines: list[str]) -> tuple[set[int], Content]:
    """(indices of the lines that are read, the entries on them). `lines`: those before the second fence.

    Lists without questions and answers are left to the rest of the front matter.
    """
    taken: set[int] = set()
    nodes: list[Node] = []
    for begin, end, values in _lists(lines):
        probe = FieldReading(file)
        list_nodes = [_node(value, begin + 1, end) for value in values]
        add_records(probe, records_of(list_nodes), {})
        content = probe.taken()
        if content.entries and not content.errors:
            nodes += list_nodes
            taken.update(range(begin, end))
    if not nodes:
        return set(), Content()
    reading = FieldReading(file)
    reasons: Reasons = {}
    sections = add_records(reading, records_of(nodes), reasons)
    kept = [line if at in taken else "" for at, line in enumerate(lines)]
    return taken, finished(reading, kept, reasons, sections)


def _lists(lines: list[str]) -> Iterator[tuple[int, int, list[Any]]]:
    """(index of its first line, index after it, items) of each list of objects."""
    at = 1
    while at < len(lines):
        line = lines[at].strip()
        end = at + 1
        if line.startswith("[["):
            while end < len(lines) and not lines[end].lstrip().startswith("["):
                end += 1
        elif line.partition("=")[2].strip().startswith("["):
            while end < min(len(lines), at + _MOST) and _parsed(lines[at:end]) is None:
                end += 1
        if end > at + 1 or line.endswith("]"):
            while end > at + 1 and not lines[end - 1].strip():
                end -= 1
            value: Any = _parsed(lines[at:end])
            while isinstance(value, dict) and len(value) == 1:
                value = next(iter(value.values()))
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
                yield at, end, value
                at = end
                continue
        at += 1


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _node(value: Any, first: int, last: int) -> Node:
    return Node(value, first, last, partial(_members, value, first, last))


def _members(value: Any, first: int, last: int) -> Iterator[tuple[str, Node]]:
    pairs = value.items() if isinstance(value, dict) else (("", item) for item in value)
    for key, item in pairs:
        yield key, _node(item, first, last)
