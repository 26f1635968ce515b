"""Turns sections into entries, and records what became of every line of the source."""

from collections.abc import Iterable, Sequence
from textwrap import dedent

from chatbot.content.document import Block, Document, Line, answer_lines
from chatbot.content.ledger import Anchor, Content, LedgerLine, Role
from chatbot.content.readers.section import read_body
from chatbot.content.readers.source import SourceFile
from chatbot.content.sections import Section
from chatbot.content.topics import Topics
from chatbot.core.text import match_key, slug
from chatbot.core.types import Entry


class Assembly:
    """Collects the entries of one document and the role of each of its lines."""

    def __init__(self, document: Document, topics: Topics) -> None:
        self.document = document
        self._topics = topics
        self.entries: list[Entry] = []
        self._roles: dict[int, set[Role]] = {n: {"metadata"} for n in document.metadata}
        self._reasons: dict[int, str] = dict(document.dropped)
        self._dropped: dict[int, Block] = {}  # by id; kept here, so that no id is used again
        self._anchors: list[Anchor] = []

    def note(self, lines: Iterable[int], role: Role, reason: str = "") -> None:
        for number in lines:
            self._roles.setdefault(number, set()).add(role)
            if reason:
                self._reasons.setdefault(number, reason)

    def note_blocks(self, blocks: Sequence[Block], role: Role) -> None:
        for block in blocks:
            self.note((number for line in block.lines for number in line.sources), role)

    def drop_lines(self, lines: Iterable[Line], reason: str) -> None:
        """Drops `lines`. `reason`: "" for lines without words, such as a rule between sections."""
        for number in {number for line in lines for number in line.sources}:
            if reason:
                self._reasons.setdefault(number, reason)
            else:
                self._roles.setdefault(number, set()).add("markup")

    def drop(self, block: Block, reason: str) -> None:
        self._dropped[id(block)] = block
        self.drop_lines(block.lines, reason)

    def is_dropped(self, block: Block) -> bool:
        return id(block) in self._dropped

    def drop_section(self, section: Section, title: str, text: str) -> None:
        for block in section.heads:
            self.drop(block, title)
        for block in section.answer:
            self.drop(block, text)

    def drop_the_rest(self, blocks: Sequence[Block], sections: Sequence[Section]) -> None:
        """Drops the blocks that no section uses. A line may hold both a part of an entry and a part of such a block."""
        used = {block_id for section in sections for block_id in section.used}
        first = min((section.line for section in sections), default=0)
        for block in blocks:
            if id(block) not in used and not self.is_dropped(block) and match_key(block.words):
                self.drop(block, _drop_reason(block.line, first))

    def add(self, sections: Sequence[Section]) -> None:
        topics = self._topics.of_each([section.line for section in sections])
        for section, heading, tags in zip(sections, self._headings(sections), topics, strict=True):
            self.entries.append(self._entry(section, heading, tags))

    def _headings(self, sections: Sequence[Section]) -> list[str]:
        """The heading that each section stands under, "" for none."""
        used = {block_id for section in sections for block_id in section.used}
        section_of = {id(head): index for index, section in enumerate(sections) for head in section.heads}
        headings: dict[int, str] = {}
        above: list[Block] = []  # the headings above this block, outermost first
        for block in self.document.blocks:
            if (index := section_of.get(id(block))) is not None:
                within = [title.words for title in above if title.level < sections[index].level]
                headings.setdefault(index, within[-1] if within else "")
            elif block.kind == "heading" and id(block) not in used and match_key(block.words):
                above = [*(title for title in above if title.level < block.level), block]
        return [headings.get(index, "") for index in range(len(sections))]

    def _entry(self, section: Section, heading: str, topics: tuple[str, ...]) -> Entry:
        document = self.document
        lines = answer_lines(section.answer, document.as_written)
        while lines and not lines[-1].text.strip():
            lines.pop()
        text = "\n".join(line.text for line in lines)
        body = SourceFile(document.file, text if document.is_markdown else dedent(text))
        alternates, metadata, answer = read_body(body, range(1, len(lines) + 1) if lines else ())
        self._copy_roles(body, lines)
        self.note(section.question_lines, "question")
        for _, numbers in section.alternates:
            self.note(numbers, "alternate")
        self._anchors += [Anchor(document.file, anchor, section.line) for anchor in section.anchors]
        lang = {"lang": section.lang} if section.lang else {}
        values = {**lang, **document.values, **metadata}
        if topics:
            values["tags"] = tuple(dict.fromkeys([*values.get("tags", ()), *topics]))
        return Entry(
            id=str(values.pop("id", "")) or slug(section.question),
            question=section.question,
            answer=answer if match_key(answer) or answer.strip() else "",
            alternates=(*(words for words, _ in section.alternates), *alternates),
            section=heading,
            file=document.file,
            line=section.line,
            **values,
        )

    def _copy_roles(self, body: SourceFile, lines: Sequence[Line]) -> None:
        """Copies the roles and problems of an answer's lines to the source lines that they come from."""
        content = body.content(())
        for ledger_line in content.ledger:
            for number in lines[ledger_line.line - 1].sources:
                if ledger_line.role == "dropped":
                    self._reasons.setdefault(number, ledger_line.reason)
                else:
                    self.note([number], ledger_line.role)
        for problem in content.problems:
            line = min(lines[problem.line - 1].sources, default=0)
            self.document.problem(line, problem.rule, problem.message, problem.severity)

    def report_nothing(self) -> None:
        advice = 'write each as a heading or a line that ends in "?", its answer below'
        self.document.problem(0, "no-question", f"no question with an answer found; {advice}")

    def content(self) -> Content:
        """The entries in document order, and the ledger. A line that nothing used is dropped."""
        first = min((entry.line for entry in self.entries), default=0)
        ledger = []
        for number, text in self.document.lines.items():
            if text.strip():
                role, reason = self._role(number, first)
                ledger.append(LedgerLine(self.document.file, number, role, text.strip(), reason))
        entries = sorted(self.entries, key=lambda entry: entry.line)
        page = [Anchor(self.document.file, "", 0, self.document.url)] if self.document.url else []
        return Content(entries, ledger, self.document.problems, [*self._anchors, *page])

    def _role(self, number: int, first: int) -> tuple[Role, str]:
        roles = self._roles.get(number, set())
        reason = self._reasons.get(number, "")
        if roles:
            is_merged = reason.startswith("repeated title")
            part = reason if is_merged or not reason else f"in part: {reason}"
            return (next(iter(roles)) if len(roles) == 1 else "entry"), part
        if reason:
            return "dropped", reason
        if not match_key(self.document.lines[number]):
            return "markup", ""
        return "dropped", _drop_reason(number, first)


def _drop_reason(line: int, first: int) -> str:
    return "stands before the first question" if line < first else "outside of the questions and answers"
