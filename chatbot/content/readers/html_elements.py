"""Properties of HTML elements: their words, whether they are only links, the address of the page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urljoin

from chatbot.content.readers.html_text import is_inline
from chatbot.content.readers.html_tree import Element, Text
from chatbot.core.text import ends_as_question, is_web_address, one_line

NO_WORDS = frozenset({"script", "style", "svg", "template"})
_ASIDES = frozenset({"aside", "footer"})
_HEADS = frozenset("h1 h2 h3 h4 h5 h6".split())
_ANSWERS = frozenset("details dd li td blockquote".split())
_FEW = 8  # letters outside links that do not count
_BYLINE = 60  # characters


def inner_headers(root: Element) -> set[int]:
    """The ids of headers of parts of the page, such as cards; not those of the whole page."""
    headers: set[int] = set()
    pending: list[tuple[Element, bool]] = [(root, False)]
    while pending:
        node, is_part = pending.pop()
        for child in node.children:
            if isinstance(child, Element):
                titles = ("nav",) if node.tag == "article" else ("nav", "h1")
                if child.tag == "header" and is_part and not any(e.tag in titles for e in child.walk()):
                    headers.add(id(child))
                pending.append((child, is_part or child.tag in ("article", "section", "li", "details", "main")))
    return headers


def keep_asides(root: Element) -> None:
    """Makes tips and footers within answers ordinary boxes: those in an answer's box, or between headings."""
    pending: list[tuple[Element, bool]] = [(root, False)]
    while pending:
        node, is_answer = pending.pop()
        children = [child for child in node.children if isinstance(child, Element)]
        heads = [at for at, child in enumerate(children) if child.tag in _HEADS]
        several = sum(child.tag == "article" for child in children) > 1
        asides = [at for at, child in enumerate(children) if _may_be_tip(child)]
        between = {at for at in asides if heads and heads[0] < at < heads[-1]}
        kinds = {children[at].tag for at in between}  # the last answer may have one, too
        between |= {at for at in asides if heads and at > heads[-1] and children[at].tag in kinds}
        for at, child in enumerate(children):
            if at in between or (is_answer and _may_be_tip(child)):
                child.tag = "div"
            is_box = child.tag in _ANSWERS or (child.tag == "article" and several)
            pending.append((child, is_answer or is_box))


def _may_be_tip(node: Element) -> bool:
    return node.tag in _ASIDES and is_mostly_text(node) and not any(inner.tag in _HEADS for inner in node.walk())


def bylines_of(header: Element) -> list[Element]:
    """The elements beside the title in an article's header that are no sentence: date, author."""
    children = [child for child in header.children if isinstance(child, Element)]
    if header.tag != "header" or not any(child.tag == "h1" for child in children):
        return []
    beside = [child for child in children if not any(re.fullmatch("h[1-6]", e.tag) for e in child.walk())]
    return [e for e in beside if len(words_of(e)) <= _BYLINE and not re.search(r"[.!?:]$", words_of(e).strip())]


def without_icons(node: Element) -> list[Element | Text]:
    """The content of a heading: buttons become their words, pictures and scripts are removed."""
    kept: list[Element | Text] = []
    for child in node.children:
        if isinstance(child, Text):
            kept.append(child)
        elif child.tag == "button":
            kept += without_icons(child)
        elif child.tag not in NO_WORDS:
            kept.append(replace(child, children=without_icons(child)))
    return kept


def words_of(node: Element) -> str:
    return one_line("".join(text.text for text in node.texts(NO_WORDS) if not text.tag))


def is_block(node: Element | Text) -> bool:
    return isinstance(node, Element) and not is_inline(node)


def without_signs(words: str) -> str:
    return re.sub(r"[^\w?？؟\"')]+$", "", words)


def is_links_only(nodes: Sequence[Element | Text]) -> bool:
    """Whether nearly all words of `nodes` are in links or buttons. A "Q:" before them does not count."""
    linked = other = 0
    pending = [(node, False) for node in nodes]
    while pending:
        node, is_link = pending.pop()
        if isinstance(node, Text):
            letters = 0 if node.tag else len(re.findall(r"[^\W\d_]", node.text))
            linked, other = linked + letters * is_link, other + letters * (not is_link)
        elif node.tag not in NO_WORDS:
            pending += [(child, is_link or node.tag in ("a", "button")) for child in node.children]
    return linked > 0 and (other == 0 or (other <= _FEW and linked >= 4 * other))


def is_mostly_text(node: Element) -> bool:
    """Whether less than half of its letters are in links: sites also use `nav` for panels."""
    linked = sum(len(words_of(link)) for link in node.walk() if link.tag in ("a", "button"))
    words = words_of(node)
    return 2 * linked < len(words) and not ends_as_question(words)


def classes_of(elements: Iterable[Element]) -> frozenset[str]:
    return frozenset(name for element in elements if (name := element.attributes.get("class", "").strip()))


def ends_with_break(runs: Sequence[Element | Text]) -> bool:
    filled = [run for run in runs if isinstance(run, Element) or run.text.strip()]
    last = filled[-1] if len(filled) > 1 else None
    return isinstance(last, Element) and last.tag == "br"


def targets_of(nodes: Sequence[Element | Text]) -> tuple[str, ...]:
    links = [e for node in nodes if isinstance(node, Element) for e in node.walk() if e.tag == "a"]
    return tuple(e.attributes["href"].rpartition("#")[2] for e in links if "#" in e.attributes.get("href", ""))


def address_of(root: Element) -> str:
    """The page's address as the page states it: its base, its canonical address, or `og:url`."""
    addresses: dict[str, str] = {}
    for element in root.walk():
        attributes = element.attributes
        if element.tag == "base":
            addresses.setdefault("base", attributes.get("href", ""))
        elif element.tag == "link" and attributes.get("rel", "").lower() == "canonical":
            addresses["canonical"] = attributes.get("href", "")
        elif element.tag == "meta" and attributes.get("property", "").lower() == "og:url":
            addresses["shared"] = attributes.get("content", "")
    page = next((addresses[key] for key in ("canonical", "shared") if is_web_address(addresses.get(key, ""))), "")
    try:
        base = urljoin(page, addresses.get("base", "").strip())
    except ValueError:
        return page
    return base if is_web_address(base) else page
