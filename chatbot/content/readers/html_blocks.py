"""HTML as blocks: the tree of a page flattened in reading order, each block with its box.

Relations that the page states are kept: `summary` and its `details`, `dt` and its `dd`, a switch and its panel
(`aria-controls`, `data-target="#id"`, `href="#id"`). Class names are ignored, since no two pages use the same.
"""

import re
from collections import Counter
from collections.abc import Sequence

from chatbot.content.document import MEDIA, PICTURE, Block, Box, Document, Line
from chatbot.content.furniture import asks
from chatbot.content.readers.html_code import code_in
from chatbot.content.readers.html_elements import (
    NO_WORDS,
    address_of,
    bylines_of,
    classes_of,
    ends_with_break,
    inner_headers,
    is_block,
    is_links_only,
    is_mostly_text,
    keep_asides,
    targets_of,
    without_icons,
    without_signs,
    words_of,
)
from chatbot.content.readers.html_grid import by_column
from chatbot.content.readers.html_prepared import prepare
from chatbot.content.readers.html_text import Drop, block_lines, drop_all, inline_lines, is_inline, skip_reason
from chatbot.content.readers.html_tree import Element, Text, parse_html
from chatbot.content.readers.metadata import METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, metadata_key
from chatbot.content.render import plain_line, strip_markup
from chatbot.content.sections import LONGEST, SWITCH
from chatbot.core.text import clean, match_key, one_line

_HEADING = re.compile("h([1-6])")
_CONTROLS = re.compile(r"aria-controls|aria-owns|href|data-[\w-]+")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_LEAVES = frozenset("p pre blockquote hr table ul ol address figcaption".split())
_PANES = frozenset("div section article li".split())
_PARTED = frozenset("h1 h2 h3 h4 h5 h6 details dl summary button section article".split())


def document_of(file: str, html: str) -> Document:
    """The document of a page that is HTML; Unreadable where its tags are nested too deeply."""
    text = clean(html)
    document = Document(file, dict(enumerate(text.split("\n"), 1)))

    def drop(text: Text, reason: str) -> None:
        for number, _ in text.lines():
            document.dropped.setdefault(number, reason)

    root = parse_html(text)
    prepare(root, drop)
    add_blocks(document, root, drop, set())
    return document


def add_blocks(document: Document, root: Element, drop: Drop, taken: set[Text]) -> None:
    """Adds the blocks below `root`. `drop` is called for text left out. `taken`: texts that were read before."""
    document.url = address_of(root)
    flat = _Flattening(root, drop, taken)
    document.blocks += flat.blocks
    document.unshown += flat.unshown


