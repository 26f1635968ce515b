"""The position of each character of rendered text in the answer as written.

A highlight is found in the text as written and shown in the rendered answer. markdown-it knows the lines of its blocks
but no positions within them, so each line is scanned a second time, token by token.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

UNKNOWN = -1
Positions = list[int]  # of each character of a text, in the answer; `UNKNOWN` where it is not known

_TEXTS = frozenset(("text", "text_special", "code_inline", "softbreak"))
# What follows the label of a link or picture, from its "]" on.
_TAIL = re.compile(
    r"\]\(\s*(?:<(?:\\.|[^<>\\\n])*>|(?:\\.|\((?:\\.|[^()\s])*\)|[^()\s])*)"
    r"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)"
    r"|\]\[[^\[\]]*\]|\]"
)


def add_positions(tokens: Sequence["Token"], source: str) -> None:
    """Sets `meta["positions"]` of each token with text: where its characters are in `source`."""
    begins = [0]
    for line in source.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    lines = _Source(source, begins)
    opened = None
    for token in tokens:
        if token.type == "inline" and token.map and opened:
            _add_to_children(token.content, token.children or (), lines.positions_of(token, opened))
        elif token.type in ("fence", "code_block") and token.map:
            first = token.map[0] + (token.type == "fence")
            token.meta["positions"] = lines.at_line_ends(token.content, first)
        opened = token


class _Source:
    """The lines of the source. Remembers how far the cells of a table row have been read."""

    def __init__(self, source: str, begins: Sequence[int]) -> None:
        self._source, self._begins = source, begins
        self._row, self._at = -1, 0

    def positions_of(self, inline: "Token", opened: "Token") -> Positions:
        """The position of each character of `inline`. `opened`: the token before it."""
        assert inline.map
        first = inline.map[0]
        if opened.type in ("th_open", "td_open"):
            return self._cell(inline.content, first)
        if opened.type == "heading_open" and opened.markup.startswith("#"):
            line = self._line(first)
            at = line.find(inline.content, line.find(opened.markup) + len(opened.markup))
            return self._run(first, at, len(inline.content))
        return self.at_line_ends(inline.content, first)

    def at_line_ends(self, content: str, first: int) -> Positions:
        """Positions where each line of `content` is the end of a source line, after marks of lists and quotes."""
        positions: Positions = []
        for number, line in enumerate(content.split("\n"), first):
            written, words = self._line(number), line.rstrip()
            at = len(written.rstrip()) - len(words) if written.rstrip().endswith(words) else UNKNOWN
            positions += [*self._run(number, at, len(line)), *self._run(number, len(written), 1)]
        return positions[: len(content)]

    def _cell(self, content: str, row: int) -> Positions:
        """Positions of a table cell. Cells follow each other in their line; a "|" within one has a backslash."""
        line = self._line(row)
        if row != self._row:
            begin = len(line) - len(line.lstrip(" \t>"))
            self._row, self._at = row, begin + line.startswith("|", begin)
        self._at += len(line) - self._at - len(line[self._at :].lstrip(" \t"))
        positions: Positions = []
        for character in content:
            self._at += character == "|" and line.startswith("\\|", self._at)
            if not line.startswith(character, self._at):
                self._at = len(line)
                return [UNKNOWN] * len(content)
            positions.append(self._begins[row] + self._at)
            self._at += 1
        self._at = line.find("|", self._at) + 1 or len(line)
        return positions

    def _line(self, number: int) -> str:
        return (
            self._source[self._begins[number] : self._begins[number + 1] - 1] if number + 1 < len(self._begins) else ""
        )

    def _run(self, number: int, at: int, length: int) -> Positions:
        begin = self._begins[number] + at if at >= 0 else UNKNOWN
        known = max(min(length, len(self._source) - begin), 0) if begin != UNKNOWN else 0
        return [*range(begin, begin + known), *[UNKNOWN] * (length - known)]


def _add_to_children(content: str, children: Sequence["Token"], positions: Positions) -> None:
    for token, at in _starts(content, children):
        token.meta["positions"] = positions[at : at + len(token.content or "\n")]


def _starts(content: str, children: Sequence["Token"]) -> Iterator[tuple["Token", int]]:
    """(token, index in `content` where its text begins) of the tokens with text."""
    at = 0
    for token in children:
        begin, at = _extent(token, content, at)
        if token.type in _TEXTS:
            is_escaped = token.info == "escape" and len(token.content) < len(token.markup)
            yield token, begin + is_escaped  # after the backslash


def _extent(token: "Token", content: str, at: int) -> tuple[int, int]:
    """Where the source of `token` begins and ends in `content`, from index `at` on."""
    match token.type:
        case "text" | "html_inline":
            begin = max(content.find(token.content, at), at)
            return begin, begin + len(token.content)
        case "softbreak" | "hardbreak":
            begin = max(content.find("\n", at), at)
            after = content[begin + 1 :]
            return begin, begin + 1 + len(after) - len(after.lstrip(" \t"))
        case "code_inline":
            begin = at + len(token.markup)
            padded = not content[begin:].replace("\n", " ").startswith(token.content)
            return begin + padded, begin + len(token.content) + 2 * padded + len(token.markup)
        case "link_open":
            return at, at + 1
        case "link_close":
            return at, at + (1 if token.markup == "autolink" else _tail(content, at))
        case "image":
            label = at + 2 + len(token.content)
            return at, label + _tail(content, label)
    return at, at + len(token.markup)  # emphasis, and escaped characters


def _tail(content: str, at: int) -> int:
    match = _TAIL.match(content, at)
    return len(match[0]) if match else 1
