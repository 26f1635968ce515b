"""Collects the entries of an HTML page and the role of each of its lines."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from chatbot.content.document import Line
from chatbot.content.ledger import Content, LedgerLine, Role
from chatbot.content.readers.html_text import markdown_lines
from chatbot.content.readers.html_tree import Element, Text
from chatbot.content.readers.metadata import METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, Values, metadata_key, read_body
from chatbot.content.readers.source import SourceFile
from chatbot.core.problem import Problem, Severity
from chatbot.core.text import clean, one_line, slug
from chatbot.core.types import Entry

_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_NO_WORDS = frozenset({"script", "style", "svg", "template"})


class PageReading:
    """Collects what is read from the tree of a page, for its `Content`."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = clean(text)
        self.entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._roles: dict[int, set[Role]] = {}
        self._reasons: dict[int, str] = {}
        self._used: set[Text] = set()

    def problem(self, line: int, rule: str, message: str, severity: Severity = "error") -> None:
        self._problems.append(Problem(self.file, line, rule, message, severity))

    def note(self, lines: Iterable[int], role: Role) -> None:
        for line in lines:
            self._roles.setdefault(line, set()).add(role)

    def drop(self, text: Text, reason: str) -> None:
        self._used.add(text)
        for number, _ in text.lines():
            self._roles.setdefault(number, set()).add("dropped")
            self._reasons.setdefault(number, reason)

    def words(self, element: Element) -> str:
        """The text of `element`, on one line."""
        return one_line("".join(text.text for text in _visible_texts(element)))

    def take(self, element: Element, role: Role = "entry") -> None:
        """Marks `element` as used, such as a script that holds entries or a tag with metadata."""
        self._used.update(element.texts())
        lines = [number for text in element.texts() for number, _ in text.lines()]
        self.note(lines or [element.line], role)

    def add_content(self, content: Content) -> None:
        self.entries += content.entries
        self._problems += content.problems

    def add_section(
        self,
        question: Element,
        answer: Sequence[Element | Text],
        others: Sequence[Element] = (),
        known: Values | None = None,
    ) -> bool:
        """Adds the entry with this `question`; `others` are its alternates. False where there is no question.

        `known`: metadata from elsewhere on the page. Without an answer the entry is a gap, even if it does not ask.
        """
        wording = self.words(question)
        lines = markdown_lines(answer, self.drop)
        if not wording:
            return False
        body = SourceFile(self.file, "\n".join(_without_escapes(line.text) for line in lines))
        alternates, values, text = read_body(body, range(1, len(lines) + 1) if lines else ())
        self._copy_roles(body, lines)
        values = {"lang": question.lang, **(known or {}), **values}
        self._account(question, "question")
        for other in others:
            self._account(other, "alternate")
        for node in answer:
            self._used.update(node.texts() if isinstance(node, Element) else [node])
        entry_id = str(values.pop("id", "")) or slug(wording)
        self.entries.append(
            Entry(
                id=entry_id,
                question=wording,
                answer=text,
                alternates=(*values.pop("alternates", ()), *map(self.words, others), *alternates),
                file=self.file,
                line=next((text.line for text in _visible_texts(question) if text.text.strip()), question.line),
                **values,
            )
        )
        return True

    @property
    def accounted(self) -> set[Text]:
        """The texts that were used."""
        return self._used

    def content(self, reason: str) -> Content:
        """No entries; every line is dropped for `reason`."""
        lines = enumerate(self.text.split("\n"), 1)
        ledger = [LedgerLine(self.file, n, "dropped", line.strip(), reason) for n, line in lines if line.strip()]
        return Content((), ledger, self._problems)

    def joined(self, visible: Content, shown: Set[int]) -> Content:
        """These entries together with those of the `visible` page. A line may hold parts of both.

        `shown`: the numbers of the lines with visible text.
        """
        entries = sorted([*self.entries, *visible.entries], key=lambda entry: entry.line)
        ledger = [self._line(line, line.line in shown) for line in visible.ledger]
        return replace(visible, entries=entries, ledger=ledger, problems=[*self._problems, *visible.problems])

    def _line(self, line: LedgerLine, is_shown: bool) -> LedgerLine:
        roles = self._roles.get(line.line, set()) - {"dropped"}
        reason = self._reasons.get(line.line, "") or (
            line.reason if roles and is_shown and line.role == "dropped" else ""
        )
        part = f"in part: {reason}" if reason else line.reason
        if line.role in ("dropped", "markup"):
            if roles:
                return replace(line, role=roles.pop() if len(roles) == 1 else "entry", reason=part if reason else "")
            return replace(line, role="dropped", reason=reason) if reason else line
        return replace(line, role="entry" if roles - {line.role} else line.role, reason=line.reason or part)

    def _account(self, element: Element, role: Role) -> None:
        self._used.update(element.texts())
        self.note([number for text in _visible_texts(element) for number, _ in text.lines()], role)

    def _copy_roles(self, body: SourceFile, lines: Sequence[Line]) -> None:
        """Copies the roles and problems of Markdown lines to the lines of the page."""
        content = body.content(())
        for ledger_line in content.ledger:
            sources = lines[ledger_line.line - 1].sources
            if ledger_line.role == "dropped":
                self.note(sources, "markup")
            else:
                self.note(sources, ledger_line.role)
        for problem in content.problems:
            line = min(lines[problem.line - 1].sources, default=0)
            self.problem(line, problem.rule, problem.message, problem.severity)


def _visible_texts(element: Element) -> list[Text]:
    """The texts that a visitor sees."""
    return [text for text in element.texts(_NO_WORDS) if not text.tag]


def _without_escapes(line: str) -> str:
    """Escapes only belong to Markdown, and a `Key: value` line is none."""
    pair = KEY_VALUE.match(line)
    return _ESCAPE.sub("", line) if pair and metadata_key(pair) in METADATA_KEYS else line
