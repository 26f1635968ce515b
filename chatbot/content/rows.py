"""The reading of tables: one row for each question with its answer, or one row for each question and each answer."""

import re
from collections.abc import Sequence

from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks
from chatbot.content.labels import label_column
from chatbot.content.readers.column_names import SPECIFIC, VAGUER, Meaning, meanings
from chatbot.content.render import plain_line
from chatbot.content.sections import LONGEST, Section, paragraph, source_lines

_TURNS = 4  # cells of a table that asks and answers in turn, at least
_BREAK = re.compile(r"<br\s*/?>")
_LETTER = re.compile(r"[^\W\d_]")


def _plain_rows(table: Block) -> list[list[str]]:
    width = max(map(len, table.rows))
    return [[plain_line(_BREAK.sub(" ", cell)) for cell in row] + [""] * (width - len(row)) for row in table.rows]


def _meanings(name: str) -> tuple[Meaning, ...]:
    """The meanings of a column name; a text in parentheses at its end is ignored."""
    return meanings(name) or meanings(name.partition("(")[0])


def _head(plain: Sequence[Sequence[str]]) -> int:
    """The index of the row with column names. It is 1 where an empty row stands above it, else 0."""
    if len(plain) < 3 or any(plain[0]):
        return 0
    fields = [{meaning.field for meaning in _meanings(name)} for name in plain[1]]
    asking = {at for at, fields_here in enumerate(fields) if "question" in fields_here}
    answering = {at for at, fields_here in enumerate(fields) if "answer" in fields_here}
    return 1 if asking and answering and len(asking | answering) > 1 else 0


def question_column(table: Block) -> int | None:
    """The index of the column with questions; None if there is none, or no other column."""
    plain = _plain_rows(table)
    plain = plain[_head(plain) :]
    named = [{meaning.field for meaning in _meanings(name) if meaning.tier <= SPECIFIC} for name in plain[0]]
    if any("question" in fields for fields in named) and any("answer" in fields for fields in named):
        return next(at for at, fields in enumerate(named) if "question" in fields)
    asking = [sum(asks(row[at], LONGEST) for row in plain) for at in range(len(plain[0]))]
    column = max(range(len(asking)), key=asking.__getitem__, default=0)
    enough = (
        len(asking) > 1 and asking[column] >= 2 and asking[column] >= 0.5 * sum(bool(row[column]) for row in plain[1:])
    )
    return column if enough else None


def _answer_column(plain: Sequence[Sequence[str]], question: int) -> int:
    """The column beside the questions whose name means an answer; else the one with most text."""
    others = [at for at in range(len(plain[0])) if at != question]
    names = [""] * len(plain[0]) if asks(plain[0][question], LONGEST) else plain[0]

    def score(at: int) -> tuple[int, int]:
        tiers = [meaning.tier for meaning in _meanings(names[at]) if meaning.field == "answer"]
        return -min(tiers, default=VAGUER), sum(len(row[at]) for row in plain[1:])

    return max(others, key=score)


def report_other_columns(document: Document, sections: Sequence[Section]) -> None:
    """Reports columns of tables that are neither questions nor answers: no entry holds their text."""
    for table in {id(head): head for section in sections for head in section.heads if head.kind == "table"}.values():
        plain = _plain_rows(table)
        plain = plain[_head(plain) :]
        question = question_column(table)
        if question is None or any(label_column([row[at] for row in plain]) for at in range(len(plain[0]))):
            continue
        is_headless = asks(plain[0][question], LONGEST)
        answer = _answer_column(plain, question)
        for at in (at for at in range(len(plain[0])) if at not in (question, answer)):
            if example := next((row[at] for row in plain[not is_headless :] if _LETTER.search(row[at])), ""):
                name = f"number {at + 1}" if is_headless or not plain[0][at] else f'"{plain[0][at][:40]}"'
                line = line_with(document, example, sorted(source_lines(table))) or table.line
                what = f'the column {name} of the table, such as "{example[:40]}", is in no answer'
                message = f"{what}; write it into the answers, or delete the column"
                document.problem(line, "unused-column", message, "warning")


