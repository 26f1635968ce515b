"""A block tree as plain text, for terminals and for programs that show no markup."""

import textwrap
from collections.abc import Sequence

from chatbot.core import blocks as tree

_STEP = "    "  # before code
_RULE = "-" * 20


def plain_of(blocks: Sequence[tree.Block]) -> str:
    return "\n\n".join(map(_block, blocks))


def _block(block: tree.Block) -> str:
    match block:
        case tree.Paragraph() | tree.Heading():
            return _inline(block.content)
        case tree.ListBlock():
            marks = [f"{block.start + at}. " if block.ordered else "- " for at in range(len(block.items))]
            items = map(_item, marks, block.items)
            return ("\n\n" if block.loose else "\n").join(items)
        case tree.Table():
            return _table(block)
        case tree.CodeBlock():
            return textwrap.indent(block.text, _STEP)
        case tree.Quote():
            return textwrap.indent(plain_of(block.content), "> ", lambda line: True)
        case tree.Image():
            return _inline((block,))
        case tree.Rule():
            return _RULE


def _item(mark: str, blocks: Sequence[tree.Block]) -> str:
    inner = "\n".join(map(_block, blocks))
    return mark + textwrap.indent(inner, " " * len(mark)).lstrip()


def _table(table: tree.Table) -> str:
    """The table with aligned columns."""
    rows = [[_inline(cell).replace("\n", " ") for cell in row] for row in (*table.head, *table.rows)]
    widths = [max(len(row[at]) if at < len(row) else 0 for row in rows) for at in range(max(map(len, rows), default=0))]
    align = (*table.align, *[""] * len(widths))
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if side == "right" else cell.ljust(width)
            for cell, width, side in zip(row, widths, align, strict=False)
        )
        lines.append("  ".join(cells).rstrip())
    head = len(table.head)
    return "\n".join([*lines[:head], *(["  ".join("-" * width for width in widths)] if head else []), *lines[head:]])


def _inline(content: Sequence[tree.Inline]) -> str:
    return "".join(map(_part, content))


def _part(part: tree.Inline) -> str:
    match part:
        case str():
            return part.replace("\n", " ")
        case tree.Styled():
            return _inline(part.content)
        case tree.Link():
            words = _inline(part.content)
            is_address_known = part.href in (words, f"mailto:{words}") or part.href.startswith(("tel:", "faq#"))
            return words if is_address_known else f"{words} ({part.href.removeprefix('mailto:')})"
        case tree.Code():
            return part.text
        case tree.Break():
            return "\n"
        case tree.Image():
            return f"[{part.alt}] ({part.src})"
