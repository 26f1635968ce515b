"""`.txt`: a page copied from a site, or written by hand, as blocks.

Lines are kept: an answer has its lines and their indentation. A line that asks, has a label ("Q:") or a number such as
"1.1)" begins a block, and so does a line below a blank one.
"""

import re
from collections.abc import Iterable, Mapping

from chatbot.content.document import Block, Box, Document, Line
from chatbot.content.furniture import asks, furniture_kind
from chatbot.content.labels import answer_label, is_numbered, question_label
from chatbot.content.readers.drawn_tables import drawn_tables
from chatbot.content.readers.mail import signature, unquoted
from chatbot.content.readers.markdown_blocks import table
from chatbot.content.readers.paged_text import running_heads, whole_words
from chatbot.content.readers.text_layouts import cells, lines_of_cells, titles_alike
from chatbot.content.sections import LONGEST
from chatbot.core.sentence_marks import FULL_STOPS
from chatbot.core.text import clean, list_mark, one_line

_TITLE = 120  # characters; a longer numbered line is no title
_NEAR = 12  # lines below a title that are searched for a question
_FEW = 3  # words at the end of a question; many scripts have no blanks and no small letters
_NEARLY = 0.8  # of the longest line above
_WIDE = 50  # characters; a shorter line was not wrapped
_DEEP = re.compile(r"\s{0,3}\d{1,3}(?:\.\d{1,3})+")
_SHALLOW = re.compile(r"\s{0,3}\d{1,3}[.)]?\s+\S.{0,80}$")
_REMARK = re.compile(r"(?:\t| {2,})\s*(?:#|//|--|;|%|/\*|<!--|rem\b)\s*\S", re.IGNORECASE)
_INDENTED = re.compile(r"\t| {2,}")
_RULE = re.compile(r"\s*([-=_*~#])\1{2,}\s*$")


def read_plain_text(file: str, text: str) -> Document:
    lines = {number: line.rstrip() for number, line in enumerate(clean(text).split("\n"), 1)}
    document = Document(file, dict(lines), is_markdown=False, as_written=True)
    heads = running_heads(lines)
    document.dropped = dict.fromkeys(heads, "running head or number of a page")
    signed = signature(lines)
    document.dropped |= dict.fromkeys(signed, "signature of a mail")
    heads |= signed
    lines = whole_words({number: line for number, line in lines.items() if number not in heads})
    lines = unquoted(lines)
    box = Box()
    is_list = _are_items(lines.values())
    code = _lines_of_code(lines)
    other_blocks, alone = _other_blocks(lines, box), titles_alike(lines)
    group: list[int] = []

    def close() -> None:
        if group:
            document.blocks.append(_block([lines[n] for n in group], group, box))
            document.blocks[-1].kind = "code" if group[0] in code else "paragraph"
            document.blocks[-1].style = "title" if group[0] in alone else ""
            group.clear()

    for number, line in lines.items():
        if not line or (group and (group[0] in code) != (number in code)):
            close()
        if number in other_blocks:
            close()
            document.blocks += other_blocks[number]
        elif number not in code and asks(line, LONGEST) and (is_list or not list_mark(line)):
            if not _goes_on(lines, group, line):
                close()
            group.append(number)
            close()
        elif number in alone or (number not in code and _stands_alone(lines, number)):
            close()
            group.append(number)
            close()
        else:
            if question_label(line) or answer_label(line):
                close()
            group += [number] if line else []
    close()
    return document


def _other_blocks(lines: Mapping[int, str], box: Box) -> dict[int, list[Block]]:
    """Line number -> the blocks there that are no paragraphs: rules, cells, drawn tables."""
    blocks = {
        number: [Block("rule", [Line(line, {number})], "", box)] for number, line in lines.items() if _RULE.match(line)
    }
    blocks |= {number: cells(lines[number], number, box) for number in lines_of_cells(lines)}
    for drawn in drawn_tables(lines):
        if drawn.holds_questions:
            blocks |= {number: [] for number in drawn.numbers}
            blocks[drawn.numbers[0]] = [table(box, drawn.rows, drawn.named)]
    return blocks


def _lines_of_code(lines: Mapping[int, str]) -> set[int]:
    """Lines around a code comment that asks ("  # Why?"), where the questions of the page are not indented."""
    asking = {number: line for number, line in lines.items() if asks(line, LONGEST)}
    remarks = [number for number, line in asking.items() if _REMARK.match(line)]
    if len(remarks) == len(asking) or any(_INDENTED.match(line) for n, line in asking.items() if n not in remarks):
        return set()
    code = set(remarks)
    for start in remarks:
        for step in (-1, 1):
            number = start + step
            while _INDENTED.match(lines.get(number, "")):
                code.add(number)
                number += step
    return code


def _stands_alone(lines: Mapping[int, str], number: int) -> bool:
    """Whether the line is navigation, has a number with several parts, or is the title above such lines."""
    line = lines[number]
    if furniture_kind(one_line(line)) == "navigation" or (_DEEP.match(line) and len(line) < _TITLE):
        return True
    near = (lines.get(at, "") for at in range(number + 1, number + _NEAR))
    below = next((text for text in near if text and furniture_kind(one_line(text)) != "navigation"), "")
    is_item = _SHALLOW.match(lines.get(number - 1, "")) is not None
    return _SHALLOW.match(line) is not None and _DEEP.match(below) is not None and not is_item


def _are_items(lines: Iterable[str]) -> bool:
    """Whether the questions of the page are numbered. Otherwise "1. Does it hurt?" is a list item of an answer."""
    asking = [line for line in lines if asks(line.rstrip(), LONGEST)]
    bare = sum(list_mark(line) is None for line in asking)
    return not bare or sum(is_numbered(line.strip()) for line in asking) > max(3 * bare, 2)


def _goes_on(lines: Mapping[int, str], group: list[int], line: str) -> bool:
    """Whether `line`, which asks, is the end of a wrapped question."""
    if not group or list_mark(line):
        return False
    above = lines[group[-1]].rstrip()
    if question_label(line) or above.rstrip()[-1:] in f".!?:;\uff1f\uff01{FULL_STOPS}":
        return bool(question_label(lines[group[0]])) and above[-1:] not in "?？"
    opens = line.lstrip()[:1]
    if question_label(lines[group[0]]):
        return True
    starts = lines[group[0]].lstrip()[:1]
    longest = max(len(lines[number]) for number in group)
    if len(group) > 1 and opens.islower() and starts.isupper() and len(above) >= _NEARLY * longest:
        return True  # the end of a wrapped paragraph
    is_short = len(group) == 1 or (len(group) == 2 and len(above) >= _WIDE)
    is_end = len(line.split()) <= _FEW and (opens.upper() != opens.lower() or len(above) >= _WIDE // 2)
    is_rest = opens.islower() or (len(group) == 1 and is_end)
    return is_short and is_rest and not starts.islower() and not answer_label(lines[group[0]])


def _block(texts: list[str], numbers: list[int], box: Box) -> Block:
    lines = [Line(text, {number}) for text, number in zip(texts, numbers, strict=True)]
    return Block("paragraph", lines, one_line(" ".join(texts)), box)
