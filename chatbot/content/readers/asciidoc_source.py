"""Prepares the lines of an AsciiDoc file: front matter, conditions, includes, attributes."""

import re
from collections.abc import Sequence
from typing import Protocol

from chatbot.content.document import Block, Box, Document
from chatbot.content.readers.asciidoc_inline import Words, automatic_id
from chatbot.content.readers.document_values import keep_value

NumberedLine = tuple[int, str]


class BlockReader(Protocol):
    """Reads lines block by block. Lists and tables use it for their content."""

    document: Document

    def read(self, lines: Sequence[NumberedLine], box: Box, blocks: list[Block]) -> None:
        """Adds the blocks of all `lines`."""

    def read_block(
        self, lines: Sequence[NumberedLine], at: int, box: Box, blocks: list[Block], in_list: bool = False
    ) -> int:
        """Adds the next block of `lines`. Returns the index after it."""

    def paragraph(self, lines: Sequence[NumberedLine], box: Box) -> Block: ...

    def is_interrupted(self, line: str) -> bool:
        """Whether a paragraph ends before `line`."""


_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:[ \t]+(.*?))?[ \t]*$")
_CONDITION = re.compile(r"(?P<kind>ifdef|ifndef|ifeval|endif)::(?P<names>[^\[\]]*)\[(?P<text>.*)\]\s*$")
# Attributes that are set wherever a web page is made of the file.
_ALWAYS = frozenset("backend-html5 basebackend-html html html5 env-site site-gen-antora doctype-article".split())
_INCLUDE = re.compile(r"include::(\S.*?)\[.*\]\s*$")
_RULE = re.compile(r"(?:'{3,}|-{3}|\*{3}|- - -|\* \* \*|<{3,})\s*$")
_PAIR = re.compile(r"[ \t]*([\w-]+)[ \t]*:(?:[ \t]+(.*))?$")
_GOES_ON = " \\"
_ATTRIBUTE_LINE = "document attribute"
_ANCHOR = re.compile(r"\[\[([\w:.-]+)(?:,.*)?\]\]$|\[[^\]#]*#([\w:-]+)[^\]]*\]$|\[id=[\"']?([\w:.-]+)[\"']?\]$")


def prepared(document: Document) -> list[NumberedLine]:
    """The lines that blocks are made of. An attribute's value may continue on the next line."""
    kept: list[NumberedLine] = []
    goes_on = False
    conditions = _Conditions(document)
    for number in range(_front_matter(document), len(document.lines) + 1):
        line = document.lines[number].rstrip()
        if (shown := conditions.visible(number, line)) is None:
            continue
        line = shown
        if goes_on:
            kept[-1] = kept[-1][0], f"{kept[-1][1]} {line.removesuffix(_GOES_ON).strip()}"
            document.dropped[number] = _ATTRIBUTE_LINE
            goes_on = line.endswith(_GOES_ON)
        elif match := _INCLUDE.match(line):
            message = f'"{match[1][:80]}" is not read, as nothing is included from another file; put its text here'
            document.problem(number, "include", message, "warning")
            document.dropped[number] = "another file is not read"
        elif goes_on := line.endswith(_GOES_ON) and _ATTRIBUTE.match(line) is not None:
            kept.append((number, line.removesuffix(_GOES_ON)))
        else:
            kept.append((number, line.removeprefix("\\") if line.startswith("\\include") else line))
    return kept


class _Conditions:
    """Finds lines under a condition that is false, because an attribute is not set above them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._set = set(_ALWAYS)
        self._open: list[bool] = []  # whether each condition holds
        self._reported: set[str] = set()

    def visible(self, number: int, line: str) -> str | None:
        """The part of the line that is read, or None."""
        match = _CONDITION.match(line)
        if not match:
            if all(self._open):
                self._note_attribute(line)
                return line
            self._document.dropped[number] = "a condition that does not hold"
            return None
        if match["kind"] == "endif":
            self._open[-1:] = []
        elif match["kind"] == "ifeval":
            self._open.append(True)
        else:
            holds = all(self._open) and self._holds(number, match["kind"], match["names"])
            if match["text"] and holds:
                return match["text"]
            if not match["text"]:
                self._open.append(holds)
        self._document.dropped[number] = "condition"
        return None

    def _note_attribute(self, line: str) -> None:
        if pair := _ATTRIBUTE.match(line):
            name = pair[1].strip("!").lower()
            self._set = self._set - {name} if "!" in pair[1] else self._set | {name}

    def _holds(self, number: int, kind: str, names: str) -> bool:
        """ "a,b": whether any is set; "a+b": whether all are."""
        asked = [name.strip().lower() for name in re.split(r"[,+]", names) if name.strip()]
        states = [name in self._set for name in asked]
        is_set = all(states) if "+" in names else any(states)
        missing = [name for name in asked if name not in self._set | self._reported]
        if kind == "ifdef" and not is_set and missing:
            self._reported.update(missing)
            message = f'what stands under "ifdef::{names}[]" is not read; write ":{missing[0]}:" above to have it read'
            self._document.problem(number, "condition", message, "warning")
        return is_set if kind == "ifdef" else not is_set


def attribute_line(document: Document, words: Words, number: int, line: str) -> bool:
    """Handles a line `:name: value`. True if it is one."""
    match = _ATTRIBUTE.match(line)
    if not match:
        return False
    name, value = match[1], match[2] or ""
    if "!" in name:
        words.attributes.pop(name.strip("!").lower(), None)
    else:
        words.set(name, value)
    if "!" not in name and keep_value(document, name, words.attributes[name.lower()]):
        document.metadata.add(number)
    else:
        document.dropped[number] = _ATTRIBUTE_LINE
    return True


def heading_id(document: Document, number: int, title: str) -> str:
    """The id given above a heading or in it, or else the automatic one."""
    match = _ANCHOR.match(document.lines.get(number - 1, "").strip())
    inner = re.match(r"\[\[([\w:.-]+)\]\]", title)
    return next(
        (name for name in (match.groups() if match else ()) if name), inner[1] if inner else automatic_id(title)
    )


def is_rule(line: str) -> bool:
    return _RULE.match(line) is not None


def _front_matter(document: Document) -> int:
    """Reads `key: value` lines between two "---" lines, as site generators write them. Returns the first line after."""
    if document.lines[1].strip() != "---":
        return 1
    end = next((number for number, line in document.lines.items() if number > 1 and line.strip() == "---"), 0)
    inside = [document.lines[number] for number in range(2, end)]
    if not end or not any(map(_PAIR.match, inside)):
        return 1
    for number in range(1, end + 1):
        match = _PAIR.match(document.lines[number])
        if match and keep_value(document, match[1], match[2] or ""):
            document.metadata.add(number)
        elif document.lines[number].strip() != "---":
            document.dropped[number] = "front matter"
    document.metadata |= {1, end}
    return end + 1
