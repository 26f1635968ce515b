"""`.rst`: the blocks of a reStructuredText file. The door to docutils, together with `rst_directives`.

No other file, address or configuration is read, and no message of docutils gets into an answer. Text that docutils
cannot parse stays as it is written, with a warning.
"""

import re
from typing import Any

from chatbot.content.document import Block, Box, Document, Line
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.document_values import keep_value
from chatbot.content.readers.html_text import escaped
from chatbot.content.readers.rst_inline import RstWords
from chatbot.content.readers.rst_lines import LineNumbers, drop_other_lines
from chatbot.content.readers.source import Unreadable, decoded
from chatbot.core.text import clean, one_line

_SETTINGS = {
    **{"file_insertion_enabled": False, "raw_enabled": False, "_disable_config": True, "line_length_limit": 10**9},
    **{"report_level": 5, "halt_level": 5, "warning_stream": "", "traceback": True, "input_encoding": "unicode"},
    **{"doctitle_xform": False, "docinfo_xform": False, "sectsubtitle_xform": False, "smart_quotes": False},
}
_NOTES = ("note", "tip", "hint", "important", "warning", "caution", "danger", "attention", "error")
_CHANGES = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since",
}
_ERROR = 3  # from this level on, docutils leaves out the text


def read_restructured(file: str, data: bytes) -> Document:
    import docutils.core

    from chatbot.content.readers.rst_directives import Lookup

    text = clean(decoded(data))
    document = Document(file, dict(enumerate(text.split("\n"), 1)), any_heading=True)
    try:
        with Lookup(document).installed():
            tree = docutils.core.publish_doctree(text.expandtabs(8), settings_overrides=_SETTINGS)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever the library meets in a broken file
        message = (
            f"not reStructuredText that can be read ({type(error).__name__}); correct its directives and substitutions"
        )
        raise Unreadable(0, "rst", message) from None
    reader = _Reader(document, tree)
    reader.read(tree, Box(), document.blocks)
    drop_other_lines(document)
    return document


