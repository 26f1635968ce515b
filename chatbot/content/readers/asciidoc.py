"""`.adoc`: the blocks of an AsciiDoc file. A small reader of our own, because no Python library is up to date.

It reads headings, lists of all kinds, delimited blocks, admonitions, tables and attributes, as FAQs use them. Nothing
is included from another file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbot.content.document import PICTURE, Block, Box, Document, Line
from chatbot.content.readers import asciidoc_lists, asciidoc_source
from chatbot.content.readers import markdown_blocks as md
from chatbot.content.readers.asciidoc_inline import BREAK, Words
from chatbot.content.readers.asciidoc_source import NumberedLine, is_rule
from chatbot.content.readers.asciidoc_table import table_rows
from chatbot.content.readers.source import decoded
from chatbot.core.text import clean

HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?$")
_UNDERLINES = {"=": 1, "-": 2, "~": 3, "^": 4, "+": 5}
ATTRIBUTES = re.compile(r"\[(|[\w.#%\"'*,{][^\]]*|\[[\w:.-]+(?:,.*)?\])\]$")
TITLE = re.compile(r"\.([^\s.].*)$")
_DELIMITER = re.compile(r"(-{4,}|\.{4,}|={4,}|_{4,}|\*{4,}|\+{4,}|/{4,}|--|```[\w+#.-]*|[|,:!]={3,})$")
_ADMONITION = re.compile(r"(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+(?=\S)")
_ADMONITIONS = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
_BLOCK_MACRO = re.compile(r"(image|video|audio|toc|include)::(\S*?)\[.*\]$")
_AUTHOR = re.compile(r"[^.!?]*<[^<>\s]+@[^<>\s]+>.*$|v?\d[\w.]*,.*$|(?:[A-Z][\w.'-]*\s?){2,3}$")
_BREAK = re.compile(r"[ \t]\+$")


@dataclass
class _About:
    """What `[...]`, `[[id]]` and `.Title` lines state about the block below them."""

    style: str = ""
    second: str = ""  # the language of a listing
    named: dict[str, str] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    anchors: list[str] = field(default_factory=list)
    title: NumberedLine | None = None


def read_asciidoc(file: str, data: bytes) -> Document:
    text = clean(decoded(data))
    document = Document(file, dict(enumerate(text.split("\n"), 1)), any_heading=True)
    reader = AsciiDoc(document)
    lines = asciidoc_source.prepared(document)
    for number, line in lines:
        if match := HEADING.match(line):
            reader.words.titles.setdefault(asciidoc_source.heading_id(document, number, match[2]), match[2])
    reader.read(lines, Box(), document.blocks)
    return document


class AsciiDoc:
    """Reads the lines of one file block by block. The content of a block is read by the same rules."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words = Words(self._drop_picture)
        self._number = 0  # of the line that is read

    def read(self, lines: Sequence[NumberedLine], box: Box, blocks: list[Block]) -> None:
        at = 0
        while at < len(lines):
            at = self.read_block(lines, at, box, blocks)

    def read_block(
        self, lines: Sequence[NumberedLine], at: int, box: Box, blocks: list[Block], in_list: bool = False
    ) -> int:
        """Adds the next block of `lines` to `blocks`. Returns the index after it."""
        about = _About()
        while at < len(lines):
            number, line = lines[at]
            if line.strip() and not self._is_about(number, line, about):
                break
            at += 1
        else:
            if about.title:
                self.document.dropped[about.title[0]] = "title of nothing"
            return at
        self._number = number
        if delimiter := _DELIMITER.match(line):
            end, inside = self._delimited(lines, at, delimiter[1])
            self._block_of(delimiter[1], number, inside, about, box, blocks)
        elif self._macro(number, line):
            end = at + 1
        elif is_rule(line):
            blocks.append(md.rule(box, number))
            end = at + 1
        elif asciidoc_lists.mark_of(line) and not HEADING.match(line):
            self._title(about, box, blocks)
            end = asciidoc_lists.read_list(self, lines, at, box, blocks)
        else:
            end = self._heading(lines, at, about, box, blocks)
            end = end or self._paragraph(lines, at, about, box, blocks, in_list)
        return end

    def paragraph(self, lines: Sequence[NumberedLine], box: Box, hard: bool = False) -> Block:
        """Wrapped lines as one line, except at hard breaks."""
        hard = hard or bool({"hardbreaks", "hardbreaks-option"} & self.words.attributes.keys())
        pieces, sources = [""], [set[int]()]
        for at, (number, line) in enumerate(lines):
            self._number = number
            text = self.words.filled(line.strip(), number)
            breaks = _BREAK.search(text) and at + 1 < len(lines)
            pieces[-1] += ("\n" if pieces[-1] else "") + (_BREAK.sub("", text) if breaks else text)
            sources[-1].add(number)
            if (breaks or hard) and at + 1 < len(lines):
                pieces.append("")
                sources.append(set())
        shown = self.words.markdown(BREAK.join(pieces), self._number).split(BREAK)
        if len(shown) != len(sources):
            sources = [set().union(*sources) for _ in shown]
        kept = [Line(md.unwrapped(text), numbers) for text, numbers in zip(shown, sources, strict=True)]
        return md.paragraph(box, kept, anchors=self._taken_anchors())

    def is_interrupted(self, line: str) -> bool:
        """Whether `line` ends the paragraph above it."""
        match = _DELIMITER.match(line) or _BLOCK_MACRO.match(line) or ATTRIBUTES.match(line)
        return match is not None or is_rule(line) or HEADING.match(line) is not None or _is_comment(line)

    def _paragraph(
        self, lines: Sequence[NumberedLine], at: int, about: _About, box: Box, blocks: list[Block], in_list: bool
    ) -> int:
        first = at
        verbatim = about.style in ("source", "listing", "literal") or lines[at][1][:1] in (" ", "\t")
        while (
            at < len(lines) and lines[at][1].strip() and (at == first or not self._ends(lines, at, verbatim, in_list))
        ):
            at += 1
        taken = [(number, line) for number, line in lines[first:at] if not self._commented(number, line)]
        self._title(about, box, blocks)
        if about.style in ("pass", "stem", "latexmath", "asciimath"):
            return self._drop(lines[first:at], "not text", at)
        if verbatim:
            shift = min(len(line) - len(line.lstrip()) for _, line in taken)
            blocks.append(md.code(box, [Line(line[shift:], {n}) for n, line in taken], about.second))
            return at
        label = _ADMONITION.match(taken[0][1])
        if label:
            taken[0] = taken[0][0], taken[0][1][label.end() :]
        name = label[1] if label else about.style if about.style in _ADMONITIONS else ""
        inside = Box(box, name.lower()) if name else box
        block = self.paragraph(taken, inside, "hardbreaks" in about.options)
        block.anchors += tuple(about.anchors)
        if name:
            _label(name, [block])
        blocks.append(md.quote(box, [block]) if about.style in ("quote", "verse") else block)
        return at

    def _ends(self, lines: Sequence[NumberedLine], at: int, verbatim: bool, in_list: bool) -> bool:
        line = lines[at][1]
        if _is_comment(line) and not _DELIMITER.match(line):
            return False
        if self.is_interrupted(line) or (in_list and line.strip() == "+"):
            return True
        # A list needs a blank line above it; below a colon it is meant, all the same.
        may_list = not verbatim and (in_list or lines[at - 1][1].rstrip().endswith(":"))
        return may_list and asciidoc_lists.mark_of(line) is not None

    def _heading(self, lines: Sequence[NumberedLine], at: int, about: _About, box: Box, blocks: list[Block]) -> int:
        """The index after a heading that begins at `at`; 0 if there is none."""
        number, line = lines[at]
        if match := HEADING.match(line):
            level, text, end = len(match[1]), match[2], at + 1
        elif not about.style and at + 1 < len(lines) and (level := _underlined(line, lines[at + 1][1])):
            text, end = line.strip(), at + 2
        else:
            return 0
        anchors = [*about.anchors, asciidoc_source.heading_id(self.document, number, text)]
        shown = Line(self.words.markdown(text, number), {number})
        blocks.append(md.heading(box, level, shown, dict.fromkeys([*anchors, *self._taken_anchors()])))
        return self._header(lines, end) if level == 1 and len(blocks) == 1 else end

    def _header(self, lines: Sequence[NumberedLine], at: int) -> int:
        """Drops the lines with author and revision, which may follow the document's title."""
        while at < len(lines) and (line := lines[at][1].strip()):
            if not self._is_about(lines[at][0], line, _About()):
                if not _AUTHOR.match(line):
                    break
                self.document.dropped[lines[at][0]] = "author or revision"
            at += 1
        return at

    def _is_about(self, number: int, line: str, about: _About) -> bool:
        """Handles a line about the document or the next block. True if it was one: then it is no content."""
        if self._commented(number, line) or asciidoc_source.attribute_line(self.document, self.words, number, line):
            return True
        if match := ATTRIBUTES.match(line):
            _attributes(match[1], about)
            self.document.dropped[number] = "attributes of a block"
            return True
        if (match := TITLE.match(line)) and not asciidoc_lists.mark_of(line):
            about.title = number, match[1]
            return True
        return False

    def _title(self, about: _About, box: Box, blocks: list[Block]) -> Block | None:
        """Adds the title of a block above the block, in bold."""
        if not about.title:
            return None
        title = self.paragraph([about.title], box)
        title.lines = [Line(md.bold(line.text), line.sources) for line in title.lines]
        blocks.append(title)
        return title

    def _delimited(self, lines: Sequence[NumberedLine], at: int, mark: str) -> tuple[int, Sequence[NumberedLine]]:
        closing = "```" if mark.startswith("```") else mark
        for end in range(at + 1, len(lines)):
            if lines[end][1].rstrip() == closing:
                return end + 1, lines[at + 1 : end]
        number = lines[at][0]
        message = f'a block opens with "{mark}" and is not closed; add a line "{closing}" below it'
        self.document.problem(number, "open-block", message, "warning")
        return len(lines), lines[at + 1 :]

    def _block_of(
        self, mark: str, number: int, inside: Sequence[NumberedLine], about: _About, box: Box, blocks: list[Block]
    ) -> None:
        sign = mark[1] if len(mark) > 2 and mark[1] == "=" and mark[0] in "|,:!" else mark[0]
        if mark.startswith("/"):
            self._drop(inside, "comment", 0)
            return
        if mark.startswith("+") or about.style in ("pass", "stem", "latexmath", "asciimath"):
            self._drop(inside, "HTML or a formula as it stands, which is not read", 0)
            return
        asking = "collapsible" in about.options
        title = self._title(about, box, blocks)
        is_code = about.style in ("source", "listing", "literal") or mark[0] in "`." or mark.startswith("----")
        if mark[0] in "|,:!" and sign == "=":
            rows, named = table_rows(self, mark[0], inside, about.named, about.options, box)
            blocks.append(md.table(box, rows, named))
        elif is_code and about.style not in _ADMONITIONS:
            language = mark[3:] if mark[0] == "`" else about.second if about.style in ("source", "") else ""
            shown = [Line(re.sub(r"\s*<\d+>\s*$", "", line), {n}) for n, line in inside]
            blocks.append(md.code(box, shown, language or self.words.attributes.get("source-language", "")))
        elif mark[0] == "_" or about.style in ("quote", "verse"):
            quoted: list[Block] = []
            self.read(inside, box, quoted)
            blocks.append(md.quote(box, quoted))
        else:
            name = (
                about.style.lower()
                if about.style in _ADMONITIONS
                else {"=": "example", "*": "sidebar"}.get(mark[0], "")
            )
            inner = Box(box, "details" if asking else name, (about.anchors or [""])[0])
            first = len(blocks)
            self.read(inside, inner, blocks)
            if about.style in _ADMONITIONS:
                _label(about.style, blocks[first:])
            if title and asking:
                title.part, title.answered_by = "question", inner

    def _macro(self, number: int, line: str) -> bool:
        match = _BLOCK_MACRO.match(line.strip())
        if not match:
            return False
        reasons = {"toc": "table of contents", "include": "another file is not read"}
        self.document.dropped[number] = reasons.get(match[1], PICTURE)
        return True

    def _commented(self, number: int, line: str) -> bool:
        if not _is_comment(line):
            return False
        self.document.dropped[number] = "comment"
        return True

    def _drop(self, lines: Sequence[NumberedLine], reason: str, at: int) -> int:
        self.document.dropped.update((number, reason) for number, line in lines if line.strip())
        return at

    def _drop_picture(self) -> None:
        if self.document.lines[self._number].strip().startswith(("image:", "icon:")):
            self.document.dropped.setdefault(self._number, PICTURE)

    def _taken_anchors(self) -> list[str]:
        taken = list(self.words.anchors)
        self.words.anchors.clear()
        return taken


