"""HTML elements as readable Markdown. Each line knows the lines of the page that it comes from.

Paragraphs, lists, tables, quotations, code, emphasis and links are kept, and so is every word. Only characters that
Markdown would read as markup are escaped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chatbot.content.document import FILM, PICTURE, Line
from chatbot.content.readers.html_code import Code, code_in
from chatbot.content.readers.html_grid import by_column
from chatbot.content.readers.html_tree import Element, Text
from chatbot.content.readers.redirects import direct

Drop = Callable[[Text, str], None]  # called with each text that is left out, and the reason

_SKIPPED = {
    **dict.fromkeys(("script", "style", "template"), "script or style"),
    **dict.fromkeys(("nav", "header", "footer", "aside", "head"), "navigation"),
    **dict.fromkeys(("button", "form", "select", "textarea", "input"), "form"),
    **dict.fromkeys(("svg", "canvas", "noscript"), "not text"),
    **dict.fromkeys(("iframe", "object", "video", "audio", "embed"), FILM),
}
_LANDMARKS = frozenset("navigation contentinfo banner search complementary".split())
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em font i img ins kbd label mark q s samp small span strong strike sub"
    " summary sup time tt u var wbr".split()
)
_EMPHASIS = {"strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "del": "~~", "s": "~~", "strike": "~~"}
_KEPT_TAGS = frozenset({"sub", "sup", "kbd", "mark"})

_SPECIAL = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|`|~~"
    r"|(?<!\s)\*|\*(?!\s)|(?<![\w\s])_|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"
    r"|\](?=\()|<(?=[a-zA-Z/!?])|&(?=#?\w+;)"
)
_BULLET = re.compile("[\u2022\u00b7\u25aa\u25cf\u25e6\u2023\u2043\u25cb\u25a0\uf0b7][ \t]+(?=\\S)")
_OPENING = re.compile(
    r"(#{1,6}(?=\s|$)|>|\[(?=.*\]:)|[-+*](?=\s|$)|[-=]+$|(?:[-_*]\s*){3,}$|\||~~~|```|:?-+:?\s*\|)|(\d{1,9})([.)])(?=\s|$)"
)


@dataclass(slots=True)
class _Run:
    """A piece of a paragraph: its Markdown and its line."""

    text: str
    line: int
    breaks: bool = False  # a <br>


def markdown_lines(nodes: Sequence[Element | Text], drop: Drop) -> list[Line]:
    lines = _blocks(nodes, drop)
    while lines and not lines[-1].text.strip():
        lines.pop()
    return lines


def block_lines(node: Element, drop: Drop) -> list[Line]:
    """The lines of one list, table, quotation or piece of code."""
    return _block(node, drop)


def inline_lines(nodes: Sequence[Element | Text], drop: Drop) -> list[Line]:
    """The lines of one paragraph. Only <br> breaks lines."""
    return _blocks(nodes, drop)


def is_inline(node: Element) -> bool:
    """Whether `node` is only a part of a paragraph."""
    return node.tag in _INLINE and not holds_blocks(node)


def skip_reason(element: Element) -> str:
    """Why nothing inside `element` is content, or ""."""
    if element.attributes.get("role", "").lower() in _LANDMARKS:
        return "navigation"
    hidden = "hidden" in element.attributes and element.tag not in ("details", "dd", "div", "section", "p")
    return _SKIPPED.get(element.tag, "hidden" if hidden else "")


def holds_blocks(node: Element) -> bool:
    """Whether `node` is, or contains, more than a part of a paragraph."""
    return any(element.tag not in _INLINE for element in node.walk())


def drop_all(element: Element, drop: Drop, reason: str) -> None:
    texts = list(element.texts())
    if not texts and reason == FILM:
        texts = [Text(element.attributes.get("src") or element.tag, element.line)]
    for text in texts:
        drop(text, "comment" if text.tag else reason)


def _blocks(nodes: Sequence[Element | Text], drop: Drop, tight: bool = False) -> list[Line]:
    """The blocks of `nodes` with blank lines between them. `tight`: no blank line before a list, as in list items."""
    lines: list[Line] = []
    runs: list[_Run] = []

    def add(block: list[Line], close: bool = False) -> None:
        if block:
            lines.extend([Line("")] if lines and not close else [])
            lines.extend(block)

    def flush() -> None:
        add(_paragraph(runs))
        runs.clear()

    for node in nodes:
        if isinstance(node, Text):
            if node.tag:
                drop(node, "comment")
            else:
                runs.append(_Run(escaped(node.text), node.line))
        elif reason := skip_reason(node):
            drop_all(node, drop, reason)
        elif node.tag in _INLINE and not holds_blocks(node):
            runs += _inline(node, drop)
        else:
            flush()
            add(_block(node, drop), close=tight and node.tag in ("ul", "ol"))
    flush()
    return lines


def _block(node: Element, drop: Drop) -> list[Line]:
    if node.tag in ("ul", "ol"):
        return _list(node, drop)
    if node.tag == "table":
        code = code_in(node)
        return _code(code, drop) if code else _table(node, drop)
    if node.tag == "pre":
        return _code(node, drop)
    if node.tag == "hr":
        return [Line("***", {node.line})]
    inner = _blocks(node.children, drop)
    if node.tag == "blockquote":
        return [Line(f"> {line.text}".rstrip(), line.sources) for line in inner]
    if re.fullmatch("h[1-6]", node.tag) and inner:
        words = " ".join(line.text.strip() for line in inner if line.text)
        return [Line(f"{'#' * int(node.tag[1])} {words}", set().union(*(line.sources for line in inner)))]
    if node.tag == "dt" and len(inner) == 1:
        return [Line(f"**{inner[0].text}**", inner[0].sources)]
    return inner


def _list(node: Element, drop: Drop) -> list[Line]:
    """One line for each item, with its further content indented below."""
    lines: list[Line] = []
    start = node.attributes.get("start", "")
    number = int(start) if re.fullmatch(r"\d{1,9}", start) else 1
    for child in node.children:
        if isinstance(child, Text):
            if child.text.strip():
                drop(child, "comment" if child.tag else "between the items of a list")
            continue
        item = _blocks(child.children, drop, tight=True) if child.tag == "li" else _blocks([child], drop)
        if not item:
            continue
        mark = f"{number}. " if node.tag == "ol" else "- "
        number += 1
        for at, line in enumerate(item):
            indent = mark if at == 0 else " " * len(mark)
            lines.append(
                Line(
                    (indent + line.text).rstrip() if not line.text.endswith("  ") else indent + line.text, line.sources
                )
            )
    return lines


def _table(node: Element, drop: Drop) -> list[Line]:
    """The table with a first row of column names, as Markdown requires; empty names where the page has none."""
    written: list[list[Element]] = []
    above: list[Line] = []
    pending = list(reversed(node.children))
    while pending:
        child = pending.pop()
        if isinstance(child, Text):
            if child.text.strip():
                drop(child, "comment" if child.tag else "between the cells of a table")
        elif child.tag == "tr":
            written.append([cell for cell in child.children if isinstance(cell, Element)])
        elif child.tag in ("thead", "tbody", "tfoot", "colgroup"):
            pending += reversed(child.children)
        else:  # a caption
            above += [*_blocks([child], drop), Line("")]
    lines_of = {id(cell): _cell(cell, drop) for row in written for cell in row}
    grid = [line for row, line in zip(written, by_column(written), strict=True) if row]
    if not grid:
        return above
    rows = [[lines_of[id(cell)] if cell else Line("") for cell in line] for line in grid]
    width = max(map(len, rows))
    if any(cell.tag != "th" for cell in next(filter(None, written))):
        rows.insert(0, [])
    lines = [_row(cells, width) for cells in rows]
    return [*above, lines[0], Line("|" + " --- |" * width), *lines[1:]]


def _cell(cell: Element, drop: Drop) -> Line:
    lines = [line for line in _blocks(cell.children, drop) if line.text.strip()]
    words = "<br>".join(line.text.strip() for line in lines)
    return Line(re.sub(r"(?<!\\)\|", r"\\|", words), set().union(*(line.sources for line in lines)))


def _row(cells: Sequence[Line], width: int) -> Line:
    texts = [cell.text for cell in cells] + [""] * (width - len(cells))
    return Line("| " + " | ".join(texts) + " |", set().union(*(cell.sources for cell in cells)))


def _code(node: Element, drop: Drop) -> list[Line]:
    code = Code(node)
    for text in code.left_out:
        drop(text, "a button")
    return code.fenced()


def _inline(node: Element, drop: Drop) -> Iterator[_Run]:
    if reason := skip_reason(node):
        drop_all(node, drop, reason)
        return
    if node.tag == "br":
        yield _Run("", node.line, breaks=True)
        return
    if node.tag == "img":
        shown = node.attributes.get("alt", "").strip() or node.attributes.get("src", "") or "picture"
        drop(Text(shown, node.line), PICTURE)
        return
    if node.tag in ("code", "tt", "samp"):
        yield from _code_span(node)
        return
    inner: list[_Run] = []
    for child in node.children:
        if isinstance(child, Text):
            if child.tag:
                drop(child, "comment")
            else:
                inner.append(_Run(escaped(child.text), child.line))
        else:
            inner += _inline(child, drop)
    before, after = _marks(node)
    if before and any(run.text.strip() for run in inner):
        inner = list(_with_marks(inner, before, after))
    yield from inner


def _address(link: Element) -> str:
    return direct(re.sub(r"[\t\n\r]", "", link.attributes.get("href", "")).strip())  # as browsers read it


def _code_span(node: Element) -> Iterator[_Run]:
    """Code within a line. A line break splits it in two."""
    pieces: list[list[Text]] = [[]]
    pending: list[Element | Text] = [node]
    while pending:
        child = pending.pop()
        if isinstance(child, Text):
            pieces[-1] += [] if child.tag else [child]
        elif child.tag == "br":
            pieces.append([])
        else:
            pending += reversed(child.children)
    for at, texts in enumerate(pieces):
        if at:
            yield _Run("", node.line, breaks=True)
        words = " ".join("".join(text.text for text in texts).split())
        ticks = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
        pad = " " if words[:1] == "`" or words[-1:] == "`" else ""
        if words:
            yield _Run(f"{ticks}{pad}{words}{pad}{ticks}", texts[0].line)


def _marks(node: Element) -> tuple[str, str]:
    if node.tag in _KEPT_TAGS:
        return f"<{node.tag}>", f"</{node.tag}>"
    address = _address(node) if node.tag == "a" else ""
    if address and not re.search(r"[\s<>]", address):
        # A parenthesis would end the address in Markdown.
        return "[", "](" + address.replace("(", "%28").replace(")", "%29") + ")"
    mark = _EMPHASIS.get(node.tag, "")
    return mark, mark


def _with_marks(runs: Sequence[_Run], before: str, after: str) -> Iterator[_Run]:
    """Puts the marks directly around the words, since Markdown needs blanks outside of them."""
    full = [at for at, run in enumerate(runs) if run.text.strip()]
    for at, run in enumerate(runs):
        text = run.text
        if at == full[0]:
            bare = text.lstrip()
            text = (" " if len(bare) < len(text) else "") + before + bare
        if at == full[-1]:
            bare = text.rstrip()
            text = bare + after + (" " if len(bare) < len(text) else "")
        yield _Run(text, run.line, run.breaks)


def _paragraph(runs: Sequence[_Run]) -> list[Line]:
    """White space becomes one blank, as in a browser. Only <br> breaks a line."""
    lines = [Line("")]
    for run in runs:
        if run.breaks:
            lines[-1].text = lines[-1].text.rstrip()
            lines.append(Line(""))
            continue
        text = re.sub(r"\s+", " ", run.text.replace("\u00a0", " "))
        if not lines[-1].text or lines[-1].text.endswith(" "):
            text = text.lstrip(" ")
        lines[-1].text += text
        lines[-1].sources |= {n for n, part in enumerate(run.text.split("\n"), run.line) if part.strip()}
    kept = [Line(_opened(line.text.rstrip()), line.sources) for line in lines if line.text.strip()]
    return [Line(line.text + "  ", line.sources) for line in kept[:-1]] + kept[-1:]


def escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _opened(text: str) -> str:
    """A line that begins with a bullet becomes a list item: Word writes lists in this way."""
    bullet = _BULLET.match(text)
    return f"- {text[bullet.end() :]}" if bullet else safe_opening(text)


def safe_opening(text: str) -> str:
    """Escapes what would make the paragraph a heading, list, quotation or table."""
    if opening := _OPENING.match(text):
        return f"{opening[2]}\\{text[len(opening[2]) :]}" if opening[2] else "\\" + text
    return text