class _Flattening:
    def __init__(self, root: Element, drop: Drop, taken: set[Text]) -> None:
        self.blocks: list[Block] = []
        self.unshown: list[tuple[int, int, str]] = []
        self._on_drop, self._taken = drop, taken
        self._boxes: dict[str, Box] = {}  # by id of the element
        self._anchors: list[str] = []
        self._waiting: list[tuple[Block, str]] = []  # switches, and the ids of their panels
        self._switches: frozenset[str] = frozenset()
        self._ids = {e.attributes["id"]: e for e in reversed(list(root.walk())) if e.attributes.get("id")}
        self._asked = Counter(match_key(without_signs(words)) for words in _leaves_of(root))
        keep_asides(root)
        self._main = inner_headers(root)
        self._switches = classes_of(e for e in root.walk() if self._is_switch(e))
        self._flow(root.children, Box(), root)
        for block, name in self._waiting:
            box = self._boxes.get(name)
            if box and not any(other is box for other in block.box.with_parents()):
                block.part, block.answered_by = "question", box

    def _flow(self, nodes: Sequence[Element | Text], box: Box, parent: Element) -> None:
        runs: list[Element | Text] = []
        for node in nodes:
            if isinstance(node, Text):
                runs += self._text(node)
            elif self._is_taken(node):
                continue
            elif self._is_switch(node):
                self._paragraph(runs, box, parent)
                self._heading(node, box, SWITCH)
            elif reason := self._skipped(node):
                drop_all(node, self._drop, reason)
            elif node.tag == "br" and ends_with_break(runs):
                self._paragraph(runs, box, parent)  # an empty line
            elif is_inline(node) and node.tag != "summary":
                runs.append(node)
            else:
                self._paragraph(runs, box, parent)
                self._element(node, box)
        self._paragraph(runs, box, parent)

    def _text(self, node: Text) -> list[Element | Text]:
        if node.tag:
            self._drop(node, "comment")
        return [] if node.tag or node in self._taken else [node]

    def _element(self, node: Element, box: Box) -> None:
        anchor = node.attributes.get("id", "")
        level = _HEADING.fullmatch(node.tag)
        if level or node.tag in ("summary", "dt"):
            self._heading(node, box, int(level[1]) if level else 0)
        elif node.tag == "dl":
            self._definitions(node, Box(box, "definitions", anchor))
        elif node.tag in _LEAVES and not self._holds_parts(node):
            self._leaf(node, box)
        else:
            if anchor:
                self._anchors.append(anchor)
            inner = box if node.tag == "header" else Box(box, node.tag, anchor)  # its content is beside it
            if anchor:
                self._boxes.setdefault(anchor, inner)
            first = len(self.blocks)
            bylines = bylines_of(node)
            for byline in bylines:
                drop_all(byline, self._drop, "date or author")
            self._flow([child for child in node.children if child not in bylines], inner, node)
            if node.tag == "details":
                for block in self.blocks[first:]:
                    if block.part == "question" and block.box is inner and block.answered_by is None:
                        block.answered_by = inner

    def _definitions(self, node: Element, box: Box) -> None:
        """Terms and their definitions, whatever elements are around both."""
        names: list[Block] = []
        answer: Box | None = None
        rows = [element for element in node.walk() if element.tag in ("dt", "dd") and element is not node]
        inner_lists = [e for element in rows for e in element.walk() if e.tag == "dl"]
        nested = {id(e) for dl in inner_lists for e in dl.walk() if e.tag in ("dt", "dd")}
        if not rows:
            self._flow(node.children, box, node)
            return
        inside = {id(text) for row in rows for text in row.texts()}
        for text in node.texts():
            if id(text) not in inside and text.text.strip() and text not in self._taken:
                self._drop(text, "comment" if text.tag else "between the terms of a list")
        for row in rows:
            if id(row) in nested:
                continue
            if row.tag == "dt":
                if answer:
                    names, answer = [], None
                first = len(self.blocks)
                self._heading(row, box, 0)
                names += self.blocks[first:]
            elif names:
                answer = answer or Box(box, "dd")
                for name in names:
                    name.answered_by = answer
                self._flow(row.children, answer, row)
            else:
                self._flow(row.children, box, row)

    def _heading(self, node: Element, box: Box, level: int) -> None:
        """Adds a heading, summary, term or switch as one line."""
        lines = [line for line in inline_lines(without_icons(node), self._drop_icon) if line.text.strip()]
        words = one_line(" ".join(strip_markup(line.text) for line in lines))
        if not words or not match_key(words):
            return
        sources: set[int] = set().union(*(line.sources for line in lines))
        joined = " ".join(line.text.strip() for line in lines)
        shown = f"{'#' * min(level, 6)} {joined}" if 0 < level < SWITCH else f"**{words}**"
        block = Block("heading" if level else "paragraph", [Line(shown, sources)], words, box, level, lang=node.lang)
        if node.tag in ("summary", "dt"):
            block.part = "question"
        block.anchors = (
            *self._anchors,
            *(e.attributes[k] for e in node.walk() for k in ("id", "name") if e.attributes.get(k)),
        )
        self._anchors.clear()
        self._shows(node, block)
        self.blocks.append(block)

    def _drop(self, text: Text, reason: str) -> None:
        if reason in MEDIA:
            self.unshown.append((len(self.blocks), text.line, reason))
        self._on_drop(text, reason)

    def _drop_icon(self, text: Text, reason: str) -> None:
        """Drops text of a heading. A picture beside a question belongs to no answer."""
        self._drop(text, "an icon" if reason == PICTURE else reason)

    def _shows(self, node: Element, block: Block) -> None:
        for element in node.walk():
            for name, value in element.attributes.items():
                target = value.strip().lstrip("#")
                if target in self._ids and _CONTROLS.fullmatch(name) and (name != "href" or value.strip()[:1] == "#"):
                    self._waiting.append((block, target))

    def _paragraph(self, runs: list[Element | Text], box: Box, parent: Element) -> None:
        if not runs:
            return
        lines = [Line(_without_escapes(line.text), line.sources) for line in inline_lines(runs, self._drop)]
        inner = [element for run in runs if isinstance(run, Element) for element in run.walk()]
        style = f"{parent.tag} {parent.attributes.get('class', '').strip()}"
        names = [e.attributes[k] for e in inner for k in ("id", "name") if e.attributes.get(k)]
        words = plain_line(" ".join(line.text for line in lines))
        if match_key(words):
            block = Block("paragraph", lines, words, box, lang=parent.lang, anchors=(*self._anchors, *names))
            block.links_only, block.leads_to = is_links_only(runs), targets_of(runs)
            block.style = style if parent.attributes.get("class", "").strip() else ""
            self._anchors.clear()
            if parent.tag not in ("", "body", "li", "td", "dd"):
                self._shows(Element("", parent.attributes, 0, "", list(runs)), block)
            self.blocks.append(block)
        else:
            self._anchors += names
        runs.clear()

    def _leaf(self, node: Element, box: Box) -> None:
        if node.tag in ("p", "address", "figcaption"):
            if anchor := node.attributes.get("id", ""):
                self._anchors.append(anchor)
                box = self._boxes.setdefault(anchor, Box(box, node.tag, anchor))
            self._flow(node.children, box, node)
            return
        node = (code_in(node) if node.tag == "table" else None) or node
        lines = block_lines(node, self._drop)
        if not lines:
            return
        if node.tag == "hr":
            self.blocks.append(Block("rule", lines, "", box))
            return
        words = plain_line(" ".join(line.text for line in lines))
        kind = {"pre": "code", "blockquote": "quote", "table": "table"}.get(node.tag, "list")
        block = Block(kind, lines, words, box, lang=node.lang)  # type: ignore[arg-type]
        block.links_only, block.leads_to = is_links_only([node]), targets_of([node])
        if kind == "list":
            block.items = [self._inside(item) for item in node.children if isinstance(item, Element)]
        elif kind == "table":
            rows = [re.split(r"(?<!\\)\|", line.text.strip()[1:-1]) for line in lines if line.text.startswith("|")]
            block.rows = [[cell.strip() for cell in row] for row in rows]
            block.rows = [row for row in block.rows if not all(re.fullmatch("-+", cell) for cell in row)]
            block.cells = self._cells(node)
            if len(block.cells) == len(block.rows) - 1:  # the page has no column names; Markdown needs a row for them
                block.cells.insert(0, [])
        self.blocks.append(block)

    def _cells(self, table: Element) -> list[list[list[Block]]]:
        rows = [row for row in table.walk() if row.tag == "tr"]
        cells = [
            [cell for cell in row.children if isinstance(cell, Element) and cell.tag in ("td", "th")] for row in rows
        ]
        inside = {id(cell): self._inside(cell) for row in cells for cell in row}
        grid = zip(cells, by_column(cells), strict=True)
        return [[inside[id(cell)] if cell else [] for cell in line] for row, line in grid if row]

    def _inside(self, item: Element) -> list[Block]:
        inner = _Flattening(item, lambda text, reason: None, self._taken)
        return inner.blocks

    def _holds_parts(self, node: Element) -> bool:
        """Whether `node`, a list or a table, is used for the layout of the page, so that its content is blocks."""
        inner = [element for element in node.walk() if element is not node]
        parts = any(e.tag in _PARTED and (e.tag != "button" or self._is_switch(e)) for e in inner)
        if node.tag == "table":  # of questions, unless one cell holds several
            cells = [e for e in inner if e.tag in ("td", "th")]
            return parts or any(sum(map(self._asks, cell.walk())) > 1 for cell in cells)
        return parts or any(self._is_switch(e) or (self._asks(e) and node.tag != "pre") for e in inner)

    def _asks(self, node: Element) -> bool:
        """Whether it is a block that asks."""
        if node.tag not in ("div", "p") or any(is_block(inner) for inner in node.children):
            return False
        return asks(without_signs(words_of(node)), LONGEST)

    def _is_switch(self, node: Element) -> bool:
        """A button that asks, or anything that asks and names its panel."""
        role = node.attributes.get("role", "")
        if node.tag == "a" and self._opens_pane(node):
            return True
        if node.tag != "button" and role not in ("button", "tab"):
            return False
        if any(_HEADING.fullmatch(inner.tag) for inner in node.walk()):
            return False
        words = words_of(node)
        if node.attributes.get("class", "").strip() in self._switches and match_key(words):
            return True  # like others of its class
        shows = any(k in node.attributes for k in ("aria-controls", "aria-expanded"))
        return bool(match_key(words)) and (
            asks(without_signs(words), LONGEST) or (shows and node.tag != "a" and "nav" not in role)
        )

    def _opens_pane(self, link: Element) -> bool:
        """Whether a link that asks leads to text of the page that does not ask the same, as a title would."""
        target = self._ids.get(link.attributes.get("href", "").strip().removeprefix("#"))
        if not target or target.tag not in _PANES or link.attributes.get("href", "").strip()[:1] != "#":
            return False
        asked = match_key(without_signs(words_of(link)))
        if not asks(without_signs(words_of(link)), LONGEST) or self._asked[asked] > 1:
            return False
        return bool(match_key(words_of(target))) and not any(inner is link for inner in target.walk())

    def _skipped(self, node: Element) -> str:
        if node.tag == "nav" and not is_links_only([node]) and any(e.tag in ("p", "ul") for e in node.walk()):
            return "" if is_mostly_text(node) else "navigation"
        if node.tag in ("button", "form") and any(_HEADING.fullmatch(inner.tag) for inner in node.walk()):
            return ""  # a heading in a button; a whole page in a form
        if node.tag in ("header", "footer", "aside") and id(node) in self._main:
            return ""
        if node.tag == "form" and len([e for e in node.walk() if e.tag in _PARTED]) > 3:
            return ""
        return skip_reason(node)

    def _is_taken(self, node: Element) -> bool:
        texts = [text for text in node.texts(NO_WORDS) if not text.tag and text.text.strip()]
        return bool(texts) and all(text in self._taken for text in texts)


def _leaves_of(root: Element) -> list[str]:
    """The text of each text node."""
    return [text.text for text in root.texts(NO_WORDS) if not text.tag]


def _without_escapes(line: str) -> str:
    """Escapes only belong to Markdown, and a `Key: value` line is none."""
    pair = KEY_VALUE.match(line)
    return _ESCAPE.sub("", line) if pair and metadata_key(pair) in METADATA_KEYS else line
