"""The lines of an AsciiDoc file before its blocks: front matter, conditions, includes, attributes."""

import re

from chatbot.content.document import Document
from chatbot.content.readers.asciidoc_words import Words, automatic_id
from chatbot.content.readers.document_values import keep_value

NumberedLine = tuple[int, str]

_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:[ \t]+(.*?))?[ \t]*$")
_CONDITION = re.compile(r"(?:ifdef|ifndef|ifeval|endif)::[^\[\]]*\[(.*)\]\s*$")
_INCLUDE = re.compile(r"include::(\S.*?)\[.*\]\s*$")
_RULE = re.compile(r"(?:'{3,}|-{3}|\*{3}|- - -|\* \* \*|<{3,})\s*$")
_PAIR = re.compile(r"[ \t]*([\w-]+)[ \t]*:(?:[ \t]+(.*))?$")
_GOES_ON = " \\"
_ATTRIBUTE_LINE = "document attribute"
_ANCHOR = re.compile(r"\[\[([\w:.-]+)(?:,.*)?\]\]$|\[[^\]#]*#([\w:-]+)[^\]]*\]$|\[id=[\"']?([\w:.-]+)[\"']?\]$")


def prepared(document: Document) -> list[NumberedLine]:
    """The lines that blocks are made of; the value of an attribute may go on below it."""
    kept: list[NumberedLine] = []
    goes_on = False
    for number in range(_front_matter(document), len(document.lines) + 1):
        line = document.lines[number].rstrip()
        if goes_on:
            kept[-1] = kept[-1][0], f"{kept[-1][1]} {line.removesuffix(_GOES_ON).strip()}"
            document.dropped[number] = _ATTRIBUTE_LINE
            goes_on = line.endswith(_GOES_ON)
        elif found := _INCLUDE.match(line):
            message = f'"{found[1][:80]}" is not read, as nothing is included from another file; put its text here'
            document.problem(number, "include", message, "warning")
            document.dropped[number] = "another file is not read"
        elif found := _CONDITION.match(line):
            if found[1] and not line.startswith("ifeval"):
                kept.append((number, found[1]))
            else:
                document.dropped[number] = "condition"
        elif goes_on := line.endswith(_GOES_ON) and _ATTRIBUTE.match(line) is not None:
            kept.append((number, line.removesuffix(_GOES_ON)))
        else:
            kept.append((number, line.removeprefix("\\") if line.startswith("\\include") else line))
    return kept


def attribute_line(document: Document, words: Words, number: int, line: str) -> bool:
    """Takes a line `:name: value`."""
    found = _ATTRIBUTE.match(line)
    if not found:
        return False
    name, value = found[1], found[2] or ""
    if "!" in name:
        words.attributes.pop(name.strip("!").lower(), None)
    else:
        words.set(name, value)
    if "!" not in name and keep_value(document, name, words.attributes[name.lower()]):
        document.metadata.add(number)
    else:
        document.dropped[number] = _ATTRIBUTE_LINE
    return True


def heading_id(document: Document, number: int, title: str) -> str:
    """The id that stands above a heading, or the one that it has by itself."""
    found = _ANCHOR.match(document.lines.get(number - 1, "").strip())
    own = re.match(r"\[\[([\w:.-]+)\]\]", title)
    return next((name for name in (found.groups() if found else ()) if name), own[1] if own else automatic_id(title))


def is_rule(line: str) -> bool:
    return _RULE.match(line) is not None


def _front_matter(document: Document) -> int:
    """Some site generators put `key: value` lines between "---" and "---" above; the first line behind them."""
    if document.lines[1].strip() != "---":
        return 1
    end = next((number for number, line in document.lines.items() if number > 1 and line.strip() == "---"), 0)
    inside = [document.lines[number] for number in range(2, end)]
    if not end or not any(map(_PAIR.match, inside)):
        return 1
    for number in range(1, end + 1):
        found = _PAIR.match(document.lines[number])
        if found and keep_value(document, found[1], found[2] or ""):
            document.metadata.add(number)
        elif document.lines[number].strip() != "---":
            document.dropped[number] = "front matter"
    document.metadata |= {1, end}
    return end + 1
