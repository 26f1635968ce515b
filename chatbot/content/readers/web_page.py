"""`.html`: the questions and answers of a page.

Where the page says what they are, that is taken: FAQPage data of schema.org, as JSON-LD or microdata. Else they are
`details` with their `summary`, else `dt` with their `dd`, else headings that ask (or buttons, or lines in bold). In an
answer, "Also asked:" and `Key: value` paragraphs mean what they mean in Markdown.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chatbot.content.ledger import Content
from chatbot.content.readers.faq_data import read_json_ld, read_microdata
from chatbot.content.readers.html_text import holds_blocks, skip_reason
from chatbot.content.readers.html_tree import Element, Text, parse_html
from chatbot.content.readers.page_lines import PageReading
from chatbot.content.readers.source import Unreadable
from chatbot.content.render import strip_markup
from chatbot.text import ends_as_question, match_key

_LEVEL = re.compile("h([1-6])")
_LOWEST = 7  # of a heading that is no h1 to h6
_LONG = 120  # characters; a longer paragraph is no question


def read_web_page(file: str, text: str) -> Content:
    page = PageReading(file, text)
    try:
        root = parse_html(page.text)
    except Unreadable as error:
        page.problem(*error.args)
        return page.content(None, "not read")
    for read in (read_json_ld, read_microdata, _details, _definitions, _headings, _bold_lines):
        read(page, root)
        if page.entries:
            _warn_of_questions_outside(page, root)
            break
    else:
        message = "no question with an answer found; mark them with details and summary, or as headings that ask"
        page.problem(0, "no-question", message)
    return page.content(root, "outside of the questions and answers")


def _details(page: PageReading, element: Element) -> bool:
    """Takes every `details` out of the tree below `element`, the innermost first; whether there was any."""
    took = False
    for child in [child for child in element.children if isinstance(child, Element)]:
        holds_others = _details(page, child)
        took |= holds_others
        summary = next((c for c in child.children if isinstance(c, Element) and c.tag == "summary"), None)
        if child.tag == "details" and summary:
            answer = [node for node in child.children if node is not summary]
            if page.add_section(summary, answer, may_be_gap=not holds_others):
                element.children.remove(child)
                took = True
    return took


def _definitions(page: PageReading, root: Element) -> None:
    for found in [element for element in root.walk() if element.tag == "dl"]:
        rows = [element for element in found.walk() if element.tag in ("dt", "dd")]
        if not any(row.tag == "dt" and ends_as_question(page.words(row)) for row in rows):
            continue
        names: list[Element] = []
        texts: list[Element | Text] = []
        for row in [*rows, None]:
            if names and (row is None or (row.tag == "dt" and texts)):
                page.add_section(names[0], texts, others=names[1:])
                names, texts = [], []
            if row is not None and (names or row.tag == "dt"):
                (names if row.tag == "dt" else texts).append(row)


def _headings(page: PageReading, root: Element) -> None:
    def level(element: Element) -> int:
        if found := _LEVEL.fullmatch(element.tag):
            return int(found[1])
        return _LOWEST if element.tag == "button" and ends_as_question(page.words(element)) else 0

    _split(page, root, level)


def _bold_lines(page: PageReading, root: Element) -> None:
    def level(element: Element) -> int:
        if element.tag not in ("p", "div"):
            return 0
        inside = [c for c in element.children if isinstance(c, Element) or c.text.strip()]
        bold = len(inside) == 1 and inside[0].tag in ("strong", "b")
        return _LOWEST if bold and ends_as_question(page.words(element)) else 0

    _split(page, root, level)


@dataclass(slots=True)
class _Section:
    question: Element
    level: int
    answer: list[Element | Text] = field(default_factory=list)
    has_deeper: bool = False


def _split(page: PageReading, root: Element, level_of: Callable[[Element], int]) -> None:
    """A heading that asks begins an entry; a deeper one that does not ask is part of the answer."""
    sections: list[_Section] = []
    current: _Section | None = None
    for node in _flow(root, level_of):
        level = level_of(node) if isinstance(node, Element) else 0
        if isinstance(node, Element) and level and ends_as_question(page.words(node)):
            if current and level > current.level:
                current.has_deeper = True
            current = _Section(node, level)
            sections.append(current)
        elif level and not (current and level > current.level):
            current = None
        elif current:
            current.answer.append(node)
    for section in sections:
        # A title such as "Got questions?" has no answer of its own, and is no gap.
        page.add_section(section.question, section.answer, may_be_gap=not (section.has_deeper and section.level == 1))


def _flow(element: Element, level_of: Callable[[Element], int]) -> Iterator[Element | Text]:
    """The nodes below `element` in their order; what holds a heading is taken apart."""
    for child in element.children:
        if isinstance(child, Text) or level_of(child):
            yield child
        elif not skip_reason(child) and any(level_of(inner) for inner in child.walk()):
            yield from _flow(child, level_of)
        else:
            yield child


def _warn_of_questions_outside(page: PageReading, root: Element) -> None:
    known = {match_key(wording) for entry in page.entries for wording in (entry.question, *entry.alternates)}
    known |= {match_key(line) for entry in page.entries for line in strip_markup(entry.answer).split("\n")}
    for element in _may_ask(root):
        wording = page.words(element)
        if element.tag in ("p", "div") and len(wording) > _LONG:
            continue
        key = match_key(wording)
        if ends_as_question(wording) and key not in known and not page.is_accounted(element):
            known.add(key)
            message = f'"{wording[:80]}" looks like a question and is not read; mark it as the others of the page are'
            page.problem(element.line, "question-outside", message, "warning")


def _may_ask(root: Element) -> Iterator[Element]:
    """Headings, summaries and terms wherever they stand, and short paragraphs that are no navigation."""
    skipped: set[Element] = set()
    for element in root.walk():
        if element in skipped or skip_reason(element):
            skipped.update(child for child in element.children if isinstance(child, Element))
        elif element.tag in ("p", "div") and not any(
            holds_blocks(c) for c in element.children if isinstance(c, Element)
        ):
            yield element
        if _LEVEL.fullmatch(element.tag) or element.tag in ("dt", "summary"):
            yield element
