"""The address of a page, opened at words that stand on it."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from chatbot.core.blocks import Blocks, Marker, Span, lines

_ALL, _OUTER = 12, 5  # words that are named one by one; of more, so many at either end


def at_words(url: str, blocks: Blocks, marks: Sequence[Span]) -> str:
    """`url` opened at the marked words of `blocks`, or at the first; "" without an address.

    A text fragment must not cross a line, and its own signs - , & are encoded.
    """
    if not url or ":~:" in url:
        return url
    words = next(filter(None, map(str.split, _said(blocks, marks))), [])
    if not words:
        return url
    parts = [words[:_OUTER], words[-_OUTER:]] if len(words) > _ALL else [words]
    quoted = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    return f"{url}{'' if '#' in url else '#'}:~:text={quoted}"


def _said(blocks: Blocks, marks: Sequence[Span]) -> Iterator[str]:
    """What of each line is marked; where nothing is, the lines."""
    marker = Marker(marks)
    said = ""
    for text in lines(blocks):
        if text is None:
            yield said
            said = ""
        else:
            said += "".join(part for part, is_marked in marker(text) if is_marked or not marks)
    yield said
