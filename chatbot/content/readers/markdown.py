"""`.md`, `.markdown`, `.mdx`: Markdown as blocks, each line as it is written.

Front matter between two "---" lines holds values for the whole file: `tags`, `lang`, `source`, `url`, `reviewed`,
`review_by`. Its `title` or `question` is the question of a file without other questions. Other keys belong to the site
generator; one warning lists them. Below a heading, a list under "Also asked:" holds alternates, and a paragraph of
`Key: value` lines (the same keys, and `id`) applies to that entry alone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chatbot.content.document import PICTURE, Block, Box, Document, Kind, Line
from chatbot.content.permalinks import without_permalink
from chatbot.content.readers.drawn_tables import with_pipes
from chatbot.content.readers.front_matter import add_title, front_matter
from chatbot.content.readers.html_blocks import document_of
from chatbot.content.readers.source import SourceFile
from chatbot.content.readers.wrappers import Title, Unwrapped
from chatbot.content.render import Token, parse_markdown, plain_line

_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "hr": "rule",
}
_COMMENT = re.compile(r"<!--[\s\S]*?-->")
_HEADING_ID = re.compile(r"[ \t]*\{:?\s*#([\w:.-]+)[^}]*\}\s*$|[ \t]*\{:[^}]*\}\s*$")
_ATTRIBUTES = re.compile(r"\{:[^}]*\}\s*$")
_REFERENCE = re.compile(r"(?<!!)\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?![(:\[])")
_BLOCK_OF_HTML = re.compile(r"\s*<(?:p|div|ul|ol|dl|table|section|article|h[1-6]|blockquote)\b", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\]|<img\b", re.IGNORECASE)
_SPAN = re.compile(r"(`+)[\s\S]*?\1")


def read_markdown(file: str, text: str) -> Document:
    source = SourceFile(file, text)
    values, first = front_matter(source)
    document = Document(file, source.lines, any_heading=True, as_written=True, values=dict(values))
    document.metadata = {n for n in range(1, first) if source.lines.get(n, "").strip()}
    document.dropped = {line.line: line.reason for line in source.content(()).ledger if line.role == "dropped"}
    document.metadata -= set(document.dropped)
    document.problems = source.problems
    lines = _without_comments(document, {n: line for n, line in source.lines.items() if n >= first})
    drawn = with_pipes(lines)
    document.metadata |= lines.keys() - drawn.keys()
    unwrapped = Unwrapped(drawn)
    document.dropped |= {n: why for n, why in unwrapped.dropped.items() if why}
    document.blocks = _with_titles(_blocks(document, unwrapped), unwrapped.titles)
    add_title(document, source, first)
    return document


def _without_comments(document: Document, lines: dict[int, str]) -> dict[int, str]:
    """The lines without HTML comments, except those in code."""
    kept: dict[int, str] = {}
    fence, is_open = "", False
    last = max((n for n, line in lines.items() if "-->" in line), default=0)
    for number, line in lines.items():
        bare = line.lstrip()
        is_fence = not is_open and bare.startswith(("```", "~~~"))
        if is_fence:
            fence = "" if fence and bare.startswith(fence) else fence or bare[:3]
        rest = line
        if not (fence or is_fence):
            rest, is_open = _outside_of_comments(line, is_open, number <= last)
        if rest != line:
            document.dropped[number] = "comment"
            rest = re.sub(r"(?<=\S)  +(?=\S)", " ", rest).rstrip()
        if rest.strip() or (rest == line and not is_open):
            kept[number] = rest
    return kept


def _outside_of_comments(line: str, is_open: bool, closes: bool) -> tuple[str, bool]:
    """(`line` without comments, whether a comment is open after it). `closes`: whether a comment end follows."""
    if is_open:
        _, closed, line = line.partition("-->")
        if not closed:
            return "", True
    code = [span.span() for span in _SPAN.finditer(line)]

    def is_code(at: int) -> bool:
        return any(begin < at < end for begin, end in code)

    line = _COMMENT.sub(lambda comment: comment[0] if is_code(comment.start()) else "", line)
    at = line.find("<!--")
    if at >= 0 and closes and not is_code(at):
        return line[:at], True
    return line, False


def _blocks(document: Document, unwrapped: Unwrapped) -> list[Block]:
    """The blocks of the lines. Each run of lines with the same box is parsed on its own."""
    blocks: list[Block] = []
    run: list[int] = []
    environment: dict[str, Any] = {}
    parse_markdown("\n".join(unwrapped.lines.values()), environment)
    references = {name: ref["href"] for name, ref in environment.get("references", {}).items()}
    numbers = sorted(unwrapped.lines)
    for at, number in enumerate(numbers):
        if run and unwrapped.boxes[run[-1]] is not unwrapped.boxes[number]:
            blocks += _parsed(document, unwrapped, run, references)
            run = []
        run.append(number)
        if at == len(numbers) - 1:
            blocks += _parsed(document, unwrapped, run, references)
    return blocks


def _parsed(document: Document, unwrapped: Unwrapped, run: Sequence[int], references: Mapping[str, str]) -> list[Block]:
    texts = [unwrapped.lines[n] for n in run]
    known = {name: {"href": address, "title": ""} for name, address in references.items()}
    tokens = parse_markdown("\n".join(texts), {"references": known})
    blocks = _Texts(texts, run, unwrapped.boxes[run[0]], references).blocks(tokens)
    used = {number for block in blocks for line in block.lines for number in line.sources}
    unused = [n for n in run if unwrapped.lines[n].strip() and n not in used]
    document.dropped |= {n: PICTURE for n in unused if _PICTURE.search(unwrapped.lines[n])}
    document.metadata |= {n for n in unused if n not in document.dropped}  # definitions of links
    for block in blocks:
        numbers = [n for line in block.lines for n in line.sources]
        block.anchors = (*block.anchors, *(anchor for n in numbers for anchor in unwrapped.anchors.get(n, ())))
    return blocks


class _Texts(NamedTuple):
    """Lines of Markdown that were parsed together, with their numbers, box and link definitions."""

    texts: Sequence[str]
    numbers: Sequence[int]
    box: Box
    references: Mapping[str, str]

    def blocks(self, tokens: Sequence[Token], depth: int = 0) -> list[Block]:
        """The blocks of the tokens at nesting level `depth`."""
        blocks: list[Block] = []
        for at, token in enumerate(tokens):
            if token.level == depth and token.map is not None and token.nesting >= 0:
                html = self._html(token) if token.type == "html_block" else []
                blocks += html or [self._block(tokens, at)]
        return [block for block in blocks if block.lines and (block.words or block.kind in ("rule", "code", "table"))]

    def _block(self, tokens: Sequence[Token], at: int) -> Block:
        token, inner = tokens[at], _inner(tokens, at)
        kind = _KINDS.get(token.type, "paragraph")
        block = Block(kind, self._lines(kind, range(*token.map or (0, 0))), "", self.box)
        if kind == "heading":
            content = tokens[at + 1].content
            anchor = _HEADING_ID.search(content)
            block.level = int(token.tag[1])
            block.words = plain_line(without_permalink(_HEADING_ID.sub("", content)))
            block.anchors = (anchor[1],) if anchor and anchor[1] else (_anchor(block.words),)
        elif kind == "list":
            for n, item in enumerate(inner):
                if item.type == "list_item_open" and item.level == token.level + 1:
                    block.items.append(self.blocks(_inner(inner, n), item.level + 1))
                    _unlist(block.items[-1])
        elif kind == "table":
            block.rows = _rows(inner)
        elif kind == "paragraph" and block.lines and _ATTRIBUTES.match(block.lines[-1].text.strip()):
            block.lines.pop()
        block.words = block.words or plain_line(" ".join(line.text for line in block.lines))
        block.leads_to = _leads_to(inner)
        block.links_only = kind in ("paragraph", "list") and _is_links(inner)
        return block

    def _html(self, token: Token) -> list[Block]:
        """Blocks of HTML, read like a page; empty for comments and parts of tags."""
        begin, end = token.map or (0, 0)
        text = "\n".join(self.texts[begin:end])
        if not _BLOCK_OF_HTML.match(text):
            return []
        blocks = document_of("", text).blocks
        for block in blocks:
            block.box, block.part, block.answered_by = self.box, "", None
            block.lines = [Line(line.text, {self.numbers[begin + n - 1] for n in line.sources}) for line in block.lines]
        return blocks

    def _lines(self, kind: Kind, places: range) -> list[Line]:
        shown = [self.texts[n] if kind == "code" else _linked(self.texts[n], self.references) for n in places]
        lines = [Line(text, {self.numbers[n]}) for text, n in zip(shown, places, strict=True)]
        while lines and not lines[-1].text.strip():
            lines.pop()
        return lines


def _anchor(heading: str) -> str:
    """The anchor that sites give a heading without an explicit one."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _unlist(item: list[Block]) -> None:
    """Removes the list mark and the indentation from the lines of an item."""
    width = 0
    for at, block in enumerate(item):
        for n, line in enumerate(block.lines):
            text = line.text
            if at == 0 and n == 0:
                mark = re.match(r"\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?", text)
                width = mark.end() if mark else 0
                text = text[width:]
            else:
                text = text[min(width, len(text) - len(text.lstrip())) :]
            block.lines[n] = Line(text, line.sources)
        block.words = plain_line(" ".join(line.text for line in block.lines))


