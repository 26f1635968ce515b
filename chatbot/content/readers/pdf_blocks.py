"""Turns the lines of PDF pages into blocks: headings by font size, paragraphs, lists, code, page edges.

A PDF states where letters are, but not what they are. A line larger than most of the text is a heading. Lines with the
spacing and style of one paragraph belong together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chatbot.content.document import Block, Box, Document, Line
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.html_text import escaped
from chatbot.content.readers.pdf_edges import at_the_edges, site_footer
from chatbot.content.readers.pdf_flow import Flow, Spacing
from chatbot.content.readers.pdf_hyphens import Hyphens
from chatbot.content.readers.pdf_lines import WIDE, PageLine, mark_of, number_of
from chatbot.content.readers.pdf_tables import Table, with_tables
from chatbot.core.text import ends_as_question, one_line

_LARGER = 1.12  # times the font size of the text; from here on a heading
_FEW = 0.1  # share of lines that are not bold; with fewer, bold has no meaning


def fill(document: Document, pages: Sequence[Sequence[PageLine]]) -> None:
    """Adds the lines of the pages to the document, and the blocks that they form."""
    lines = [line for page in pages for line in page]
    for number, line in enumerate(lines, 1):
        line.number = number
        document.lines[number] = one_line(line.text)
    for line, reason in at_the_edges(pages):
        document.dropped[line.number] = reason
    lines = [line for line in lines if line.number not in document.dropped]
    if foot := site_footer(lines):
        document.dropped |= {line.number: "page footer" for line in foot}
        what = f'"{foot[0].text[:60]}" and what else stands around the copyright notice is left out'
        document.problem(
            foot[0].number, "left-out", f"{what}; if it is part of an answer, delete the notice", "warning"
        )
        lines = [line for line in lines if line.number not in document.dropped]
    if not lines:
        return
    style = _Style(lines)
    box = Box()
    stretch: list[PageLine] = []
    for part in [*with_tables(lines), None]:
        if isinstance(part, PageLine):
            stretch.append(part)
            continue
        document.blocks += _Layout(style, stretch, box).blocks()
        stretch = []
        if part:
            document.blocks.append(_table(style, part, box))
    document.any_heading = any(block.kind == "heading" for block in document.blocks)


def _table(style: "_Style", table: Table, box: Box) -> Block:
    cells = [[_Layout(style, cell, box).blocks() for cell in row] for row in table.rows]
    block = md.table(box, [[md.cell(cell) for cell in row] for row in cells], table.named)
    block.cells = cells if table.named else [[], *cells]
    return block


class _Style:
    """The style of a file: font sizes of text and headings, line spacing, hyphens."""

    def __init__(self, lines: Sequence[PageLine]) -> None:
        # Questions may be longer than answers, so lines that ask are not counted.
        plain = [line for line in lines if not (line.bold or ends_as_question(line.text))]
        weights: Counter[float] = Counter()
        for line in plain or lines:
            weights[line.size] += len(line.text)
        body = weights.most_common(1)[0][0]
        larger = sorted({line.size for line in lines if line.size >= body * _LARGER}, reverse=True)
        self.levels = {size: min(level, 6) for level, size in enumerate(larger, 1)}
        self.spacing = Spacing(lines, sum(not line.bold for line in lines) < _FEW * len(lines))
        self.hyphens = Hyphens(lines)


class _Layout:
    """The blocks of consecutive lines in one column."""

    def __init__(self, style: _Style, lines: Sequence[PageLine], box: Box) -> None:
        self._lines = lines
        self._box = box
        self._style = style
        self._all_bold = style.spacing.all_bold
        self._flow = Flow(lines, style.spacing)

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        at = 0
        while at < len(self._lines):
            block, at = self._block(at)
            blocks.append(block)
        return blocks

    def _block(self, at: int) -> tuple[Block, int]:
        """The block that begins at line index `at`, and the index after it."""
        first = self._lines[at]
        if first.code:
            end = at + 1
            while end < len(self._lines) and self._lines[end].code and self._lines[end].page == first.page:
                end += 1
            block = md.code(self._box, self._code(self._lines[at:end]))
        elif level := self._style.levels.get(first.size, 0):
            end = self._flow.end(at)
            block = md.heading(self._box, level, self._joined(self._lines[at:end]))
        elif mark_of(first) and not self._stands_out(first):
            block, end = self._list(at)
        else:
            end = self._flow.end(at)
            block = md.paragraph(self._box, [self._paragraph(self._lines[at:end])])
        return block, end

    def _stands_out(self, line: PageLine) -> bool:
        return line.bold and not self._all_bold

    def _list(self, at: int) -> tuple[Block, int]:
        """Items that begin like the first one. Items farther to the right are nested lists."""
        first = self._lines[at]
        kind, number = mark_of(first)[:1], number_of(first)
        items: list[list[Block]] = []
        while at < len(self._lines) and (mark := mark_of(self._lines[at])):
            line = self._lines[at]
            if line.x > first.x + line.size * 0.8 and items:
                block, at = self._list(at)
                items[-1].append(block)
                continue
            expected = number + len(items) if number else 0
            if (
                line.x < first.x - line.size * 0.8
                or bool(number) != bool(number_of(line))
                or number_of(line) != expected
            ):
                break
            if self._stands_out(line) or line.size != first.size or (not number and mark[:1] != kind):
                break
            end = at + 1
            while end < len(self._lines) and not mark_of(self._lines[end]) and self._is_of_item(line, end):
                end += 1
            text_line = self._joined([replace(line, text=line.text[len(mark) :]), *self._lines[at + 1 : end]])
            items.append([md.paragraph(Box(self._box, "item"), [text_line])])
            at = end
        return md.listing(self._box, items, number or None), at

    def _is_of_item(self, item: PageLine, at: int) -> bool:
        below = self._lines[at]
        is_indented = below.x > item.x + below.size * 0.4 and below.page == item.page
        return self._flow.goes_on(at) or (is_indented and below.size == item.size and self._flow.is_close(at))

    def _code(self, lines: Sequence[PageLine]) -> list[Line]:
        left = min(line.x for line in lines)
        shown = []
        for line in lines:
            indent = round((line.x - left) / (line.size * 0.6)) if line.size else 0
            shown.append(Line(" " * max(indent, 0) + line.text, {line.number}))
        return shown

    def _paragraph(self, lines: Sequence[PageLine]) -> Line:
        """The lines joined into one, with bold type kept at its beginning."""
        not_bold = [line for line in lines if not line.bold]
        if self._all_bold or not (lines[0].lead and (not_bold or lines[-1].bold)):
            return self._joined(lines)
        first = lines.index(not_bold[0]) if not_bold else len(lines)
        bold, rest = list(lines[:first]), list(lines[first:])
        if rest and 0 < (lead := rest[0].lead) < len(rest[0].text):
            bold.append(replace(rest[0], text=rest[0].text[:lead]))
            rest[0] = replace(rest[0], text=rest[0].text[lead:])
        head, tail = self._joined(bold), self._joined(rest)
        text = f"{md.bold(head.text)} {tail.text}".strip()
        return Line(text, head.sources | tail.sources)

    def _joined(self, lines: Sequence[PageLine]) -> Line:
        """Wrapped lines joined into one, with words joined that a hyphen breaks."""
        text = ""
        is_soft = False
        for line in lines:
            words = one_line(line.text)
            if (whole := self._style.hyphens.joined(text, words, is_soft)) is not None:
                text = whole
            elif text and WIDE.match(text[-1]) and WIDE.match(words):
                text += words
            else:
                text += (" " if text else "") + words
            is_soft = line.is_soft
        return Line(escaped(text), {line.number for line in lines})
