"""Texts in the values of a record, in all forms of exports: in objects, in pieces, in several languages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chatbot.content.readers.column_names import language, meanings, plain_name
from chatbot.content.readers.html_cells import html_as_markdown, is_html
from chatbot.content.readers.rich_text import rich_text
from chatbot.core.text import list_mark

# Keys of an object's text.
_TEXTS = (
    "rendered text speech html body content value markdown plain plain_text messages message answer name title".split()
)
_PIECES = ("parts", "data")  # pieces of one text, such as words in bold
_ASKING, _WITH_TEXTS = frozenset({"question", "alternates"}), frozenset({"question", "answer", "alternates"})
# A list under one of these names holds alternative answers. Under other names, it holds parts of one answer.
_VARIANTS = frozenset(
    """answers responses replies completions antworten réponses reponses respuestas respostas risposte antwoorden
    odpowiedzi ответы cevaplar yanıtlar""".split()
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its lines. `members`: of a list or an object, (key or "", node) of each child."""

    value: Any
    first: int
    last: int
    members: Callable[[], Iterator[tuple[str, "Node"]]]


def plain(value: object) -> object:
    """The text of an object that holds one, such as {"text": "..."}; other values unchanged."""
    if isinstance(value, dict):
        return next((value[key] for key in _TEXTS if isinstance(value.get(key), str)), value)
    return value


def with_texts(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with questions and answers as texts, one key for each of their languages."""
    texts: dict[str, Any] = {}
    for key, value in record.items():
        fields = {meaning.field for meaning in meanings(key)} if isinstance(value, list | dict) else set()
        if fields and isinstance(value, dict) and value and all(map(language, value)):
            texts |= {f"{key}_{language(name)}": _as_text(key, fields, inner) for name, inner in value.items()}
        else:
            texts[key] = _as_text(key, fields, value)
    return texts


def texts_of(value: object) -> list[str]:
    """The texts of a list of alternatives."""
    return [text for item in value for text in _texts_in(item)] if isinstance(value, list) else _texts_in(value)


def _as_text(key: str, fields: set[str], value: object) -> object:
    """`value` of a key that means `fields`, as a text or a list of alternatives; unchanged where it has no text."""
    if not isinstance(value, list | dict) or not fields & _WITH_TEXTS:
        return value
    is_list = isinstance(value, list) and (bool(fields & _ASKING) or plain_name(key) in _VARIANTS)
    texts = texts_of(value) if is_list else _texts_in(value)
    if not texts or (is_list and any(isinstance(item, list) for item in value)):
        return value
    return texts if len(texts) > 1 or (is_list and not fields & {"answer"}) else texts[0]


def _texts_in(value: object) -> list[str]:
    """The text in `value`, followed by its alternatives; empty where it has none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if (rich := rich_text(value)) is not None:
        return [rich]
    if isinstance(value, list):
        parts = [_texts_in(item) for item in value if item not in (None, "")]
        if not parts or not all(parts):
            return []
        return [_joined([part[0] for part in parts]), *(other for part in parts for other in part[1:])]
    return _texts_of_object(value) if isinstance(value, dict) else []


def _texts_of_object(value: Mapping[str, Any]) -> list[str]:
    for key in _PIECES:
        pieces = value.get(key)
        if isinstance(pieces, list) and pieces and all(isinstance(piece, dict) and "text" in piece for piece in pieces):
            return ["".join(str(piece["text"]) for piece in pieces)]
    for key in _TEXTS:
        inner = value.get(key)
        if inner and key in ("text", "speech") and isinstance(inner, list) and _is_of_texts(inner):
            return [text for text in inner if text.strip()]
        if inner and (texts := _texts_in(inner)):
            return texts
    return []


def _is_of_texts(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


def _joined(parts: list[str]) -> str:
    """Paragraphs of one answer, HTML or not. List items are joined without blank lines."""
    texts = [html_as_markdown(part) if is_html(part) else part.strip("\n") for part in parts]
    joined = texts[0]
    for above, below in pairwise(texts):
        joined += ("\n" if list_mark(above) and list_mark(below) else "\n\n") + below
    return joined