def _inner(tokens: Sequence[Token], at: int) -> list[Token]:
    """The tokens inside the token at index `at`."""
    level = tokens[at].level
    if tokens[at].nesting == 0:
        return []
    inner = []
    for token in tokens[at + 1 :]:
        if token.level <= level:
            break
        inner.append(token)
    return inner


def _rows(tokens: Sequence[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(token.content)
    return rows


def _is_links(tokens: Sequence[Token]) -> bool:
    """Whether all words are in links."""
    has_words, depth = False, 0
    for token in tokens:
        for child in token.children or ():
            depth += child.nesting if child.type.startswith("link") else 0
            if child.type == "text" and re.search(r"[^\W\d_]", child.content):
                if not depth:
                    return False
                has_words = True
    return has_words


def _leads_to(tokens: Sequence[Token]) -> tuple[str, ...]:
    children = [child for token in tokens for child in token.children or () if child.type == "link_open"]
    addresses = [str(child.attrs.get("href", "")) for child in children]
    return tuple(address.rpartition("#")[2] for address in addresses if "#" in address)


def _linked(text: str, references: Mapping[str, str]) -> str:
    """`text` with "[words][name]" and "[name]" as "[words](address)", since the definition is elsewhere in the file."""
    if not references or "[" not in text:
        return text

    def link(match: re.Match[str]) -> str:
        address = references.get((match[2] or match[1]).upper().strip())
        return f"[{match[1]}]({address})" if address else match[0]

    return _REFERENCE.sub(link, text)


def _with_titles(blocks: list[Block], titles: Sequence[Title]) -> list[Block]:
    """Adds the title of each box as a question that the content of the box answers."""
    heads = [
        Block("paragraph", [Line(f"**{t.words}**", {t.line})], t.words, t.box, part="question", answered_by=t.box)
        for t in titles
    ]
    return sorted([*heads, *blocks], key=lambda block: block.line)  # of blocks on one line, the title comes first
