"""Records to entries: which keys of an object are which field."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from chatbot.content.ledger import Content, Role
from chatbot.content.options import mapped_columns
from chatbot.content.readers.column_names import EXACT, FIELDS, LISTS, meanings, plain_name
from chatbot.content.readers.columns import Layout, layouts, unclear
from chatbot.content.readers.fields import SHOWN_OR_NOT, FieldReading
from chatbot.content.readers.record import Record
from chatbot.content.readers.record_shapes import sample, usable_names
from chatbot.content.readers.record_values import plain
from chatbot.core.problem import TO_WRITE

_SAMPLES = 50  # records of one kind that are examined
_SENTENCE = 3  # words
_KINDS = 200  # kinds of records, by their keys, that are distinguished

Reasons = dict[int, str]  # line -> why it is dropped; "" for a line of an entry


def add_records(reading: FieldReading, records: Iterable[Record], reasons: Reasons) -> set[str]:
    """Adds `records` to `reading`, and the reasons for their lines to `reasons`. Returns the names of sections."""
    all_records = list(records)
    known = _layouts(all_records)
    unclear_ones = [record for record in all_records if _is_unclear(record)]
    for record in all_records:
        if record.unused:
            if not record.value.startswith(("@", "$")):
                reading.unused(record.value, record.first)
            continue
        if _is_unclear(record):
            reason = "no question and answer in it"
            if record is unclear_ones[0]:
                _name_keys(reading, record, unclear_ones)
        else:
            reason = _left_out(reading, record) or _add(reading, record, known)
        for first, last in ((record.first, record.last), *record.more_lines):
            for number in range(first, last + 1):
                reasons[number] = reason and reasons.get(number, reason)
    return {tag for record in all_records for tag in record.tags}


def _is_unclear(record: Record) -> bool:
    """Whether it is unknown which of its keys are question and answer."""
    return (
        bool(record.problem and record.value) and isinstance(record.value, dict) and not (record.lacks or record.aside)
    )


def _left_out(reading: FieldReading, record: Record) -> str:
    """Why the record is left out, or ""."""
    if record.aside:
        if _says_something(record.value):
            message = "nothing here is a question with an answer, so it is left out"
            reading.warn_once(record.first, "not-read", message)
        return "no question and answer in it"
    if record.lacks:
        message = "its questions and answers stand in different files; put nlu: and responses: into one"
        reading.problem(record.first, "named-answers", message)
        return "questions and answers in different files"
    return ""


def _layouts(records: Sequence[Record]) -> dict[tuple[str, ...], list[Layout]]:
    """The layouts of each kind of record, by its keys."""
    samples: dict[tuple[str, ...], list[list[str]]] = {}
    for record in records:
        if isinstance(record.value, dict) and not record.problem and len(samples) < _KINDS:
            rows = samples.setdefault(tuple(usable_names(record.value)), [])
            if len(rows) < _SAMPLES:
                rows.append([sample(item) for item in record.value.values()])
    return {names: layouts(names, rows, mapped_columns()) for names, rows in samples.items()}


def finished(reading: FieldReading, lines: Sequence[str], reasons: Reasons, sections: Collection[str]) -> Content:
    """The content of a file with these lines."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            reason = reasons.get(number)
            role: Role = "markup" if reason is None else "dropped" if reason else "entry"
            key, colon, words = line.partition(":")
            if reason is None and any(character.isalnum() for character in (words if colon else key)):
                is_section = any(section in line for section in sections)
                role, reason = ("metadata", "") if is_section else ("dropped", "not part of an entry")
            reading.note(number, role, line.strip(), reason or "")
    if not reading.found_any:
        reading.problem(0, "no-question", 'holds no entry; write objects with "question" and "answer"')
    return reading.taken()


