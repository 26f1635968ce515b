"""Pages of all layouts, spoilt at random. The figures of thousands: `python -m tests.spoilt 5000`."""

import pytest

from chatbot.content.labels import question_label
from chatbot.content.ledger import joined
from chatbot.content.parser import parse
from tests.spoilt import try_many


def test_spoilt_pages_are_read_or_refused() -> None:
    """Red where a reader fails in any way but by a problem that names the file."""
    found, _ = try_many(150, seed=7)
    assert found["trace"] == found["neither"] == 0
    assert min(found["read"], found["refused"]) > 20


@pytest.mark.parametrize(
    "line", ["\u0915" * 5000, "\u0e33\u0301" * 5000, "Q" + " " * 5000, "a" * 5000, "Q" + "1" * 5000]
)
def test_a_line_without_end_is_no_mark(line: str) -> None:
    """Red by never ending, where a letter may be taken in two ways."""
    assert question_label(line) is None
    assert joined(parse("f.txt", f"Why?\nSo.\n{line}\n".encode())).entries
