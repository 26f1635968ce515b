"""The files beside the modules of this room that are sent or written; scripts get the functions they share."""

import re
from pathlib import Path

from chatbot.core.text import sha256

_HERE = Path(__file__).parent
# The line of a script that stands for what several do: each is sent as one file.
_SHARED = "// Here stands `shared.js`.\n"
# What visitors need not load: types, comments on lines of their own and after code, and indentation. No text of a
# script has several lines, except for the widget's styles, which need none; and none has " // " after such a mark.
_FOR_READERS = re.compile(r"/\*\*[^`]*?\*/\s*|^\s*//.*\n|^\s+|(?<=[;{]) // .*$", re.MULTILINE)


def static_text(name: str) -> str:
    """A file as it is written. `name`: its path in this room, such as "faq/faq.css"."""
    text = (_HERE / name).read_text(encoding="utf-8")
    return text.replace(_SHARED, static_text("shared.js")) if _SHARED in text else text


def sent_text(name: str) -> str:
    """A file as visitors load it: a script without what is for its readers alone."""
    text = static_text(name)
    return _FOR_READERS.sub("", text) if name.endswith(".js") else text


def version_of(content: str | bytes) -> str:
    """Changes with the content, for its address."""
    return sha256(content if isinstance(content, bytes) else content.encode())[:12]
