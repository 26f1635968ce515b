"""What the lines of pages of PDF are: headings by the size of their letters, paragraphs, lists, code, edges of a page.

A PDF says where letters stand and nothing of what they are. What is larger than most of the text is a heading; lines as
far apart as lines of one paragraph are, and set alike, belong together.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from chatbot.content.document import Block, Box, Document, Line
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.html_text import escaped
from chatbot.text import ends_as_question, one_line

_BULLET = re.compile(
    r"\s*(?:[-*\u2022\u2023\u25aa\u25cf\u25cb\u25e6\u2043\u2013\u00b7\u25a0\uf0b7\uf0a7]|o(?=\s))\s+(?=\S)"
)
_NUMBER = re.compile(r"\s*\(?(\d{1,3})[.)]\s+(?=\S)")
_PAGE_NUMBER = re.compile(
    r"[-\u2013\u2014|\s]*(?:(?:page|seite|p\.|s\.|pagina|p\u00e1gina)\s*)?\d{1,4}(?:\s*(?:/|of|von|de|di)\s*\d{1,4})?[-\u2013\u2014|.\s]*",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? +\d{1,2}:\d\d\b|(?:https?|file)://\S+(?:\s+\d+\s*/\s*\d+)?$"
)  # as browsers set them above and below a page
_LARGER = 1.12  # times the size of the text: a heading
_FEW = 0.1  # of the lines: where all others are bold, bold means nothing
_EDGE = 0.12  # of the height of a page
_MOST_EDGE = 3  # lines
_APART = 1.3  # times the usual distance of two lines: another paragraph
_FULL = 0.65  # of its column: a line that ends because there was no more room
_HALF = 0.5  # of its column: a line that had room for more
_SENTENCE_END = re.compile(r"[.!?:;\u3002\uff1f\uff01][\"')\u201d\u2019\u00bb]*$")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(slots=True)
class PageLine:
    """`height`: how far up the page it stands, `across`: how far to the right it begins, 0 to 1."""

    text: str
    page: int
    x: float
    y: float
    height: float
    across: float
    size: float
    bold: bool
    code: bool
    number: int = 0


def fill(document: Document, pages: Sequence[Sequence[PageLine]]) -> None:
    """Makes the lines of the pages those of the document, and its blocks of them."""
    lines = [line for page in pages for line in page]
    for number, line in enumerate(lines, 1):
        line.number = number
        document.lines[number] = one_line(line.text)
    for line, reason in _furniture(pages):
        document.dropped[line.number] = reason
    lines = [line for line in lines if line.number not in document.dropped]
    if not lines:
        return
    layout = _Layout(document, lines)
    at = 0
    while at < len(lines):
        at = layout.block(at)
    document.any_heading = any(block.kind == "heading" for block in document.blocks)


def _furniture(pages: Sequence[Sequence[PageLine]]) -> list[tuple[PageLine, str]]:
    """Lines at the edges of pages that say the same on most of them, and the numbers of pages.

    Only what stands outermost, and never a question: an answer such as "Yes." may be the second line of many pages.
    """
    edges = [edge for page in pages for edge in _edges(page)]
    seen: dict[tuple[str, bool], set[int]] = defaultdict(set)
    for edge in edges:
        for line in edge:
            seen[_same(line)].add(line.page)
    most = max(2, sum(bool(page) for page in pages) / 2)
    found = []
    for edge in edges:
        for line in edge:
            if not (reason := _reason(line, len(seen[_same(line)]) >= most)):
                break
            found.append((line, reason))
    return found


def _edges(page: Sequence[PageLine]) -> Iterator[list[PageLine]]:
    """The first lines of the page, and its last, each from the outside in."""
    ordered = sorted(page, key=lambda line: -line.height)
    yield [line for line in ordered if line.height > 1 - _EDGE][:_MOST_EDGE]
    yield [line for line in reversed(ordered) if line.height < _EDGE][:_MOST_EDGE]


def _reason(line: PageLine, is_repeated: bool) -> str:
    if _PAGE_NUMBER.fullmatch(line.text):
        return "page number"
    if _PRINTED.match(line.text):
        return "date or address of a print"
    if not is_repeated or ends_as_question(line.text):
        return ""
    return "page header" if line.height > 0.5 else "page footer"


def _same(line: PageLine) -> tuple[str, bool]:
    return re.sub(r"\d+", "0", one_line(line.text)), line.height > 0.5


class _Layout:
    def __init__(self, document: Document, lines: Sequence[PageLine]) -> None:
        self._document = document
        self._lines = lines
        self._box = Box()
        # Long questions may outweigh their answers, and are no measure of the text.
        plain = [line for line in lines if not (line.bold or ends_as_question(line.text))]
        weights: Counter[float] = Counter()
        for line in plain or lines:
            weights[line.size] += len(line.text)
        self._body = weights.most_common(1)[0][0]
        self._all_bold = sum(not line.bold for line in lines) < _FEW * len(lines)
        larger = sorted({line.size for line in lines if line.size >= self._body * _LARGER}, reverse=True)
        self._levels = {size: min(level, 6) for level, size in enumerate(larger, 1)}
        self._leading = self._usual_gap()
        self._columns = _columns(lines)
        self._compounds = {word for line in lines for word in re.findall(r"\w+-\w+", line.text.lower())}

    def _usual_gap(self) -> float:
        """How far the lines of a paragraph are apart, in sizes of their letters."""
        gaps = [
            (above.y - below.y) / above.size
            for above, below in pairwise(self._lines)
            if above.page == below.page and above.size == below.size and 0 < above.y - below.y < 3 * above.size
        ]
        return statistics.quantiles(gaps, n=4)[0] if len(gaps) > 1 else 1.4

    def block(self, at: int) -> int:
        """Adds the block that begins with line `at`, and gives the place behind it."""
        first = self._lines[at]
        if first.code:
            end = at + 1
            while end < len(self._lines) and self._lines[end].code and self._lines[end].page == first.page:
                end += 1
            block = md.code(self._box, self._code(self._lines[at:end]))
        elif level := self._levels.get(first.size, 0):
            end = self._end(at)
            block = md.heading(self._box, level, self._joined(self._lines[at:end]))
        elif _mark(first) and not self._stands_out(first):
            block, end = self._list(at)
        else:
            end = self._end(at)
            line = self._joined(self._lines[at:end])
            if self._stands_out(first):
                line.text = md.bold(line.text)
            block = md.paragraph(self._box, [line])
        self._document.blocks.append(block)
        return end

    def _stands_out(self, line: PageLine) -> bool:
        return line.bold and not self._all_bold

    def _end(self, at: int) -> int:
        """The place behind the paragraph that begins with line `at`."""
        at += 1
        while at < len(self._lines) and self._goes_on(at) and not _mark(self._lines[at]):
            if self._lines[at].x > self._lines[at - 1].x + self._lines[at].size:  # the first line of another is set in
                break
            at += 1
        return at

    def _goes_on(self, at: int) -> bool:
        """Whether line `at` is of the paragraph that the line above it is of."""
        above, below = self._lines[at - 1], self._lines[at]
        if abs(above.size - below.size) > 0.5 or above.bold != below.bold or above.code != below.code:
            return False
        filled = self._filled(above)
        ends = _SENTENCE_END.search(above.text) is not None
        is_full = filled > _FULL
        moves_left = below.x < above.x - above.size
        gap = (above.y - below.y) / above.size
        if above.page != below.page or gap <= 0:  # the next page, or column
            return is_full and not ends
        if above.text.endswith("-") and below.text[:1].islower() and 0 < gap <= _APART * self._leading:
            return True
        if gap > _APART * self._leading or filled < _HALF or (moves_left and not is_full):
            return False
        return is_full if ends or self._levels.get(above.size) or self._stands_out(above) else True

    def _filled(self, line: PageLine) -> float:
        """How far the words of `line` go to the right end of its column, 0 to 1."""
        left, right = self._columns[_column(line)]
        return (_right(line) - left) / max(right - left, 1.0)

    def _list(self, at: int) -> tuple[Block, int]:
        """Items that begin as the first one does; those farther to the right are lists in them."""
        first = self._lines[at]
        kind, number = _mark(first)[:1], _number(first)
        items: list[list[Block]] = []
        while at < len(self._lines) and (mark := _mark(self._lines[at])):
            line = self._lines[at]
            if line.x > first.x + line.size * 0.8 and items:
                block, at = self._list(at)
                items[-1].append(block)
                continue
            expected = number + len(items) if number else 0
            if line.x < first.x - line.size * 0.8 or bool(number) != bool(_number(line)) or _number(line) != expected:
                break
            if self._stands_out(line) or line.size != first.size or (not number and mark[:1] != kind):
                break
            end = at + 1
            while end < len(self._lines) and not _mark(self._lines[end]) and self._is_of_item(line, end):
                end += 1
            found = self._joined([replace(line, text=line.text[len(mark) :]), *self._lines[at + 1 : end]])
            items.append([md.paragraph(Box(self._box, "item"), [found])])
            at = end
        return md.listing(self._box, items, number or None), at

    def _is_of_item(self, item: PageLine, at: int) -> bool:
        below = self._lines[at]
        is_set_in = below.x > item.x + below.size * 0.4 and below.page == item.page
        return self._goes_on(at) or (
            is_set_in
            and abs(below.size - item.size) <= 0.5
            and 0 < self._lines[at - 1].y - below.y <= _APART * self._leading * below.size
        )

    def _code(self, lines: Sequence[PageLine]) -> list[Line]:
        left = min(line.x for line in lines)
        shown = []
        for line in lines:
            indent = round((line.x - left) / (line.size * 0.6)) if line.size else 0
            shown.append(Line(" " * max(indent, 0) + line.text, {line.number}))
        return shown

    def _joined(self, lines: Sequence[PageLine]) -> Line:
        """Wrapped lines as one; a word that a hyphen parts at the end of a line is whole again."""
        text = ""
        for line in lines:
            words = one_line(line.text)
            broken = re.search(r"([^\W\d_]+)-$", text)
            following = re.match(r"[^\W\d_]+", words)
            if broken and following and following[0][0].islower():
                whole = f"{broken[0]}{following[0]}".lower()
                text = (text if whole in self._compounds else text[:-1]) + words
            elif text and _WIDE.match(text[-1]) and _WIDE.match(words):
                text += words
            else:
                text += (" " if text else "") + words
        return Line(escaped(text), {line.number for line in lines})


def _columns(lines: Sequence[PageLine]) -> dict[tuple[int, bool], tuple[float, float]]:
    """From where to where the lines of each half of a page go; those of a page of one column begin in its left half."""
    found: dict[tuple[int, bool], tuple[float, float]] = {}
    for line in lines:
        left, right = found.get(_column(line), (line.x, 0.0))
        found[_column(line)] = min(left, line.x), max(right, _right(line))
    return found


def _column(line: PageLine) -> tuple[int, bool]:
    return line.page, line.across > 0.45


def _right(line: PageLine) -> float:
    """About where `line` ends: letters are half as wide as high, those of Chinese and Japanese as wide."""
    return line.x + line.size * (len(line.text) + len(_WIDE.findall(line.text))) / 2


def _mark(line: PageLine) -> str:
    """The bullet or number that opens `line`, with the blanks behind it."""
    found = _BULLET.match(line.text) or _NUMBER.match(line.text)
    return found[0] if found else ""


def _number(line: PageLine) -> int:
    found = _NUMBER.match(line.text)
    return int(found[1]) if found else 0
