"""One model of a source document: what every reader of prose makes of its format, and what the rules find entries in.

A document is its blocks in the order in which they are read, each with the box that holds it and with the lines that
it would put into an answer. What a block means is for `chatbot.content.rules` to find, by one set of rules for all
formats.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chatbot.content.ledger import Problem, Severity

Kind = Literal["heading", "paragraph", "list", "table", "code", "quote", "rule"]
# What the format says that a block is, where it says so.
Part = Literal["", "question"]

# Why what only shows is left out.
PICTURE = "a picture is not shown; say in words what it shows"
FILM = "a film or a frame is not shown; say in words what it shows"
SEEN = frozenset({PICTURE, FILM})


@dataclass(slots=True)
class Line:
    """A line of Markdown, and the numbers of the lines of the source that its words stand on, counted from 1."""

    text: str
    sources: set[int] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Box:
    """What holds blocks together: a card, a list item, `details`, an admonition. The outermost is the document."""

    parent: "Box | None" = None
    name: str = ""  # "details", "item", "section" ...
    anchor: str = ""

    def around(self) -> Iterator["Box"]:
        """This box, and those that hold it, from the inside out."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


@dataclass(slots=True, eq=False)
class Block:
    """A heading, a paragraph, a list, a table, a piece of code, a quotation or a rule between sections.

    `words`: what it says on one line, without markup. `items`: of a list, the blocks of each item. `rows`: of a table,
    the Markdown of each cell, the names of the columns first, and `cells` their blocks, where they are more than words.
    `answered_by`: the box that the format says answers it.
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
    make: str = ""  # what it is made of, where others of the same make are likely the same kind of thing
    links_only: bool = False  # nearly all its words are links or buttons
    leads_to: tuple[str, ...] = ()  # the anchors, without "#", that links in it lead to

    @property
    def line(self) -> int:
        """The first line of the source that it stands on."""
        return min((number for line in self.lines for number in line.sources), default=0)


@dataclass(slots=True)
class Document:
    """A file as blocks.

    `lines`: the source by number, counted from 1, for the ledger. `dropped`: number -> why nothing of the line is
    content. `values`: metadata of the whole file. `is_markdown`: whether lines of blocks are Markdown, or stand for
    themselves. `as_written`: whether they are the lines of the source. `any_heading`: whether a heading need not ask,
    since the format is made of headings. `title`: what the file says of itself above its text: the question,
    where one file holds one, and its `part` says so where it is called so. `shown`: (how many blocks stand above, line,
    why) of each picture and film that is left out, where more than one may stand on a line.
    """

    file: str
    lines: dict[int, str]
    blocks: list[Block] = field(default_factory=list)
    dropped: dict[int, str] = field(default_factory=dict)
    metadata: set[int] = field(default_factory=set)
    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    url: str = ""  # where the page stands, where it says it
    is_markdown: bool = True
    as_written: bool = False
    any_heading: bool = False
    title: Block | None = None
    shown: list[tuple[int, int, str]] = field(default_factory=list)

    def problem(self, line: int, rule: str, message: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(self.file, line, rule, message, severity))


def only_shows(question: str) -> str:
    """What is told where all that answers `question` is to be seen, and nothing to be read."""
    return f'"{question[:80]}" has a picture or a film for an answer, which is not shown; say in words what it shows'


def answer_lines(blocks: Sequence[Block], as_written: bool) -> list[Line]:
    """The lines of `blocks` as an answer shows them, a blank line between two, or where the source has one."""
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
