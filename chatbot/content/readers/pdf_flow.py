"""Which lines of a PDF page form one paragraph.

Lines of a paragraph have the least spacing of their font size, and a line ends where the next word did not fit. Where
paragraphs are set without extra spacing, only that and sentence ends decide.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from chatbot.content.readers.pdf_lines import PageLine, mark_of
from chatbot.core.sentence_marks import LINE_END
from chatbot.core.text import ends_as_question

_APART = 1.18  # times the line spacing; from here on another paragraph
_WIDE_APART = 1.75  # times the font size; lines of a paragraph are rarely so far apart
_USUAL = 1.4
_SOME = 0.1  # share of the gaps between lines of one size
_SPACED = 0.15
_EDGE = 5.0  # font sizes; about a word
_SPACE = 0.25
_SLACK = 0.5


class Spacing:
    """The line spacing of each font size. `all_bold`: bold has no meaning."""

    def __init__(self, lines: Sequence[PageLine], all_bold: bool) -> None:
        self.all_bold = all_bold
        gaps: dict[float, list[float]] = defaultdict(list)
        for above, below in pairwise(lines):
            if _is_below(above, below) and above.y - below.y < 3 * above.size:
                gaps[above.size].append((above.y - below.y) / above.size)
        known = {size: _closest(sizes_gaps) for size, sizes_gaps in gaps.items() if len(sizes_gaps) > 1}
        usual = min(known.values(), default=_USUAL)
        self.leading = defaultdict(lambda: usual, known)
        self.is_spaced = {
            size: sum(gap > _APART * self.leading[size] for gap in sizes_gaps) >= max(1, _SPACED * len(sizes_gaps))
            for size, sizes_gaps in gaps.items()
        }


class Flow:
    """Consecutive lines in one column."""

    def __init__(self, lines: Sequence[PageLine], spacing: Spacing) -> None:
        self._lines = lines
        self._spacing = spacing
        self._find_stacks()

    def _find_stacks(self) -> None:
        """For each line, where its column ends: the right edge of the lines close to it."""
        self._edges: list[tuple[float, float, bool]] = []
        begin = 0
        for at in range(1, len(self._lines) + 1):
            if at < len(self._lines) and self.is_close(at):
                continue
            stack = self._lines[begin:at]
            right = max((line.right for line in stack), default=0.0)
            width = max((line.right - line.x for line in stack), default=0.0)
            is_known = sum(line.right > right - _EDGE * line.size for line in stack) > 1
            self._edges += [(right, width, is_known)] * len(stack)
            begin = at

    def is_close(self, at: int) -> bool:
        """Whether line `at` is as close to the line above as lines of a paragraph are."""
        above, below = self._lines[at - 1], self._lines[at]
        return (
            _is_below(above, below)
            and above.code == below.code
            and above.y - below.y <= _APART * self._spacing.leading[above.size] * above.size
        )

    def end(self, at: int) -> int:
        """The index after the paragraph that begins at line `at`."""
        first = at
        at += 1
        while at < len(self._lines) and self._goes_on(first, at) and not mark_of(self._lines[at]):
            at += 1
        return at

    def goes_on(self, at: int) -> bool:
        """Whether line `at` belongs to the paragraph of the line above it."""
        return self._goes_on(at - 1, at)

    def _goes_on(self, first: int, at: int) -> bool:
        above, below = self._lines[at - 1], self._lines[at]
        if above.size != below.size or above.code != below.code or not self._is_set_alike(at):
            return False
        ends = LINE_END.search(above.text) is not None
        begins_small = below.text[:1].islower()
        if above.page != below.page or below.y >= above.y:  # the next page, or column
            return not ends and (begins_small or not self._had_room(at))
        if not self.is_close(at):
            return False
        if above.text.endswith("-") and begins_small:
            return True
        if self._had_room(at) or not self._is_below_its_start(first, at, ends):
            return False
        return begins_small or not ends or not self._may_begin_paragraph(at)

    def _may_begin_paragraph(self, at: int) -> bool:
        """Whether a new sentence at a line's beginning may begin a paragraph, where spacing does not tell."""
        above, below = self._lines[at - 1], self._lines[at]
        if below.starts_bold and not above.ends_bold and not self._spacing.all_bold:
            return True
        if self._spacing.is_spaced.get(above.size):
            return False
        is_far = self._spacing.leading[above.size] > _WIDE_APART
        return is_far or not self._edges[at - 1][2] or any(map(ends_as_question, (above.text, below.text)))

    def _is_set_alike(self, at: int) -> bool:
        """Whether no change between bold and normal type separates the two lines."""
        above, below = self._lines[at - 1], self._lines[at]
        if self._spacing.all_bold or above.ends_bold == below.starts_bold or not (above.bold or below.bold):
            return True
        if LINE_END.search(above.text) or self._had_room(at):
            return False
        return below.bold or below.text[:1].islower()

    def _is_below_its_start(self, first: int, at: int, ends: bool) -> bool:
        """Whether line `at` begins where a line of the paragraph may: not indented, or less than a first line."""
        above, below = self._lines[at - 1], self._lines[at]
        if abs(above.x + above.right - below.x - below.right) < above.size:  # set in the middle
            return True
        if below.x > above.x + above.size:
            return at - 1 == first and bool(mark_of(above)) and below.x < above.x + 4 * above.size
        return below.x >= above.x - above.size or (at - 1 == first and not ends)

    def _had_room(self, at: int) -> bool:
        """Whether the first word of line `at` would have fitted on the line above it."""
        above, below = self._lines[at - 1], self._lines[at]
        needed = below.first + (_SPACE + _SLACK) * above.size
        right, width, _ = self._edges[at - 1]
        return above.right + needed <= right and above.right - above.x + needed <= width


def _is_below(above: PageLine, below: PageLine) -> bool:
    return above.page == below.page and above.size == below.size and below.y < above.y


def _closest(gaps: Sequence[float]) -> float:
    """The smallest gap that several others are close to."""
    ordered = sorted(gaps)
    for gap in ordered:
        if bisect_right(ordered, 1.1 * gap) - bisect_left(ordered, gap) >= max(2, _SOME * len(ordered)):
            return gap
    return ordered[len(ordered) // 4]
