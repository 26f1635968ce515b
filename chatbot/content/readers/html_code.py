"""Code on an HTML page, line by line as a browser shows it, without line numbers and copy buttons."""

import re

from chatbot.content.document import Line
from chatbot.content.readers.html_tree import Element, Text
from chatbot.core.text import match_key

_BREAKING = frozenset("address article div dd dl dt li ol p pre section table tbody tr ul".split())
_BUTTONS = frozenset({"button", "clipboard-copy"})
_NO_TEXT = frozenset({"script", "style", "template", "svg", "noscript"})
_COPY = re.compile(
    r"copy|copied|copy code|copy to clipboard|kopieren|in die zwischenablage kopieren|copier|copiar|copia|kopi\u00ebren"
)
_NUMBER = re.compile(r"\s*(\d{1,6})\s*")


class Code:
    """The lines of `node` as a fenced block. `left_out`: what is no code."""

    def __init__(self, node: Element) -> None:
        self.left_out: list[Text] = []
        self._lines = [Line("")]
        self._numbers: dict[int, str] = {}  # line index -> its number, where an element before the code holds it
        self._styles: list[tuple[str, str]] = []  # of the elements that hold only a number
        self._is_fresh = False  # directly after an element that is a line
        self._add(node)
        if self._is_counted():
            for at, number in self._numbers.items():
                line = self._lines[at]
                line.text = line.text.removeprefix(number)
        while self._lines and not self._lines[0].text.strip():
            self._lines.pop(0)
        while self._lines and not self._lines[-1].text.strip():
            self._lines.pop()

    def fenced(self) -> list[Line]:
        longest = max((len(ticks) for line in self._lines for ticks in re.findall("`+", line.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return [Line(fence), *self._lines, Line(fence)] if self._lines else []

    def _add(self, node: Element) -> None:
        for child in node.children:
            if isinstance(child, Text):
                self._add_text(child)
            elif child.tag == "br":
                self._lines.append(Line(""))
                self._is_fresh = False
            elif child.tag in _NO_TEXT:
                continue
            elif _copies(child):
                self.left_out += [text for text in child.texts() if not text.tag]
            elif child.tag in _BREAKING:
                self._break()
                self._add(child)
                self._break()
                self._is_fresh = True
            else:
                at = len(self._lines) - 1
                is_first = not self._lines[at].text
                self._add(child)
                text = "".join(text.text for text in child.texts() if not text.tag)
                if _NUMBER.fullmatch(text) and "\n" not in text:
                    self._styles.append((child.tag, child.attributes.get("class", "")))
                    self._numbers |= {at: text} if is_first else {}

    def _add_text(self, text: Text) -> None:
        if text.tag:
            return
        parts = text.text.split("\n")
        for number, part in enumerate(parts, text.line):
            if number == text.line and self._is_fresh and not part and len(parts) > 1:
                continue  # the line has ended already
            if number > text.line and not (number == text.line + 1 and self._is_fresh and not parts[0]):
                self._lines.append(Line(""))
            line = self._lines[-1]
            line.text += part
            line.sources |= {number} if part or number > text.line else set()
        self._is_fresh = False

    def _break(self) -> None:
        if self._lines[-1].text:
            self._lines.append(Line(""))

    def _is_counted(self) -> bool:
        """Whether each line has a number, in a style that no number of the code has."""
        filled = [at for at, line in enumerate(self._lines) if line.text.strip()]
        are_alike = len(self._styles) == len(filled) > 1 and len(set(self._styles)) == 1 and self._styles[0][1] != ""
        return are_alike and filled == sorted(self._numbers) and _counts([*self._numbers.values()])


def code_in(table: Element) -> Element | None:
    """The code of a table that holds nothing else, with or without a cell of line numbers."""
    rows = [row for row in table.walk() if row.tag == "tr"]
    cells = [[e for e in row.children if isinstance(e, Element) and e.tag in ("td", "th")] for row in rows]
    if not cells or any(not 1 <= len(row) <= 2 or len(row) != len(cells[0]) for row in cells):
        return None
    if any(e.tag == "table" for e in table.walk() if e is not table):
        return None
    code = [row[-1] for row in cells]
    if not all(any(e.tag in ("pre", "code") for e in cell.walk()) for cell in code):
        return None
    outside = [text for cell in code for text in _outside_of_code(cell) if text.text.strip()]
    numbers = [word for row in cells if len(row) > 1 for word in _text_of(row[0]).split()]
    if outside or (len(cells[0]) > 1 and not (_counts(numbers) or not numbers)) or (len(cells[0]) == 1 < len(rows)):
        return None
    return Element(
        "pre", {}, table.line, table.lang, [Element("div", {}, cell.line, "", cell.children) for cell in code]
    )


def _outside_of_code(cell: Element) -> list[Text]:
    inside = {id(text) for e in cell.walk() if e.tag in ("pre", "code") or _copies(e) for text in e.texts()}
    return [text for text in cell.texts() if not text.tag and id(text) not in inside]


def _text_of(node: Element) -> str:
    return "".join(text.text + " " for text in node.texts() if not text.tag)


def _counts(numbers: list[str]) -> bool:
    """Whether each number is one more than the one before it."""
    matches = [_NUMBER.fullmatch(number) for number in numbers]
    values = [int(match[1]) for match in matches if match]
    return bool(values) and values == list(range(values[0], values[0] + len(numbers)))


def _copies(node: Element) -> bool:
    """Whether it is a button: in code, these are only copy buttons."""
    if node.tag in _BUTTONS or node.attributes.get("role", "").lower() == "button":
        return True
    return node.tag == "a" and _COPY.fullmatch(match_key(_text_of(node))) is not None
