"""A block tree as HTML, for pages."""

from collections.abc import Iterable, Sequence
from html import escape

from chatbot.core import blocks as tree

_TAGS = {"strong": "strong", "em": "em", "strike": "s", "sub": "sub", "sup": "sup"}
_HEADINGS = (3, 6)  # levels; the question above is a heading, too


def html_of(blocks: Sequence[tree.Block], marks: Iterable[tree.Span] = ()) -> str:
    """`blocks` as HTML, with all text escaped. `marks`: ranges of the tree's text to highlight."""
    return _Html(marks).blocks(blocks)


class _Html:
    def __init__(self, marks: Iterable[tree.Span]) -> None:
        self._marker = tree.Marker(marks)

    def blocks(self, blocks: Sequence[tree.Block]) -> str:
        return "\n".join(map(self._block, blocks))

    def _block(self, block: tree.Block) -> str:
        match block:
            case tree.Paragraph():
                return f"<p>{self._inline(block.content)}</p>"
            case tree.Heading():
                level = min(max(block.level, _HEADINGS[0]), _HEADINGS[1])
                return f"<h{level}>{self._inline(block.content)}</h{level}>"
            case tree.CodeBlock():
                return f"<pre><code>{self._text(block.text)}\n</code></pre>"
            case tree.ListBlock():
                return self._list(block)
            case tree.Table():
                head = f"\n<thead>{self._rows('th', block.head, block.align)}\n</thead>" if block.head else ""
                body = f"\n<tbody>{self._rows('td', block.rows, block.align)}\n</tbody>" if block.rows else ""
                # A wide table scrolls in its box, also by keyboard, so its words need not be broken.
                return f'<div tabindex="0"><table>{head}{body}\n</table></div>'
            case tree.Quote():
                return f"<blockquote>\n{self.blocks(block.content)}\n</blockquote>"
            case tree.Image():
                return f"<p>{self._image(block)}</p>"
            case tree.Rule():
                return "<hr>"

    def _list(self, block: tree.ListBlock) -> str:
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = (f"<li>{self._item(item, block.loose)}</li>" for item in block.items)
        return "\n".join((f"<{tag}{start}>", *items, f"</{tag}>"))

    def _item(self, blocks: Sequence[tree.Block], is_loose: bool) -> str:
        if is_loose or not (blocks and isinstance(blocks[0], tree.Paragraph)):
            return f"\n{self.blocks(blocks)}\n" if blocks else ""
        words = self._inline(blocks[0].content)
        return f"{words}\n{self.blocks(blocks[1:])}\n" if len(blocks) > 1 else words

    def _rows(self, tag: str, rows: Sequence[Sequence[Sequence[tree.Inline]]], align: Sequence[str]) -> str:
        html = ""
        for row in rows:
            html += "\n<tr>"
            for column, cell in enumerate(row):
                aligned = f' align="{align[column]}"' if column < len(align) and align[column] else ""
                html += f"\n<{tag}{aligned}>{self._inline(cell)}</{tag}>"
            html += "\n</tr>"
        return html

    def _inline(self, content: Sequence[tree.Inline]) -> str:
        return "".join(map(self._part, content))

    def _part(self, part: tree.Inline) -> str:
        match part:
            case str():
                return self._text(part)
            case tree.Styled():
                tag = _TAGS[part.type]
                return f"<{tag}>{self._inline(part.content)}</{tag}>"
            case tree.Link():
                rel = "noopener noreferrer nofollow"
                return f'<a href="{escape(part.href)}" rel="{rel}">{self._inline(part.content)}</a>'
            case tree.Code():
                return f"<code>{self._text(part.text)}</code>"
            case tree.Break():
                return "<br>"
            case tree.Image():
                return self._image(part)

    def _image(self, image: tree.Image) -> str:
        source, alt = escape(image.src), escape(image.alt)
        return f'<img src="{source}" alt="{alt}" loading="lazy" referrerpolicy="no-referrer">'

    def _text(self, text: str) -> str:
        return "".join(
            f"<mark>{escape(part, quote=False)}</mark>" if is_marked else escape(part, quote=False)
            for part, is_marked in self._marker(text)
        )
