"""The rows of a table, in any format: which row names the columns, and what the others become."""

import re
from collections.abc import Sequence

from chatbot.content.cells import cell_items
from chatbot.content.labels import label_column, label_in
from chatbot.content.ledger import Role
from chatbot.content.options import mapped_columns
from chatbot.content.readers.column_names import FIELDS, LISTS, field_name, meanings, plain_name
from chatbot.content.readers.columns import Layout, asks, headless, layouts, missing, unclear
from chatbot.content.readers.fields import FieldReading
from chatbot.core.problem import TO_WRITE
from chatbot.core.text import one_line

HEAD = 60  # rows that are examined to decide how a table is read
_ESCAPED = re.compile(r"\\n(?:\\n|[A-Z0-9*\u2022<-]|\s|$)")
_WIDEST = 20  # columns that are searched for labels
_HIGHEST = 10  # rows that are searched for column names

# Columns of QnA Maker and custom question answering, which write one row for each wording.
_KNOWLEDGE_BASE = frozenset({"qnaid", "suggestedquestions", "iscontextonly", "prompts", "isdocumenttext"})

Row = tuple[int, Sequence[str]]  # line, cells


class Table:
    """A table, from its first rows. `problem`: (line, rule, message) if it cannot be read."""

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
        """Whether any column may hold questions or answers."""
        return bool(self.layouts) or len(missing(self.names, mapped_columns())) < 2

    def columns_of(self, *fields: str) -> set[int]:
        return {at for layout in self.layouts for field in fields for at in layout.fields.get(field, ())}

    def add(self, line: int, cells: Sequence[str]) -> tuple[Role, str]:
        """Adds a row. Returns its role, and why it is dropped."""
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
        """Adds the last entry of a table with separate rows for questions and answers."""
        if self._asked:
            line, question, answers = self._asked
            self._reading.add({"question": question, "answer": "\n\n".join(answers)}, line)
            self._asked = None

    def _add_paired(
        self, line: int, cells: Sequence[str], label_column_index: int, text_column_index: int
    ) -> tuple[Role, str]:
        """Adds a row with a question, or one with its answer, as its label says."""
        label, text = [cells[at].strip() if at < len(cells) else "" for at in (label_column_index, text_column_index)]
        if label_in(label, is_below_question=bool(self._asked and not self._asked[2])) == "q":
            self.finish()
            self._asked = line, text, []
        elif self._asked and text:
            self._asked[2].append(text)  # a row without a label continues the row above it
            return "answer", ""
        return ("question", "") if self._asked else ("dropped", "above the first question")

    def _values(self, cells: Sequence[str]) -> list[dict[str, object]]:
        """The fields of each entry of a row: one for each language in which the row asks."""
        entries: list[dict[str, object]] = []
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
            entries.append(values)
        asked = [values for values in entries if str(values["question"]).strip()]
        return asked or entries[:1]

    def _unescaped(self, cell: str) -> str:
        """Restores line breaks: some tab-separated tables write them as a backslash and an "n"."""
        is_meant = self._reading.joins_answers or _ESCAPED.search(cell)
        if "\n" in cell or "\\n" not in cell or not self._is_tabbed or not is_meant:
            return cell
        return cell.replace("\\r", "").replace("\\n", "\n")

    def _add_metadata(self, values: dict[str, object], cells: Sequence[str]) -> None:
        """Reads "key:value|key:value" of a knowledge base. A key that is no field becomes a tag."""
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
        """Whether this row holds column names; then it is used for them."""
        if sum(bool(cell.strip()) for cell in cells) < 2 or any(len(cell) > 200 for cell in cells):
            return False
        chosen = layouts(cells, below, mapped_columns())
        if not chosen:
            return False
        self.names, self.first = cells, line
        fields = [field_name(cell) for cell in cells]
        if twice := next((name for name in FIELDS if fields.count(name) > 1), ""):
            self.problem = (line, "duplicate-key", f'two columns are named "{twice}"; keep one')
        else:
            self.layouts = chosen
        return True

    def _read_without_names(self, head: Sequence[Row]) -> None:
        if not head:
            return
        rows = [cells for _, cells in head]
        columns = headless(rows)
        if columns:
            width = max(set(map(len, rows)), key=[len(cells) for cells in rows].count)
            self.names = [""] * width
            if max(columns) < width:
                self.layouts = [Layout({"question": (columns[0],), "answer": (columns[1],)})]
                message = (
                    f"the first row names no columns, so column {columns[0] + 1} is read as question and column "
                    f"{columns[1] + 1} as answer; write a row above it that names them"
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
    """(column of labels, column of words) of a table with separate rows for questions and answers; () for others."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(min(width, _WIDEST))]
    for at, column in enumerate(columns):
        others = [other for other in range(len(columns)) if other != at]
        if others and label_column(column):
            return at, max(others, key=lambda other: sum(map(len, columns[other])))
    return ()
