"""Expresses in words what a page says by tags and scripts: protected addresses, formulas, ruby annotations."""

import re
from urllib.parse import quote

from chatbot.content.readers.html_elements import NO_WORDS, is_block, words_of
from chatbot.content.readers.html_tree import Element, Text
from chatbot.core.text import clean, one_line

_HIDDEN = "data-cfemail"
_AT_PROTECTION = re.compile(r"/cdn-cgi/l/email-protection#(?P<code>[0-9a-fA-F]{6,})$")
_MAIL = re.compile(r"[^\s@<>]{1,100}@[^\s@<>]{1,200}")
_LINES = frozenset("h1 h2 h3 h4 h5 h6 summary dt button p div li a label span".split())
_NUMBER = re.compile(r"0\d|\d{1,3}")
_FEWEST = 2  # lines with a number before their words


def spell_out(root: Element) -> None:
    for element in list(root.walk()):
        if element.tag == "math":
            _become_words(element, one_line(_formula(element)))
        elif element.tag == "ruby":
            _join_readings(element)
        elif _HIDDEN in element.attributes or "email-protection" in element.attributes.get("href", ""):
            _decode_address(element)
    _separate_numbers(root)


def _become_words(element: Element, words: str) -> None:
    element.tag, element.children = "span", [Text(words, element.line)]


def _formula(node: Element | Text) -> str:
    """MathML on one line: 1/2, x^2."""
    if isinstance(node, Text):
        return "" if node.tag else node.text.strip()
    if node.tag in NO_WORDS or node.tag in ("annotation", "annotation-xml"):
        return ""
    parts = [part for child in node.children if (part := _formula(child))]
    if node.tag == "mfrac" and len(parts) == 2:
        return "/".join(map(_bracketed, parts))
    if node.tag in ("msup", "msub") and len(parts) == 2:
        return f"{_bracketed(parts[0])}{'^' if node.tag == 'msup' else '_'}{_bracketed(parts[1])}"
    if node.tag == "msqrt":
        return f"\u221a{_bracketed(' '.join(parts))}"
    if node.tag == "mo" and parts:
        return f" {parts[0]} " if parts[0] in "=+-\u2212\u00d7\u00b7\u00f7<>\u2264\u2265\u2248" else parts[0]
    return "".join(parts)


def _bracketed(words: str) -> str:
    return words if re.fullmatch(r"[\w.,]+", words) else f"({words.strip()})"


def _join_readings(ruby: Element) -> None:
    """Puts the reading of characters after them in brackets, as browsers without ruby support do."""
    has_brackets = any(element.tag == "rp" for element in ruby.walk())
    for element in list(ruby.walk()):
        if element.tag in ("rt", "rtc") and not has_brackets and words_of(element):
            element.children = [Text(f"({words_of(element)})", element.line)]
        if element.tag in ("ruby", "rb", "rt", "rtc", "rp"):
            element.tag = "span"


def _decode_address(element: Element) -> None:
    """Decodes a protected address: each byte is stored as its XOR with the first one."""
    attributes = element.attributes
    match = _AT_PROTECTION.search(attributes.get("href", ""))
    code = attributes.get(_HIDDEN, "") or (match["code"] if match else "")
    try:
        key, *rest = bytes.fromhex(code)
        words = bytes(byte ^ key for byte in rest).decode()
    except ValueError:
        return
    address = clean(words).partition("?")[0]
    if not _MAIL.fullmatch(address):
        return
    if element.tag == "a":
        attributes["href"] = f"mailto:{quote(address, safe='@+.')}"
    if attributes.get(_HIDDEN) or "protected" in words_of(element):
        element.children = [Text(address, element.line)]


def _separate_numbers(root: Element) -> None:
    """Adds a blank between "01" and the words after it, where several lines have such a number in a tag of its own."""
    lines = (element for element in root.walk() if element.tag in _LINES)
    numbered = [place for line in lines if (place := _numbered(line))]
    for element, at in numbered if len(numbered) >= _FEWEST else ():
        element.children.insert(at + 1, Text(" ", element.line))


def _numbered(element: Element) -> tuple[Element, int] | None:
    filled = [(at, c) for at, c in enumerate(element.children) if not isinstance(c, Text) or c.text.strip()]
    if len(filled) < 2:
        return None
    (at, first), (after, second) = filled[:2]
    if not isinstance(first, Element) or is_block(first) or not _NUMBER.fullmatch(words_of(first)):
        return None
    words = second.text if isinstance(second, Text) else words_of(second)
    is_apart = after > at + 1 or words[:1].isspace() or is_block(second)
    return (element, at) if not is_apart and words[:1].isalpha() else None
