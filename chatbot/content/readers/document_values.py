"""Metadata that a document states above its text, for all its entries."""

from chatbot.content.document import Document
from chatbot.content.readers.metadata import LIST_KEYS, METADATA_KEYS, split_source
from chatbot.content.readers.section import unquoted


def keep_value(document: Document, name: str, raw: str) -> bool:
    """Keeps the value if `name` is a metadata field of entries. Returns whether it is."""
    key, value = name.strip().casefold().replace(" ", "_").replace("-", "_"), unquoted(raw)
    if key not in METADATA_KEYS - {"id"} or not value:
        return False
    if key in LIST_KEYS:
        items = value.removeprefix("[").removesuffix("]").replace(";", ",").split(",")
        document.values[key] = tuple(unquoted(item) for item in items if item.strip())
    elif key == "source":
        document.values["source"], url = split_source(value)
        if url:
            document.values["url"] = url
    else:
        document.values[key] = value
    return True
