"""Further alternates of an entry that is an object: JSON, YAML, and TOML in front matter.

Only the text around the list of alternates is looked at; whoever calls reads the file again.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from chatbot.content.readers.column_names import meanings
from chatbot.core.text import match_key

_TRIED = 2000  # braces from the line of the entry on
_BLANK = re.compile(r"[ \t\r\n]*")
_YAML_KEY = re.compile(r"(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[\w\"' -]+?)[ ]*:(?:[ ]+(?P<value>.*?))?[ \t\r]*$")


def in_json(file: str, text: str, line: int, question: str, until: int, wordings: Sequence[str]) -> str | None:
    begin = _offset(text, line)
    for brace in islice(re.finditer(r"\{", text[begin:]), _TRIED):
        at = begin + brace.start()
        try:
            value, _ = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if asking := next((key for key in value if _asks(key, value[key], question)), None):
            return _with_list(text, at, asking, wordings)
    return None


def _with_list(text: str, brace: int, asking: str, wordings: Sequence[str]) -> str | None:
    """`text` with `wordings` in the list of the object at `brace`; `asking`: its key of the question."""
    items = [json.dumps(wording, ensure_ascii=False) for wording in wordings]
    pairs = list(_pairs(text, brace))
    for key, value, begin, end in pairs:
        if not _is(key, "alternates"):
            continue
        if isinstance(value, str):
            return f"{text[:begin]}[{', '.join([text[begin:end], *items])}]{text[end:]}"
        if not isinstance(value, list):
            return None
        inner = text[begin + 1 : end - 1]
        lead = _blank(inner)
        joint = "," + (lead if "\n" in lead else " ")
        filled = [inner.rstrip()] if inner.strip() else []
        tail = inner[len(inner.rstrip()) :] if filled else ""
        return f"{text[: begin + 1]}{joint.join([*filled, *items])}{tail}{text[end - 1 :]}"
    end = next(end for key, _, _, end in pairs if key == asking)
    between = _blank(text[brace + 1 :]) or ("" if text[end : end + 2] == ',"' else " ")
    colon = ":" if re.match(r'\{\s*"[^"]*":\S', text[brace:]) else ": "
    return f'{text[:end]},{between}"alternates"{colon}[{", ".join(items)}]{text[end:]}'


def _pairs(text: str, brace: int) -> Iterator[tuple[str, Any, int, int]]:
    """(key, value, start and end of the value) of a valid object."""
    read = json.JSONDecoder(strict=False)
    at = brace + 1 + len(_blank(text[brace + 1 :]))
    while text[at] == '"':
        key, at = read.raw_decode(text, at)
        at = text.index(":", at) + 1
        at += len(_blank(text[at:]))
        value, end = read.raw_decode(text, at)
        yield key, value, at, end
        at = end + len(_blank(text[end:]))
        at += text[at] == ","
        at += len(_blank(text[at:]))


def in_yaml(file: str, text: str, line: int, question: str, until: int, wordings: Sequence[str]) -> str | None:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    first = _YAML_KEY.match(lines[line - 1])
    if not first:
        return None
    indent = len(first["lead"])
    end = line
    while end < min(until - 1, len(lines)) and not (lines[end].strip() and _indent(lines[end]) < indent):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    keys = [
        (at, match)
        for at in range(line - 1, end)
        if (match := _YAML_KEY.match(lines[at]))
        and len(match["lead"]) == indent
        and (at == line - 1 or "-" not in match["lead"])
    ]
    ends = [at for at, _ in keys[1:]] + [end]
    items = [json.dumps(wording, ensure_ascii=False) for wording in wordings]
    for (at, match), below in zip(keys, ends, strict=True):
        if not _is(match["key"], "alternates"):
            continue
        value = match["value"] or ""
        if value.startswith("[") and value.endswith("]"):
            comma = ", " if value[1:-1].strip() else ""
            bracket = lines[at].rindex("]")
            lines[at] = f"{lines[at][:bracket]}{comma}{', '.join(items)}{lines[at][bracket:]}"
        elif not value and below > at + 1 and lines[at + 1].lstrip().startswith("- "):
            lead = lines[at + 1][: _indent(lines[at + 1])]
            lines[below:below] = [f"{lead}- {item}" for item in items]
        else:
            return None
        return newline.join(lines)
    behind = next((end for (_, match), end in zip(keys, ends, strict=True) if _is(match["key"], "question")), None)
    if behind is None:
        return None
    lines[behind:behind] = [f"{' ' * indent}alternates:", *(f"{' ' * indent}  - {item}" for item in items)]
    return newline.join(lines)


def in_toml(file: str, text: str, line: int, question: str, until: int, wordings: Sequence[str]) -> str | None:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    if not lines[line - 1].strip().startswith("[["):
        return None
    end = next((at for at in range(line, min(until - 1, len(lines))) if lines[at].startswith(("[", "+++"))), until - 1)
    items = ", ".join(json.dumps(wording, ensure_ascii=False) for wording in wordings)
    names = {at: lines[at].partition("=")[0].strip() for at in range(line, end) if "=" in lines[at]}
    for at in (at for at, name in names.items() if _is(name, "alternates")):
        last = next((last for last in range(at, end) if _is_toml(lines[at : last + 1])), None)
        if last is None or not lines[last].rstrip().endswith("]"):
            return None
        inner = newline.join(lines[at : last + 1])
        bracket = inner.rindex("]")
        before = inner[:bracket].rstrip()
        comma = "" if before.endswith(("[", ",")) else ","
        lines[at : last + 1] = [f"{before}{comma}{'' if before.endswith('[') else ' '}{items}{inner[len(before) :]}"]
        return newline.join(lines)
    asking = next((at for at, name in names.items() if _is(name, "question")), None)
    if asking is None:
        return None
    lines[asking + 1 : asking + 1] = [f"alternates = [{items}]"]
    return newline.join(lines)


def _is_toml(lines: Sequence[str]) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _is(name: str, field: str) -> bool:
    return any(meaning.field == field for meaning in meanings(name.strip("\"' ")))


def _asks(key: str, value: object, question: str) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and _is(key, "question") and match_key(question) in match_key(first)


def _blank(text: str) -> str:
    match = _BLANK.match(text)
    return match[0] if match else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _offset(text: str, line: int) -> int:
    """Of the first character of a line."""
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at
