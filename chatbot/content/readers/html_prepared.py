"""Prepares a page for reading: words for what it expresses otherwise, and no text that is not content."""

from chatbot.content.readers.html_attributes import spell_out_attributes
from chatbot.content.readers.html_heading_links import remove_heading_links
from chatbot.content.readers.html_hidden import remove_hidden
from chatbot.content.readers.html_labels import spell_out_labels
from chatbot.content.readers.html_overlays import remove_overlays
from chatbot.content.readers.html_spelled_out import spell_out
from chatbot.content.readers.html_text import Drop
from chatbot.content.readers.html_tree import Element


def prepare(root: Element, drop: Drop) -> None:
    """Changes the tree below `root`. `drop` is called for text that is left out."""
    spell_out_attributes(root)
    spell_out(root)
    remove_hidden(root, drop)
    remove_overlays(root, drop)
    remove_heading_links(root, drop)
    spell_out_labels(root, drop)
