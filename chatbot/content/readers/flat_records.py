"""Records whose parts stand side by side under long names, as texts of a site do: "faq.items.0.question"."""

import re
from collections.abc import Mapping

from chatbot.content.readers.column_names import SPECIFIC, meanings
from chatbot.content.readers.columns import asks, layouts
from chatbot.content.readers.record import Record
from chatbot.content.readers.record_values import Node

_LAST = re.compile(r"(?P<way>.+)[._/:-](?P<name>[^._/:-]+)")
_FEWEST = 2  # of them, so that names are ways to values


def flat_records(node: Node) -> list[Record]:
    """The entries of an object whose keys are ways; empty where it has no two questions with their answers."""
    if not isinstance(node.value, dict) or len(node.value) < 2 * _FEWEST:
        return []
    groups: dict[str, list[tuple[str, Node]]] = {}
    names: dict[str, list[str]] = {}
    for key, child in node.members():
        found = _LAST.fullmatch(key)
        if found and isinstance(child.value, str):
            groups.setdefault(found["way"], []).append((found["name"], child))
            names.setdefault(found["way"], []).append(key)
    whole = {way: parts for way, parts in groups.items() if _is_whole({name: n.value for name, n in parts})}
    several = any(len(layouts([n for n, _ in parts], [[c.value for _, c in parts]])) > 1 for parts in whole.values())
    if len(whole) < _FEWEST and not several:
        return []
    records = [
        Record({name: child.value for name, child in parts}, parts[0][1].first, parts[0][1].last,
               places=tuple((child.first, child.last) for _, child in parts[1:]))
        for parts in whole.values()
    ]  # fmt: skip
    for way, parts in groups.items():
        if way not in whole:
            asked = [(key, child) for key, (name, child) in zip(names[way], parts, strict=True) if _is_question(name)]
            records += [Record(key, child.first, child.last, unused=True) for key, child in asked]
    return records


def _is_question(name: str) -> bool:
    return any(meaning.field == "question" and meaning.tier <= SPECIFIC for meaning in meanings(name))


def _is_whole(value: Mapping[str, str]) -> bool:
    """Whether it is a question with its answer, named so, or a title that asks above a text."""
    texts = list(value.values())
    found = layouts(list(value), [texts])
    if not found:
        return False
    sure = all(
        any(m.tier <= SPECIFIC and m.field == field for m in meanings(list(value)[at]))
        for layout in found
        for field in ("question", "answer")
        for at in layout.fields[field]
    )
    return sure or all(asks(texts[at]) for layout in found for at in layout.fields["question"])
