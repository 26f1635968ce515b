"""The line of each key of a TOML file, and the place of a list, which tomllib does not give.

tomllib parses the values; this parser is only used for places. It takes time linear in the text, whatever the text is,
and never reads text within a value as a key.
"""

import functools
import tomllib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Keys = tuple[str | int, ...]  # keys, and indices of items: ("notices", 0, "level")


class TomlLines:
    """Lines are counted from 1. The text is parsed when the first line is requested."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._first: dict[Keys, Node] = {}  # the node that sets it first: an assignment or a table header
        self._items: Counter[Keys] = Counter()  # number of items of each array of tables
        self._written: list[tuple[int, str]] = []  # (line, name)
        self._first_table = len(text.encode())

    def line_of(self, keys: Keys) -> int:
        """The line where `keys` is set; if it is not set, the line of the nearest part above it."""
        self._parse()
        for end in range(len(keys), 0, -1):
            if node := self._first.get(keys[:end]):
                return _line(_within(node, keys[end:]))
        return 1

    def key_above(self, line: int) -> tuple[int, str]:
        """(line, name) of the last key that is set at `line` or above."""
        self._parse()
        return next((key for key in reversed(self._written) if key[0] <= line), (line, ""))

    def list_of(self, key: str) -> tuple[int, int, int] | None:
        """Where the list `key` of the whole file is: behind its bracket, at its last item, behind that; without an item
        all three are the first. Bytes of the text in UTF-8. None where there is no such list."""
        self._parse()
        node = self._first.get((key,))
        array = next((part for part in node.named_children if part.type == "array"), None) if node else None
        if array is None:
            return None
        begin = array.start_byte + 1
        items = [part for part in array.named_children if part.type != "comment"]
        return (begin, items[-1].start_byte, items[-1].end_byte) if items else (begin, begin, begin)

    def first_table(self) -> int:
        """Where the first table begins, in bytes; where there is none, the end of the text."""
        self._parse()
        return self._first_table

    def _parse(self) -> None:
        if self._written:
            return
        for node in _parser().parse(self._text.encode()).root_node.named_children:
            if node.type == "pair":
                self._remember(_keys(node), node)
            elif node.type in ("table", "table_array_element") and node.named_children:
                self._first_table = min(self._first_table, node.start_byte)
                table = self._table(node)
                for pair in node.named_children[1:]:
                    if pair.type == "pair":
                        self._remember((*table, *_keys(pair)), pair)

    def _table(self, node: "Node") -> Keys:
        """The path of the table that begins with `node`."""
        keys = _keys(node)
        if node.type == "table":
            table = self._inside(keys)
        else:
            array = (*self._inside(keys[:-1]), keys[-1])
            table = (*array, self._items[array])
            self._items[array] += 1
        self._remember(table, node)
        return table

    def _inside(self, keys: Sequence[str]) -> Keys:
        """The path of `keys`, with the last item so far of each array of tables."""
        path: Keys = ()
        for key in keys:
            path = (*path, key)
            if items := self._items[path]:
                path = (*path, items - 1)
        return path

    def _remember(self, keys: Keys, node: "Node") -> None:
        for end in range(1, len(keys) + 1):
            self._first.setdefault(keys[:end], node)
        self._written.append((_line(node), ".".join(_keys(node))))


@functools.cache
def _parser() -> "Parser":
    import tree_sitter_toml  # needed only for a file with notices or mistakes
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_toml.language()))


def _within(node: "Node", keys: Keys) -> "Node":
    """The node for `keys` within the value of `node`, as deep as it exists."""
    while keys:
        value = next((part for part in (node, *node.named_children) if part.type in ("array", "inline_table")), node)
        parts = [part for part in value.named_children if part.type != "comment"]
        step: Keys = keys[:1]
        if value.type == "array" and isinstance(keys[0], int):
            child = parts[keys[0]] if keys[0] < len(parts) else None
        elif value.type == "inline_table":
            child = next((pair for pair in parts if _keys(pair)[: len(keys)] == keys[: len(_keys(pair))]), None)
            step = _keys(child) if child else ()
        else:
            child = None
        if child is None:
            break
        node, keys = child, keys[len(step) :]
    return node


def _keys(node: "Node") -> tuple[str, ...]:
    """The key parts of an assignment or of a table header."""
    parts, key = [], node.named_children[0]
    while key.type == "dotted_key":
        parts.append(key.named_children[-1])
        key = key.named_children[0]
    return tuple(_name(part) for part in (key, *reversed(parts)))


def _name(key: "Node") -> str:
    text = _text(key)
    if key.type != "quoted_key":
        return text
    try:
        return next(iter(tomllib.loads(f"{text} = 0")))
    except tomllib.TOMLDecodeError:  # the file is not valid TOML
        return text


def _text(node: "Node") -> str:
    return (node.text or b"").decode()


def _line(node: "Node") -> int:
    return int(node.start_point.row) + 1
