"""The owner's texts beside the answers (greeting, contact, notices) as block trees. They are short Markdown; line
breaks are kept."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from chatbot.content.blocks import document_of
from chatbot.core.blocks import Blocks, Link, lines
from chatbot.core.types import Contact

_LINE_BREAK = re.compile(r"(?<=\S)[ \t]*\n(?=[ \t]*\S)")


@lru_cache(256)
def owner_blocks(text: str) -> Blocks:
    return document_of(_LINE_BREAK.sub("  \n", text)).blocks


def contact_of(text: str) -> Contact | None:
    """`text`: an address, a link or a sentence from bot.toml. None where it is empty."""
    blocks = owner_blocks(text)
    if not blocks:
        return None
    plain = "".join("\n" if line is None else line for line in lines(blocks)).strip()
    return Contact(plain, next(_addresses(blocks), ""), blocks)


def _addresses(node: Any) -> Iterator[str]:
    if isinstance(node, Link):
        yield node.href
    elif isinstance(node, tuple):
        for child in node:
            yield from _addresses(child)
    else:
        for name in ("content", "items", "head", "rows"):
            yield from _addresses(getattr(node, name, ()))
