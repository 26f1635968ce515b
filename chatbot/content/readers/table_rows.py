"""The rows of a table, of whatever format: which row names the columns, and what becomes of the others."""

import re
from collections.abc import Sequence

from chatbot.content.cells import cell_items
from chatbot.content.ledger import TO_WRITE, Role
from chatbot.content.marks import mark_in, marks_only
from chatbot.content.options import mapped_columns
from chatbot.content.readers.column_names import FIELDS, LISTS, field_name, meanings, plain_name
from chatbot.content.readers.columns import Layout, asks, headless, layouts, missing, unclear
from chatbot.content.readers.fields import FieldReading
from chatbot.core.text import one_line

HEAD = 60  # rows that are looked at before it is decided how a table is read
_ESCAPED = re.compile(r"\\n(?:\\n|[A-Z0-9*\u2022<-]|\s|$)")
_WIDEST = 20  # columns among which one of marks is looked for
_HIGHEST = 10  # rows among which the names of the columns are looked for

# Columns of QnA Maker and custom question answering, which write one row for each wording of a question.
_KNOWLEDGE_BASE = frozenset({"qnaid", "suggestedquestions", "iscontextonly", "prompts", "isdocumenttext"})

Row = tuple[int, Sequence[str]]  # its line, its cells


class Table:
    """A table as its first rows make it known. `problem`: (line, rule, message) of why it cannot be read."""

    def __init__(self, reading: FieldReading, head: Sequence[Row]) -> None:
        self._reading = reading
        self.names: Sequence[str] = []
        self.layouts: list[Layout] = []
        self.first = 0  # the line of the names; 0 where the first row is data
        self.problem: tuple[int, str, str] | None = None
        head = [(line, cells) for line, cells in head if any(cell.strip() for cell in cells)]
        self._is_tabbed = reading.file.lower().endswith(".tsv")
        self._pairs = _columns_of_pairs([cells for _, cells in head])
        self._asked: tuple[int, str, list[str]] | None = None  # line, question and answers, where each has a row
        if self._pairs:
            self.names = head[0][1]
            self.layouts = [Layout({"question": self._pairs[1:]})]
            self._spare, self._has_metadata = [], False
            return
        for at, (line, cells) in enumerate(head[:_HIGHEST]):
            if self._named(line, cells, [row for _, row in head[at + 1 :]]):
                break
        else:
            self._read_without_names(head)
        keys = {plain_name(name) for name in self.names}
        self._has_metadata = "metadata" in keys
        used = self.columns_of(*FIELDS)
        self._spare = [
            (at, field_name(name) if self.first else f"column {at + 1}")
            for at, name in enumerate(self.names)
            if at not in used and not self._is_metadata(name) and plain_name(name) not in _KNOWLEDGE_BASE
        ]
        reading.joins_answers = bool(keys & (_KNOWLEDGE_BASE - {"prompts"})) or {"metadata", "source"} <= keys

    @property
    def says_something(self) -> bool:
        """Whether any column could be one of questions or answers."""
        return bool(self.layouts) or len(missing(self.names, mapped_columns())) < 2

    def columns_of(self, *fields: str) -> set[int]:
        return {at for layout in self.layouts for field in fields for at in layout.fields.get(field, ())}

    def add(self, line: int, cells: Sequence[str]) -> tuple[Role, str]:
        """What becomes of a row, and why it is dropped."""
        if self._pairs:
            return self._add_paired(line, cells, *self._pairs)
        if line == self.first:
            return ("metadata", "") if self.layouts else ("dropped", "names no columns")
        if line < self.first:
            return "dropped", "above the names of the columns"
        if not any(cell.strip() for cell in cells):
            return "dropped", "empty row"
        width = len(self.names)
        if any(cell.strip() for cell in cells[width:]) or len(cells) < width:
            what = 'put a cell that holds a separator or a line break between two "'
            message = f"the row has {len(cells)} cells and the first row {width}; {what}"
            self._reading.problem(line, "row-length", message)
            return "dropped", "another number of cells than columns"
        if self.first and (why := self._reading.leaves_out(dict(zip(self.names, cells, strict=False)), line)):
            return "dropped", why
        unread = [name for at, name in self._spare if cells[at].strip() not in ("", "[]")]
        for name in unread if self.first else ():
            self._reading.unused(name, line)
        reasons = [self._reading.add(values, line) for values in self._values(cells)]
        if all(reasons):
            return "dropped", reasons[0]
        return "entry", f"{' and '.join(unread)} not read" if unread and not self.first else ""

    def finish(self) -> None:
        """Reads what waited for the row below it."""
        if self._asked:
            line, question, answers = self._asked
            self._reading.add({"question": question, "answer": "\n\n".join(answers)}, line)
            self._asked = None

    def _add_paired(self, line: int, cells: Sequence[str], marks: int, words: int) -> tuple[Role, str]:
        """A row of a question, or one of its answer, as the mark in it says."""
        mark, said = [cells[at].strip() if at < len(cells) else "" for at in (marks, words)]
        if mark_in(mark, is_below_question=bool(self._asked and not self._asked[2])) == "q":
            self.finish()
            self._asked = line, said, []
        elif self._asked and said:
            self._asked[2].append(said)  # a row without a mark goes on with what is above it
            return "answer", ""
        return ("question", "") if self._asked else ("dropped", "above the first question")

    def _values(self, cells: Sequence[str]) -> list[dict[str, object]]:
        """The fields of each entry of a row: one a language, of those in which the row asks."""
        made: list[dict[str, object]] = []
        for layout in self.layouts:
            values: dict[str, object] = {}
            for field, columns in layout.fields.items():
                texts = [self._unescaped(cells[at]) for at in columns if cells[at].strip()]
                if field in LISTS:
                    values[field] = [item for text in texts for item in cell_items(field, text)]
                else:
                    values[field] = texts[0] if texts else ""
            if layout.lang:
                values["lang"] = layout.lang
                if len(self.layouts) > 1 and values.get("id"):
                    values["id"] = f"{values['id']}-{layout.lang}"
            if self._has_metadata:
                self._add_metadata(values, cells)
            made.append(values)
        asked = [values for values in made if str(values["question"]).strip()]
        return asked or made[:1]

    def _unescaped(self, cell: str) -> str:
        """Tables parted by tabs cannot hold a line break, so some write it as a backslash and an "n"."""
        is_meant = self._reading.joins_answers or _ESCAPED.search(cell)
        if "\n" in cell or "\\n" not in cell or not self._is_tabbed or not is_meant:
            return cell
        return cell.replace("\\r", "").replace("\\n", "\n")

    def _add_metadata(self, values: dict[str, object], cells: Sequence[str]) -> None:
        """ "key:value|key:value" of a knowledge base: what is no field is a tag."""
        at = next(at for at, name in enumerate(self.names) if self._is_metadata(name))
        for pair in cells[at].split("|"):
            key, colon, value = pair.partition(":")
            if not colon or not value.strip():
                continue
            field = next((meaning.field for meaning in meanings(key)), "")
            if field in ("lang", "url") and not values.get(field):
                values[field] = value.strip()
            else:
                tags = values.setdefault("tags", [])
                assert isinstance(tags, list)
                tags.append(value.strip() if field == "tags" else f"{key.strip()}:{value.strip()}")

    def _is_metadata(self, name: str) -> bool:
        return self._has_metadata and plain_name(name) == "metadata"

    def _named(self, line: int, cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
        """Whether this row names the columns."""
        if sum(bool(cell.strip()) for cell in cells) < 2 or any(len(cell) > 200 for cell in cells):
            return False
        found = layouts(cells, below, mapped_columns())
        if not found:
            return False
        self.names, self.first = cells, line
        fields = [field_name(cell) for cell in cells]
        if twice := next((name for name in FIELDS if fields.count(name) > 1), ""):
            self.problem = (line, "duplicate-key", f'two columns are named "{twice}"; keep one')
        else:
            self.layouts = found
        return True

    def _read_without_names(self, head: Sequence[Row]) -> None:
        if not head:
            return
        rows = [cells for _, cells in head]
        places = headless(rows)
        if places:
            width = max(set(map(len, rows)), key=[len(cells) for cells in rows].count)
            self.names = [""] * width
            if max(places) < width:
                self.layouts = [Layout({"question": (places[0],), "answer": (places[1],)})]
                message = (
                    f"the first row names no columns, so column {places[0] + 1} is read as question and column "
                    f"{places[1] + 1} as answer; write a row above it that names them"
                )
                self._reading.problem(head[0][0], "no-header", message, "warning")
                return
        line, cells = max(head[:_HIGHEST], key=lambda row: 2 - len(missing(row[1], mapped_columns())))
        self.names, self.first = cells, line
        lacking = missing(cells, mapped_columns()) or ["question and answer, each in a column of its own"]
        if len(lacking) == 2 and any(map(asks, cells)):
            shown = " | ".join(one_line(cell)[:60] for cell in cells[:8])
            message = (
                "the first row names no column question nor answer, as it is data; "
                f"write a row above it that names them: {shown}"
            )
            self.problem = (line, "no-columns", message)
            return
        below = [row for number, row in head if number > line]
        message = (
            f"the first row names no column {' nor '.join(lacking)}; it must name them: question, answer; "
            f"or {TO_WRITE}{unclear(cells, below, mapped_columns())}"
        )
        self.problem = (line, "no-columns", message)


def _columns_of_pairs(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """(column of marks, column of words) of a table with a row for each question and one for its answer."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(min(width, _WIDEST))]
    for at, column in enumerate(columns):
        others = [other for other in range(len(columns)) if other != at]
        if others and marks_only(column):
            return at, max(others, key=lambda other: sum(map(len, columns[other])))
    return ()
