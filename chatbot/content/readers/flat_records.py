"""Records whose parts have long names with dots, as translation files do: "faq.items.0.question"."""

import re
from collections.abc import Mapping

from chatbot.content.readers.column_names import SPECIFIC, meanings
from chatbot.content.readers.columns import asks, layouts
from chatbot.content.readers.record import Record
from chatbot.content.readers.record_values import Node

_LAST = re.compile(r"(?P<path>.+)[._/:-](?P<name>[^._/:-]+)")
_FEWEST = 2  # questions with answers; fewer may be chance


def flat_records(node: Node) -> list[Record]:
    """The entries of an object with keys that are paths; empty where it has no two questions with answers."""
    if not isinstance(node.value, dict) or len(node.value) < 2 * _FEWEST:
        return []
    groups: dict[str, list[tuple[str, Node]]] = {}
    names: dict[str, list[str]] = {}
    for key, child in node.members():
        match = _LAST.fullmatch(key)
        if match and isinstance(child.value, str):
            groups.setdefault(match["path"], []).append((match["name"], child))
            names.setdefault(match["path"], []).append(key)
    whole = {path: parts for path, parts in groups.items() if _is_whole({name: n.value for name, n in parts})}
    several = any(len(layouts([n for n, _ in parts], [[c.value for _, c in parts]])) > 1 for parts in whole.values())
    if len(whole) < _FEWEST and not several:
        return []
    records = [
        Record({name: child.value for name, child in parts}, parts[0][1].first, parts[0][1].last,
               more_lines=tuple((child.first, child.last) for _, child in parts[1:]))
        for parts in whole.values()
    ]  # fmt: skip
    for path, parts in groups.items():
        if path not in whole:
            asked = [(key, child) for key, (name, child) in zip(names[path], parts, strict=True) if _is_question(name)]
            records += [Record(key, child.first, child.last, unused=True) for key, child in asked]
    return records


def _is_question(name: str) -> bool:
    return any(meaning.field == "question" and meaning.tier <= SPECIFIC for meaning in meanings(name))


def _is_whole(value: Mapping[str, str]) -> bool:
    """Whether it is a question with its answer, by names, or a title that asks with a text."""
    texts = list(value.values())
    possible = layouts(list(value), [texts])
    if not possible:
        return False
    is_certain = all(
        any(m.tier <= SPECIFIC and m.field == field for m in meanings(list(value)[at]))
        for layout in possible
        for field in ("question", "answer")
        for at in layout.fields[field]
    )
    return is_certain or all(asks(texts[at]) for layout in possible for at in layout.fields["question"])
