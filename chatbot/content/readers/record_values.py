"""What the values of a record say, however an export keeps them: as texts in objects, in pieces, in languages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chatbot.content.readers.column_names import language, meanings, plain_name
from chatbot.content.readers.html_cells import html_as_markdown, is_html
from chatbot.content.readers.rich_text import rich_text
from chatbot.core.text import list_mark

# Of an object, the key of its text.
_TEXTS = (
    "rendered text speech html body content value markdown plain plain_text messages message answer name title".split()
)
_PIECES = ("parts", "data")  # of one text, as where some of its words are marked
_ASKING, _READ = frozenset({"question", "alternates"}), frozenset({"question", "answer", "alternates"})
# A list under one of these names holds several answers, of which one is given; under others, parts of one answer.
_VARIANTS = frozenset(
    """answers responses replies completions antworten réponses reponses respuestas respostas risposte antwoorden
    odpowiedzi ответы cevaplar yanıtlar""".split()
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value, the lines on which it stands, and, for a list or an object, what it holds: (key or "", node)."""

    value: Any
    first: int
    last: int
    members: Callable[[], Iterator[tuple[str, "Node"]]]


def plain(value: object) -> object:
    """The text of an object that holds one, such as {"text": "..."}; anything else as it is."""
    if isinstance(value, dict):
        return next((value[key] for key in _TEXTS if isinstance(value.get(key), str)), value)
    return value


def told(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the texts of its questions and answers, a key for each language that it has them in."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        fields = {meaning.field for meaning in meanings(key)} if isinstance(value, list | dict) else set()
        if fields and isinstance(value, dict) and value and all(map(language, value)):
            found |= {f"{key}_{language(name)}": _told(key, fields, inner) for name, inner in value.items()}
        else:
            found[key] = _told(key, fields, value)
    return found


def texts_of(value: object) -> list[str]:
    """The texts of a list that says the same in several ways."""
    return [text for item in value for text in _said(item)] if isinstance(value, list) else _said(value)


def _told(key: str, fields: set[str], value: object) -> object:
    """`value` of a key that means `fields`: a text, or a list of such as say the same; as it is, where it is none."""
    if not isinstance(value, list | dict) or not fields & _READ:
        return value
    is_list = isinstance(value, list) and (bool(fields & _ASKING) or plain_name(key) in _VARIANTS)
    texts = texts_of(value) if is_list else _said(value)
    if not texts or (is_list and any(isinstance(item, list) for item in value)):
        return value
    return texts if len(texts) > 1 or (is_list and not fields & {"answer"}) else texts[0]


def _said(value: object) -> list[str]:
    """The text of `value`, and others that may be said instead of it; empty where it is none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if (rich := rich_text(value)) is not None:
        return [rich]
    if isinstance(value, list):
        parts = [_said(item) for item in value if item not in (None, "")]
        if not parts or not all(parts):
            return []
        return [_joined([part[0] for part in parts]), *(other for part in parts for other in part[1:])]
    return _said_by(value) if isinstance(value, dict) else []


def _said_by(value: Mapping[str, Any]) -> list[str]:
    for key in _PIECES:
        pieces = value.get(key)
        if isinstance(pieces, list) and pieces and all(isinstance(piece, dict) and "text" in piece for piece in pieces):
            return ["".join(str(piece["text"]) for piece in pieces)]
    for key in _TEXTS:
        inner = value.get(key)
        if inner and key in ("text", "speech") and isinstance(inner, list) and _is_of_texts(inner):
            return [text for text in inner if text.strip()]
        if inner and (found := _said(inner)):
            return found
    return []


def _is_of_texts(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


def _joined(parts: list[str]) -> str:
    """Paragraphs of one answer, HTML or not; items of a list stay together."""
    texts = [html_as_markdown(part) if is_html(part) else part.strip("\n") for part in parts]
    joined = texts[0]
    for above, below in pairwise(texts):
        joined += ("\n" if list_mark(above) and list_mark(below) else "\n\n") + below
    return joined
