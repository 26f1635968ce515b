"""A page as its readers are to see it: what it says in other ways is spelt out, what is no text is left out."""

from chatbot.content.readers.html_attributes import spell_out_attributes
from chatbot.content.readers.html_hidden import take_out_hidden
from chatbot.content.readers.html_marks import spell_out_marks
from chatbot.content.readers.html_overlays import take_out_overlays
from chatbot.content.readers.html_signs import take_out_signs
from chatbot.content.readers.html_spelled_out import spell_out
from chatbot.content.readers.html_text import Drop
from chatbot.content.readers.html_tree import Element


def prepare(root: Element, drop: Drop) -> None:
    """Changes the tree below `root`. `drop` is told of what is left out."""
    spell_out_attributes(root)
    spell_out(root)
    take_out_hidden(root, drop)
    take_out_overlays(root, drop)
    take_out_signs(root, drop)
    spell_out_marks(root, drop)
