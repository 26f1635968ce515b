"""HTML as a tree of elements and texts, each with the line on which it begins.

It is as lenient as browsers: optional end tags may be missing, and end tags without a start tag are ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from chatbot.content.readers.source import Unreadable
from chatbot.core.text import clean

_DEPTH = 200  # levels of elements; real pages have fewer than 60
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    "address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr"
    " main nav ol p pre section table ul".split()
)
# The elements that a start tag closes, unless an element of the second set is between them.
_CLOSES = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr", "td", "th"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tbody": ({"thead", "tr", "td", "th"}, {"table"}),
    "tfoot": ({"tbody", "tr", "td", "th"}, {"table"}),
}


@dataclass(slots=True, eq=False)
class Text:
    """Characters between tags. `tag`: "!" for a comment, else ""."""

    text: str
    line: int
    tag: str = ""

    def lines(self) -> Iterator[tuple[int, str]]:
        """(number, text) of each line that is not blank."""
        for number, line in enumerate(self.text.split("\n"), self.line):
            if line.strip():
                yield number, line


@dataclass(slots=True, eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    line: int
    lang: str  # its own or that of the nearest element around it
    children: list["Element | Text"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        """This element and all elements in it, in document order."""
        stack: list[Element | Text] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, Element):
                yield node
                stack += reversed(node.children)

    def texts(self, without: frozenset[str] = frozenset()) -> Iterator[Text]:
        """The texts and comments in it, in document order, except those in elements named in `without`."""
        pending: list[Element | Text] = [self]
        while pending:
            node = pending.pop()
            if isinstance(node, Text):
                yield node
            elif node.tag not in without:
                pending += reversed(node.children)


def parse_html(text: str) -> Element:
    """The tree below a root element without a name. Unreadable where tags are nested too deeply or parsing fails."""
    builder = _Builder()
    try:
        builder.feed(text)
        builder.close()
    except AssertionError:  # html.parser on "<![" and the like
        message = 'a declaration ("<!") that is none of HTML; delete it'
        raise Unreadable(builder.getpos()[0], "html", message) from None
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, 1, "")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        closes, within = _CLOSES.get(tag, (set(), set()))
        if tag in _BLOCKS:
            closes, within = {"p"}, {"li", "dd", "td", "th", "details", "blockquote", "div", "section", "article"}
        self._close(closes, within)
        values = {name: value or "" for name, value in reversed(attributes)}
        line = self.getpos()[0]
        element = Element(tag, values, line, values.get("lang", self._open[-1].lang).strip())
        self._open[-1].children.append(element)
        if tag in _VOID:
            return
        if len(self._open) > _DEPTH:
            raise Unreadable(line, "html", f"tags are nested more than {_DEPTH} deep here; take some away")
        self._open.append(element)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)  # in HTML, "<p/>" is a start tag

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(
            Text(clean(data), self.getpos()[0])
        )  # character references may give control characters

    def handle_comment(self, data: str) -> None:
        self._open[-1].children.append(Text(data, self.getpos()[0], "!"))

    def _close(self, tags: set[str], within: set[str]) -> None:
        """Closes open elements of `tags`, up to the nearest one of `within`."""
        outermost = 0
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag in within:
                break
            if self._open[at].tag in tags:
                outermost = at
        if outermost:
            del self._open[outermost:]
