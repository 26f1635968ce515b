"""An answer as a tree of blocks. It is made once, at build, and shown by every client.

The fields of a node are its JSON form; `type` says what it is. A text is a plain string. The text of a tree is
all its strings and codes in order, with nothing between them. Marks are ranges in that text, in characters (Unicode
code points).
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Styled:
    content: tuple["Inline", ...]
    type: Literal["strong", "em", "strike", "sub", "sup"]


@dataclass(frozen=True, slots=True)
class Link:
    """`href`: http, https, mailto, tel, or "faq#" and the id of an entry, relative to the server."""

    href: str
    content: tuple["Inline", ...]
    type: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    type: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Break:
    type: Literal["break"] = "break"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture from an allowed origin. It always has alternative text."""

    src: str
    alt: str
    type: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: tuple["Inline", ...]
    type: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # 1 to 6, as written
    content: tuple["Inline", ...]
    type: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str
    language: str = ""  # as stated for it, such as "python"
    type: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class ListBlock:
    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False
    start: int = 1
    loose: bool = False  # with space between its items
    type: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Table:
    """`head`, `rows`: rows of cells. `align`: empty, or one value for each column."""

    head: tuple[tuple[tuple["Inline", ...], ...], ...]
    rows: tuple[tuple[tuple["Inline", ...], ...], ...]
    align: tuple[Literal["", "left", "center", "right"], ...] = ()
    type: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Quote:
    content: tuple["Block", ...]
    type: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Rule:
    type: Literal["rule"] = "rule"


Inline = Union[str, Styled, Link, Code, Break, Image]  # noqa: UP007  # a string may not stand in "|"
Block = Union[Paragraph, Heading, ListBlock, Table, CodeBlock, Quote, Image, Rule]  # noqa: UP007
Blocks = tuple[Block, ...]

_HOLDERS = ("content", "items", "text")
_SHAPES: dict[str, Any] = {
    **dict.fromkeys(("strong", "em", "strike", "sub", "sup"), Styled),
    **{"link": Link, "code": Code, "break": Break, "image": Image, "paragraph": Paragraph, "heading": Heading},
    **{"list": ListBlock, "table": Table, "quote": Quote, "rule": Rule},
}


def blocks_to_json(blocks: Blocks) -> str:
    return json.dumps(blocks, default=_fields, ensure_ascii=False, separators=(",", ":"))


def blocks_from_json(text: str) -> Blocks:
    """The inverse of `blocks_to_json`. "" gives no blocks."""
    blocks: Blocks = _node(json.loads(text)) if text else ()
    return blocks


def _fields(node: Any) -> dict[str, Any]:
    return {field.name: getattr(node, field.name) for field in dataclasses.fields(node)}


def _node(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_node, value))
    if isinstance(value, dict):
        shape = CodeBlock if "language" in value else _SHAPES[value["type"]]
        return shape(**{key: _node(child) for key, child in value.items()})
    return value


def lines(node: Any) -> Iterator[str | None]:
    """The strings and codes of a node or of several, in order, and None wherever a visible line ends."""
    if isinstance(node, tuple):
        for child in node:
            yield from lines(child)
    elif isinstance(node, str):
        yield node
    elif isinstance(node, Break):
        yield None
    elif isinstance(node, CodeBlock):
        for line in node.text.splitlines(keepends=True):
            yield line
            yield None
    elif isinstance(node, Table):
        for cell in (cell for row in (*node.head, *node.rows) for cell in row):
            yield from lines(cell)
            yield None
    else:
        yield from lines(next((getattr(node, name) for name in _HOLDERS if hasattr(node, name)), ()))
        if isinstance(node, Paragraph | Heading):
            yield None


def text_of(node: Any) -> str:
    """The text of a tree. Marks are ranges in it."""
    return "".join(filter(None, lines(node)))


class Marker:
    """Splits the text of a tree into marked and unmarked parts, string by string."""

    def __init__(self, marks: Iterable[Span] = ()) -> None:
        self._marks = sorted(marks)
        self._at = 0

    def __call__(self, text: str) -> Iterator[tuple[str, bool]]:
        """(part, whether it is marked) of `text`, which must be the next string of the tree."""
        begin, self._at = self._at, self._at + len(text)
        done = 0
        for first, last in self._marks:
            start, stop = max(first - begin, done), min(last - begin, len(text))
            if start < stop:
                yield from (part for part in ((text[done:start], False), (text[start:stop], True)) if part[0])
                done = stop
        if text[done:]:
            yield text[done:], False


def spans_within(places: Sequence[int], span: Span) -> tuple[Span, ...]:
    """The ranges of a tree's text that show `span` of the answer as written. `places`: see `Entry.places`."""
    spans: list[Span] = []
    for at in range(0, len(places), 3):
        in_tree, written, length = places[at : at + 3]
        begin, end = max(span[0] - written, 0), min(span[1] - written, length)
        if begin < end:
            if spans and spans[-1][1] == in_tree + begin:
                spans[-1] = (spans[-1][0], in_tree + end)
            else:
                spans.append((in_tree + begin, in_tree + end))
    return tuple(spans)
