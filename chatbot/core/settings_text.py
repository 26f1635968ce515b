"""The text of `bot.toml` to a table of values, within limits: a file that is huge or cunning is refused by name, and
whoever reads it is neither held up nor ended by it."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.core.errors import Mistake

LIMIT = 256 * 1024  # bytes
_PARTS = 64  # of a key; reading one takes time quadratic in their number

_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
# A key that is too long, or what is passed over in looking for one: texts, which may hold any dots, comments and words.
_LONG_KEY = re.compile(
    rf"(?P<key>(?:{_PART}\.[ \t]*+){{{_PARTS}}})"
    r"|\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\\n])*+\"|'[^'\n]*+'|\#[^\n]*+|[\w-]++"
)
_LONG_NUMBER = re.compile(r"[\d_]{4000}")


def parse(path: Path) -> tuple[Mapping[str, Any], str] | Mistake:
    """(the table, the text that it was read from), or what is wrong with the file as a whole. No file is an empty one:
    a link or a device of its name is refused with the other files of the corpus."""
    try:
        if path.is_dir():
            return Mistake(0, "special-file", "a folder; put a text file with the settings in its place")
        data = _read(path)
        if len(data) > LIMIT:
            return Mistake(0, "too-large", f"over {LIMIT >> 10} KB, the most that is read of it; shorten it")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start} of the file); save it as UTF-8"
        return Mistake(data.count(b"\n", 0, error.start) + 1, "encoding", message)
    except OSError as error:
        return Mistake(0, "unreadable", f"cannot be read ({error.strerror}); check its permissions")
    if found := next((found for found in _LONG_KEY.finditer(text) if found["key"]), None):
        return Mistake(_line_at(text, found.start()), "toml", f"a key of over {_PARTS} parts; shorten it")
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        return _broken(str(error), text)
    except RecursionError:
        return Mistake(0, "toml", "lists or tables are nested too deeply; make them flatter")
    except ValueError:  # Python reads no number of so many digits
        number = _LONG_NUMBER.search(text)
        return Mistake(_line_at(text, number.start() if number else 0), "toml", "a number is too long; shorten it")


def lines_of(path: Path) -> list[str]:
    """As far as they can be read."""
    try:
        return _read(path).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return []


def line_of(text: str, key: str) -> int:
    """The line of `text` that sets `key`, counted from 1; tomllib does not tell."""
    assignment = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]|\s*\[+\s*{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if assignment.match(line)), 1)


def _read(path: Path) -> bytes:
    """Of a file that is too large only the beginning, one byte more than the limit."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(LIMIT + 1)


def _broken(error: str, text: str) -> Mistake:
    """What tomllib says of `text`; of a key that stands twice it tells neither the name nor what to do."""
    found = re.search(r"\(at line (\d+)", error)
    line = int(found[1]) if found else text.count("\n") + 1  # "at end of document"
    if error.startswith(("Cannot overwrite a value", "Cannot declare")):
        for number, above in reversed(list(enumerate(text.splitlines()[:line], 1))):
            if name := re.match(r"\s*+\[*+\s*+([\w.\"'-]++)\s*+[=\]]", above):
                key = name[1].strip("\"'")
                return Mistake(number, "duplicate-key", f"{key}: stands twice; keep one of the two")
    return Mistake(line, "toml", f"not valid TOML: {error}")


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