def _add(reading: FieldReading, record: Record, known: Mapping[tuple[str, ...], list[Layout]]) -> str:
    """Adds the entries of a record. Returns why there is none, or ""."""
    value = record.value
    if not isinstance(value, dict):
        return reading.add(value, record.first)
    if why := reading.leaves_out(value, record.first):
        return why
    if record.turns:
        message = "only the first question of a conversation and its reply are read; what follows hangs on them"
        reading.warn_once(record.first, "further-turns", message)
    names = tuple(usable_names(value))
    chosen = known.get(names) or layouts(names, [[sample(item) for item in value.values()]], mapped_columns())
    if not chosen:
        return reading.add(value, record.first)
    used = {at for layout in chosen for columns in layout.fields.values() for at in columns}
    for at, key in enumerate(value):
        if at not in used and not key.startswith(("@", "$")) and plain_name(key) not in SHOWN_OR_NOT:
            reading.unused(key, record.first)
    entries = [_fields(reading, record, layout, len(chosen) > 1) for layout in chosen]
    entries = [fields for fields in entries if fields["question"] not in ("", None)] or entries[:1]
    if entries[0]["question"] == "" and _is_list(value, chosen[0].fields["question"]):
        reading.warn_once(record.first, "no-phrasing", "left out, as it lists no question, and so are others like it")
        return "lists no question"
    whys = [reading.add(fields, record.first) for fields in entries]
    return whys[0] if all(whys) else ""


def _fields(reading: FieldReading, record: Record, layout: Layout, several: bool) -> dict[str, Any]:
    items = list(record.value.items())
    values: dict[str, Any] = {"alternates": [], "tags": list(record.tags)}
    for field, columns in layout.fields.items():
        for at in columns:
            key, value = items[at]
            is_exact = any(m.field == field and m.tier == EXACT and not m.lang for m in meanings(key))
            if field in LISTS:
                is_strict = is_exact and {"question", "answer"} <= record.value.keys()
                _extend(values, field, value, is_strict or (is_exact and not _is_of_numbers(value)))
            elif field in ("question", "answer") and isinstance(value, list) and _is_of_texts(value, is_exact):
                texts = [str(plain(item)) for item in value if item is not None and str(plain(item)).strip()]
                values[field] = texts[0] if texts else ""
                if field == "question":
                    values["alternates"][:0] = texts[1:]
                elif len(texts) > 1:
                    message = f"only the first of {len(texts)} answers is read, as an entry has one, and so with others"
                    reading.warn_once(record.first, "further-answers", message)
            elif field in ("question", "answer") or is_exact or not isinstance(value, list | dict):
                values[field] = plain(value) if field in ("question", "answer") else value
    lang = layout.lang or record.lang
    if lang and not values.get("lang"):
        values["lang"] = lang
    if several and layout.lang and values.get("id"):
        values["id"] = f"{values['id']}-{layout.lang}"
    return {field: values.get(field) for field in FIELDS}


def _is_of_texts(items: Sequence[Any], is_exact: bool) -> bool:
    """Whether a list holds wordings. In a field that is named exactly, anything else is a mistake."""
    return not is_exact or (bool(items) and all(isinstance(item, str) for item in items))


def _is_of_numbers(value: object) -> bool:
    """Whether it is a list of ids, whose names only the site knows."""
    return isinstance(value, list) and all(isinstance(item, int) for item in value)


def _extend(values: dict[str, Any], field: str, value: Any, is_exact: bool) -> None:
    """Adds list items. A value of a wrong type replaces the list, so that it is reported."""
    items = [value] if isinstance(value, str) else value or []
    if isinstance(values[field], list) and isinstance(items, list):
        items = [plain(item) for item in items]
        values[field] += items if is_exact else [str(item) for item in items if not isinstance(item, list | dict | int)]
    elif is_exact:
        values[field] = value


def _says_something(value: object) -> bool:
    """Whether it contains a sentence, not only the extra values of an export."""
    if isinstance(value, str):
        return len(value.split()) >= _SENTENCE
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_says_something, inner))


def _is_list(value: Mapping[str, Any], columns: Sequence[int]) -> bool:
    items = list(value.values())
    return any(isinstance(items[at], list) for at in columns)


def _name_keys(reading: FieldReading, record: Record, others: Sequence[Record]) -> None:
    names = list(record.value)
    rows = [
        [sample(r.value[name]) for name in names]
        for r in others
        if isinstance(r.value, dict) and list(r.value) == names
    ]
    lines = unclear(names, rows[:_SAMPLES], mapped_columns())
    message = f"no key here means question and answer; name them so, or {TO_WRITE}{lines}"
    reading.problem(record.first, "no-columns", message)
