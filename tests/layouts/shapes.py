"""Answers in one shape, whatever they were written in: what a reader sees, block by block.

Paragraphs and items are words parted by single blanks, with the address behind a link; code is its lines.
"""

import re
from html.parser import HTMLParser
from textwrap import dedent

from chatbot.core.types import Entry
from tests.layouts.bank import Pair

Block = tuple[str, tuple[str, ...]]  # its kind, as in `Part`; its items

LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_ITEM = re.compile(r"(?:[-*\u2022] |(\d{1,2})[.)] )\s*")


def spelled(text: str) -> str:
    """With the address of a link in brackets behind its words, as one writes it where there are no links."""
    return LINK.sub(r"\1 (\2)", text)


def expected(pair: Pair) -> list[Block]:
    return [(part.kind, tuple(map(spelled, part.items))) for part in pair.parts]


def shape(entry: Entry) -> list[Block]:
    """What the visitor sees of an answer; of copied text its lines, since there a reader sees no markup."""
    return _of_text(entry.answer) if entry.file.endswith(".txt") else _of_html(entry.html)


def words(blocks: list[Block]) -> str:
    """On one line, where a format cannot say what is a list."""
    return " ".join(" ".join(items) for _, items in blocks)


def _of_html(shown: str) -> list[Block]:
    page = _Page()
    page.feed(shown)
    page.close()
    page.end()
    return page.blocks


class _Page(HTMLParser):
    """The blocks of HTML that was cleaned, so that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.text = ""
        self.lists: list[tuple[str, list[str]]] = []
        self.in_code = False
        self.link = ""
        self.link_start = 0

    def end(self) -> None:
        text = self.text if self.in_code else " ".join(self.text.split())
        self.text = ""
        if self.in_code:
            self.blocks.append(("code", tuple(dedent(text).strip("\n").split("\n"))))
        elif text and self.lists:
            self.lists[-1][1].append(text)
        elif text:
            self.blocks.append(("p", (text,)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.end()
            self.lists.append((tag, []))
        elif tag in ("pre", "li"):
            self.end()
            self.in_code = tag == "pre"
        elif tag == "br":
            self.text += "\n"
        elif tag == "a":
            self.link, self.link_start = dict(attrs).get("href") or "", len(self.text)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            if self.text[self.link_start :] not in (self.link, self.link.removeprefix("mailto:")):
                self.text += f" ({self.link})"
        elif tag in ("ul", "ol"):
            self.end()
            kind, items = self.lists.pop()
            self.blocks.append((kind, tuple(items)))
        elif tag == "pre" or (tag in "p h2 h3 h4 h5 h6 td th blockquote div li".split() and not self._goes_on(tag)):
            self.end()
            self.in_code = False

    def _goes_on(self, tag: str) -> bool:
        """An item is one text, of how many paragraphs it may be."""
        if tag == "p" and self.lists:
            self.text += " "
        return tag != "li" and bool(self.lists)

    def handle_data(self, data: str) -> None:
        self.text += data


def _of_text(text: str) -> list[Block]:
    """The paragraphs, lists and indented code of plain text."""
    blocks: list[tuple[str, list[str]]] = []
    is_open = False
    for line in text.split("\n"):
        item = _ITEM.match(line.lstrip()) if not line.startswith("    ") else None
        if not line.strip():
            if blocks and blocks[-1][0] == "code":
                blocks[-1][1].append("")
            is_open = False
        elif item:
            kind = "ol" if item[1] else "ul"
            if not blocks or blocks[-1][0] != kind:
                blocks.append((kind, []))
            blocks[-1][1].append(line.lstrip()[item.end() :].strip())
            is_open = True
        elif line.startswith("    ") and not is_open:
            if not blocks or blocks[-1][0] != "code":
                blocks.append(("code", []))
            blocks[-1][1].append(line)
        elif is_open and (blocks[-1][0] == "p" or line.startswith(" ")):
            blocks[-1][1][-1] += " " + " ".join(line.split())
        else:
            blocks.append(("p", [" ".join(line.split())]))
            is_open = True
    return [(kind, tuple(_code(items) if kind == "code" else map(spelled, items))) for kind, items in blocks]


def _code(lines: list[str]) -> list[str]:
    return dedent("\n".join(lines)).strip("\n").split("\n")
