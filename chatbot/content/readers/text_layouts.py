"""Layouts of whole texts: cells with a tab between, or a title above each paragraph, whether it asks or not."""

import re
from collections.abc import Mapping
from itertools import groupby, pairwise

from chatbot.content.document import Block, Box, Line
from chatbot.content.furniture import asks
from chatbot.content.labels import answer_label, question_label
from chatbot.content.sections import LONGEST
from chatbot.core.text import list_mark, one_line

_FEWEST = 2  # questions in a layout; fewer may be chance
_LONGEST_TITLE = 50  # characters
_NEARLY = 0.8  # share of the longest line; such a line was probably wrapped
_ENDS = re.compile(r"[.!\u3002\uff01\u0964][\"')\u201d\u2019\u00bb]*\s*$")
_AT_TAB = re.compile(r"[^\t]{2,300}\t+[^\t]*[^\W_][^\t]*")
_INDENTED = re.compile(r"\t| {2,}")


def lines_of_cells(lines: Mapping[int, str]) -> set[int]:
    """Lines with a question, a tab and its answer, as copied cells have, where most lines do and most of these ask."""
    numbers = [number for number, line in lines.items() if _AT_TAB.fullmatch(line.strip())]
    asking = [number for number in numbers if asks(lines[number].strip().partition("\t")[0], LONGEST)]
    is_table = len(asking) >= _FEWEST and 2 * len(asking) >= len(numbers)
    return set(numbers) if is_table and 2 * len(numbers) >= sum(map(bool, lines.values())) else set()


def cells(line: str, number: int, box: Box) -> list[Block]:
    texts = [text.strip() for text in line.strip().split("\t", 1)]
    blocks = [Block("paragraph", [Line(text, {number})], one_line(text), box) for text in texts]
    blocks[0].style = "cell"
    return blocks


def titles_alike(lines: Mapping[int, str]) -> set[int]:
    """First lines of paragraphs, where every paragraph is a title with text below it, and most titles ask.

    An answer may have several paragraphs, so a line that only might be a title does not count.
    """
    groups = [list(group) for has_text, group in groupby(lines, lambda number: bool(lines[number])) if has_text]
    texts = [[lines[number] for number in group] for group in groups]
    asking = [at for at, text in enumerate(texts) if asks(text[0], LONGEST)]
    first = asking[0] if asking else 0
    below = texts[first:]
    if len(asking) < _FEWEST or 2 * len(asking) <= len(below) or any(len(text) < 2 for text in below):
        return set()
    width = max(len(line) for text in below for line in text)
    for above, text in pairwise(below):
        if not asks(text[0], LONGEST) and not (_is_titled(text, width) and _ENDS.search(above[-1])):
            return set()
    if any(_INDENTED.match(text[0]) for text in below):
        return set()
    return {group[0] for group in groups[first:]}


def _is_titled(text: list[str], width: int) -> bool:
    """Whether it is a title above whole sentences, and not a sentence that continues below or a part of an address."""
    opens = text[1].lstrip()
    is_full = len(text[0]) >= _NEARLY * width and len(text[0]) + 1 + len(opens.split()[0]) > width
    is_broken = is_full or opens[:1].islower()
    return _may_be_title(text[0]) and not is_broken and _ENDS.search(text[-1]) is not None


def _may_be_title(line: str) -> bool:
    is_marked = list_mark(line) or question_label(line) or answer_label(line) or line.lstrip()[:1] in ">|#"
    return len(line) <= _LONGEST_TITLE and not is_marked and line.rstrip()[-1:] not in ".!:;,\u3002\uff1a"
