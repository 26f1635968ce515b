"""One model of a source document. Every reader of prose makes it of its format, and the rules find entries in it.

A document is a list of blocks in reading order. Each block has the box that holds it and the lines that it would put
into an answer. What a block means is found by `chatbot.content.rules`, with one set of rules for all formats.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chatbot.core.problem import Problem, Severity

Kind = Literal["heading", "paragraph", "list", "table", "code", "quote", "rule"]
# The role of a block, where the format states it.
Part = Literal["", "question"]

# Reasons for which pictures and films are left out.
PICTURE = "a picture is not shown; say in words what it shows"
FILM = "a film or a frame is not shown; say in words what it shows"
MEDIA = frozenset({PICTURE, FILM})


@dataclass(slots=True)
class Line:
    """A line of Markdown. `sources`: the numbers of the source lines that its words come from, counted from 1."""

    text: str
    sources: set[int] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Box:
    """A container of blocks: a card, a list item, `details`, an admonition. The outermost one is the document."""

    parent: "Box | None" = None
    name: str = ""  # "details", "item", "section" ...
    anchor: str = ""

    def with_parents(self) -> Iterator["Box"]:
        """This box and those around it, from the inside out."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


@dataclass(slots=True, eq=False)
class Block:
    """A heading, a paragraph, a list, a table, a piece of code, a quotation or a rule between sections.

    `words`: its text on one line, without markup. `items`: the blocks of each item of a list. `rows`: of a table, the
    Markdown of each cell, column names first. `cells`: the blocks of each cell, where cells hold more than words.
    `answered_by`: the box that holds its answer, where the format says so.
    """

    kind: Kind
    lines: list[Line]
    words: str
    box: Box
    level: int = 0  # of a heading, 1 to 6
    part: Part = ""
    answered_by: Box | None = None
    items: "list[list[Block]]" = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    cells: "list[list[list[Block]]]" = field(default_factory=list)
    anchors: tuple[str, ...] = ()
    lang: str = ""
    style: str = ""  # how it is made; blocks of one style are likely the same kind of thing
    links_only: bool = False  # nearly all its words are links or buttons
    leads_to: tuple[str, ...] = ()  # anchors that its links lead to, without "#"

    @property
    def line(self) -> int:
        """The number of the first source line that it comes from, 0 for none."""
        return min((number for line in self.lines for number in line.sources), default=0)


@dataclass(slots=True)
class Document:
    """A file as blocks.

    `lines`: the source by line number, counted from 1, for the ledger. `dropped`: line number -> why the line is no
    content. `values`: metadata of the whole file. `is_markdown`: whether the lines of blocks are Markdown, not plain
    text. `as_written`: whether they are the lines of the source. `any_heading`: whether a heading can be a question
    without asking, because the format is made of headings. `title`: what the file says of itself above its text: the
    question, where a file holds one question; then its `part` says so. `unshown`: (number of blocks above, line,
    reason) of each picture and film that is left out; a line may have several.
    """

    file: str
    lines: dict[int, str]
    blocks: list[Block] = field(default_factory=list)
    dropped: dict[int, str] = field(default_factory=dict)
    metadata: set[int] = field(default_factory=set)
    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    url: str = ""  # the address of the page, where the page states it
    is_markdown: bool = True
    as_written: bool = False
    any_heading: bool = False
    title: Block | None = None
    unshown: list[tuple[int, int, str]] = field(default_factory=list)

    def problem(self, line: int, rule: str, message: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(self.file, line, rule, message, severity))


def media_only_message(question: str) -> str:
    """The message for a question whose only answer is a picture or a film."""
    return f'"{question[:80]}" has a picture or a film for an answer, which is not shown; say in words what it shows'


def answer_lines(blocks: Sequence[Block], as_written: bool) -> list[Line]:
    """The lines of `blocks` as an answer shows them, with a blank line between blocks, or where the source has one."""
    lines: list[Line] = []
    for block in blocks:
        if not block.lines:
            continue
        if lines and not (as_written and _adjoin(lines[-1], block.lines[0])):
            lines.append(Line(""))
        lines += block.lines
    return lines


def _adjoin(above: Line, below: Line) -> bool:
    return bool(above.sources and below.sources) and max(above.sources) + 1 == min(below.sources)
