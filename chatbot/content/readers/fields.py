"""Named fields to entries: what the formats have in common in which an entry is an object or a row of a table.

The fields are `question` and `answer`, `alternates` and `tags` (lists of texts), `id`, `lang`, `source`, `url`,
`reviewed` and `review_by`.
"""

import json
from collections.abc import Mapping
from typing import Any

from chatbot.content.ledger import Content, LedgerLine, Problem, Role, Severity
from chatbot.content.readers.metadata import METADATA_KEYS, split_source
from chatbot.text import clean, is_text, one_line, slug
from chatbot.types import Entry

LISTS = ("alternates", "tags")
TEXTS = ("question", "answer", *sorted(METADATA_KEYS - set(LISTS)))
FIELDS = (*TEXTS, *LISTS)


class FieldReading:
    """The entries, ledger and problems of one file, as they come."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found_any = False  # an entry, or a mistake that explains why there is none
        self._entries: list[Entry] = []
        self._ledger: list[LedgerLine] = []
        self._problems: list[Problem] = []
        self._unused: set[str] = set()

    def note(self, line: int, role: Role, text: str, reason: str = "") -> None:
        self._ledger.append(LedgerLine(self.file, line, role, text, reason))

    def problem(self, line: int, rule: str, message: str, severity: Severity = "error") -> None:
        self.found_any |= severity == "error"
        self._problems.append(Problem(self.file, line, rule, message, severity))

    def unused(self, field: str, line: int) -> None:
        """Names a field that nothing reads, once a file."""
        if field not in self._unused:
            self._unused.add(field)
            message = f"the field {json.dumps(field)} is not used; the fields are {', '.join(FIELDS)}"
            self.problem(line, "unused-field", message, "warning")

    def add(self, value: object, line: int) -> str:
        """Why `value` is no entry, or "" for one."""
        if not isinstance(value, dict):
            self.problem(line, "not-an-entry", 'not an object; write {"question": "...", "answer": "..."}')
            return "no entry"
        for field in value:
            if field not in FIELDS:
                self.unused(field, line)
        values: dict[str, Any] = {field: self._text(value, field, line) for field in TEXTS}
        values |= {field: self._list(value, field, line) for field in LISTS}
        question = one_line(values.pop("question"))
        if not question:
            self.problem(line, "no-question", 'the entry has no "question"; write one or delete the entry')
            return "no question"
        answer = values.pop("answer")
        source, url = split_source(values.pop("source"))
        self.found_any = True
        self._entries.append(
            Entry(
                id=values.pop("id") or slug(question),
                question=question,
                answer=answer.strip("\n") if answer.strip() else "",
                source=source,
                url=values.pop("url") or url,
                file=self.file,
                line=line,
                **values,
            )
        )
        return ""

    def taken(self) -> Content:
        """What was read since the last call."""
        content = Content(self._entries, self._ledger, self._problems)
        self._entries, self._ledger, self._problems = [], [], []
        return content

    def _text(self, value: Mapping[str, Any], field: str, line: int) -> str:
        text = value.get(field)
        if isinstance(text, int) and not isinstance(text, bool):
            return str(text)  # an id or a source that is a number
        if text is None or isinstance(text, str):
            if is_text(text or ""):
                return clean(text or "").rstrip()
            self.problem(line, "not-text", f'"{field}" holds half of a surrogate pair (\\ud800 to \\udfff); delete it')
            return ""
        self.problem(line, "wrong-type", f'"{field}" must be a text, not {_kind(text)}')
        return ""

    def _list(self, value: Mapping[str, Any], field: str, line: int) -> tuple[str, ...]:
        items = value.get(field) or []
        items = [items] if isinstance(items, str) else items
        if isinstance(items, list) and all(isinstance(item, str) and is_text(item) for item in items):
            return tuple(kept for item in items if (kept := one_line(clean(item))))
        self.problem(line, "wrong-type", f'"{field}" must be a list of texts, such as ["one", "two"]')
        return ()


def _kind(value: object) -> str:
    kinds = {bool: "true or false", float: "a number with a fraction", list: "a list", dict: "an object"}
    return kinds.get(type(value), "this")
