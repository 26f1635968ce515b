"""Inline AsciiDoc as Markdown: emphasis, code, links, references, attributes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chatbot.content.readers.html_text import escaped
from chatbot.content.readers.markdown_blocks import code_span, link
from chatbot.content.readers.source import Unreadable

_BUILT_IN = {
    **{"nbsp": "\u00a0", "empty": "", "blank": "", "sp": " ", "plus": "+", "asterisk": "*", "lt": "<", "gt": ">"},
    **{"amp": "&", "apos": "'", "quot": '"', "startsb": "[", "endsb": "]", "vbar": "|", "tilde": "~", "cpp": "C++"},
    **{"backtick": "`", "caret": "^", "deg": "\u00b0", "ldquo": "\u201c", "rdquo": "\u201d", "lsquo": "\u2018"},
    **{"rsquo": "\u2019", "zwsp": "", "two-colons": "::", "two-semicolons": ";;", "backslash": "\\"},
}
_REFERENCE = re.compile(r"(?<!\\)\{([\w-]+)\}")
_MOST_VALUE = 4096  # characters of an attribute
_MOST_ADDED = 1_000_000  # characters that attributes add to a file

_AROUND = {
    **{"bold": ("**", "**"), "italic": ("*", "*"), "mark": ("", ""), "term": ("", ""), "note": (" (", ")")},
    **{"sup": ("<sup>", "</sup>"), "sub": ("<sub>", "</sub>")},
}
BREAK = "\0"  # a hard line break; cleaned text never has this character

_WORDS = r"\[((?:\\\]|\[[^\[\]\n]{0,200}\]|[^\]\n]|\n(?!\n)){0,1000})\]"
_INLINE = re.compile(
    r"\\(?P<kept>[*_`#^~+<\[({]|(?:https?|link|xref|image|mailto|footnote):)"
    r"|(?P<p3>\+{3})(?P<plain3>.{1,1000}?)\+{3}|(?P<p2>\+\+)(?P<plain2>.{1,1000}?)\+\+"
    r"|(?<![\w+])\+(?P<plain1>\S|\S.{0,1000}?\S)\+(?![\w+])"
    r"|pass:[a-z,]*\[(?P<passed>[^\]]{0,1000})\]"
    r"|``(?P<code2>.{1,1000}?)``"
    r"|(?<!\w)(?P<quote>[\"'])`(?P<quoted>\S|\S.{0,1000}?\S)`(?P=quote)(?!\w)"
    r"|(?<![\w`])`(?P<code1>[^`\s]|[^`\s][^`]{0,1000}?[^`\s])`(?!\w)"
    rf"|link:(?P<target>\+\+[^+\n]{{1,2000}}\+\+|[^\s\[\]]{{1,2000}}){_WORDS.replace('(', '(?P<target_words>', 1)}"
    rf"|mailto:(?P<mail>[^\s\[\]]{{1,500}}){_WORDS.replace('(', '(?P<mail_words>', 1)}"
    rf"|(?:https?|ftp)://(?P<named>[^\s\[\]<>]{{1,2000}}){_WORDS.replace('(', '(?P<named_words>', 1)}"
    r"|<(?P<angled>https?://[^\s<>]{1,2000})>|(?P<bare>https?://[^\s\[\]<>]{1,2000}[^\s\[\]<>.,;:!?)'\"*_])"
    rf"|xref:(?P<xref>[^\s\[\]]{{1,500}}){_WORDS.replace('(', '(?P<xref_words>', 1)}"
    r"|<<(?P<to>[^<>,]{1,500})(?:,\s*(?P<to_words>[^<>]{1,1000}))?>>"
    r"|(?:image|icon):(?P<image>[^\s:\[\]][^\s\[\]]{0,500})\[[^\]\n]{0,500}\]"
    rf"|footnote:[\w-]*{_WORDS.replace('(', '(?P<note>', 1)}"
    r"|(?:kbd|btn):\[(?P<key>[^\]\n]{1,200})\]|menu:(?P<menu>[^\[\n]{1,100})\[(?P<choice>[^\]\n]{0,200})\]"
    r"|\[\[(?P<id>[\w:.-]{1,200})(?:,[^\]\n]{0,200})?\]\]|anchor:(?P<id2>[\w:.-]{1,200})\[[^\]\n]{0,200}\]"
    r"|\(\(\((?P<index>[^()\n]{1,200})\)\)\)|\(\((?P<term>[^()\n]{1,200})\)\)"
    r"|(?:\[[^\[\]\n]{1,100}\])?(?:"
    r"\*\*(?P<bold2>\S|\S.{0,1000}?\S)\*\*|(?<![\w*])\*(?P<bold>[^\s*]|[^\s*].{0,1000}?\S)\*(?![\w*])"
    r"|__(?P<italic2>\S|\S.{0,1000}?\S)__|(?<![\w_])_(?P<italic>[^\s_]|[^\s_].{0,1000}?\S)_(?![\w_])"
    r"|##(?P<mark2>\S|\S.{0,1000}?\S)##|(?<![\w#&])\#(?P<mark>[^\s#]|[^\s#].{0,1000}?\S)\#(?![\w#]))"
    r"|\^(?P<sup>[^\s^]{1,100})\^|~(?P<sub>[^\s~]{1,100})~",
    re.DOTALL,
)


@dataclass
class Words:
    """State for inline text. `titles`: id of a heading -> its words. `anchors`: those found since the last block."""

    drop_picture: Callable[[], None]
    attributes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    anchors: list[str] = field(default_factory=list)  # found in a line, for its block
    _added: int = 0

    def set(self, name: str, value: str) -> None:
        self.attributes[name.lower()] = self.filled(value)[:_MOST_VALUE]

    def filled(self, text: str, number: int = 0) -> str:
        """`text` with attribute references replaced; unknown ones stay as written."""
        full = _REFERENCE.sub(lambda match: _value(self.attributes, match), text) if "{" in text else text
        self._added += max(len(full) - len(text), 0)
        if self._added > _MOST_ADDED:
            raise Unreadable(number, "too-large", "attributes grow it to over a million characters; take some away")
        return full

    def markdown(self, text: str, number: int = 0) -> str:
        return self._markdown(self.filled(text, number), 0)

    def _markdown(self, text: str, depth: int) -> str:
        parts: list[str] = []
        end = 0
        for match in _INLINE.finditer(text) if depth < 8 else ():
            parts += [escaped(text[end : match.start()]), self._one(match, depth + 1)]
            end = match.end()
        return "".join([*parts, escaped(text[end:])])

    def _one(self, match: re.Match[str], depth: int) -> str:
        kind = match.lastgroup or ""
        got = {name: value for name, value in match.groupdict().items() if value is not None}
        if kind in ("kept", "plain1", "plain2", "plain3", "passed"):
            return escaped(got[kind])
        if kind in ("code1", "code2"):
            return _code(got[kind])
        if kind in ("key", "choice", "menu"):
            choices = [got["menu"], *got.get("choice", "").split(">")] if "menu" in got else [got["key"]]
            return "**" + " > ".join(escaped(choice.strip()) for choice in choices if choice.strip()) + "**"
        if kind in ("image", "id", "id2", "index"):
            return self._unshown(kind, got[kind])
        shown = _shown(kind, got)
        if shown:
            before, words, after = shown
            return before + self._markdown(words, depth) + after
        return self._link(match[0], got, depth)

    def _unshown(self, kind: str, what: str) -> str:
        if kind == "image":
            self.drop_picture()
        elif kind != "index":
            self.anchors.append(what)
        return ""

    def _link(self, whole: str, got: Mapping[str, str], depth: int) -> str:
        if address := got.get("angled") or got.get("bare"):
            return link(escaped(address), address)
        if to := got.get("xref") or got.get("to"):
            return self._reference(to, got.get("xref_words") or got.get("to_words", ""), depth)
        shown = got.get("target_words") or got.get("mail_words") or got.get("named_words", "")
        shown = _label(shown)
        if "mail" in got:
            address = f"mailto:{got['mail']}"
        else:
            address = got.get("target") or whole.split("[", 1)[0]
            address = address.replace("++", "")
        return link(self._markdown(shown, depth) if shown else escaped(got.get("mail", address)), address)

    def _reference(self, to: str, words: str, depth: int) -> str:
        to = to.strip()
        file, _, part = to.rpartition("#")
        name = part if part or file else to
        if not file and not to.startswith("#") and re.search(r"\.(?:adoc|asciidoc|html?)$", to):
            file, name = to, ""
        heading = name if name in self.titles else self._id_of(name)
        shown = self._markdown(_label(words), depth) if words.strip() else self._title(heading, to, depth)
        address = f"{file}#{heading}" if name else file
        return link(shown, address) if file or heading in self.titles else shown

    def _title(self, name: str, otherwise: str, depth: int) -> str:
        title = re.sub(r"\[\[[^\]]*\]\]", "", self.titles.get(name, "")).strip()
        return self._markdown(self.filled(title), depth) if title else escaped(otherwise)

    def _id_of(self, title: str) -> str:
        """The id of the heading with these words: a reference may use either."""
        return next((name for name, words in self.titles.items() if words == title), title) if " " in title else title


def automatic_id(title: str) -> str:
    """The id that Asciidoctor makes for a heading without one."""
    return "_" + re.sub(r"[ .-]+", "_", re.sub(r"[^\w .-]", "", title.lower())).strip("_")


def _value(attributes: Mapping[str, str], match: re.Match[str]) -> str:
    name = match[1].lower()
    return attributes.get(name, _BUILT_IN.get(name, match[0]))


def _code(words: str) -> str:
    if len(words) > 2 and words[0] == words[-1] == "+":
        words = words[1:-1]
    return code_span(re.sub(r"\\(?=[{*_<\[(])", "", words.replace(BREAK, " ")))


def _shown(kind: str, got: Mapping[str, str]) -> tuple[str, str, str] | None:
    """(mark before, words, mark after) of inline text that has words of its own."""
    if "quoted" in got:
        before, after = ("\u201c", "\u201d") if got["quote"] == '"' else ("\u2018", "\u2019")
        return before, got["quoted"], after
    before, after = _AROUND.get(kind.rstrip("2"), ("", ""))
    return (before, got[kind], after) if kind.rstrip("2") in _AROUND else None


def _label(words: str) -> str:
    """The words of a link without instructions on how it opens: a "^", or `window=_blank`."""
    words = re.sub(r",\s*(?:window|role|opts|options|title|rel|id)=.*$", "", words.strip(), flags=re.DOTALL)
    words = words.replace("\\]", "]").removesuffix("^")
    return words[1:-1].removesuffix("^") if len(words) > 1 and words[0] == words[-1] == '"' else words
