"""Parses the text of `bot.toml` into a table of values, within limits. A huge or malicious file is refused with a
message, and cannot block or crash the program."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.core.problem import Problem
from chatbot.core.toml_lines import TomlLines

SETTINGS_FILE = "bot.toml"
LIMIT = 256 * 1024  # bytes
_PARTS = 64  # parts of a key; parsing takes time quadratic in their number

_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
# A key that is too long, or what must be skipped when looking for one: strings, comments and words.
_LONG_KEY = re.compile(
    rf"(?P<key>(?:{_PART}\.[ \t]*+){{{_PARTS}}})"
    r"|\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\\n])*+\"|'[^'\n]*+'|\#[^\n]*+|[\w-]++"
)
_LONG_NUMBER = re.compile(r"[\d_]{4000}")


def parse(path: Path) -> tuple[Mapping[str, Any], TomlLines] | Problem:
    """(table, lines of its keys), or the problem of the whole file. A missing file is an empty one.

    A link or device with this name is refused with the other files of the corpus.
    """
    try:
        if path.is_dir():
            return _problem(0, "special-file", "a folder; put a text file with the settings in its place")
        data = _read(path)
        if len(data) > LIMIT:
            return _problem(0, "too-large", f"over {LIMIT >> 10} KB, the most that is read of it; shorten it")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start} of the file); save it as UTF-8"
        return _problem(data.count(b"\n", 0, error.start) + 1, "encoding", message)
    except OSError as error:
        return _problem(0, "unreadable", f"cannot be read ({error.strerror}); check its permissions")
    if long_key := next((long_key for long_key in _LONG_KEY.finditer(text) if long_key["key"]), None):
        return _problem(_line_at(text, long_key.start()), "toml", f"a key of over {_PARTS} parts; shorten it")
    try:
        return tomllib.loads(text), TomlLines(text)
    except tomllib.TOMLDecodeError as error:
        return _broken(str(error), text)
    except RecursionError:
        return _problem(0, "toml", "lists or tables are nested too deeply; make them flatter")
    except ValueError:  # Python refuses to parse such long numbers
        number = _LONG_NUMBER.search(text)
        return _problem(_line_at(text, number.start() if number else 0), "toml", "a number is too long; shorten it")


def lines_of(path: Path) -> list[str]:
    """The lines of the file, as far as they can be read."""
    try:
        return _read(path).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return []


def _read(path: Path) -> bytes:
    """The bytes of the file; of one that is too large, only the limit and one more byte."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(LIMIT + 1)


def _broken(error: str, text: str) -> Problem:
    """The problem that tomllib reports. For a duplicate key, the name and advice are added."""
    stated_line = re.search(r"\(at line (\d+)", error)
    line = int(stated_line[1]) if stated_line else text.count("\n") + 1  # "at end of document"
    if error.startswith(("Cannot overwrite a value", "Cannot declare")):
        line, name = TomlLines(text).key_above(line)
        return _problem(line, "duplicate-key", f"{name}: stands twice; keep one of the two")
    return _problem(line, "toml", f"not valid TOML: {error}")


def _problem(line: int, rule: str, message: str) -> Problem:
    return Problem(SETTINGS_FILE, line, rule, message)


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
