"""The whole FAQ as a table for spreadsheets. The reader of tables reads it back.

CSV as in RFC 4180: every cell is quoted, UTF-8 with a byte order mark, without which Excel assumes another encoding.
"""

import csv
import dataclasses
import io
from collections.abc import Sequence

from chatbot.content.cells import list_cell, safe_cell
from chatbot.content.ledger import joined
from chatbot.content.readers.column_names import LISTS
from chatbot.content.readers.html_cells import is_html
from chatbot.content.readers.metadata import split_source
from chatbot.content.readers.source import decoded
from chatbot.content.readers.table import read_table
from chatbot.core.errors import ContentError
from chatbot.core.text import visible
from chatbot.core.types import Entry

_NEEDED = ("question", "answer")
_COLUMNS = ("id", "question", "alternates", "answer", "tags", "lang", "source", "url", "reviewed", "review_by")


def faq_table(entries: Sequence[Entry]) -> bytes:
    """The bytes of the file. ContentError names an entry that would be read back differently."""
    entries = sorted(entries, key=lambda entry: (entry.file, entry.line))  # the editor's order
    table = _written(entries)
    read_back = {entry.id: entry for entry in joined(read_table("faq.csv", decoded(table))).entries}
    for entry in entries:
        if entry.id not in read_back or _content(read_back[entry.id]) != _content(entry):
            message = "a table cannot hold this entry as it is; shorten its wordings, or write its source more plainly"
            raise ContentError(f'{visible(entry.file)}:{entry.line}: "{entry.id}": {message}')
    return table


def _written(entries: Sequence[Entry]) -> bytes:
    columns = [name for name in _COLUMNS if name in _NEEDED or any(getattr(entry, name) for entry in entries)]
    file = io.StringIO(newline="")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(columns)
    rows.writerows([safe_cell(_cell(entry, name)) for name in columns] for entry in entries)
    return file.getvalue().encode("utf-8-sig")


def _cell(entry: Entry, name: str) -> str:
    if name in LISTS:
        return list_cell(name, getattr(entry, name))
    text: str = getattr(entry, name)
    if name == "answer" and is_html(text):
        return f"\n{text}"  # a line break before it: a reader makes no Markdown of it
    if name == "source" and split_source(text)[0] != text:  # it has an address, which the reader would remove
        head, bracket, rest = text.partition("]")
        return f"[{head}]({entry.url.replace(')', '%29')}){bracket}{rest}"
    return text


def _content(entry: Entry) -> Entry:
    """The entry without its place in a file and without its rendering, which depends on the format."""
    return dataclasses.replace(entry, html="", blocks="", places=(), file="", line=0)
