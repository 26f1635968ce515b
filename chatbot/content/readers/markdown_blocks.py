"""Makes blocks, each with the Markdown that shows it in an answer.

Readers of formats with their own syntax provide the words and the structure. How lists, tables and code are written in
Markdown is here, once.
"""

import re
from collections.abc import Iterable, Sequence

from chatbot.content.document import Block, Box, Line, Part, answer_lines
from chatbot.content.readers.html_text import safe_opening
from chatbot.content.render import strip_markup
from chatbot.core.text import one_line

# Chinese and Japanese have no blank at a line wrap.
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WIDE_WRAP = re.compile(rf"(?<={_WIDE})\s*\n\s*(?={_WIDE})")

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PRIVATE = 0xE000  # start of the private use characters
_SHOWN = {_PRIVATE + code: chr(code) for code in range(128)}


def unwrapped(text: str) -> str:
    """The words of wrapped lines on one line."""
    return one_line(_WIDE_WRAP.sub("", text))


def link(words: str, address: str) -> str:
    """A Markdown link. Characters that would end the address are encoded."""
    for character, code in ((" ", "%20"), ("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E")):
        address = address.replace(character, code)
    return f"[{words}]({address})" if address else words


def code_span(words: str) -> str:
    words = one_line(words)
    ticks = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    pad = " " if words[:1] == "`" or words[-1:] == "`" else ""
    return f"{ticks}{pad}{words}{pad}{ticks}" if words else ""


def plain(markdown: str) -> str:
    """The text of Markdown, on one line. Escaped characters are kept."""
    hidden = _ESCAPE.sub(lambda match: chr(_PRIVATE + ord(match[1])), markdown)
    return one_line(strip_markup(hidden).translate(_SHOWN))


def bold(markdown: str) -> str:
    """The whole text in bold, also where parts of it are bold already."""
    return f"**{markdown if '`' in markdown else markdown.replace('**', '')}**"


def paragraph(
    box: Box, lines: Sequence[Line], part: Part = "", anchors: Iterable[str] = (), words: str | None = None
) -> Block:
    """A paragraph. Each line but the last gets a hard break: callers have joined wrapped lines."""
    kept = [line for line in lines if line.text.strip()]
    shown = [Line(safe_opening(line.text.strip()) + "  ", line.sources) for line in kept]
    if shown:
        shown[-1].text = shown[-1].text.rstrip()
    text = plain("\n".join(line.text for line in kept)) if words is None else words
    return Block("paragraph", shown, text, box, part=part, anchors=tuple(anchors))


def heading(box: Box, level: int, line: Line, anchors: Iterable[str] = (), words: str | None = None) -> Block:
    level = min(max(level, 1), 6)
    text = plain(line.text) if words is None else words
    shown = [Line(f"{'#' * level} {one_line(line.text)}", line.sources)]
    return Block("heading", shown, text, box, level=level, anchors=tuple(anchors))


def code(box: Box, lines: Sequence[Line], language: str = "") -> Block:
    """A code block: lines and indentation unchanged, without blank lines at the ends."""
    kept = list(lines)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    longest = max((len(ticks) for line in kept for ticks in re.findall("`+", line.text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = language if re.fullmatch(r"[\w+#.-]{1,30}", language) else ""
    shown = [Line(fence + language), *kept, Line(fence)] if kept else []
    return Block("code", shown, one_line(" ".join(line.text for line in kept)), box)


def quote(box: Box, blocks: Sequence[Block]) -> Block:
    shown = [
        Line(f"> {line.text}" if line.text else ">", line.sources) for line in answer_lines(blocks, as_written=False)
    ]
    return Block("quote", shown, " ".join(block.words for block in blocks), box)


def rule(box: Box, source: int) -> Block:
    return Block("rule", [Line("***", {source})], "", box)


def listing(box: Box, items: Sequence[list[Block]], first: int | None = None) -> Block:
    """A list of bullets, or of numbers from `first` on. Further content of an item is indented below it."""
    shown: list[Line] = []
    kept = [item for item in items if any(block.lines for block in item)]
    for number, item in enumerate(kept, first or 0):
        mark = "- " if first is None else f"{number}. "
        for at, line in enumerate(_item_lines(item)):
            indent = mark if at == 0 else " " * len(mark)
            shown.append(Line(indent + line.text if line.text else "", line.sources))
    words = " ".join(block.words for item in kept for block in item)
    return Block("list", shown, words, box, items=kept)


def _item_lines(item: Sequence[Block]) -> list[Line]:
    """The lines of an item, without a blank line above a nested list: it would make the whole list loose."""
    lines: list[Line] = []
    for at, block in enumerate(item):
        if at and block.kind != "list" and lines and block.lines:
            lines.append(Line(""))
        lines += block.lines
    return lines


def table(box: Box, rows: Sequence[Sequence[Line]], named: bool) -> Block:
    """`named`: the first row holds column names. Markdown requires such a row, so otherwise an empty one is added."""
    rows = [row for row in rows if any(cell.text.strip() for cell in row)]
    width = max(map(len, rows), default=0)
    if not width:
        return Block("table", [], "", box)
    full = [[*row, *[Line("")] * (width - len(row))] for row in rows]
    if not named:
        full.insert(0, [Line("")] * width)
    cells = [[re.sub(r"(?<!\\)\|", r"\\|", cell.text) for cell in row] for row in full]
    shown = [
        Line("| " + " | ".join(texts) + " |", set().union(*(cell.sources for cell in row)))
        for texts, row in zip(cells, full, strict=True)
    ]
    shown.insert(1, Line("|" + " --- |" * width))
    words = plain(" ".join(text for row in cells for text in row))
    return Block("table", shown, words, box, rows=cells)


def cell(blocks: Sequence[Block]) -> Line:
    """Blocks as one table cell, their lines separated by <br>."""
    lines = [line for block in blocks for line in block.lines if line.text.strip()]
    return Line("<br>".join(line.text.strip() for line in lines), set().union(*(line.sources for line in lines)))
