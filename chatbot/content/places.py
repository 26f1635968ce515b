"""Where the texts of an answer stand in it as it is written: for each text of its Markdown, character by character.

A highlight is found in the text as written and shown in the rendered answer. markdown-it knows the lines of its blocks
and nothing within them, so the way through each line is gone once more, along the tokens that it made.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

NOWHERE = -1
Places = list[int]  # of each character of a text, in the answer; NOWHERE where that is not known

_TEXTS = frozenset(("text", "text_special", "code_inline", "softbreak"))
# What follows the label of a link or picture, from its "]" on.
_TAIL = re.compile(
    r"\]\(\s*(?:<(?:\\.|[^<>\\\n])*>|(?:\\.|\((?:\\.|[^()\s])*\)|[^()\s])*)"
    r"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)"
    r"|\]\[[^\[\]]*\]|\]"
)


def place(tokens: Sequence["Token"], source: str) -> None:
    """Writes into `meta["places"]` of each token with text where that stands in `source`."""
    begins = [0]
    for line in source.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    rows = _Rows(source, begins)
    opened = None
    for token in tokens:
        if token.type == "inline" and token.map and opened:
            _along(token.content, token.children or (), rows.places(token, opened))
        elif token.type in ("fence", "code_block") and token.map:
            first = token.map[0] + (token.type == "fence")
            token.meta["places"] = rows.ends(token.content, first)
        opened = token


class _Rows:
    """The lines of the source, and how far the cells of a table are read."""

    def __init__(self, source: str, begins: Sequence[int]) -> None:
        self._source, self._begins = source, begins
        self._row, self._at = -1, 0

    def places(self, inline: "Token", opened: "Token") -> Places:
        """Of each character of what `inline` holds; `opened`: the token before it."""
        assert inline.map
        first = inline.map[0]
        if opened.type in ("th_open", "td_open"):
            return self._cell(inline.content, first)
        if opened.type == "heading_open" and opened.markup.startswith("#"):
            line = self._line(first)
            at = line.find(inline.content, line.find(opened.markup) + len(opened.markup))
            return self._run(first, at, len(inline.content))
        return self.ends(inline.content, first)

    def ends(self, content: str, first: int) -> Places:
        """Each line of `content` is the end of a line of the source, which may begin with marks of lists and quotes."""
        places: Places = []
        for number, line in enumerate(content.split("\n"), first):
            written, words = self._line(number), line.rstrip()
            at = len(written.rstrip()) - len(words) if written.rstrip().endswith(words) else NOWHERE
            places += [*self._run(number, at, len(line)), *self._run(number, len(written), 1)]
        return places[: len(content)]

    def _cell(self, content: str, row: int) -> Places:
        """Cells stand one behind the other in their line; a "|" within one is written with a backslash."""
        line = self._line(row)
        if row != self._row:
            begin = len(line) - len(line.lstrip(" \t>"))
            self._row, self._at = row, begin + line.startswith("|", begin)
        self._at += len(line) - self._at - len(line[self._at :].lstrip(" \t"))
        places: Places = []
        for character in content:
            self._at += character == "|" and line.startswith("\\|", self._at)
            if not line.startswith(character, self._at):
                self._at = len(line)
                return [NOWHERE] * len(content)
            places.append(self._begins[row] + self._at)
            self._at += 1
        self._at = line.find("|", self._at) + 1 or len(line)
        return places

    def _line(self, number: int) -> str:
        return (
            self._source[self._begins[number] : self._begins[number + 1] - 1] if number + 1 < len(self._begins) else ""
        )

    def _run(self, number: int, at: int, length: int) -> Places:
        begin = self._begins[number] + at if at >= 0 else NOWHERE
        known = max(min(length, len(self._source) - begin), 0) if begin != NOWHERE else 0
        return [*range(begin, begin + known), *[NOWHERE] * (length - known)]


def _along(content: str, children: Sequence["Token"], places: Places) -> None:
    for token, at in _starts(content, children):
        token.meta["places"] = places[at : at + len(token.content or "\n")]


def _starts(content: str, children: Sequence["Token"]) -> Iterator[tuple["Token", int]]:
    """The tokens with text, each with where that begins in `content`."""
    at = 0
    for token in children:
        begin, at = _read(token, content, at)
        if token.type in _TEXTS:
            is_escaped = token.info == "escape" and len(token.content) < len(token.markup)
            yield token, begin + is_escaped  # behind the backslash


def _read(token: "Token", content: str, at: int) -> tuple[int, int]:
    """Where what `token` stands for begins and ends in `content`, from `at` on."""
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
    return at, at + len(token.markup)  # emphasis, and characters that are written otherwise


def _tail(content: str, at: int) -> int:
    found = _TAIL.match(content, at)
    return len(found[0]) if found else 1
