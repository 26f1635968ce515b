"""The edges of PDF pages: running heads and feet, page numbers, what a browser prints around a page."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from chatbot.content.furniture import furniture_kind
from chatbot.content.readers.pdf_lines import PageLine
from chatbot.core.sentence_marks import LINE_END
from chatbot.core.text import ends_as_question, one_line

_PAGE_NUMBER = re.compile(
    r"[-\u2013\u2014|\s]*(?:(?:page|seite|p\.|s\.|pagina|p\u00e1gina)\s*)?\d{1,4}(?:\s*(?:/|of|von|de|di)\s*\d{1,4})?[-\u2013\u2014|.\s]*",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? +\d{1,2}:\d\d\b|(?:https?|file|about):\S+(?:\s+\d+\s*/\s*\d+)?$"
)  # as browsers print them above and below a page
_EDGE = 0.12  # of the height of a page
_MOST_EDGE = 3  # lines
_MOST_FOOT = 15  # lines above the copyright notice of a printed web page, and below it
_NOTICE = "copyright notice"
_SHORT = 60  # characters


def at_the_edges(pages: Sequence[Sequence[PageLine]]) -> list[tuple[PageLine, str]]:
    """(line, reason) of page numbers and of lines at page edges that are the same on most pages.

    Only the outermost lines count, and never questions: an answer such as "Yes." may be the second line of many pages.
    """
    edges = [edge for page in pages for edge in _edges(page)]
    seen: dict[tuple[str, bool], set[int]] = defaultdict(set)
    for edge in edges:
        for line in edge:
            seen[_same(line)].add(line.page)
    most = max(2, sum(bool(page) for page in pages) / 2)
    edge_lines = []
    for edge in edges:
        for line in edge:
            if not (reason := _edge_reason(line, len(seen[_same(line)]) >= most)):
                break
            edge_lines.append((line, reason))
    return edge_lines


def _edges(page: Sequence[PageLine]) -> Iterator[list[PageLine]]:
    """The first and the last lines of the page, each from the outside in."""
    ordered = sorted(page, key=lambda line: -line.height)
    yield [line for line in ordered if line.height > 1 - _EDGE][:_MOST_EDGE]
    yield [line for line in reversed(ordered) if line.height < _EDGE][:_MOST_EDGE]


def _edge_reason(line: PageLine, is_repeated: bool) -> str:
    if _PAGE_NUMBER.fullmatch(line.text):
        return "page number"
    if _PRINTED.match(line.text):
        return "date or address of a print"
    if not is_repeated or ends_as_question(line.text):
        return ""
    return "page header" if line.height > 0.5 else "page footer"


def _same(line: PageLine) -> tuple[str, bool]:
    return re.sub(r"\d+", "0", one_line(line.text)), line.height > 0.5


def site_footer(lines: Sequence[PageLine]) -> list[PageLine]:
    """The lines around the copyright notice of a printed web page: titles, addresses and links.

    Above the notice, short lines under a title of their own. Below it, all lines, unless one of them asks.
    """
    last = next((at for at in range(len(lines) - 1, -1, -1) if furniture_kind(lines[at].text) == _NOTICE), None)
    if last is None:
        return []
    begin = at = last
    while at > max(0, last - _MOST_FOOT) and _is_of_foot(lines[at - 1]):
        at -= 1
        if lines[at].bold and not lines[at + 1].bold:
            begin = at
    below = lines[last + 1 :]
    is_foot = len(below) <= _MOST_FOOT and not any(ends_as_question(line.text) for line in below)
    return [*lines[begin:last], *(below if is_foot else ())]


def _is_of_foot(line: PageLine) -> bool:
    return len(line.text) <= _SHORT and not LINE_END.search(line.text)
