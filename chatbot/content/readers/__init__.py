"""Files to entries: one small function a format, chosen by suffix.

A reader takes the file's name, for messages, and its bytes, and gives its content, a long table's in pieces.
"""

from collections.abc import Callable, Iterable

from chatbot.content.ledger import Content
from chatbot.content.readers.copied_page import read_copied_page
from chatbot.content.readers.markdown import read_markdown
from chatbot.content.readers.records import read_json, read_jsonl
from chatbot.content.readers.source import decoded
from chatbot.content.readers.spreadsheet import read_spreadsheet
from chatbot.content.readers.table import read_table
from chatbot.content.readers.web_page import read_web_page

Reader = Callable[[str, bytes], Iterable[Content]]


def _of_text(read: Callable[[str, str], Content]) -> Reader:
    return lambda file, data: [read(file, decoded(data))]


def _of_rows(file: str, data: bytes) -> Iterable[Content]:
    return read_table(file, decoded(data))


READERS: dict[str, Reader] = {
    ".txt": _of_text(read_copied_page),
    ".md": _of_text(read_markdown),
    ".html": _of_text(read_web_page),
    ".csv": _of_rows,
    ".tsv": _of_rows,
    ".xlsx": read_spreadsheet,
    ".json": _of_text(read_json),
    ".jsonl": _of_text(read_jsonl),
}
