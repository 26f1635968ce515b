"""Named fields to entries: shared by the formats in which an entry is an object or a row of a table.

The fields are `question` and `answer`, `alternates` and `tags` (lists of texts), `id`, `lang`, `source`, `url`,
`reviewed` and `review_by`.
"""

import dataclasses
import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from chatbot.content.document import MEDIA, media_only_message
from chatbot.content.labels import answer_label, has_number_sign, question_label, without_number
from chatbot.content.ledger import Content, LedgerLine, Role
from chatbot.content.readers.column_names import FIELDS, LISTS, TEXTS, plain_name
from chatbot.content.readers.html_cells import html_as_markdown, is_html, unescaped, with_paragraphs, without_tags
from chatbot.content.readers.metadata import split_source
from chatbot.content.readers.rich_text import unpacked
from chatbot.content.templates import TEMPLATE, is_template
from chatbot.core.problem import Problem, Severity
from chatbot.core.text import clean, is_text, one_line, slug
from chatbot.core.types import Entry

# Words with which exports mark what a site does not show.
_HIDING = frozenset(
    """draft isdraft archived isarchived unpublished notpublished pending private trash future autodraft deleted
    isdeleted hidden ishidden inactive""".split()
)
_SHOWING = frozenset("published ispublished active isactive enabled isenabled visible isvisible".split())
_STATES = frozenset("status state visibility poststatus".split())
SHOWN_OR_NOT = _HIDING | _SHOWING | _STATES
_KINDS, _NO_POSTS = frozenset({"posttype"}), frozenset("revision attachment nav_menu_item".split())
_TELLING = SHOWN_OR_NOT | _KINDS
_NAMED = 6  # of the fields that are not used; a slip in a name comes first
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


