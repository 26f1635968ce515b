"""What site generators put around Markdown: components, shortcodes, admonitions, HTML tags.

Each opens and closes a box, and may give it a title: `<details><summary>`, `??? question "..."`, `::: details ...`,
`> [!faq]- ...`, `{{< faq-item title="..." >}}`, `<Accordion title="...">`. The box then answers its title. They are
removed line by line, and plain Markdown remains.
"""

import html
import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from chatbot.content.document import PICTURE, Box
from chatbot.content.permalinks import without_permalink
from chatbot.content.render import plain_line
from chatbot.core.text import ends_as_question

_FENCE = re.compile(r"\s*(```+|~~~+)")
_ADMONITION = re.compile(r"\s*(?:\?{2,4}\+?|!{2,4}|===)\s*(?P<kind>[\w-]*)[^\"]*(?:\"(?P<title>.*)\")?\s*$")
_CONTAINER = re.compile(r"\s*:{3,}\s*(?P<kind>[a-zA-Z][\w-]*)?\s*(?:\[(?P<label>.*)\]|\{[^}]*\})?\s*(?P<title>.*?)\s*$")
_CALLOUT = re.compile(r"\s{0,3}(?:>\s?)?\[!(?P<kind>[\w-]+)\](?:[+-]\s*|\s+)(?P<title>\S.*?)\s*$")
_QUOTED = re.compile(r"\s{0,3}> ?")
_ASKING_KINDS = frozenset({"faq", "question", "help"})
_SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<close>/?)\s*(?P<name>[\w./-]+)(?P<rest>.*?)(?P<self>/?)\s*[>%]\}\}")
_LIQUID = re.compile(r"\{%-?\s*(?P<close>end)?(?P<name>\w+)(?P<rest>.*?)(?P<self>)-?%\}")
_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_BRACKET = re.compile(r"\[(?P<close>/?)(?P<name>[a-z][\w-]*)(?P<rest>[= ][^\]\n]*)?(?P<self>)\](?![(:\[])")
_BARE = re.compile(r"(?:^|\s|^=)([\"'])(?P<title>[^\"']*[?\uff1f\u061f])\1")
_TITLE = re.compile(r"\b(?:title|question|summary|header|heading|label|name|q)\s*=\s*(?:\{\s*)?([\"'])(?P<title>.*?)\1")
_VALUE = re.compile(r"=\s*(?:\{\s*)?([\"'])(?P<title>.*?)\1")
_ANSWER = re.compile(r"\b(?:answer|text|body|content|a)\s*=\s*(?:\{\s*)?([\"'])(?P<text>.*?)\1")
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w.-]*)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(?P<self>/?)>")
_HEADING = re.compile(r"\s*<h(?P<level>[1-6])\b(?P<rest>[^>]*)>(?P<words>[\s\S]*?)</h(?P=level)>\s*$", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^>]*>(?P<words>[\s\S]*?)</summary>", re.IGNORECASE)
_MODULE = re.compile(r"(?:import\s+(?:.+\s+from\s+)?[\"'].+[\"'];?|export\s+(?:const|default|let|function)\b.*)\s*$")
_ANCHOR = re.compile(r"\b(?:id|name)\s*=\s*[\"']?([\w:.-]+)")
_BOXES = frozenset("details section article div".split())
_STRIPPED = frozenset({"details", "aside"})
_ASKS = re.compile(r"\s{0,3}#{2,6}\s")
_TIP = 40  # lines that a tip may run over
_PLACING = _BOXES | frozenset("main center span font a p br hr img figure small".split())
_SKIPPED = re.compile(r"<(?P<close>/?)(?P<name>nav|aside|footer|script|style|form)\b[^>]*>")
_LINKED = re.compile(r"\[[^\]\n]*\]\([^)\n]*\)|<a\b[^>]*>[^<]*</a>")
_JOINED = 12  # lines that one tag may run over


class Title(NamedTuple):
    """Words that open a box, as a question does."""

    words: str
    line: int
    box: Box


class _Open(NamedTuple):
    closed_by: str  # "indent" where the indentation ends it
    box: Box
    indent: int