def _is_comment(line: str) -> bool:
    return line.startswith("//") and not line.startswith("///")


def _label(name: str, blocks: Sequence[Block]) -> None:
    """Puts the kind of an admonition before its first words."""
    first = next((block for block in blocks if block.kind == "paragraph" and block.lines), None)
    if first:
        first.lines[0].text = f"**{name.title()}:** {first.lines[0].text}"
        first.words = f"{name.title()}: {first.words}"


def _underlined(line: str, below: str) -> int:
    """The level of an underlined heading, or 0."""
    mark = below[:1]
    text = line.strip()
    if mark not in _UNDERLINES or below.rstrip() != mark * len(below.rstrip()) or not re.search(r"\w", text):
        return 0
    return _UNDERLINES[mark] if abs(len(below.rstrip()) - len(text)) <= 1 and line[:1] not in (" ", "\t", ".") else 0


def _attributes(inside: str, about: _About) -> None:
    if inside.startswith("["):
        about.anchors.append(inside[1:-1].split(",")[0])
        return
    parts = re.findall(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,]*))|([^,]+)""", inside)
    for at, (name, double, single, bare, plain) in enumerate(parts):
        if name:
            about.named[name] = double or single or bare.strip()
            continue
        plain = plain.strip().strip("\"'")
        if at == 0:
            about.style = re.split("[.#%]", plain)[0]
            about.anchors += re.findall(r"#([\w:-]+)", plain)
            about.options.update(re.findall(r"%([\w-]+)", plain))
        elif at == 1:
            about.second = plain.lower()
    about.anchors += [about.named["id"]] if about.named.get("id") else []
    about.options.update(re.split(r"[,\s]+", about.named.get("options") or about.named.get("opts") or ""))
