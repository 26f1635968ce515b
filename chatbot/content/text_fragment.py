"""The address of a page with a text fragment (`#:~:text=`), which scrolls to words on it."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from chatbot.core.blocks import Blocks, Marker, Span, lines

_ALL, _OUTER = 12, 5  # words quoted in full; of a longer text, only this many at each end


def with_text_fragment(url: str, blocks: Blocks, marks: Sequence[Span]) -> str:
    """`url` with a fragment for the first marked words of `blocks`, or for their first words; "" for an empty `url`.

    A text fragment must not cross a line, and its own signs - , & are encoded.
    """
    if not url or ":~:" in url:
        return url
    words = next(filter(None, map(str.split, _quotable_lines(blocks, marks))), [])
    if not words:
        return url
    parts = [words[:_OUTER], words[-_OUTER:]] if len(words) > _ALL else [words]
    quoted = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    return f"{url}{'' if '#' in url else '#'}:~:text={quoted}"


def _quotable_lines(blocks: Blocks, marks: Sequence[Span]) -> Iterator[str]:
    """The marked text of each line; whole lines where nothing is marked."""
    marker = Marker(marks)
    text = ""
    for part_of_line in lines(blocks):
        if part_of_line is None:
            yield text
            text = ""
        else:
            text += "".join(piece for piece, is_marked in marker(part_of_line) if is_marked or not marks)
    yield text
