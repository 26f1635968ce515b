"""Inline reStructuredText, as docutils parses it, as Markdown."""

import re
from typing import Any

from chatbot.content.readers.html_text import escaped
from chatbot.content.readers.markdown_blocks import code_span, link

_MARKS = {"emphasis": "*", "strong": "**", "title_reference": "*"}
_TAGS = {"subscript": "sub", "superscript": "sup"}
_HIDDEN = frozenset("image raw system_message generated comment substitution_definition".split())
_BROKEN = re.compile(r"`([^`<>]+?)\s*(?:<[^<>]*>)?`_{0,2}$")


class RstWords:
    """`anchors`: labels found in a line, for its block."""

    def __init__(self, tree: Any) -> None:
        self.anchors: list[str] = []
        self._titles: dict[str, str] = {}
        for section in tree.findall(lambda node: node.tagname == "section"):
            for name in (*section["ids"], *section["names"]):
                self._titles.setdefault(name, section.children[0].astext())

    def markdown(self, node: Any) -> str:
        return "".join(map(self._one, node.children))

    def _one(self, node: Any) -> str:
        name = node.tagname
        if name == "#text":
            return escaped(node.astext())
        if name in _HIDDEN:
            return ""
        if name in ("literal", "math"):
            return code_span(node.astext())
        if name == "problematic":  # a reference without a target is shown as words
            broken = _BROKEN.match(node.astext())
            return escaped(broken[1] if broken else node.astext())
        if name in ("footnote_reference", "citation_reference"):
            return f"[{node.astext()}]"
        if name == "target" and not node.attributes.get("refuri"):
            self.anchors += [*node["ids"], *node["names"]]
        inner = self.markdown(node)
        if name in _MARKS and inner.strip():
            return f"{_MARKS[name]}{inner}{_MARKS[name]}"
        if name in _TAGS:
            return f"<{_TAGS[name]}>{inner}</{_TAGS[name]}>"
        if name == "reference":
            address = node.attributes.get("refuri") or ("#" + node["refid"] if node.attributes.get("refid") else "")
            return link(inner, address)
        return self._pointed(node, inner) if "to" in node.attributes else inner

    def _pointed(self, node: Any, inner: str) -> str:
        """A reference to a label of this document shows the heading below the label, if it has no words of its own."""
        to = node["to"].strip()
        label = next((name for name in (to, to.lower()) if name in self._titles), "")
        if not label:
            return inner
        return link(inner if node["words"] else escaped(self._titles[label]), "#" + label.replace(" ", "-"))