class _Reader:
    """Reads the nodes of docutils by name."""

    def __init__(self, document: Document, tree: Any) -> None:
        self._document = document
        self._places = LineNumbers(document)
        self._words = RstWords(tree)
        self._level = 0
        self._anchors: list[str] = []
        self._is_top = True  # only titles were read so far

    def read(self, node: Any, box: Box, blocks: list[Block]) -> None:
        for child in node.children:
            if child.tagname in ("title", "comment", "#text", "substitution_definition", "attribution", "label"):
                continue
            first = len(blocks)
            known = getattr(self, "_" + child.tagname, None) if child.tagname in _KNOWN else self.read
            assert known is not None
            known(child, box, blocks)
            if blocks[first:] and child.tagname != "section":
                self._is_top = False
                blocks[first].anchors += (*self._taken(), *child.attributes.get("ids", ()))

    def _taken(self) -> list[str]:
        taken = [*self._anchors, *self._words.anchors]
        self._anchors, self._words.anchors = [], []
        return taken

    def _section(self, node: Any, box: Box, blocks: list[Block]) -> None:
        self._level += 1
        title = node.children[0]
        line = Line(md.unwrapped(self._words.markdown(title)), self._places.of(title))
        anchors = dict.fromkeys([*node["ids"], *node["names"], *self._taken()])
        blocks.append(md.heading(box, self._level, line, anchors, one_line(title.astext())))
        self.read(node, box, blocks)
        self._level -= 1

    def _target(self, node: Any, box: Box, blocks: list[Block]) -> None:
        if not node.attributes.get("refuri"):
            self._anchors += [*node["ids"], *node["names"]]

    def _paragraph(self, node: Any, box: Box, blocks: list[Block]) -> None:
        text = self._words.markdown(node)
        if node.attributes.get("lead") and text:
            text = md.bold(text)
        if text.strip():
            line = Line(md.unwrapped(text), self._places.of(node))
            blocks.append(md.paragraph(box, [line], words=one_line(node.astext())))

    def _line_block(self, node: Any, box: Box, blocks: list[Block]) -> None:
        lines = [
            Line(md.unwrapped(self._words.markdown(line)), self._places.of(line)) for line in node.findall(_is_line)
        ]
        if any(line.text for line in lines):
            blocks.append(md.paragraph(box, lines))

    def _literal_block(self, node: Any, box: Box, blocks: list[Block]) -> None:
        lines = node.astext().split("\n")
        places = self._places.each(lines, node.line)
        language = node.attributes.get("language") or next((c for c in node["classes"] if c != "code"), "")
        blocks.append(
            md.code(box, [Line(t, {n} if n else set()) for t, n in zip(lines, places, strict=True)], language)
        )

    _doctest_block = _math_block = _literal_block

    def _bullet_list(self, node: Any, box: Box, blocks: list[Block]) -> None:
        items = []
        for item in node.children:
            inside: list[Block] = []
            self.read(item, Box(box, "item"), inside)
            items.append(inside)
        first = int(node.attributes.get("start", 1)) if node.tagname == "enumerated_list" else None
        blocks.append(md.listing(box, items, first))

    _enumerated_list = _bullet_list

    def _definition_list(self, node: Any, box: Box, blocks: list[Block]) -> None:
        for item in node.children:
            terms = [child for child in item.children if child.tagname == "term"]
            meaning = next((child for child in item.children if child.tagname == "definition"), None)
            more = ", ".join(self._words.markdown(child) for child in item.children if child.tagname == "classifier")
            for term in terms:
                text = self._words.markdown(term) + (f" : {more}" if more else "")
                line = Line(md.bold(md.unwrapped(text)), self._places.of(term))
                self._pair(line, one_line(term.astext()), meaning, box, blocks)

    def _pair(self, line: Line, words: str, meaning: Any, box: Box, blocks: list[Block]) -> None:
        """Adds a term as a question, answered by the text beside or below it."""
        pair = Box(box, "pair")
        answer = Box(pair, "meaning")
        term = md.paragraph(pair, [line], "question", words=words)
        term.answered_by = answer
        blocks.append(term)
        if meaning is not None:
            self.read(meaning, answer, blocks)

    def _field_list(self, node: Any, box: Box, blocks: list[Block]) -> None:
        at_top = self._is_top
        for item in node.children:
            name, body = item.children
            places = self._places.of(name)
            if at_top and self._level <= 1:
                places |= self._places.of(body)
                for number in places:
                    self._document.dropped[number] = "field of the document"
                if keep_value(self._document, name.astext(), one_line(body.astext())):
                    self._document.metadata |= places
                    for number in places:
                        del self._document.dropped[number]
            elif len(name.astext().split()) > 2 or name.astext().endswith("?"):
                text = md.unwrapped(self._words.markdown(name))
                self._pair(Line(md.bold(text), places), one_line(name.astext()), body, box, blocks)
            else:  # ":Q: How?" and ":Phone: 12" are shown with their names
                self._introduced(self._words.markdown(name), places, body, box, blocks)

    _docinfo = _field_list

    def _introduced(self, name: str, places: set[int], body: Any, box: Box, blocks: list[Block]) -> None:
        first = len(blocks)
        self.read(body, box, blocks)
        if blocks[first:] and blocks[first].kind == "paragraph" and blocks[first].lines:
            block = blocks[first]
            block.lines[0].text = f"**{name}:** {block.lines[0].text}"
            block.lines[0].sources |= places
            block.words = f"{md.plain(name)}: {block.words}"
        else:
            blocks.insert(first, md.paragraph(box, [Line(f"**{name}:**", places)]))

    def _option_list(self, node: Any, box: Box, blocks: list[Block]) -> None:
        items = []
        for item in node.children:
            names, meaning = item.children
            inside = [md.paragraph(box, [Line(md.code_span(names.astext()), self._places.of(names))])]
            self.read(meaning, Box(box, "item"), inside)
            items.append(inside)
        blocks.append(md.listing(box, items))

    def _block_quote(self, node: Any, box: Box, blocks: list[Block]) -> None:
        """Indented text is no quotation for a reader, though docutils calls it one."""
        author = next((child for child in node.children if child.tagname == "attribution"), None)
        if author is None and node.attributes.get("kind") != "quote":
            self.read(node, Box(box, "indented"), blocks)
            return
        inside: list[Block] = []
        self.read(node, box, inside)
        if author is not None:
            line = Line("\u2014 " + md.unwrapped(self._words.markdown(author)), self._places.of(author))
            inside.append(md.paragraph(box, [line]))
        blocks.append(md.quote(box, inside))

    def _container(self, node: Any, box: Box, blocks: list[Block]) -> None:
        kind = str(node.attributes.get("kind", ""))
        inner = Box(box, kind, (node.attributes.get("ids") or [""])[0])
        lead = node.children[0] if node.children and node.children[0].attributes.get("lead") else None
        first = len(blocks)
        if lead is not None and lead["lead"] == "question":
            self._paragraph(lead, inner, blocks)
            node.remove(lead)
            answer = Box(inner, "answer")
            self.read(node, answer, blocks)
            blocks[first].part, blocks[first].answered_by = "question", answer
            return
        self.read(node, inner, blocks)
        name = kind.title() if kind in _NOTES else "See also" if kind == "seealso" else _CHANGES.get(kind, "")
        if name and blocks[first:] and blocks[first].kind == "paragraph":
            blocks[first].lines[0].text = f"**{name}:** {blocks[first].lines[0].text}"
            blocks[first].words = f"{name}: {blocks[first].words}"

    def _footnote(self, node: Any, box: Box, blocks: list[Block]) -> None:
        label = next((child.astext() for child in node.children if child.tagname == "label"), "")
        first = len(blocks)
        self.read(node, box, blocks)
        if blocks[first:] and blocks[first].lines:
            blocks[first].lines[0].text = f"[{label}] {blocks[first].lines[0].text}"

    _citation = _footnote

    def _transition(self, node: Any, box: Box, blocks: list[Block]) -> None:
        blocks.append(md.rule(box, node.line or 0))

    def _table(self, node: Any, box: Box, blocks: list[Block]) -> None:
        for title in (child for child in node.children if child.tagname == "title"):
            blocks.append(md.paragraph(box, [Line(md.bold(self._words.markdown(title)), self._places.of(title))]))
        rows: list[list[Line]] = []
        named = False
        below: dict[tuple[int, int], bool] = {}  # (row, column) of places that a cell above spans
        for row in node.findall(lambda descendant: descendant.tagname == "row"):
            named |= row.parent.tagname == "thead"
            cells: list[Line] = []
            for entry in row.children:
                while (len(rows), len(cells)) in below:
                    cells.append(Line(""))
                inside: list[Block] = []
                self.read(entry, Box(box, "cell"), inside)
                wide, high = entry.attributes.get("morecols", 0), entry.attributes.get("morerows", 0)
                below |= {(len(rows) + y, len(cells) + x): True for y in range(1, high + 1) for x in range(wide + 1)}
                cells += [md.cell(inside), *[Line("")] * wide]
            rows.append(cells)
        blocks.append(md.table(box, rows, named))

    def _image(self, node: Any, box: Box, blocks: list[Block]) -> None:
        return  # its line is dropped at the end

    def _system_message(self, node: Any, box: Box, blocks: list[Block]) -> None:
        """Keeps text that docutils left out, as it is written. Mere warnings of docutils are ignored."""
        text = next((child.astext() for child in node.children if child.tagname == "literal_block"), "")
        if node["level"] < _ERROR or not text.strip():
            return
        number = node.attributes.get("line") or 0
        why = one_line(node.children[0].astext()).split(": ")[0].rstrip(".:")[:120]
        lines = text.split("\n")
        shown = [
            Line(escaped(line.strip()), {place} if place else set())
            for line, place in zip(lines, self._places.each(lines, number), strict=True)
            if re.search(r"\w", line)
        ]
        message = f"not understood as reStructuredText ({why}) and kept as it is written; correct it"
        self._document.problem(number, "rst", message, "warning")
        if re.search("title|section", why.lower()) and len(shown) == 1:
            blocks.append(md.heading(box, self._level + 1, shown[0]))
        elif shown:
            blocks.append(md.paragraph(box, shown))


def _is_line(node: Any) -> bool:
    return str(node.tagname) == "line"


_KNOWN = frozenset(name[1:] for name in vars(_Reader) if name.startswith("_") and not name.startswith("__")) - {
    "taken",
    "pair",
    "introduced",
}