def rows(document: Document) -> list[Section]:
    """Rows of a table in which one column asks and another has more text."""
    sections = []
    for block in document.blocks:
        if block.kind != "table" or len(block.rows) < 2:
            continue
        plain = _plain_rows(block)
        width = len(plain[0])
        labels = {at: kinds for at in range(width) if (kinds := label_column([row[at] for row in plain]))}
        for index, kinds in list(labels.items())[: width > 1]:
            sections += _pairs_of_rows(document, block, kinds, index)
        column = None if labels else question_column(block)
        if column is None:
            sections += [] if labels else _alternating_cells(document, block)
            continue
        head = _head(plain)
        answer = _answer_column(plain[head:], column)
        first = 0 if asks(plain[0][column], LONGEST) else head + 1
        numbers = sorted(source_lines(block))
        source = numbers[0] if numbers else 0
        for number, row in enumerate(plain[first:], first):
            if not row[column]:
                continue
            source = line_with(document, row[column], numbers) or source
            numbers = numbers[numbers.index(source) :] if source in numbers else numbers
            answer_blocks = _cell(block, number, answer, source)
            if number > first and _is_spanned(block, number, column):
                sections[-1].answer += [] if _is_spanned(block, number, answer) else answer_blocks
                continue
            sections.append(
                Section(row[column], {source}, asks(row[column], LONGEST), block.box, [block], answer_blocks)
            )
    return sections


def _alternating_cells(document: Document, table: Block) -> list[Section]:
    """The sections of a table with one column, or two rows, whose cells ask and answer in turn."""
    plain = _plain_rows(table)
    cells = [(at, n) for at, row in enumerate(plain) for n, text in enumerate(row) if text]
    rows, columns = ({cell[axis] for cell in cells} for axis in (0, 1))
    if len(columns) > 1 and len(rows) == 2:
        cells.sort(key=lambda cell: (cell[1], cell[0]))
    elif len(columns) != 1:
        return []
    asking = [asks(plain[at][n], LONGEST) for at, n in cells]
    if len(cells) < _TURNS or asking != [True, False] * (len(cells) // 2):
        return []
    numbers = sorted(source_lines(table))
    sections = []
    for (row, column), (below, beside) in zip(cells[::2], cells[1::2], strict=True):
        source = line_with(document, plain[row][column], numbers) or (numbers[0] if numbers else 0)
        answer = _cell(table, below, beside, source)
        sections.append(Section(plain[row][column], {source}, True, table.box, [table], answer))
    return sections


def _is_spanned(table: Block, row: int, column: int) -> bool:
    """Whether a cell is the same as the one above it: one cell that spans both rows."""
    cells = table.cells if len(table.cells) == len(table.rows) else []
    above, here = (cells[at][column : column + 1] if cells else [] for at in (row - 1, row))
    return bool(above and here) and bool(here[0]) and above[0] is here[0]


def _pairs_of_rows(document: Document, table: Block, kinds: Sequence[str], label_column_index: int) -> list[Section]:
    """The sections of a table with one row for each question and one for its answer, each with a label."""
    plain = _plain_rows(table)
    words = max(
        (at for at in range(len(plain[0])) if at != label_column_index),
        key=lambda at: sum(len(row[at]) for row in plain),
    )
    numbers = sorted(source_lines(table))
    sections: list[Section] = []
    for number, kind in enumerate(kinds):
        source = line_with(document, plain[number][words], numbers) or (numbers[0] if numbers else 0)
        numbers = numbers[numbers.index(source) :] if source in numbers else numbers
        if kind == "q":
            sections.append(Section(plain[number][words], {source}, True, table.box, [table]))
        elif sections:
            sections[-1].answer += _cell(table, number, words, source)
    return sections


def _cell(table: Block, row: int, column: int, source: int) -> list[Block]:
    """The blocks of a cell; a paragraph where it holds only words."""
    if len(table.cells) == len(table.rows) and len(table.cells[row]) > column:
        return list(table.cells[row][column])
    text = table.rows[row][column] if column < len(table.rows[row]) else ""
    cell = [Line(part, {source}) for part in _BREAK.split(text)]
    filled = paragraph([Line(line.text + "  ", line.sources) for line in cell[:-1]] + cell[-1:], table)
    return [filled] if filled else []


def line_with(document: Document, words: str, numbers: Sequence[int]) -> int:
    """The first of the line `numbers` whose line holds the beginning of `words`; 0 if there is none."""
    start = words[:20]
    return next((n for n in numbers if start in plain_line(document.lines.get(n, ""))), 0)
