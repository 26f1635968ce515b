"""Further items of a list in `bot.toml`. All else of the file stays as it was written."""

import codecs
import tomllib
from collections.abc import Sequence

from chatbot.core.toml_lines import TomlLines

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in (*map(chr, range(0x20)), "\x7f", '"', "\\")}


def with_items(data: bytes | None, key: str, items: Sequence[str]) -> bytes | None:
    """The file with `items` at the end of the list `key`, which is made where it is missing. `data`: None: a new file.

    None where they cannot be written so that nothing else changes its meaning.
    """
    data = data or b""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    before = data.removeprefix(mark)
    try:
        text = before.decode()
        values = tomllib.loads(text)
    except ValueError:  # not UTF-8, or not TOML
        return None
    line_end = b"\r\n" if b"\r\n" in before else b"\n"
    lines = TomlLines(text)
    texts = [f'"{item.translate(_ESCAPES)}"'.encode() for item in items]
    if place := lines.list_of(key):
        begin, last, end = place
        line = before[before.rfind(b"\n", 0, last) + 1 : last]
        apart = b", " if line.strip() or last == begin else b"," + line_end + line  # each on a line, as the last one is
        more = (apart if end > begin else b"") + apart.join(texts)
    else:
        end = lines.first_table()
        more = key.encode() + b" = [" + b", ".join(texts) + b"]" + line_end
        if end and not before[:end].endswith(b"\n"):
            more = line_end + more
    after = before[:end] + more + before[end:]
    try:
        is_right = tomllib.loads(after.decode()) == {**values, key: [*values.get(key, []), *items]}
    except (ValueError, TypeError):
        is_right = False
    return mark + after if is_right else None
