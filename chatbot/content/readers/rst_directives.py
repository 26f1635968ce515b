"""Directives and roles of reStructuredText, also those of Sphinx and unknown ones, read for their text.

FAQs are mostly written for Sphinx. docutils does not know its directives and roles and drops what it does not know.
Here every directive and role gives its content, except those that show no text. None of them reads another file. With
`chatbot.content.readers.restructured`, the door to docutils.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.directives.tables import CSVTable

from chatbot.content.document import Document

_NATIVE = frozenset("table list-table replace unicode image".split())
_CODE = frozenset(
    "code code-block sourcecode highlight-code prompt parsed-literal math doctest testcode console".split()
)
_FILES = frozenset("include literalinclude raw csv-table mdinclude".split())
_NOTES = frozenset(
    "note tip hint important warning caution danger attention error seealso todo versionadded versionchanged"
    " deprecated versionremoved".split()
)
_QUOTES = frozenset("epigraph highlights pull-quote".split())
# Directives whose argument is an option and is not shown.
_FRAMES = frozenset(
    "container compound class rst-class cssclass only ifconfig div grid grid-item tab-set tabs columns column hlist"
    " glossary figure card-carousel rst-columns list-table-wrapper".split()
)
_ASKING = frozenset(
    "dropdown collapse collapsible details toggle expander accordion accordion-item faq question".split()
)
_HIDDEN = {
    **dict.fromkeys(("contents", "toctree", "sectnum", "target-notes", "autosummary"), "table of contents"),
    **dict.fromkeys(("index", "meta", "tags", "highlight", "default-role", "default-domain"), "setting of the page"),
    **dict.fromkeys(("currentmodule", "module", "title", "date", "header", "footer", "role"), "setting of the page"),
    **dict.fromkeys(("video", "youtube", "vimeo", "graphviz", "mermaid", "plantuml", "digraph"), "not text"),
}
_LITERAL = frozenset(
    "code file samp envvar option program func function class meth method mod module attr data const exc obj type"
    " literal regexp makevar macro member var".split()
)
_STRONG = frozenset("guilabel menuselection kbd command btn".split())
_NATIVE_ROLES = frozenset(
    "emphasis strong subscript sub superscript sup title-reference title t math pep rfc abbreviation ac".split()
)
_EXPLICIT = re.compile(r"(.+?)\s*<([^<>]+)>$", re.DOTALL)
_PATH = re.compile(r"\S+[./#]\S+$")


class _AnyOption(dict[str, Any]):
    """Accepts every option, and ignores it."""

    def __missing__(self, name: str) -> Any:
        return lambda value: value


class _Content(Directive):
    """A directive with content only. Its argument is the first part of the content."""

    has_content = True
    option_spec: ClassVar[Any] = _AnyOption({"class": lambda value: value})
    kind = ""

    def run(self) -> list[nodes.Node]:
        box = nodes.container(kind=self.name.split(":")[-1])
        if self.arguments:
            lead = nodes.paragraph(self.arguments[0], "", lead=self.kind)
            lead.line = self.lineno
            inline_nodes, _ = self.state.inline_text(" ".join(self.arguments[0].split()), self.lineno)
            lead += inline_nodes
            box += lead
        self.state.nested_parse(self.content, self.content_offset, box, match_titles=True)
        return [box]


class _Titled(_Content):
    optional_arguments = 1
    final_argument_whitespace = True
    kind = "title"


class _Asking(_Titled):
    kind = "question"


class _Framed(_Titled):
    def run(self) -> list[nodes.Node]:
        self.arguments = []
        return super().run()


class _Unknown(_Titled):
    def run(self) -> list[nodes.Node]:
        if self.arguments and _PATH.match(self.arguments[0]):  # a path or address that the directive would fetch
            self.arguments = []
        return super().run()


class _Code(_Titled):
    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        language = self.arguments[0] if self.arguments else ""
        if not text and language and ("\n" in language or self.name in ("math", "parsed-literal")):
            text, language = language, ""
        code = nodes.literal_block(text, text, language=language)
        code.line = self.lineno
        return [code]


class _Quoted(_Content):
    def run(self) -> list[nodes.Node]:
        quote = nodes.block_quote(kind="quote")
        self.state.nested_parse(self.content, self.content_offset, quote)
        return [quote]


class Lookup:
    """Gives docutils the class of a directive and the function of a role."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._raw_roles = {"raw"}
        self._find = directives.directive
        self._find_role = roles.role

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Replaces the lookup of docutils, as Sphinx does: docutils has no other way to handle all names."""
        setattr(directives, "directive", self._directive)  # noqa: B010
        setattr(roles, "role", self._role)  # noqa: B010
        try:
            yield
        finally:
            setattr(directives, "directive", self._find)  # noqa: B010
            setattr(roles, "role", self._find_role)  # noqa: B010

    def _directive(self, name: str, language: Any, document: Any) -> tuple[Any, list[Any]]:
        bare = name.lower().split(":")[-1]
        if bare in _FILES:
            return self._of_file(bare), []
        if bare in _HIDDEN or bare.startswith("auto"):
            return self._hidden(_HIDDEN.get(bare, "made from a program")), []
        if bare in _NATIVE:
            return self._find(name, language, document)
        for names, kind in (
            (_CODE, _Code),
            (_NOTES, _Content),
            (_QUOTES, _Quoted),
            (_FRAMES, _Framed),
            (_ASKING, _Asking),
        ):
            if bare in names:
                return kind, []
        return _Unknown, []

    def _hidden(self, reason: str) -> Any:
        reading = self

        class Hidden(_Titled):
            def run(self) -> list[nodes.Node]:
                if self.name == "role" and self.arguments and "(raw)" in "".join(self.arguments[0].split()):
                    reading._raw_roles.add(self.arguments[0].split("(")[0].strip().lower())
                reading._drop(self.lineno, self.block_text, reason)
                return []

        return Hidden

    def _of_file(self, name: str) -> Any:
        reading = self

        class Refused(_Titled):
            def run(self) -> list[nodes.Node]:
                reading._refuse(name, self.lineno, self.block_text)
                return []

        class Table(CSVTable):
            def run(self) -> Any:
                if {"file", "url"} & self.options.keys():
                    reading._refuse(f"{name} with :file: or :url:", self.lineno, self.block_text)
                    return []
                return super().run()

        return Table if name == "csv-table" else Refused

    def _refuse(self, name: str, line: int, text: str) -> None:
        message = f'"{name}" is not read, as it takes what it shows from elsewhere; put the text itself here'
        self._document.problem(line, "include", message, "warning")
        self._drop(line, text, "another file is not read")

    def _drop(self, line: int, text: str, reason: str) -> None:
        for number in range(line, line + len(text.rstrip().split("\n"))):
            if self._document.lines.get(number, "").strip():
                self._document.dropped[number] = reason

    def _role(self, name: str, language: Any, line: int, reporter: Any) -> tuple[Any, list[Any]]:
        if name.lower() in _NATIVE_ROLES or not name:
            return self._find_role(name, language, line, reporter)
        return self._any_role, []

    def _any_role(
        self, name: str, raw: str, text: str, line: int, inliner: Any, options: Any = None, content: Any = ()
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        bare = name.lower().split(":")[-1]
        text = nodes.unescape(text)
        if bare in self._raw_roles or name.lower() in self._raw_roles:
            return [], []
        explicit = _EXPLICIT.fullmatch(text)
        words, to = (explicit[1], explicit[2]) if explicit else ("", text)
        if bare in ("ref", "any", "numref", "doc"):
            return [nodes.inline(raw, words or to, to=to, words=words)], []
        words = words or to.removeprefix("!")
        if words.startswith("~"):
            words = words[1:].rsplit(".", 1)[-1]
        if bare in _LITERAL or (":" in name and bare not in _STRONG):
            return [nodes.literal(raw, words)], []
        if bare in _STRONG:
            return [nodes.strong(raw, words.replace("-->", "\u2192").replace("&", ""))], []
        return [nodes.inline(raw, words.split(";")[0] if bare == "index" else words)], []