class FieldReading:
    """Collects the entries, ledger and problems of one file.

    `joins_answers`: rows with the same id and answer are one entry, as exports of knowledge bases write them.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.found_any = False  # an entry, or an error that explains why there is none
        self.joins_answers = False
        self._entries: list[Entry] = []
        self._ledger: list[LedgerLine] = []
        self._problems: list[Problem] = []
        self._unused: dict[str, int] = {}  # field -> first line; 0 once it is reported
        self._warned: set[str] = set()
        self._answered: dict[tuple[str, str, str], int] = {}

    def note(self, line: int, role: Role, text: str, reason: str = "") -> None:
        self._ledger.append(LedgerLine(self.file, line, role, text, reason))

    def problem(self, line: int, rule: str, message: str, severity: Severity = "error") -> None:
        self.found_any |= severity == "error"
        self._problems.append(Problem(self.file, line, rule, message, severity))

    def warn_once(self, line: int, rule: str, message: str) -> None:
        """A warning that is given once a file."""
        if rule not in self._warned:
            self._warned.add(rule)
            self.problem(line, rule, message, "warning")

    def unused(self, field: str, line: int) -> None:
        """Notes a field that nothing reads. All of them are reported together."""
        self._unused.setdefault(field, line)

    def leaves_out(self, value: Mapping[str, Any], line: int) -> str:
        """Why the site does not show this record (reported once a file), or ""."""
        for key, item in value.items():
            if (name := plain_name(key)) not in _TELLING:
                continue
            text = str(item).strip().casefold()
            is_hidden = (name in _HIDING and text in _YES) or (name in _SHOWING and text in _NO)
            is_hidden |= (name in _STATES and plain_name(text) in _HIDING) or (name in _KINDS and text in _NO_POSTS)
            if is_hidden:
                why = f'"{key}" says that it is not published'
                message = f"{why}, so it is left out, and others like it; publish what is content"
                self.warn_once(line, "draft", message)
                return why
        return ""

    def add(self, value: object, line: int) -> str:
        """Adds an entry. Returns why `value` is none, or ""."""
        if not isinstance(value, dict):
            self.problem(line, "not-an-entry", 'not an object; write {"question": "...", "answer": "..."}')
            return "no entry"
        for field in value:
            if field not in FIELDS:
                self.unused(field, line)
        values: dict[str, Any] = {field: self._text(value, field, line) for field in TEXTS}
        values |= {field: self._list(value, field, line) for field in LISTS}
        text = unpacked(values.pop("answer"))
        if text is None:
            self.problem(line, "not-text", 'the "answer" holds data of an editor (JSON), not a text; write the text')
        answer = unescaped(text or "")
        asked = without_tags(unescaped(values.pop("question")), is_html(answer))
        question, answer = _without_labels(one_line(asked), answer)
        if any(map(is_template, (question, answer))):
            message = f"{TEMPLATE}, so it is not read, nor are others like it; put the text that comes of it here"
            self.warn_once(line, "template", message)
            return "a template of the site's generator"
        if not question:
            self.problem(line, "no-question", 'the entry has no "question"; write one or delete the entry')
            return "no question"
        source, url = split_source(values.pop("source"))
        self.found_any = True
        entry = Entry(
            id=values.pop("id") or slug(question),
            question=question,
            answer=self._answer(answer, question, line),
            source=source,
            url=values.pop("url") or url,
            file=self.file,
            line=line,
            **values,
        )
        self._put(entry)
        return ""

    def taken(self) -> Content:
        """What was read since the last call."""
        if fresh := {field: line for field, line in self._unused.items() if line}:
            first = sorted(fresh, key=lambda field: field in FIELDS or not get_close_matches(field, FIELDS, 1, 0.75))[
                :_NAMED
            ]
            names = ", ".join(map(json.dumps, first)) + (
                f" and {len(fresh) - _NAMED} more" if fresh.keys() - first else ""
            )
            what = f"the field {names} is" if len(fresh) == 1 else f"the fields {names} are"
            message = f"{what} not used; the fields are {', '.join(FIELDS)}"
            self.problem(min(fresh.values()), "unused-field", message, "warning")
            self._unused.update(dict.fromkeys(fresh, 0))
        content = Content(self._entries, self._ledger, self._problems)
        self._entries, self._ledger, self._problems = [], [], []
        return content

    def _put(self, entry: Entry) -> None:
        if not (self.joins_answers and entry.answer):
            self._entries.append(entry)
            return
        written_id = "" if entry.id == slug(entry.question) else entry.id
        at = self._answered.setdefault((written_id, entry.answer, "" if written_id else entry.lang), len(self._entries))
        if at == len(self._entries):
            self._entries.append(entry)
            return
        first = self._entries[at]
        wordings = dict.fromkeys([*first.alternates, entry.question, *entry.alternates])
        wordings.pop(first.question, None)
        tags = tuple(dict.fromkeys([*first.tags, *entry.tags]))
        self._entries[at] = dataclasses.replace(first, alternates=tuple(wordings), tags=tags)

    def _answer(self, answer: str, question: str, line: int) -> str:
        if not is_html(answer):
            return answer.strip("\n") if answer.strip() else ""
        dropped: list[str] = []
        text = html_as_markdown(with_paragraphs(answer), lambda _, reason: dropped.append(reason))
        if not text and MEDIA.intersection(dropped):
            self.problem(line, "picture", media_only_message(question), "warning")
        elif MEDIA.intersection(dropped):
            message = "a picture or a film in an answer is left out, as answers do not show them, and so are others"
            self.warn_once(line, "not-shown", f"{message}; say in words what they show")
        return text

    def _text(self, value: Mapping[str, Any], field: str, line: int) -> str:
        text = value.get(field)
        if text is None or text == "":
            return ""
        if isinstance(text, int) and not isinstance(text, bool):
            return str(text)  # an id or a source that is a number
        if isinstance(text, str):
            if is_text(text):
                return clean(text).rstrip()
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


def _without_labels(question: str, answer: str) -> tuple[str, str]:
    """Without "Q:" before the question and, only then, without "A:" before the answer."""
    question = without_number(question) if has_number_sign(question) else question
    label = question_label(question)
    if not label or not label.rest.strip():
        return question, answer
    answer_start = answer_label(answer)
    return label.rest.strip(), answer_start.rest if answer_start else answer


def _kind(value: object) -> str:
    kinds = {bool: "true or false", float: "a number with a fraction", list: "a list", dict: "an object"}
    return kinds.get(type(value), "this")
