"""`.json` and `.jsonl`: an object with `question` and `answer` is an entry.

The other fields are those of `chatbot.content.readers.fields`. A `.json` file is a list of such objects, a single one,
or any shape that `chatbot.content.readers.record_shapes` knows. A `.jsonl` file has one object a line.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any

from chatbot.content.ledger import Content
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.record_fields import Reasons, add_records, finished
from chatbot.content.readers.record_shapes import records_in, records_of
from chatbot.content.readers.record_values import Node

_PLAIN = json.JSONDecoder()
_BLANK = " \t\r\n"


class _Broken(Exception):
    """The rest of the file cannot be read. `args`: (line, rule, message)."""


def read_jsonl(file: str, text: str) -> Content:
    reading = FieldReading(file)
    reasons: Reasons = {}
    nodes: list[Node] = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = _parse(reading, line, number)
            nodes.append(Node(value, number, number, partial(_members, line, _skip(line, 0), number)))
        except _Broken as error:
            reading.problem(*error.args)
            reasons[number] = "not valid JSON"
    sections = add_records(reading, records_of(nodes), reasons)
    return finished(reading, lines, reasons, sections)


def read_json(file: str, text: str) -> Content:
    reading = FieldReading(file)
    lines = text.split("\n")
    reasons: Reasons = {}
    nodes: list[Node] = []
    broken: _Broken | None = None
    try:
        _items(reading, text, nodes)
    except _Broken as error:
        broken = error
    is_list = text[_skip(text, 0) :][:1] == "["
    records = records_of(nodes) if is_list else chain.from_iterable(map(records_in, nodes))
    sections = add_records(reading, records, reasons)
    if broken:
        reading.problem(*broken.args)
        for number in range(max(reasons, default=0) + 1, len(lines) + 1):
            reasons[number] = "not valid JSON, or below what is not"
    return finished(reading, lines, reasons, sections)


def _items(reading: FieldReading, text: str, nodes: list[Node]) -> None:
    """Adds to `nodes` each item of the list in `text`, or the single object."""
    at = _skip(text, 0)
    if text[at : at + 1] == "{":
        first = _line_at(text, at)
        value = _parse(reading, text, 1)
        nodes.append(Node(value, first, _line_at(text, len(text.rstrip(_BLANK))), partial(_members, text, at, first)))
        return
    if text[at : at + 1] != "[":
        raise _Broken(1, "json", "must be a list of entries: [{...}, {...}]")
    twice: list[str] = []
    decoder, counted, line = _decoder(twice), 0, 1
    at = _skip(text, at + 1)
    while text[at : at + 1] not in ("]", ""):
        line += text.count("\n", counted, at)
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _broken(error, line, 1) from None
        _name_twice(reading, twice, line, text[at:end])
        last = line + text.count("\n", at, end)
        nodes.append(Node(value, line, last, partial(_members, text, at, line)))
        line, counted = last, end
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise _Broken(_line_at(text, at), "json", 'not valid JSON: "," or "]" expected here')
    if not text[at:]:
        raise _Broken(_line_at(text, at), "json", 'not valid JSON: the list is not closed; add "]"')
    if rest := text[at + 1 :].strip(_BLANK):
        raise _Broken(_line_at(text, text.rindex(rest)), "json", "not valid JSON: text after the end of the list")


def _members(text: str, at: int, line: int) -> Iterator[tuple[str, Node]]:
    """The members of the list or object at index `at`, which is valid and begins on `line`."""
    is_object = text[at] == "{"
    counted = at
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        key = ""
        if is_object:
            key, at = _PLAIN.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, end = _PLAIN.raw_decode(text, at)
        line += text.count("\n", counted, at)
        last = line + text.count("\n", at, end)
        yield key, Node(value, line, last, partial(_members, text, at, line))
        line, counted = last, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _parse(reading: FieldReading, text: str, line: int) -> object:
    twice: list[str] = []
    try:
        value: object = _decoder(twice).decode(text.strip())
    except (ValueError, RecursionError) as error:
        raise _broken(error, line, line) from None
    _name_twice(reading, twice, line, text)
    return value


def _decoder(twice: list[str]) -> json.JSONDecoder:
    """`twice`: receives the keys that occur twice in one object."""

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            twice.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return result

    return json.JSONDecoder(object_pairs_hook=as_object, parse_constant=_refuse_constant)


def _name_twice(reading: FieldReading, twice: list[str], line: int, text: str) -> None:
    """Reports duplicate keys: JSON silently keeps the last value, so an editor's text would be lost.

    `text`: the entry, which begins on `line`. Empties `twice`.
    """
    for key in dict.fromkeys(twice):
        matches = re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
        starts = [match.start() for match in matches][1:2]
        at = line + text.count("\n", 0, *starts) if starts else line
        reading.problem(at, "duplicate-key", f"{json.dumps(key)} stands twice in one entry; keep one")
    twice.clear()


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not valid JSON")


def _broken(error: Exception, line: int, first_line: int) -> _Broken:
    """`line`: where the entry begins. `first_line`: where the parsed text begins."""
    if isinstance(error, json.JSONDecodeError):
        line_of_error = first_line + error.lineno - 1
        return _Broken(line_of_error, "json", f"not valid JSON: {error.msg} (at character {error.colno} of the line)")
    message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return _Broken(line, "json", f"not valid JSON: {message}")


def _line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
