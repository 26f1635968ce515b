"""`.json` and `.jsonl`: an object with `question` and `answer` is an entry.

The other fields are those of `chatbot.content.readers.fields`. A `.json` file is a list of such objects or one of
them, a `.jsonl` file holds one a line.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from chatbot.content.ledger import Content
from chatbot.content.readers.fields import FieldReading

_BLANK = " \t\r\n"


class _Broken(Exception):
    """(line, rule, message): from here on the file cannot be read."""


def read_jsonl(file: str, text: str) -> Content:
    reading = FieldReading(file)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            why_not = reading.add(_parse(reading, line, number), number)
        except _Broken as error:
            reading.problem(*error.args)
            why_not = "not valid JSON"
        reading.note(number, "dropped" if why_not else "entry", line.strip(), why_not)
    return _content(reading)


def read_json(file: str, text: str) -> Content:
    reading = FieldReading(file)
    lines = text.split("\n")
    reasons: dict[int, str] = {}  # line -> why it is dropped; "" for a line of an entry
    try:
        for value, first, last in _items(reading, text):
            why_not = reading.add(value, first)
            for number in range(first, last + 1):
                reasons[number] = why_not and reasons.get(number, why_not)
    except _Broken as error:
        reading.problem(*error.args)
        for number in range(max(reasons, default=0) + 1, len(lines) + 1):
            reasons[number] = "not valid JSON, or below what is not"
    for number, line in enumerate(lines, 1):
        if line.strip():
            reason = reasons.get(number)
            role = "markup" if reason is None else "dropped" if reason else "entry"
            reading.note(number, role, line.strip(), reason or "")  # type: ignore[arg-type]
    return _content(reading)


def _content(reading: FieldReading) -> Content:
    if not reading.found_any:
        reading.problem(0, "no-question", 'holds no entry; write objects with "question" and "answer"')
    return reading.taken()


def _items(reading: FieldReading, text: str) -> Iterator[tuple[object, int, int]]:
    """(object, its first line, its last) of each item of the list in `text`, or of the one object."""
    at = _skip(text, 0)
    if text[at : at + 1] == "{":
        first = _line_at(text, at)
        yield _parse(reading, text, 1), first, _line_at(text, len(text.rstrip(_BLANK)))
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
        yield value, line, last
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


def _parse(reading: FieldReading, text: str, line: int) -> object:
    twice: list[str] = []
    try:
        value: object = _decoder(twice).decode(text.strip())
    except (ValueError, RecursionError) as error:
        raise _broken(error, line, line) from None
    _name_twice(reading, twice, line, text)
    return value


def _decoder(twice: list[str]) -> json.JSONDecoder:
    """`twice`: takes the keys that stand twice in one object."""

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            twice.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return result

    return json.JSONDecoder(object_pairs_hook=as_object, parse_constant=_refuse_constant)


def _name_twice(reading: FieldReading, twice: list[str], line: int, text: str) -> None:
    """JSON lets a key stand twice and the last one win, in silence: an editor's text would be lost.

    `text`: the entry, which begins on `line`. Empties `twice`.
    """
    for key in dict.fromkeys(twice):
        found = re.finditer(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
        places = [place.start() for place in found][1:2]
        at = line + text.count("\n", 0, *places) if places else line
        reading.problem(at, "duplicate-key", f"{json.dumps(key)} stands twice in one entry; keep one")
    twice.clear()


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not valid JSON")


def _broken(error: Exception, line: int, first_line: int) -> _Broken:
    """`line`: where the entry begins; `first_line`: that of the text parsed."""
    if isinstance(error, json.JSONDecodeError):
        place = first_line + error.lineno - 1
        return _Broken(place, "json", f"not valid JSON: {error.msg} (at character {error.colno} of the line)")
    message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return _Broken(line, "json", f"not valid JSON: {message}")


def _line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
