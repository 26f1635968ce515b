"""Cleaned HTML to the block tree of an answer, and the tree back to HTML.

What HTML has and the tree lacks becomes the nearest thing: a term becomes a line in bold, a box becomes its content.
Addresses that are plain text become links.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, NamedTuple

from chatbot.content.addresses import holds_address, split_at_addresses
from chatbot.content.block_html import html_of
from chatbot.content.positions import UNKNOWN, Positions
from chatbot.content.render import PLAIN, POSITION, cleaned, has_positions, rendered_copy, rendered_markdown
from chatbot.core.blocks import (
    Block,
    Blocks,
    Break,
    Code,
    CodeBlock,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Styled,
    Table,
)

_VOID = frozenset(("br", "hr", "img"))
_DEEPEST = 40  # levels of elements; deeper ones are flattened into the last level
_STYLES: dict[str, Any] = {
    **dict.fromkeys(("b", "strong"), "strong"), **dict.fromkeys(("i", "em"), "em"),
    **dict.fromkeys(("s", "del"), "strike"), "sub": "sub", "sup": "sup",
}  # fmt: skip
_BLOCKS = frozenset("blockquote dd details div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre summary table ul".split())
_ITEMS = frozenset(("dt", "summary"))  # shown in bold


class Document(NamedTuple):
    """An answer as blocks and as HTML."""

    blocks: Blocks
    html: str
    places: tuple[int, ...]  # see `Entry.places`


def document_of(text: str, is_copied: bool = False, site: str = "", origins: Collection[str] = ()) -> Document:
    """Renders Markdown, or the text of a copied page (`is_copied`). `site`, `origins`: see `rendered_markdown`."""
    if PLAIN.fullmatch(text) and not holds_address(text):  # as most cells of a table are
        return Document((Paragraph((text,)),), f"<p>{text}</p>", (0, 0, len(text)))
    html = rendered_copy(text) if is_copied else rendered_markdown(text, site, origins)
    builder = _TreeBuilder()
    blocks = builder.blocks(_parsed(html, has_positions(text)).children)
    return Document(blocks, cleaned(html_of(blocks), origins), _runs(builder.positions))


@dataclass
class _Text:
    words: str
    positions: Positions

    def __getitem__(self, part: slice) -> "_Text":
        return _Text(self.words[part], self.positions[part])


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list["_Element | _Text"] = field(default_factory=list)


class _Parser(HTMLParser):
    """Parses cleaned HTML, in which every element is closed."""

    def __init__(self, has_positions: bool) -> None:
        super().__init__()
        self._has_positions = has_positions
        self.root = _Element("", {})
        self._open = [self.root]
        self._deeper = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._open[-1].children.append(element)
        elif len(self._open) > _DEEPEST:
            self._deeper += 1
        else:
            self._open[-1].children.append(element)
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._deeper:
            self._deeper -= 1
        elif len(self._open) > 1 and tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        words, positions, begin = "", list[int](), UNKNOWN
        for index, part in enumerate(POSITION.split(data) if self._has_positions else [data]):
            if index % 2:
                begin = int(part, 16) if part else UNKNOWN
                continue
            words += part
            positions += [UNKNOWN] * len(part) if begin == UNKNOWN else range(begin, begin + len(part))
        if words:
            self._open[-1].children.append(_Text(words, positions))


def _parsed(html: str, has_positions: bool) -> _Element:
    parser = _Parser(has_positions)
    parser.feed(html)
    parser.close()
    return parser.root


class _TreeBuilder:
    """Turns elements into blocks in document order. `positions`: those of the whole text of the tree, in that order."""

    def __init__(self) -> None:
        self.positions: Positions = []

    def blocks(self, children: Sequence[_Element | _Text]) -> Blocks:
        return tuple(self._blocks(children))

    def _blocks(self, children: Sequence[_Element | _Text]) -> Iterator[Block]:
        run: list[_Element | _Text] = []
        for child in children:
            if isinstance(child, _Element) and _holds_block(child):
                yield from self._paragraph(run)
                run = []
                yield from self._block(child)
            else:
                run.append(child)
        yield from self._paragraph(run)

    def _paragraph(self, run: list[_Element | _Text]) -> Iterator[Block]:
        content = self._inline(_trimmed(run))
        if len(content) == 1 and isinstance(content[0], Image):
            yield content[0]
        elif content:
            yield Paragraph(content)

    def _block(self, element: _Element) -> Iterator[Block]:
        tag = element.tag
        if tag in _ITEMS:
            if content := self._inline(_trimmed(element.children)):
                yield Paragraph((Styled(content, "strong"),))
        elif tag[0] == "h" and tag[1:].isdigit():
            if content := self._inline(_trimmed(element.children)):
                yield Heading(int(tag[1:]), content)
        elif tag == "hr":
            yield Rule()
        elif tag == "pre":
            yield self._code_block(element)
        elif tag in ("ul", "ol"):
            yield self._list(element)
        elif tag == "table":
            yield self._table(element)
        elif tag == "blockquote":
            yield Quote(self.blocks(element.children))
        else:
            yield from self._blocks(element.children)

    def _code_block(self, element: _Element) -> CodeBlock:
        classes = (code.attributes.get("class", "") for code in _elements(element, "code"))
        language = next((name.removeprefix("language-") for name in classes if name.startswith("language-")), "")
        texts = list(_texts(element))
        if texts and texts[-1].words.endswith("\n"):
            texts[-1] = texts[-1][:-1]
        return CodeBlock(self._take_text(texts), language)

    def _list(self, element: _Element) -> ListBlock:
        items = [child for child in element.children if isinstance(child, _Element)]
        start = element.attributes.get("start", "1")
        return ListBlock(
            tuple(self.blocks(item.children if item.tag == "li" else [item]) for item in items),
            ordered=element.tag == "ol",
            start=int(start) if start.isdecimal() and len(start) < 10 else 1,
            loose=any(isinstance(each, _Element) and each.tag == "p" for item in items for each in item.children),
        )

    def _table(self, element: _Element) -> Table:
        head: list[tuple[tuple[Inline, ...], ...]] = []
        rows: list[tuple[tuple[Inline, ...], ...]] = []
        aligned: list[Any] = []
        for row in _elements(element, "tr"):
            cells = [each for each in row.children if isinstance(each, _Element) and each.tag in ("td", "th")]
            is_head = not rows and bool(cells) and all(cell.tag == "th" for cell in cells)
            (head if is_head else rows).append(tuple(self._inline(_trimmed(cell.children)) for cell in cells))
            aligned = aligned or [cell.attributes.get("align", "") for cell in cells]
        known = [align if align in ("left", "center", "right") else "" for align in aligned]
        return Table(tuple(head), tuple(rows), tuple(known) if any(known) else ())  # type: ignore[arg-type]

    def _inline(self, children: Sequence[_Element | _Text], is_linked: bool = False) -> tuple[Inline, ...]:
        content: list[Inline] = []
        for child in _joined(children):
            if isinstance(child, _Text):
                content += self._text(child, is_linked)
                continue
            if child.tag in _BLOCKS and content and not isinstance(content[-1], Break):
                content.append(Break())
            if child.tag == "li":
                content.append(self._take_text([_Text("\u2022 ", [UNKNOWN] * 2)]))
            content += self._element(child, is_linked)
        while content and isinstance(content[-1], Break):
            content.pop()
        return tuple(content)

    def _element(self, child: _Element, is_linked: bool) -> Sequence[Inline]:
        href = child.attributes.get("href", "")
        if child.tag == "br":
            return [Break()]
        if child.tag == "img":
            return self._image(child)
        if child.tag in ("code", "kbd", "pre"):
            text = self._take_text(list(_texts(child)))
            return [Code(text)] if text else []
        if child.tag == "a" and href and not is_linked:
            content = self._inline(child.children, True)
            return [Link(href, content)] if content else []
        if child.tag == "q":
            signs = [_Text(sign, [UNKNOWN]) for sign in "\u201c\u201d"]
            return self._inline([signs[0], *child.children, signs[1]], is_linked)
        content = self._inline(child.children, is_linked)
        return [Styled(content, _STYLES[child.tag])] if content and child.tag in _STYLES else content

    def _image(self, element: _Element) -> Sequence[Inline]:
        """The picture; its alternative text, if any, where the picture is not allowed or has no address."""
        source, alt = element.attributes.get("src", ""), element.attributes.get("alt", "").strip()
        if source and alt:  # the cleaner has removed every source that is not allowed
            return [Image(source, alt)]
        return [self._take_text([_Text(alt, [UNKNOWN] * len(alt))])] if alt else []

    def _text(self, text: _Text, is_linked: bool) -> Iterator[Inline]:
        at = 0
        for words, href in [(text.words, "")] if is_linked else split_at_addresses(text.words):
            part = self._take_text([text[at : at + len(words)]])
            at += len(words)
            yield Link(href, (part,)) if href else part

    def _take_text(self, texts: Sequence[_Text]) -> str:
        """The words of `texts`, after their positions are recorded."""
        for text in texts:
            self.positions += text.positions
        return "".join(text.words for text in texts)


def _joined(children: Sequence[_Element | _Text]) -> Iterator[_Element | _Text]:
    """Joins texts that follow each other, since an address may be split over several."""
    pending: _Text | None = None
    for child in children:
        if isinstance(child, _Text):
            pending = _Text(pending.words + child.words, pending.positions + child.positions) if pending else child
            continue
        if pending:
            yield pending
        pending = None
        yield child
    if pending:
        yield pending


def _trimmed(run: Sequence[_Element | _Text]) -> list[_Element | _Text]:
    """`run` without white space and empty elements at its two ends."""
    run = list(run)
    while run and _is_blank(run[0]):
        run.pop(0)
    while run and _is_blank(run[-1]):
        run.pop()
    if run and isinstance(first := run[0], _Text):
        run[0] = first[len(first.words) - len(first.words.lstrip()) :]
    if run and isinstance(last := run[-1], _Text):
        run[-1] = last[: len(last.words.rstrip())]
    return run


def _holds_block(element: _Element) -> bool:
    """Whether it is a block or contains one, as emphasis does that is never closed."""
    return element.tag in _BLOCKS or any(isinstance(each, _Element) and _holds_block(each) for each in element.children)


def _is_blank(child: _Element | _Text) -> bool:
    if isinstance(child, _Text):
        return not child.words.strip()
    return not child.attributes.get("alt", "").strip() and all(map(_is_blank, child.children))


def _texts(element: _Element) -> Iterator[_Text]:
    for child in element.children:
        if isinstance(child, _Text):
            yield child
        elif child.tag == "br":
            yield _Text("\n", [UNKNOWN])
        else:
            yield from _texts(child)


def _elements(element: _Element, tag: str) -> Iterator[_Element]:
    """The elements of `tag` in `element`, except those in nested tables."""
    for child in element.children:
        if isinstance(child, _Element):
            if child.tag == tag:
                yield child
            elif child.tag != "table":
                yield from _elements(child, tag)


def _runs(positions: Positions) -> tuple[int, ...]:
    """Runs of consecutive positions, three numbers each: start in the tree's text, start in the answer, length."""
    runs: list[int] = []
    for at, position in enumerate(positions):
        if position == UNKNOWN:
            continue
        if runs and runs[-3] + runs[-1] == at and runs[-2] + runs[-1] == position:
            runs[-1] += 1
        else:
            runs += [at, position, 1]
    return tuple(runs)