class Unwrapped:
    """Lines of plain Markdown by number, the box of each, and what was removed."""

    def __init__(self, lines: Mapping[int, str]) -> None:
        self.lines: dict[int, str] = {}
        self.boxes: dict[int, Box] = {}
        self.titles: list[Title] = []
        self.dropped: dict[int, str] = {}
        self.anchors: dict[int, list[str]] = {}  # by line number
        self._open = [_Open("", Box(), 0)]
        self._fence = ""
        self._asked = False  # whether a heading or a question came before
        self._asking: set[int] = set()  # ids of boxes with titles that ask; `titles` keeps the boxes alive
        self._entered: Box | None = None  # on this line
        self._skipped: list[str] = []  # tags that are open
        pending = dict(sorted(lines.items()))
        while pending:
            number = next(iter(pending))
            self._add(number, self._dedented(pending.pop(number)), pending)

    @property
    def _box(self) -> Box:
        return self._open[-1].box

    def _dedented(self, line: str) -> str:
        """`line` without the marks and indentation of the callouts and admonitions around it."""
        for at, opened in enumerate(self._open):
            if opened.closed_by == ">":
                quoted = _QUOTED.match(line)
                if not quoted:
                    del self._open[at:]
                    break
                line = line[quoted.end() :]
        width = len(line) - len(line.lstrip(" \t"))
        while line.strip() and self._open[-1].closed_by == "indent" and width < self._open[-1].indent:
            self._open.pop()
        return line[min(self._outer, width) :]

    def _add(self, number: int, line: str, pending: dict[int, str]) -> None:
        self._entered = None
        if self._is_code(line):
            self._keep(number, line)
            return
        if self._is_skipped(line, pending):
            self.dropped[number] = "navigation"
            return
        line = self._whole(line, pending)
        if label := self._label(line):
            self._keep(number, label)
        elif self._admonition(number, line) or self._container(number, line) or self._callout(number, line):
            self.dropped[number] = ""
        elif heading := _HEADING.match(line):
            words = _plain(without_permalink(heading["words"]))
            self.anchors[number] = _ANCHOR.findall(heading["rest"] + heading["words"])
            self._keep(number, f"{'#' * int(heading['level'])} {words}")
        elif _MODULE.match(line):
            self.dropped[number] = "code of the page"
        else:
            code = [span[0] for span in _SPAN.finditer(line)]
            rest = self._without_tags(number, _SPAN.sub("\0", line))
            rest = re.sub("\0", lambda _: code.pop(0), rest)
            if rest.strip() or not line.strip():
                self._keep(number, rest)
            else:
                self.dropped.setdefault(number, "")

    def _keep(self, number: int, line: str) -> None:
        self.lines[number] = line
        self._asked = self._asked or bool(_ASKS.match(line)) or ends_as_question(line)
        is_closed = self._entered and all(opened.box is not self._entered for opened in self._open)
        self.boxes.setdefault(number, self._entered if self._entered and is_closed else self._box)

    def _is_code(self, line: str) -> bool:
        opened = _FENCE.match(line)
        was_code = bool(self._fence)
        if opened and not self._fence:
            self._fence = opened[1][:3]
        elif opened and opened[1].startswith(self._fence):
            self._fence = ""
        return was_code or opened is not None

    def _is_skipped(self, line: str, pending: Mapping[int, str]) -> bool:
        """Whether the line is in a part of the page that is not its text."""
        was_skipped = bool(self._skipped)
        for tag in _SKIPPED.finditer(line):
            is_tip = (
                tag["name"].lower() == "aside"
                and self._asked
                and not _is_of_the_site([line, *islice(pending.values(), _TIP)])
            )
            if not tag["close"] and not is_tip and (self._skipped or not line[: tag.start()].strip()):
                self._skipped.append(tag["name"].lower())
                was_skipped = True
            elif tag["name"].lower() in self._skipped:
                self._skipped.remove(tag["name"].lower())
        return was_skipped

    def _whole(self, line: str, pending: dict[int, str]) -> str:
        """`line` joined with those below it, where a heading, a summary or a `details` tag has several lines."""
        if _is_whole(line) or not re.match(r"\s*<(?:h[1-6]|summary|details)\b", line, re.IGNORECASE):
            return line
        below = list(pending)[:_JOINED]
        joined = line
        for at, number in enumerate(below, 1):
            joined = f"{joined.rstrip()} {pending[number].strip()}"
            if _is_whole(joined):
                for taken in below[:at]:
                    self.dropped[taken] = ""
                    del pending[taken]
                return joined
        return line

    def _label(self, line: str) -> str:
        """The title of a tab or a note in an answer, in bold: it names a part of the answer and is no question."""
        match = _ADMONITION.match(line)
        title = match["title"] if match else ""
        is_inside = any(id(opened.box) in self._asking for opened in self._open)
        if not title or ends_as_question(title) or not is_inside:
            return ""
        indentation = len(line) - len(line.lstrip(" \t"))
        self._open.append(_Open("indent", self._box, self._outer + indentation + 4))
        return f"**{_plain(title)}**"

    @property
    def _outer(self) -> int:
        return max((opened.indent for opened in self._open if opened.closed_by == "indent"), default=0)

    def _admonition(self, number: int, line: str) -> bool:
        match = _ADMONITION.match(line)
        if not match or not (match["title"] or match["kind"]):
            return False
        indentation = len(line) - len(line.lstrip(" \t"))
        self._enter("indent", match["title"] or "", number, self._outer + indentation + 4)
        return True

    def _container(self, number: int, line: str) -> bool:
        match = _CONTAINER.match(line) if line.lstrip().startswith(":::") else None
        if not match:
            return False
        if match["kind"]:
            self._enter(":::", match["label"] or match["title"] or "", number)
        else:
            self._close(":::")
        return True

    def _callout(self, number: int, line: str) -> bool:
        """`> [!faq]- Does it ask?`, as Obsidian notes have it. Other callouts are quotations."""
        match = _CALLOUT.match(line)
        is_below = self._open[-1].closed_by == ">"
        if not match or not (line.lstrip()[:1] == ">" or is_below):
            return False
        if not (match["kind"].lower() in _ASKING_KINDS or ends_as_question(match["title"])):
            return False
        if line.lstrip()[:1] != ">":
            self._close(">")  # the next callout, without a blank line between
        self._enter(">", match["title"], number)
        return True

    def _enter(self, closed_by: str, title: str, number: int, indent: int = 0) -> None:
        self._open.append(_Open(closed_by, Box(self._box, closed_by), indent))
        self._entered = self._box
        self._title(title, number)

    def _close(self, name: str) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].closed_by == name:
                del self._open[at:]
                return

    def _title(self, words: str, number: int) -> None:
        if plain := _plain(words):
            self.titles.append(Title(plain, number, self._box))
            if ends_as_question(plain):
                self._asked = True
                self._asking.add(id(self._box))

    def _without_tags(self, number: int, line: str) -> str:
        """`line` without shortcodes, components and layout tags. Their boxes are noted."""
        line = _SHORTCODE.sub(lambda tag: self._shortcode(number, tag), line)
        line = _LIQUID.sub(lambda tag: self._shortcode(number, tag), line)
        line = _BRACKET.sub(lambda tag: self._bracket(number, tag), line)
        before, summary, after = line, _SUMMARY.search(line), ""
        if summary:
            before, after = line[: summary.start()], line[summary.end() :]
        is_alone = not _TAG.sub("", before + after).strip() or "<details" in line.lower()
        before = _TAG.sub(lambda tag: self._tag(number, tag, is_alone), before)
        if summary:
            self._title(summary["words"], number)
        return before + _TAG.sub(lambda tag: self._tag(number, tag, is_alone), after)

    def _tag(self, number: int, tag: re.Match[str], is_alone: bool) -> str:
        name = tag["name"].lower()
        is_component = tag["name"][0].isupper()
        if not (is_component or name in _STRIPPED or (is_alone and name in _PLACING)):
            return tag[0]
        if name == "img":
            self.dropped[number] = PICTURE
        self.anchors.setdefault(number, []).extend(_ANCHOR.findall(tag["rest"]))
        title = _title_of(tag["rest"]) if is_component else ""
        if tag["close"]:
            self._close(name)
        elif not tag["self"] and (is_component or name in _BOXES):
            self._enter(name, title, number)
        return ""

    def _bracket(self, number: int, tag: re.Match[str]) -> str:
        """Handles `[details="..."]` and `[toggle title="..."]`. Other words in brackets stay."""
        is_open = any(opened.closed_by == tag["name"] for opened in self._open)
        return self._shortcode(number, tag) if (is_open if tag["close"] else _title_of(tag["rest"] or "")) else tag[0]

    def _shortcode(self, number: int, tag: re.Match[str]) -> str:
        if tag["close"]:
            self._close(tag["name"].lower())
            return ""
        title, answer = _title_of(tag["rest"] or ""), _ANSWER.search(tag["rest"] or "")
        if len(self._open) > 1 and not ends_as_question(title):
            title = ""  # for example, of code in an answer
        if title and answer:
            self._enter(tag["name"].lower(), title, number)
            self._open.pop()
            return answer["text"]
        if title and not tag["self"]:
            self._enter(tag["name"].lower(), title, number)
        return ""


def _title_of(attributes: str) -> str:
    """The value of the attribute that is a title by its name, or that asks."""
    match = (
        _TITLE.search(attributes)
        or _BARE.search(attributes)
        or next((v for v in _VALUE.finditer(attributes) if ends_as_question(v["title"])), None)
    )
    return match["title"] if match else ""


def _plain(words: str) -> str:
    return plain_line(html.unescape(_TAG.sub("", words)))


def _is_of_the_site(lines: list[str]) -> bool:
    """Whether the `aside` at the beginning of these lines has a heading, or more than half of its text is links."""
    text = "\n".join(lines).partition("</aside>")[0]
    linked = sum(len(link[0]) for link in _LINKED.finditer(text))
    return "<h" in text.lower() or 2 * linked > len(_TAG.sub("", text))


def _is_whole(text: str) -> bool:
    """Whether each heading, summary and tag that opens in `text` also closes in it."""
    for name in ("h[1-6]", "summary"):
        if re.search(rf"<{name}\b", text, re.IGNORECASE) and not re.search(rf"</{name}\s*>", text, re.IGNORECASE):
            return False
    return text.count("<") <= text.count(">")
