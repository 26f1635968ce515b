"""A tree as HTML, for pages."""

from collections.abc import Iterable, Sequence
from html import escape

from chatbot.core.blocks import (
    Block,
    Break,
    Code,
    CodeBlock,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Marker,
    Paragraph,
    Quote,
    Rule,
    Span,
    Styled,
    Table,
)

_TAGS = {"strong": "strong", "em": "em", "strike": "s", "sub": "sub", "sup": "sup"}
_HEADINGS = (3, 6)  # below the question, which is a heading, too


def html_of(blocks: Sequence[Block], marks: Iterable[Span] = ()) -> str:
    """Nothing of what the tree holds can be markup in it."""
    return _Html(marks).blocks(blocks)


class _Html:
    def __init__(self, marks: Iterable[Span]) -> None:
        self._marker = Marker(marks)

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "\n".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p>{self._inline(block.content)}</p>"
            case Heading():
                level = min(max(block.level, _HEADINGS[0]), _HEADINGS[1])
                return f"<h{level}>{self._inline(block.content)}</h{level}>"
            case CodeBlock():
                return f"<pre><code>{self._text(block.text)}\n</code></pre>"
            case ListBlock():
                return self._list(block)
            case Table():
                head = f"\n<thead>{self._rows('th', block.head, block.align)}\n</thead>" if block.head else ""
                body = f"\n<tbody>{self._rows('td', block.rows, block.align)}\n</tbody>" if block.rows else ""
                # In a box that scrolls, also by keys: its words are not broken where it is wider than the page.
                return f'<div tabindex="0"><table>{head}{body}\n</table></div>'
            case Quote():
                return f"<blockquote>\n{self.blocks(block.content)}\n</blockquote>"
            case Image():
                return f"<p>{self._image(block)}</p>"
            case Rule():
                return "<hr>"

    def _list(self, block: ListBlock) -> str:
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = (f"<li>{self._item(item, block.loose)}</li>" for item in block.items)
        return "\n".join((f"<{tag}{start}>", *items, f"</{tag}>"))

    def _item(self, blocks: Sequence[Block], is_loose: bool) -> str:
        if is_loose or not (blocks and isinstance(blocks[0], Paragraph)):
            return f"\n{self.blocks(blocks)}\n" if blocks else ""
        words = self._inline(blocks[0].content)
        return f"{words}\n{self.blocks(blocks[1:])}\n" if len(blocks) > 1 else words

    def _rows(self, tag: str, rows: Sequence[Sequence[Sequence[Inline]]], align: Sequence[str]) -> str:
        shown = ""
        for row in rows:
            shown += "\n<tr>"
            for at, cell in enumerate(row):
                aligned = f' align="{align[at]}"' if at < len(align) and align[at] else ""
                shown += f"\n<{tag}{aligned}>{self._inline(cell)}</{tag}>"
            shown += "\n</tr>"
        return shown

    def _inline(self, content: Sequence[Inline]) -> str:
        return "".join(map(self._part, content))

    def _part(self, part: Inline) -> str:
        match part:
            case str():
                return self._text(part)
            case Styled():
                tag = _TAGS[part.type]
                return f"<{tag}>{self._inline(part.content)}</{tag}>"
            case Link():
                rel = "noopener noreferrer nofollow"
                return f'<a href="{escape(part.href)}" rel="{rel}">{self._inline(part.content)}</a>'
            case Code():
                return f"<code>{self._text(part.text)}</code>"
            case Break():
                return "<br>"
            case Image():
                return self._image(part)

    def _image(self, image: Image) -> str:
        source, alt = escape(image.src), escape(image.alt)
        return f'<img src="{source}" alt="{alt}" loading="lazy" referrerpolicy="no-referrer">'

    def _text(self, text: str) -> str:
        return "".join(
            f"<mark>{escape(part, quote=False)}</mark>" if is_marked else escape(part, quote=False)
            for part, is_marked in self._marker(text)
        )
