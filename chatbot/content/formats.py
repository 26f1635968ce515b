"""The reader of each format, by file suffix.

Tables and records name their questions and answers. All other formats become a `Document`, in which one set of rules
finds them.
"""

from collections.abc import Callable, Iterable

from chatbot.content.document import Document
from chatbot.content.ledger import Content
from chatbot.content.readers.asciidoc import read_asciidoc
from chatbot.content.readers.front_records import joined_with, take_records
from chatbot.content.readers.markdown import read_markdown
from chatbot.content.readers.pdf import read_pdf
from chatbot.content.readers.plain_text import read_plain_text
from chatbot.content.readers.records import read_json, read_jsonl
from chatbot.content.readers.restructured import read_restructured
from chatbot.content.readers.source import decoded
from chatbot.content.readers.spreadsheet import read_spreadsheet
from chatbot.content.readers.table import read_table
from chatbot.content.readers.web_page import read_web_page
from chatbot.content.readers.word import read_word
from chatbot.content.readers.yaml_records import read_yaml
from chatbot.content.rules import read_document

Reader = Callable[[str, bytes], Iterable[Content]]


def _document(read: Callable[[str, bytes], Document]) -> Reader:
    return lambda file, data: [read_document(read(file, data))]


def _prose(read: Callable[[str, str], Document]) -> Reader:
    return lambda file, data: [read_document(read(file, decoded(data)))]


def _of_text(read: Callable[[str, str], Content]) -> Reader:
    return lambda file, data: [read(file, decoded(data))]


def _of_markdown(file: str, data: bytes) -> list[Content]:
    text, given = take_records(file, decoded(data))
    return [joined_with(given, read_document(read_markdown(file, text), given.entries))]


def _of_rows(file: str, data: bytes) -> Iterable[Content]:
    return read_table(file, decoded(data))


READERS: dict[str, Reader] = {
    ".txt": _prose(read_plain_text),
    ".md": _of_markdown,
    ".markdown": _of_markdown,
    ".mdx": _of_markdown,
    ".html": _of_text(read_web_page),
    ".htm": _of_text(read_web_page),
    ".rst": _document(read_restructured),
    ".adoc": _document(read_asciidoc),
    ".docx": _document(read_word),
    ".pdf": _document(read_pdf),
    ".csv": _of_rows,
    ".tsv": _of_rows,
    ".xlsx": read_spreadsheet,
    ".json": _of_text(read_json),
    ".jsonl": _of_text(read_jsonl),
    ".yaml": _of_text(read_yaml),
    ".yml": _of_text(read_yaml),
}
