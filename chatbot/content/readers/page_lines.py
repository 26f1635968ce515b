"""A page of HTML being read: its entries, and what became of each line."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from chatbot.content.document import Line
from chatbot.content.ledger import Content, LedgerLine, Problem, Role, Severity
from chatbot.content.readers.html_text import markdown_lines
from chatbot.content.readers.html_tree import Element, Text
from chatbot.content.readers.metadata import METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, Values, metadata_key, read_body
from chatbot.content.readers.source import SourceFile
from chatbot.core.text import clean, one_line, slug
from chatbot.core.types import Entry

_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_NO_WORDS = frozenset({"script", "style", "svg", "template"})


class PageReading:
    """What stands between the tree of a page and its `Content`."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = clean(text)
        self.entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._roles: dict[int, set[Role]] = {}
        self._reasons: dict[int, str] = {}
        self._accounted: set[Text] = set()

    def problem(self, line: int, rule: str, message: str, severity: Severity = "error") -> None:
        self._problems.append(Problem(self.file, line, rule, message, severity))

    def note(self, lines: Iterable[int], role: Role) -> None:
        for line in lines:
            self._roles.setdefault(line, set()).add(role)

    def drop(self, text: Text, reason: str) -> None:
        self._accounted.add(text)
        for number, _ in text.lines():
            self._roles.setdefault(number, set()).add("dropped")
            self._reasons.setdefault(number, reason)

    def words(self, element: Element) -> str:
        """What `element` says, on one line."""
        return one_line("".join(text.text for text in _spoken(element)))

    def take(self, element: Element, role: Role = "entry") -> None:
        """`element` is used, as a script that holds the entries is, or a tag with metadata."""
        self._accounted.update(element.texts())
        lines = [number for text in element.texts() for number, _ in text.lines()]
        self.note(lines or [element.line], role)

    def take_over(self, content: Content) -> None:
        self.entries += content.entries
        self._problems += content.problems

    def add_section(
        self,
        question: Element,
        answer: Sequence[Element | Text],
        others: Sequence[Element] = (),
        known: Values | None = None,
    ) -> bool:
        """Adds the entry that `question` asks, `others` being other wordings of it; False where there is none.

        `known`: metadata that the page gives elsewhere. Without an answer it is a gap, whether its words ask or not.
        """
        wording = self.words(question)
        lines = markdown_lines(answer, self.drop)
        if not wording:
            return False
        body = SourceFile(self.file, "\n".join(_without_escapes(line.text) for line in lines))
        alternates, values, text = read_body(body, range(1, len(lines) + 1) if lines else ())
        self._take_over_lines(body, lines)
        values = {"lang": question.lang, **(known or {}), **values}
        self._account(question, "question")
        for other in others:
            self._account(other, "alternate")
        for node in answer:
            self._accounted.update(node.texts() if isinstance(node, Element) else [node])
        entry_id = str(values.pop("id", "")) or slug(wording)
        self.entries.append(
            Entry(
                id=entry_id,
                question=wording,
                answer=text,
                alternates=(*values.pop("alternates", ()), *map(self.words, others), *alternates),
                file=self.file,
                line=next((text.line for text in _spoken(question) if text.text.strip()), question.line),
                **values,
            )
        )
        return True

    @property
    def accounted(self) -> set[Text]:
        """The texts that are read already."""
        return self._accounted

    def content(self, reason: str) -> Content:
        """Nothing but the problems; every line is dropped for `reason`."""
        lines = enumerate(self.text.split("\n"), 1)
        ledger = [LedgerLine(self.file, n, "dropped", line.strip(), reason) for n, line in lines if line.strip()]
        return Content((), ledger, self._problems)

    def joined(self, visible: Content, shown: Set[int]) -> Content:
        """The entries of this reading and those of the `visible` page; a line may hold some of both.

        `shown`: the lines that the visible page stands on.
        """
        entries = sorted([*self.entries, *visible.entries], key=lambda entry: entry.line)
        ledger = [self._line(line, line.line in shown) for line in visible.ledger]
        return replace(visible, entries=entries, ledger=ledger, problems=[*self._problems, *visible.problems])

    def _line(self, line: LedgerLine, is_shown: bool) -> LedgerLine:
        own = self._roles.get(line.line, set()) - {"dropped"}
        reason = self._reasons.get(line.line, "") or (
            line.reason if own and is_shown and line.role == "dropped" else ""
        )
        part = f"in part: {reason}" if reason else line.reason
        if line.role in ("dropped", "markup"):
            if own:
                return replace(line, role=own.pop() if len(own) == 1 else "entry", reason=part if reason else "")
            return replace(line, role="dropped", reason=reason) if reason else line
        return replace(line, role="entry" if own - {line.role} else line.role, reason=line.reason or part)

    def _account(self, element: Element, role: Role) -> None:
        self._accounted.update(element.texts())
        self.note([number for text in _spoken(element) for number, _ in text.lines()], role)

    def _take_over_lines(self, body: SourceFile, lines: Sequence[Line]) -> None:
        """The notes and problems on lines of Markdown become such on the lines of the page."""
        content = body.content(())
        for noted in content.ledger:
            sources = lines[noted.line - 1].sources
            if noted.role == "dropped":
                self.note(sources, "markup")
            else:
                self.note(sources, noted.role)
        for problem in content.problems:
            line = min(lines[problem.line - 1].sources, default=0)
            self.problem(line, problem.rule, problem.message, problem.severity)


def _spoken(element: Element) -> list[Text]:
    """The texts that a reader sees."""
    return [text for text in element.texts(_NO_WORDS) if not text.tag]


def _without_escapes(line: str) -> str:
    """A `Key: value` line is no Markdown."""
    pair = KEY_VALUE.match(line)
    return _ESCAPE.sub("", line) if pair and metadata_key(pair) in METADATA_KEYS else line
