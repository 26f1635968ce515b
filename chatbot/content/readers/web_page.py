"""`.html`, `.htm`: the questions and answers of a page.

Data of schema.org (JSON-LD or microdata) is used as it is, unless the page shows another answer than its JSON-LD. The
visible page is read by the rules for all documents, and further entries found there are added.
"""

from dataclasses import replace

from chatbot.content.document import MEDIA, Document
from chatbot.content.ledger import Content
from chatbot.content.readers.faq_data import read_json_ld, read_microdata
from chatbot.content.readers.front_records import joined_with, take_records
from chatbot.content.readers.html_blocks import add_blocks
from chatbot.content.readers.html_prepared import prepare
from chatbot.content.readers.html_text import Drop
from chatbot.content.readers.html_tree import Element, Text, parse_html
from chatbot.content.readers.page_lines import PageReading
from chatbot.content.readers.source import Unreadable
from chatbot.content.readers.stale_data import lost_with, overruled, with_data
from chatbot.content.rules import read_document
from chatbot.core.types import Entry


def read_web_page(file: str, text: str) -> Content:
    text, given = take_records(file, text)
    page = PageReading(file, text)
    page.add_content(given)
    try:
        root = parse_html(page.text)
    except Unreadable as error:
        page.problem(*error.args)
        return page.content("not read")
    prepare(root, page.drop)
    written = len(page.entries)
    read_json_ld(page, root)
    data = page.entries[written:]
    if not page.entries:
        read_microdata(page, root)
    stale: list[Entry] = []
    if data:
        stale = overruled(data, read_document(_as_shown(page, root, lambda text, reason: None)).entries)
        page.entries = [entry for entry in page.entries if entry not in stale]
    document = _as_shown(page, root, page.drop)
    shown = {number for block in document.blocks for line in block.lines for number in line.sources}
    content = read_document(document, page.entries)
    page.entries += lost_with(content, stale)
    content = page.joined(with_data(content, stale), shown)
    return joined_with(replace(given, entries=(), problems=()), content)


def _as_shown(page: PageReading, root: Element, drop: Drop) -> Document:
    document = Document(page.file, dict(enumerate(page.text.split("\n"), 1)))

    def dropped(text: Text, reason: str) -> None:
        drop(text, reason)
        if reason in MEDIA:
            document.dropped.setdefault(text.line, reason)

    add_blocks(document, root, dropped, page.accounted)
    return document
