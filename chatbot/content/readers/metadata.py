"""The metadata of entries, the same in all formats."""

import re

from chatbot.core.text import one_line

METADATA_KEYS = frozenset({"id", "tags", "lang", "source", "url", "reviewed", "review_by"})
LIST_KEYS = frozenset({"tags"})

_MARKDOWN_LINK = re.compile(r"(.*?)\[([^\]]+)\]\((https?://[^)\s]+)\)(.*)", re.IGNORECASE)
_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?", re.IGNORECASE)


def split_source(value: str) -> tuple[str, str]:
    """(name, address) of a source written as "[name](address)", "name address", "address" or "name"."""
    value = one_line(value)
    if link := _MARKDOWN_LINK.fullmatch(value):
        return one_line(link[1] + link[2] + link[4]), link[3]
    if address := _ADDRESS.search(value):
        label = one_line(value[: address.start()] + value[address.end() :]).strip(" ,;:()-\u2013\u2014")
        return label or address[1], address[1]
    return value, ""
