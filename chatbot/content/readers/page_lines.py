"""A page of HTML being read: its entries, and what became of each line."""

import re
from collections.abc import Iterable, Sequence

from chatbot.content.file_checks import unshown_link
from chatbot.content.ledger import Content, LedgerLine, Problem, Role, Severity
from chatbot.content.readers.html_text import Line, markdown_lines, skip_reason, unshown_links
from chatbot.content.readers.html_tree import Element, Text
from chatbot.content.readers.metadata import METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, Values, metadata_key, read_body
from chatbot.content.readers.source import SourceFile
from chatbot.text import clean, ends_as_question, one_line, slug
from chatbot.types import Entry

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

    def is_accounted(self, element: Element) -> bool:
        return all(text in self._accounted for text in _spoken(element) if text.text.strip())

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
        may_be_gap: bool = True,
    ) -> bool:
        """Adds the entry that `question` asks, `others` being other wordings of it; False where there is none.

        `known`: metadata that the page gives elsewhere. A question without answer is a gap, if it may be one.
        """
        wording = self.words(question)
        lines = markdown_lines(answer, self.drop)
        if not wording or not (lines or (may_be_gap and ends_as_question(wording))):
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
        self.warn_of_links(entry_id, answer)
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

    def warn_of_links(self, entry_id: str, answer: Sequence[Element | Text], line: int = 0) -> None:
        """`line`: where the answer stands, if its own lines are not those of the page."""
        for address, own_line in unshown_links(answer):
            self._problems.append(unshown_link(self.file, line or own_line, entry_id, address))

    def content(self, rest: Element | None, reason: str) -> Content:
        """The entries in the order of the page; the texts below `rest` that nothing took are dropped for `reason`."""
        pending: list[tuple[Element | Text, str]] = [(rest, reason)] if rest else []
        while pending:
            node, why = pending.pop()
            if isinstance(node, Element):
                why = skip_reason(node) or why
                pending += [(child, why) for child in reversed(node.children)]
            elif node not in self._accounted and node.text.strip():
                self.drop(node, "comment" if node.tag else why)
        ledger = []
        for number, line in enumerate(self.text.split("\n"), 1):
            if line.strip():
                role, why = self._role(number) if rest else ("dropped", reason)
                ledger.append(LedgerLine(self.file, number, role, line.strip(), why))
        return Content(sorted(self.entries, key=lambda entry: entry.line), ledger, self._problems)

    def _role(self, number: int) -> tuple[Role, str]:
        roles = self._roles.get(number, set()) - {"dropped"}
        reason = self._reasons.get(number, "")
        if not roles:
            return ("dropped", reason) if reason else ("markup", "")
        part = f"in part: {reason}" if reason else ""
        return (roles.pop() if len(roles) == 1 else "entry"), part

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
