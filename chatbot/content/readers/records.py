"""`.json` and `.jsonl`: an object with `question` and `answer` is an entry.

It may also hold `alternates` and `tags` (lists of texts), `id`, `lang`, `source`, `url`, `reviewed` and
`review_by`. A `.json` file is a list of such objects or one of them, a `.jsonl` file holds one a line.
"""

import json
from collections.abc import Iterator
from typing import Any

from chatbot.content.ledger import Content, LedgerLine, Problem
from chatbot.content.readers.metadata import METADATA_KEYS, split_source
from chatbot.text import clean, is_text, one_line, slug
from chatbot.types import Entry

_LISTS = ("alternates", "tags")
_TEXTS = ("question", "answer", *sorted(METADATA_KEYS - set(_LISTS)))
_BLANK = " \t\r\n"


class _Unreadable(Exception):
    """(line, message): from here on the file cannot be read."""


def read_jsonl(file: str, text: str) -> Content:
    reading = _Reading(file)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        reading.ledger.append(LedgerLine(file, number, "entry", line.strip()))
        try:
            reading.add(_parse(line, number), number)
        except _Unreadable as error:
            reading.problem(error.args[0], "json", error.args[1])
    return reading.content()


def read_json(file: str, text: str) -> Content:
    reading = _Reading(file)
    lines = enumerate(text.split("\n"), 1)
    reading.ledger += [LedgerLine(file, number, "entry", line.strip()) for number, line in lines if line.strip()]
    try:
        for value, number in _items(text):
            reading.add(value, number)
    except _Unreadable as error:
        reading.problem(error.args[0], "json", error.args[1])
    return reading.content()


class _Reading:
    """The entries and problems of one file, as they come."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.entries: list[Entry] = []
        self.ledger: list[LedgerLine] = []
        self.problems: list[Problem] = []
        self.unused: dict[str, int] = {}  # field that nothing reads -> first line

    def problem(self, line: int, rule: str, message: str) -> None:
        self.problems.append(Problem(self.file, line, rule, message))

    def add(self, value: object, line: int) -> None:
        if not isinstance(value, dict):
            self.problem(line, "not-an-entry", 'not an object; write {"question": "...", "answer": "..."}')
            return
        for field in value.keys() - {*_TEXTS, *_LISTS}:
            self.unused.setdefault(json.dumps(field), line)
        values: dict[str, Any] = {field: self._text(value, field, line) for field in _TEXTS}
        values |= {field: self._list(value, field, line) for field in _LISTS}
        question = one_line(values.pop("question"))
        if not question:
            self.problem(line, "no-question", 'the entry has no "question"; write one or delete the entry')
            return
        answer = values.pop("answer")
        source, url = split_source(values.pop("source"))
        self.entries.append(
            Entry(
                id=values.pop("id") or slug(question),
                question=question,
                answer=answer.strip("\n") if answer.strip() else "",
                source=source,
                url=values.pop("url") or url,
                file=self.file,
                line=line,
                **values,
            )
        )

    def _text(self, value: dict[str, Any], field: str, line: int) -> str:
        text = value.get(field)
        if isinstance(text, int) and not isinstance(text, bool):
            return str(text)  # an id or a source that is a number
        if text is None or isinstance(text, str):
            if is_text(text or ""):
                return clean(text or "").rstrip()
            self.problem(line, "not-text", f'"{field}" holds half of a surrogate pair (\\ud800 to \\udfff); delete it')
            return ""
        self.problem(line, "wrong-type", f'"{field}" must be a text, not {json.dumps(text)[:40]}')
        return ""

    def _list(self, value: dict[str, Any], field: str, line: int) -> tuple[str, ...]:
        items = value.get(field) or []
        items = [items] if isinstance(items, str) else items
        if isinstance(items, list) and all(isinstance(item, str) and is_text(item) for item in items):
            return tuple(one_line(clean(item)) for item in items if item.strip())
        self.problem(line, "wrong-type", f'"{field}" must be a list of texts, such as ["one", "two"]')
        return ()

    def content(self) -> Content:
        for field, line in sorted(self.unused.items(), key=lambda item: item[1]):
            message = f"the field {field} is not used; the fields are {', '.join([*_TEXTS, *_LISTS])}"
            self.problems.append(Problem(self.file, line, "unused-field", message, "warning"))
        if not self.entries and not self.problems:
            self.problem(0, "no-question", 'holds no entry; write objects with "question" and "answer"')
        return Content(self.entries, self.ledger, self.problems)


def _items(text: str) -> Iterator[tuple[object, int]]:
    """(object, its line) of each item of the list in `text`, read one by one to know the lines; or of one object."""
    at = _skip(text, 0)
    if text[at : at + 1] == "{":
        yield _parse(text, 1), _line_at(text, at)
        return
    if text[at : at + 1] != "[":
        raise _Unreadable(1, "must be a list of entries: [{...}, {...}]")
    decoder, counted, line = _decoder(), 0, 1
    at = _skip(text, at + 1)
    while text[at : at + 1] not in ("]", ""):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _broken(error, line, first_line=1) from None
        yield value, line
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise _Unreadable(_line_at(text, at), 'not valid JSON: "," or "]" expected here')
    if not text[at:]:
        raise _Unreadable(_line_at(text, at), 'not valid JSON: the list is not closed; add "]"')
    if rest := text[at + 1 :].strip(_BLANK):
        raise _Unreadable(_line_at(text, text.rindex(rest)), "not valid JSON: text after the end of the list")


def _parse(text: str, line: int) -> object:
    try:
        return _decoder().decode(text.strip())
    except (ValueError, RecursionError) as error:
        raise _broken(error, line, first_line=line) from None


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets a key stand twice and the last one win, in silence: an editor's text would be lost."""
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f'"{next(k for k in keys if keys.count(k) > 1)}" stands twice in one entry; keep one')
    return result


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not valid JSON")


def _broken(error: Exception, line: int, first_line: int) -> _Unreadable:
    """`line`: where the entry begins; `first_line`: the line in the file of the text that was parsed."""
    if isinstance(error, json.JSONDecodeError):
        place = first_line + error.lineno - 1
        return _Unreadable(place, f"not valid JSON: {error.msg} (at character {error.colno} of the line)")
    message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return _Unreadable(line, f"not valid JSON: {message}")


def _line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
