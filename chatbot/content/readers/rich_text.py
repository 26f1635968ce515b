"""Rich text that an editor keeps as a tree of objects, as content management systems do, to Markdown.

Editors name the same few kinds of nodes differently ("nodeType": "heading-2", "_type": "block" with "style": "h2"). A
tree with unknown kinds is not read as rich text.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from chatbot.content.readers.html_cells import html_as_markdown

_KINDS = ("nodeType", "_type", "type", "object", "tag")
_INSIDE = ("children", "content", "blocks", "items", "root", "nodes")
_TREES = ("blocks", "root", "nodes")  # keys that hold a whole text
_PACKED = (*_TREES, "ops", "children", "content", "document", "doc", "time", "type")
_WORDS = ("text", "value", "plain_text")
_DEPTH = 20
_TAGS = {
    name: tag
    for tag, names in {
        "": "text span doc document root block inline textnode fragment listblock",
        "p": "paragraph p unstyled normal",
        "ul": "unorderedlist bulletlist bulletedlist ul list",
        "ol": "orderedlist numberedlist numberlist ol",
        "li": "listitem li unorderedlistitem orderedlistitem bulletedlistitem numberedlistitem listitemchild lic",
        "blockquote": "blockquote quote",
        "pre": "codeblock code pre preformatted",
        "a": "link a hyperlink",
        "br": "hardbreak linebreak softbreak br",
        "hr": "horizontalrule hr delimiter thematicbreak divider",
        "table": "table",
        "tr": "tablerow tr",
        "td": "tablecell td",
        "th": "tableheadercell tableheader th",
        **{f"h{n}": f"heading{n} h{n} header{word}" for n, word in enumerate(("one", "two", "three", "four"), 1)},
        "h5": "heading5 h5 headerfive",
        "h6": "heading6 h6 headersix",
        "h2": "heading2 h2 headertwo heading header",
    }.items()
    for name in names.split()
}
_MARKS = {"bold": "strong", "strong": "strong", "b": "strong", "italic": "em", "em": "em", "i": "em", "code": "code"}
_BITS = ((1, "strong"), (2, "em"), (16, "code"))  # bits of a number for the style of a text


def rich_text(value: object) -> str | None:
    """The Markdown of a tree of blocks; None for other values."""
    nodes = [node for node in (value if isinstance(value, list) else [value]) if isinstance(node, dict)]
    if not nodes or (isinstance(value, list) and len(nodes) < len(value)):
        return None
    if not any(
        _plain(_kind(node)) in _TAGS or any(isinstance(node.get(key), list | dict) for key in _TREES) for node in nodes
    ):
        return None
    html = _html_of(nodes, 0)
    return None if html is None else html_as_markdown(html)


def unpacked(text: str) -> str | None:
    """`text`, or the content of a block tree written as JSON. None for data that cannot be read."""
    if text.strip()[:1] not in ("{", "["):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    nodes = value if isinstance(value, list) else [value]
    if not all(isinstance(node, dict) and any(key in node for key in _PACKED) for node in nodes) or not nodes:
        return text
    return rich_text(value)


def _html_of(nodes: Sequence[Mapping[str, Any]], depth: int) -> str | None:
    """The HTML of sibling nodes. List items among paragraphs are put into a list."""
    parts: list[str] = []
    listing = ""
    for node in nodes:
        if not isinstance(node, dict) or depth > _DEPTH:
            return None
        html = _html(node, depth)
        if html is None:
            return None
        wanted = _list_of(node) if depth < _DEPTH else ""
        if wanted != listing:
            parts.append((f"</{listing}>" if listing else "") + (f"<{wanted}>" if wanted else ""))
            listing = wanted
        parts.append(f"<li>{html}</li>" if wanted else html)
    return "".join([*parts, f"</{listing}>" if listing else ""])


def _html(node: Mapping[str, Any], depth: int) -> str | None:
    tag = _tag(node)
    data = _objects(node, "data")
    is_data = any(key in data for key in ("text", "items", "code"))  # HTML text in a data block
    inside = _of_data(data) if is_data else _inside(node, depth)
    if inside is None or (tag is None and not any(key in node for key in _TREES)):
        return None
    if not tag or tag == "li" or _list_of(node):
        return f"<li>{inside}</li>" if tag == "li" and not _list_of(node) else inside
    if tag == "a":
        return f'<a href="{escape(_address(node))}">{inside}</a>'
    if tag == "pre":
        inside = inside.replace("<br>", "\n")
    return f"<{tag}>{inside}</{tag}>" if tag not in ("br", "hr") else f"<{tag}>"


def _inside(node: Mapping[str, Any], depth: int) -> str | None:
    for key in _WORDS:
        if isinstance(words := node.get(key), str):
            return _styled(escape(words, quote=False).replace("\n", "<br>"), node)
    if isinstance(words := _objects(node, "textData").get("text"), str):
        return _inside({**node, **_objects(node, "textData"), "text": words}, depth)
    for key in _INSIDE:
        inner = node.get(key)
        if isinstance(inner, dict):
            return _html(inner, depth + 1)
        if isinstance(inner, list):
            links = {d.get("_key"): d.get("href") for d in node.get("markDefs") or () if isinstance(d, dict)}
            known = [{**i, "links": links} if links and isinstance(i, dict) else i for i in inner]
            return _html_of(known, depth + 1)
    return "" if _tag(node) is not None else None


def _of_data(data: Mapping[str, Any]) -> str | None:
    if isinstance(text := data.get("text", data.get("code")), str):
        return text
    items = data.get("items")
    if not isinstance(items, list):
        return None
    texts = [item.get("content", item.get("text")) if isinstance(item, dict) else item for item in items]
    return "".join(f"<li>{text}</li>" for text in texts if isinstance(text, str))


def _tag(node: Mapping[str, Any]) -> str | None:
    """The HTML tag of a node, "" for a node without one; None for an unknown node."""
    kind = _kind(node)
    if not kind:
        return "" if isinstance(node.get("text"), str) and "answer" not in node else None
    tag = _TAGS.get(_plain(kind))
    style = node.get("style")
    if tag == "" and isinstance(style, str):
        tag = _TAGS.get(_plain(style), "p")
    elif tag == "" and _plain(kind) == "block" and not isinstance(node.get("text"), str):
        tag = "p"
    values = {**node, **_objects(node, "attrs"), **_objects(node, "data"), **_objects(node, "headingData")}
    level = values.get("level") or values.get("depth")
    if tag == "h2" and isinstance(level, int) and 0 < level < 7:
        return f"h{level}"
    if tag == "ul" and str(values.get("listType") or values.get("format") or values.get("style")) in (
        "ordered",
        "number",
    ):
        return "ol"
    return tag


def _list_of(node: Mapping[str, Any]) -> str:
    """The list that a block is an item of, for editors that have items but no lists."""
    kind = _plain(_kind(node))
    item = _plain(str(node.get("listItem") or ""))
    if item:
        return "ol" if item.startswith("number") else "ul"
    if not kind.endswith("listitem") or kind == "listitem":
        return ""
    return "ol" if kind.startswith(("ordered", "number")) else "ul"


def _styled(html: str, node: Mapping[str, Any]) -> str:
    for tag in _tags_of(node):
        html = f"<{tag}>{html}</{tag.split()[0]}>" if html.strip() else html
    return html


def _tags_of(node: Mapping[str, Any]) -> Iterator[str]:
    yield from dict.fromkeys(tag for name, tag in _MARKS.items() if node.get(name) is True)
    if isinstance(bits := node.get("format"), int):
        yield from (tag for bit, tag in _BITS if bits & bit)
    links = node.get("links") or {}
    for mark in node.get("marks") or node.get("decorations") or ():
        name = mark.get("type") if isinstance(mark, dict) else mark
        name = name.lower() if isinstance(name, str) else name
        if isinstance(name, str) and name in _MARKS:
            yield _MARKS[name]
        address = _address(mark) if isinstance(mark, dict) else links.get(mark)
        if address:
            yield f'a href="{escape(str(address))}"'


def _address(node: Mapping[str, Any]) -> str:
    link = _objects(_objects(node, "linkData"), "link")
    for holder in (node, link, *(_objects(node, key) for key in ("data", "attrs", "fields", "attributes"))):
        for key in ("url", "uri", "href"):
            if isinstance(holder.get(key), str):
                return str(holder[key])
    return ""


def _objects(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = node.get(key)
    return inner if isinstance(inner, dict) else {}


def _kind(node: Mapping[str, Any]) -> str:
    return next((node[key] for key in _KINDS if isinstance(node.get(key), str)), "")


def _plain(kind: str) -> str:
    return re.sub(r"[^a-z0-9]", "", kind.casefold())
