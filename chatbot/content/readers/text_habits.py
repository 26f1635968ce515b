"""How whole texts are written: cells with a tab between, or a title above each paragraph, be it a question or not."""

import re
from collections.abc import Mapping

from chatbot.content.document import Block, Box, Line
from chatbot.content.furniture import asks
from chatbot.content.marks import answer_mark, question_mark
from chatbot.content.sections import LONGEST
from chatbot.text import list_mark, one_line

_FEWEST = 2  # questions, so that what is made as they are is one
_LONGEST_TITLE = 50  # characters
_AT_TAB = re.compile(r"[^\t]{2,300}\t+[^\t]*[^\W_][^\t]*")
_INDENTED = re.compile(r"\t| {2,}")


def lines_of_cells(lines: Mapping[int, str]) -> set[int]:
    """Lines with a question, a tab and its answer, as cells are copied, where most have them and most of these ask."""
    found = [number for number, line in lines.items() if _AT_TAB.fullmatch(line.strip())]
    asking = [number for number in found if asks(lines[number].strip().partition("\t")[0], LONGEST)]
    is_table = len(asking) >= _FEWEST and 2 * len(asking) >= len(found)
    return set(found) if is_table and 2 * len(found) >= sum(map(bool, lines.values())) else set()


def cells(line: str, number: int, box: Box) -> list[Block]:
    texts = [text.strip() for text in line.strip().split("\t", 1)]
    blocks = [Block("paragraph", [Line(text, {number})], one_line(text), box) for text in texts]
    blocks[0].make = "cell"
    return blocks


def titles_alike(lines: Mapping[int, str]) -> set[int]:
    """First lines of paragraphs, where all paragraphs are a title with its text below, and most of the titles ask."""
    groups: list[list[int]] = [[]]
    for number, line in lines.items():
        if line:
            groups[-1].append(number)
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    asking = [at for at, group in enumerate(groups) if asks(lines[group[0]], LONGEST)]
    below = groups[asking[0] :] if asking else []
    heads = [lines[group[0]] for group in below]
    if len(asking) < _FEWEST or 2 * len(asking) < len(below) or any(len(group) < 2 for group in below):
        return set()
    plain = [head for head in heads if not asks(head, LONGEST)]
    if any(map(_INDENTED.match, heads)) or not all(map(_may_be_title, plain)):
        return set()
    return {group[0] for group in below}


def _may_be_title(line: str) -> bool:
    is_marked = list_mark(line) or question_mark(line) or answer_mark(line) or line.lstrip()[:1] in ">|#"
    return len(line) <= _LONGEST_TITLE and not is_marked and line.rstrip()[-1:] not in ".!:;,\u3002\uff1a"
